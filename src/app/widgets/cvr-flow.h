/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tab through the widgets in a flow box. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_FLOW (cvr_flow_get_type ())
/* A GtkFlowBox takes Tab for itself where the next place holds nothing that can be used, and Tab
 * stays before it for good. Around one of them, Tab goes on to the next widget that can. */
G_DECLARE_FINAL_TYPE (CvrFlow, cvr_flow, CVR, FLOW, AdwBin)

G_END_DECLS
