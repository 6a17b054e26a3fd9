/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `maps` and `filters`: pictures of what is inside a network. */
#include "cvr-cli-pictures.h"

#include <glib/gi18n-lib.h>

enum { MAPS_OF_ONE = 1024, MAPS_OF_EACH = 32 };

/* "conv2 · conv · 16×10×10", and how many of how many maps stand below. */
static char *
layer_title (const CvrMaps *maps,
             NnNode         node,
             guint          most)
{
  NnGraph *graph = maps->model->graph;
  g_autofree char *size = nn_shape_dup_string (&maps->shapes[node]);
  guint channels = maps->shapes[node].dims[1];
  const char *name = nn_graph_node_name (graph, node), *op = nn_graph_node_op_name (graph, node);
  g_autofree char *title = g_strcmp0 (name, op) == 0 ? g_strdup_printf ("%s · %s", name, size)
                                                     : g_strdup_printf ("%s · %s · %s", name, op,
                                                                        size);

  if (channels <= most)
    return g_steal_pointer (&title);

  return g_strdup_printf (_("%s · the first %u of %u maps"), title, most, channels);
}

/* Layers without maps are left out. */
static cairo_surface_t *
draw_sheet (const CvrMaps *maps,
            NnNode         only,
            guint         *n_layers)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  guint most = only == NN_NODE_NONE ? MAPS_OF_EACH : MAPS_OF_ONE;

  for (guint i = 0; i < maps->n_nodes; i++)
    {
      cairo_surface_t *picture;

      if (only != NN_NODE_NONE && only != (NnNode) i)
        continue;
      picture = cvr_cli_draw_maps (maps, (NnNode) i, most, &theme);
      if (picture == NULL)
        continue;
      g_ptr_array_add (titles, layer_title (maps, (NnNode) i, most));
      g_ptr_array_add (pictures, picture);
    }
  *n_layers = pictures->len;

  return cvr_paint_sheet ((const char *const *) titles->pdata,
                          (cairo_surface_t *const *) pictures->pdata,
                          pictures->len, &theme);
}

static gboolean
write_maps (CvrCli     *cli,
            CvrModel   *model,
            CvrImage   *image,
            NnNode      layer,
            const char *out,
            GError    **error)
{
  g_autoptr (CvrMaps) maps = cvr_maps_compute (model, image, cvr_cli_workers (cli), error);
  cairo_surface_t *sheet;
  gboolean written;
  guint n_layers;
  GString *event;

  if (maps == NULL)
    return FALSE;
  sheet = draw_sheet (maps, layer, &n_layers);
  if (n_layers == 0)
    return layer == NN_NODE_NONE
             ? cvr_cli_usage (error, _("The model has no layer with maps."))
             : cvr_cli_usage (error, _("The layer “%s” has no maps, only single numbers."),
                              nn_graph_node_name (model->graph, layer));
  written = cvr_cli_write_png (out, sheet, error);
  g_clear_pointer (&sheet, cairo_surface_destroy);
  if (!written)
    return FALSE;

  cvr_cli_print (cli, ngettext ("Maps of %u layer: %s", "Maps of %u layers: %s", n_layers),
                 n_layers, out);
  event = cvr_cli_event ("done");
  cvr_json_add_uint (event, "layers", n_layers);
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);

  return TRUE;
}

gboolean
cvr_cli_maps (CvrCli  *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *picture = NULL;
  g_autofree char *layer = NULL;
  g_autofree char *out = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrImage) image = NULL;
  NnNode node = NN_NODE_NONE;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "image", 'i', 0, G_OPTION_ARG_FILENAME, &picture, N_("Picture"), "I" },
    { "layer", 'l', 0, G_OPTION_ARG_STRING, &layer,
      N_("Layer by name or #INDEX; default: all that have maps"), "L" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("Picture to write"), "P.png" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "maps --model M --image I [--layer L] --out P.png",
                      _("Writes what each layer makes of a picture: a tile for each channel, from "
                        "dark (smallest) to light (largest)."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !cvr_cli_require (path, "--model", error) ||
      !cvr_cli_require (picture, "--image", error) || !cvr_cli_require (out, "--out", error) ||
      !cvr_cli_check_out (out, error))
    return FALSE;

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  if (layer != NULL && (node = cvr_cli_find_layer (model->graph, layer, error)) == NN_NODE_NONE)
    return FALSE;
  image = cvr_cli_load_image (cli, picture, error);

  return image != NULL && write_maps (cli, model, image, node, out, error);
}

static gboolean
write_filters (CvrCli     *cli,
               CvrModel   *model,
               NnNode      node,
               const char *out,
               GError    **error)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_surface_t *sheet = cvr_cli_draw_filters (model, node, &theme, error);
  guint n_filters;
  gboolean written;
  GString *event;

  if (sheet == NULL)
    return FALSE;
  written = cvr_cli_write_png (out, sheet, error);
  cairo_surface_destroy (sheet);
  if (!written)
    return FALSE;

  n_filters = nn_graph_node_attrs (model->graph, node)->conv.filters;
  cvr_cli_print (cli, _("%u filters of %s: %s"), n_filters, nn_graph_node_name (model->graph, node),
                 out);
  event = cvr_cli_event ("done");
  cvr_json_add_string (event, "layer", nn_graph_node_name (model->graph, node));
  cvr_json_add_uint (event, "filters", n_filters);
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);

  return TRUE;
}

gboolean
cvr_cli_filters (CvrCli  *cli,
                 int      argc,
                 char   **argv,
                 GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *layer = NULL;
  g_autofree char *out = NULL;
  g_autoptr (CvrModel) model = NULL;
  NnNode node;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "layer", 'l', 0, G_OPTION_ARG_STRING, &layer,
      N_("Layer by name or #INDEX; default: the first convolution"), "L" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("Picture to write"), "P.png" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "filters --model M [--layer L] --out P.png",
                      _("Writes the filters of a convolution: in colour where they look at "
                        "colours, else blue for negative weights and orange for positive ones."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !cvr_cli_require (path, "--model", error) ||
      !cvr_cli_require (out, "--out", error) || !cvr_cli_check_out (out, error))
    return FALSE;

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  node = layer != NULL ? cvr_cli_find_layer (model->graph, layer,
                                             error) : cvr_cli_first_conv (model->graph);
  if (node == NN_NODE_NONE)
    return layer != NULL ? FALSE : cvr_cli_usage (error, _("The model has no convolution."));

  return write_filters (cli, model, node, out, error);
}
