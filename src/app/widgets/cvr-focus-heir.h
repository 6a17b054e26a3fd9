/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets the keyboard when what has it is greyed, hidden or taken away. GTK lets it fall to
 * nothing or to the scroller around, and the next Tab begins somewhere else. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * cvr_focus_heir_watch:
 *
 * From now on a fallen focus of @window goes to the heir of what lost it, else to its nearest
 * neighbour, those after it first.
 */
void cvr_focus_heir_watch (GtkWindow *window);

/**
 * cvr_focus_heir_set:
 * @heir: not held
 *
 * Who follows when @widget, or something in it, loses the focus in that way. Where @heir is hidden
 * then, what is around @widget has its say; where it is greyed, it gets the focus once it is not.
 */
void cvr_focus_heir_set   (GtkWidget *widget,
                           GtkWidget *heir);

/**
 * cvr_focus_heir_tabs:
 *
 * A tab that is clicked gets the focus. Otherwise, where it was on the page that is hidden, it
 * falls to whatever comes first on the new one, and the next letter is written there.
 */
void cvr_focus_heir_tabs  (GtkStackSwitcher *tabs);

G_END_DECLS
