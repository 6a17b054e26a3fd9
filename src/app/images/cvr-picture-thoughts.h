/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network thinks of one picture: a sentence and the most probable classes as bars. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_PICTURE_THOUGHTS (cvr_picture_thoughts_get_type ())
G_DECLARE_FINAL_TYPE (CvrPictureThoughts, cvr_picture_thoughts, CVR, PICTURE_THOUGHTS, AdwBin)

/* Works only while it is on screen, beside the main thread. */
void cvr_picture_thoughts_set_project (CvrPictureThoughts *self, CvrProject *project);
/* NULL: none, or it isn't there yet. */
void cvr_picture_thoughts_set_image   (CvrPictureThoughts *self, CvrImage *image);

G_END_DECLS
