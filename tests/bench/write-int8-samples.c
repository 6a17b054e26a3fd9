/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes quantized networks as ONNX with pictures and what integers and floats answer, for
 * check-int8.cjs.
 *
 *   write-int8-samples DIR [FILE.onnx…]
 *
 * A FILE is a quantized network with one input. */
#include "cvr-onnx.h"
#include "nn-int8.h"
#include "nn.h"

#include <glib/gstdio.h>
#include <string.h>

enum { BATCH = 64 };

static void
fetch (const NnSource *source,
       guint           index,
       CvrRng         *rng,
       nn_real        *x,
       gint32         *label,
       float          *values)
{
  CvrRng noise = cvr_rng_new (index, 7);
  double level = cvr_rng_uniform (&noise);
  gsize n;

  /* Stripes in noise: neighbouring pixels have something in common, as in pictures. */
  nn_shape_count (&source->shape, &n);
  for (gsize i = 0; i < n; i++)
    {
      if (i % 7 == 0)
        level = cvr_rng_uniform (&noise);
      x[i] = (nn_real) (0.8 * level + 0.2 * cvr_rng_uniform (&noise));
    }
  *label = 0;
}

static void
write_floats (const char    *dir,
              const char    *name,
              const char    *suffix,
              const nn_real *values,
              gsize          n)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (dir, file, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, (const char *) values, (gssize) (n * sizeof *values), &error))
    g_error ("%s", error->message);
}

static void
write_answers (const char *dir,
               const char *name,
               NnGraph    *graph,
               NnParams   *params,
               NnWorkers  *workers,
               guint       batch)
{
  NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  NnSource source = { BATCH, shape, 10, 0, fetch, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (NnInt8) int8 = nn_int8_new (graph, params, workers, batch, &error);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);
  gint32 label;
  gsize n_in;
  gsize n_out;

  if (int8 == NULL)
    g_error ("%s", error->message);
  nn_shape_count (&shape, &n_in);
  nn_shape_count (&out, &n_out);
  for (guint i = 0; i < batch; i++)
    {
      fetch (&source, i, NULL, nn_int8_input (int8, 0) + i * n_in, &label, NULL);
      fetch (&source, i, NULL, nn_exec_input (exec, 0) + i * n_in, &label, NULL);
    }
  write_floats (dir, name, ".in", nn_int8_input (int8, 0), batch * n_in);
  nn_int8_forward (int8, batch);
  nn_exec_forward (exec, params, batch, 0);
  write_floats (dir, name, ".int8", nn_int8_output (int8, 0), batch * n_out);
  write_floats (dir, name, ".float", nn_exec_output (exec, 0), batch * n_out);
  g_print ("%s: %u steps in integers, %u nodes in floats\n", name, nn_int8_n_integer (int8),
           nn_int8_n_float (int8));
}

static void
write_preset (const char *dir,
              const char *name,
              NnWorkers  *workers)
{
  NnShape shape = g_str_equal (name, "lenet5") ? nn_shape_maps (1, 28, 28)
                                               : nn_shape_maps (3, 32, 32);
  NnSource source = { BATCH, shape, 10, 0, fetch, NULL };
  NnQuantSpec spec = nn_quant_spec_default (8);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_arch_build (name, &shape, 10, -1, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  g_autoptr (NnGraph) rounded = NULL;
  g_autoptr (NnParams) levels = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *file = g_strconcat (name, ".onnx", NULL);
  g_autofree char *path = g_build_filename (dir, file, NULL);

  if (!nn_quantize (graph, params, &spec, &source, workers, &rounded, &levels, &error) ||
      (bytes = cvr_onnx_write (rounded, levels, NULL, 0, &error)) == NULL ||
      !g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                            (gssize) g_bytes_get_size (bytes), &error))
    g_error ("%s", error->message);
  write_answers (dir, name, rounded, levels, workers, BATCH);
}

static void
write_foreign (const char *dir,
               const char *path,
               NnWorkers  *workers)
{
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *name = g_strndup (file, strcspn (file, "."));
  g_autofree char *copy = g_build_filename (dir, file, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, &error) ||
      (model = cvr_onnx_read ((const guint8 *) contents, length, file, &error)) == NULL ||
      !g_file_set_contents (copy, contents, (gssize) length, &error))
    {
      g_printerr ("%s\n", error->message);
      return;
    }
  write_answers (dir, name, model->graph, model->params, workers, 1);
}

int
main (int    argc,
      char **argv)
{
  static const char *const presets[] = { "lenet5", "vgg-mini", "resnet20", "mobilenet-mini",
                                         "googlenet-mini", "densenet-mini" };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  const char *dir = argc > 1 ? argv[1] : ".";

  g_mkdir_with_parents (dir, 0777);
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    write_preset (dir, presets[i], workers);
  for (int i = 2; i < argc; i++)
    write_foreign (dir, argv[i], workers);

  return 0;
}
