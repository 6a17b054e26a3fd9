/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: two methods side by side, for any class. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_WHY_VIEW (cvr_why_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrWhyView, cvr_why_view, CVR, WHY_VIEW, AdwBin)

void cvr_why_view_set_project (CvrWhyView *self, CvrProject *project);
/* Only while it can be seen. */
void cvr_why_view_set_active  (CvrWhyView *self, gboolean active);
/* @model: whose classes can be asked about; @fixed: it and not the project's newest is asked. */
void cvr_why_view_look_at     (CvrWhyView *self, CvrImage *image, CvrModel *model, gboolean fixed);

G_END_DECLS
