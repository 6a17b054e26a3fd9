/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a project as a file. */
#pragma once

#include "cvr-document.h"

G_BEGIN_DECLS

/* A file's name for people. */
char *cvr_project_words_file  (GFile *file) G_GNUC_WARN_UNUSED_RESULT;
/* Under the project's name: "saved". */
char *cvr_project_words_state (CvrDocument *document) G_GNUC_WARN_UNUSED_RESULT;
/* Where everything is kept, in a sentence. */
char *cvr_project_words_tip   (CvrDocument *document) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
