/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A popover to choose a class's colour and key from. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_LOOK (cvr_class_look_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassLook, cvr_class_look, CVR, CLASS_LOOK, GtkPopover)

/* Signal "chosen" (int colour, −1 by place; uint key, 0 by place). */
GtkWidget *cvr_class_look_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* @k: class; @colour, @key as in CvrClass. */
void       cvr_class_look_set (CvrClassLook *self, gint k, gint colour, guint key);

G_END_DECLS
