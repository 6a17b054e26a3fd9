/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them, in the user's language: percentages, counts and times. */
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* With fewer pictures one picture is more than half a per cent: a digit behind the point would be
 * invented. */
enum { PICTURES_FOR_A_DIGIT = 200 };

enum { DIGITS = 6 };

/* Powers of ten that are still written out. */
enum { LEAST_ORDER = -15, MOST_ORDER = 15 };

static guint
digits_of (guint64 n)
{
  return n == 0 || n >= PICTURES_FOR_A_DIGIT ? 1 : 0;
}

static double
shown_percent (double fraction,
               guint  digits)
{
  double unit = digits == 1 ? 0.1 : 1.0;
  double shown = round (100.0 * fraction / unit) * unit;

  if (fraction < 1.0 && shown >= 100.0)
    shown = 100.0 - unit;
  if (fraction > 0.0 && shown <= 0.0)
    shown = unit;

  return shown;
}

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
  guint digits = digits_of (n);
  double shown;
  g_autofree char *number = NULL;

  if (!isfinite (fraction))
    return g_strdup ("–");

  shown = shown_percent (fraction, digits);
  if (shown == 0.0 || shown == 100.0)
    digits = 0;

  /* The decimal separator is the locale's. */
  number = g_strdup_printf ("%.*f", (int) digits, shown);

  /* Translators: a percentage; the space before the sign is a narrow no-break one. */
  return g_strdup_printf (_("%s %%"), number);
}

/**
 * cvr_words_figure:
 * @digits: from 1; what is larger than they can say is a whole number
 *
 * Without zeros at the end. Any thread.
 *
 * Returns: (transfer full): "0.00001", never "1e-05" between 1e-15 and 1e15; "–" for what is not
 * finite
 */
char *
cvr_words_figure (double value,
                  guint  digits)
{
  int order = value < 0 || value > 0 ? (int) floor (log10 (fabs (value))) : 0;
  int decimals = MAX ((int) digits - 1 - order, 0);
  char *text;
  gsize length;

  if (!isfinite (value))
    return g_strdup ("–");
  if (order < LEAST_ORDER || order > MOST_ORDER)
    return g_strdup_printf ("%.*g", (int) digits, value);

  text = g_strdup_printf ("%.*f", decimals, value);
  length = strlen (text);
  if (decimals == 0)
    return text;
  while (text[length - 1] == '0')
    length--;
  /* The locale's point, when nothing stands behind it. */
  while (!g_ascii_isdigit (text[length - 1]))
    length--;
  text[length] = '\0';

  return text;
}

/**
 * cvr_words_number:
 *
 * Any thread.
 */
char *
cvr_words_number (double value)
{
  return cvr_words_figure (value, DIGITS);
}

/**
 * cvr_words_points:
 * @n: pictures that both stand on; 0 where that is unknown
 *
 * The difference of what cvr_words_percent() shows, so that a reader's own sum agrees. Any thread.
 *
 * Returns: (transfer full) (nullable): "−9 points"; %NULL where nothing changed
 */
char *
cvr_words_points (double  before,
                  double  after,
                  guint64 n)
{
  guint digits = digits_of (n);
  double change = shown_percent (after, digits) - shown_percent (before, digits);
  g_autofree char *number = NULL;

  if (!isfinite (before) || !isfinite (after))
    return NULL;
  /* Less than what is shown, and still one picture or more. */
  if (digits == 0 && change == 0 && before != after)
    {
      digits = 1;
      change = 100.0 * (after - before);
    }
  number = g_strdup_printf ("%s%.*f", change > 0 ? "+" : "−", (int) digits, fabs (change));
  if (fabs (change) < 0.05)
    return NULL;

  /* Translators: difference of two percentages, in percentage points. */
  return g_strdup_printf (ngettext ("%s point", "%s points", fabs (change) == 1 ? 1 : 2), number);
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
 * cvr_words_short_count:
 *
 * Whole below 100,000, then about three digits. Any thread.
 */
char *
cvr_words_short_count (guint64 count)
{
  static const struct
  {
    double      size;
    const char *letter;
  } units[] = { { 1e3, "k" }, { 1e6, "M" }, { 1e9, "G" } };
  guint unit = 0;
  double shown;

  if (count < 100000)
    return cvr_words_count (count);

  while (unit + 1 < G_N_ELEMENTS (units) && (double) count / units[unit].size >= 999.5)
    unit++;
  shown = (double) count / units[unit].size;

  return g_strdup_printf ("%.*f\u00a0%s", shown < 99.95 ? 1 : 0, shown, units[unit].letter);
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
