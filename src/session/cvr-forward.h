/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain forward pass of any ONNX file that can be read: tensors in, tensors out. */
#pragma once

#include "cvr-onnx-typed.h"
#include "nn.h"

G_BEGIN_DECLS

/**
 * CvrForward:
 * @names: (array zero-terminated=1): of the outputs, in the file's order
 * @outputs: (array): as many tensors, of the types that the file gives them
 * @ms: the network's own time, without reading files and preparing memory
 *
 * What a network answered. One thread.
 */
typedef struct
{
  char          **names;
  CvrOnnxTensor **outputs;
  guint           n_outputs;
  double          ms;
} CvrForward;

/* @inputs: one per input of the file, in its order, of any numeric type. Whole numbers are exact up to 2²⁴.
 * @integers: layers that the file quantizes to 8 bits are computed in integers; refused where there are none. */
CvrForward    *cvr_forward      (const guint8 *data, gsize length, const char *name, CvrOnnxTensor *const *inputs,
                                 guint n_inputs, gboolean integers, NnWorkers *workers,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           cvr_forward_free (CvrForward *self);

/* A NumPy array or an ONNX TensorProto, known by its content. */
CvrOnnxTensor *cvr_forward_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ".pb": a TensorProto called @name; anything else: a NumPy array. Replaced when whole, untouched otherwise. */
gboolean       cvr_forward_save (const CvrOnnxTensor *tensor, const char *name, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrForward, cvr_forward_free)

G_END_DECLS
