/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy array files of unsigned bytes. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

enum { CVR_NPY_MAX_DIMS = 4 };

/* @values: borrowed from the file's bytes, in C order. Plain value. */
typedef struct
{
  guint         n_dims;
  gsize         dims[CVR_NPY_MAX_DIMS];
  const guint8 *values;
  gsize         n_values;
} CvrNpy;

gboolean cvr_npy_is   (const guint8 *data, gsize length);
gboolean cvr_npy_read (const guint8 *data, gsize length, CvrNpy *npy, GError **error);

G_END_DECLS
