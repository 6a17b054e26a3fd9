/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX's Resize and Upsample in their four versions. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What the file asks for, per axis of the input. */
typedef struct
{
  double  scale[NN_MAX_RANK];
  guint32 out[NN_MAX_RANK];
  double  roi[2 * NN_MAX_RANK]; /* starts, then ends */
} Sizes;

static gboolean
is_upsample (const Onnx__NodeProto *node)
{
  return g_strcmp0 (node->op_type, "Upsample") == 0;
}

static gboolean
refuse_sizes (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              guint                  rank,
              GError               **error)
{
  return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                          _("Its sizes or scales do not fit an input of rank %u."), rank);
}

static gboolean
take_scales (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             const float           *scales,
             gsize                  n_scales,
             const NnShape         *shape,
             Sizes                 *sizes,
             GError               **error)
{
  if (n_scales != shape->rank)
    return refuse_sizes (self, node, shape->rank, error);

  for (guint i = 0; i < shape->rank; i++)
    {
      /* In single precision, as other programs multiply: 6 · 10/6 is 10. */
      double out = (double) floorf ((float) shape->dims[i] * scales[i]);

      if (!(scales[i] > 0) || !(out >= 1) || out > G_MAXINT32)
        return refuse_sizes (self, node, shape->rank, error);
      sizes->scale[i] = (double) scales[i];
      sizes->out[i] = (guint32) out;
    }

  return TRUE;
}

static gboolean
take_sizes (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            const NnShape         *shape,
            Sizes                 *sizes,
            GError               **error)
{
  const CvrOnnxTensor *given = cvr_onnx_ints (self, node, 3, error);

  if (given == NULL)
    return FALSE;
  if (given->count != shape->rank)
    return refuse_sizes (self, node, shape->rank, error);

  for (guint i = 0; i < shape->rank; i++)
    {
      gint64 out = i == 0 && self->batch > 0 && given->ints[0] == self->batch ? shape->dims[0]
                                                                              : given->ints[i];

      if (out < 1 || out > G_MAXINT32)
        return refuse_sizes (self, node, shape->rank, error);
      sizes->out[i] = (guint32) out;
      sizes->scale[i] = (double) out / shape->dims[i];
    }

  return TRUE;
}

/* Scales (an attribute at first, then input 1, then input 2) or sizes (input 3). */
static gboolean
read_sizes (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            const NnShape         *shape,
            Sizes                 *sizes,
            GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, "scales");
  gboolean with_roi = !is_upsample (node) && self->opset >= 11;
  guint at = with_roi ? 2 : 1;
  const CvrOnnxTensor *scales = NULL, *roi;

  if (with_roi && cvr_onnx_has_input (node, 1) &&
      cvr_onnx_attr_is (node, "coordinate_transformation_mode", "tf_crop_and_resize", FALSE))
    {
      roi = cvr_onnx_floats (self, node, 1, error);
      if (roi == NULL)
        return FALSE;
      if (roi->count != 2 * (gsize) shape->rank || roi->splat)
        return refuse_sizes (self, node, shape->rank, error);
      for (guint i = 0; i < roi->count; i++)
        sizes->roi[i] = (double) roi->floats[i];
    }
  if (cvr_onnx_has_input (node, at))
    {
      scales = cvr_onnx_floats (self, node, at, error);
      if (scales == NULL)
        return FALSE;
      if (scales->count > 0 && !scales->splat)
        return take_scales (self, node, scales->floats, scales->count, shape, sizes, error);
    }
  if (with_roi && cvr_onnx_has_input (node, 3))
    return take_sizes (self, node, shape, sizes, error);
  if (attribute != NULL)
    return take_scales (self, node, attribute->floats, attribute->n_floats, shape, sizes, error);

  return refuse_sizes (self, node, shape->rank, error);
}

/* Which of the named ways an attribute asks for; -1: none of them. */
static gint
choose (const Onnx__NodeProto *node,
        const char            *name,
        const char *const     *ways,
        gint                   fallback)
{
  if (cvr_onnx_attribute (node, name) == NULL)
    return fallback;

  for (gint i = 0; ways[i] != NULL; i++)
    if (cvr_onnx_attr_is (node, name, ways[i], FALSE))
      return i;

  return -1;
}

static gboolean
read_ways (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           NnResizeSpec          *spec,
           GError               **error)
{
  /* In the order of NnResizeMode, NnResizeGrid and NnResizeRound. */
  static const char *const modes[] = { "nearest", "linear", "cubic", NULL };
  static const char *const grids[] = { "half_pixel", "pytorch_half_pixel", "align_corners",
                                       "asymmetric", "tf_crop_and_resize", NULL };
  static const char *const rounds[] = { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil",
                                        NULL };
  gboolean modern = !is_upsample (node) && self->opset >= 11;
  gint mode = choose (node, "mode", modes, NN_RESIZE_NEAREST);
  gint grid = modern ? choose (node, "coordinate_transformation_mode", grids, NN_RESIZE_HALF_PIXEL)
                     : NN_RESIZE_ASYMMETRIC;
  gint round = modern ? choose (node, "nearest_mode", rounds, NN_RESIZE_ROUND_PREFER_FLOOR)
                      : NN_RESIZE_FLOOR;
  gboolean tf_half = modern && cvr_onnx_attr_is (node, "coordinate_transformation_mode",
                                                 "tf_half_pixel_for_nn", FALSE);

  /* The first versions called both linear ways so. */
  if (mode < 0 && cvr_onnx_attr_is (node, "mode", "bilinear", FALSE))
    mode = NN_RESIZE_LINEAR;
  if (mode < 0 || (grid < 0 && !tf_half) || round < 0 ||
      (tf_half && (mode != NN_RESIZE_NEAREST ||
                   (round != NN_RESIZE_FLOOR && round != NN_RESIZE_ROUND_PREFER_FLOOR))))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its way of resizing is not supported."));

  spec->mode = (NnResizeMode) mode;
  spec->grid = (NnResizeGrid) MAX (grid, 0);
  spec->round = (NnResizeRound) round;
  /* Half a pixel further on, rounded down, is to the nearest; and the nearest is rounded up. */
  if (tf_half)
    spec->round = round == NN_RESIZE_FLOOR ? NN_RESIZE_ROUND_PREFER_CEIL : NN_RESIZE_CEIL;
  spec->cubic_a = cvr_onnx_attr_float (node, "cubic_coeff_a", -0.75f);
  spec->exclude_outside = cvr_onnx_attr_int (node, "exclude_outside", 0) != 0;
  spec->outside = cvr_onnx_attr_float (node, "extrapolation_value", 0);
  return TRUE;
}

/* The layer for enlarging both sides by one whole number; its factor, or 0 where it is another
 * thing. */
static guint32
upsample_factor (const NnResizeSpec *spec,
                 NnUpsampleMode     *mode)
{
  gboolean half = spec->grid == NN_RESIZE_HALF_PIXEL ||
                  (spec->grid == NN_RESIZE_PYTORCH_HALF_PIXEL && spec->out[0] > 1 &&
                   spec->out[1] > 1);
  gboolean rounds = spec->round == NN_RESIZE_ROUND_PREFER_FLOOR ||
                    spec->round == NN_RESIZE_ROUND_PREFER_CEIL;
  float factor = spec->scale[0];

  if (factor != spec->scale[1] || factor < 1 || factor > CVR_ONNX_MAX_EXTENT ||
      factor != floorf (factor))
    return 0;

  *mode = spec->mode == NN_RESIZE_NEAREST ? NN_UPSAMPLE_NEAREST : NN_UPSAMPLE_BILINEAR;
  if (spec->mode == NN_RESIZE_NEAREST)
    return (spec->grid == NN_RESIZE_ASYMMETRIC && spec->round == NN_RESIZE_FLOOR) ||
               (half && rounds)
             ? (guint32) factor : 0;

  return half && spec->mode == NN_RESIZE_LINEAR && !spec->exclude_outside ? (guint32) factor : 0;
}

/* Sizes of the file's axes to those of the maps: the last one or two. */
static gboolean
fill_spec (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           const NnShape         *shape,
           const Sizes           *sizes,
           NnResizeSpec          *spec,
           GError               **error)
{
  guint n_axes = shape->rank == 4 ? 2 : shape->rank == 3 ? 1 : 0;

  for (guint i = 0; i + n_axes < shape->rank; i++)
    if (sizes->out[i] != shape->dims[i])
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                              _("Only height and width of maps can change; axis %u shall become %u "
                                "instead of %u."), i, sizes->out[i], shape->dims[i]);

  spec->out[0] = 1;
  spec->scale[0] = 1;
  spec->roi[2] = 1;
  for (guint a = 0; a < n_axes; a++)
    {
      guint axis = shape->rank - n_axes + a, to = 2 - n_axes + a;

      spec->out[to] = sizes->out[axis];
      spec->scale[to] = (float) sizes->scale[axis];
      spec->roi[to] = (float) sizes->roi[axis];
      spec->roi[2 + to] = (float) sizes->roi[shape->rank + axis];
    }

  return TRUE;
}

static gboolean
import_resize (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  NnAttrs attrs = { 0 }, upsample = { 0 };
  Sizes sizes = { 0 };
  CvrOnnxValue x;
  guint n_axes;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !read_sizes (self, node, &x.shape, &sizes, error) ||
      !read_ways (self, node, &attrs.resize, error) ||
      !fill_spec (self, node, &x.shape, &sizes, &attrs.resize, error) ||
      !cvr_onnx_as_maps (self, node, &x, &n_axes, error))
    return FALSE;

  upsample.upsample.factor = upsample_factor (&attrs.resize, &upsample.upsample.mode);
  if (upsample.upsample.factor > 0 && n_axes == 2)
    {
      if ((guint64) MAX (x.shape.dims[2], x.shape.dims[3]) * upsample.upsample.factor > G_MAXINT32)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                                _("Its output is too large."));
      return cvr_onnx_result (self, node, 0,
                              cvr_onnx_make (self, NN_OP_UPSAMPLE, &upsample, &x.node, 1), x.type,
                              error);
    }

  x.node = cvr_onnx_make (self, NN_OP_RESIZE, &attrs, &x.node, 1);
  return cvr_onnx_result (self, node, 0, cvr_onnx_from_maps (self, x.node, n_axes), x.type, error);
}

CvrOnnxImport
cvr_onnx_find_resizing (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Resize", import_resize },
    { "Upsample", import_resize },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
