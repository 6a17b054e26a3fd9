/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The similarities that t-SNE keeps: made in cvr-similar.c, used in cvr-tsne.c. */
#pragma once

#include "nn-workers.h"

G_BEGIN_DECLS

/**
 * CvrSimilar:
 * @starts: [n + 1], where an item's entries begin
 * @places: the other item of each entry
 * @p: symmetric, adding up to 1
 */
typedef struct
{
  guint   n;
  gsize  *starts;
  guint  *places;
  double *p;
} CvrSimilar;

/* From the nearest neighbours, [n, k], of every item. */
void cvr_similar_init  (CvrSimilar *self, guint n, guint k, const guint *places,
                        const double *squares, double perplexity, NnWorkers *workers);
void cvr_similar_clear (CvrSimilar *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CvrSimilar, cvr_similar_clear)

G_END_DECLS
