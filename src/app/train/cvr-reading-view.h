/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the curves say, in words, and buttons that try what may help. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_READING_VIEW (cvr_reading_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrReadingView, cvr_reading_view, CVR, READING_VIEW, AdwBin)

/* Property "advanced" (boolean): the sentence with its numbers and reasons. */
void cvr_reading_view_set_project (CvrReadingView *self, CvrProject *project); /* nullable */
/* Reads the curves again. */
void cvr_reading_view_update      (CvrReadingView *self);

G_END_DECLS
