/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches of a source, fetched by all threads at once. */
#include "nn-feed.h"

#include <glib/gi18n-lib.h>

guint64
nn_feed_mix (guint64 a,
             guint64 b)
{
  guint64 z = a + (b + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

static gboolean
check_ends (NnGraph  *graph,
            GError  **error)
{
  if (nn_graph_n_inputs (graph) == 1 && nn_graph_n_outputs (graph) == 1)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
               _("The network has %u inputs and %u outputs; one of each is needed here."),
               nn_graph_n_inputs (graph), nn_graph_n_outputs (graph));
  return FALSE;
}

gboolean
nn_feed_check (NnGraph         *graph,
               const NnSource  *source,
               const char      *name,
               GError         **error)
{
  NnShape in, out;
  gsize n_outputs = 0;
  guint wanted = source->n_classes > 0 ? source->n_classes : source->n_targets;

  if (!check_ends (graph, error))
    return FALSE;

  in = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  if (source->count == 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                   _("There are 0 items in the data for %s; add some first."), name);
      return FALSE;
    }
  if (!nn_shape_equal (&in, &source->shape))
    {
      g_autofree char *takes = nn_shape_dup_string (&in);
      g_autofree char *gives = nn_shape_dup_string (&source->shape);

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("The network takes %s values, but the data for %s have %s."), takes, name,
                   gives);
      return FALSE;
    }
  if (!nn_shape_count (&out, &n_outputs) || n_outputs != wanted)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("The network answers with %lu values, but the data for %s have %u classes or "
                     "target values."),
                   (gulong) n_outputs, name, wanted);
      return FALSE;
    }

  return TRUE;
}

void
nn_feed_init (NnFeed         *self,
              const NnSource *source,
              NnWorkers      *workers,
              guint           max_batch)
{
  *self = (NnFeed) { .source = source, .workers = workers };
  nn_shape_count (&source->shape, &self->item);
  if (source->n_classes > 0)
    self->labels = g_new0 (gint32, max_batch);
  else
    self->values = g_new0 (float, (gsize) max_batch * source->n_targets);
}

void
nn_feed_clear (NnFeed *self)
{
  g_clear_pointer (&self->labels, g_free);
  g_clear_pointer (&self->values, g_free);
}

typedef struct
{
  NnFeed      *feed;
  const guint *order;
  guint        first;
  gboolean     random;
  guint64      seed;
  nn_real     *x;
} Fetch;

static guint
item_at (const Fetch *fetch,
         guint        i)
{
  return fetch->order != NULL ? fetch->order[fetch->first + i] : fetch->first + i;
}

static void
fetch_piece (guint    i,
             guint    thread,
             gpointer data)
{
  Fetch *fetch = data;
  NnFeed *feed = fetch->feed;
  guint index = item_at (fetch, i);
  CvrRng rng = cvr_rng_new (fetch->seed, index);
  gint32 label = -1;
  float *values = feed->values != NULL ? feed->values + (gsize) i * feed->source->n_targets : NULL;

  feed->source->fetch (feed->source, index, fetch->random ? &rng : NULL, fetch->x + i * feed->item,
                       &label, values);
  if (feed->labels != NULL)
    feed->labels[i] = label;
}

gboolean
nn_feed_fetch (NnFeed      *self,
               const guint *order,
               guint        first,
               guint        n,
               gboolean     random,
               guint64      seed,
               nn_real     *x,
               GError     **error)
{
  Fetch fetch = { self, order, first, random, seed, x };

  nn_workers_run (self->workers, n, fetch_piece, &fetch);

  for (guint i = 0; self->labels != NULL && i < n; i++)
    if (self->labels[i] < 0 || (guint) self->labels[i] >= self->source->n_classes)
      {
        g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                     _("Item %u has the label %d, which is not one of the %u classes (0 to %u)."),
                     item_at (&fetch, i), self->labels[i], self->source->n_classes,
                     self->source->n_classes - 1);
        return FALSE;
      }

  return TRUE;
}
