/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the application share. */
#pragma once

#include "cvr-application.h"
#include "cvr-window.h"

G_BEGIN_DECLS

struct _CvrApplication
{
  AdwApplication parent_instance;

  char         *project_path; /* given; NULL: the one opened last */
  CvrDocuments *documents;
  CvrDocument  *document;     /* NULL: none is open */
  gboolean      awaits_file;  /* the window begins with a project file, not with the one opened last */
  gboolean      is_opening;   /* a document is on its way */
  GSList       *files;        /* of GFile: to be opened in it then */
};

/* NULL: there is none, or it is closing. */
CvrWindow *cvr_application_find_window  (CvrApplication *self);
/* Files that were given before there was a project to take them. */
void       cvr_application_open_waiting (CvrApplication *self, CvrWindow *window);
/* Returns when all is on disk. */
void       cvr_application_close        (CvrApplication *self);

G_END_DECLS
