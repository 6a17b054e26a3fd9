/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a line of Quick, Draw! strokes; what is read can be drawn. */
#include "cvr-quickdraw.h"
#include "cvr-sketch.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDrawing) drawing = cvr_quickdraw_read (data, size, &error);
  guint n_points = 0;

  g_assert_true ((drawing == NULL) == (error != NULL));
  if (drawing != NULL)
    {
      g_autoptr (CvrImage) image = cvr_sketch_draw ((const float *) drawing->points->data,
                                                    (const guint *) drawing->lengths->data,
                                                    drawing->lengths->len, 28);

      g_assert_nonnull (image);
      for (guint i = 0; i < drawing->lengths->len; i++)
        n_points += g_array_index (drawing->lengths, guint, i);
      g_assert_cmpuint (n_points, ==, drawing->points->len);
    }

  return 0;
}
