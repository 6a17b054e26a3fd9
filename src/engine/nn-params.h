/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers a network learned: one contiguous block with named slots. */
#pragma once

#include "nn-graph.h"
#include "nn-real.h"

G_BEGIN_DECLS

/* What a slot of a node holds. Shapes: conv weight [K, C/groups, R, S], dense weight [K, C],
 * bias [K]; batch norm: weight (scale) [C], bias (shift) [C], mean [C], variance [C]; transposed conv
 * weight [C, K/groups, R, S], bias [K]; instance norm: weight [C], bias [C]; a constant's values are its
 * weight, which is never trained. */
typedef enum
{
  NN_SLOT_WEIGHT,
  NN_SLOT_BIAS,
  NN_SLOT_MEAN,     /* running statistics: written by training's forward pass, no gradient */
  NN_SLOT_VARIANCE,
  NN_N_SLOTS,
} NnSlot;

/**
 * NnWeightQuant:
 *
 * How a weight slot's values came to lie on a grid: values = scale[k] × q, q an integer of @bits
 * bits, symmetric, zero point 0. @bits 16 means IEEE half precision and has no scales. @n_scales is
 * 1 (per tensor) or K (per output channel).
 */
typedef struct
{
  guint  bits;
  guint  n_scales;
  float *scales;
} NnWeightQuant;

typedef struct _NnParams NnParams; /* counted; after freeze immutable and any thread, before: one thread */

/* He initialisation before ReLU-like activations, Xavier before others; biases 0; batch norm 1, 0, 0, 1.
 * (K. He et al., arXiv 1502.01852; X. Glorot, Y. Bengio, AISTATS 2010.) Same seed, same bits. */
NnParams      *nn_params_new         (NnGraph *graph, guint64 seed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NnParams      *nn_params_new_empty   (NnGraph *graph, GError **error) G_GNUC_WARN_UNUSED_RESULT; /* all 0 */
NnParams      *nn_params_copy        (NnParams *self) G_GNUC_WARN_UNUSED_RESULT; /* not frozen */
NnParams      *nn_params_ref         (NnParams *self);
void           nn_params_unref       (NnParams *self);
void           nn_params_freeze      (NnParams *self);
gboolean       nn_params_is_frozen   (NnParams *self);
NnGraph       *nn_params_graph       (NnParams *self);
/* Whole block: trainable slots first, then running statistics and constants. */
gsize          nn_params_n_values    (NnParams *self);
gsize          nn_params_n_trainable (NnParams *self);
const nn_real *nn_params_peek_all    (NnParams *self);
nn_real       *nn_params_poke_all    (NnParams *self); /* NULL when frozen */
/* NULL, with 0, where the node has no such slot. */
const nn_real *nn_params_peek        (NnParams *self, NnNode node, NnSlot slot, gsize *n_values);
nn_real       *nn_params_poke        (NnParams *self, NnNode node, NnSlot slot, gsize *n_values);
/* Place of a slot in the block (to find a parameter's gradient or moment); FALSE where there is none. */
gboolean       nn_params_slot_range  (NnParams *self, NnNode node, NnSlot slot, gsize *offset, gsize *n_values);
/* Weights on a grid; NULL when they are plain floats. set copies @quant (NULL clears). */
const NnWeightQuant *nn_params_peek_quant (NnParams *self, NnNode node);
void           nn_params_set_quant   (NnParams *self, NnNode node, const NnWeightQuant *quant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnParams, nn_params_unref)

G_END_DECLS
