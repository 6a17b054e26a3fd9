/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a map under the lens: which numbers before it, and which weights, it was made of. */
#include "cvr-lens.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Planes of a filter shown side by side; cells around a value; inputs of a dense layer listed. */
enum { MAX_FILTER_PLANES = 8, AROUND = 5, LISTED = 5 };

/* Where a value stands. */
typedef struct
{
  CvrMaps *maps;
  NnNode   node;
  guint    tile, column, row;
  gsize    index; /* in the node's values */
  float    value;
} Place;

/**
 * cvr_plane_new:
 *
 * Returns: (transfer full): a plane without any value yet
 */
CvrPlane *
cvr_plane_new (guint columns,
               guint rows)
{
  CvrPlane *self = g_new0 (CvrPlane, 1);

  self->columns = columns;
  self->rows = rows;
  self->values = g_new (float, MAX ((gsize) columns * rows, 1));
  for (gsize i = 0; i < (gsize) columns * rows; i++)
    self->values[i] = -INFINITY;

  return self;
}

void
cvr_plane_free (CvrPlane *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self);
}

/**
 * cvr_plane_of_map:
 * @tile: ignored for a vector
 *
 * Returns: (transfer full) (nullable): a copy; %NULL where the layer was not run
 */
CvrPlane *
cvr_plane_of_map (CvrMaps *maps,
                  NnNode   node,
                  guint    tile)
{
  const NnShape *shape = &maps->shapes[node];
  const float *values = maps->values[node];
  CvrPlane *self;
  guint columns;

  if (values == NULL)
    return NULL;
  if (shape->rank == 4)
    {
      gsize count = (gsize) shape->dims[2] * shape->dims[3];

      if (tile >= shape->dims[1])
        return NULL;
      self = cvr_plane_new (shape->dims[3], shape->dims[2]);
      memcpy (self->values, values + tile * count, count * sizeof (float));
      return self;
    }
  columns = MIN (shape->dims[1], (guint) CVR_VECTOR_COLUMNS);
  self = cvr_plane_new (columns, (shape->dims[1] + columns - 1) / columns);
  memcpy (self->values, values, shape->dims[1] * sizeof (float));

  return self;
}

/* Weights of filter @k of a convolution, [depth, R, S]. */
static const float *
filter_weights (CvrMaps *maps,
                NnNode   node,
                guint    k,
                guint   *depth)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (maps->model->graph, node)->conv;
  gsize area = (gsize) conv->stencil.kernel[0] * conv->stencil.kernel[1], n_values = 0;
  const float *weights = nn_params_peek (maps->model->params, node, NN_SLOT_WEIGHT, &n_values);

  if (weights == NULL || k >= conv->filters)
    return NULL;
  *depth = (guint) (n_values / (conv->filters * area));

  return weights + (gsize) k * *depth * area;
}

/**
 * cvr_plane_of_filter:
 *
 * An empty column stands between two planes; the first planes of a deep filter are shown.
 *
 * Returns: (transfer full) (nullable): %NULL without weights
 */
CvrPlane *
cvr_plane_of_filter (CvrMaps *maps,
                     NnNode   node,
                     guint    tile)
{
  const guint32 *kernel = nn_graph_node_attrs (maps->model->graph, node)->conv.stencil.kernel;
  guint depth = 0;
  const float *weights = filter_weights (maps, node, tile, &depth);
  guint shown = MIN (depth, (guint) MAX_FILTER_PLANES), pitch = kernel[1] + 1;
  CvrPlane *self;

  if (weights == NULL || shown == 0)
    return NULL;
  self = cvr_plane_new (shown * pitch - 1, kernel[0]);
  self->diverging = TRUE;
  for (guint c = 0; c < shown; c++)
    for (guint r = 0; r < kernel[0]; r++)
      memcpy (self->values + (gsize) r * self->columns + c * pitch,
              weights + ((gsize) c * kernel[0] + r) * kernel[1], kernel[1] * sizeof (float));

  return self;
}

/**
 * cvr_lens_dup_number:
 * @decimals: digits behind the point
 *
 * Returns: (transfer full): the number as people write it
 */
char *
cvr_lens_dup_number (double value,
                     guint  decimals)
{
  g_autofree char *digits = g_strdup_printf ("%.*f", (int) decimals, fabs (value));

  /* No minus before a zero. */
  if (value < 0 && strpbrk (digits, "123456789") != NULL)
    return g_strconcat ("−", digits, NULL);

  return g_steal_pointer (&digits);
}

static char *
dup_value (double value)
{
  return cvr_lens_dup_number (value, 3);
}

static void
add_panel (CvrLens    *self,
           CvrPlane   *plane,  /* (transfer full) */
           char       *title,  /* (transfer full) */
           const char *sign)
{
  self->panels[self->n_panels] = plane;
  self->titles[self->n_panels] = title;
  self->signs[self->n_panels++] = sign;
}

static CvrPlane *
plane_of_value (float value)
{
  CvrPlane *plane = cvr_plane_new (1, 1);

  plane->values[0] = value;

  return plane;
}

/* What a stencil covers of map @channel of @node for an output at (@column, @row). */
static CvrPlane *
stencil_plane (CvrMaps         *maps,
               NnNode           node,
               guint            channel,
               const NnStencil *stencil,
               guint            column,
               guint            row)
{
  const NnShape *shape = &maps->shapes[node];
  const float *map = maps->values[node] + (gsize) channel * shape->dims[2] * shape->dims[3];
  CvrPlane *plane = cvr_plane_new (stencil->kernel[1], stencil->kernel[0]);

  for (guint r = 0; r < stencil->kernel[0]; r++)
    for (guint s = 0; s < stencil->kernel[1]; s++)
      {
        gint64 y =
            (gint64) row * stencil->stride[0] + (gint64) r * stencil->dilation[0] - stencil->pad[0];
        gint64 x = (gint64) column * stencil->stride[1] + (gint64) s * stencil->dilation[1]
                   - stencil->pad[1];

        if (y >= 0 && x >= 0 && y < shape->dims[2] && x < shape->dims[3])
          plane->values[r * plane->columns + s] = map[y * shape->dims[3] + x];
      }

  return plane;
}

/* The value with its neighbours; alone where the layer has no maps. */
static CvrPlane *
around (const Place *place,
        NnNode       node)
{
  const NnStencil stencil = nn_stencil (AROUND, 1, AROUND / 2);
  CvrPlane *plane;

  if (place->maps->shapes[node].rank != 4)
    return plane_of_value (place->maps->values[node][place->index]);

  plane = stencil_plane (place->maps, node, place->tile, &stencil, place->column, place->row);
  plane->centred = TRUE;

  return plane;
}

static char *
dup_map_title (const Place *place,
               NnNode       node,
               guint        channel)
{
  const char *name = nn_graph_node_name (place->maps->model->graph, node);

  if (place->maps->shapes[node].rank != 4)
    return g_strdup (name);

  /* Translators: a layer's name, then which of its maps. */
  return g_strdup_printf (_("%s, map %u"), name, channel + 1);
}

static double
bias_of (const Place *place,
         guint        k)
{
  gsize n_values = 0;
  const float *bias =
      nn_params_peek (place->maps->model->params, place->node, NN_SLOT_BIAS, &n_values);

  return bias != NULL && k < n_values ? (double) bias[k] : 0;
}

static double
dot (const CvrPlane *patch,
     const float    *weights)
{
  double sum = 0;

  for (guint i = 0; i < patch->columns * patch->rows; i++)
    if (isfinite (patch->values[i]))
      sum += (double) patch->values[i] * (double) weights[i];

  return sum;
}

/* The map before it that weighs most at this place: what it holds there times the filter's plane
 * for it. */
static void
look_at_conv (CvrLens     *self,
              const Place *place,
              NnNode       input)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (place->maps->model->graph, place->node)->conv;
  gsize area = (gsize) conv->stencil.kernel[0] * conv->stencil.kernel[1];
  guint depth = 0, strongest = 0;
  const float *weights = filter_weights (place->maps, place->node, place->tile, &depth);
  guint first = weights != NULL ? place->tile / (conv->filters / MAX (conv->groups, 1)) * depth : 0;
  g_autofree char *bias = dup_value (bias_of (place, place->tile));
  g_autofree char *value = dup_value ((double) place->value);
  g_autofree char *most = NULL;
  CvrPlane *patch = NULL, *kernel;
  double largest = 0;

  if (weights == NULL)
    return;
  for (guint c = 0; c < depth; c++)
    {
      g_autoptr (CvrPlane) covered =
          stencil_plane (place->maps, input, first + c, &conv->stencil, place->column, place->row);
      double part = dot (covered, weights + c * area);

      if (patch == NULL || fabs (part) > fabs (largest))
        {
          g_clear_pointer (&patch, cvr_plane_free);
          patch = g_steal_pointer (&covered);
          largest = part;
          strongest = c;
        }
    }
  kernel = cvr_plane_new (conv->stencil.kernel[1], conv->stencil.kernel[0]);
  kernel->diverging = TRUE;
  memcpy (kernel->values, weights + strongest * area, area * sizeof (float));
  add_panel (self, patch, dup_map_title (place, input, first + strongest), "×");
  add_panel (self, kernel, g_strdup_printf (_("filter %u"), place->tile + 1), "→");
  most = dup_value (largest);
  if (depth == 1)
    /* Translators: two numbers: the bias, and the sum of all products and the bias. */
    self->sentence =
        g_strdup_printf (_("Each value times its weight, all added up, and the bias %s: %s."),
                         bias, value);
  else
    /* Translators: which map and its share of the sum; then how many maps, the bias and the sum. */
    self->sentence = g_strdup_printf (
        _("Map %u weighs most here: %s. All %u maps and the bias %s add up to %s."),
        first + strongest + 1, most, depth, bias, value);
}

/* The inputs of a dense layer's unit that weigh most, strongest first. */
static void
look_at_dense (CvrLens     *self,
               const Place *place,
               NnNode       input)
{
  gsize n_values = 0, n_inputs = 0;
  const float *weights =
      nn_params_peek (place->maps->model->params, place->node, NN_SLOT_WEIGHT, &n_values);
  const float *inputs = place->maps->values[input];
  guint units = nn_graph_node_attrs (place->maps->model->graph, place->node)->dense.units, n_listed;
  g_autofree char *bias = dup_value (bias_of (place, (guint) place->index));
  g_autofree char *value = dup_value ((double) place->value);
  gsize listed[LISTED];
  CvrPlane *before, *between;

  if (weights == NULL || !nn_shape_count (&place->maps->shapes[input], &n_inputs)
      || n_inputs * units != n_values)
    return;
  weights += place->index * n_inputs;
  n_listed = (guint) MIN (n_inputs, (gsize) LISTED);
  before = cvr_plane_new (1, n_listed);
  between = cvr_plane_new (1, n_listed);
  between->diverging = TRUE;
  for (guint i = 0; i < n_listed; i++)
    {
      gsize best = n_inputs;

      for (gsize j = 0; j < n_inputs; j++)
        {
          gboolean taken = FALSE;

          for (guint k = 0; k < i; k++)
            taken = taken || listed[k] == j;
          if (!taken
              && (best == n_inputs
                  || fabsf (inputs[j] * weights[j]) > fabsf (inputs[best] * weights[best])))
            best = j;
        }
      listed[i] = best;
      before->values[i] = inputs[best];
      between->values[i] = weights[best];
    }
  add_panel (self, before, g_strdup (nn_graph_node_name (place->maps->model->graph, input)), "×");
  add_panel (self, between, g_strdup (_("weights")), "→");
  /* Translators: how many inputs are listed, how many there are, the bias, the sum. */
  self->sentence = g_strdup_printf (
      _("The %u of %zu inputs that weigh most. All of them and the bias %s add up to %s."),
      n_listed, n_inputs, bias, value);
}

static void
look_at_pool (CvrLens     *self,
              const Place *place,
              NnNode       input)
{
  const NnPoolSpec *pool = &nn_graph_node_attrs (place->maps->model->graph, place->node)->pool;
  g_autofree char *value = dup_value ((double) place->value);

  add_panel (self,
             stencil_plane (place->maps, input, place->tile, &pool->stencil, place->column,
                            place->row),
             dup_map_title (place, input, place->tile), "→");
  self->sentence = g_strdup_printf (pool->average ? _("The mean of the window: %s.")
                                                  : _("The largest of the window: %s."),
                                    value);
}

/* A layer that treats every value alike. */
static void
look_at_each (CvrLens     *self,
              const Place *place,
              NnNode       input)
{
  g_autofree char *before = dup_value ((double) place->maps->values[input][place->index]);
  g_autofree char *after = dup_value ((double) place->value);

  add_panel (self, around (place, input), dup_map_title (place, input, place->tile), "→");
  /* Translators: a value before the layer and after it. */
  self->sentence = g_strdup_printf (_("%s becomes %s."), before, after);
}

static void
look_at_sum (CvrLens     *self,
             const Place *place,
             NnNode       first,
             NnNode       second)
{
  g_autofree char *a = dup_value ((double) place->maps->values[first][place->index]);
  g_autofree char *b = dup_value ((double) place->maps->values[second][place->index]);
  g_autofree char *sum = dup_value ((double) place->value);

  add_panel (self, around (place, first), dup_map_title (place, first, place->tile), "+");
  add_panel (self, around (place, second), dup_map_title (place, second, place->tile), "→");
  /* Translators: an addition of two numbers and its result. */
  self->sentence = g_strdup_printf (_("%s and %s add up to %s."), a, b, sum);
}

/* Everything but the outcome; leaves the lens empty where nothing is to be told. */
static void
look_before (CvrLens     *self,
             const Place *place)
{
  NnGraph *graph = place->maps->model->graph;
  NnNode input = nn_graph_node_n_inputs (graph, place->node) > 0
                     ? nn_graph_node_input (graph, place->node, 0)
                     : NN_NODE_NONE;

  if (input == NN_NODE_NONE || place->maps->values[input] == NULL)
    return;
  switch (nn_graph_node_kind (graph, place->node))
    {
    case NN_OP_CONV:
      look_at_conv (self, place, input);
      break;
    case NN_OP_DENSE:
      look_at_dense (self, place, input);
      break;
    case NN_OP_POOL:
      look_at_pool (self, place, input);
      break;
    case NN_OP_ACTIVATION:
    case NN_OP_BATCH_NORM:
    case NN_OP_DROPOUT:
    case NN_OP_FAKE_QUANT:
      look_at_each (self, place, input);
      break;
    case NN_OP_ADD:
      look_at_sum (self, place, input, nn_graph_node_input (graph, place->node, 1));
      break;
    default:
      break;
    }
}

static gboolean
is_windowed (NnOpKind kind)
{
  return kind == NN_OP_CONV || kind == NN_OP_DENSE || kind == NN_OP_POOL;
}

static gboolean
find_place (Place *place)
{
  const NnShape *shape = &place->maps->shapes[place->node];

  if (place->maps->values[place->node] == NULL)
    return FALSE;
  if (shape->rank == 4)
    {
      if (place->tile >= shape->dims[1] || place->row >= shape->dims[2]
          || place->column >= shape->dims[3])
        return FALSE;
      place->index =
          ((gsize) place->tile * shape->dims[2] + place->row) * shape->dims[3] + place->column;
    }
  else
    {
      guint columns = MIN (shape->dims[1], (guint) CVR_VECTOR_COLUMNS);

      place->index = (gsize) place->row * columns + place->column;
      if (place->column >= columns || place->index >= shape->dims[1])
        return FALSE;
    }
  place->value = place->maps->values[place->node][place->index];

  return TRUE;
}

/**
 * cvr_lens_new:
 * @column: of the plane that cvr_plane_of_map() gives
 *
 * Returns: (transfer full) (nullable): how the value at that place came about
 */
CvrLens *
cvr_lens_new (CvrMaps *maps,
              NnNode   node,
              guint    tile,
              guint    column,
              guint    row)
{
  Place place = { .maps = maps, .node = node, .tile = tile, .column = column, .row = row };
  CvrLens *self;
  CvrPlane *outcome;

  g_return_val_if_fail (maps != NULL && node >= 0 && (guint) node < maps->n_nodes, NULL);

  if (!find_place (&place))
    return NULL;
  self = g_new0 (CvrLens, 1);
  look_before (self, &place);
  /* What was made of a window is one value; where each value is its own, its neighbours show where
   * it stands. */
  outcome = self->n_panels > 0 && is_windowed (nn_graph_node_kind (maps->model->graph, node))
                ? plane_of_value (place.value)
                : around (&place, node);
  add_panel (self, outcome, dup_map_title (&place, node, tile), NULL);
  if (self->sentence == NULL)
    self->sentence = dup_value ((double) place.value);

  return self;
}

void
cvr_lens_free (CvrLens *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_panels; i++)
    {
      cvr_plane_free (self->panels[i]);
      g_free (self->titles[i]);
    }
  g_free (self->sentence);
  g_free (self);
}
