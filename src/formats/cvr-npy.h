/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy array files: of unsigned bytes, borrowed, and of any numbers, as tensors. */
#pragma once

#include "cvr-format-error.h"
#include "cvr-onnx-typed.h"

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
/* Whole and real numbers of any size in C order; @name is for messages. */
CvrOnnxTensor *cvr_npy_read_tensor  (const guint8 *data, gsize length, const char *name,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Version 1, little-endian; the upper halves of single precision become single precision. NULL: memory is short. */
GBytes        *cvr_npy_write_tensor (const CvrOnnxTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
