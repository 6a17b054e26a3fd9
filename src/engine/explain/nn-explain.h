/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: attribution maps over the input. */
#pragma once

#include "nn-exec.h"

G_BEGIN_DECLS

typedef enum
{
  NN_EXPLAIN_GRAD_CAM,  /* R. Selvaraju et al., arXiv 1610.02391 */
  NN_EXPLAIN_SALIENCY,  /* K. Simonyan et al., arXiv 1312.6034: largest |gradient| over channels */
  NN_EXPLAIN_OCCLUSION, /* M. Zeiler, R. Fergus, arXiv 1311.2901: drop of the class probability */
  NN_N_EXPLAINS,
} NnExplainKind;

/**
 * NnExplainSpec:
 * @target: class to explain; −1: the one with the highest output
 * @layer: Grad-CAM: whose maps; NN_NODE_NONE: the last node with spatial maps before the dense part
 * @patch: occlusion: side of the grey patch in pixels; 0: an eighth of the side, at least 3
 */
typedef struct
{
  NnExplainKind kind;
  gint          target;
  NnNode        layer;
  guint         patch;
} NnExplainSpec;

/* @input: one item, [1, C, H, W] as the network takes it. @map: [H, W] of the input,
 * overwritten; Grad-CAM is upsampled bilinearly to it and not negative, saliency not negative,
 * occlusion signed. Blocks; @keep_going nullable (occlusion asks between batches; FALSE →
 * NN_ERROR_CANCELLED). */
gboolean    nn_explain       (NnGraph *graph, NnParams *params, NnWorkers *workers,
                              const NnExplainSpec *spec, const nn_real *input, float *map,
                              gint *target, gboolean (*keep_going) (gpointer data), gpointer data,
                              GError **error);
const char *nn_explain_name  (NnExplainKind kind); /* "grad-cam" … */
gboolean    nn_explain_parse (const char *name, NnExplainKind *kind);

G_END_DECLS
