/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a table of pixels. */
#include "cvr-pixel-table.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *pixels = NULL;
  CvrPixelTable table;
  guint label = 0, n = 0;

  if (!cvr_pixel_table_open (&table, data, size, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  pixels = g_malloc ((gsize) table.side * table.side);
  while (cvr_pixel_table_next (&table, pixels, &label, &error))
    n++;
  g_assert_cmpuint (n, <=, size / 2);
  g_assert_cmpuint (table.position, <=, size);

  return 0;
}
