/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of an operator, and what newer versions of it take as constant inputs instead. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const Onnx__AttributeProto *
cvr_onnx_attribute (const Onnx__NodeProto *node,
                    const char            *name)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    if (g_strcmp0 (node->attribute[i]->name, name) == 0)
      return node->attribute[i];

  return NULL;
}

gint64
cvr_onnx_attr_int (const Onnx__NodeProto *node,
                   const char            *name,
                   gint64                 fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  return attribute != NULL && attribute->has_i ? attribute->i : fallback;
}

float
cvr_onnx_attr_float (const Onnx__NodeProto *node,
                     const char            *name,
                     float                  fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  return attribute != NULL && attribute->has_f ? attribute->f : fallback;
}

/* Whether the text attribute @name is @text; @fallback where there is none. */
gboolean
cvr_onnx_attr_is (const Onnx__NodeProto *node,
                  const char            *name,
                  const char            *text,
                  gboolean               fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  if (attribute == NULL || !attribute->has_s)
    return fallback;

  return attribute->s.len == strlen (text) &&
         memcmp (attribute->s.data, text, attribute->s.len) == 0;
}

/**
 * cvr_onnx_attr_extents:
 * @least: smallest value that makes sense
 * @fallback: for all, where the attribute is absent
 * @values: (out) (array length=n)
 */
gboolean
cvr_onnx_attr_extents (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       const char            *name,
                       guint32                least,
                       guint32                fallback,
                       guint                  n,
                       guint32               *values,
                       GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  if (attribute != NULL && attribute->n_ints != n)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("“%s” has length %u; %u is supported."), name,
                            (guint) attribute->n_ints, n);

  for (guint i = 0; i < n; i++)
    {
      gint64 value = attribute != NULL ? attribute->ints[i] : fallback;

      if (value < least || value > CVR_ONNX_MAX_EXTENT)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("“%s” is %lld; %u to %d are supported."), name,
                                (long long) value, least, CVR_ONNX_MAX_EXTENT);
      values[i] = (guint32) value;
    }

  return TRUE;
}

/**
 * cvr_onnx_list:
 * @name: the attribute
 * @i: the input that took its place in a later version; %G_MAXUINT: none did
 * @values: (out) (transfer none): %NULL where there is neither
 */
gboolean
cvr_onnx_list (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const char            *name,
               guint                  i,
               const gint64         **values,
               gsize                 *n_values,
               GError               **error)
{
  static const gint64 none;
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  *values = NULL;
  *n_values = 0;
  if (i != G_MAXUINT && cvr_onnx_has_input (node, i))
    {
      const CvrOnnxTensor *tensor = cvr_onnx_ints (self, node, i, error);

      if (tensor == NULL)
        return FALSE;
      *values = tensor->ints;
      *n_values = tensor->count;
    }
  else if (attribute != NULL)
    {
      *values = attribute->n_ints > 0 ? (const gint64 *) attribute->ints : &none;
      *n_values = attribute->n_ints;
    }

  return TRUE;
}

/* @axis, counted from the end where it is negative, of @rank axes. */
gboolean
cvr_onnx_take_axis (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    gint64                 axis,
                    guint                  rank,
                    guint                 *taken,
                    GError               **error)
{
  if (axis < -(gint64) rank || axis >= (gint64) rank)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Axis %lld does not exist; there are %u."), (long long) axis, rank);

  *taken = (guint) (axis < 0 ? axis + rank : axis);
  return TRUE;
}

/* @mask: (out): bit i is axis i */
gboolean
cvr_onnx_take_axes (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    const gint64          *axes,
                    gsize                  n_axes,
                    guint                  rank,
                    guint32               *mask,
                    GError               **error)
{
  *mask = 0;
  for (gsize i = 0; i < n_axes; i++)
    {
      guint axis;

      if (!cvr_onnx_take_axis (self, node, axes[i], rank, &axis, error))
        return FALSE;
      if ((*mask >> axis & 1) != 0)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                                _("Axis %u is named twice."), axis);
      *mask |= 1u << axis;
    }

  return TRUE;
}

/* A line of a table. */
CvrOnnxImport
cvr_onnx_find (const CvrOnnxEntry *table,
               guint               n_entries,
               const char         *op_type)
{
  for (guint i = 0; i < n_entries; i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
