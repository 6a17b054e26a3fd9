/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network on one line, with the picture as it is in each layer; a layer is chosen. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-predict.h"

G_BEGIN_DECLS

#define CVR_TYPE_FLOW_STRIP (cvr_flow_strip_get_type ())
G_DECLARE_FINAL_TYPE (CvrFlowStrip, cvr_flow_strip, CVR, FLOW_STRIP, CvrCanvas)

/* Signal "selected" (int node): by the pointer or the keys Left, Right, Home and End. */

/* Its pictures are made beside the main thread; the newest win. */
void   cvr_flow_strip_show         (CvrFlowStrip *self,
                                    CvrMaps      *maps);
/* What is chosen elsewhere. */
void   cvr_flow_strip_set_selected (CvrFlowStrip *self,
                                    NnNode        node);
NnNode cvr_flow_strip_get_selected (CvrFlowStrip *self);
/* Layers that are drawn. */
guint  cvr_flow_strip_n            (CvrFlowStrip *self);

G_END_DECLS
