/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks the filters that stand or fall together, and removes the weakest until an amount of filters
 * or of operations is gone. */
#include "nn-channels.h"

#include <math.h>

/* Filters that leave together, as a run of the sorted filters. @family: the layers whose filters
 * are tied to each other, named by the first of them. @rank: what they are removed in order of. */
typedef struct
{
  guint  group, family;
  guint  first, n_filters;
  double score; /* mean of its filters' */
  double rank;
} Group;

/**
 * Removal:
 * @n_left: [n_nodes]: channels that stay
 * @members, @starts: nodes of the channels of each set, by root: those of root r are
 *   members[starts[r]] … members[starts[r + 1] − 1]
 *
 * A removal under way.
 */
typedef struct
{
  NnChannels *channels;
  GArray     *groups;
  guint32    *n_left;
  NnNode     *members;
  guint      *starts;
} Removal;

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

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;

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
      Group group = { filters[first].group, 0, first, 0, 0, 0 };

      for (end = first; end < self->filters->len && filters[end].group == group.group; end++)
        {
          guint a = family_of (families, (guint) filters[first].node);
          guint b = family_of (families, (guint) filters[end].node);

          families[MAX (a, b)] = MIN (a, b);
          group.score += filters[end].score;
        }
      group.n_filters = end - first;
      if (!self->sums)
        group.score /= group.n_filters;
      group.rank = group.score;
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

/* Ranks by what part of its family is weaker instead: all families shrink alike. */
static void
rank_within_families (GArray *groups,
                      guint   n_nodes)
{
  g_autofree guint *sizes = g_new0 (guint, n_nodes), *seen = g_new0 (guint, n_nodes);

  for (guint i = 0; i < groups->len; i++)
    sizes[g_array_index (groups, Group, i).family]++;
  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = &g_array_index (groups, Group, i);

      group->rank = (double) seen[group->family]++ / sizes[group->family];
    }
  g_array_sort (groups, compare_groups);
}

static void
removal_init (Removal    *self,
              NnChannels *channels)
{
  guint n_nodes = nn_graph_n_nodes (channels->graph), n = channels->n_channels;
  g_autofree guint *filled = g_new0 (guint, n + 1);

  *self = (Removal) { channels, rank_groups (channels), g_new (guint32, n_nodes),
                      g_new (NnNode, MAX (n, 1)), g_new0 (guint, n + 2) };
  for (guint i = 0; i < n; i++)
    self->starts[nn_channels_root (channels, i) + 1]++;
  for (guint i = 0; i < n; i++)
    self->starts[i + 1] += self->starts[i];
  for (guint i = 0; i < n_nodes; i++)
    {
      self->n_left[i] = nn_channels_of (channels, (NnNode) i);
      for (guint32 c = 0; c < self->n_left[i]; c++)
        {
          guint root = nn_channels_root (channels, channels->first[i] + c);

          self->members[self->starts[root] + filled[root]++] = (NnNode) i;
        }
    }
}

static void
removal_clear (Removal *self)
{
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->n_left, g_free);
  g_clear_pointer (&self->members, g_free);
  g_clear_pointer (&self->starts, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Removal, removal_clear)

static void
count_off (Removal     *self,
           const Group *group,
           gint         sign)
{
  for (guint i = self->starts[group->group]; i < self->starts[group->group + 1]; i++)
    self->n_left[self->members[i]] -= (guint32) sign;
}

/* Takes the channels of @group off what is left. FALSE, with nothing changed, where some layer
 * would keep none. */
static gboolean
take_away (Removal     *self,
           const Group *group)
{
  const NnFilter *filters = (const NnFilter *) self->channels->filters->data + group->first;
  gboolean fits = TRUE;

  count_off (self, group, 1);
  for (guint i = 0; i < group->n_filters; i++)
    fits &= self->n_left[filters[i].node] > 0;
  if (!fits)
    count_off (self, group, -1);

  return fits;
}

/* Operations with the channels that are left: those of convolutions and dense layers fall with
 * what goes in and what comes out, all others with what comes out. */
static double
operations_left (Removal *self)
{
  NnGraph *graph = self->channels->graph;
  double total = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);
      guint32 n = nn_channels_of (self->channels, (NnNode) i);
      double flops = self->channels->live[i] ? (double) nn_graph_node_flops (graph, (NnNode) i) : 0;

      if (n > 0)
        flops *= (double) self->n_left[i] / n;
      if (kind == NN_OP_DENSE ||
          (kind == NN_OP_CONV && nn_graph_node_attrs (graph, (NnNode) i)->conv.groups == 1))
        {
          NnNode x = nn_graph_node_input (graph, (NnNode) i, 0);

          flops *= (double) self->n_left[x] / MAX (nn_channels_of (self->channels, x), 1);
        }
      total += flops;
    }

  return total;
}

/* @amount of @n, rounded. */
static gsize
share (double amount,
       gsize  n)
{
  return (gsize) floor (amount * (double) n + 0.5);
}

static guint64
remove_count (Removal           *self,
              const NnPruneSpec *spec)
{
  NnChannels *channels = self->channels;
  guint n_nodes = nn_graph_n_nodes (channels->graph);
  g_autofree gsize *budgets = g_new0 (gsize, n_nodes);
  gboolean global = spec->scope == NN_PRUNE_GLOBAL;
  guint64 n_removed = 0;

  for (guint i = 0; i < self->groups->len; i++)
    {
      const Group *group = &g_array_index (self->groups, Group, i);

      budgets[global ? 0 : group->family] += global ? group->n_filters : 1;
    }
  for (guint i = 0; i < n_nodes; i++)
    budgets[i] = share (spec->scope == NN_PRUNE_EACH ? spec->amounts[i] : spec->amount, budgets[i]);

  for (guint i = 0; i < self->groups->len; i++)
    {
      const Group *group = &g_array_index (self->groups, Group, i);
      gsize *budget = &budgets[global ? 0 : group->family];
      gsize price = global ? group->n_filters : 1;

      if (price > *budget || !take_away (self, group))
        continue;

      *budget -= price;
      channels->removed[group->group] = TRUE;
      channels->strongest = fmax (channels->strongest, group->score);
      n_removed += group->n_filters;
    }

  return n_removed;
}

/* A group goes where that brings the operations nearer to what is asked for. */
static guint64
remove_operations (Removal           *self,
                   const NnPruneSpec *spec)
{
  double now = operations_left (self), goal = now * (1 - spec->amount);
  guint64 n_removed = 0;

  if (spec->scope == NN_PRUNE_LAYER)
    rank_within_families (self->groups, nn_graph_n_nodes (self->channels->graph));

  for (guint i = 0; i < self->groups->len && now > goal; i++)
    {
      const Group *group = &g_array_index (self->groups, Group, i);
      double left;

      if (!take_away (self, group))
        continue;
      left = operations_left (self);
      if (goal - left > now - goal)
        {
          count_off (self, group, -1);
          continue;
        }
      now = left;
      self->channels->removed[group->group] = TRUE;
      n_removed += group->n_filters;
    }

  return n_removed;
}

/**
 * nn_channels_remove:
 * @spec: scope, amount and what it is a fraction of
 *
 * Marks the weakest groups as removed: in GLOBAL scope of one ranking until the amount of all
 * filters is reached, in LAYER scope of each family of tied layers until the amount of its groups
 * is reached, in EACH scope of each family that of its first layer; never more than asked for. By
 * operations (not in EACH scope) until their amount is reached, to the nearest group, in LAYER scope
 * from all families alike. Every layer keeps a filter.
 *
 * Returns: how many filters go.
 */
guint64
nn_channels_remove (NnChannels        *self,
                    const NnPruneSpec *spec)
{
  g_auto (Removal) removal = { 0 };

  removal_init (&removal, self);

  return spec->by == NN_PRUNE_BY_OPERATIONS && spec->scope != NN_PRUNE_EACH
           ? remove_operations (&removal, spec)
           : remove_count (&removal, spec);
}

GArray *
nn_channels_scores (NnChannels *self)
{
  GArray *scores = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) groups = rank_groups (self);

  for (guint i = 0; i < groups->len; i++)
    g_array_append_val (scores, g_array_index (groups, Group, i).score);

  return scores;
}

GArray *
nn_channels_families (NnChannels *self)
{
  GArray *families = g_array_new (FALSE, FALSE, sizeof (NnPruneLayer));
  g_autoptr (GArray) groups = rank_groups (self);
  guint n_nodes = nn_graph_n_nodes (self->graph);
  g_autofree guint64 *sizes = g_new0 (guint64, n_nodes);
  g_autofree guint *family_of_node = g_new0 (guint, n_nodes), *n_layers = g_new0 (guint, n_nodes);

  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);

      sizes[group->family]++;
      for (guint j = 0; j < group->n_filters; j++)
        family_of_node[g_array_index (self->filters, NnFilter, group->first + j).node] =
          group->family + 1;
    }
  for (guint i = 0; i < n_nodes; i++)
    if (family_of_node[i] > 0)
      n_layers[family_of_node[i] - 1]++;

  for (guint i = 0; i < n_nodes; i++)
    if (sizes[i] > 0)
      {
        NnPruneLayer family = { (NnNode) i, n_layers[i], sizes[i] };

        g_array_append_val (families, family);
      }

  return families;
}

/* How many of @layer's own filters are in @group. */
static guint
filters_in (NnChannels  *self,
            const Group *group,
            NnNode       layer)
{
  const NnFilter *filters = (const NnFilter *) self->filters->data + group->first;
  guint n = 0;

  for (guint i = 0; i < group->n_filters; i++)
    n += filters[i].node == layer ? 1 : 0;

  return n;
}

guint64
nn_channels_remove_from (NnChannels *self,
                         NnNode      layer,
                         double      amount,
                         guint64    *n_filters)
{
  g_auto (Removal) removal = { 0 };
  guint64 n_removed = 0, budget;

  removal_init (&removal, self);
  *n_filters = 0;
  for (guint i = 0; i < removal.groups->len; i++)
    *n_filters += filters_in (self, &g_array_index (removal.groups, Group, i), layer);
  budget = share (amount, *n_filters);

  for (guint i = 0; i < removal.groups->len; i++)
    {
      const Group *group = &g_array_index (removal.groups, Group, i);
      guint n = filters_in (self, group, layer);

      if (n == 0 || n > budget || !take_away (&removal, group))
        continue;
      budget -= n;
      self->removed[group->group] = TRUE;
      n_removed += n;
    }

  return n_removed;
}
