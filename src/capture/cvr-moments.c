/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which moments of a clip, or of a held button, become pictures: arithmetic alone. */
#include "cvr-moments.h"

#include <math.h>
#include <string.h>

/* Times come from nanoseconds and sliders: what is nearer than this is the same moment. */
static const double same_moment = 1e-6; /* s */

/**
 * cvr_moments_count:
 *
 * Returns: how many moments there are, at least 1
 */
guint
cvr_moments_count (const CvrMoments *self)
{
  double n;

  g_return_val_if_fail (self != NULL && self->rate > 0, 1);

  n = ceil ((self->end - self->start - same_moment) * self->rate);

  return n >= 1 ? (guint) MIN (n, (double) G_MAXINT) : 1;
}

/**
 * cvr_moments_at:
 * @k: below cvr_moments_count()
 *
 * Returns: the moment in seconds; not summed up, so the last is as exact as the first
 */
double
cvr_moments_at (const CvrMoments *self,
                guint             k)
{
  return self->start + (double) k / self->rate;
}

/**
 * cvr_moments_rate:
 * @wanted: pictures a second
 * @frame_rate: pictures a second that the clip has, 0: unknown
 *
 * Returns: the rate at which no picture is taken twice
 */
double
cvr_moments_rate (double wanted,
                  double frame_rate)
{
  double rate = CLAMP (wanted, CVR_MOMENTS_LEAST_RATE, CVR_MOMENTS_MOST_RATE);

  return frame_rate > 0 ? MIN (rate, frame_rate) : rate;
}

/**
 * cvr_moments_due:
 * @held: seconds since the button went down
 * @rate: pictures a second, > 0
 *
 * Returns: how many should have been taken by now
 */
guint
cvr_moments_due (double held,
                 double rate)
{
  if (held < 0)
    return 0;

  return 1 + (guint) MIN (floor ((held + same_moment) * rate), (double) G_MAXINT);
}

/**
 * cvr_moments_clock:
 * @seconds: from the beginning; below 0 counts as 0
 *
 * Cut, not rounded, to tenths: two moments at the highest rate never share a text.
 *
 * Returns: (transfer full): "00:12.4", "1:02:03.0"
 */
char *
cvr_moments_clock (double seconds)
{
  guint64 tenths = (guint64) floor (MAX (seconds, 0) * 10 + 10 * same_moment);
  guint64 whole = tenths / 10;
  guint part = (guint) (tenths % 10), s = (guint) (whole % 60), m = (guint) (whole / 60 % 60);
  guint h = (guint) MIN (whole / 3600, G_MAXUINT);

  if (h > 0)
    return g_strdup_printf ("%u:%02u:%02u.%u", h, m, s, part);

  return g_strdup_printf ("%02u:%02u.%u", m, s, part);
}

/**
 * cvr_moments_name:
 * @clip: the clip's file name, or any name
 *
 * Returns: (transfer full): the name without its ending, and the moment
 */
char *
cvr_moments_name (const char *clip,
                  double      seconds)
{
  const char *dot = strrchr (clip, '.');
  g_autofree char *stem =
    dot != NULL && dot > clip ? g_strndup (clip, (gsize) (dot - clip)) : g_strdup (clip);
  g_autofree char *clock = cvr_moments_clock (seconds);

  return g_strdup_printf ("%s %s", stem, clock);
}
