/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a network that leads to one of its nodes. */
#pragma once

#include "nn-params.h"

G_BEGIN_DECLS

/**
 * nn_cut:
 * @node: on the way to an output; no input
 * @part: (out) (transfer full): its parameters, frozen
 *
 * A network of its own, with the same inputs and @node as its only output, under the old names:
 * what is looked at there alone can be run fused and without what comes behind.
 *
 * Returns: (transfer full): or %NULL with NN_ERROR. Any thread.
 */
NnGraph *nn_cut (NnGraph *graph, NnParams *params, NnNode node, NnParams **part,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
