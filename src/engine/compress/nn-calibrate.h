/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranges of values that grids are laid over, from pictures. */
#pragma once

#include "nn-quant.h"

G_BEGIN_DECLS

typedef struct
{
  double low, high;
} NnRange;

/* Bins of a histogram that nn_calibrate_entropy() takes. */
enum { NN_CALIBRATION_BINS = 2048 };

/* The range of every node that is @rounded, 0 always inside. FALSE with NN_ERROR_DATA. */
gboolean nn_calibrate         (NnGraph *graph, NnParams *params, const NnQuantSpec *spec,
                               const NnSource *source, NnWorkers *workers, const gboolean *rounded,
                               NnRange *ranges, GError **error);
/* How many of the first bins to keep so that @n_levels levels tell least wrongly what they hold. */
guint    nn_calibrate_entropy (const guint64 *bins, guint n_levels);

G_END_DECLS
