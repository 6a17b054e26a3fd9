/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each level occurs in a picture, channel by channel. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

enum { CVR_HISTOGRAM_LEVELS = 256 };

/**
 * CvrHistogram:
 * @n: pixels
 * @bins: pixels of each level
 * @cumulative: pixels of that level or below; the last is @n
 * @mean, @deviation: of the levels; the deviation is that of all pixels (divided by @n)
 * @median: the smallest level that at least half of the pixels don't exceed
 *
 * Plain value; the first @n_channels of each member count (those of the picture: 1 or 3).
 */
typedef struct
{
  guint   n_channels;
  guint64 n;
  guint64 bins[3][CVR_HISTOGRAM_LEVELS];
  guint64 cumulative[3][CVR_HISTOGRAM_LEVELS];
  double  mean[3], deviation[3];
  guint8  lowest[3], highest[3], median[3];
} CvrHistogram;

/* One pass over the picture; any thread. */
void cvr_histogram_init (CvrHistogram *self, const CvrImage *image);

G_END_DECLS
