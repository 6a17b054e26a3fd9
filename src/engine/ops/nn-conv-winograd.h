/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 3×3 convolution over maps with channels last by minimal filtering (nn-winograd.h). */
#pragma once

#include "nn-conv.h"

G_BEGIN_DECLS

/* Whether it can be done and pays. */
gboolean nn_winograd_fits     (const NnOpNode *node);
gboolean nn_winograd_scratch  (const NnOpNode *node, guint batch, gboolean backward, gsize *bytes);
gboolean nn_winograd_prepared (const NnOpNode *node, gsize *bytes);
void     nn_winograd_prepare  (const NnOpRun *run);
void     nn_winograd_forward  (const NnOpRun *run);
void     nn_winograd_backward (const NnOpRun *run);

G_END_DECLS
