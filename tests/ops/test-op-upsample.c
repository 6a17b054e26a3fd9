/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Upsampling: values by hand, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static void
check_values (NnUpsampleSpec  spec,
              const nn_real  *x,
              guint32         width,
              const double   *expected)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_maps (1, 1, width));
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_upsample (builder, in, spec));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  memcpy (nn_exec_input (exec, 0), x, width * sizeof *x);
  nn_exec_forward (exec, params, 1, 0);
  for (guint row = 0; row < spec.factor; row++)
    for (guint i = 0; i < width * spec.factor; i++)
      g_assert_cmpfloat (
        fabs ((double) nn_exec_output (exec, 0)[row * width * spec.factor + i] - expected[i]), <,
        1e-12);
}

static void
test_values (void)
{
  static const nn_real x[] = { 0, 4, 6 };
  static const double nearest[] = { 0, 0, 4, 4, 6, 6 }, bilinear[] = { 0, 1, 3, 4.5, 5.5, 6 };

  check_values ((NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST }, x, 3, nearest);
  check_values ((NnUpsampleSpec) { 2, NN_UPSAMPLE_BILINEAR }, x, 3, bilinear);
}

static void
test_gradients (void)
{
  for (guint32 factor = 1; factor <= 3; factor++)
    for (guint mode = 0; mode < 2; mode++)
      {
        NnBuilder *builder = nn_builder_new ();
        NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 4));
        g_autoptr (NnGraph) graph = nn_test_seal (
          builder, nn_builder_upsample (builder, x, (NnUpsampleSpec) { factor, mode }));

        nn_test_check_gradients (graph, 1, factor);
        nn_test_check_gradients (graph, 3, factor);
      }
}

static void
test_refuses_what_is_too_large (void)
{
  static const guint32 factors[] = { 0, 1 << 20, G_MAXUINT32 };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 4));
      g_autoptr (GError) error = NULL;

      nn_builder_output (
        builder,
        nn_builder_upsample (builder, x, (NnUpsampleSpec) { factors[i], NN_UPSAMPLE_NEAREST }));
      g_assert_null (nn_builder_seal (builder, &error));
      g_assert_nonnull (error);
      nn_builder_free (builder);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/upsample/values", test_values);
  g_test_add_func ("/ops/upsample/gradients", test_gradients);
  g_test_add_func ("/ops/upsample/refuses-what-is-too-large", test_refuses_what_is_too_large);

  return g_test_run ();
}
