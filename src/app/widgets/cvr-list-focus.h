/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keyboard on the selected item of a list. GTK keeps the place of the keyboard apart from the
 * selection, and begins at the first item. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * cvr_list_focus_selected:
 * @around: a #GtkListView or #GtkGridView, or what is around one
 *
 * Scrolls to the first selected item and gives it the keyboard.
 *
 * Returns: %FALSE where there is no such list, or nothing in it is selected
 */
gboolean cvr_list_focus_selected     (GtkWidget *around);

/**
 * cvr_list_select_some:
 * @around: a #GtkListView or #GtkGridView, or what is around one
 *
 * Selects the first item where none is selected.
 */
void     cvr_list_select_some        (GtkWidget *around);

/**
 * cvr_list_focus_watch_popups:
 *
 * From now on each drop-down and combo row of the program opens with the keyboard on its selected
 * item; those with a search entry, in the entry, where Escape closes them too. Once for a program.
 */
void     cvr_list_focus_watch_popups (void);

G_END_DECLS
