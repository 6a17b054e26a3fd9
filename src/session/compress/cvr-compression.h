/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures: always the newest value, never the main thread. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESSION (cvr_compression_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompression, cvr_compression, CVR, COMPRESSION, GObject)

/* One network of a study. @max_pictures 0: all. */
typedef struct
{
  CvrCompressSpec spec;
  guint           max_pictures;
} CvrStudySpec;

/* Main thread. Signal "changed": new figures, or the state of work changed. Figures on a few
 * pictures come some hundredths of a second after a spec, then ever better ones, in the end those of
 * all validation pictures; each says on how many it stands. A newer spec takes the place of an older
 * one at once, but for the first figures, which always come.
 * Signal "studied" (guint place, CvrCompressed *result): a network of the study is measured. */
CvrCompression  *cvr_compression_new        (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
/* The spec's epochs and max_items are not looked at. */
void             cvr_compression_set_spec   (CvrCompression *self, const CvrCompressSpec *spec);
const CvrCompressSpec *cvr_compression_get_spec (CvrCompression *self);
/* Borrowed; NULL before the first. */
CvrCompressed   *cvr_compression_get_result (CvrCompression *self);
/* The result is of the newest spec, on all pictures. */
gboolean         cvr_compression_is_exact   (CvrCompression *self);
gboolean         cvr_compression_is_working (CvrCompression *self);
const GError    *cvr_compression_get_error  (CvrCompression *self);
/* FALSE (nobody looks): nothing is computed until somebody does; what changed meanwhile is then
 * worked out anew. */
void             cvr_compression_set_active (CvrCompression *self, gboolean active);
/* The compressed network learns for @epochs more than it has; what comes of it becomes the result,
 * whose spec has them all. A newer spec, or cancelling the job, ends it. */
void             cvr_compression_fine_tune  (CvrCompression *self, guint epochs);
/* One that was fine-tuned before becomes the result again. FALSE: there was none of that spec, or it
 * is too long ago. */
gboolean         cvr_compression_recall     (CvrCompression *self, const CvrCompressSpec *spec);
CvrJob          *cvr_compression_get_tuning (CvrCompression *self); /* borrowed; NULL: none */
/* Why neither can begin: something else has the threads, translated; NULL: they can. The project
 * is told while either is under way. */
const char      *cvr_compression_get_occupation (CvrCompression *self);
/* Measures @specs one after the other, whenever the sliders rest. Takes the place of an earlier
 * study; @n_specs 0 ends it. It waits while nobody looks, and while something else has the
 * threads. */
void             cvr_compression_study      (CvrCompression *self, const CvrStudySpec *specs,
                                             guint n_specs);
/* FALSE: no study is under way. */
gboolean         cvr_compression_get_study  (CvrCompression *self, guint *n_done, guint *n_specs);

G_END_DECLS
