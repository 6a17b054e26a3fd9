/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole source through a network. */
#include "learn-support.h"

static gboolean
count_down (gpointer data)
{
  guint *left = data;

  return (*left)-- > 0;
}

static void
test_evaluate (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnSource source = bars_source (31, 3, 1, 12, 1);
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };
  NnEvaluation all, parts;
  g_autoptr (GError) error = NULL;
  guint left = 2;

  g_assert_true (nn_evaluate (graph, params, &source, &loss, 100, workers, NULL, NULL, &all, NULL));
  g_assert_true (nn_evaluate (graph, params, &source, &loss, 7, workers, NULL, NULL, &parts, NULL));
  /* Sums of a layer may be grouped differently for another batch. */
  assert_close (all.loss, parts.loss, 1e-6);
  g_assert_cmpfloat (all.accuracy, ==, nn_confusion_accuracy (all.confusion));
  g_assert_cmpuint (nn_confusion_total (all.confusion), ==, 31);
  for (guint i = 0; i < 31; i++)
    {
      g_assert_cmpint (all.labels[i], ==, i % 3);
      assert_close (all.probabilities[3 * i] + all.probabilities[3 * i + 1] +
                      all.probabilities[3 * i + 2],
                    1, 1e-6);
    }
  nn_evaluation_clear (&all);
  nn_evaluation_clear (&parts);

  g_assert_false (
    nn_evaluate (graph, params, &source, &loss, 7, workers, count_down, &left, &all, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_null (all.probabilities);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/evaluate/evaluation-counts-everything-once", test_evaluate);

  return g_test_run ();
}
