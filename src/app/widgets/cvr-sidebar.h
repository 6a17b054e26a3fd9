/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of pages with a live line each; compact: icons only. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_SIDEBAR (cvr_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (CvrSidebar, cvr_sidebar, CVR, SIDEBAR, AdwBin)

/* Property "compact" (boolean, construct only). A chosen row activates "win.page" with the page's
 * id. */
void cvr_sidebar_select  (CvrSidebar *self,
                          guint       page);
/* A lesson shows only some pages. */
void cvr_sidebar_show_page (CvrSidebar *self, guint page, gboolean visible);
/* Reads the live lines again; @project nullable; @pages [CVR_N_PAGES]: the pages' widgets. */
void cvr_sidebar_refresh (CvrSidebar        *self,
                          CvrProject        *project,
                          GtkWidget *const  *pages);

G_END_DECLS
