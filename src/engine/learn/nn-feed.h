/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches of a source, fetched by all threads at once. */
#pragma once

#include "nn-train.h"

G_BEGIN_DECLS

/**
 * NnFeed:
 * @labels: [max_batch], of the last batch; %NULL for a source with target values
 * @values: [max_batch, n_targets]; %NULL for a source with labels
 *
 * One thread; the source's fetch runs on the workers' threads.
 */
typedef struct
{
  const NnSource *source;
  NnWorkers      *workers;
  gsize           item;   /* values of one item's x */
  gint32         *labels;
  float          *values;
} NnFeed;

/* Two numbers stirred into one seed (S. Vigna's splitmix64 finalizer). */
guint64  nn_feed_mix   (guint64 a, guint64 b);

/* Does @graph take what @source gives, and answer as many values? One input, one output. @name:
 * which source, for the message: already translated. */
gboolean nn_feed_check (NnGraph *graph, const NnSource *source, const char *name, GError **error);
void     nn_feed_init  (NnFeed *self, const NnSource *source, NnWorkers *workers, guint max_batch);
void     nn_feed_clear (NnFeed *self);
/* Fills @x [n, …] and labels or values with items @order[first] … (@order nullable: item @first
 * …). Item i draws from its own generator of (@seed, i) when @random. FALSE with NN_ERROR_DATA. */
gboolean nn_feed_fetch (NnFeed *self, const guint *order, guint first, guint n, gboolean random,
                        guint64 seed, nn_real *x, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnFeed, nn_feed_clear)

G_END_DECLS
