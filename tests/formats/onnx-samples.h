/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks to write as ONNX: every preset, some on a grid, and one with every operator. */
#pragma once

#include "nn.h"

guint       onnx_samples_count (void);
/* Those before this number are read again just as they were. */
guint       onnx_samples_exact (void);
const char *onnx_sample_name   (guint i);
/* @params (out) (transfer full): random and frozen; running statistics away from 0 and 1 */
NnGraph    *onnx_sample_build  (guint i, NnParams **params);
/* Outputs of the network, one array of floats after the other in graph order; batch values of each
 * input. */
GArray     *onnx_sample_run    (NnGraph *graph, NnParams *params, guint batch, GArray *inputs);
/* Random input values, all inputs one after the other. */
GArray     *onnx_sample_inputs (NnGraph *graph, guint batch, guint64 seed);
