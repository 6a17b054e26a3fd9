/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as an IDX file. */
#include "cvr-idx.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  CvrIdx idx;
  guint64 sum = 0;

  if (cvr_idx_read (data, size, &idx, &error))
    for (gsize i = 0; i < idx.n_values; i++)
      sum += idx.values[i];
  else
    g_assert_nonnull (error);
  g_assert_cmpuint (sum, <=, 255 * (guint64) size);

  return 0;
}
