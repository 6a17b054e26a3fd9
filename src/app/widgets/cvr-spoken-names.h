/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a screen reader calls a button. GTK 4.8 calls it "_Train Train", and the one in a drop-down
 * by the name of its class. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * cvr_spoken_names_watch:
 *
 * From now on each button of the program is called what is written on it, the one in a drop-down
 * what that is called. Once for a program.
 */
void cvr_spoken_names_watch (void);

G_END_DECLS
