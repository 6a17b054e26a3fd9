/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One widget remembered at another, for as long as both are there. Main thread. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @key: static; what was noted there before is forgotten. Neither holds the other. */
void       cvr_focus_note_set (GtkWidget *widget, const char *key, GtkWidget *noted);
/* (transfer full) (nullable) */
GtkWidget *cvr_focus_note_get (GtkWidget *widget, const char *key) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
