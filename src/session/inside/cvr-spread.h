/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How values are spread: bins that need no range beforehand and can be compared over time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

enum { CVR_SPREAD_BINS = 128, CVR_SPREAD_LEAST_EXPONENT = -20 };

/**
 * CvrSpread:
 * @exponent: the bins part −2^exponent … 2^exponent equally; bin i is [cvr_spread_edge (i),
 *   cvr_spread_edge (i + 1))
 * @n: finite values counted; @n_zeros of them exactly 0; @n_bad: NaN and infinite ones, in no bin
 * @low, @high: smallest and largest; 0 where @n is 0
 * @sum, @squares: of the values
 *
 * Grows by doubling its range and joining bins in pairs, so that two of them can always be
 * brought to the same bins without an error. Plain value.
 */
typedef struct
{
  gint    exponent;
  guint64 n, n_zeros, n_bad;
  float   low, high;
  double  sum, squares;
  guint64 counts[CVR_SPREAD_BINS];
} CvrSpread;

void   cvr_spread_init      (CvrSpread *self);
void   cvr_spread_add       (CvrSpread *self, const float *values, gsize n);
double cvr_spread_edge      (const CvrSpread *self, guint i);
double cvr_spread_mean      (const CvrSpread *self);
double cvr_spread_deviation (const CvrSpread *self);
/* All to the same bins, for drawing them on one axis. */
void   cvr_spread_align     (CvrSpread *const *spreads, guint n);

G_END_DECLS
