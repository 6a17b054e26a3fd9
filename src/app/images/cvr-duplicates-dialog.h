/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies and near-duplicates in groups, and what to do about them. */
#pragma once

#include "cvr-alike.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_DUPLICATES_DIALOG (cvr_duplicates_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CvrDuplicatesDialog, cvr_duplicates_dialog, CVR, DUPLICATES_DIALOG, AdwWindow)

/* @parent nullable. Signal "removed" (uint number of pictures): undoable. */
GtkWidget *cvr_duplicates_dialog_new      (GtkWindow *parent, CvrProject *project,
                                           CvrAlike *alike) G_GNUC_WARN_UNUSED_RESULT;
/* What its buttons do; the dialog closes. */
void       cvr_duplicates_dialog_keep_one (CvrDuplicatesDialog *self, gboolean copies_only);

G_END_DECLS
