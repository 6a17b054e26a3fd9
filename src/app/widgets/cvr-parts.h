/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F6: the keyboard from one part of the window to the next, over the many stops of the Tab key. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The style class that makes a widget a part. One that holds other parts counts only while none of
 * them is shown; toasts with something to press are parts by themselves. */
#define CVR_PART "cvr-part"

/**
 * cvr_parts_go:
 * @back: to the part before
 *
 * Goes on to the next part of @window that takes the keyboard, after the last to the first. A part
 * gets it where F6 left it, else at the selected item of its list, else at its beginning. The ring
 * around what has the keyboard is shown then.
 *
 * Returns: %FALSE where no part takes it
 */
gboolean cvr_parts_go (GtkWindow *window,
                       gboolean   back);

G_END_DECLS
