/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of pictures written out as numbers: a row for each, its label and its pixels. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

enum { CVR_PIXEL_TABLE_MAX_SIDE = 256 };

/* A table that is being read from front to back. @side: pixels of a picture's width and height.
 * @label_at: the label's column, −1: none. */
typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         position;
  guint         side;
  gint          label_at;
  char          separator;
  guint         row; /* from 1, of the one that was read last; the header counts */
} CvrPixelTable;

gboolean cvr_pixel_table_open (CvrPixelTable *self, const guint8 *data, gsize length,
                               GError **error);
gboolean cvr_pixel_table_next (CvrPixelTable *self, guint8 *pixels, guint *label,
                               GError **error);

G_END_DECLS
