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

/**
 * cvr_source_class_weights:
 *
 * Returns: (transfer full): [n_classes], the inverse of each class's share, so that the mean over
 * the items is 1; 1 for a class without items.
 */
float *
cvr_source_class_weights (CvrSource *self)
{
  guint n_classes = cvr_source_peek (self)->n_classes, n = cvr_source_peek (self)->count;
  g_autofree guint *counts = g_new0 (guint, n_classes);
  float *weights = g_new (float, n_classes);
  guint n_present = 0;

  for (guint i = 0; i < n; i++)
    if (counts[cvr_source_label (self, i)]++ == 0)
      n_present++;

  for (guint k = 0; k < n_classes; k++)
    weights[k] = counts[k] == 0
                   ? 1.0f
                   : (float) ((double) n / ((double) n_present * counts[k]));

  return weights;
}
