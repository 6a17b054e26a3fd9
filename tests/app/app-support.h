/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project on a temporary path and a main loop for the window's tests. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Starts GTK and libadwaita with English texts and without animations. Skips the program (exit 77)
 * where there is no display. */
void        app_support_init    (int *argc, char ***argv);
/* An empty project on a temporary file; app_support_close() removes it. */
CvrProject *app_support_project (void);
/* The same with @n_classes classes of @per_class small pictures, a solid tone each, so that a
 * network learns them at once. */
CvrProject *app_support_pictures (guint n_classes, guint per_class);
void        app_support_close   (CvrProject *project);
/* A folder with all that is in it. */
void        app_support_remove  (const char *folder);
/* Runs the main loop until nothing is pending. */
void        app_support_spin    (void);
/* Runs it until @done says so, at most @seconds. FALSE: it never did. */
gboolean    app_support_wait    (gboolean (*done) (gpointer data), gpointer data, guint seconds);
/* As if the key were pressed on a focused @widget of a class with key bindings. Fails where no
 * binding answers. */
void        app_support_press   (GtkWidget *widget, guint key);
/* As if the key were typed while @widget has the keyboard: for those that listen to keys
 * themselves. Fails where nobody answers. */
void        app_support_type    (GtkWidget *widget, guint key);
/* The child of that name in the template of @type, an ancestor of @widget's class or that itself.
 * Borrowed; fails where there is none. */
gpointer    app_support_child   (gpointer widget, GType type, const char *name);
/* Trains with the project's settings until the evaluation is there. */
void        app_support_train   (CvrProject *project, guint epochs);

G_END_DECLS
