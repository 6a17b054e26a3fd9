/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider for each layer, with what that layer can lose drawn beside it. */
#pragma once

#include "cvr-compress.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_LAYERS (cvr_compress_layers_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressLayers, cvr_compress_layers, CVR, COMPRESS_LAYERS, AdwBin)

/* Signals "changed": a slider moved; "measure": the sensitivity is asked for, or no longer. */
/* @model nullable. The same model and kind again: nothing happens. */
void  cvr_compress_layers_set_model  (CvrCompressLayers *self,
                                      CvrModel          *model,
                                      NnPruneKind        kind);
/* Per cent, [CVR_COMPRESS_MAX_LAYERS]. Setting gives no signal. */
void  cvr_compress_layers_set_shares (CvrCompressLayers *self,
                                      const guint8      *shares);
void  cvr_compress_layers_get_shares (CvrCompressLayers *self,
                                      guint8            *shares);
/* Of another kind than the one shown: nothing happens. */
void  cvr_compress_layers_add_sensitivity (CvrCompressLayers *self,
                                           NnPruneKind        kind,
                                           guint              layer,
                                           double             share,
                                           double             accuracy);
/* How far the measuring is; @n 0: it isn't. @why_not: (nullable): why it can't begin. */
void  cvr_compress_layers_set_study  (CvrCompressLayers *self,
                                      guint              n_done,
                                      guint              n,
                                      const char        *why_not);
guint cvr_compress_layers_n_layers   (CvrCompressLayers *self);

G_END_DECLS
