/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is selected: one picture large with all that is known of it, or several to change
 * together. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_PICTURE_INSPECTOR (cvr_picture_inspector_get_type ())
G_DECLARE_FINAL_TYPE (CvrPictureInspector, cvr_picture_inspector, CVR, PICTURE_INSPECTOR, AdwBin)

void cvr_picture_inspector_set_project   (CvrPictureInspector *self,
                                          CvrProject          *project);
/* Items are CvrImageItem; call again when the selection, a label or extras changed. */
void cvr_picture_inspector_set_selection (CvrPictureInspector *self,
                                          GtkSelectionModel   *selection);
/* Puts the cursor where a tag is typed. FALSE: nothing is selected. */
gboolean cvr_picture_inspector_add_tag   (CvrPictureInspector *self);
/* A note that is being typed is kept now. */
void cvr_picture_inspector_keep_note     (CvrPictureInspector *self);

G_END_DECLS
