/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as CIFAR-10 records, and as the list of their names. */
#include "cvr-cifar.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = cvr_cifar_meta (data, size);
  guint8 rgb[3 * CVR_CIFAR_PIXELS];
  guint n;

  g_assert_true (names == NULL || g_strv_length (names) == CVR_CIFAR_N_CLASSES);
  if (cvr_cifar_check (data, size, &n, &error))
    for (guint i = 0; i < n; i++)
      g_assert_cmpuint (cvr_cifar_record (data, i, rgb), <, CVR_CIFAR_N_CLASSES);
  else
    g_assert_nonnull (error);

  return 0;
}
