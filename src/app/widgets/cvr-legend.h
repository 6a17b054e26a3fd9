/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the colours of a map mean: a band from low to high. */
#pragma once

#include "cvr-canvas.h"

G_BEGIN_DECLS

#define CVR_TYPE_LEGEND (cvr_legend_get_type ())
G_DECLARE_FINAL_TYPE (CvrLegend, cvr_legend, CVR, LEGEND, CvrCanvas)

/* @diverging: weights around zero, else a sequential map. The words are translated and copied. */
void cvr_legend_set (CvrLegend  *self,
                     const char *low,
                     const char *high,
                     gboolean    diverging);

G_END_DECLS
