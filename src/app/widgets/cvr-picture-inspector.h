/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The selected picture large, with its label, its part in the training and what the network thinks
 * of it. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_PICTURE_INSPECTOR (cvr_picture_inspector_get_type ())
G_DECLARE_FINAL_TYPE (CvrPictureInspector, cvr_picture_inspector, CVR, PICTURE_INSPECTOR, AdwBin)

void cvr_picture_inspector_set_project   (CvrPictureInspector *self,
                                          CvrProject          *project);
/* Items are CvrImageItem; call again when the selection or a label changed. */
void cvr_picture_inspector_set_selection (CvrPictureInspector *self,
                                          GtkSelectionModel   *selection);

G_END_DECLS
