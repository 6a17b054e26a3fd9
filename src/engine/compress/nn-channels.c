/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which channels of a network stand or fall together, and which of them go. */
#include "nn-channels.h"

#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>
#include <math.h>

guint
nn_channels_root (NnChannels *self,
                  guint       i)
{
  while (self->parent[i] != i)
    {
      self->parent[i] = self->parent[self->parent[i]];
      i = self->parent[i];
    }

  return i;
}

/* The smaller index becomes the root, so that roots don't depend on the order of calls. */
static void
tie (NnChannels *self,
     guint       a,
     guint       b)
{
  a = nn_channels_root (self, a);
  b = nn_channels_root (self, b);
  self->parent[MAX (a, b)] = MIN (a, b);
}

/* Tensors of imported networks may have no axis of channels. */
guint32
nn_channels_of (NnChannels *self,
                NnNode      node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  return shape.rank >= 2 ? shape.dims[1] : 0;
}

/* Marked on the channel itself; collect_fixed() carries it to the root when all are tied. */
static void
fix_all (NnChannels *self,
         NnNode      node)
{
  for (guint32 c = 0; c < nn_channels_of (self, node); c++)
    self->fixed[self->first[node] + c] = TRUE;
}

/* Ties channel c of @node to channel c / @fold of its input @x, at @offset into @node. */
static void
tie_to_input (NnChannels *self,
              NnNode      node,
              guint32     offset,
              NnNode      x,
              gsize       fold)
{
  gsize n = nn_channels_of (self, x) * fold;

  for (gsize c = 0; c < n; c++)
    tie (self, self->first[node] + offset + (guint) c, self->first[x] + (guint) (c / fold));
}

static void
tie_conv (NnChannels *self,
          NnNode      node,
          NnNode      x)
{
  const NnConvSpec *spec = &nn_graph_node_attrs (self->graph, node)->conv;

  if (spec->groups == 1)
    return;

  if (spec->groups == nn_channels_of (self, x))
    {
      tie_to_input (self, node, 0, x, spec->filters / spec->groups);
    }
  else
    {
      fix_all (self, node);
      fix_all (self, x);
    }
}

/* Ties the channels of every input that has as many; one that is spread over all of them (an
 * ARITHMETIC's single number per item) and what it is made from stay whole. */
static void
tie_alike (NnChannels *self,
           NnNode      node)
{
  NnShape out = nn_graph_node_shape (self->graph, node);

  for (guint i = 0; i < nn_graph_node_n_inputs (self->graph, node); i++)
    {
      NnNode x = nn_graph_node_input (self->graph, node, i);
      NnShape in = nn_graph_node_shape (self->graph, x);

      if (in.rank == out.rank &&
          nn_channels_of (self, x) == nn_channels_of (self, node))
        tie_to_input (self, node, 0, x, 1);
      else
        fix_all (self, x);
      if (in.rank + 1 == out.rank && in.dims[0] > 1) /* a constant's value for every channel */
        fix_all (self, node);
    }
}

/* Whatever mixes, moves or counts channels: they all stay, before and behind. */
static void
fix_around (NnChannels *self,
            NnNode      node)
{
  fix_all (self, node);
  for (guint i = 0; i < nn_graph_node_n_inputs (self->graph, node); i++)
    fix_all (self, nn_graph_node_input (self->graph, node, i));
}

static void
tie_concat (NnChannels *self,
            NnNode      node)
{
  gboolean channels = nn_graph_node_attrs (self->graph, node)->concat.axis == 1;
  guint32 offset = 0;

  for (guint i = 0; i < nn_graph_node_n_inputs (self->graph, node); i++)
    {
      NnNode x = nn_graph_node_input (self->graph, node, i);

      tie_to_input (self, node, channels ? offset : 0, x, 1);
      offset += nn_channels_of (self, x);
    }
}

static void
tie_flatten (NnChannels *self,
             NnNode      node,
             NnNode      x)
{
  NnShape in = nn_graph_node_shape (self->graph, x);
  gsize positions = nn_shape_positions (&in);

  if (nn_channels_of (self, x) * positions == nn_channels_of (self, node))
    tie_to_input (self, node, 0, x, positions);
  else
    fix_around (self, node);
}

static void
tie_node (NnChannels *self,
          NnNode      node)
{
  NnNode x = nn_graph_node_n_inputs (self->graph, node) > 0
               ? nn_graph_node_input (self->graph, node, 0)
               : NN_NODE_NONE;

  switch (nn_graph_node_kind (self->graph, node))
    {
    case NN_OP_INPUT:
      fix_all (self, node);
      break;
    case NN_OP_DENSE:
      break;
    case NN_OP_CONV:
      tie_conv (self, node, x);
      break;
    case NN_OP_FLATTEN:
      tie_flatten (self, node, x);
      break;
    case NN_OP_MAXOUT:
      for (guint32 c = 0; c < nn_channels_of (self, x); c++)
        tie (self, self->first[x] + c,
             self->first[node] + c / nn_graph_node_attrs (self->graph, node)->maxout.pieces);
      break;
    case NN_OP_ADD:
    case NN_OP_ARITHMETIC:
      tie_alike (self, node);
      break;
    case NN_OP_CONCAT:
      tie_concat (self, node);
      break;
    case NN_OP_CONSTANT:
    case NN_OP_CONV_TRANSPOSE:
    case NN_OP_GATHER:
    case NN_OP_LRN:
    case NN_OP_MATMUL:
    case NN_OP_PAD:
    case NN_OP_REDUCE:
    case NN_OP_RESHAPE:
    case NN_OP_SLICE:
    case NN_OP_SOFTMAX:
    case NN_OP_TRANSPOSE:
      fix_around (self, node);
      break;
    default:
      tie_to_input (self, node, 0, x, 1);
      break;
    }
}

static void
collect_fixed (NnChannels *self,
               guint       n_channels)
{
  for (guint i = 0; i < n_channels; i++)
    if (self->fixed[i])
      self->fixed[nn_channels_root (self, i)] = TRUE;
}

NnNode
nn_channels_norm_after (NnGraph *graph,
                        NnNode   node)
{
  for (guint i = 0; i < 2; i++)
    {
      NnNode next = NN_NODE_NONE;

      if (nn_graph_n_users (graph, node, &next) != 1)
        return NN_NODE_NONE;
      if (nn_graph_node_kind (graph, next) == NN_OP_BATCH_NORM)
        return next;
      if (nn_graph_node_kind (graph, next) != NN_OP_POOL)
        return NN_NODE_NONE;
      node = next;
    }

  return NN_NODE_NONE;
}

/* What a batch norm that alone follows @node multiplies its channels by; %NULL where none does.
 * The size of weights in front of one says nothing by itself: normalising takes it off again. */
static double *
factors_after (NnChannels *self,
               NnParams   *params,
               NnNode      node)
{
  NnNode norm = nn_channels_norm_after (self->graph, node);
  gsize n;
  const nn_real *scale, *variance;
  double epsilon, *factors;

  if (norm == NN_NODE_NONE)
    return NULL;

  scale = nn_params_peek (params, norm, NN_SLOT_WEIGHT, &n);
  variance = nn_params_peek (params, norm, NN_SLOT_VARIANCE, NULL);
  epsilon = (double) nn_graph_node_attrs (self->graph, norm)->batch_norm.epsilon;
  factors = g_new (double, MAX (n, 1));
  for (gsize k = 0; k < n; k++)
    factors[k] = fabs ((double) scale[k]) / sqrt ((double) variance[k] + epsilon);

  return factors;
}

/* L1 norms of one layer's filters over their mean, a batch norm behind it folded in. */
static void
add_filters (NnChannels *self,
             NnParams   *params,
             NnNode      node)
{
  guint32 n_filters = nn_channels_of (self, node);
  gsize n_values;
  const nn_real *weights = nn_params_peek (params, node, NN_SLOT_WEIGHT, &n_values);
  gsize row = n_values / n_filters;
  g_autofree double *norms = g_new0 (double, n_filters),
                    *factors = factors_after (self, params, node);
  double mean = 0;

  for (guint32 k = 0; k < n_filters; k++)
    {
      for (gsize i = 0; i < row; i++)
        norms[k] += fabs ((double) weights[k * row + i]);
      norms[k] *= factors != NULL ? factors[k] : 1;
      mean += norms[k] / n_filters;
    }

  for (guint32 k = 0; k < n_filters; k++)
    {
      NnFilter filter = { node, k, nn_channels_root (self, self->first[node] + k),
                          mean > 0 ? norms[k] / mean : 0 };

      if (!self->fixed[filter.group])
        g_array_append_val (self->filters, filter);
    }
}

/**
 * nn_channels_init:
 *
 * Returns: %FALSE with %NN_ERROR_NO_MEMORY where the network has more channels than can be counted.
 */
gboolean
nn_channels_init (NnChannels *self,
                  NnGraph    *graph,
                  NnParams   *params,
                  GError    **error)
{
  guint n_nodes = nn_graph_n_nodes (graph), n_channels = 0;

  *self = (NnChannels) { .graph = nn_graph_ref (graph), .strongest = (double) NAN };
  self->first = g_new (guint, n_nodes);
  self->live = nn_graph_find_live (graph);
  self->filters = g_array_new (FALSE, FALSE, sizeof (NnFilter));
  for (guint i = 0; i < n_nodes; i++)
    {
      self->first[i] = n_channels;
      if (!g_uint_checked_add (&n_channels, n_channels, nn_channels_of (self, (NnNode) i)))
        {
          g_set_error (
            error, NN_ERROR, NN_ERROR_NO_MEMORY,
            _("The network has more than %u channels in all; its filters can't be pruned."),
            G_MAXUINT);
          return FALSE;
        }
    }

  self->n_channels = n_channels;
  self->parent = g_new (guint, n_channels);
  self->fixed = g_new0 (gboolean, n_channels);
  self->removed = g_new0 (gboolean, n_channels);
  for (guint i = 0; i < n_channels; i++)
    self->parent[i] = i;
  for (guint i = 0; i < n_nodes; i++)
    if (self->live[i])
      {
        tie_node (self, (NnNode) i);
        if (nn_graph_is_output (graph, (NnNode) i))
          fix_all (self, (NnNode) i);
      }
  collect_fixed (self, n_channels);

  for (guint i = 0; i < n_nodes; i++)
    if (self->live[i] && (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_CONV ||
                          nn_graph_node_kind (graph, (NnNode) i) == NN_OP_DENSE))
      add_filters (self, params, (NnNode) i);

  return TRUE;
}

void
nn_channels_weigh (NnChannels         *self,
                   const NnImportance *importance)
{
  g_return_if_fail (importance->n_nodes == nn_graph_n_nodes (self->graph));

  self->sums = TRUE;
  for (guint i = 0; i < self->filters->len; i++)
    {
      NnFilter *filter = &g_array_index (self->filters, NnFilter, i);
      const double *scores = importance->scores[filter->node];

      filter->score = scores != NULL ? scores[filter->channel] : 0;
    }
}

void
nn_channels_clear (NnChannels *self)
{
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->parent, g_free);
  g_clear_pointer (&self->fixed, g_free);
  g_clear_pointer (&self->removed, g_free);
  g_clear_pointer (&self->live, g_free);
  g_clear_pointer (&self->filters, g_array_unref);
}

gboolean
nn_channels_keeps (NnChannels *self,
                   NnNode      node,
                   guint32     channel)
{
  return !self->removed[nn_channels_root (self, self->first[node] + channel)];
}

guint32
nn_channels_n_kept (NnChannels *self,
                    NnNode      node)
{
  guint32 n = 0;

  for (guint32 c = 0; c < nn_channels_of (self, node); c++)
    n += nn_channels_keeps (self, node, c) ? 1 : 0;

  return n;
}
