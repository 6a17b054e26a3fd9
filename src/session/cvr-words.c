/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them, in the user's language: percentages, counts and times. */
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* With fewer pictures one picture is more than half a per cent: a digit behind the point would be
 * invented. */
enum { PICTURES_FOR_A_DIGIT = 200 };

/**
 * cvr_words_percent:
 * @fraction: 0 … 1
 * @n: pictures that it stands on; 0 where that is unknown
 *
 * Never rounds up to 100 % what is not all, nor down to 0 % what is not nothing. Any thread.
 */
char *
cvr_words_percent (double  fraction,
                   guint64 n)
{
  guint digits = n == 0 || n >= PICTURES_FOR_A_DIGIT ? 1 : 0;
  double unit = digits == 1 ? 0.1 : 1.0;
  double percent = 100.0 * fraction;
  double shown;
  g_autofree char *number = NULL;

  if (!isfinite (fraction))
    return g_strdup ("–");

  shown = round (percent / unit) * unit;
  if (fraction < 1.0 && shown >= 100.0)
    shown = 100.0 - unit;
  if (fraction > 0.0 && shown <= 0.0)
    shown = unit;
  if (shown == 0.0 || shown == 100.0)
    digits = 0;

  /* The decimal separator is the locale's. */
  number = g_strdup_printf ("%.*f", (int) digits, shown);

  /* Translators: a percentage; the space before the sign is a narrow no-break one. */
  return g_strdup_printf (_("%s %%"), number);
}

/**
 * cvr_words_count:
 *
 * With the locale's grouping of thousands. Any thread.
 */
char *
cvr_words_count (guint64 count)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, count);
}

/**
 * cvr_words_time:
 *
 * The two largest units that matter. Any thread.
 */
char *
cvr_words_time (double seconds)
{
  guint64 whole;

  if (!isfinite (seconds) || seconds < 0)
    return g_strdup ("–");

  whole = (guint64) MIN (seconds + 0.5, 1e9);
  if (whole < 60)
    return g_strdup_printf (_("%u s"), (guint) whole);
  if (whole < 3600)
    return g_strdup_printf (_("%1$u min %2$u s"), (guint) (whole / 60), (guint) (whole % 60));

  return g_strdup_printf (_("%1$u h %2$u min"), (guint) (whole / 3600), (guint) (whole / 60 % 60));
}
