/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: opens the project, makes the window, knows the keys. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_APPLICATION (cvr_application_get_type ())
G_DECLARE_FINAL_TYPE (CvrApplication, cvr_application, CVR, APPLICATION, AdwApplication)

CvrApplication *cvr_application_new           (void) G_GNUC_WARN_UNUSED_RESULT;
/* Sets the present project aside as a file of its own beside the live one and begins another: a
 * copy of @from, or an empty one where it is NULL. */
void            cvr_application_begin_project (CvrApplication *self, GFile *from);
/* Where the live project lies. */
const char     *cvr_application_project_path  (CvrApplication *self);

G_END_DECLS
