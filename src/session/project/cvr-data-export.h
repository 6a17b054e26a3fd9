/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures and labels on their way out, beside the main thread. */
#pragma once

#include "cvr-project.h"
#include "cvr-save-out.h"

G_BEGIN_DECLS

/* What goes out; see CvrSaveOutSpec. @ids: (nullable) only these pictures. */
typedef struct
{
  const char    *path;
  CvrSaveForm    form;
  gboolean       labels_only;
  gboolean       archive;
  gboolean       used_splits;
  const guint64 *ids;
  guint          n_ids;
} CvrDataExport;

/* Main thread. Takes the pictures and labels as they are now. @done nullable: result is a
 * CvrSaveOutReport* (owned; free with cvr_data_export_report_free()). Cancelling leaves nothing. */
CvrJob *cvr_data_export_start       (CvrProject *project, const CvrDataExport *export,
                                     GObject *owner, CvrJobDone done, gpointer user_data);
void    cvr_data_export_report_free (gpointer report);
/* A name for the file chooser: that of the project with the ending that the form has. Main
 * thread. */
char   *cvr_data_export_dup_name    (CvrProject *project, const CvrDataExport *export)
                                     G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
