/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums an import up, and gathers what was left out by its reason. */
#include "cvr-import-report.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { MAX_NAMES = 3 };

/* Files that were left out for one reason. */
typedef struct
{
  GString *names; /* the first few */
  guint    n;
} Reason;

static void
reason_free (gpointer data)
{
  Reason *reason = data;

  g_string_free (reason->names, TRUE);
  g_free (reason);
}

/* @sentence: (transfer full) */
static void
add (GString *text,
     guint    n,
     char    *sentence)
{
  if (n > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", sentence);
  g_free (sentence);
}

char *
cvr_import_report_text (const CvrLoadReport *report)
{
  GString *text = g_string_new (NULL);
  guint n = report->n_loaded;

  add (text, n > 0 || report->n_given == 0,
       g_strdup_printf (ngettext ("%'u picture is in", "%'u pictures are in", n), n));
  n = report->n_damaged;
  add (text, n, g_strdup_printf (ngettext ("%'u is cut off", "%'u are cut off", n), n));
  n = report->n_scaled;
  add (text, n, g_strdup_printf (ngettext ("%'u was made smaller", "%'u were made smaller", n), n));
  n = report->n_with_boxes;
  add (text, n, g_strdup_printf (ngettext ("%'u has boxes", "%'u have boxes", n), n));
  n = report->n_labelled;
  add (text, n,
       g_strdup_printf (ngettext ("%'u picture that was here already got its labels",
                                  "%'u pictures that were here already got their labels", n), n));
  n = report->n_given - report->n_labelled;
  add (text, n, g_strdup_printf (ngettext ("%'u picture had these labels already",
                                           "%'u pictures had these labels already", n), n));
  n = report->n_same;
  add (text, n, g_strdup_printf (ngettext ("%'u was there already", "%'u were there already", n),
                                 n));
  n = report->n_lost;
  add (text, n,
       g_strdup_printf (ngettext ("%'u name was not found", "%'u names were not found", n), n));
  n = report->n_skipped - report->n_same_out - report->n_lost;
  add (text, n, g_strdup_printf (ngettext ("%'u was left out", "%'u were left out", n), n));

  return g_string_free (text, FALSE);
}

/* Takes "name: reason" apart. */
static void
gather (GHashTable *reasons,
        GPtrArray  *order,
        const char *note)
{
  const char *colon = strstr (note, ": ");
  const char *why = colon != NULL ? colon + 2 : note;
  Reason *reason = g_hash_table_lookup (reasons, why);

  if (reason == NULL)
    {
      reason = g_new0 (Reason, 1);
      reason->names = g_string_new (NULL);
      g_hash_table_insert (reasons, (gpointer) why, reason);
      g_ptr_array_add (order, (gpointer) why);
    }
  if (colon != NULL && reason->n < MAX_NAMES)
    {
      g_string_append (reason->names, reason->names->len > 0 ? ", " : "");
      g_string_append_len (reason->names, note, colon - note);
    }
  reason->n++;
}

char **
cvr_import_report_lines (const CvrLoadReport *report)
{
  g_autoptr (GHashTable) reasons = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                          reason_free);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  GPtrArray *lines = g_ptr_array_new ();
  guint n_listed = report->skipped != NULL ? report->skipped->len : 0;

  for (guint i = 0; i < n_listed; i++)
    gather (reasons, order, g_ptr_array_index (report->skipped, i));
  for (guint i = 0; i < order->len; i++)
    {
      const char *why = g_ptr_array_index (order, i);
      const Reason *reason = g_hash_table_lookup (reasons, why);

      if (reason->names->len == 0)
        g_ptr_array_add (lines, g_strdup (why));
      else if (reason->n <= MAX_NAMES)
        g_ptr_array_add (lines, g_strdup_printf (_("%1$s: %2$s"), reason->names->str, why));
      else
        g_ptr_array_add (lines, g_strdup_printf (_("%1$s, … (%2$u in all): %3$s"),
                                                 reason->names->str, reason->n, why));
    }
  if (report->n_skipped > n_listed)
    g_ptr_array_add (lines, g_strdup_printf (
      ngettext ("… and %'u more file was left out", "… and %'u more files were left out",
                report->n_skipped - n_listed), report->n_skipped - n_listed));
  for (guint i = 0; report->notes != NULL && i < report->notes->len; i++)
    g_ptr_array_add (lines, g_strdup (g_ptr_array_index (report->notes, i)));
  g_ptr_array_add (lines, NULL);

  return (char **) g_ptr_array_free (lines, FALSE);
}
