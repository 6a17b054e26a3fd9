/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses and their gradients against PyTorch's autograd. */
#include "golden-learn.h"
#include "learn-support.h"

enum { N = 4, K = 5 };

/* Losses are computed in double; inputs and gradients are rounded to the engine's number. */
static const double tolerance = IN_DOUBLE ? 1e-11 : 3e-7;
static const gint32 labels[N] = { 1, 0, 4, 1 };
static const float weights[K] = { 0.5f, 1.0f, 2.0f, 0.25f, 1.5f };

static void
fill (nn_real *logits,
      float   *values)
{
  for (guint i = 0; i < N * K; i++)
    {
      logits[i] = (nn_real) (3 * golden_noise (i, 7));
      values[i] = (float) golden_noise (i, 8);
    }
}

static void
test_pytorch (void)
{
  nn_real logits[N * K], gradient[N * K], scratch[N * K];
  float values[N * K];
  const double *value = golden_loss_value, *slope = golden_loss_gradient;

  fill (logits, values);
  for (guint i = 0; i < G_N_ELEMENTS (golden_loss_value); i++)
    {
      NnLossSpec spec = { .huber_delta = 0.5f };
      gboolean targets = FALSE;

      if (i < 4)
        {
          spec.class_weights = i & 1 ? weights : NULL;
          spec.label_smoothing = i & 2 ? 0.1f : 0;
        }
      else
        {
          spec.kind = NN_LOSS_MSE + (i - 4) / 3;
          spec.class_weights = (i - 4) % 3 == 1 ? weights : NULL;
          targets = (i - 4) % 3 == 2;
        }
      assert_close (nn_loss (&spec, N, K, logits, targets ? NULL : labels, targets ? values : NULL,
                             gradient, scratch, NULL),
                    *value++, tolerance);
      for (guint j = 0; j < N * K; j++)
        assert_close (gradient[j], *slope++, tolerance);
    }
}

static void
test_hits (void)
{
  static const nn_real logits[] = { 0, 3, 1, 5, 5, 1 };
  static const gint32 truth[] = { 1, 1 };
  nn_real scratch[6];
  NnLossSpec spec = { NN_LOSS_CROSS_ENTROPY };
  guint n_correct;

  nn_loss (&spec, 2, 3, logits, truth, NULL, NULL, scratch, &n_correct);
  g_assert_cmpuint (n_correct, ==, 1); /* of equal values the first counts */
}

static void
test_extremes (void)
{
  static const nn_real huge[] = { (nn_real) 1e30, (nn_real) -1e30, 0 };
  static const gint32 first = 0;
  nn_real broken[] = { 1, NAN, 2 }, gradient[3], scratch[3];

  for (guint kind = 0; kind < NN_N_LOSSES; kind++)
    {
      NnLossSpec spec = { kind };

      assert_close (nn_loss (&spec, 1, 3, huge, &first, NULL, gradient, scratch, NULL), 0, 1e-12);
      g_assert_true (all_finite (gradient, 3));
      g_assert_false (isfinite (nn_loss (&spec, 1, 3, broken, &first, NULL, NULL, scratch, NULL)));
    }
}

static void
test_no_weight (void)
{
  static const float nothing[3] = { 0, 1, 1 };
  static const nn_real logits[] = { 1, 2, 3 };
  static const gint32 first = 0;
  NnLossSpec spec = { NN_LOSS_CROSS_ENTROPY, nothing };
  nn_real gradient[3], scratch[3];

  g_assert_cmpfloat (nn_loss (&spec, 1, 3, logits, &first, NULL, gradient, scratch, NULL), ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (gradient[i], ==, 0);
}

static void
test_names (void)
{
  for (guint kind = 0; kind < NN_N_LOSSES; kind++)
    {
      NnLossKind parsed;

      g_assert_true (nn_loss_parse (nn_loss_name (kind), &parsed));
      g_assert_cmpint (parsed, ==, kind);
    }
  g_assert_false (nn_loss_parse ("hinge", &(NnLossKind) { 0 }));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/loss/values-and-gradients-match-pytorch", test_pytorch);
  g_test_add_func ("/learn/loss/hits-count-the-first-of-equals", test_hits);
  g_test_add_func ("/learn/loss/huge-logits-stay-finite-and-nan-shows", test_extremes);
  g_test_add_func ("/learn/loss/batch-without-weight-moves-nothing", test_no_weight);
  g_test_add_func ("/learn/loss/names-parse-back", test_names);

  return g_test_run ();
}
