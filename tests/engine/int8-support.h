/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantized networks in integers beside the simulated ones. */
#pragma once

#include "learn-support.h"

#include "nn-int8.h"

enum { BATCH = 3, N_CLASSES = 10 };

/**
 * Quantized:
 *
 * A network on a grid of 8 bits, and one that also shows every rounded value.
 */
typedef struct
{
  NnSource   source;
  NnWorkers *workers;
  NnGraph   *graph, *shown;
  NnParams  *params, *shown_params;
} Quantized;

/* Zero-filled before; noise calibrates. */
void     int8_quantize        (Quantized *self, NnGraph *graph, NnParams *params);
void     int8_clear           (Quantized *self);
/* Items of the source that calibration has not seen. */
void     int8_fill            (const NnSource *source, guint batch, nn_real *x);
/* All outputs of a run in integers, one behind the other. Free with g_free(). */
nn_real *int8_run             (NnCpu level, NnGraph *graph, NnParams *params, NnWorkers *workers,
                               const NnSource *source, guint batch, guint max_batch, guint *n_float,
                               gsize *n);
/* Every instruction set that the machine has, one and two threads, one and several items give the
 * same bits; @expected_floats nodes run in floats. */
void     int8_check_levels    (Quantized *self, guint expected_floats);
/* Layer by layer what the simulated network makes of the same bytes. */
void     int8_check_simulated (Quantized *self);
