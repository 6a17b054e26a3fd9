/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: opens the project, makes the window, knows the keys. */
#pragma once

#include "cvr-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_APPLICATION (cvr_application_get_type ())
G_DECLARE_FINAL_TYPE (CvrApplication, cvr_application, CVR, APPLICATION, AdwApplication)

CvrApplication *cvr_application_new           (void) G_GNUC_WARN_UNUSED_RESULT;
/* Opens a file as a project, or begins an empty one where @from is NULL. The present project stays
 * among those of this computer. */
void            cvr_application_begin_project (CvrApplication *self, GFile *from);
/* Another live project takes the place of the present one. @remove: (nullable): one that goes once
 * that is done. */
void            cvr_application_switch        (CvrApplication *self, const char *id,
                                               const char *remove);
/* Where none is open: the one opened last, or a new one. */
void            cvr_application_open_last     (CvrApplication *self);
CvrDocuments   *cvr_application_get_documents (CvrApplication *self); /* borrowed */
/* Where the live project lies. */
const char     *cvr_application_project_path  (CvrApplication *self);

G_END_DECLS
