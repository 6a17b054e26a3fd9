/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and labels for other programs: in which form, which of them, where to. */
#pragma once

#include "cvr-data-export.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_DATA_EXPORT_DIALOG (cvr_data_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CvrDataExportDialog, cvr_data_export_dialog, CVR, DATA_EXPORT_DIALOG,
                      AdwWindow)

/* Signal "chosen" (const CvrDataExport *, borrowed), at most once, right before it closes.
 * @parent nullable. @shown: (nullable): of CvrImageItem, the pictures that the page shows. */
CvrDataExportDialog *cvr_data_export_dialog_new  (GtkWindow *parent, CvrProject *project,
                                                  GListModel *shown) G_GNUC_WARN_UNUSED_RESULT;
/* What the rows say, without a path; ids are the dialog's until a row changes. */
void                 cvr_data_export_dialog_get  (CvrDataExportDialog *self,
                                                  CvrDataExport       *data_export);
/* As the file chooser does: a file, or the folder in which a new one is made. */
void                 cvr_data_export_dialog_take (CvrDataExportDialog *self, GFile *place);

G_END_DECLS
