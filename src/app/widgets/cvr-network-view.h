/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network drawn as boxes left to right; one is chosen by mouse or keyboard. */
#pragma once

#include "cvr-canvas.h"
#include "nn.h"

G_BEGIN_DECLS

#define CVR_TYPE_NETWORK_VIEW (cvr_network_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrNetworkView, cvr_network_view, CVR, NETWORK_VIEW, CvrCanvas)

/* Signal "selected" (int node): the user chose another box. */
void     cvr_network_view_set_graph    (CvrNetworkView *self,
                                        NnGraph        *graph); /* nullable */
/* The first @n_frozen layers with weights are drawn as ones that stay as they are. */
void     cvr_network_view_set_frozen   (CvrNetworkView *self,
                                        guint           n_frozen);
/* −1: none. */
void     cvr_network_view_set_selected (CvrNetworkView *self,
                                        gint            node);
gint     cvr_network_view_get_selected (CvrNetworkView *self);
/* Where a box begins and how wide it is, px; FALSE without that box. */
gboolean cvr_network_view_get_extent   (CvrNetworkView *self,
                                        gint            node,
                                        double         *x,
                                        double         *width);

G_END_DECLS
