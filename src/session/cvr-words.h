/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them, in the user's language: percentages, counts and times. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "96.8 %": one digit behind the point where @n (pictures it stands on; 0: unknown) bears it. "–"
 * for NaN. */
char *cvr_words_percent (double fraction, guint64 n) G_GNUC_WARN_UNUSED_RESULT;
/* "−9 points": how far two of those are apart; NULL where they are the same. */
char *cvr_words_points  (double before, double after, guint64 n) G_GNUC_WARN_UNUSED_RESULT;
/* "0.00001", "0.314": a loss or a rate in about so many digits. */
char *cvr_words_figure  (double value, guint digits) G_GNUC_WARN_UNUSED_RESULT;
/* "0.00001", "32": a setting. */
char *cvr_words_number  (double value) G_GNUC_WARN_UNUSED_RESULT;
/* "2,000". */
char *cvr_words_count   (guint64 count) G_GNUC_WARN_UNUSED_RESULT;
/* "61,706", "551 k", "11.7 M", where there is little room. */
char *cvr_words_short_count (guint64 count) G_GNUC_WARN_UNUSED_RESULT;
/* "8 s", "2 min 10 s", "1 h 5 min". */
char *cvr_words_time    (double seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
