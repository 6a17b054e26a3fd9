/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes every sample network as ONNX with an input and the engine's output, for other programs to
 * check.
 *
 *   write-onnx-samples DIR [FILE.onnx…]
 *
 * Further files are read, run and copied beside, so that what the engine makes of them is checked
 * too. DIR/samples.json lists them all; values are raw single-precision numbers. */
#include "cvr-onnx.h"
#include "onnx-samples.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  const char *dir;
  GString    *list;
} Output;

static gboolean
write_file (const Output  *self,
            const char    *name,
            const char    *suffix,
            gconstpointer  data,
            gsize          length,
            GError       **error)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (self->dir, file, NULL);

  return g_file_set_contents (path, data, (gssize) length, error);
}

static void
list_shapes (const Output *self,
             NnGraph      *graph,
             guint         batch,
             guint         n,
             NnNode      (*end) (NnGraph *graph, guint i))
{
  for (guint i = 0; i < n; i++)
    {
      NnShape shape = nn_graph_node_shape (graph, end (graph, i));

      g_string_append (self->list, i > 0 ? ", [" : "[");
      for (guint j = 0; j < shape.rank; j++)
        g_string_append_printf (self->list, "%s%u", j > 0 ? ", " : "",
                                shape.dims[j] * (j == 0 ? batch : 1));
      g_string_append (self->list, "]");
    }
}

static gboolean
write_sample (const Output  *self,
              const char    *name,
              NnGraph       *graph,
              NnParams      *params,
              guint          batch,
              gconstpointer  onnx,
              gsize          length,
              GError       **error)
{
  g_autoptr (GArray) inputs = onnx_sample_inputs (graph, batch, 5);
  g_autoptr (GArray) outputs = onnx_sample_run (graph, params, batch, inputs);

  g_string_append_printf (self->list, "%s  {\"name\": \"%s\", \"inputs\": [",
                          self->list->len > 2 ? ",\n" : "", name);
  list_shapes (self, graph, batch, nn_graph_n_inputs (graph), nn_graph_input);
  g_string_append (self->list, "], \"outputs\": [");
  list_shapes (self, graph, batch, nn_graph_n_outputs (graph), nn_graph_output);
  g_string_append (self->list, "]}");

  return write_file (self, name, ".onnx", onnx, length, error) &&
         write_file (self, name, ".in", inputs->data, inputs->len * sizeof (float), error) &&
         write_file (self, name, ".out", outputs->data, outputs->len * sizeof (float), error);
}

static gboolean
write_own (const Output  *self,
           guint          i,
           GError       **error)
{
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (i, &params);
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, NULL, 0, error);

  return bytes != NULL &&
         write_sample (self, onnx_sample_name (i), graph, params,
                       MIN (nn_graph_max_batch (graph), 2), g_bytes_get_data (bytes, NULL),
                       g_bytes_get_size (bytes), error);
}

static gboolean
write_foreign (const Output  *self,
               const char    *path,
               GError       **error)
{
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *name = g_strndup (file, strcspn (file, "."));
  g_autofree char *contents = NULL;
  g_autoptr (CvrOnnxModel) model = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, error))
    return FALSE;

  model = cvr_onnx_read ((const guint8 *) contents, length, file, error);
  return model != NULL &&
         write_sample (self, name, model->graph, model->params, 1, contents, length, error);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GString) list = g_string_new ("[\n");
  g_autoptr (GError) error = NULL;
  Output self = { argc > 1 ? argv[1] : ".", list };
  gboolean ok = g_mkdir_with_parents (self.dir, 0777) == 0;

  for (guint i = 0; ok && i < onnx_samples_count (); i++)
    ok = write_own (&self, i, &error);
  for (int i = 2; ok && i < argc; i++)
    if (!write_foreign (&self, argv[i], &error))
      {
        g_printerr ("%s\n", error->message);
        g_clear_error (&error);
      }
  g_string_append (list, "\n]\n");
  ok = ok && write_file (&self, "samples", ".json", list->str, list->len, &error);

  if (!ok)
    g_printerr ("%s\n", error != NULL ? error->message : "The folder can not be made.");
  return ok ? 0 : 1;
}
