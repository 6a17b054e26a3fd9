/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each channel does over many pictures: how strongly, how often, whether at all, and which
 * filters are nearly the same. */
#pragma once

#include "cvr-project.h"
#include "cvr-spread.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/**
 * CvrUnit:
 * @n: values over all positions of all pictures; @n_zeros of them exactly 0
 * @low, @high, @sum: of them
 * @dead: its rectifier (at the layer's @seen_at) let nothing through in any picture
 * @twin: another filter of the layer whose weights point the same or the opposite way; −1
 * @likeness: the cosine of the two, −1 … 1; 0 without a twin
 */
typedef struct
{
  guint64  n, n_zeros;
  float    low, high;
  double   sum;
  gboolean dead;
  gint     twin;
  float    likeness;
} CvrUnit;

/**
 * CvrLayerFacts:
 * @seen_at: of a convolution or dense layer: the rectifier that its channels go through next (batch
 *   norms between), which says whether they are dead; %NN_NODE_NONE: there is none, nothing is dead
 * @values: of all channels together
 * @weights: of its weights; empty where it has none
 */
typedef struct
{
  NnNode       node;
  NnNode       seen_at;
  guint        n_units;
  CvrUnit     *units;
  CvrSpread values, weights;
  guint        n_dead, n_twins;
} CvrLayerFacts;

/**
 * CvrUnitFacts:
 * @layers: [n_nodes]; %NULL where a node has no channels of its own (input, constants, reshapes)
 * @n_pictures: looked at; @n_unread: that could not be read
 *
 * Immutable, any thread.
 */
typedef struct
{
  CvrModel       *model;
  guint           n_nodes;
  CvrLayerFacts **layers;
  guint           n_pictures, n_unread;
} CvrUnitFacts;

/* |cosine| from which two filters count as twins. */
#define CVR_UNIT_TWIN 0.95f

/* @max_pictures 0: all; else an even spread that depends on nothing but the items. Blocks; any
 * thread (@dataset must not change meanwhile). @watch nullable. NULL with G_IO_ERROR_CANCELLED or
 * NN_ERROR. */
CvrUnitFacts *cvr_unit_facts_compute (CvrModel *model, CvrDataset *dataset, guint max_pictures,
                                      NnWorkers *workers, const CvrWatch *watch,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Only what weights tell (histograms, twins): needs no picture, quick enough for every epoch. */
CvrUnitFacts *cvr_unit_facts_of_weights (CvrModel *model) G_GNUC_WARN_UNUSED_RESULT;
/* Blocks nothing: cvr_unit_facts_compute() of the project's pictures beside the main thread;
 * @max_pictures 0: cvr_unit_facts_of_weights(). @done gets a CvrUnitFacts (transfer full). */
CvrJob       *cvr_unit_facts_start   (CvrProject *project, CvrModel *model, guint max_pictures,
                                      GObject *owner, CvrJobDone done, gpointer user_data);
void          cvr_unit_facts_free    (gpointer self); /* NULL: nothing */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrUnitFacts, cvr_unit_facts_free)

G_END_DECLS
