/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sidebar beside the page: wide with words, or a narrow column of icons where room is short. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_FRAME (cvr_frame_get_type ())
G_DECLARE_FINAL_TYPE (CvrFrame, cvr_frame, CVR, FRAME, GtkWidget)

/* Properties "wide", "narrow" (the two sidebars) and "content" (GtkWidget each). From
 * @CVR_FRAME_WIDE px on the wide one is shown. */
enum { CVR_FRAME_WIDE = 1100 };
/* px: content that needs more is scrolled where there isn't room for it beside the narrow one. */
enum { CVR_FRAME_LEAST = 690 };

gboolean cvr_frame_is_wide (CvrFrame *self);

G_END_DECLS
