/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page Compress measures beside its sliders. */
#pragma once

#include "cvr-compression.h"

G_BEGIN_DECLS

/* (transfer full) (element-type CvrStudySpec): every tenth of the pruning at the bits of @present,
 * and all bits at its pruning. Layer by layer: of the layer that loses most, the others in
 * proportion (cvr_compress_spec_scale()). */
GArray  *cvr_compress_study_curves (const CvrCompressSpec *present,
                                    guint                  n_layers) G_GNUC_WARN_UNUSED_RESULT;
/* The same: each of @n_layers layers alone, at several shares. */
GArray  *cvr_compress_study_layers (const CvrCompressSpec *present,
                                    guint                  n_layers) G_GNUC_WARN_UNUSED_RESULT;
/* Which layer and share member @place of that study is of; the first share of a layer is TRUE. */
gboolean cvr_compress_study_layer  (guint place, guint *layer, double *share);

G_END_DECLS
