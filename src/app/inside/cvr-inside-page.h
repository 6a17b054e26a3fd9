/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every layer of the network sees in one picture. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_INSIDE_PAGE (cvr_inside_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrInsidePage, cvr_inside_page, CVR, INSIDE_PAGE, AdwBin)

void cvr_inside_page_set_project (CvrInsidePage *self,
                                  CvrProject    *project);
/* Looks at this picture instead of one of the project's. */
void cvr_inside_page_show_image  (CvrInsidePage *self,
                                  CvrImage      *image);
/* The maps of the layer of that name. FALSE: there is none, or none are shown yet. */
gboolean cvr_inside_page_show_layer (CvrInsidePage *self,
                                     const char    *name);

G_END_DECLS
