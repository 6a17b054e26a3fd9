/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All projects on this computer: open, delete. */
#pragma once

#include "cvr-window.h"

G_BEGIN_DECLS

/* Escape closes it, as everywhere. */
void       cvr_dialog_close_on_escape (GtkWidget *dialog);
GtkWidget *cvr_projects_dialog_new (CvrWindow *window) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
