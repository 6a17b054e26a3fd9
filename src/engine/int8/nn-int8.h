/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a quantized network in integers: bytes between layers, 32-bit sums inside them. */
#pragma once

#include "nn-cpu.h"
#include "nn-graph.h"
#include "nn-params.h"
#include "nn-workers.h"

G_BEGIN_DECLS

typedef struct _NnInt8 NnInt8; /* one thread at a time */

/* Whether some layer would run in integers: weights of 8 bits behind values on a grid of 8 bits. */
gboolean       nn_int8_applies   (NnGraph *graph, NnParams *params);
/* @params: frozen or unchanged while it is used; weights are packed here, once. */
NnInt8        *nn_int8_new       (NnGraph *graph, NnParams *params, NnWorkers *workers,
                                  guint max_batch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* With the kernels of @level, which the machine must have (at most nn_cpu_best()); for tests. */
NnInt8        *nn_int8_new_at    (NnCpu level, NnGraph *graph, NnParams *params, NnWorkers *workers,
                                  guint max_batch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           nn_int8_free      (NnInt8 *self);
/* Where to write input @i, floats [batch, …] as for NnExec; valid until freed. */
nn_real       *nn_int8_input     (NnInt8 *self, guint i);
void           nn_int8_forward   (NnInt8 *self, guint batch);
/* Values of output @i after forward, floats [batch, …]. */
const nn_real *nn_int8_output    (NnInt8 *self, guint i);
/* Of the nodes that compute something, how many run in integers and how many in floats. Rounding
 * nodes and activations that are part of another's integer step are counted with it, not apart. */
guint          nn_int8_n_integer (NnInt8 *self);
guint          nn_int8_n_float   (NnInt8 *self);
gsize          nn_int8_size      (NnInt8 *self); /* bytes held: packed weights and activations */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnInt8, nn_int8_free)

G_END_DECLS
