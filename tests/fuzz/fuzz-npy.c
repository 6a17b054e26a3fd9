/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a NumPy file, of bytes and of any numbers. */
#include "cvr-npy.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL, wrong = NULL;
  g_autoptr (CvrOnnxTensor) tensor = cvr_npy_read_tensor (data, size, "fuzz.npy", &wrong);
  CvrNpy npy;
  guint64 sum = 0;

  if (cvr_npy_read (data, size, &npy, &error))
    for (gsize i = 0; i < npy.n_values; i++)
      sum += npy.values[i];
  else
    g_assert_nonnull (error);
  g_assert_cmpuint (sum, <=, 255 * (guint64) size);
  g_assert_true ((tensor == NULL) == (wrong != NULL));
  if (tensor != NULL)
    {
      g_autoptr (GBytes) bytes = cvr_npy_write_tensor (tensor);

      g_assert_nonnull (bytes);
    }

  return 0;
}
