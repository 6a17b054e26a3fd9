/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one value inside a network was made of: its numbers one by one, and the sum done again. */
#include "nn-terms.h"

#include "nn-activation.h"
#include "nn-op.h"

#include <math.h>

/* Where the value in question stands. */
typedef struct
{
  NnGraph      *graph;
  NnParams     *params;
  float *const *values;
  NnNode        node;
  NnShape       in, out;        /* of the first input, and its own */
  gsize         index;
  guint         channel, row, column; /* of maps; of a vector the channel is the index */
} Place;

static void
reserve (NnTerms *self,
         guint    planes,
         guint    rows,
         guint    columns)
{
  self->planes = planes;
  self->rows = rows;
  self->columns = columns;
  self->n = (gsize) planes * rows * columns;
  self->values = g_new (float, MAX (self->n, 1));
  self->places = g_new (gint64, MAX (self->n, 1));
}

static void
read_place (NnTerms     *self,
            const Place *place,
            gsize        i,
            gint64       at)
{
  self->places[i] = at;
  self->values[i] = at < 0 ? -INFINITY : place->values[self->input][at];
}

/* What @stencil covers on @planes maps from @first on. */
static void
read_window (NnTerms         *self,
             const Place     *place,
             const NnStencil *stencil,
             guint            first,
             guint            planes)
{
  gint64 height = place->in.dims[2], width = place->in.dims[3];
  gsize i = 0;

  reserve (self, planes, stencil->kernel[0], stencil->kernel[1]);
  self->first = first;
  self->top = (gint64) place->row * stencil->stride[0] - stencil->pad[0];
  self->left = (gint64) place->column * stencil->stride[1] - stencil->pad[1];
  self->step[0] = stencil->dilation[0];
  self->step[1] = stencil->dilation[1];
  for (guint plane = first; plane < first + planes; plane++)
    for (gint64 r = 0; r < self->rows; r++)
      for (gint64 s = 0; s < self->columns; s++, i++)
        {
          gint64 y = self->top + r * self->step[0], x = self->left + s * self->step[1];
          gboolean inside = y >= 0 && x >= 0 && y < height && x < width;

          read_place (self, place, i, inside ? (plane * height + y) * width + x : -1);
        }
}

static void
read_one (NnTerms     *self,
          const Place *place,
          gsize        at)
{
  gboolean maps = place->in.rank == 4;
  gsize area = maps ? (gsize) place->in.dims[2] * place->in.dims[3] : 1;

  reserve (self, 1, 1, 1);
  self->first = (guint) (at / area);
  self->top = maps ? (gint64) (at % area / place->in.dims[3]) : 0;
  self->left = maps ? (gint64) (at % area % place->in.dims[3]) : 0;
  read_place (self, place, 0, (gint64) at);
}

/* Every value of the input, maps behind each other. */
static void
read_all (NnTerms     *self,
          const Place *place,
          gsize        n)
{
  gboolean maps = place->in.rank == 4;

  reserve (self, maps ? place->in.dims[1] : 1, maps ? place->in.dims[2] : (guint) n,
           maps ? place->in.dims[3] : 1);
  for (gsize i = 0; i < n; i++)
    read_place (self, place, i, (gint64) i);
}

static float *
copy_weights (const Place *place,
              gsize        from,
              gsize        n)
{
  gsize n_values = 0;
  const nn_real *weights = nn_params_peek (place->params, place->node, NN_SLOT_WEIGHT, &n_values);
  float *copy = g_new (float, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    copy[i] = weights != NULL && from + i < n_values ? (float) weights[from + i] : 0;

  return copy;
}

static double
slot_value (const Place *place,
            NnSlot       slot,
            gsize        k,
            double       otherwise)
{
  gsize n_values = 0;
  const nn_real *values = nn_params_peek (place->params, place->node, slot, &n_values);

  return values != NULL && k < n_values ? (double) values[k] : otherwise;
}

static void
add_products (NnTerms *self)
{
  self->rule = NN_TERMS_PRODUCTS;
  self->result = self->bias;
  for (guint plane = 0; plane < self->planes; plane++)
    self->result += nn_terms_part (self, plane);
}

static void
tell_conv (NnTerms     *self,
           const Place *place)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (place->graph, place->node)->conv;
  guint groups = MAX (conv->groups, 1), depth = place->in.dims[1] / groups;
  guint group = place->channel / MAX (conv->filters / groups, 1);

  read_window (self, place, &conv->stencil, group * depth, depth);
  self->weights = copy_weights (place, place->channel * self->n, self->n);
  self->bias = slot_value (place, NN_SLOT_BIAS, place->channel, 0);
  add_products (self);
}

static void
tell_dense (NnTerms     *self,
            const Place *place)
{
  gsize n = 0;

  if (!nn_shape_count (&place->in, &n))
    return;
  read_all (self, place, n);
  self->weights = copy_weights (place, place->index * n, n);
  self->bias = slot_value (place, NN_SLOT_BIAS, place->index, 0);
  add_products (self);
}

static void
find_largest (NnTerms *self)
{
  self->rule = NN_TERMS_LARGEST;
  self->result = -INFINITY;
  for (gsize i = 0; i < self->n; i++)
    if ((double) self->values[i] > self->result)
      {
        self->chosen = i;
        self->result = (double) self->values[i];
      }
}

static void
find_mean (NnTerms *self,
           double   divisor)
{
  self->rule = NN_TERMS_MEAN;
  self->divisor = divisor;
  for (gsize i = 0; i < self->n; i++)
    if (self->places[i] >= 0)
      self->result += (double) self->values[i];
  self->result /= divisor;
}

static void
tell_pool (NnTerms     *self,
           const Place *place)
{
  const NnPoolSpec *pool = &nn_graph_node_attrs (place->graph, place->node)->pool;
  NnWindow window = nn_op_window (&pool->stencil, &place->in, &place->out);

  read_window (self, place, &pool->stencil, place->channel, 1);
  if (pool->average)
    find_mean (self, (double) nn_window_count (&window, pool->count_pad, place->row,
                                               place->column));
  else
    find_largest (self);
}

static void
tell_global_pool (NnTerms     *self,
                  const Place *place)
{
  NnStencil whole = { { place->in.dims[2], place->in.dims[3] }, { 1, 1 }, { 1, 1 }, { 0 } };

  read_window (self, place, &whole, place->channel, 1);
  if (nn_graph_node_attrs (place->graph, place->node)->global_pool.average)
    find_mean (self, (double) self->n);
  else
    find_largest (self);
}

static void
tell_norm (NnTerms     *self,
           const Place *place)
{
  read_one (self, place, place->index);
  self->rule = NN_TERMS_NORM;
  self->epsilon = (double) nn_graph_node_attrs (place->graph, place->node)->batch_norm.epsilon;
  self->mean = slot_value (place, NN_SLOT_MEAN, place->channel, 0);
  self->variance = slot_value (place, NN_SLOT_VARIANCE, place->channel, 1);
  self->scale = slot_value (place, NN_SLOT_WEIGHT, place->channel, 1);
  self->shift = slot_value (place, NN_SLOT_BIAS, place->channel, 0);
  self->result = ((double) self->values[0] - self->mean) / sqrt (self->variance + self->epsilon)
                     * self->scale
                 + self->shift;
}

static void
tell_function (NnTerms     *self,
               const Place *place)
{
  nn_real x, y;

  read_one (self, place, place->index);
  self->rule = NN_TERMS_FUNCTION;
  x = (nn_real) self->values[0];
  nn_terms_function (place->graph, place->node, 1, &x, &y);
  self->result = (double) y;
}

/* Along the axis of the softmax, at the other axes' place. */
static void
tell_share (NnTerms     *self,
            const Place *place)
{
  const NnSoftmaxSpec *softmax = &nn_graph_node_attrs (place->graph, place->node)->softmax;
  gsize inner = 1, extent = place->in.dims[softmax->axis], first;
  double largest = -INFINITY;

  for (guint i = softmax->axis + 1; i < place->in.rank; i++)
    inner *= place->in.dims[i];
  first = place->index / (inner * extent) * inner * extent + place->index % inner;
  reserve (self, 1, (guint) extent, 1);
  for (gsize i = 0; i < extent; i++)
    {
      read_place (self, place, i, (gint64) (first + i * inner));
      largest = MAX (largest, (double) self->values[i]);
    }
  self->rule = NN_TERMS_SHARE;
  self->chosen = (place->index - first) / inner;
  for (gsize i = 0; i < extent; i++)
    self->divisor += exp ((double) self->values[i] - largest);
  self->result = exp ((double) self->values[self->chosen] - largest) / self->divisor;
  if (softmax->log)
    self->result = log (self->result);
}

/* Two or more layers of one shape, value by value. */
static void
tell_sum (NnTerms     *self,
          const Place *place)
{
  guint n = nn_graph_node_n_inputs (place->graph, place->node);

  reserve (self, n, 1, 1);
  self->rule = NN_TERMS_SUM;
  self->sources = g_new (NnNode, n);
  for (guint i = 0; i < n; i++)
    {
      self->sources[i] = nn_graph_node_input (place->graph, place->node, i);
      self->places[i] = (gint64) place->index;
      self->values[i] = place->values[self->sources[i]][place->index];
      self->result += (double) self->values[i];
    }
}

static void
tell_copy (NnTerms     *self,
           const Place *place,
           gsize        at)
{
  read_one (self, place, at);
  self->rule = NN_TERMS_COPY;
  self->result = (double) self->values[0];
}

/* Which of the layers that lie behind each other along the channels. */
static void
tell_concat (NnTerms *self,
             Place   *place)
{
  guint n = nn_graph_node_n_inputs (place->graph, place->node);
  guint32 axis = nn_graph_node_attrs (place->graph, place->node)->concat.axis;
  gsize before = 0, inner = 1;

  if (axis != 1)
    return;
  for (guint i = 2; i < place->out.rank; i++)
    inner *= place->out.dims[i];
  for (guint i = 0; i < n; i++)
    {
      NnNode input = nn_graph_node_input (place->graph, place->node, i);
      NnShape shape = nn_graph_node_shape (place->graph, input);
      gsize count = shape.dims[1] * inner;

      if (place->index < before + count)
        {
          self->input = input;
          place->in = shape;
          tell_copy (self, place, place->index - before);
          return;
        }
      before += count;
    }
}

static gboolean
same_shapes (const Place *place)
{
  for (guint i = 0; i < nn_graph_node_n_inputs (place->graph, place->node); i++)
    {
      NnShape shape =
          nn_graph_node_shape (place->graph, nn_graph_node_input (place->graph, place->node, i));

      if (!nn_shape_equal (&shape, &place->out))
        return FALSE;
    }

  return TRUE;
}

static void
tell (NnTerms *self,
      Place   *place)
{
  const NnAttrs *attrs = nn_graph_node_attrs (place->graph, place->node);

  switch (nn_graph_node_kind (place->graph, place->node))
    {
    case NN_OP_CONV:
      tell_conv (self, place);
      break;
    case NN_OP_DENSE:
      tell_dense (self, place);
      break;
    case NN_OP_POOL:
      tell_pool (self, place);
      break;
    case NN_OP_GLOBAL_POOL:
      tell_global_pool (self, place);
      break;
    case NN_OP_BATCH_NORM:
      tell_norm (self, place);
      break;
    case NN_OP_ACTIVATION:
      tell_function (self, place);
      break;
    case NN_OP_SOFTMAX:
      tell_share (self, place);
      break;
    case NN_OP_ADD:
      tell_sum (self, place);
      break;
    case NN_OP_ARITHMETIC:
      if (attrs->arithmetic.function == NN_ARITHMETIC_ADD && same_shapes (place))
        tell_sum (self, place);
      break;
    case NN_OP_CONCAT:
      tell_concat (self, place);
      break;
    case NN_OP_DROPOUT:
    case NN_OP_FLATTEN:
    case NN_OP_RESHAPE:
      tell_copy (self, place, place->index);
      break;
    default:
      break;
    }
}

/* FALSE where the index is none of the node's, or a layer it needs was not run. */
static gboolean
find_place (Place *place)
{
  guint n_inputs = nn_graph_node_n_inputs (place->graph, place->node);
  gsize count = 0, inner = 1;

  place->out = nn_graph_node_shape (place->graph, place->node);
  if (place->values[place->node] == NULL || !nn_shape_count (&place->out, &count)
      || place->index >= count)
    return FALSE;
  for (guint i = 0; i < n_inputs; i++)
    if (place->values[nn_graph_node_input (place->graph, place->node, i)] == NULL)
      return FALSE;
  if (n_inputs > 0)
    place->in =
        nn_graph_node_shape (place->graph, nn_graph_node_input (place->graph, place->node, 0));
  for (guint i = 2; i < place->out.rank; i++)
    inner *= place->out.dims[i];
  place->channel = (guint) (place->index / inner);
  if (place->out.rank == 4)
    {
      place->row = (guint) (place->index % inner / place->out.dims[3]);
      place->column = (guint) (place->index % inner % place->out.dims[3]);
    }

  return TRUE;
}

/**
 * nn_terms_new:
 * @values: [node] of one item; %NULL where a node was not run
 * @index: of the value in question
 *
 * A layer whose arithmetic is not told (and an input) gives NN_TERMS_NONE. So does a tensor whose
 * first axis is no batch. Any thread.
 *
 * Returns: (transfer full) (nullable): %NULL where there is no such value
 */
NnTerms *
nn_terms_new (NnGraph      *graph,
              NnParams     *params,
              float *const *values,
              NnNode        node,
              gsize         index)
{
  Place place = { .graph = graph, .params = params, .values = values, .node = node,
                  .index = index };
  NnTerms *self;

  g_return_val_if_fail (graph != NULL && params != NULL && values != NULL, NULL);
  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (graph), NULL);

  if (!find_place (&place))
    return NULL;
  self = g_new0 (NnTerms, 1);
  self->input = NN_NODE_NONE;
  self->step[0] = self->step[1] = 1;
  if (nn_graph_node_n_inputs (graph, node) > 0 && place.out.rank > 0 && place.out.dims[0] == 1
      && place.in.dims[0] == 1)
    {
      self->input = nn_graph_node_input (graph, node, 0);
      tell (self, &place);
    }
  if (self->rule == NN_TERMS_NONE)
    self->result = (double) values[node][index];

  return self;
}

void
nn_terms_free (NnTerms *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self->weights);
  g_free (self->places);
  g_free (self->sources);
  g_free (self);
}

double
nn_terms_part (const NnTerms *self,
               guint          plane)
{
  gsize area = (gsize) self->rows * self->columns;
  double sum = 0;

  g_return_val_if_fail (self->weights != NULL && plane < self->planes, 0);

  for (gsize i = plane * area; i < (plane + 1) * area; i++)
    if (self->places[i] >= 0)
      sum += (double) self->values[i] * (double) self->weights[i];

  return sum;
}

void
nn_terms_function (NnGraph       *graph,
                   NnNode         node,
                   gsize          n,
                   const nn_real *x,
                   nn_real       *y)
{
  g_return_if_fail (nn_graph_node_kind (graph, node) == NN_OP_ACTIVATION);

  nn_activation_apply (&nn_graph_node_attrs (graph, node)->activation, n, x, y);
}
