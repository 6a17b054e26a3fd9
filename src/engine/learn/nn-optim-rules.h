/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of the optimisers on one piece of the parameter block. */
#pragma once

#include "nn-optim.h"

G_BEGIN_DECLS

/**
 * NnOptimRates:
 * @clip: factor that brings the gradients to their permitted norm
 * @decay, @l1: added to the gradient as decay·p and l1·sign (p); 0 for biases and batch norm
 * @shrink: factor on the parameters before the step (AdamW's decoupled decay)
 * @step_size, @root: Adam: lr / (1 − β₁ᵗ) and √(1 − β₂ᵗ)
 *
 * The constants of one step.
 */
typedef struct
{
  nn_real lr, momentum, beta1, beta2, rho, epsilon;
  nn_real clip, decay, l1, shrink;
  nn_real step_size, root;
} NnOptimRates;

/* How many values of memory each parameter needs: 0, 1 or 2. */
guint  nn_optim_n_moments (NnOptimKind kind);
/* Σ g², in a fixed order of additions. */
double nn_optim_squares   (gsize n, const nn_real *g);
/* Clips and decays @g in place. */
void   nn_optim_prepare   (gsize n, const NnOptimRates *rates, const nn_real *p, nn_real *g);
/* One step; @first and @second are the memory, unused ones %NULL. No two arrays overlap. */
void   nn_optim_update    (NnOptimKind kind, gsize n, const NnOptimRates *rates, nn_real *p,
                           const nn_real *g, nn_real *first, nn_real *second);

G_END_DECLS
