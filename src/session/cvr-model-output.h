/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a model takes and what its output means: ours are logits, foreign files may end in a
 * softmax. */
#pragma once

#include "cvr-model.h"

G_BEGIN_DECLS

/* One input of the preprocessing's shape; the sentence names both shapes. */
gboolean cvr_model_input_check        (CvrModel *model, GError **error);
/* That, and an output of one value per class. */
gboolean cvr_model_output_check       (CvrModel *model, GError **error);
gboolean cvr_model_output_is_softmax  (CvrModel *model);
/* What black and white pixels are in the network's scaling, a channel each. */
void     cvr_model_input_range        (CvrModel *model, float low[3], float high[3]);
/* @output [n_classes] of one picture to probabilities. */
void     cvr_model_output_to_p        (CvrModel *model, const nn_real *output, float *p);

G_END_DECLS
