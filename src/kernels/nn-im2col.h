/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution as a matrix product: input planes laid out as columns, and back. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

/* @x [C, H, W]; @cols [C·R·S, …] with rows @ld apart: output rows @row … @row + @n_rows − 1 of one
 * image fill n_rows·out_width columns. */
void nn_im2col (const NnWindow *window,
                size_t          channels,
                const nn_real  *x,
                size_t          row,
                size_t          n_rows,
                nn_real        *cols,
                size_t          ld);
/* The transpose: adds every column's values to the places of @dx they were read from. @cols is
 * spoiled. */
void nn_col2im (const NnWindow *window,
                size_t          channels,
                nn_real        *cols,
                size_t          ld,
                size_t          row,
                size_t          n_rows,
                nn_real        *dx);
