/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one picture would change the network: gradients of every map and every weight. */
#pragma once

#include "cvr-model.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_GRADIENTS_OF_LOSS,   /* cross-entropy of the answer against a class */
  CVR_GRADIENTS_OF_OUTPUT, /* a class's output before softmax */
} CvrGradientsOf;

/**
 * CvrGradients:
 * @target: class
 * @value: the loss, or the class's output
 * @shapes: [n_nodes] as cvr_maps_shape() shows them
 * @maps: [n_nodes], gradient of the node's values, of its shape; %NULL: the class does not depend
 *   on it
 * @weights, @biases: [n_nodes], gradient of the slot's values in their order (NN_SLOT_WEIGHT,
 *   NN_SLOT_BIAS; of a batch norm scale and shift); %NULL: no such slot, or not reached
 * @n_weights, @n_biases: [n_nodes]
 *
 * At inference: batch norms keep their statistics, nothing is dropped. Counted, immutable, any
 * thread.
 */
typedef struct
{
  CvrModel       *model;
  CvrImage       *pixels;
  CvrGradientsOf  of;
  gint            target;
  double          value;
  guint           n_nodes;
  NnShape        *shapes;
  float         **maps;
  float         **weights, **biases;
  gsize          *n_weights, *n_biases;
} CvrGradients;

/* @target −1: the answer. Blocks; any thread. */
CvrGradients *cvr_gradients_compute (CvrModel *model, CvrImage *image, CvrGradientsOf of,
                                     gint target, NnWorkers *workers,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrGradients *cvr_gradients_ref     (CvrGradients *self);
void          cvr_gradients_unref   (CvrGradients *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrGradients, cvr_gradients_unref)

G_END_DECLS
