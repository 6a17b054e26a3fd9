/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: opens the project, makes the window, knows the keys. */
#include "cvr-application.h"

#include "config.h"
#include "cvr-app-settings.h"
#include "cvr-pages.h"
#include "cvr-project-menu.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrApplication
{
  AdwApplication parent_instance;

  char         *project_path; /* given; NULL: the one opened last */
  CvrDocuments *documents;
  CvrDocument  *document;     /* NULL: none is open */
  gboolean      awaits_file;  /* it begins with a project file, not with the one opened last */
  gboolean      is_opening;   /* a document is on its way */
  GSList       *files;        /* of GFile: to be opened in it then */
};

G_DEFINE_FINAL_TYPE (CvrApplication, cvr_application, ADW_TYPE_APPLICATION)

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "win.train", { "F5", "<Control>Return" } },
  { "win.stop", { "<Shift>F5" } },
  { "win.step", { "<Control>period" } },
  { "win.step-epoch", { "<Control>e" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.import-files", { "<Control>o" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "win.open-project", { "<Control><Shift>o" } },
  { "win.new-project", { "<Control>n" } },
  { "win.paste", { "<Control>v" } },
  { "win.help", { "F1" } },
  { "win.tell", { "<Control>F1" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "win.page::images", { "<Alt>1" } },
  { "win.page::network", { "<Alt>2" } },
  { "win.page::train", { "<Alt>3" } },
  { "win.page::inside", { "<Alt>4" } },
  { "win.page::compress", { "<Alt>5" } },
  { "win.page::try", { "<Alt>6" } },
  { "win.page::export", { "<Alt>7" } },
  { "window.close", { "<Control>w" } },
  { "app.quit", { "<Control>q" } },
};

static CvrWindow *
find_window (CvrApplication *self)
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

static void
open_waiting_files (CvrApplication *self,
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
  CvrWindow *window = find_window (self);

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
  open_waiting_files (self, window);
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

static void
close_document (CvrApplication *self)
{
  CvrWindow *window = find_window (self);

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

/* Opened: a new one begins with the sample. */
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
    {
      cvr_project_set_name (project, _("Doodles"));
      cvr_window_import_sample (window);
    }
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

static void
cvr_application_activate (GApplication *application)
{
  CvrApplication *self = CVR_APPLICATION (application);
  CvrWindow *window = find_window (self);

  if (window == NULL)
    {
      window = cvr_window_new (GTK_APPLICATION (self));
      gtk_window_present (GTK_WINDOW (window));
      if (!self->awaits_file)
        cvr_application_open_last (self);
    }
  gtk_window_present (GTK_WINDOW (window));
}

/* A project file and nothing else, for a window that isn't there yet. */
static gboolean
begins_with (CvrApplication *self,
             GFile         **files,
             int             n_files)
{
  g_autofree char *name = n_files == 1 ? g_file_get_basename (files[0]) : NULL;

  return find_window (self) == NULL && self->project_path == NULL && name != NULL
         && g_str_has_suffix (name, ".convisor");
}

static void
cvr_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  CvrApplication *self = CVR_APPLICATION (application);
  GSList *list = NULL;

  self->awaits_file = begins_with (self, files, n_files);
  g_application_activate (application);
  if (self->awaits_file)
    {
      cvr_project_menu_open_file (find_window (self), files[0]);
      return;
    }
  for (int i = n_files - 1; i >= 0; i--)
    list = g_slist_prepend (list, g_object_ref (files[i]));
  self->files = g_slist_concat (self->files, list);
  if (!self->is_opening)
    open_waiting_files (self, find_window (self));
}

static int
cvr_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  CvrApplication *self = CVR_APPLICATION (application);
  g_autofree char *path = NULL;

  if (g_variant_dict_lookup (options, "version", "b", NULL))
    {
      g_print ("Convisor %s\n", CVR_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "project", "^ay", &path))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      g_free (self->project_path);
      self->project_path = g_file_get_path (file);
    }
  /* A project of one's own gets a process of its own; otherwise a second start raises the window
   * there is. */
  if (self->project_path != NULL || g_getenv ("CONVISOR_PROJECT") != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *window = find_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

static void
cvr_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "quit", quit_cb } };

  G_APPLICATION_CLASS (cvr_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    {
      const char *keys[4] = { accels[i].keys[0], accels[i].keys[1], accels[i].keys[2], NULL };

      gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action, keys);
    }
  gtk_window_set_default_icon_name (CVR_APP_ID);
}

static void
cvr_application_window_removed (GtkApplication *application,
                                GtkWindow      *window)
{
  if (CVR_IS_WINDOW (window))
    close_document (CVR_APPLICATION (application));

  GTK_APPLICATION_CLASS (cvr_application_parent_class)->window_removed (application, window);
}

static void
cvr_application_shutdown (GApplication *application)
{
  close_document (CVR_APPLICATION (application));

  G_APPLICATION_CLASS (cvr_application_parent_class)->shutdown (application);
}

static void
cvr_application_finalize (GObject *object)
{
  CvrApplication *self = CVR_APPLICATION (object);

  g_clear_object (&self->document);
  g_clear_object (&self->documents);
  g_clear_slist (&self->files, g_object_unref);
  g_clear_pointer (&self->project_path, g_free);

  G_OBJECT_CLASS (cvr_application_parent_class)->finalize (object);
}

static void
cvr_application_class_init (CvrApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_application_finalize;
  application_class->activate = cvr_application_activate;
  application_class->open = cvr_application_open;
  application_class->handle_local_options = cvr_application_handle_local_options;
  application_class->startup = cvr_application_startup;
  application_class->shutdown = cvr_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = cvr_application_window_removed;
}

static void
cvr_application_init (CvrApplication *self)
{
  static const GOptionEntry options[] = {
    { "project", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep the project in this file"),
      N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FILE…]"));
}

/**
 * cvr_application_new:
 *
 * Returns: (transfer full): the application. A project given on the command line or in the
 * environment gets a process of its own.
 */
CvrApplication *
cvr_application_new (void)
{
  return g_object_new (CVR_TYPE_APPLICATION, "application-id", CVR_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/convisor/Convisor", NULL);
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
  CvrWindow *window = find_window (self);

  g_return_if_fail (CVR_IS_APPLICATION (self));

  if (self->document != NULL || self->is_opening || window == NULL)
    return;
  self->awaits_file = FALSE;
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
  CvrWindow *window = find_window (self);

  if (window == NULL || self->is_opening)
    {
      switch_free (change);
      return;
    }
  change->before = self->document != NULL ? g_strdup (cvr_document_get_id (self->document)) : NULL;
  close_document (self);
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
  CvrWindow *window = find_window (change->application);

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
  else if (find_window (self) != NULL)
    cvr_project_menu_open_file (find_window (self), from);
}
