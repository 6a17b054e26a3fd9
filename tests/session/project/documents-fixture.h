/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live projects in a folder of their own, and the files of somebody who uses them. The project is
 * "Pets" everywhere, its classes tell its states apart. */
#pragma once

#include "session-test.h"

#include "cvr-document.h"

G_BEGIN_DECLS

typedef struct
{
  char         *folder, *data; /* the user's, and the program's */
  CvrDocuments *documents;
  CvrOpened    *opened;        /* what came of the last job */
  GError       *error;
  gboolean      done;
} Fixture;

/* A test with a fixture of its own; its name begins with @suite: "/session/documents-save/". */
void         fixture_add         (const char *suite, const char *name,
                                  void (*test) (Fixture *self, gconstpointer data));
/* Another start of the program. */
void         fixture_reopen_list (Fixture *self);
GFile       *fixture_file        (Fixture *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Each waits until it is done; self->opened and self->error say what came of it. */
void         fixture_open_file   (Fixture *self, GFile *file);
void         fixture_recover     (Fixture *self, GFile *file);
void         fixture_revert      (Fixture *self, const char *id);
/* @file: (nullable): another one than it belongs to. */
void         fixture_save        (Fixture *self, CvrDocument *document, GFile *file);
void         fixture_save_over   (Fixture *self, CvrDocument *document);
/* CvrDocumentSaved that is waited for by fixture_wait(); @fixture: self. */
void         fixture_saved_cb    (const GError *error, gpointer fixture);
void         fixture_wait        (Fixture *self);

CvrDocument *fixture_open        (Fixture *self, const char *id) G_GNUC_WARN_UNUSED_RESULT;
void         fixture_close       (CvrDocument *document);
void         fixture_add_class   (CvrDocument *document, const char *name);
/* A live project of class "cat", saved to @file, closed. Returns its name. */
char        *fixture_saved       (Fixture *self, GFile *file) G_GNUC_WARN_UNUSED_RESULT;
/* The same, open, and with class "bird" since it was saved. @id: its name, owned by the caller. */
CvrDocument *fixture_changed     (Fixture *self, GFile *file, char **id) G_GNUC_WARN_UNUSED_RESULT;
/* Somebody else writes the file: class "dog" comes into it. */
void         fixture_change_file (Fixture *self, GFile *file);

/* The classes' names with blanks between them. */
void         assert_classes      (CvrDocument *document, const char *names);
/* The same of a live project that isn't open. */
void         assert_live         (Fixture *self, const char *id, CvrDocumentState state,
                                  const char *names);
/* The same of what a file holds, seen through a project of its own. */
void         assert_file_holds   (Fixture *self, GFile *file, const char *names);

G_END_DECLS
