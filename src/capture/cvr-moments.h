/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which moments of a clip, or of a held button, become pictures: arithmetic alone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pictures per second that can be asked for. */
#define CVR_MOMENTS_LEAST_RATE 0.2
#define CVR_MOMENTS_MOST_RATE 10.0

/**
 * CvrMoments:
 *
 * Moments @start, @start + 1 / @rate, … before @end, in seconds; @rate > 0 a second. The first one
 * is always among them.
 */
typedef struct
{
  double start, end;
  double rate;
} CvrMoments;

guint  cvr_moments_count (const CvrMoments *self);
double cvr_moments_at    (const CvrMoments *self, guint k);
/* @wanted within the limits, and not more than the clip has (@frame_rate 0: unknown). */
double cvr_moments_rate  (double wanted, double frame_rate);
/* How many pictures are due after @held seconds: one at once. */
guint  cvr_moments_due   (double held, double rate);
/* "walk 00:12.4": where in the clip; hours only where there are some. */
char  *cvr_moments_name  (const char *clip, double seconds) G_GNUC_WARN_UNUSED_RESULT;
/* "00:12.4" */
char  *cvr_moments_clock (double seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
