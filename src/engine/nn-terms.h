/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one value inside a network was made of: its numbers one by one, and the sum done again. */
#pragma once

#include "nn-params.h"

G_BEGIN_DECLS

typedef enum
{
  NN_TERMS_NONE,     /* an input, or a layer of which this can't be told */
  NN_TERMS_PRODUCTS, /* Σ value · weight + bias: convolution, dense layer */
  NN_TERMS_LARGEST,  /* of the window; @chosen */
  NN_TERMS_MEAN,     /* Σ values / divisor */
  NN_TERMS_NORM,     /* (value − mean) / √(variance + epsilon) · scale + shift */
  NN_TERMS_FUNCTION, /* a function of one value */
  NN_TERMS_SHARE,    /* exp (value @chosen) / Σ exp (values) */
  NN_TERMS_SUM,      /* of one value each of several layers: @sources */
  NN_TERMS_COPY,     /* another layer's value as it is */
} NnTermsRule;

/**
 * NnTerms:
 * @input: whose values are worked with (the first, with NN_TERMS_SUM)
 * @first: the first of the input's maps that is looked at
 * @planes: how many of them; @rows and @columns of each are looked at
 * @top: row of the window's first tap on the map, @left its column; negative in the padding
 * @step: rows and columns between two taps (the dilation)
 * @n: planes · rows · columns
 * @values: [n] what the window covers; −∞ in the padding, which counts as 0 (in a mean and a
 *   largest value: not at all)
 * @weights: [n], with NN_TERMS_PRODUCTS; else %NULL
 * @places: [n] index of each value in the input's; −1 in the padding
 * @sources: [n], with NN_TERMS_SUM: whose value each is; else %NULL
 * @bias: with NN_TERMS_PRODUCTS
 * @chosen: of @values; see the rule
 * @divisor: with NN_TERMS_MEAN; with NN_TERMS_SHARE Σ exp (values − the largest)
 * @result: what the rule gives, in double precision
 *
 * Of maps [C, H, W] a window covers [planes, rows, columns]; of a vector all values are one column.
 */
typedef struct
{
  NnTermsRule rule;
  NnNode      input;
  guint       first, planes, rows, columns;
  gint64      top, left;
  guint       step[2];
  gsize       n, chosen;
  float      *values, *weights;
  gint64     *places;
  NnNode     *sources;
  double      bias, divisor;
  double      mean, variance, epsilon, scale, shift;
  double      result;
} NnTerms;

/* @values: [node] of one item, each in the shape's order; NULL where a node was not run.
 * @index: of the value in question in the node's. NULL where it is out of range or was not run. */
NnTerms *nn_terms_new      (NnGraph *graph, NnParams *params, float *const *values, NnNode node,
                            gsize index) G_GNUC_WARN_UNUSED_RESULT;
void     nn_terms_free     (NnTerms *self);
/* What plane @plane adds to the sum (NN_TERMS_PRODUCTS), without the bias. */
double   nn_terms_part     (const NnTerms *self, guint plane);
/* The function of an activation node at @n places, for drawing it. */
void     nn_terms_function (NnGraph *graph, NnNode node, gsize n, const nn_real *x, nn_real *y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTerms, nn_terms_free)

G_END_DECLS
