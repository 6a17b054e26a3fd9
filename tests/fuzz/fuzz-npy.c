/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a NumPy file. */
#include "cvr-npy.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  CvrNpy npy;
  guint64 sum = 0;

  if (cvr_npy_read (data, size, &npy, &error))
    for (gsize i = 0; i < npy.n_values; i++)
      sum += npy.values[i];
  else
    g_assert_nonnull (error);
  g_assert_cmpuint (sum, <=, 255 * (guint64) size);

  return 0;
}
