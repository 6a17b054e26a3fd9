/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project as a lesson: only the pages that it needs, and a seed that stays, so that everybody sees
 * the same. Kept under the state key "lesson". */
#pragma once

#include "cvr-document.h"

G_BEGIN_DECLS

/* Ids of the pages to show (owned, g_strfreev()); NULL: it is no lesson. */
char   **cvr_lesson_get_pages (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
/* NULL: no lesson any more. */
void     cvr_lesson_set_pages (CvrProject *project, const char *const *pages);
/* A copy of @project as a lesson called @title in @file; @project stays what it is. @done nullable.
 * Main thread. */
CvrJob  *cvr_lesson_save      (CvrDocuments *documents, CvrProject *project, const char *title,
                               const char *const *pages, GFile *file, CvrDocumentSaved done,
                               gpointer data);

G_END_DECLS
