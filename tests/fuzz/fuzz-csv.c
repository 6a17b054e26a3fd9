/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a table. */
#include "cvr-csv.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrCsv) csv = cvr_csv_read (data, size, &error);

  g_assert_true ((csv == NULL) == (error != NULL));
  for (guint r = 0; csv != NULL && r < csv->rows->len; r++)
    {
      char **row = g_ptr_array_index (csv->rows, r);

      g_assert_cmpuint (g_strv_length (row), >, 0);
      for (guint c = 0; row[c] != NULL; c++)
        g_assert_true (g_utf8_validate (row[c], -1, NULL));
    }

  return 0;
}
