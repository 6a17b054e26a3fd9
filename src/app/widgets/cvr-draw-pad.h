/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet of paper to draw on with the mouse, a pen, a finger or the keys. */
#pragma once

#include "cvr-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_DRAW_PAD (cvr_draw_pad_get_type ())
G_DECLARE_FINAL_TYPE (CvrDrawPad, cvr_draw_pad, CVR, DRAW_PAD, GtkWidget)

/* Signal "drawn": the drawing changed (at most once a frame while a stroke goes on). Keys: arrows
 * move a pen, with Shift further, Space puts it down and lifts it, Backspace takes the last stroke
 * back, Delete takes a fresh sheet. */
void      cvr_draw_pad_clear       (CvrDrawPad *self);
void      cvr_draw_pad_undo_stroke (CvrDrawPad *self);
gboolean  cvr_draw_pad_is_empty    (CvrDrawPad *self);
/* Light ink on dark paper, as in most sets of drawings, or dark on light. */
void      cvr_draw_pad_set_light_ink (CvrDrawPad *self, gboolean light_ink);
/* (transfer full): grey, @side × @side pixels; the drawing in the middle, its longer side 86 % of
 * the sheet's (enlarged at most three times), the pen as wide as ever. */
CvrImage *cvr_draw_pad_render      (CvrDrawPad *self, guint side) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
