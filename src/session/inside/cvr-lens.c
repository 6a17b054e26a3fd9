/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a map under the lens: which numbers before it, and which weights, it was made of. */
#include "cvr-lens-private.h"

#include "nn-terms.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The map before it with the window on it. Cells of the padding lie around it, empty. */
static void
add_whole (CvrLens            *self,
           const CvrLensPlace *place,
           guint               channel,
           const NnStencil    *stencil)
{
  const NnTerms *terms = place->terms;
  g_autoptr (CvrPlane) map = cvr_plane_of_map (place->maps, terms->input, channel);
  const guint32 *pad = stencil->pad;
  CvrPlane *padded;
  CvrLensPanel *panel;

  if (map == NULL)
    return;
  padded = cvr_plane_new (map->columns + pad[1] + pad[3], map->rows + pad[0] + pad[2]);
  for (guint row = 0; row < map->rows; row++)
    memcpy (padded->values + (gsize) (row + pad[0]) * padded->columns + pad[1],
            map->values + (gsize) row * map->columns, map->columns * sizeof (float));
  for (guint axis = 0; axis < 2; axis++)
    {
      self->stride[axis] = stencil->stride[axis];
      self->extent[axis] = stencil->dilation[axis] * (stencil->kernel[axis] - 1) + 1;
    }
  self->whole = (gint) self->n_panels;
  panel = cvr_lens_add_plane (self, padded,
                              cvr_lens_dup_map_title (place, terms->input, channel), "→");
  cvr_lens_frame (panel, (gint) (terms->left + pad[1]), (gint) (terms->top + pad[0]),
                  self->extent[1], self->extent[0]);
  panel->step[0] = stencil->dilation[0];
  panel->step[1] = stencil->dilation[1];
}

static CvrPlane *
plane_of_terms (const NnTerms *terms,
                const float   *values,
                guint          plane)
{
  gsize area = (gsize) terms->rows * terms->columns;
  CvrPlane *self = cvr_plane_new (terms->columns, terms->rows);

  memcpy (self->values, values + plane * area, area * sizeof (float));

  return self;
}

/* Value times weight, cell by cell; nothing in the padding. */
static CvrPlane *
multiply (const CvrPlane *values,
          const CvrPlane *weights)
{
  CvrPlane *self = cvr_plane_new (values->columns, values->rows);

  self->diverging = TRUE;
  for (gsize i = 0; i < (gsize) values->columns * values->rows; i++)
    if (isfinite (values->values[i]))
      self->values[i] = values->values[i] * weights->values[i];

  return self;
}

static void
add_products (CvrLens *self,
              CvrPlane *values,  /* (transfer full) */
              CvrPlane *weights, /* (transfer full) */
              char *seen,        /* (transfer full) */
              char *by)          /* (transfer full) */
{
  weights->diverging = TRUE;
  cvr_lens_add_plane (self, values, seen, "×");
  cvr_lens_add_plane (self, weights, by, "=");
  cvr_lens_add_plane (self, multiply (values, weights), g_strdup (_("products")), "→");
}

static char *
dup_map_row (const CvrLensPlace *place,
             guint               k)
{
  /* Translators: a map of the layer before, in a list of what adds up. */
  return g_strdup_printf (_("map %u"), k);
}

static char *
dup_input_row (const CvrLensPlace *place,
               guint               k)
{
  /* Translators: a value of the layer before, in a list of what adds up. */
  return g_strdup_printf (_("input %u"), k);
}

static void
add_sum (CvrLens            *self,
         const CvrLensPlace *place,
         const double       *parts,
         guint               n,
         guint               first,
         CvrLensRowText      dup_text)
{
  CvrLensPanel *panel = cvr_lens_add_panel (self, CVR_PANEL_ROWS, g_strdup (_("sum")), "→");

  cvr_lens_list_parts (panel, parts, n, first, dup_text, place);
  cvr_lens_add_row (panel, g_strdup (_("bias")), place->terms->bias);
  cvr_lens_add_total (panel, g_strdup ("="), self->value);
}

static char *
dup_window_note (const NnStencil *stencil)
{
  const guint32 *pad = stencil->pad, *stride = stencil->stride;
  guint32 padding = MAX (MAX (pad[0], pad[1]), MAX (pad[2], pad[3]));
  GString *note = g_string_new (NULL);

  if (stride[0] == stride[1])
    /* Translators: the window of a convolution or a pool. */
    g_string_append_printf (
        note,
        ngettext ("The window moves by %u pixel.", "The window moves by %u pixels.", stride[1]),
        stride[1]);
  else
    g_string_append_printf (note, _("The window moves by %u across and %u down."), stride[1],
                            stride[0]);
  if (stencil->dilation[0] > 1 || stencil->dilation[1] > 1)
    g_string_append_printf (note, _(" It takes one value of every %u (dilation)."),
                            MAX (stencil->dilation[0], stencil->dilation[1]));
  if (padding > 0)
    g_string_append_printf (note,
                            ngettext (" Around the map lies %u empty pixel (padding).",
                                      " Around the map lie %u empty pixels (padding).", padding),
                            padding);

  return g_string_free (note, FALSE);
}

static void
look_at_conv (CvrLens            *self,
              const CvrLensPlace *place)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (place->graph, place->node)->conv;
  const NnTerms *terms = place->terms;
  g_autofree double *parts = g_new (double, MAX (terms->planes, 1));
  g_autofree char *bias = cvr_lens_dup_value (terms->bias);
  g_autofree char *value = cvr_lens_dup_value (self->value);
  g_autofree char *most = NULL;
  guint shown = 0;

  for (guint c = 0; c < terms->planes; c++)
    {
      parts[c] = nn_terms_part (terms, c);
      if (fabs (parts[c]) > fabs (parts[shown]))
        shown = c;
    }
  if (place->plane >= (gint) terms->first && place->plane < (gint) (terms->first + terms->planes))
    shown = (guint) place->plane - terms->first;
  self->plane = terms->first + shown;
  self->n_planes = terms->planes;
  add_whole (self, place, self->plane, &conv->stencil);
  add_products (self, plane_of_terms (terms, terms->values, shown),
                plane_of_terms (terms, terms->weights, shown), g_strdup (_("window")),
                g_strdup_printf (_("filter %u"), place->tile + 1));
  add_sum (self, place, parts, terms->planes, terms->first, dup_map_row);
  self->note = dup_window_note (&conv->stencil);
  most = cvr_lens_dup_value (parts[shown]);
  if (terms->planes == 1)
    /* Translators: two numbers: the bias, and the sum of all products and the bias. */
    self->sentence = g_strdup_printf (
        _("Each value times its weight, all added up, and the bias %s: %s."), bias, value);
  else
    /* Translators: which map and its share of the sum; then how many maps, the bias and the sum. */
    self->sentence =
        g_strdup_printf (_("Map %u adds %s here. All %u maps and the bias %s add up to %s."),
                         self->plane + 1, most, terms->planes, bias, value);
}

static void
look_at_dense (CvrLens            *self,
               const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  g_autofree double *parts = g_new (double, MAX (terms->n, 1));
  g_autofree char *bias = cvr_lens_dup_value (terms->bias);
  g_autofree char *value = cvr_lens_dup_value (self->value);

  for (gsize i = 0; i < terms->n; i++)
    parts[i] = (double) terms->values[i] * (double) terms->weights[i];
  add_products (self, cvr_plane_of_vector (terms->values, terms->n),
                cvr_plane_of_vector (terms->weights, terms->n),
                cvr_lens_dup_layer (place, terms->input), g_strdup (_("weights")));
  add_sum (self, place, parts, (guint) terms->n, 0, dup_input_row);
  /* Translators: how many inputs there are, the bias, the sum. */
  self->sentence =
      g_strdup_printf (_("Each of %zu inputs times its weight, and the bias %s, add up to %s."),
                       terms->n, bias, value);
}

static void
look_at_window (CvrLens            *self,
                const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  const NnAttrs *attrs = nn_graph_node_attrs (place->graph, place->node);
  NnStencil whole = { { terms->rows, terms->columns }, { 1, 1 }, { 1, 1 }, { 0 } };
  gboolean global = nn_graph_node_kind (place->graph, place->node) == NN_OP_GLOBAL_POOL;
  const NnStencil *stencil = global ? &whole : &attrs->pool.stencil;
  gboolean mean = terms->rule == NN_TERMS_MEAN;
  g_autofree char *value = cvr_lens_dup_value (self->value);
  CvrLensPanel *panel;

  add_whole (self, place, terms->first, stencil);
  if (!global)
    {
      panel = cvr_lens_add_plane (self, plane_of_terms (terms, terms->values, 0),
                                  g_strdup (_("window")), "→");
      if (!mean)
        cvr_lens_frame (panel, (gint) (terms->chosen % terms->columns),
                        (gint) (terms->chosen / terms->columns), 1, 1);
      self->note = dup_window_note (stencil);
    }
  panel =
      cvr_lens_add_panel (self, CVR_PANEL_ROWS, g_strdup (mean ? _("mean") : _("largest")), "→");
  if (mean)
    {
      cvr_lens_add_row (panel, g_strdup (_("sum")), self->value * terms->divisor);
      cvr_lens_add_row (panel, g_strdup ("÷"), terms->divisor);
    }
  cvr_lens_add_total (panel, g_strdup ("="), self->value);
  self->sentence = g_strdup_printf (
      mean ? _("The mean of the window: %s.") : _("The largest of the window: %s."), value);
}

static void
look_before (CvrLens            *self,
             const CvrLensPlace *place)
{
  switch (place->terms->rule)
    {
    case NN_TERMS_PRODUCTS:
      if (nn_graph_node_kind (place->graph, place->node) == NN_OP_CONV)
        look_at_conv (self, place);
      else
        look_at_dense (self, place);
      break;
    case NN_TERMS_LARGEST:
    case NN_TERMS_MEAN:
      look_at_window (self, place);
      break;
    case NN_TERMS_NORM:
      cvr_lens_look_at_norm (self, place);
      break;
    case NN_TERMS_FUNCTION:
      cvr_lens_look_at_function (self, place);
      break;
    case NN_TERMS_SHARE:
      cvr_lens_look_at_share (self, place);
      break;
    case NN_TERMS_SUM:
      cvr_lens_look_at_sum (self, place);
      break;
    case NN_TERMS_COPY:
      cvr_lens_look_at_copy (self, place);
      break;
    case NN_TERMS_NONE:
    default:
      break;
    }
}

static gboolean
find_place (CvrLensPlace *place)
{
  const NnShape *shape = &place->maps->shapes[place->node];

  if (place->maps->values[place->node] == NULL)
    return FALSE;
  if (shape->rank == 4)
    {
      place->index =
          ((gsize) place->tile * shape->dims[2] + place->row) * shape->dims[3] + place->column;

      return place->tile < shape->dims[1] && place->row < shape->dims[2]
             && place->column < shape->dims[3];
    }
  place->index = (gsize) place->row * cvr_plane_vector_columns (shape->dims[1]) + place->column;

  return place->column < cvr_plane_vector_columns (shape->dims[1]) && place->index < shape->dims[1];
}

/**
 * cvr_lens_new:
 * @column: of the plane that cvr_plane_of_map() gives
 * @plane: the input map to show, of those that are added up; −1: the one that weighs most
 * @titles: (nullable): [n_classes]
 *
 * Returns: (transfer full) (nullable): how the value at that place came about
 */
CvrLens *
cvr_lens_new (CvrMaps *maps,
              NnNode   node,
              guint    tile,
              guint    column,
              guint    row,
              gint     plane,
              char *const *titles)
{
  CvrLensPlace place = {
    .maps = maps, .node = node, .tile = tile, .column = column, .row = row, .plane = plane,
    .titles = titles != NULL ? titles : maps->model->classes
  };
  g_autoptr (NnTerms) terms = NULL;
  CvrLens *self;

  g_return_val_if_fail (maps != NULL && node >= 0 && (guint) node < maps->n_nodes, NULL);

  place.graph = maps->model->graph;
  if (!find_place (&place))
    return NULL;
  terms = nn_terms_new (place.graph, maps->model->params, maps->values, node, place.index);
  if (terms == NULL)
    return NULL;
  place.terms = terms;
  self = g_new0 (CvrLens, 1);
  self->whole = -1;
  self->value = (double) maps->values[node][place.index];
  if (terms->input == NN_NODE_NONE || terms->rule == NN_TERMS_NONE
      || maps->shapes[terms->input].rank == nn_graph_node_shape (place.graph, terms->input).rank)
    look_before (self, &place);
  self->own = self->n_panels;
  cvr_lens_frame (cvr_lens_add_plane (self, cvr_plane_of_map (maps, node, tile),
                                      cvr_lens_dup_map_title (&place, node, tile), NULL),
                  (gint) column, (gint) row, 1, 1);
  self->out[0] = self->panels[self->own].plane->rows;
  self->out[1] = self->panels[self->own].plane->columns;
  if (self->sentence == NULL)
    self->sentence = cvr_lens_dup_value (self->value);
  cvr_lens_close (self, &place);

  return self;
}

void
cvr_lens_free (CvrLens *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_panels; i++)
    {
      cvr_plane_free (self->panels[i].plane);
      g_free (self->panels[i].title);
      for (guint k = 0; k < self->panels[i].n_rows; k++)
        g_free (self->panels[i].list[k].text);
    }
  g_free (self->sentence);
  g_free (self->note);
  g_free (self);
}

/**
 * cvr_lens_locate:
 * @column: of the whole map's panel, its padding counted
 *
 * Returns: %FALSE where no place of the input leads to one of the output
 */
gboolean
cvr_lens_locate (const CvrLens *self,
                 guint          column,
                 guint          row,
                 guint         *out_column,
                 guint         *out_row)
{
  const guint place[2] = { row, column };
  guint out[2];

  if (self->whole < 0)
    return FALSE;
  for (guint axis = 0; axis < 2; axis++)
    {
      double middle = (double) place[axis] - (self->extent[axis] - 1) / 2.0;

      out[axis] =
          (guint) CLAMP (lround (middle / self->stride[axis]), 0, (long) self->out[axis] - 1);
    }
  *out_row = out[0];
  *out_column = out[1];

  return TRUE;
}
