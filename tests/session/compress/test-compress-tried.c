/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of curves out of everything that was tried, and which of them nothing beats. */
#include "cvr-compress-tried.h"

#include <math.h>

/* As if @spec had been measured on @n pictures. */
static CvrCompressed
result_of (CvrCompressSpec spec,
           double          accuracy,
           guint           n)
{
  return (CvrCompressed) { .spec = spec, .pruned = spec.prune.amount,
                           .after = { .accuracy = accuracy, .n = n, .bytes = 1000 - n } };
}

static CvrCompressSpec
spec_of (double amount,
         guint  bits,
         guint  epochs)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  spec.prune.amount = amount;
  spec.bits = bits;
  spec.epochs = epochs;

  return spec;
}

static void
add (CvrTriedSet    *set,
     CvrCompressSpec spec,
     double          accuracy)
{
  CvrCompressed result = result_of (spec, accuracy, 100);

  g_assert_true (cvr_tried_set_add (set, &result));
}

static void
assert_amounts (GArray       *tried, /* (transfer full) */
                const double *amounts,
                guint         n)
{
  g_assert_cmpuint (tried->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (g_array_index (tried, CvrTried, i).spec.prune.amount, ==, amounts[i]);
  g_array_unref (tried);
}

static void
test_curves (void)
{
  g_autoptr (CvrTriedSet) set = cvr_tried_set_new ();
  CvrCompressSpec shown = spec_of (0.7, 8, 0), layers = spec_of (0, 8, 0);
  g_autoptr (GArray) bits = NULL;
  GArray *each;

  add (set, spec_of (0.6, 8, 0), 0.6);
  add (set, spec_of (0.2, 8, 0), 0.8);
  add (set, spec_of (0, 8, 0), 0.9);
  add (set, spec_of (0.6, 8, 1), 0.85);
  add (set, spec_of (0.6, 4, 0), 0.5);
  add (set, spec_of (0.2, 32, 0), 0.82);
  layers.prune.scope = NN_PRUNE_EACH;
  layers.layers[1] = 30;
  add (set, layers, 0.7);

  /* By amount: at 8 bits, of the whole network; what is not pruned begins both curves. */
  assert_amounts (cvr_tried_set_by_amount (set, &shown, FALSE), (const double[]) { 0, 0.2, 0.6 },
                  3);
  assert_amounts (cvr_tried_set_by_amount (set, &shown, TRUE), (const double[]) { 0, 0.6 }, 2);
  each = cvr_tried_set_by_amount (set, &layers, FALSE);
  g_assert_cmpuint (each->len, ==, 2);
  g_array_unref (each);

  /* By bits: at the same amount. */
  shown.prune.amount = 0.2;
  bits = cvr_tried_set_by_bits (set, &shown, FALSE);
  g_assert_cmpuint (bits->len, ==, 2);
  g_assert_cmpuint (g_array_index (bits, CvrTried, 0).spec.bits, ==, 32);
  g_assert_cmpuint (g_array_index (bits, CvrTried, 1).spec.bits, ==, 8);
}

/* Layers that have their own shares: scaled together they stay one curve, others are another. */
static void
test_layers_keep_their_shape (void)
{
  g_autoptr (CvrTriedSet) set = cvr_tried_set_new ();
  CvrCompressSpec shape = spec_of (0, 32, 0), other, nothing;
  GArray *each;

  shape.prune.scope = NN_PRUNE_EACH;
  nothing = other = shape;
  shape.layers[0] = 80;
  shape.layers[2] = 30;
  other.layers[0] = 30;
  other.layers[2] = 80;
  g_assert_false (cvr_compress_spec_same_shape (&shape, &other));
  g_assert_false (cvr_compress_spec_same_shape (&shape, &nothing));
  for (guint i = 10; i <= 95; i += 5)
    {
      CvrCompressSpec scaled = shape, alike = nothing;

      cvr_compress_spec_scale (&scaled, i, 3);
      g_assert_cmpuint (scaled.layers[0], ==, i);
      g_assert_cmpuint (scaled.layers[1], ==, 0);
      g_assert_cmpfloat (fabs (scaled.layers[2] - i * 30 / 80.0), <=, 0.5);
      g_assert_true (cvr_compress_spec_same_shape (&shape, &scaled));
      g_assert_true (cvr_compress_spec_same_shape (&scaled, &shape));
      g_assert_false (cvr_compress_spec_same_shape (&other, &scaled));
      add (set, scaled, 0.5);
      cvr_compress_spec_scale (&scaled, 80, 3);
      g_assert_cmpfloat (fabs (scaled.layers[2] - 30.0), <=, 4.5);

      /* Nothing is chosen: all of them. */
      cvr_compress_spec_scale (&alike, i, 3);
      g_assert_cmpmem (alike.layers, 4, ((guint8[]) { i, i, i, 0 }), 4);
      g_assert_true (cvr_compress_spec_same_shape (&nothing, &alike));
      g_assert_false (cvr_compress_spec_same_shape (&shape, &alike));
    }
  add (set, other, 0.4);
  add (set, nothing, 0.9);
  each = cvr_tried_set_by_amount (set, &shape, FALSE);
  g_assert_cmpuint (each->len, ==, 19);
  g_array_unref (each);
  each = cvr_tried_set_by_amount (set, &other, FALSE);
  g_assert_cmpuint (each->len, ==, 2);
  g_array_unref (each);
}

static void
test_a_closer_look_counts (void)
{
  g_autoptr (CvrTriedSet) set = cvr_tried_set_new ();
  CvrCompressed few = result_of (spec_of (0.5, 32, 0), 0.5, 32);
  CvrCompressed many = result_of (spec_of (0.5, 32, 0), 0.7, 500);
  CvrCompressed none = result_of (spec_of (0.1, 32, 0), (double) NAN, 0);

  g_assert_true (cvr_tried_set_add (set, &few));
  g_assert_true (cvr_tried_set_add (set, &many));
  g_assert_false (cvr_tried_set_add (set, &few));
  g_assert_false (cvr_tried_set_add (set, &none));
  g_assert_cmpuint (cvr_tried_set_n (set), ==, 1);
  g_assert_cmpfloat (cvr_tried_set_get (set, 0)->accuracy, ==, 0.7);
  cvr_tried_set_clear (set);
  g_assert_cmpuint (cvr_tried_set_n (set), ==, 0);
}

/* Against the definition, on random networks with ties. */
static void
test_nothing_beats_the_best (void)
{
  enum { N = 60 };
  double costs[N], accuracies[N];
  gboolean best[N];

  for (guint round = 0; round < 50; round++)
    {
      for (guint i = 0; i < N; i++)
        {
          costs[i] = g_test_rand_int_range (0, 20);
          accuracies[i] = g_test_rand_int_range (0, 20) / 20.0;
        }
      costs[3] = (double) NAN;
      accuracies[5] = (double) NAN;
      cvr_tried_find_best (costs, accuracies, N, best);
      for (guint i = 0; i < N; i++)
        {
          gboolean beaten = i == 3 || i == 5;

          for (guint j = 0; j < N; j++)
            beaten |= (costs[j] < costs[i] && accuracies[j] >= accuracies[i]) ||
                      (costs[j] <= costs[i] && accuracies[j] > accuracies[i]);
          g_assert_cmpint (best[i], ==, !beaten);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/compress-tried/curves-are-of-what-differs-in-one-thing", test_curves);
  g_test_add_func ("/session/compress-tried/layers-keep-their-shape", test_layers_keep_their_shape);
  g_test_add_func ("/session/compress-tried/a-closer-look-counts", test_a_closer_look_counts);
  g_test_add_func ("/session/compress-tried/nothing-beats-the-best", test_nothing_beats_the_best);

  return g_test_run ();
}
