/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tooltips of what is brought up to date often. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* gtk_widget_set_tooltip_text() where it says something else: GTK asks the display where the
 * pointer is, and waits for the answer, each time it is called. @text: nullable. */
void cvr_tooltip_set (GtkWidget *widget, const char *text);

G_END_DECLS
