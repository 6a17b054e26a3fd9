/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every compression of one network that was tried came to: points of curves, and what is best. */
#pragma once

#include "cvr-compress.h"

G_BEGIN_DECLS

typedef struct
{
  CvrCompressSpec spec;
  double          accuracy, loss;
  guint           n;                    /* pictures they stand on */
  guint64         bytes, packed_bytes, flops;
  double          ms;
  double          pruned;               /* share of the weights or filters that went */
} CvrTried;

/* The share that was asked for; where each layer has its own, the one that came of them. */
double          cvr_tried_share    (const CvrTried *tried);

typedef struct _CvrTriedSet CvrTriedSet; /* one thread */

CvrTriedSet    *cvr_tried_set_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void            cvr_tried_set_free (CvrTriedSet *self);
void            cvr_tried_set_clear (CvrTriedSet *self);
/* A look at more pictures takes the place of one at fewer; the other way round nothing happens.
 * Nothing is remembered of a result without pictures. Returns whether anything changed. */
gboolean        cvr_tried_set_add  (CvrTriedSet *self, const CvrCompressed *result);
guint           cvr_tried_set_n    (CvrTriedSet *self);
const CvrTried *cvr_tried_set_get  (CvrTriedSet *self, guint i); /* borrowed until the next change */
/* (transfer full) (element-type CvrTried): those that differ from @spec in nothing but how much is
 * pruned, by rising share; learned: those that were fine-tuned. What is not pruned belongs to both.
 * Where each layer has its own share: those whose layers are scaled together. */
GArray         *cvr_tried_set_by_amount (CvrTriedSet *self, const CvrCompressSpec *spec,
                                         gboolean learned) G_GNUC_WARN_UNUSED_RESULT;
/* The same for those that differ in nothing but the bits, most of them first. */
GArray         *cvr_tried_set_by_bits   (CvrTriedSet *self, const CvrCompressSpec *spec,
                                         gboolean learned) G_GNUC_WARN_UNUSED_RESULT;

/* best[i]: nothing costs at most as much and is right at least as often, one of them truly (V.
 * Pareto). What is not finite is never best. Pure. */
void            cvr_tried_find_best (const double *costs, const double *accuracies, guint n,
                                     gboolean *best);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrTriedSet, cvr_tried_set_free)

G_END_DECLS
