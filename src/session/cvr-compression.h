/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures: always the newest value, never the main thread. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESSION (cvr_compression_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompression, cvr_compression, CVR, COMPRESSION, GObject)

/* Main thread. Signal "changed": a new result, or the state of work changed. A quick result on 200
 * pictures, without learning on, comes first, then the exact one on all validation pictures with the
 * spec's epochs of fine-tuning; both say on how many they stand. A newer spec cancels the work on an older one. */
CvrCompression  *cvr_compression_new        (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_compression_set_spec   (CvrCompression *self, const CvrCompressSpec *spec);
const CvrCompressSpec *cvr_compression_get_spec (CvrCompression *self);
/* Borrowed; NULL before the first. */
CvrCompressed   *cvr_compression_get_result (CvrCompression *self);
gboolean         cvr_compression_is_working (CvrCompression *self);
const GError    *cvr_compression_get_error  (CvrCompression *self);
/* Magnitudes of the untouched model's weights: @n_bins counts over 0 … @high. */
void             cvr_compression_histogram  (CvrCompression *self, guint n_bins, guint64 *counts,
                                             double *high);

G_END_DECLS
