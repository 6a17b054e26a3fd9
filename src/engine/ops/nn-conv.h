/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways a convolution is computed; nn-op-conv.c alone chooses between them. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

/**
 * NnConv:
 * @channels, @filters: of one group
 * @depth: values that meet in one output: channels · R · S
 * @in_plane, @out_plane: values of one map
 *
 * The numbers of one convolution in the shape its loops need. Plain value.
 */
typedef struct
{
  NnWindow window;
  gsize    groups;
  gsize    channels, filters;
  gsize    depth;
  gsize    in_plane, out_plane;
} NnConv;

NnConv   nn_conv_of (const NnOpNode *node);

/* As a product of matrices: input values laid out as columns (K. Chellapilla et al., 2006). */
gboolean nn_conv_columns_scratch (const NnOpNode *node, guint batch, gboolean backward,
                                  gsize *bytes);
void     nn_conv_columns_forward  (const NnOpRun *run);
void     nn_conv_columns_backward (const NnOpRun *run);

/* One filter per channel, by hand. */
void     nn_conv_depthwise_forward  (const NnOpRun *run);
void     nn_conv_depthwise_backward (const NnOpRun *run);

/* The same with channels last. */
gboolean nn_conv_depthwise_last_prepared (const NnOpNode *node, gsize *bytes);
gboolean nn_conv_depthwise_last_scratch  (const NnOpNode *node, guint batch, gboolean backward,
                                          gsize *bytes);
void     nn_conv_depthwise_last_prepare  (const NnOpRun *run);
void     nn_conv_depthwise_last_forward  (const NnOpRun *run);
void     nn_conv_depthwise_last_backward (const NnOpRun *run);

/* Σ dy over positions of images [from, to) with channels last. */
void     nn_conv_last_biases (const NnOpRun *run, gsize from, gsize to, nn_real *d_bias);

/* What inference appends, for one filter's values. */
void     nn_conv_finish (const NnOpRun *run, gsize filter, gsize n, nn_real *y);

G_END_DECLS
