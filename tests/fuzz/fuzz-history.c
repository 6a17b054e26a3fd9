/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as the history of a training, packed or as older versions' JSON. */
#include "cvr-history.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrHistory) history = cvr_history_from_bytes (data, size, &error);
  g_autoptr (GBytes) bytes = NULL;
  CvrBucket buckets[16];

  g_assert_true ((history == NULL) == (error != NULL));
  if (history == NULL)
    return 0;

  for (guint i = 0; i < CVR_N_SERIES; i++)
    {
      CvrSeries series = (CvrSeries) i;
      double first, last;
      guint n;

      cvr_history_series (history, series, &n);
      g_assert_cmpuint (n, <=, CVR_HISTORY_BUCKETS);
      if (cvr_history_extent (history, series, &first, &last))
        cvr_history_range (history, series, first, last, G_N_ELEMENTS (buckets), buckets);
      cvr_history_add (history, series, 1e6, 1);
    }
  bytes = cvr_history_to_bytes (history);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);

  return 0;
}
