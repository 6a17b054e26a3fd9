/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a network gives what the whole network has there. */
#include "nn-archs.h"
#include "nn-cut.h"
#include "nn-test-graph.h"

#include <math.h>

static void
test_presets (void)
{
  static const char *const archs[] = { "lenet5", "resnet8", "densenet-mini", "mobilenet-mini",
                                       "googlenet-mini" };
  enum { BATCH = 2, SIDE = 16 };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);

  for (guint a = 0; a < G_N_ELEMENTS (archs); a++)
    {
      NnShape input = nn_shape_maps (3, SIDE, SIDE);
      g_autoptr (NnGraph) graph = nn_arch_build (archs[a], &input, 4, 0, NULL);
      g_autoptr (NnParams) params = nn_test_params (graph, a);
      g_autoptr (NnExec) whole = nn_exec_new (graph, workers, BATCH, NN_EXEC_KEEP_ALL, NULL);

      g_test_message ("%s", archs[a]);
      nn_test_fill_inputs (whole, BATCH, 5);
      nn_exec_forward (whole, params, BATCH, 0);
      for (NnNode node = 1; (guint) node < nn_graph_n_nodes (graph); node += 3)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (NnParams) part = NULL;
          g_autoptr (NnGraph) cut = nn_cut (graph, params, node, &part, &error);
          g_autoptr (NnExec) exec = nn_exec_new (cut, workers, BATCH, NN_EXEC_INFER, NULL);
          NnShape shape = nn_graph_node_shape (graph, node);
          const nn_real *expected = nn_exec_values (whole, node);
          double largest = 1;
          gsize n = 0;

          g_assert_no_error (error);
          g_assert_cmpstr (nn_graph_node_name (cut, nn_graph_output (cut, 0)), ==,
                           nn_graph_node_name (graph, node));
          g_assert_cmpuint (nn_graph_n_nodes (cut), <=, (guint) node + 1);
          nn_test_fill_inputs (exec, BATCH, 5);
          nn_exec_forward (exec, part, BATCH, 0);
          nn_shape_count (&shape, &n);
          for (gsize i = 0; i < BATCH * n; i++)
            largest = MAX (largest, fabs ((double) expected[i]));
          for (gsize i = 0; i < BATCH * n; i++) /* fused: sums in another order */
            g_assert_cmpfloat (fabs ((double) (nn_exec_output (exec, 0)[i] - expected[i])), <,
                               1e-4 * largest);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/cut/gives-what-the-whole-network-has-there", test_presets);

  return g_test_run ();
}
