/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: attribution maps over the input. */
#pragma once

#include "nn-exec.h"

G_BEGIN_DECLS

typedef enum
{
  NN_EXPLAIN_GRAD_CAM,    /* R. Selvaraju et al., arXiv 1610.02391 */
  NN_EXPLAIN_SALIENCY,    /* K. Simonyan et al., arXiv 1312.6034 */
  NN_EXPLAIN_SMOOTH_GRAD, /* D. Smilkov et al., arXiv 1706.03825: mean gradient of noisy copies */
  NN_EXPLAIN_INTEGRATED,  /* M. Sundararajan et al., arXiv 1703.01365: on the way from a baseline */
  NN_EXPLAIN_GUIDED,      /* J. Springenberg et al., arXiv 1412.6806: guided backpropagation */
  NN_EXPLAIN_DECONVNET,   /* M. Zeiler, R. Fergus, arXiv 1311.2901, section 2.1 */
  NN_EXPLAIN_OCCLUSION,   /* the same, section 4.2: drop of the class probability */
  NN_N_EXPLAINS,
} NnExplainKind;

/* What integrated gradients start from. */
typedef enum
{
  NN_BASELINE_BLACK,
  NN_BASELINE_MEAN,    /* each channel's mean over the picture */
  NN_BASELINE_BLURRED, /* the picture through a Gaussian of an eighth of its longer side */
  NN_N_BASELINES,
} NnBaseline;

/**
 * NnExplainSpec:
 * @target: class to explain; −1: the one with the highest output
 * @layer: Grad-CAM: whose maps; NN_NODE_NONE: the last node with spatial maps before the dense
 *   part
 * @patch: occlusion: side of the grey patch in pixels; 0: an eighth of the side, at least 3
 * @samples: SmoothGrad: noisy copies; 0: 25
 * @noise: SmoothGrad: deviation of the noise as a share of the input's range; 0: 0.15
 * @seed: of that noise
 * @steps: integrated gradients: points on the way, in the middle of equal stretches; 0: 64, or
 *   192 or 576 where the parts don't add up with fewer
 * @black: integrated gradients: (nullable): [C] what black is in the network's scaling; %NULL:
 *   zeros
 */
typedef struct
{
  NnExplainKind  kind;
  gint           target;
  NnNode         layer;
  guint          patch;
  guint          samples;
  double         noise;
  guint64        seed;
  guint          steps;
  NnBaseline     baseline;
  const nn_real *black;
} NnExplainSpec;

/**
 * NnExplanation:
 * @map: [height, width] of the input. Grad-CAM: upsampled bilinearly, not negative. Saliency,
 *   SmoothGrad, guided and deconvnet: largest |value| over @parts' channels. Integrated: @parts
 *   summed over channels, signed. Occlusion: signed.
 * @parts: (nullable): [channels, height, width], signed; %NULL: Grad-CAM and occlusion, and what
 *   nn_explanation_copy() makes
 * @target: the class that was explained
 * @value: its output before softmax; occlusion: its probability
 * @baseline_value: integrated gradients: the same at the baseline
 * @sum: integrated gradients: of all attributions. It should be @value − @baseline_value
 *   (completeness); what is missing shrinks with more steps
 * @n_steps: integrated gradients: points on the way
 * @n_rectifiers: guided and deconvnet: nodes whose way back was changed: see
 *   nn_exec_set_rectifiers(). 0: the map is the plain gradient
 */
typedef struct
{
  NnExplainKind kind;
  guint         width, height, channels;
  float        *map;
  float        *parts;
  gint          target;
  double        value, baseline_value, sum;
  guint         n_steps;
  guint         n_rectifiers;
} NnExplanation;

/**
 * NnExplainState:
 * @done, @total: copies of the picture that went through the network
 * @so_far: what they say together, borrowed for the call: a map of zeros before the first
 */
typedef struct
{
  guint                done, total;
  const NnExplanation *so_far;
} NnExplainState;

/* On the working thread, between passes. FALSE: stop. */
typedef gboolean (*NnExplainFunc) (const NnExplainState *state, gpointer data);

/* @input: one item, [1, C, H, W] as the network takes it. Blocks; any thread. @func nullable;
 * where it says stop: NN_ERROR_CANCELLED. */
NnExplanation *nn_explain           (NnGraph *graph, NnParams *params, NnWorkers *workers,
                                     const NnExplainSpec *spec, const nn_real *input,
                                     NnExplainFunc func, gpointer data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): all but the parts. */
NnExplanation *nn_explanation_copy  (const NnExplanation *self) G_GNUC_WARN_UNUSED_RESULT;
/* Integrated gradients: whether @sum is what it should be but for 2 %. */
gboolean       nn_explanation_adds_up (const NnExplanation *self);
/* The output, or what goes into the softmax that it ends in. */
NnNode         nn_explain_logits    (NnGraph *graph);
void           nn_explanation_free  (NnExplanation *self); /* NULL: nothing */
const char    *nn_explain_name      (NnExplainKind kind); /* "grad-cam" … */
gboolean       nn_explain_parse     (const char *name, NnExplainKind *kind);
/* Whether its values have signs that mean something: for and against. */
gboolean       nn_explain_is_signed (NnExplainKind kind);
const char    *nn_baseline_name     (NnBaseline baseline); /* "black" … */
gboolean       nn_baseline_parse    (const char *name, NnBaseline *baseline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnExplanation, nn_explanation_free)

G_END_DECLS
