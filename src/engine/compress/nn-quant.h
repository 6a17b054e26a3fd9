/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization: weights put on a grid, activations rounded by FAKE_QUANT nodes. NnInt8 runs the
 * result of 8 bits in integers; NnExec simulates it in floats. */
#pragma once

#include "nn-train.h"

G_BEGIN_DECLS

/* Where the range of an activation's values ends (nn-calibrate.c). */
typedef enum
{
  NN_CALIBRATION_MIN_MAX,    /* at the smallest and the largest */
  NN_CALIBRATION_PERCENTILE, /* before the few that are largest in size */
  NN_CALIBRATION_ENTROPY,    /* where clamping and rounding together change the distribution least */
} NnCalibration;

/**
 * NnQuantSpec:
 * @bits: 16 (half precision), 8, 4, 2 or 1 (sign × mean magnitude, arXiv 1603.05279)
 * @per_channel: a scale per output channel rather than per tensor
 * @activations: at 8 bits and below, also round every activation, and the input, to uint8 ranges
 *   seen in calibration
 * @batches, @batch: how much of the calibration source is looked at
 * @percentile: of NN_CALIBRATION_PERCENTILE: per cent of the values that each end leaves inside,
 *   above 50 and at most 100
 * @keep_going: (nullable): asked with @data between batches; %FALSE ends it with NN_ERROR_CANCELLED
 */
typedef struct
{
  guint    bits;
  gboolean per_channel;
  gboolean activations;
  guint    batches;
  guint    batch;
  NnCalibration calibration;
  double   percentile;
  gboolean (*keep_going) (gpointer data);
  gpointer data;
} NnQuantSpec;

NnQuantSpec nn_quant_spec_default (guint bits);
/* Pure. @calibration nullable when no activation is rounded. Batch norms are folded into the
 * convolution before them first (their nodes disappear). New params are frozen and carry
 * NnWeightQuant. Dense and conv weights only; biases and the outputs stay float. */
gboolean nn_quantize (NnGraph *graph, NnParams *params, const NnQuantSpec *spec,
                      const NnSource *calibration, NnWorkers *workers, NnGraph **new_graph, NnParams **new_params, GError **error);
/* Folds every batch norm whose only input is a conv or dense layer used by nothing else, or a max
 * pool behind one where no scale is negative. */
gboolean nn_fold_batch_norm (NnGraph *graph, NnParams *params, NnGraph **new_graph,
                             NnParams **new_params, GError **error);
/* Bytes the weights need when packed at their bits, zeros left out with a bitmap where that is
 * smaller: an estimate beside the file's true size, labelled so. */
guint64  nn_packed_bytes (NnGraph *graph, NnParams *params);

G_END_DECLS
