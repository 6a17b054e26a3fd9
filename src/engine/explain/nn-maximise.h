/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a channel or class likes: a picture made to excite it, from noise, by gradient ascent. */
#pragma once

#include "nn-exec.h"

G_BEGIN_DECLS

/**
 * NnMaximiseSpec:
 * @node: whose value is raised: maps or a vector that the output depends on, or the output
 * @channel: which of its channels; a class where @node is the output (softmax is passed over)
 * @y, @x: position on the map; −1: the mean over all positions
 * @steps: 0: 256
 * @rate: how far a step goes, as a share of the range of pixel values; 0: 0.02
 * @decay: share of a pixel's distance from mid-grey that is lost a step (L2)
 * @variation: weight of the total variation, which neighbours that differ cost
 * @blur: deviation in pixels of the blur of every fourth step
 * @jitter: largest random shift in pixels, anew every step
 * @seed: of the first noise and of the shifts
 * @low, @high: [C], the range of pixel values in the network's scaling
 *
 * D. Erhan et al. 2009 (ascent); J. Yosinski et al., arXiv 1506.06579 (decay, blur); A. Mahendran,
 * A. Vedaldi, arXiv 1512.02017 (total variation, jitter, bounded range).
 */
typedef struct
{
  NnNode         node;
  guint          channel;
  gint           y, x;
  guint          steps;
  double         rate, decay, variation, blur;
  guint          jitter;
  guint64        seed;
  const nn_real *low, *high;
} NnMaximiseSpec;

/* What nn_maximise_default() chooses: all regularisers at strengths that suit the input's size. */
NnMaximiseSpec nn_maximise_default (NnGraph *graph, NnNode node, guint channel);

/**
 * NnMaximiseState:
 * @step: of @n_steps; 0: the noise that it begins with
 * @value: of the channel at @picture, without shift: the mean over its positions, or that of the
 *   one that was asked for
 * @largest: of its positions, which a strongest place elsewhere can be compared with
 * @picture: [C, H, W], borrowed for the call
 */
typedef struct
{
  guint          step, n_steps;
  double         value, largest;
  const nn_real *picture;
} NnMaximiseState;

/* On the working thread, before the first step, after every eighth and the last. FALSE: stop. */
typedef gboolean (*NnMaximiseFunc) (const NnMaximiseState *state, gpointer data);

/* @picture: [C, H, W], overwritten: the best that was reached; also when stopped. @before,
 * @after: (nullable): the channel's value at the first noise and at @picture. Blocks; any thread.
 * Same seed, same bits. FALSE with NN_ERROR_CANCELLED when stopped, NN_ERROR_SPEC,
 * NN_ERROR_UNSUPPORTED or NN_ERROR_NO_MEMORY. */
gboolean       nn_maximise         (NnGraph *graph, NnParams *params, NnWorkers *workers,
                                    const NnMaximiseSpec *spec, nn_real *picture, double *before,
                                    double *after, NnMaximiseFunc func, gpointer data,
                                    GError **error);

G_END_DECLS
