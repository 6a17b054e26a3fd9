/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX bytes to a network and back. */
#pragma once

#include "cvr-format-error.h"
#include "cvr-onnx-typed.h"
#include "nn.h"

G_BEGIN_DECLS

/* One metadata_props entry. */
typedef struct
{
  char *key;
  char *value;
} CvrOnnxMeta;

/**
 * CvrOnnxEnd:
 * @name: as it stands in the file
 * @type: element type (CVR_ONNX_FLOAT …) that the file gives it; the network computes in single
 *   precision
 * @dims: [rank]; 0 stands for the batch, where it is left open
 * @node: of the network; %NN_NODE_NONE where @constant tells all, or where the network does not read
 *   the input
 * @constant: (nullable): an output that no input changes
 *
 * Where values go into a network, or come out of it.
 */
typedef struct
{
  char          *name;
  gint32         type;
  guint          rank;
  gint64         dims[CVR_ONNX_MAX_RANK];
  NnNode         node;
  CvrOnnxTensor *constant;
} CvrOnnxEnd;

typedef struct
{
  NnGraph   *graph;
  NnParams  *params;    /* frozen */
  GPtrArray *metadata;  /* of CvrOnnxMeta */
  GPtrArray *inputs;    /* of CvrOnnxEnd, in the file's order; without initializers */
  GPtrArray *outputs;   /* of CvrOnnxEnd, in the file's order */
  gint64     opset;
  char      *producer;
} CvrOnnxModel;

void          cvr_onnx_model_free (CvrOnnxModel *self);
/* @name is used in messages only. An operator that the engine lacks is named with its node. A first axis that all
 * inputs share is the batch. */
CvrOnnxModel *cvr_onnx_read       (const guint8 *data, gsize length, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For one run with these inputs, in the file's order: sizes that the file leaves open are theirs, values that must be
 * known beforehand (a shape to take, bounds, weights) are taken from them, every tensor has its full shape. */
CvrOnnxModel *cvr_onnx_read_for   (const guint8 *data, gsize length, const char *name, CvrOnnxTensor *const *inputs,
                                   guint n_inputs, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* IR 8, opset 13, one input "input" [N, C, H, W], one output "output"; weights with NnWeightQuant of ≤ 8 bits as int8 with
 * DequantizeLinear, of 16 bits as float16 with Cast; FAKE_QUANT as QuantizeLinear and DequantizeLinear. Same input, same bytes. */
GBytes       *cvr_onnx_write      (NnGraph *graph, NnParams *params, const CvrOnnxMeta *metadata, guint n_metadata,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      cvr_onnx_write_size (NnGraph *graph, NnParams *params, const CvrOnnxMeta *metadata, guint n_metadata,
                                   gsize *size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrOnnxModel, cvr_onnx_model_free)

G_END_DECLS
