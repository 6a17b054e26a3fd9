/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any picture, named by the network, with its reasons. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TRY_PAGE (cvr_try_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrTryPage, cvr_try_page, CVR, TRY_PAGE, AdwBin)

void cvr_try_page_set_project (CvrTryPage *self,
                               CvrProject *project);
/* The picture to name: dropped, pasted or opened somewhere in the window. */
void cvr_try_page_show_image (CvrTryPage *self,
                               CvrImage   *image,
                               const char *name);

G_END_DECLS
