/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of what is inside a model, for files and for the report. */
#include "cvr-cli-pictures.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { MAX_TILES = 1024 };

/* Whole-number enlargement that brings @side near @wanted pixels. */
static guint
scale_for (guint side,
           guint wanted)
{
  return MAX (1, (wanted + side / 2) / MAX (side, 1));
}

static void
free_tiles (cairo_surface_t **tiles,
            guint             n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&tiles[i], cairo_surface_destroy);
  g_free (tiles);
}

NnNode
cvr_cli_first_conv (NnGraph *graph)
{
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_CONV)
      return (NnNode) i;

  return NN_NODE_NONE;
}

NnNode
cvr_cli_find_layer (NnGraph    *graph,
                    const char *name,
                    GError    **error)
{
  NnNode node = nn_graph_find (graph, name);

  if (node == NN_NODE_NONE)
    cvr_cli_usage (error, _("The model has no layer “%s”; “convisor-cli info” lists the names."),
                   name);

  return node;
}

static double
largest_weight (const nn_real *values,
                gsize          n)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      largest = MAX (largest, fabs ((double) values[i]));

  return largest;
}

cairo_surface_t *
cvr_cli_draw_filters (CvrModel       *model,
                      NnNode          node,
                      const CvrTheme *theme,
                      GError        **error)
{
  gsize n_values, size;
  const nn_real *weights = nn_params_peek (model->params, node, NN_SLOT_WEIGHT, &n_values);
  const NnConvSpec *spec;
  guint channels, n, scale;
  cairo_surface_t **tiles;
  cairo_surface_t *sheet;
  double limit;

  if (nn_graph_node_kind (model->graph, node) != NN_OP_CONV || weights == NULL)
    {
      cvr_cli_usage (error, _("The layer “%s” is no convolution; only those have filters."),
                     nn_graph_node_name (model->graph, node));
      return NULL;
    }

  spec = &nn_graph_node_attrs (model->graph, node)->conv;
  size = (gsize) spec->stencil.kernel[0] * spec->stencil.kernel[1];
  channels = (guint) (n_values / spec->filters / size);
  n = MIN (spec->filters, MAX_TILES);
  scale = scale_for (MAX (spec->stencil.kernel[0], spec->stencil.kernel[1]), 56);
  limit = largest_weight (weights, n_values);
  tiles = g_new0 (cairo_surface_t *, n);
  for (guint k = 0; k < n; k++)
    tiles[k] = cvr_paint_kernel (weights + k * channels * size, channels, spec->stencil.kernel[0],
                                 spec->stencil.kernel[1], scale, (float) limit, theme);
  sheet = cvr_paint_tiles (tiles, n, n > 64 ? 16 : n > 8 ? 8 : n, 8, theme);
  free_tiles (tiles, n);
  if (sheet == NULL)
    g_set_error_literal (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                         _("The picture would be too large."));

  return sheet;
}

cairo_surface_t *
cvr_cli_draw_maps (const CvrMaps  *maps,
                   NnNode          node,
                   guint           most,
                   const CvrTheme *theme)
{
  const NnShape *shape = &maps->shapes[node];
  guint channels, height, width, n, scale;
  cairo_surface_t **tiles;
  cairo_surface_t *sheet;

  if (shape->rank != 4 || (shape->dims[2] <= 1 && shape->dims[3] <= 1) ||
      maps->values[node] == NULL)
    return NULL;

  channels = shape->dims[1];
  height = shape->dims[2];
  width = shape->dims[3];
  n = MIN (channels, most);
  scale = scale_for (MAX (width, height), 64);
  tiles = g_new0 (cairo_surface_t *, n);
  for (guint c = 0; c < n; c++)
    tiles[c] = cvr_paint_plane (maps->values[node] + (gsize) c * height * width, width, height,
                                scale, FALSE, theme);
  sheet = cvr_paint_tiles (tiles, n, MIN (n, 8), 6, theme);
  free_tiles (tiles, n);

  return sheet;
}

cairo_surface_t *
cvr_cli_draw_heat (CvrModel       *model,
                   CvrImage       *image,
                   const NnExplanation *heat,
                   guint           side,
                   const CvrTheme *theme)
{
  g_autoptr (CvrImage) pixels = cvr_preprocess_pixels (&model->preprocess, image);
  guint scale = scale_for (MAX (heat->width, heat->height), side);
  cairo_surface_t *tiles[2];
  cairo_surface_t *sheet;

  tiles[0] = cvr_paint_pixels (pixels->data, pixels->channels, pixels->width, pixels->height,
                               scale);
  tiles[1] = cvr_paint_heat (pixels->data, pixels->channels, heat->map, heat->width,
                             heat->height, scale, 0.65);
  sheet = cvr_paint_tiles (tiles, 2, 2, 10, theme);
  g_clear_pointer (&tiles[0], cairo_surface_destroy);
  g_clear_pointer (&tiles[1], cairo_surface_destroy);

  return sheet;
}

/* One box a node; frees with free_boxes(). */
static CvrNodeBox *
make_boxes (NnGraph *graph,
            guint    n)
{
  CvrNodeBox *boxes = g_new0 (CvrNodeBox, n);

  for (guint i = 0; i < n; i++)
    {
      NnShape shape = nn_graph_node_shape (graph, (NnNode) i);
      guint n_inputs = nn_graph_node_n_inputs (graph, (NnNode) i);
      gint *inputs = g_new (gint, MAX (n_inputs, 1));

      for (guint j = 0; j < n_inputs; j++)
        inputs[j] = nn_graph_node_input (graph, (NnNode) i, j);
      boxes[i] = (CvrNodeBox) {
        .name = nn_graph_node_name (graph, (NnNode) i),
          .op = nn_graph_node_op_name (graph, (NnNode) i),
        .size = nn_shape_dup_string (&shape), .channels = shape.rank > 1 ? shape.dims[1] : 1,
        .height = shape.rank > 2 ? shape.dims[2] : 1, .width = shape.rank > 3 ? shape.dims[3] : 1,
        .n_inputs = n_inputs, .inputs = inputs,
        .has_weights = nn_graph_node_has_weights (graph, (NnNode) i),
      };
    }

  return boxes;
}

static void
free_boxes (CvrNodeBox *boxes,
            guint       n)
{
  for (guint i = 0; i < n; i++)
    {
      g_free ((char *) boxes[i].size);
      g_free ((gint *) boxes[i].inputs);
    }
  g_free (boxes);
}

cairo_surface_t *
cvr_cli_draw_network (NnGraph        *graph,
                      double          height,
                      double          scale,
                      const CvrTheme *theme)
{
  guint n = nn_graph_n_nodes (graph);
  CvrNodeBox *boxes = make_boxes (graph, n);
  g_autofree CvrBoxPlace *places = g_new0 (CvrBoxPlace, n);
  double width = cvr_paint_network_layout (boxes, n, height, theme, places);
  cairo_surface_t *surface = NULL;

  if (width * scale <= 32000)
    {
      cairo_t *cr;

      surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (width * scale),
                                            (int) ceil (height * scale));
      cairo_surface_set_device_scale (surface, scale, scale);
      cr = cairo_create (surface);
      cairo_set_source_rgb (cr, theme->paper.red, theme->paper.green, theme->paper.blue);
      cairo_paint (cr);
      cvr_paint_network (cr, boxes, places, n, -1, -1, theme);
      cairo_destroy (cr);
    }
  free_boxes (boxes, n);

  return surface;
}
