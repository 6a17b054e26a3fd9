/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as the names of YOLO's classes. */
#include "cvr-labels.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = cvr_labels_read_names (data, size, &error);

  g_assert_true ((names == NULL) == (error != NULL));
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_assert_cmpint (names[i][0], !=, '\0');
      g_assert_true (g_utf8_validate (names[i], -1, NULL));
    }

  return 0;
}
