/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which channels of a network stand or fall together, and which of them go. */
#include "nn-channels.h"

#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static guint
find (NnChannels *self,
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
  a = find (self, a);
  b = find (self, b);
  self->parent[MAX (a, b)] = MIN (a, b);
}

static guint32
channels_of (NnChannels *self,
             NnNode      node)
{
  return nn_graph_node_shape (self->graph, node).dims[1];
}

/* Marked on the channel itself; collect_fixed() carries it to the root when all are tied. */
static void
fix_all (NnChannels *self,
         NnNode      node)
{
  for (guint32 c = 0; c < channels_of (self, node); c++)
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
  gsize n = channels_of (self, x) * fold;

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

  if (spec->groups == channels_of (self, x))
    {
      tie_to_input (self, node, 0, x, spec->filters / spec->groups);
    }
  else
    {
      fix_all (self, node);
      fix_all (self, x);
    }
}

static void
tie_node (NnChannels *self,
          NnNode      node)
{
  NnNode x = nn_graph_node_n_inputs (self->graph, node) > 0
               ? nn_graph_node_input (self->graph, node, 0)
               : NN_NODE_NONE;
  guint32 offset = 0;
  NnShape shape;

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
      shape = nn_graph_node_shape (self->graph, x);
      tie_to_input (self, node, 0, x, nn_shape_positions (&shape));
      break;
    case NN_OP_MAXOUT:
      for (guint32 c = 0; c < channels_of (self, x); c++)
        tie (self, self->first[x] + c,
             self->first[node] + c / nn_graph_node_attrs (self->graph, node)->maxout.pieces);
      break;
    case NN_OP_ADD:
    case NN_OP_CONCAT:
      for (guint i = 0; i < nn_graph_node_n_inputs (self->graph, node); i++)
        {
          x = nn_graph_node_input (self->graph, node, i);
          tie_to_input (self, node, offset, x, 1);
          if (nn_graph_node_kind (self->graph, node) == NN_OP_CONCAT)
            offset += channels_of (self, x);
        }
      break;
    case NN_OP_SOFTMAX:
      fix_all (self, x);
      tie_to_input (self, node, 0, x, 1);
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
      self->fixed[find (self, i)] = TRUE;
}

/* What a batch norm that alone follows @node multiplies its channels by; %NULL where none does.
 * The size of weights in front of one says nothing by itself: normalising takes it off again. */
static double *
factors_after (NnChannels *self,
               NnParams   *params,
               NnNode      node)
{
  NnNode norm = NN_NODE_NONE;
  gsize n;
  const nn_real *scale, *variance;
  double epsilon, *factors;

  if (nn_graph_n_users (self->graph, node, &norm) != 1 ||
      nn_graph_node_kind (self->graph, norm) != NN_OP_BATCH_NORM)
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
  guint32 n_filters = channels_of (self, node);
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
      NnFilter filter = { node, k, find (self, self->first[node] + k),
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

  *self = (NnChannels) { .graph = nn_graph_ref (graph) };
  self->first = g_new (guint, n_nodes);
  self->live = nn_graph_find_live (graph);
  self->filters = g_array_new (FALSE, FALSE, sizeof (NnFilter));
  for (guint i = 0; i < n_nodes; i++)
    {
      self->first[i] = n_channels;
      if (!g_uint_checked_add (&n_channels, n_channels, channels_of (self, (NnNode) i)))
        {
          g_set_error (
            error, NN_ERROR, NN_ERROR_NO_MEMORY,
            _("The network has more than %u channels in all; its filters can't be pruned."),
            G_MAXUINT);
          return FALSE;
        }
    }

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
  return !self->removed[find (self, self->first[node] + channel)];
}

guint32
nn_channels_n_kept (NnChannels *self,
                    NnNode      node)
{
  guint32 n = 0;

  for (guint32 c = 0; c < channels_of (self, node); c++)
    n += nn_channels_keeps (self, node, c) ? 1 : 0;

  return n;
}

/* Filters that leave together, as a run of the sorted filters. @family: the layers whose filters
 * are tied to each other, named by the first of them. */
typedef struct
{
  guint  group, family;
  guint  first, n_filters;
  double score; /* mean of its filters' */
} Group;

static int
compare_filters (const void *a,
                 const void *b)
{
  const NnFilter *x = a, *y = b;

  if (x->group != y->group)
    return x->group < y->group ? -1 : 1;
  if (x->node != y->node)
    return x->node < y->node ? -1 : 1;

  return (x->channel > y->channel) - (x->channel < y->channel);
}

static int
compare_groups (const void *a,
                const void *b)
{
  const Group *x = a, *y = b;

  if (x->score != y->score)
    return x->score < y->score ? -1 : 1;

  return (x->group > y->group) - (x->group < y->group);
}

static guint
family_of (guint *parent,
           guint  node)
{
  while (parent[node] != node)
    node = parent[node];

  return node;
}

/* (element-type Group), weakest first. Sorts the filters by group. */
static GArray *
rank_groups (NnChannels *self)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  guint n_nodes = nn_graph_n_nodes (self->graph);
  const NnFilter *filters = (const NnFilter *) self->filters->data;
  g_autofree guint *families = g_new (guint, n_nodes);

  for (guint i = 0; i < n_nodes; i++)
    families[i] = i;
  g_array_sort (self->filters, compare_filters);

  for (guint first = 0, end; first < self->filters->len; first = end)
    {
      Group group = { filters[first].group, 0, first, 0, 0 };

      for (end = first; end < self->filters->len && filters[end].group == group.group; end++)
        {
          guint a = family_of (families, (guint) filters[first].node);
          guint b = family_of (families, (guint) filters[end].node);

          families[MAX (a, b)] = MIN (a, b);
          group.score += filters[end].score;
        }
      group.n_filters = end - first;
      group.score /= group.n_filters;
      g_array_append_val (groups, group);
    }

  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = &g_array_index (groups, Group, i);

      group->family = family_of (families, (guint) filters[group->first].node);
    }
  g_array_sort (groups, compare_groups);

  return groups;
}

/* Whether every layer keeps a filter when @group goes; takes its filters off @n_left when so. */
static gboolean
take_away (NnChannels  *self,
           const Group *group,
           guint32     *n_left)
{
  const NnFilter *filters = (const NnFilter *) self->filters->data + group->first;
  gboolean fits = TRUE;

  for (guint i = 0; i < group->n_filters; i++)
    n_left[filters[i].node]--;
  for (guint i = 0; i < group->n_filters; i++)
    fits &= n_left[filters[i].node] > 0;
  for (guint i = 0; i < group->n_filters && !fits; i++)
    n_left[filters[i].node]++;

  return fits;
}

/* @amount of @n, rounded. */
static gsize
share (double amount,
       gsize  n)
{
  return (gsize) floor (amount * (double) n + 0.5);
}

/**
 * nn_channels_remove:
 * @spec: scope and amount
 *
 * Marks the weakest groups as removed: in GLOBAL scope of one ranking until the amount of all
 * filters is reached, in LAYER scope of each family of tied layers until the amount of its groups
 * is reached. Never more than asked for, and every layer keeps a filter.
 *
 * Returns: how many filters go.
 */
guint64
nn_channels_remove (NnChannels        *self,
                    const NnPruneSpec *spec)
{
  guint n_nodes = nn_graph_n_nodes (self->graph);
  g_autoptr (GArray) groups = rank_groups (self);
  g_autofree guint32 *n_left = g_new (guint32, n_nodes);
  g_autofree gsize *budgets = g_new0 (gsize, n_nodes);
  gboolean global = spec->scope == NN_PRUNE_GLOBAL;
  guint64 n_removed = 0;

  for (guint i = 0; i < n_nodes; i++)
    n_left[i] = channels_of (self, (NnNode) i);
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);

      budgets[global ? 0 : group->family] += global ? group->n_filters : 1;
    }
  for (guint i = 0; i < n_nodes; i++)
    budgets[i] = share (spec->amount, budgets[i]);

  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);
      gsize *budget = &budgets[global ? 0 : group->family];
      gsize price = global ? group->n_filters : 1;

      if (price > *budget || !take_away (self, group, n_left))
        continue;

      *budget -= price;
      self->removed[group->group] = TRUE;
      n_removed += group->n_filters;
    }

  return n_removed;
}
