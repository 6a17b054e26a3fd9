/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files, the form of MNIST and its relatives: a block of bytes with its dimensions. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

enum { CVR_IDX_MAX_DIMS = 4 };

/* @values: borrowed from the file's bytes, first dimension outermost. Plain value. */
typedef struct
{
  guint         n_dims;
  guint32       dims[CVR_IDX_MAX_DIMS];
  const guint8 *values;
  gsize         n_values;
} CvrIdx;

gboolean cvr_idx_is   (const guint8 *data, gsize length, guint *n_dims);
gboolean cvr_idx_read (const guint8 *data, gsize length, CvrIdx *idx, GError **error);

G_END_DECLS
