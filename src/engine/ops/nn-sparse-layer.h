/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution or dense layer of which so few weights are left that only those are multiplied. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

/* Weights without their zeros, and room to work in. One exec's. */
typedef struct _NnSparseLayer NnSparseLayer;

/* @run: as inference will run it, with at most @max_batch rows. NULL where multiplying everything is
 * faster, or where there is no memory. */
NnSparseLayer *nn_sparse_layer_new     (const NnOpRun *run, guint max_batch) G_GNUC_WARN_UNUSED_RESULT;
void           nn_sparse_layer_free    (NnSparseLayer *self);
void           nn_sparse_layer_forward (const NnOpRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnSparseLayer, nn_sparse_layer_free)

G_END_DECLS
