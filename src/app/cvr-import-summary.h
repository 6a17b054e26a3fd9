/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an import brought, what was left out and why; as a window, and as text to copy. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* @parent: (nullable): whose actions "win.show-unlabelled", "win.import-same-of" and
 * "win.find-alike" the buttons are. @serial: which import of that window. @n_unlabelled: pictures of the project that wait for a label. @report is read
 * only now.
 * Returns: (transfer none): to be presented; kept by GTK until it is closed */
GtkWidget *cvr_import_summary_new  (GtkWindow *parent, const CvrLoadReport *report, guint serial,
                                    guint n_unlabelled) G_GNUC_WARN_UNUSED_RESULT;
/* The same as plain text, with the names of all files that were left out. */
char      *cvr_import_summary_text (const CvrLoadReport *report) G_GNUC_WARN_UNUSED_RESULT;
/* One line for a toast. */
char      *cvr_import_summary_line (const CvrLoadReport *report) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
