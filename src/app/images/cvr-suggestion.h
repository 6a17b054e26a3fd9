/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network says a picture shows, in words, with a button that agrees. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_SUGGESTION (cvr_suggestion_get_type ())
G_DECLARE_FINAL_TYPE (CvrSuggestion, cvr_suggestion, CVR, SUGGESTION, AdwBin)

/* Signals: "changed" (another answer), "confirmed" (the button). Works only while it is on screen,
 * beside the main thread. */
void cvr_suggestion_set_project (CvrSuggestion *self, CvrProject *project);
/* NULL: nothing. Call again when its label changed. */
void cvr_suggestion_set_item    (CvrSuggestion *self, CvrImageItem *item);
/* Class of the project; −1: no answer (yet), or one that the project doesn't have. */
gint cvr_suggestion_get_class   (CvrSuggestion *self);
/* An answer is on its way. */
gboolean cvr_suggestion_is_thinking (CvrSuggestion *self);

G_END_DECLS
