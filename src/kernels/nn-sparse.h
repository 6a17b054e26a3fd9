/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution and dense layers whose weights are mostly zero: only the others are multiplied
 * (E. Elsen et al., "Fast Sparse ConvNets", arXiv 1911.09723). */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NnSparse:
 * @rows: filters
 * @start: [rows + 1]: where each filter's values begin
 * @offset: [start[rows]]: which input value a weight is multiplied with: for a convolution its
 *   distance in the laid out planes, for a dense layer the input's number
 * @value: [start[rows]]
 *
 * Weights that are not zero, filter by filter in the order they had (CSR). Plain value; the arrays
 * lie in the memory given to the function that packed them.
 */
typedef struct
{
  size_t          rows;
  const uint32_t *start;
  const uint32_t *offset;
  const nn_real  *value;
} NnSparse;

/**
 * NnSparseConv:
 * @images: laid out together, at most 2³² values in all; small maps need several for a loop of some
 *   length
 *
 * A convolution of @filters × @channels / @groups × R × S weights. Plain value.
 */
typedef struct
{
  NnWindow window;
  size_t   channels, filters, groups;
  size_t   images;
} NnSparseConv;

/**
 * NnSparsePlanes:
 * @pitch: distance of two output rows, in values
 * @image: distance of two images
 * @phase: values of one plane
 * @size: values of all planes: what nn_sparse_lay_out() fills
 * @positions: from the first output of the first image to the last of the last, gaps included:
 *   what scratch for one filter has to hold
 *
 * How the input is laid out: one plane per channel and phase of the stride, with zeros where the
 * padding is; the zeros at the end of a row are those at the beginning of the next.
 */
typedef struct
{
  size_t pitch, image, phase, size, positions;
} NnSparsePlanes;

/* Where the sparse loop begins to win, as a fraction of zeros; measured by bench-sparse. */
double nn_sparse_conv_pays  (const NnSparseConv *conv);
double nn_sparse_dense_pays (size_t rows, size_t columns, size_t batch);

size_t nn_sparse_count      (size_t n, const nn_real *weights);
/* Bytes to pack @n_values into; false when they do not fit. */
bool   nn_sparse_pack_size  (size_t rows, size_t n_values, size_t *bytes);
bool   nn_sparse_planes     (const NnSparseConv *conv, NnSparsePlanes *planes);
/* @weights [K, C / groups, R, S]; @memory of nn_sparse_pack_size(), aligned to 8. */
void   nn_sparse_pack_conv  (const NnSparseConv *conv, const nn_real *weights, void *memory,
                             NnSparse *sparse);
/* @weights [rows, columns] */
void   nn_sparse_pack_dense (size_t rows, size_t columns, const nn_real *weights, void *memory,
                             NnSparse *sparse);
/* Channels @from to @to of @x ([images, C, H, W]; @last: [images, H, W, C]) into their part of
 * @planes. Pieces of channels may run at the same time. */
void   nn_sparse_lay_out    (const NnSparseConv *conv, const nn_real *x, bool last, size_t from,
                             size_t to, nn_real *planes);
/* Whether [C, H, W] as it is can stand for the planes: nothing has to be laid out. */
bool   nn_sparse_needs_no_planes (const NnSparseConv *conv, bool last);
/* Filters @from to @to of @y ([images, K, H', W']; @last: [images, H', W', K]), bias (nullable) and
 * ReLU included. @scratch: positions values. Pieces of filters may run at the same time. */
void   nn_sparse_conv_rows  (const NnSparseConv *conv, const NnSparse *sparse,
                             const nn_real *planes, const nn_real *bias, bool relu, bool last,
                             size_t from, size_t to, nn_real *y, nn_real *scratch);
/* Values of scratch for nn_sparse_dense(). */
size_t nn_sparse_dense_scratch (const NnSparse *sparse, size_t columns, size_t batch);
/* @x [batch, columns], @y [batch, rows]. Pieces of the batch may run at the same time. */
void   nn_sparse_dense      (const NnSparse *sparse, size_t columns, size_t batch,
                             const nn_real *x, const nn_real *bias, bool relu, nn_real *y,
                             nn_real *scratch);
