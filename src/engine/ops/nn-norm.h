/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What batch normalisation over planes and over maps with channels last share. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

/* What a channel is normalised with. */
typedef struct
{
  nn_real mean, inverse; /* inverse of the deviation */
} NnMoments;

/* The running statistics. */
NnMoments nn_norm_running (const NnOpRun *run, gsize channel);
/* From a batch's mean and sum of squared differences over @n values; also follows with the running
 * statistics. */
NnMoments nn_norm_follow  (const NnOpRun *run, gsize channel, double n, double mean, double squares);

/* Channels last; a ReLU that follows is computed too where the run's epilogue says so. */
gboolean  nn_norm_last_scratch  (const NnOpNode *node, guint batch, gsize *bytes);
void      nn_norm_last_forward  (const NnOpRun *run);
void      nn_norm_last_backward (const NnOpRun *run);

G_END_DECLS
