/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss above accuracy over one time axis, with what zooms them. */
#pragma once

#include "cvr-history.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CURVES (cvr_curves_get_type ())
G_DECLARE_FINAL_TYPE (CvrCurves, cvr_curves, CVR, CURVES, AdwBin)

/* @history nullable, borrowed: set %NULL before it goes; call again when it has grown. @n_epochs:
 * planned. */
void cvr_curves_set_history (CvrCurves *self, CvrHistory *history, guint n_epochs);

G_END_DECLS
