/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate finder: its curve, what it suggests, and a button that takes it. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_FINDER_VIEW (cvr_finder_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrFinderView, cvr_finder_view, CVR, FINDER_VIEW, AdwBin)

/* Signal "running-changed". */
void     cvr_finder_view_set_project (CvrFinderView *self, CvrProject *project); /* nullable */
gboolean cvr_finder_view_is_running  (CvrFinderView *self);
/* Why it can't start now, translated; NULL: it can. Copied. */
void     cvr_finder_view_set_why_not (CvrFinderView *self, const char *why_not);

G_END_DECLS
