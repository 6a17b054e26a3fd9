/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tooltip says, for who works with the keyboard: GTK 4 shows them to the pointer only. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean cvr_tell_about_focus (GtkWindow *window, GtkWidget *place);

G_END_DECLS
