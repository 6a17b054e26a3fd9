/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many pictures there are and how even, in one line. */
#include "cvr-images-page.h"

#include <glib/gi18n-lib.h>

/* How even the classes are, in words; NULL while there is nothing to compare. */
static char *
dup_balance (CvrDataset *dataset,
             CvrProject *titles)
{
  guint n = cvr_dataset_n_classes (dataset), most = 0, least = 0;
  g_autofree guint *counts = g_new0 (guint, n + 1);

  if (n < 2)
    return NULL;
  for (guint k = 0; k < n; k++)
    counts[k] = cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO);
  for (guint k = 1; k < n; k++)
    {
      most = counts[k] > counts[most] ? k : most;
      least = counts[k] < counts[least] ? k : least;
    }

  if (counts[least] == 0)
    /* Translators: name of a class. */
    return g_strdup_printf (_("no “%s” yet"), cvr_project_class_title (titles, least));
  if (counts[most] <= counts[least] * 1.5)
    return g_strdup (_("balanced"));

  /* Translators: two names of classes and how many times as many pictures the first has. */
  return g_strdup_printf (
    _("%.1f times as many “%s” as “%s”"), (double) counts[most] / counts[least],
    cvr_project_class_title (titles, most), cvr_project_class_title (titles, least));
}

/**
 * cvr_images_page_dup_summary:
 * @dataset: what is counted
 * @titles: whose names of the classes are shown
 *
 * Returns: (transfer full): one line
 */
char *
cvr_images_page_dup_summary (CvrDataset *dataset,
                             CvrProject *titles)
{
  guint n = cvr_dataset_n_items (dataset), n_classes = cvr_dataset_n_classes (dataset);
  guint unlabelled = cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  g_autofree char *balance = dup_balance (dataset, titles);
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, ngettext ("%'u image", "%'u images", n), n);
  g_string_append (line, " · ");
  g_string_append_printf (line, ngettext ("%u class", "%u classes", n_classes), n_classes);
  if (balance != NULL)
    g_string_append_printf (line, " · %s", balance);
  if (unlabelled > 0)
    {
      g_string_append (line, " · ");
      g_string_append_printf (
        line, ngettext ("%'u without a label", "%'u without a label", unlabelled), unlabelled);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}
