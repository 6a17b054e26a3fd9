/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes and the arithmetic of sliding windows. */
#include "nn-graph.h"

/**
 * nn_shape_maps:
 *
 * Returns: [1, @channels, @height, @width].
 */
NnShape
nn_shape_maps (guint32 channels,
               guint32 height,
               guint32 width)
{
  return (NnShape) { 4, { 1, channels, height, width } };
}

/**
 * nn_shape_vector:
 *
 * Returns: [1, @channels].
 */
NnShape
nn_shape_vector (guint32 channels)
{
  return (NnShape) { 2, { 1, channels } };
}

/**
 * nn_shape_equal:
 *
 * Returns: whether rank and every extent are the same.
 */
gboolean
nn_shape_equal (const NnShape *a,
                const NnShape *b)
{
  if (a->rank != b->rank)
    return FALSE;

  for (guint i = 0; i < a->rank; i++)
    if (a->dims[i] != b->dims[i])
      return FALSE;

  return TRUE;
}

/**
 * nn_shape_count:
 * @count: (out): values of one item
 *
 * Returns: %FALSE, leaving @count alone, when the number does not fit a gsize.
 */
gboolean
nn_shape_count (const NnShape *shape,
                gsize         *count)
{
  gsize product = 1;

  for (guint i = 0; i < shape->rank; i++)
    if (!g_size_checked_mul (&product, product, shape->dims[i]))
      return FALSE;

  *count = product;
  return TRUE;
}

/**
 * nn_shape_dup_string:
 *
 * Returns: (transfer full): "16×14×14": without the batch, with a first extent that is none; "1" for
 * a single number.
 */
char *
nn_shape_dup_string (const NnShape *shape)
{
  GString *text = g_string_new (NULL);

  for (guint i = shape->rank > 1 && shape->dims[0] == 1 ? 1 : 0; i < shape->rank; i++)
    g_string_append_printf (text, "%s%u", text->len > 0 ? "×" : "", shape->dims[i]);
  if (shape->rank == 0)
    g_string_append_c (text, '1');

  return g_string_free (text, FALSE);
}

/**
 * nn_stencil:
 *
 * Returns: a square window without dilation, padded by @pad on all four sides.
 */
NnStencil
nn_stencil (guint32 kernel,
            guint32 stride,
            guint32 pad)
{
  return (NnStencil) { { kernel, kernel }, { stride, stride }, { 1, 1 }, { pad, pad, pad, pad } };
}

/**
 * nn_stencil_out:
 * @axis: 0 vertical, 1 horizontal
 * @in: input extent
 * @ceil_mode: also keep a last window that only partly lies on the padded input, unless it would
 * start in the padding behind it (as ONNX and PyTorch do); padding is below the window's extent
 * then
 * @out: (out): output extent, at least 1
 *
 * Returns: %FALSE, leaving @out alone, when no window fits or a number is zero or too large.
 */
gboolean
nn_stencil_out (const NnStencil *stencil,
                guint            axis,
                guint32          in,
                gboolean         ceil_mode,
                guint32         *out)
{
  guint64 kernel = stencil->kernel[axis], stride = stencil->stride[axis],
          dilation = stencil->dilation[axis];
  guint64 before = stencil->pad[axis], after = stencil->pad[axis + 2];
  guint64 padded = in + before + after, extent, n;

  if (kernel == 0 || stride == 0 || dilation == 0 || in == 0)
    return FALSE;

  extent = dilation * (kernel - 1) + 1; /* Two numbers of 32 bits: no overflow. */
  if (extent > padded)
    return FALSE;

  n = (padded - extent + (ceil_mode ? stride - 1 : 0)) / stride + 1;
  if (ceil_mode && n > 1 && (n - 1) * stride >= in + before)
    n--;
  if (n > G_MAXUINT32)
    return FALSE;

  *out = (guint32) n;
  return TRUE;
}
