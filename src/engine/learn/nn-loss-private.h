/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses as sums, so that a mean over many batches is exact when the items' weights differ. */
#pragma once

#include "nn-loss.h"

#include <glib.h>

G_BEGIN_DECLS

/* One batch of outputs [N, n_outputs] with exactly one of labels [N] and values [N, n_outputs]. */
typedef struct
{
  guint          batch, n_outputs;
  const nn_real *outputs;
  const gint32  *labels;
  const float   *values;
} NnLossRows;

typedef struct
{
  double  loss, weight;
  guint64 n, n_correct;
} NnLossSums;

void   nn_loss_sums (const NnLossSpec *spec,
                     const NnLossRows *rows,
                     nn_real          *gradient,
                     nn_real          *scratch,
                     NnLossSums       *sums);
double nn_loss_mean (const NnLossSums *sums);

G_END_DECLS
