/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window is killed at any moment while somebody labels with the keys, in the grid and in the
 * queue, drops folders, trains and saves: what its screen showed as given is there, the file is
 * whole, training goes on where it was. CONVISOR_KILLS: how often, a few times without it. */
#include "app-support.h"
#include "kill-test.h"
#include "session-test.h"

#include "cvr-application.h"
#include "cvr-decode.h"
#include "cvr-images-page-private.h"
#include "cvr-labelling.h"
#include "cvr-picture-tile.h"
#include "cvr-project-menu.h"
#include "cvr-queue.h"
#include "cvr-rng.h"
#include "cvr-window-private.h"

#include <locale.h>
#include <unistd.h>

enum
{
  N_KILLS = 4,
  N_PICTURES = 300,
  MAX_PICTURES = 5000,
  N_IN_REACH = 60,   /* the first ones, whose tiles are on the screen */
  N_DROPPED = 12,
  N_EPOCHS = 10000,
  TICK_MS = 10,
  MOST_MS = 1500,
};

/* The child: hands and eyes of somebody at the window. */

typedef struct
{
  CvrWindow     *window;
  CvrImagesPage *page;
  KillVoice     *voice;
  GRand         *rand;
  const char    *folder; /* the user's */
  guint          n_ticks;
} Child;

/* Eyes */

typedef void (*See) (Child *self, GtkWidget *widget);

static void
see_all (Child     *self,
         GtkWidget *widget,
         See        see)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  see (self, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    see_all (self, child, see);
}

/* A swatch of its class lies on every tile. */
static void
see_tile (Child     *self,
          GtkWidget *widget)
{
  CvrImageItem *item =
    CVR_IS_PICTURE_TILE (widget) ? cvr_picture_tile_get_item (CVR_PICTURE_TILE (widget)) : NULL;

  if (item != NULL)
    kill_voice_shows (self->voice, cvr_image_item_get_id (item), cvr_image_item_get_label (item));
}

/* The queue says in words what the picture is. */
static void
see_queue (Child     *self,
           GtkWidget *widget)
{
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "";
  CvrDataset *dataset = cvr_project_get_dataset (self->window->project);
  guint64 id = cvr_label_queue_current (self->page->queue);

  if (id != 0 && g_str_equal (text, "What is it?"))
    kill_voice_shows (self->voice, id, CVR_LABEL_NONE);
  for (guint k = 0; id != 0 && k < cvr_dataset_n_classes (dataset); k++)
    {
      const char *title = cvr_project_class_title (self->window->project, k);
      g_autofree char *words = g_strdup_printf ("It is labelled “%s”", title);

      if (g_str_equal (text, words))
        kill_voice_shows (self->voice, id, (gint) k);
    }
}

static void
see_epoch (Child     *self,
           GtkWidget *widget)
{
  guint epoch;

  if (GTK_IS_LABEL (widget)
      && sscanf (gtk_label_get_text (GTK_LABEL (widget)), "epoch %u/", &epoch) == 1)
    kill_voice_shows_epoch (self->voice, epoch);
}

/* No dialog belongs here: they say what did not work. */
static void
see_dialogs (Child *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      g_autofree char *words = NULL;

      if (!ADW_IS_MESSAGE_DIALOG (window) || !gtk_widget_get_mapped (GTK_WIDGET (window)))
        continue;
      words = g_strdup_printf ("%s: %s",
                               adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (window)),
                               adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (window)));
      kill_voice_failed (self->voice, words);
    }
}

/* After each frame: that much has been seen. */
static void
painted_cb (Child *self)
{
  guint n;

  if (self->window->document == NULL)
    return;
  see_all (self, GTK_WIDGET (self->page->grid), see_tile);
  see_all (self, GTK_WIDGET (self->page->queue), see_queue);
  see_all (self, GTK_WIDGET (self->window->transport), see_epoch);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->page->shown))
      && sscanf (gtk_label_get_text (self->page->shown), "%u picture", &n) == 1)
    kill_voice_shows_count (self->voice, n);
  kill_voice_shows_saved (
    self->voice, g_str_equal (gtk_label_get_text (self->window->project_state), "saved"));
  see_dialogs (self);
}

/* Hands */

static void
act (Child      *self,
     const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), name, NULL);
}

/* A key that gives picture @id a class, or takes its label away. */
static void
press_number (Child     *self,
              GtkWidget *widget,
              guint64    id)
{
  guint key = GDK_KEY_0 + (guint) g_rand_int_range (self->rand, 0, 10);
  gint label;

  g_assert_true (cvr_labelling_class (key, cvr_project_get_dataset (self->window->project),
                                      &label));
  kill_voice_asks (self->voice, id, label);
  app_support_type (widget, key);
}

static gboolean
is_queue_open (Child *self)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->page->stack), "queue");
}

static void
label_in_grid (Child *self)
{
  GtkSelectionModel *selection = cvr_images_page_get_selection (self->page);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (selection));
  guint position = (guint) g_rand_int_range (self->rand, 0, (gint) MIN (n, N_IN_REACH));
  g_autoptr (CvrImageItem) item = g_list_model_get_item (G_LIST_MODEL (selection), position);

  if (is_queue_open (self))
    app_support_type (GTK_WIDGET (self->page->queue), GDK_KEY_Escape);
  gtk_selection_model_select_item (selection, position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->page), "images.focus-grid", NULL);
  press_number (self, GTK_WIDGET (self->page), cvr_image_item_get_id (item));
}

/* Three forward, one back to see what became of it. */
static void
label_in_queue (Child *self)
{
  GtkWidget *queue = GTK_WIDGET (self->page->queue);
  guint64 id;

  if (!is_queue_open (self))
    gtk_widget_activate_action (GTK_WIDGET (self->page), "images.queue-of", "i", CVR_QUEUE_SHOWN);
  id = cvr_label_queue_current (self->page->queue);
  if (self->n_ticks % 4 == 3)
    app_support_type (queue, GDK_KEY_BackSpace);
  else if (id != 0)
    press_number (self, queue, id);
}

/* A folder of new pictures, named as the first class is. */
static void
drop_folder (Child *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->window->project);
  g_autofree char *name = g_strdup_printf ("incoming %u", g_rand_int (self->rand));
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  g_autofree char *sub = g_build_filename (folder, cvr_dataset_class_name (dataset, 0), NULL);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  GSList files = { .data = file };

  g_mkdir_with_parents (sub, 0700);
  for (guint i = 0; i < N_DROPPED; i++)
    {
      g_autofree char *base = g_strdup_printf ("imagen ñ %u.png", i);
      g_autofree char *path = g_build_filename (sub, base, NULL);
      g_autoptr (CvrImage) image = cvr_image_new (28, 28, 1);
      g_autoptr (GBytes) png = NULL;
      CvrRng rng = cvr_rng_new (g_rand_int (self->rand), i);

      for (guint p = 0; p < cvr_image_n_bytes (image); p++)
        image->data[p] = (guint8) cvr_rng_below (&rng, 256);
      png = cvr_image_encode_png (image, NULL);
      g_file_set_contents (path, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png),
                           NULL);
    }
  cvr_window_open_files (self->window, &files);
}

/* The first time as what the file chooser answers, then with Ctrl+S. */
static void
save (Child *self)
{
  g_autofree char *path = g_build_filename (self->folder, "Clase de ñandúes.convisor", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (cvr_document_get_job (self->window->document) != NULL)
    return;
  if (cvr_document_get_file (self->window->document) == NULL)
    cvr_project_menu_save_as (self->window, file);
  else
    act (self, "save");
}

static gboolean
tick_cb (gpointer data)
{
  Child *self = data;
  CvrProject *project = self->window->project;
  guint epoch, n_epochs;

  if (self->window->document == NULL)
    return G_SOURCE_CONTINUE;
  g_assert_cmpint (cvr_document_get_state (self->window->document), !=, CVR_DOCUMENT_READ_ONLY);
  cvr_window_show_page (self->window, "images");
  if (self->n_ticks / 40 % 2 == 0)
    label_in_grid (self);
  else
    label_in_queue (self);
  if (self->n_ticks % 30 == 9 && !cvr_window_is_importing (self->window)
      && cvr_dataset_n_items (cvr_project_get_dataset (project)) < MAX_PICTURES)
    drop_folder (self);
  if (self->n_ticks % 20 == 5)
    save (self);
  if (self->n_ticks == 1)
    act (self, cvr_project_get_interrupted (project, &epoch, &n_epochs) ? "resume-training"
                                                                        : "train");
  self->n_ticks++;

  return G_SOURCE_CONTINUE;
}

/* The project is read beside the main loop. */
static gboolean
begin_cb (gpointer data)
{
  Child *self = data;

  if (self->window->document == NULL)
    return G_SOURCE_CONTINUE;

  self->page = CVR_IMAGES_PAGE (cvr_window_get_page (self->window, "images"));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                            G_CALLBACK (painted_cb), self);
  g_timeout_add (TICK_MS, tick_cb, self);

  return G_SOURCE_REMOVE;
}

static void
activate_cb (GApplication *application,
             Child        *self)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self->window =
    CVR_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  g_timeout_add (TICK_MS, begin_cb, self);
}

/* @arguments: the user's folder, a seed. */
static int
run_child (char **arguments)
{
  Child self = { .folder = arguments[0], .voice = kill_voice_new (STDOUT_FILENO) };
  CvrApplication *application = cvr_application_new ();
  char *words[] = { (char *) "convisor", NULL };

  setlocale (LC_ALL, "C.UTF-8");
  self.rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (arguments[1], NULL, 10));
  /* Nobody's own window is to answer instead. */
  g_application_set_flags (G_APPLICATION (application),
                           g_application_get_flags (G_APPLICATION (application))
                             | G_APPLICATION_NON_UNIQUE);
  g_signal_connect_after (application, "activate", G_CALLBACK (activate_cb), &self);

  return g_application_run (G_APPLICATION (application), 1, words);
}

/* The parent */

typedef struct
{
  char  *folder, *data; /* the user's, and where the program keeps the live projects */
  char  *file;
  char **environment;   /* of the child: a home of its own */
} Parent;

static void
parent_clear (Parent *self)
{
  session_test_remove (self->folder);
  g_free (self->folder);
  g_free (self->data);
  g_free (self->file);
  g_strfreev (self->environment);
}

static gboolean
is_imported (gpointer data)
{
  return *(gboolean *) data;
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  g_assert_no_error (error);
  cvr_project_report_free (result);
  *(gboolean *) data = TRUE;
}

/* The project that is opened last, as the program itself does it. @look: may be NULL. */
static void
with_project (Parent *self,
              void  (*look) (CvrProject *project, gpointer data),
              gpointer data)
{
  CvrDocuments *documents = cvr_documents_new (self->data);
  g_autofree char *id = cvr_documents_n (documents) > 0
                          ? g_strdup (cvr_documents_get (documents, 0)->id)
                          : cvr_documents_add (documents, NULL);
  g_autofree char *warning = NULL;
  g_autoptr (GError) error = NULL;
  CvrDocument *document = cvr_document_open (documents, id, &warning, &error);

  g_assert_no_error (error);
  g_assert_null (warning);
  g_assert_cmpuint (cvr_documents_n (documents), ==, 1);
  g_assert_cmpint (cvr_document_get_state (document), !=, CVR_DOCUMENT_READ_ONLY);
  look (cvr_document_get_project (document), data);
  cvr_document_close (document);
  g_assert_finalize_object (document);
  g_assert_finalize_object (documents);
}

static void
fill (CvrProject *project,
      gpointer    data)
{
  static const char *const sources[] = { "builtin:digits:300", NULL };
  CvrSettings settings = session_test_settings (N_EPOCHS);
  gboolean imported = FALSE;

  settings.seed = 7;
  cvr_project_import (project, sources, NULL, FALSE, NULL, imported_cb, &imported);
  session_test_wait (is_imported, &imported);
  cvr_project_set_settings (project, &settings);
  cvr_project_wait (project);
}

static void
check (CvrProject *project,
       gpointer    data)
{
  kill_test_check_live (data, project);
}

static void
parent_init (Parent *self)
{
  g_autofree char *home = NULL;

  self->folder = session_test_folder ();
  home = g_build_filename (self->folder, "home", NULL);
  self->data = g_build_filename (home, "convisor", NULL);
  self->file = g_build_filename (self->folder, "Clase de ñandúes.convisor", NULL);
  self->environment = g_environ_setenv (g_get_environ (), "XDG_DATA_HOME", home, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_CACHE_HOME", home, TRUE);
  self->environment = g_environ_setenv (self->environment, "XDG_CONFIG_HOME", home, TRUE);
  self->environment = g_environ_unsetenv (self->environment, "CONVISOR_PROJECT");
  with_project (self, fill, NULL);
}

static void
test_nothing_on_screen_is_lost (void)
{
  guint n_kills = kill_test_times (N_KILLS);
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (KillTest) test = kill_test_new (seed);
  Parent self;
  const char *arguments[] = { NULL, NULL };

  g_test_message ("seed %u", seed);
  parent_init (&self);
  arguments[0] = self.folder;
  for (guint i = 0; i < n_kills; i++)
    {
      kill_test_run (test, arguments, self.environment, MOST_MS);
      with_project (&self, check, test);
      kill_test_check_file (test, self.file);
      g_test_message ("kill %u: %u pictures seen, %u labels, epoch %u, %u times saved", i + 1,
                      kill_test_count (test), kill_test_n_labelled (test),
                      kill_test_epoch (test), kill_test_n_saved (test));
    }
  g_assert_cmpuint (kill_test_n_labelled (test), >, 0);
  parent_clear (&self);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv + 2);

  app_support_init (&argc, &argv);
  g_test_add_func ("/app/window-kill/nothing-on-screen-is-lost", test_nothing_on_screen_is_lost);

  return g_test_run ();
}
