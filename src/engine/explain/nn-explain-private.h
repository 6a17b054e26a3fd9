/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the families of attributions share: by a layer's maps (nn-explain-cam.c), by gradients
 * (nn-explain-gradient.c), by hiding (nn-explain-occlusion.c). */
#pragma once

#include "nn-explain.h"

G_BEGIN_DECLS

/**
 * NnExplainJob:
 * @shape: of the input, [1, C, H, W]
 * @plane, @item: H·W, C·H·W
 * @logits: nn_explain_logits()
 * @ends_in_p: the output is probabilities
 * @result: being filled; its map is there from the beginning, with zeros
 */
typedef struct
{
  NnGraph             *graph;
  NnParams            *params;
  NnWorkers           *workers;
  const NnExplainSpec *spec;
  const nn_real       *input;
  NnShape              shape;
  gsize                plane, item;
  NnNode               logits;
  gboolean             ends_in_p;
  guint                n_outputs;
  NnExplanation       *result;
  NnExplainFunc        func; /* nullable */
  gpointer             data;
} NnExplainJob;

gboolean nn_explain_by_maps      (NnExplainJob *self, GError **error);
gboolean nn_explain_by_gradient  (NnExplainJob *self, GError **error);
gboolean nn_explain_by_occlusion (NnExplainJob *self, GError **error);

/* Tells about the result as it is. FALSE with NN_ERROR_CANCELLED, which says how many of @total
 * passes there were. */
gboolean nn_explain_goes_on      (NnExplainJob *self, guint done, guint total, GError **error);
/* Takes note of the class to explain and its value, from the logits of one item. */
void     nn_explain_choose       (NnExplainJob *self, const nn_real *logits);
/* The input through an exec in KEEP_ALL mode, and back from the class. */
void     nn_explain_run_input    (NnExplainJob *self, NnExec *exec);
/* Back from the class for the @n items of the last forward pass. */
void     nn_explain_run_back     (NnExplainJob *self, NnExec *exec, guint n);
/* (transfer full): each channel's mean over the picture, [C]. */
double  *nn_explain_means        (NnExplainJob *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
