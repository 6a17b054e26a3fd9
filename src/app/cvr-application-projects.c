/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application's one open project: which comes first, how another takes its place. */
#include "cvr-application-private.h"

#include "cvr-app-settings.h"
#include "cvr-pages.h"
#include "cvr-project-menu.h"
#include "cvr-project-words.h"

#include <glib/gi18n-lib.h>

CvrWindow *
cvr_application_find_window (CvrApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (CVR_IS_WINDOW (l->data))
      return l->data;

  return NULL;
}

/* Where the live projects lie: beside a project that was named, which has a world of its own. */
static char *
dup_folder (CvrApplication *self)
{
  const char *given = g_getenv ("CONVISOR_PROJECT");

  if (self->project_path == NULL && given != NULL && given[0] != '\0')
    self->project_path = g_strdup (given);
  if (self->project_path != NULL)
    return g_path_get_dirname (self->project_path);

  return g_build_filename (g_get_user_data_dir (), "convisor", NULL);
}

static void
load_documents (CvrApplication *self)
{
  g_autofree char *folder = dup_folder (self);
  g_autofree char *before = g_build_filename (folder, "current.convisor", NULL);

  if (self->documents != NULL)
    return;
  self->documents = cvr_documents_new (folder);
  if (self->project_path == NULL)
    cvr_documents_adopt (self->documents, before);
}

/* What comes after opening; @window NULL: it was closed meanwhile, and so is the document. */
typedef void (*Opened) (CvrApplication *self, CvrWindow *window, gboolean opened, gpointer data);

typedef struct
{
  CvrApplication *application;
  Opened          then;        /* nullable */
  gpointer        data;
} Opening;

void
cvr_application_open_waiting (CvrApplication *self,
                              CvrWindow      *window)
{
  g_autoslist (GFile) files = g_steal_pointer (&self->files);

  if (files != NULL && window != NULL && self->document != NULL)
    cvr_window_open_files (window, files);
}

/* CvrDocumentReady */
static void
opened_cb (CvrDocument  *document,
           const char   *warning,
           const GError *error,
           gpointer      data)
{
  Opening *opening = data;
  g_autoptr (CvrApplication) self = opening->application;
  CvrWindow *window = cvr_application_find_window (self);

  self->is_opening = FALSE;
  if (document != NULL && window == NULL)
    cvr_document_close (document);
  if (document != NULL && window == NULL)
    g_clear_object (&document);
  self->document = document;
  if (document != NULL)
    {
      cvr_window_set_document (window, document);
      if (warning != NULL && cvr_document_get_aside (document) != NULL)
        cvr_project_menu_offer_recovery (window, cvr_document_get_aside (document), warning);
      else if (warning != NULL)
        cvr_show_error (GTK_WIDGET (window), _("A new project was begun"), warning);
    }
  else if (window != NULL)
    cvr_show_error (GTK_WIDGET (window), _("The project can't be opened"), error->message);
  if (opening->then != NULL)
    opening->then (self, window, document != NULL, opening->data);
  cvr_application_open_waiting (self, window);
  g_application_release (G_APPLICATION (self));
  g_free (opening);
}

static char *
dup_live_path (CvrApplication *self,
               const char     *id)
{
  return id != NULL ? cvr_documents_path (self->documents, id) : g_strdup (self->project_path);
}

/* The present one is closed first. @id: (nullable): of the list; NULL: the one that was named. A
 * new one is there when this returns; one that has to be read comes beside the main loop. */
static void
open_document (CvrApplication *self,
               CvrWindow      *window,
               const char     *id,
               Opened          then,
               gpointer        data)
{
  g_autofree char *path = dup_live_path (self, id);
  g_autofree char *warning = NULL;
  g_autoptr (GError) error = NULL;
  Opening *opening = g_new0 (Opening, 1);
  CvrDocument *document;

  opening->application = g_object_ref (self);
  opening->then = then;
  opening->data = data;
  self->is_opening = TRUE;
  g_application_hold (G_APPLICATION (self));
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      cvr_show_job (GTK_WIDGET (window), cvr_document_start_opening (self->documents, id, path,
                                                                     opened_cb, opening));
      return;
    }
  document = id != NULL ? cvr_document_open (self->documents, id, &warning, &error)
                        : cvr_document_open_path (path, &warning, &error);
  opened_cb (document, warning, error, opening);
}

void
cvr_application_close (CvrApplication *self)
{
  CvrWindow *window = cvr_application_find_window (self);

  if (self->document == NULL)
    return;
  if (window != NULL)
    cvr_window_set_document (window, NULL);
  cvr_document_close (self->document);
  g_clear_object (&self->document);
}

static void
show_first_page (CvrApplication *self,
                 CvrWindow      *window)
{
  g_autoptr (GSettings) settings = cvr_app_settings_new ();
  g_autofree char *page = settings != NULL ? g_settings_get_string (settings, "page") : NULL;

  if (self->document == NULL || cvr_window_is_importing (window) || cvr_page_find (page) < 0)
    cvr_window_show_page (window, "train");
  else
    cvr_window_show_page (window, page);
}

/* The very first one: with the sample, or with the pictures that were given, under their name. */
static void
begin_new (CvrApplication *self,
           CvrWindow      *window,
           CvrProject     *project)
{
  if (self->files == NULL)
    {
      cvr_project_set_name (project, _("Doodles"));
      cvr_window_import_sample (window);
    }
  else if (self->files->next == NULL)
    {
      g_autofree char *name = cvr_project_words_file (self->files->data);

      cvr_project_set_name (project, name);
    }
}

/* Opened */
static void
first_opened (CvrApplication *self,
              CvrWindow      *window,
              gboolean        opened,
              gpointer        data)
{
  CvrProject *project = opened ? cvr_document_get_project (self->document) : NULL;

  if (window == NULL)
    return;
  if (project != NULL && cvr_project_is_new (project) && !cvr_project_is_read_only (project) &&
      (self->project_path != NULL || cvr_documents_n (self->documents) == 1))
    begin_new (self, window, project);
  show_first_page (self, window);
}

/* The named one, else the one opened last, else a new one. */
static void
open_first (CvrApplication *self,
            CvrWindow      *window)
{
  const CvrDocumentInfo *last;
  g_autofree char *id = NULL;

  load_documents (self);
  last = cvr_documents_get (self->documents, 0);
  if (self->project_path == NULL)
    id = last != NULL ? g_strdup (last->id) : cvr_documents_add (self->documents, NULL);
  open_document (self, window, id, first_opened, NULL);
}

/**
 * cvr_application_project_path:
 *
 * Returns: (transfer none) (nullable): the live project's file
 */
const char *
cvr_application_project_path (CvrApplication *self)
{
  g_return_val_if_fail (CVR_IS_APPLICATION (self), NULL);

  return self->document != NULL ? cvr_document_get_path (self->document) : self->project_path;
}

/**
 * cvr_application_open_last:
 *
 * The project opened last, or a new one, where none is open.
 */
void
cvr_application_open_last (CvrApplication *self)
{
  CvrWindow *window = cvr_application_find_window (self);

  g_return_if_fail (CVR_IS_APPLICATION (self));

  if (self->document != NULL || self->is_opening || window == NULL)
    return;
  open_first (self, window);
}

/**
 * cvr_application_get_documents:
 *
 * Returns: (transfer none): the live projects on this computer
 */
CvrDocuments *
cvr_application_get_documents (CvrApplication *self)
{
  g_return_val_if_fail (CVR_IS_APPLICATION (self), NULL);

  load_documents (self);

  return self->documents;
}

/* One project takes the place of another. */
typedef struct
{
  CvrApplication *application;
  char           *id;      /* NULL: a new one */
  char           *remove;  /* a project that may go then; NULL: none */
  char           *before;  /* the one that was open; NULL: the one that was named */
} Switch;

static void
switch_free (Switch *change)
{
  g_object_unref (change->application);
  g_free (change->id);
  g_free (change->remove);
  g_free (change->before);
  g_free (change);
}

/* Opened */
static void
switched (CvrApplication *self,
          CvrWindow      *window,
          gboolean        opened,
          gpointer        data)
{
  Switch *change = data;

  /* What was done in it since it was found to be without changes keeps it. */
  if (opened && change->remove != NULL &&
      !cvr_documents_is_unsaved (self->documents, change->remove))
    cvr_documents_delete (self->documents, change->remove, NULL);
  if (opened) /* with the focus in it: what was there before is gone */
    g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                    g_variant_new_string ("images"));
  else if (window != NULL && (change->before != NULL || self->project_path != NULL))
    open_document (self, window, change->before, NULL, NULL);
  switch_free (change);
}

/* Takes @change. While another one is being opened that one comes. */
static void
do_switch (Switch *change)
{
  CvrApplication *self = change->application;
  CvrWindow *window = cvr_application_find_window (self);

  if (window == NULL || self->is_opening)
    {
      switch_free (change);
      return;
    }
  change->before = self->document != NULL ? g_strdup (cvr_document_get_id (self->document)) : NULL;
  cvr_application_close (self);
  if (change->id == NULL)
    change->id = cvr_documents_add (self->documents, NULL);
  open_document (self, window, change->id, switched, change);
}

/* CvrDocumentSaved: a file that can't be written is said, and holds nobody up: the live project has
 * everything. */
static void
saved_before_switch_cb (const GError *error,
                        gpointer      data)
{
  Switch *change = data;
  CvrWindow *window = cvr_application_find_window (change->application);

  if (error != NULL && window != NULL)
    cvr_show_error (GTK_WIDGET (window), _("The file was not saved"), error->message);
  do_switch (change);
}

/**
 * cvr_application_switch:
 * @id: (nullable): of the list of live projects; NULL: a new, empty one
 * @remove: (nullable): a project that goes once the other is open
 *
 * The present project is saved, where it belongs to a file, and closed.
 */
void
cvr_application_switch (CvrApplication *self,
                        const char     *id,
                        const char     *remove)
{
  Switch *change = g_new0 (Switch, 1);

  g_return_if_fail (CVR_IS_APPLICATION (self));

  change->application = g_object_ref (self);
  change->id = g_strdup (id);
  change->remove = g_strdup (remove);
  if (self->document != NULL && cvr_document_needs_save (self->document))
    {
      cvr_document_save (self->document, FALSE, saved_before_switch_cb, change);
      return;
    }
  do_switch (change);
}

/**
 * cvr_application_begin_project:
 * @from: (nullable): a project file to open; NULL: an empty project
 */
void
cvr_application_begin_project (CvrApplication *self,
                               GFile          *from)
{
  g_return_if_fail (CVR_IS_APPLICATION (self));

  if (from == NULL)
    cvr_application_switch (self, NULL, NULL);
  else if (cvr_application_find_window (self) != NULL)
    cvr_project_menu_open_file (cvr_application_find_window (self), from);
}
