/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer as an item of the network page's table. */
#pragma once

#include "nn.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define CVR_TYPE_LAYER_ROW (cvr_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrLayerRow, cvr_layer_row, CVR, LAYER_ROW, GObject)

/* Read-only properties, all strings but the last: "name", "title", "size", "parameters",
 * "operations", "share" (double, 0 … 1 of the network's operations). */
CvrLayerRow *cvr_layer_row_new      (NnGraph *graph, NnNode node) G_GNUC_WARN_UNUSED_RESULT;
NnNode       cvr_layer_row_get_node (CvrLayerRow *self);

G_END_DECLS
