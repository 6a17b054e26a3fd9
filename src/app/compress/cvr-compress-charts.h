/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of the compression: sizes with the threshold, accuracy against sparsity and bits, and
 * everything that was tried. */
#pragma once

#include "cvr-compress-tried.h"
#include "cvr-notebook.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_CHARTS (cvr_compress_charts_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressCharts, cvr_compress_charts, CVR, COMPRESS_CHARTS, AdwBin)

/* Signals: "fill": the curves are to be filled in; "stop": no longer; "chosen" (gpointer: const
 * CvrCompressSpec): what a click on a chart asks for; "kept-chosen" (guint64): a card of the
 * notebook was clicked. */
/* Another network: nothing that was tried counts any longer. */
void  cvr_compress_charts_clear     (CvrCompressCharts *self);
/* The sliders' own result. */
void  cvr_compress_charts_show      (CvrCompressCharts *self,
                                     CvrCompressed     *result);
/* Measured beside it. */
void  cvr_compress_charts_add       (CvrCompressCharts *self,
                                     CvrCompressed     *result);
/* The variants among its cards are dots, too. @notebook: (nullable): borrowed, watched. */
void  cvr_compress_charts_set_notebook (CvrCompressCharts *self,
                                        CvrNotebook       *notebook);
/* @n 0: nothing is being filled in. @why_not: (nullable): why it can't be. */
void  cvr_compress_charts_set_study (CvrCompressCharts *self,
                                     guint              n_done,
                                     guint              n,
                                     const char        *why_not);
/* How many networks were tried. */
guint cvr_compress_charts_n_tried   (CvrCompressCharts *self);

G_END_DECLS
