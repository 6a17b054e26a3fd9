/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said about one layer of a network, in words and with its numbers filled in. */
#pragma once

#include "nn.h"

G_BEGIN_DECLS

/* Translated kind: "Convolution", "Max pooling" … (static). */
const char *cvr_layer_title           (NnGraph *graph, NnNode node);
/* (transfer full): one sentence on what such a layer does. */
char       *cvr_layer_dup_explanation (NnGraph *graph, NnNode node);
/* (transfer full) (nullable): "⌊(32 + 1 + 1 − 3) / 1⌋ + 1 = 32", or NULL where the size just passes through. */
char       *cvr_layer_dup_size_formula (NnGraph *graph, NnNode node);
/* (transfer full) (nullable): "16 × 6 × 5 × 5 + 16 = 2,416", or NULL without parameters. */
char       *cvr_layer_dup_parameter_formula (NnGraph *graph, NnNode node);
/* (transfer full): a large count with the locale's separators, "1.2 M" above a million. */
char       *cvr_layer_dup_count       (guint64 count);

G_END_DECLS
