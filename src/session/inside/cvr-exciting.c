/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures that excite a channel most, and the part of each that does. */
#include "cvr-exciting.h"

#include "cvr-pass.h"
#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

void
cvr_exciting_free (gpointer data)
{
  CvrExciting *self = data;

  if (self == NULL)
    return;

  g_free (self->best);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_free (self);
}

const CvrExcitement *
cvr_exciting_of (const CvrExciting *self,
                 guint              channel)
{
  g_return_val_if_fail (channel < self->n_channels, NULL);

  return self->best + (gsize) channel * self->n_best;
}

/* The largest value of @plane, and where; NaN is never the largest. */
static gsize
find_largest (const nn_real *values,
              gsize          plane)
{
  gsize best = 0;

  for (gsize i = 1; i < plane; i++)
    if (values[i] > values[best] || isnan (values[best]))
      best = i;

  return best;
}

typedef struct
{
  CvrExciting *exciting;
  CvrDataset  *dataset;
  gsize        plane;
  guint        width;   /* of the maps; 1 of a vector */
  guint        n_seen;
} Search;

/* Puts a picture among the @n_best of a channel, of which @n_filled are there; equals stay in
 * their order. */
static void
insert (CvrExcitement       *best,
        guint                n_best,
        guint                n_filled,
        const CvrExcitement *found)
{
  guint place = n_filled;

  while (place > 0 && found->value > best[place - 1].value)
    place--;
  if (place >= n_best)
    return;

  memmove (best + place + 1, best + place, (MIN (n_filled, n_best - 1) - place) * sizeof *best);
  best[place] = *found;
}

static void
look_cb (NnExec        *exec,
         const nn_real *values,
         const guint   *items,
         guint          n,
         gpointer       data)
{
  Search *self = data;
  CvrExciting *exciting = self->exciting;

  for (guint i = 0; i < n; i++, self->n_seen++)
    for (guint c = 0; c < exciting->n_channels; c++, values += self->plane)
      {
        gsize place = find_largest (values, self->plane);
        CvrExcitement found = { .id = cvr_dataset_item (self->dataset, items[i])->id,
                                .value = (float) values[place],
                                .y = (guint) (place / self->width),
                                .x = (guint) (place % self->width) };

        if (isnan (found.value))
          found.value = -G_MAXFLOAT; /* A broken network: the picture comes last. */
        insert (exciting->best + (gsize) c * exciting->n_best, exciting->n_best,
                MIN (self->n_seen, exciting->n_best), &found);
      }
}

/* What the position sees, in pixels and in fractions of the picture. */
static void
find_patch (const CvrExciting *self,
            CvrDataset        *dataset,
            CvrExcitement     *found)
{
  const CvrPreprocess *preprocess = &self->model->preprocess;
  NnGraph *graph = self->model->graph;
  gint place = cvr_dataset_find_item (dataset, found->id);
  const CvrPictureFacts *facts;
  double window[4], left, top, right, bottom;

  if (place < 0)
    return;

  facts = cvr_picture_facts (cvr_dataset_item (dataset, (guint) place)->picture);
  found->seen = nn_graph_patch (graph, self->node, found->y, found->x, nn_graph_input (graph, 0));
  cvr_preprocess_window (preprocess, facts->width, facts->height, window);
  left = window[0] + window[2] * found->seen.left / preprocess->width;
  right = window[0] + window[2] * found->seen.right / preprocess->width;
  top = window[1] + window[3] * found->seen.top / preprocess->height;
  bottom = window[1] + window[3] * found->seen.bottom / preprocess->height;
  found->box_x = CLAMP (left, 0, 1);
  found->box_y = CLAMP (top, 0, 1);
  found->box_width = CLAMP (right, 0, 1) - found->box_x;
  found->box_height = CLAMP (bottom, 0, 1) - found->box_y;
}

static gboolean
check_node (CvrModel  *model,
            NnNode     node,
            GError   **error)
{
  NnShape shape = nn_graph_node_shape (model->graph, node);

  if ((shape.rank == 2 || shape.rank == 4) && shape.dims[0] == 1 &&
      !nn_graph_node_shared (model->graph, node))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
               _("“%s” has no channels that a picture could excite. Choose a convolution or what "
                 "follows it."),
               nn_graph_node_name (model->graph, node));
  return FALSE;
}

static CvrExciting *
exciting_new (CvrModel *model,
              NnNode    node,
              guint     n_best)
{
  CvrExciting *self = g_new0 (CvrExciting, 1);

  self->model = cvr_model_ref (model);
  self->node = node;
  self->n_channels = nn_graph_node_shape (model->graph, node).dims[1];
  self->n_best = n_best;
  self->best = g_new0 (CvrExcitement, MAX ((gsize) self->n_channels * n_best, 1));

  return self;
}

/* Rows of fewer, where there were fewer pictures than places. */
static void
shorten (CvrExciting *self,
         guint        n_best)
{
  for (guint c = 0; c < self->n_channels; c++)
    memmove (self->best + (gsize) c * n_best, self->best + (gsize) c * self->n_best,
             n_best * sizeof *self->best);
  self->n_best = n_best;
}

/**
 * cvr_exciting_find:
 *
 * Returns: (transfer full)
 */
CvrExciting *
cvr_exciting_find (CvrModel       *model,
                   CvrDataset     *dataset,
                   NnNode          node,
                   guint           n_best,
                   guint           max_pictures,
                   NnWorkers      *workers,
                   const CvrWatch *watch,
                   GError        **error)
{
  g_autoptr (CvrExciting) self = NULL;
  g_autofree guint *items = NULL;
  Search search = { .dataset = dataset };
  NnShape shape;
  guint n = 0;

  g_return_val_if_fail (model != NULL && dataset != NULL && workers != NULL, NULL);
  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (model->graph), NULL);

  if (!check_node (model, node, error))
    return NULL;

  items = cvr_pass_spread (dataset, max_pictures, &n);
  self = search.exciting = exciting_new (model, node, MIN (n_best, n));
  shape = nn_graph_node_shape (model->graph, node);
  search.plane = nn_shape_positions (&shape);
  search.width = shape.rank == 4 ? shape.dims[3] : 1;
  if (!cvr_pass_run (model, node, dataset, items, n, workers, watch, look_cb, &search,
                     &self->n_unread, error))
    return NULL;

  self->n_pictures = search.n_seen;
  shorten (self, MIN (self->n_best, self->n_pictures));
  for (gsize i = 0; i < (gsize) self->n_channels * self->n_best; i++)
    find_patch (self, dataset, &self->best[i]);

  return g_steal_pointer (&self);
}
