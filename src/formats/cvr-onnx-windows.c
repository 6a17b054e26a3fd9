/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that slide a window without weights, and what all sliding windows share. A row
 * (rank 3) is maps of height 1. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Zeros so that the output is the input divided by the stride, rounded up; the odd one goes behind
 * (SAME_UPPER) or before (SAME_LOWER). */
static void
pad_same (NnStencil     *stencil,
          const NnShape *shape,
          gboolean       upper)
{
  for (guint a = 0; a < 2; a++)
    {
      gint64 in = shape->dims[2 + a], stride = stencil->stride[a];
      gint64 extent = (gint64) stencil->dilation[a] * (stencil->kernel[a] - 1) + 1;
      gint64 total = MAX (0, ((in + stride - 1) / stride - 1) * stride + extent - in);

      stencil->pad[a] = (guint32) (upper ? total / 2 : total - total / 2);
      stencil->pad[a + 2] = (guint32) (total - stencil->pad[a]);
    }
}

/* One number per axis of the file; 1 for the height that a row has not. */
static gboolean
read_extents (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              const char            *name,
              guint32                least,
              guint32                fallback,
              guint                  n_axes,
              guint32                extents[2],
              GError               **error)
{
  if (!cvr_onnx_attr_extents (self, node, name, least, fallback, n_axes, &extents[2 - n_axes],
                              error))
    return FALSE;
  if (n_axes == 1)
    extents[0] = 1;

  return TRUE;
}

/**
 * cvr_onnx_read_stencil:
 * @shape: of the input, maps
 * @n_axes: 2, or 1 where the maps are rows
 * @kernel: (nullable): [2], where the file may leave it out
 * @stencil: (out): from the attributes kernel_shape, strides, dilations, pads and auto_pad
 */
gboolean
cvr_onnx_read_stencil (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       const NnShape         *shape,
                       guint                  n_axes,
                       const guint32         *kernel,
                       NnStencil             *stencil,
                       GError               **error)
{
  guint32 pads[4] = { 0 };

  if (kernel == NULL && cvr_onnx_attribute (node, "kernel_shape") == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("“%s” is missing."), "kernel_shape");

  if (!read_extents (self, node, "kernel_shape", 1, 1, n_axes, stencil->kernel, error) ||
      !read_extents (self, node, "strides", 1, 1, n_axes, stencil->stride, error) ||
      !read_extents (self, node, "dilations", 1, 1, n_axes, stencil->dilation, error) ||
      !cvr_onnx_attr_extents (self, node, "pads", 0, 0, 2 * n_axes, pads, error))
    return FALSE;

  for (guint a = 0; a < n_axes; a++)
    {
      stencil->pad[2 - n_axes + a] = pads[a];
      stencil->pad[4 - n_axes + a] = pads[n_axes + a];
    }
  if (kernel != NULL && cvr_onnx_attribute (node, "kernel_shape") == NULL)
    memcpy (stencil->kernel, kernel, sizeof stencil->kernel);

  if (cvr_onnx_attr_is (node, "auto_pad", "SAME_UPPER", FALSE))
    pad_same (stencil, shape, TRUE);
  else if (cvr_onnx_attr_is (node, "auto_pad", "SAME_LOWER", FALSE))
    pad_same (stencil, shape, FALSE);
  else if (cvr_onnx_attr_is (node, "auto_pad", "VALID", FALSE))
    memset (stencil->pad, 0, sizeof stencil->pad);
  else if (!cvr_onnx_attr_is (node, "auto_pad", "NOTSET", TRUE))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its value of “%s” is not supported."), "auto_pad");

  return TRUE;
}

/**
 * cvr_onnx_as_maps:
 * @x: (inout): a node; of a row [N, C, L] it becomes one that gives maps [N, C, 1, L]
 * @n_axes: (out): 2 for maps, 1 for rows: what cvr_onnx_from_maps() undoes
 */
gboolean
cvr_onnx_as_maps (CvrOnnxReader         *self,
                  const Onnx__NodeProto *node,
                  CvrOnnxValue          *x,
                  guint                 *n_axes,
                  GError               **error)
{
  const NnShape shape = x->shape;
  NnShape maps = { 4, { shape.dims[0], shape.dims[1], 1, shape.dims[2] } };

  *n_axes = 2;
  if (shape.rank == 4)
    return TRUE;
  if (shape.rank == 5)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has a third spatial dimension (rank 5); maps (rank 4) "
                              "and rows (rank 3) are supported."));
  if (shape.rank != 3)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; maps (rank 4) and rows (rank 3) are "
                              "supported."), shape.rank);

  *n_axes = 1;
  x->node = cvr_onnx_make_reshape (self, x->node, &maps);
  return cvr_onnx_check (self, node, x->node, &x->shape, error);
}

NnNode
cvr_onnx_from_maps (CvrOnnxReader *self,
                    NnNode         made,
                    guint          n_axes)
{
  NnShape shape;

  if (n_axes == 2 || !cvr_onnx_shape_of (self, made, &shape))
    return made;

  shape = (NnShape) { 3, { shape.dims[0], shape.dims[1], shape.dims[3] } };
  return cvr_onnx_make_reshape (self, made, &shape);
}

/**
 * cvr_onnx_padded:
 * @value: (out): input 0 of @node as maps, with the zeros that a Pad before puts around them as a
 *   note
 */
gboolean
cvr_onnx_padded (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 CvrOnnxValue          *value,
                 guint                 *n_axes,
                 GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error);

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_PADDED)
    {
      *value = *found;
      *n_axes = 2;
      return cvr_onnx_check (self, node, value->node, &value->shape, error);
    }

  return cvr_onnx_activation (self, node, 0, value, error) &&
         cvr_onnx_as_maps (self, node, value, n_axes, error);
}

/* Zeros that a Pad puts around the input of a mean pool are its own padding, counted. That is not
 * the same where a last window would start in them, or where both have a padding. */
static gboolean
take_padding (NnPoolSpec         *pool,
              const CvrOnnxValue *x)
{
  static const guint32 none[4];
  NnPoolSpec own = *pool;
  NnStencil plain = pool->stencil;
  guint32 with, without;

  if (!pool->average || memcmp (pool->stencil.pad, none, sizeof none) != 0)
    return FALSE;

  memcpy (own.stencil.pad, x->pad, sizeof x->pad);
  own.count_pad = TRUE;
  for (guint a = 0; a < 2; a++)
    if (!nn_stencil_out (&own.stencil, a, x->shape.dims[2 + a], pool->ceil_mode, &with) ||
        !nn_stencil_out (&plain, a, x->shape.dims[2 + a] + x->pad[a] + x->pad[a + 2],
                         pool->ceil_mode, &without) ||
        with != without)
      return FALSE;

  *pool = own;
  return TRUE;
}

static gboolean
import_pool (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  NnAttrs attrs = { 0 };
  NnPoolSpec *pool = &attrs.pool;
  CvrOnnxValue x;
  guint n_axes;
  NnNode made;

  if (!cvr_onnx_padded (self, node, &x, &n_axes, error) ||
      !cvr_onnx_no_second (self, node, error))
    return FALSE;

  pool->average = g_strcmp0 (node->op_type, "AveragePool") == 0;
  pool->ceil_mode = cvr_onnx_attr_int (node, "ceil_mode", 0) != 0;
  pool->count_pad = pool->average && cvr_onnx_attr_int (node, "count_include_pad", 0) != 0;
  if (x.kind == CVR_ONNX_VALUE_PADDED)
    {
      if (!cvr_onnx_read_stencil (self, node, &x.shape, n_axes, NULL, &pool->stencil, error))
        return FALSE;
      if (cvr_onnx_attribute (node, "auto_pad") != NULL || !take_padding (pool, &x))
        x.kind = CVR_ONNX_VALUE_NODE;
      if (x.kind == CVR_ONNX_VALUE_NODE && !cvr_onnx_activation (self, node, 0, &x, error))
        return FALSE;
    }
  if (x.kind == CVR_ONNX_VALUE_NODE &&
      !cvr_onnx_read_stencil (self, node, &x.shape, n_axes, NULL, &pool->stencil, error))
    return FALSE;

  made = cvr_onnx_make (self, NN_OP_POOL, &attrs, &x.node, 1);
  return cvr_onnx_result (self, node, 0, cvr_onnx_from_maps (self, made, n_axes), x.type, error);
}

/* Over all positions of a channel, however many axes they lie along. */
static gboolean
import_global_pool (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    GError               **error)
{
  gboolean average = g_strcmp0 (node->op_type, "GlobalAveragePool") == 0;
  NnAttrs attrs = { .global_pool.average = average };
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (x.shape.rank < 3)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; at least 3 is needed."), x.shape.rank);
  if (x.shape.rank == 4)
    return cvr_onnx_result (self, node, 0,
                            cvr_onnx_make (self, NN_OP_GLOBAL_POOL, &attrs, &x.node, 1), x.type,
                            error);

  attrs = (NnAttrs) { .reduce = { average ? NN_REDUCE_MEAN : NN_REDUCE_MAX,
                                  (1u << x.shape.rank) - 4, TRUE } };
  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_REDUCE, &attrs, &x.node, 1),
                          x.type, error);
}

CvrOnnxImport
cvr_onnx_find_window (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "MaxPool", import_pool },
    { "AveragePool", import_pool },
    { "GlobalAveragePool", import_global_pool },
    { "GlobalMaxPool", import_global_pool },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
