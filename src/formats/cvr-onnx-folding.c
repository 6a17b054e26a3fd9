/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shape arithmetic that exporters leave in a file: done while the file is read, for every size is
 * known but the batch's. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

static gboolean
import_shape (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              GError               **error)
{
  gint64 extents[NN_MAX_RANK];
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (cvr_onnx_attribute (node, "start") != NULL || cvr_onnx_attribute (node, "end") != NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("A part of a shape is not supported."));

  for (guint i = 0; i < x.shape.rank; i++)
    extents[i] = i > 0 ? x.shape.dims[i] : self->batch > 0 ? self->batch : cvr_onnx_batch;

  return cvr_onnx_define_tensor (self, node, cvr_onnx_tensor_new_ints (extents, x.shape.rank),
                                 error);
}

static gboolean
import_gather (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  const CvrOnnxTensor *x = cvr_onnx_ints (self, node, 0, error);
  const CvrOnnxTensor *at = x != NULL ? cvr_onnx_ints (self, node, 1, error) : NULL;
  gint64 index;
  CvrOnnxTensor *picked;

  if (at == NULL)
    return FALSE;
  if (x->rank != 1 || at->count != 1 || at->rank > 1)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only one value out of a shape is supported."));

  index = at->ints[0] < 0 ? at->ints[0] + (gint64) x->count : at->ints[0];
  if (index < 0 || index >= (gint64) x->count)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  picked = cvr_onnx_tensor_new_ints (&x->ints[index], 1);
  if (picked != NULL)
    picked->rank = at->rank;
  return cvr_onnx_define_tensor (self, node, picked, error);
}

/* Unsqueeze and Squeeze between a number and a row of one. */
static gboolean
import_squeeze (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  gboolean grow = g_strcmp0 (node->op_type, "Unsqueeze") == 0;
  const CvrOnnxTensor *x = cvr_onnx_ints (self, node, 0, error);
  CvrOnnxTensor *result;

  if (x == NULL)
    return FALSE;
  if (x->count != 1 || x->rank != (grow ? 0 : 1))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only one value out of a shape is supported."));

  result = cvr_onnx_tensor_new_ints (x->ints, 1);
  if (result != NULL)
    result->rank = grow ? 1 : 0;
  return cvr_onnx_define_tensor (self, node, result, error);
}

/* Rows of whole numbers one behind the other. */
gboolean
cvr_onnx_fold_concat (CvrOnnxReader         *self,
                      const Onnx__NodeProto *node,
                      GError               **error)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < node->n_input; i++)
    {
      const CvrOnnxTensor *x = cvr_onnx_ints (self, node, i, error);

      if (x == NULL)
        return FALSE;
      if (x->rank != 1 || values->len + x->count > NN_MAX_RANK)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("Only a shape of up to %d sizes is supported."), NN_MAX_RANK);
      g_array_append_vals (values, x->ints, (guint) x->count);
    }

  return cvr_onnx_define_tensor (self, node,
                                 cvr_onnx_tensor_new_ints ((const gint64 *) (gpointer) values->data,
                                                           values->len),
                                 error);
}

CvrOnnxImport
cvr_onnx_find_folding (const char *op_type)
{
  static const struct { const char *op_type; CvrOnnxImport import; } table[] = {
    { "Shape", import_shape },
    { "Gather", import_gather },
    { "Unsqueeze", import_squeeze },
    { "Squeeze", import_squeeze },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
