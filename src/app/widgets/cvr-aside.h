/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something beside the content, where there is room for it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_ASIDE (cvr_aside_get_type ())
G_DECLARE_FINAL_TYPE (CvrAside, cvr_aside, CVR, ASIDE, GtkWidget)

/* Properties: "content" and "side" (GtkWidget), "room" (int, px): the content gets that much at
 * least before the side is shown. */
gboolean cvr_aside_is_shown (CvrAside *self);

G_END_DECLS
