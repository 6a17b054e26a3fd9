/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a damaged project file. */
#include "cvr-salvage.h"
#include "fuzz.h"

static gboolean
see_cb (const CvrSalvageRow *row,
        gpointer             data)
{
  g_assert_cmpuint (row->n_columns, <=, CVR_SALVAGE_COLUMNS);
  for (guint i = 0; i < row->n_columns; i++)
    {
      g_autofree char *text = cvr_salvage_text (row, i);
      g_autoptr (GBytes) bytes = cvr_salvage_bytes (row, i);

      g_assert_true (text != NULL || cvr_salvage_is_null (row, i));
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
      cvr_salvage_int (row, i);
      cvr_salvage_real (row, i);
    }

  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_assert_true (cvr_salvage (data, size, cvr_salvage_page_size (data, size), see_cb, NULL));

  return 0;
}
