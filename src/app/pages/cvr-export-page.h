/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model as a file for other programs, and the proof that it answers the same. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_EXPORT_PAGE (cvr_export_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrExportPage, cvr_export_page, CVR, EXPORT_PAGE, AdwBin)

void cvr_export_page_set_project (CvrExportPage *self,
                                  CvrProject *project);
/* As the button does after the question where to. */
void cvr_export_page_save (CvrExportPage *self, const char *path);
/* For the sidebar: "ONNX · 248.5 kB"; NULL before the file is measured. */
char *cvr_export_page_dup_line (CvrExportPage *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
