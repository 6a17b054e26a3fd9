/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a channel likes: a picture made for it, and the project's pictures that excite it most. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_LIKES_VIEW (cvr_likes_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLikesView, cvr_likes_view, CVR, LIKES_VIEW, AdwBin)

void cvr_likes_view_set_project (CvrLikesView *self, CvrProject *project);
/* Nothing is worked out while it can't be seen. */
void cvr_likes_view_set_active  (CvrLikesView *self, gboolean active);
/* @anew: begin again although the network's layers are the same. */
void cvr_likes_view_set_model   (CvrLikesView *self, CvrModel *model, gboolean anew);
/* A map or filter that was chosen elsewhere. */
void cvr_likes_view_choose      (CvrLikesView *self, NnNode node, guint channel);

G_END_DECLS
