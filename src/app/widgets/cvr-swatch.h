/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class's colour and pattern with its key number. */
#pragma once

#include "cvr-canvas.h"

G_BEGIN_DECLS

#define CVR_TYPE_SWATCH (cvr_swatch_get_type ())
G_DECLARE_FINAL_TYPE (CvrSwatch, cvr_swatch, CVR, SWATCH, CvrCanvas)

/* @k < 0: no class, an empty outline. The number is the key that labels (1 … 9), k + 1 beyond. */
GtkWidget *cvr_swatch_new       (gint       k) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_swatch_set_class (CvrSwatch *self,
                                 gint       k);
/* A class whose colour and key were chosen. @paint: what cvr_draw_swatch() takes for k; @number:
 * shown on it, 0 none; @off: it takes no part, drawn faintly. */
void       cvr_swatch_set_look  (CvrSwatch *self,
                                 gint       k,
                                 guint      paint,
                                 guint      number,
                                 gboolean   off);

G_END_DECLS
