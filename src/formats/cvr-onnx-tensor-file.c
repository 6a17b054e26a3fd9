/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tensors in files of their own: ONNX's TensorProto (.pb). */
#include "cvr-onnx-private.h"
#include "cvr-onnx-tensor.h"

#include <glib/gi18n-lib.h>

/**
 * cvr_onnx_tensor_from_file:
 * @data: (array length=length): a whole TensorProto
 * @name: what messages call the file
 *
 * Returns: (transfer full): or %NULL with %CVR_FORMAT_ERROR. Any thread.
 */
CvrOnnxTensor *
cvr_onnx_tensor_from_file (const guint8  *data,
                           gsize          length,
                           const char    *name,
                           GError       **error)
{
  gboolean spent;
  Onnx__TensorProto *proto = cvr_onnx_unpack (&onnx__tensor_proto__descriptor, data, length,
                                              &spent);
  CvrOnnxTensor *self = NULL;

  if (proto != NULL && proto->has_data_type)
    self = cvr_onnx_tensor_decode (proto, name, error);
  else
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                 _("“%s” is no tensor: neither a NumPy array (.npy) nor an ONNX TensorProto "
                   "(.pb)."), name);

  if (proto != NULL)
    cvr_onnx_unpack_free (proto);
  return self;
}

/**
 * cvr_onnx_tensor_to_file:
 * @name: of the tensor, kept in the file
 *
 * Returns: (transfer full) (nullable): the bytes of a TensorProto; %NULL when memory is short.
 */
GBytes *
cvr_onnx_tensor_to_file (const CvrOnnxTensor *self,
                         const char          *name)
{
  Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
  gsize n_bytes = self->count * cvr_onnx_type_size (self->type);
  g_autofree guint8 *raw = g_try_malloc (n_bytes + 1);
  g_autofree guint8 *packed = NULL;
  int64_t dims[CVR_ONNX_MAX_RANK];
  gsize length;

  if (raw == NULL)
    return NULL;
  cvr_onnx_tensor_to_raw (self, raw);
  for (guint i = 0; i < self->rank; i++)
    dims[i] = (int64_t) self->dims[i];
  proto.dims = dims;
  proto.n_dims = self->rank;
  proto.has_data_type = TRUE;
  proto.data_type = self->type;
  proto.name = (char *) name;
  proto.has_raw_data = TRUE;
  proto.raw_data.data = raw;
  proto.raw_data.len = n_bytes;

  length = onnx__tensor_proto__get_packed_size (&proto);
  packed = g_try_malloc (length + 1);
  if (packed == NULL)
    return NULL;
  onnx__tensor_proto__pack (&proto, packed);

  return g_bytes_new_take (g_steal_pointer (&packed), length);
}
