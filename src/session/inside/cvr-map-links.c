/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which maps a map is made, and how much each of them counts in this picture. */
#include "cvr-map-links.h"

#include <math.h>

gboolean
cvr_map_links_is_hidden (NnGraph *graph,
                         NnNode   node)
{
  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_DROPOUT:
    case NN_OP_FLATTEN:
    case NN_OP_FAKE_QUANT:
    case NN_OP_RESHAPE:
      return nn_graph_node_n_inputs (graph, node) > 0;
    default:
      return FALSE;
    }
}

NnNode
cvr_map_links_shown (NnGraph *graph,
                     NnNode   node)
{
  while (cvr_map_links_is_hidden (graph, node))
    node = nn_graph_node_input (graph, node, 0);

  return node;
}

static void
add_link (GArray *links,
          NnNode  node,
          guint   tile,
          double  weight)
{
  CvrMapLink link = { node, tile, weight };

  g_array_append_val (links, link);
}

static guint
n_tiles (CvrMaps *maps,
         NnNode   node)
{
  return maps->shapes[node].rank == 4 ? maps->shapes[node].dims[1] : 1;
}

/* Root of the mean square of one map. */
static double
strength_of (CvrMaps *maps,
             NnNode   node,
             guint    tile)
{
  const NnShape *shape = &maps->shapes[node];
  gsize area = shape->rank == 4 ? (gsize) shape->dims[2] * shape->dims[3] : shape->dims[1];
  const float *values = maps->values[node];
  double sum = 0;

  if (values == NULL || area == 0)
    return 0;
  values += tile * area;
  for (gsize i = 0; i < area; i++)
    sum += (double) values[i] * (double) values[i];

  return sqrt (sum / (double) area);
}

/* The size of the filter's plane times what the map holds. */
static void
link_conv (GArray  *links,
           CvrMaps *maps,
           NnNode   node,
           guint    tile,
           NnNode   input)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (maps->model->graph, node)->conv;
  gsize area = (gsize) conv->stencil.kernel[0] * conv->stencil.kernel[1], n_values = 0;
  const float *weights = nn_params_peek (maps->model->params, node, NN_SLOT_WEIGHT, &n_values);
  guint groups = MAX (conv->groups, 1), depth, first;

  if (weights == NULL || area == 0 || conv->filters == 0)
    return;
  depth = (guint) (n_values / (conv->filters * area));
  first = tile / MAX (conv->filters / groups, 1) * depth;
  weights += (gsize) tile * depth * area;
  for (guint c = 0; c < depth && first + c < n_tiles (maps, input); c++, weights += area)
    {
      double squares = 0, sum = 0;

      for (gsize i = 0; i < area; i++)
        {
          squares += (double) weights[i] * (double) weights[i];
          sum += (double) weights[i];
        }
      add_link (links, input, first + c,
                copysign (sqrt (squares) * strength_of (maps, input, first + c), sum));
    }
}

/* Maps that lie behind each other: the one layer it comes from. */
static void
link_concat (GArray  *links,
             CvrMaps *maps,
             NnNode   node,
             guint    tile)
{
  NnGraph *graph = maps->model->graph;

  for (guint i = 0; i < nn_graph_node_n_inputs (graph, node); i++)
    {
      NnNode input = nn_graph_node_input (graph, node, i);
      guint n = n_tiles (maps, input);

      if (tile < n)
        {
          add_link (links, cvr_map_links_shown (graph, input), tile, 1);
          return;
        }
      tile -= n;
    }
}

/* Map by map where both have as many, else every map of the input. */
static void
link_inputs (GArray  *links,
             CvrMaps *maps,
             NnNode   node,
             guint    tile)
{
  NnGraph *graph = maps->model->graph;

  for (guint i = 0; i < nn_graph_node_n_inputs (graph, node); i++)
    {
      NnNode input = cvr_map_links_shown (graph, nn_graph_node_input (graph, node, i));
      guint n = n_tiles (maps, input);

      if (nn_graph_node_kind (graph, input) == NN_OP_CONSTANT)
        continue;
      if (n == n_tiles (maps, node) || n == 1)
        add_link (links, input, MIN (tile, n - 1), 1);
      else
        for (guint k = 0; k < n; k++)
          add_link (links, input, k, strength_of (maps, input, k));
    }
}

static gint
by_strength (gconstpointer a,
             gconstpointer b)
{
  double x = fabs (((const CvrMapLink *) a)->weight), y = fabs (((const CvrMapLink *) b)->weight);

  return (x < y) - (x > y);
}

/**
 * cvr_map_links_of:
 *
 * Returns: (transfer full) (element-type CvrMapLink): strongest first
 */
GArray *
cvr_map_links_of (CvrMaps *maps,
                  NnNode   node,
                  guint    tile,
                  guint    max)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (CvrMapLink));
  NnGraph *graph = maps->model->graph;
  NnOpKind kind = nn_graph_node_kind (graph, node);
  double strongest;

  if (kind == NN_OP_CONV)
    link_conv (links, maps, node, tile,
               cvr_map_links_shown (graph, nn_graph_node_input (graph, node, 0)));
  else if (kind == NN_OP_CONCAT && maps->shapes[node].rank == 4)
    link_concat (links, maps, node, tile);
  else
    link_inputs (links, maps, node, tile);
  g_array_sort (links, by_strength);
  if (links->len > max)
    g_array_set_size (links, max);
  strongest = links->len > 0 ? fabs (g_array_index (links, CvrMapLink, 0).weight) : 0;
  for (guint i = 0; strongest > 0 && i < links->len; i++)
    g_array_index (links, CvrMapLink, i).weight /= strongest;

  return links;
}
