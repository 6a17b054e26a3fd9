/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set's classes as a model numbers them. */
#include "cvr-source.h"

/* Foreign files name their classes "0", "1" … because they know no better. */
static gboolean
only_numbers (const char *const *classes,
              guint              n_classes)
{
  for (guint k = 0; k < n_classes; k++)
    {
      char number[16];

      g_snprintf (number, sizeof number, "%u", k);
      if (!g_str_equal (classes[k], number))
        return FALSE;
    }

  return TRUE;
}

/**
 * cvr_source_map_classes:
 * @classes: a model's
 *
 * Returns: (transfer full): see the header.
 */
gint *
cvr_source_map_classes (CvrDataset        *dataset,
                        const char *const *classes,
                        guint              n_classes)
{
  guint n = cvr_dataset_n_classes (dataset);
  gint *map = g_new (gint, MAX (n, 1));
  gboolean any = FALSE;

  for (guint k = 0; k < n; k++)
    {
      map[k] = -1;
      for (guint j = 0; j < n_classes && map[k] < 0; j++)
        if (g_str_equal (cvr_dataset_class_name (dataset, k), classes[j]))
          map[k] = (gint) j;
      any |= map[k] >= 0;
    }

  if (!any && n == n_classes && only_numbers (classes, n_classes))
    for (guint k = 0; k < n; k++)
      map[k] = (gint) k;

  return map;
}
