/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of a network's first layer, as they are now. */
#include "cvr-filter-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrFilterView
{
  CvrCanvas parent_instance;

  CvrModel    *model;
  const float *weights;                  /* [K, C, R, S], the model's */
  guint        k, c, r, s;
  float        limit;                    /* largest magnitude */
};

G_DEFINE_FINAL_TYPE (CvrFilterView, cvr_filter_view, CVR_TYPE_CANVAS)

/* More than that can't be told apart. */
enum { MAX_FILTERS = 64, GAP = 4 };

/* The first node with weights; a dense layer's rows are filters as large as the picture. */
static void
find_weights (CvrFilterView *self)
{
  NnGraph *graph = self->model->graph;

  self->k = 0;
  for (NnNode node = 0; node < (NnNode) nn_graph_n_nodes (graph); node++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, node);
      const NnAttrs *attrs = nn_graph_node_attrs (graph, node);
      NnShape in;
      gsize n_values, per_filter;

      if (kind != NN_OP_CONV && kind != NN_OP_DENSE)
        continue;
      in = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
      if (in.rank != 4)
        return;
      self->weights = nn_params_peek (self->model->params, node, NN_SLOT_WEIGHT, &n_values);
      self->k = kind == NN_OP_CONV ? attrs->conv.filters : attrs->dense.units;
      self->c = kind == NN_OP_CONV ? in.dims[1] / MAX (attrs->conv.groups, 1) : in.dims[1];
      self->r = kind == NN_OP_CONV ? attrs->conv.stencil.kernel[0] : in.dims[2];
      self->s = kind == NN_OP_CONV ? attrs->conv.stencil.kernel[1] : in.dims[3];
      per_filter = (gsize) self->c * self->r * self->s;
      if (self->weights == NULL || per_filter == 0 || n_values / per_filter < self->k)
        self->k = 0;
      self->k = MIN (self->k, MAX_FILTERS);
      self->limit = 0;
      for (gsize i = 0; i < self->k * per_filter; i++)
        self->limit = MAX (self->limit, fabsf (self->weights[i]));
      return;
    }
}

/* Columns that give the largest whole-number enlargement. */
static guint
best_columns (guint   n,
              guint   tile_width,
              guint   tile_height,
              double  width,
              double  height,
              guint  *scale)
{
  guint best = 1;

  *scale = 0;
  for (guint columns = 1; columns <= n; columns++)
    {
      guint lines = (n + columns - 1) / columns;
      double x = (width - (columns - 1) * GAP) / (columns * tile_width);
      double y = (height - (lines - 1) * GAP) / (lines * tile_height);
      guint fits = (guint) MAX (MIN (x, y), 0);

      if (fits > *scale)
        {
          *scale = fits;
          best = columns;
        }
    }

  return best;
}

static void
cvr_filter_view_draw (CvrCanvas      *canvas,
                      cairo_t        *cr,
                      double          width,
                      double          height,
                      const CvrTheme *theme)
{
  CvrFilterView *self = CVR_FILTER_VIEW (canvas);
  guint columns, scale, shown = self->k;
  double left;

  if (self->k == 0 || self->limit <= 0)
    return;
  columns = best_columns (shown, self->s, self->r, width, height, &scale);
  scale = MAX (scale, 1);
  left = floor (MAX (0, (width - columns * (self->s * scale + GAP) + GAP) / 2));
  for (guint i = 0; i < shown; i++)
    {
      cairo_surface_t *tile =
        cvr_paint_kernel (self->weights + (gsize) i * self->c * self->r * self->s, self->c, self->r,
                          self->s, scale, self->limit, theme);
      double x = left + i % columns * (double) (self->s * scale + GAP);
      double y = i / columns * (double) (self->r * scale + GAP);

      if (tile == NULL)
        return;
      cairo_set_source_surface (cr, tile, x, y);
      cairo_paint (cr);
      cairo_surface_destroy (tile);
      cairo_set_source_rgba (cr, theme->grid.red, theme->grid.green, theme->grid.blue, 1);
      cairo_set_line_width (cr, 1);
      cairo_rectangle (cr, x - 0.5, y - 0.5, self->s * scale + 1, self->r * scale + 1);
      cairo_stroke (cr);
    }
}

static void
cvr_filter_view_finalize (GObject *object)
{
  g_clear_pointer (&CVR_FILTER_VIEW (object)->model, cvr_model_unref);

  G_OBJECT_CLASS (cvr_filter_view_parent_class)->finalize (object);
}

static void
cvr_filter_view_class_init (CvrFilterViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_filter_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_filter_view_draw;
}

static void
cvr_filter_view_init (CvrFilterView *self)
{
  cvr_canvas_set_min_size (CVR_CANVAS (self), 180, 150);
  cvr_canvas_set_label (CVR_CANVAS (self), _("Filters of the first layer"));
}

/**
 * cvr_filter_view_set_model:
 * @model: (nullable): whose first layer is drawn; held until the next
 */
void
cvr_filter_view_set_model (CvrFilterView *self,
                           CvrModel      *model)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CVR_IS_FILTER_VIEW (self));

  if (self->model == model)
    return;
  g_clear_pointer (&self->model, cvr_model_unref);
  self->k = 0;
  if (model != NULL)
    {
      self->model = cvr_model_ref (model);
      find_weights (self);
    }
  /* Translators: number of filters, their width and height. */
  text = g_strdup_printf (ngettext ("%u filter of %u × %u", "%u filters of %u × %u", self->k),
                          self->k, self->s, self->r);
  cvr_canvas_set_description (CVR_CANVAS (self), self->k > 0 ? text : _("None yet"));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_filter_view_n_filters:
 *
 * Returns: how many filters are drawn
 */
guint
cvr_filter_view_n_filters (CvrFilterView *self)
{
  g_return_val_if_fail (CVR_IS_FILTER_VIEW (self), 0);

  return self->k;
}

gboolean
cvr_filter_view_in_colour (CvrFilterView *self)
{
  g_return_val_if_fail (CVR_IS_FILTER_VIEW (self), FALSE);

  return self->k > 0 && self->c == 3;
}
