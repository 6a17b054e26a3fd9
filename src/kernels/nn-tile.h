/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The innermost loops of convolution and dense layers whose maps lie with channels last: products of
 * small matrices that stay in registers. One copy per instruction set, chosen at run time. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* Columns of one packed panel are a multiple of this; panels are at most %NN_PANEL wide. */
enum { NN_PANEL_UNIT = 16, NN_PANEL = 32 };

/**
 * NnTile:
 * @rows: of A and C, any number
 * @columns: of C, 1 … @width
 * @width: of the panel, a multiple of %NN_PANEL_UNIT up to %NN_PANEL
 * @a, @lda: first row and distance of two rows, which may overlap
 * @outer, @outer_step, @inner, @inner_step, @run: a row of A is @outer · @inner runs of @run
 *   neighbouring values; run (o, i) starts @outer_step·o + @inner_step·i behind the row's start
 * @b: the panel, [outer · inner · run, width]
 * @start: (nullable): [width], what every row of C starts from
 * @addend, @ld_addend: (nullable): a matrix like C that is added; may be C itself
 * @relu: negative results become 0
 *
 * C = relu? (A·B + start + addend): with overlapping rows of A this is a convolution along a row of
 * pixels, without columns laid out beforehand. Plain value.
 */
typedef struct
{
  size_t         rows, columns, width;
  const nn_real *a;
  size_t         lda;
  size_t         outer, inner, run;
  ptrdiff_t      outer_step, inner_step;
  const nn_real *b;
  const nn_real *start;
  nn_real       *c;
  size_t         ldc;
  const nn_real *addend;
  size_t         ld_addend;
  bool           relu;
} NnTile;

/**
 * NnOuterTile:
 * @rows: of C
 * @columns: of C
 * @a, @a_step, @a_outer_step: vectors of @rows neighbouring values, one for each position
 * @b, @b_step, @b_outer_step: vectors of @columns neighbouring values, one for each position
 * @outer, @inner: positions are o = 0 … outer − 1, i = 0 … inner − 1
 * @c, @ldc: added to, or overwritten when @overwrite
 *
 * C (+)= Σ over positions of aᵀ·b: the gradient of a convolution's weights. Plain value.
 */
typedef struct
{
  size_t         rows, columns;
  size_t         outer, inner;
  const nn_real *a;
  size_t         a_step, a_outer_step;
  const nn_real *b;
  size_t         b_step, b_outer_step;
  nn_real       *c;
  size_t         ldc;
  bool           overwrite;
} NnOuterTile;

/**
 * NnTileKernels:
 * @name: "plain", "avx2", "avx512" or "neon"
 * @panel: how wide panels are best packed
 *
 * Any thread. The bits of an element of C depend on the element's own values and the instruction set
 * alone: never on @rows, on @columns or on where in C it lies.
 */
typedef struct
{
  const char *name;
  size_t      panel;
  void      (*multiply)  (const NnTile      *tile);
  void      (*add_outer) (const NnOuterTile *tile);
} NnTileKernels;

const NnTileKernels *nn_tile_kernels (void); /* the best this processor has, within CONVISOR_KERNELS */
/* By name; %NULL where the processor lacks it: what tests compare. */
const NnTileKernels *nn_tile_kernels_named (const char *name);
