/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each level occurs in a picture, channel by channel. */
#include "cvr-histogram.h"

#include <math.h>
#include <string.h>

static void
count (CvrHistogram   *self,
       const CvrImage *image)
{
  gsize n_bytes = cvr_image_n_bytes (image);

  for (gsize i = 0; i < n_bytes; i += image->channels)
    for (guint c = 0; c < image->channels; c++)
      self->bins[c][image->data[i + c]]++;
}

/* From the bins of one channel; whole sums, so that nothing is lost in large pictures. */
static void
describe (CvrHistogram *self,
          guint         c)
{
  const guint64 *bins = self->bins[c];
  guint64 below = 0, sum = 0;
  double spread = 0;

  for (guint level = 0; level < CVR_HISTOGRAM_LEVELS; level++)
    {
      if (bins[level] > 0 && below == 0)
        self->lowest[c] = (guint8) level;
      if (bins[level] > 0)
        self->highest[c] = (guint8) level;
      if (2 * below < self->n && 2 * (below + bins[level]) >= self->n)
        self->median[c] = (guint8) level;
      below += bins[level];
      self->cumulative[c][level] = below;
      sum += level * bins[level];
    }

  self->mean[c] = (double) sum / (double) self->n;
  for (guint level = 0; level < CVR_HISTOGRAM_LEVELS; level++)
    spread += (double) bins[level] * (level - self->mean[c]) * (level - self->mean[c]);
  self->deviation[c] = sqrt (spread / (double) self->n);
}

/**
 * cvr_histogram_init:
 * @self: (out caller-allocates)
 *
 * Any thread.
 */
void
cvr_histogram_init (CvrHistogram   *self,
                    const CvrImage *image)
{
  g_return_if_fail (self != NULL && image != NULL);

  memset (self, 0, sizeof *self);
  self->n_channels = image->channels;
  self->n = (guint64) image->width * image->height;
  count (self, image);
  for (guint c = 0; c < self->n_channels; c++)
    describe (self, c);
}
