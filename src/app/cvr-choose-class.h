/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class of the project by typing its name: what grid and queue share. */
#pragma once

#include "cvr-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A name that was new is a class by then. */
typedef void (*CvrClassChosen) (gint k, gpointer data);

/* Opens the search over @anchor, with @typed (nullable) in it. @chosen isn't called any more when
 * @anchor is gone. */
void     cvr_choose_class     (GtkWidget *anchor, CvrProject *project, const char *typed,
                               CvrClassChosen chosen, gpointer data);
/* The same for a key that asks for it: "/", or any letter where there are more classes than number
 * keys. FALSE: another key. */
gboolean cvr_choose_class_key (GtkWidget *anchor, CvrProject *project, guint key,
                               CvrClassChosen chosen, gpointer data);
/* (transfer full): the project's classes under the names that people read, without pictures. */
CvrDataset *cvr_titled_classes (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
