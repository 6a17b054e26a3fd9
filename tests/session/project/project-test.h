/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project in a temporary folder, its state as text, and the proof that actions can be undone. */
#pragma once

#include "session-test.h"

#include "cvr-project.h"

#include <string.h>

G_BEGIN_DECLS

typedef struct
{
  char       *folder, *path;
  CvrProject *project;
  char       *failure;     /* last sentence of "failed" */
  gboolean    imported;
  GError     *import_error;
  CvrLoadReport *report;
} ProjectFixture;

/* Main loop, list, data set and file are the test's own. */
void     project_test_open            (ProjectFixture *fixture);
void     project_test_close           (ProjectFixture *fixture);
void     project_test_open_again      (ProjectFixture *fixture);
/* CvrJobDone and condition of an import. */
void     project_test_imported_cb     (CvrJob *job, gpointer result, const GError *error,
                                       gpointer data);
gboolean project_test_is_imported     (gpointer data);
void     project_test_import          (ProjectFixture *fixture, const char *source,
                                       gboolean replace);
/* Condition: nothing learns, and what it came to is evaluated. */
gboolean project_test_is_trained      (gpointer data);
/* Waits until it is there; 0 where it could not be kept. */
guint64  project_test_add_image       (ProjectFixture *fixture, CvrImage *image, const char *name,
                                       gint label);
/* Everything that a person can see, as text; both list and data set, which must agree. Waits for
 * the disk. */
char    *project_test_dump            (CvrProject *project);
/* What was done can be undone and redone, in this run and in the next one. */
void     project_test_assert_undoable (ProjectFixture *fixture, const char *before,
                                       const char *undo_name);
guint64  project_test_id_at           (ProjectFixture *fixture, guint place);
/* Adds "/session/project/@name". */
void     project_test_add             (const char *name,
                                       void (*test) (ProjectFixture *fixture, gconstpointer data));

G_END_DECLS
