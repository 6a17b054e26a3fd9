/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small graphs for tests: random values, gradient checks against central differences. */
#pragma once

#include "cvr-rng.h"
#include "nn-exec.h"

G_BEGIN_DECLS

/* The outputs named last are sealed in; the test ends when the builder refuses. Takes @builder. */
NnGraph *nn_test_seal          (NnBuilder *builder, NnNode output);
/* The builder refuses what leads to @output, with the code @code. Takes @builder. */
void     nn_test_assert_refused (NnBuilder *builder, NnNode output, NnError code);
/* @n distinct values within ±2, at least 1/@n apart and away from 0, in random order: no tie and no
 * kink within the step of a difference. */
void     nn_test_fill_distinct (CvrRng *rng, gsize n, nn_real *values);
void     nn_test_fill_normal   (CvrRng *rng, gsize n, nn_real *values);
/* Parameters drawn at random: scales and variances from ½ to 2, the rest normal. */
NnParams *nn_test_params       (NnGraph *graph, guint64 seed);
void     nn_test_fill_inputs   (NnExec *exec, guint batch, guint64 seed);
/* Largest |a − b|. */
double   nn_test_distance      (gsize n, const nn_real *a, const nn_real *b);

/* A constant whose values nn_test_params() draws. */
NnNode   nn_test_constant      (NnBuilder *builder, NnShape shape);
/* Runs @batch items in inference, in both orders of maps where the engine has two. @inputs holds
 * those of all inputs behind each other, @constants (nullable) those of all constants,
 * @parameters (nullable) those of all other slots; the first output must be @expected up to 1e-12. */
void     nn_test_check_values  (NnGraph *graph, guint batch, const double *inputs,
                                const double *constants, const double *parameters,
                                const double *expected, gsize n_expected);

/* Compares every gradient from the first output with a central difference, in TRAIN mode with each
 * subset of the nodes with weights frozen, with and without the inputs' gradients, and in KEEP_ALL
 * mode. For the double build: the tolerance is 1e-7 of the value or of 1. */
void     nn_test_check_gradients (NnGraph *graph, guint batch, guint64 seed);

/* Calls the operator of @node by itself, on values that are drawn anew, and compares the gradients of
 * all its inputs, those that are shared by the batch among them, with central differences. Indices
 * (of NN_OP_GATHER) are whole numbers without a gradient. */
void     nn_test_check_operator (NnGraph *graph, NnNode node, guint batch, guint64 seed);
/* Calls the operator of @node by itself on the same values in both orders of maps: results and
 * gradients of the inputs must be the same. For operators that say NN_OP_CHANNELS_LAST. */
void     nn_test_check_orders   (NnGraph *graph, NnNode node, guint batch, guint64 seed);

G_END_DECLS
