/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX bytes to a network and back. */
#pragma once

#include "cvr-format-error.h"
#include "nn.h"

G_BEGIN_DECLS

/* One metadata_props entry. */
typedef struct
{
  char *key;
  char *value;
} CvrOnnxMeta;

typedef struct
{
  NnGraph   *graph;
  NnParams  *params;    /* frozen */
  GPtrArray *metadata;  /* of CvrOnnxMeta */
  gint64     opset;
  char      *producer;
} CvrOnnxModel;

void          cvr_onnx_model_free (CvrOnnxModel *self);
/* @name is used in messages only. An operator that the engine lacks is named with its node. */
CvrOnnxModel *cvr_onnx_read       (const guint8 *data, gsize length, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* IR 8, opset 13, one input "input" [N, C, H, W], one output "output"; weights with NnWeightQuant of ≤ 8 bits as int8 with
 * DequantizeLinear, of 16 bits as float16 with Cast; FAKE_QUANT as QuantizeLinear and DequantizeLinear. Same input, same bytes. */
GBytes       *cvr_onnx_write      (NnGraph *graph, NnParams *params, const CvrOnnxMeta *metadata, guint n_metadata,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrOnnxModel, cvr_onnx_model_free)

G_END_DECLS
