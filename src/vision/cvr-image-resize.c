/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scaling pictures: area averaging when a side shrinks, bilinear when it grows, each side by
 * itself. */
#include "cvr-image.h"

#include <math.h>

/* Output pixel i is the sum over t < count[i] of weight[first_weight[i] + t] × input pixel first[i]
 * + t; the weights of a pixel add up to 1. */
typedef struct
{
  guint *first;
  guint *count;
  gsize *first_weight;
  float *weight;
} Taps;

static void
taps_clear (Taps *taps)
{
  g_clear_pointer (&taps->first, g_free);
  g_clear_pointer (&taps->count, g_free);
  g_clear_pointer (&taps->first_weight, g_free);
  g_clear_pointer (&taps->weight, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taps, taps_clear)

/* Input pixels under [i, i + 1) × from/to, by how much of each is covered. Whole-number arithmetic
 * in units of 1/to pixels, so that whole factors are exact. Returns the number of weights. */
static guint
area_taps (guint64 i,
           guint64 from,
           guint64 to,
           guint  *first,
           float  *weight)
{
  guint64 start = i * from;
  guint64 end = start + from;
  guint   n = 0;

  *first = (guint) (start / to);
  for (guint64 pixel = *first; pixel * to < end; pixel++)
    {
      guint64 low = MAX (pixel * to, start);
      guint64 high = MIN ((pixel + 1) * to, end);

      weight[n++] = (float) ((double) (high - low) / (double) from);
    }

  return n;
}

/* The two input pixels around the centre of output pixel i; beyond the edge the edge repeats. */
static guint
linear_taps (guint  i,
             guint  from,
             guint  to,
             guint *first,
             float *weight)
{
  double centre = CLAMP ((i + 0.5) * from / to - 0.5, 0.0, from - 1.0);
  double below = floor (centre);

  *first = (guint) below;
  weight[0] = (float) (1.0 - (centre - below));
  weight[1] = (float) (centre - below);

  return *first + 1 < from ? 2 : 1;
}

/* Both sides are at most CVR_IMAGE_MAX_SIDE: no product below overflows. */
static void
taps_init (Taps *taps,
           guint from,
           guint to)
{
  gsize n_weights = 0;

  taps->first = g_new (guint, to);
  taps->count = g_new (guint, to);
  taps->first_weight = g_new (gsize, to);
  taps->weight = g_new (float, from + 2 * (gsize) to);

  for (guint i = 0; i < to; i++)
    {
      float *weight = taps->weight + n_weights;

      taps->first_weight[i] = n_weights;
      taps->count[i] = to < from ? area_taps (i, from, to, &taps->first[i], weight)
                                 : linear_taps (i, from, to, &taps->first[i], weight);
      n_weights += taps->count[i];
    }
}

/* @sums [to, channels] from one @row of bytes. */
static void
resample_row (const Taps   *taps,
              guint         to,
              guint         channels,
              const guint8 *row,
              float        *sums)
{
  for (guint i = 0; i < to; i++)
    for (guint c = 0; c < channels; c++)
      {
        const guint8 *pixel = row + (gsize) taps->first[i] * channels + c;
        const float  *weight = taps->weight + taps->first_weight[i];
        float         sum = 0;

        for (guint t = 0; t < taps->count[i]; t++, pixel += channels)
          sum += weight[t] * *pixel;

        *sums++ = sum;
      }
}

/* Row by row; the last two resampled input rows are kept, because neighbouring output rows share
 * one. */
static void
resample (const CvrImage *from,
          const Taps     *across,
          const Taps     *down,
          CvrImage       *to,
          float          *rows[2],
          float          *sums)
{
  const gsize n = (gsize) to->width * to->channels;
  guint       held[2] = { G_MAXUINT, G_MAXUINT };

  for (guint y = 0; y < to->height; y++)
    {
      guint8 *bytes = to->data + y * n;

      for (gsize i = 0; i < n; i++)
        sums[i] = 0.5f; /* Rounds to nearest below. */

      for (guint t = 0; t < down->count[y]; t++)
        {
          guint  row = down->first[y] + t;
          float *values = rows[row & 1];
          float  weight = down->weight[down->first_weight[y] + t];

          if (held[row & 1] != row)
            resample_row (across, to->width, from->channels,
                          from->data + (gsize) row * from->width * from->channels, values);
          held[row & 1] = row;

          for (gsize i = 0; i < n; i++)
            sums[i] += weight * values[i];
        }

      for (gsize i = 0; i < n; i++)
        bytes[i] = (guint8) MIN (sums[i], 255.0f);
    }
}

/**
 * cvr_image_resize:
 * @width: 1 … %CVR_IMAGE_MAX_SIDE pixels
 * @height: 1 … %CVR_IMAGE_MAX_SIDE pixels
 *
 * Each side by itself: the mean over the area a new pixel covers where it shrinks (nothing is
 * skipped, so no aliasing), bilinear between pixel centres where it grows. @damaged is kept.
 *
 * Returns: (transfer full) (nullable): a new reference to @self when it has that size, else a new
 * picture; %NULL when there is not enough memory or a side is out of range. Any thread.
 */
CvrImage *
cvr_image_resize (CvrImage *self,
                  guint     width,
                  guint     height)
{
  g_auto (Taps)     across = { NULL };
  g_auto (Taps)     down = { NULL };
  g_autofree float *buffer = NULL;
  CvrImage         *resized;
  gsize             n;

  if (self->width == width && self->height == height)
    return cvr_image_ref (self);

  resized = cvr_image_new (width, height, self->channels);
  if (resized == NULL)
    return NULL;

  taps_init (&across, self->width, width);
  taps_init (&down, self->height, height);
  n = (gsize) width * self->channels;
  buffer = g_new (float, 3 * n);
  resized->damaged = self->damaged;
  resample (self, &across, &down, resized, (float *[]) { buffer, buffer + n }, buffer + 2 * n);

  return resized;
}

/**
 * cvr_image_limit:
 * @max_side: at least 1
 *
 * Returns: (transfer full) (nullable): @self scaled down so that its long side is @max_side, the
 * proportions kept to the nearest pixel; a new reference when no side is longer; %NULL when there
 * is not enough memory. Any thread.
 */
CvrImage *
cvr_image_limit (CvrImage *self,
                 guint     max_side)
{
  guint64 longest = MAX (self->width, self->height);
  guint64 width, height;

  g_return_val_if_fail (max_side > 0, NULL);

  if (longest <= max_side)
    return cvr_image_ref (self);

  width = (self->width * (guint64) max_side + longest / 2) / longest;
  height = (self->height * (guint64) max_side + longest / 2) / longest;

  return cvr_image_resize (self, (guint) MAX (width, 1), (guint) MAX (height, 1));
}
