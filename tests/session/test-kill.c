/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program is killed at any moment while it labels, imports, trains and saves: the project
 * opens, every label that was shown is there, the saved copy is whole, and the training goes on where it
 * was. CONVISOR_KILLS: how often, 20 without it. */
#include "session-test.h"

#include "cvr-document.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
  N_KILLS = 20,
  N_PICTURES = 300,
  MAX_PICTURES = 600,
  N_EPOCHS = 10000,
  LEAST_MS = 1,
  MOST_MS = 300,
  MOST_WAIT_MS = 20000,
};

/* The child: does things and says what the screen shows. */

typedef struct
{
  CvrDocument *document;
  CvrProject  *project;
  GFile       *file;
  int          out;
  guint        n_ticks, n_shown, n_epochs;
  gboolean     importing, saving;
  GHashTable  *labels;   /* shown: id to label + 2 */
  GRand       *rand;
} Child;

static void
say (Child      *self,
     const char *format,
     ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (write (self->out, line, strlen (line)), ==, strlen (line));
}

static void
shown_cb (Child *self)
{
  GListModel *items = cvr_project_get_items (self->project);
  guint n = g_list_model_get_n_items (items);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (items, i);
      gpointer id = GUINT_TO_POINTER ((guint) cvr_image_item_get_id (item));
      gint label = cvr_image_item_get_label (item);

      if (GPOINTER_TO_INT (g_hash_table_lookup (self->labels, id)) == label + 2)
        continue;
      g_hash_table_insert (self->labels, id, GINT_TO_POINTER (label + 2));
      say (self, "L %u %d\n", GPOINTER_TO_UINT (id), label);
    }
  if (n != self->n_shown)
    say (self, "P %u 0\n", n);
  self->n_shown = n;
}

static void
learned_cb (Child *self)
{
  guint n;

  cvr_history_epochs (cvr_training_get_history (cvr_project_get_training (self->project)), &n);
  if (n > self->n_epochs)
    say (self, "E %u 0\n", n);
  self->n_epochs = n;
}

static void
failed_cb (Child      *self,
           const char *sentence)
{
  say (self, "F 0 0 %s\n", sentence);
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  ((Child *) data)->importing = FALSE;
  cvr_project_report_free (result);
}

static void
saved_cb (const GError *error,
          gpointer      data)
{
  Child *self = data;

  self->saving = FALSE;
  if (error != NULL)
    say (self, "F 0 0 %s\n", error->message);
}

static void
begin_training (Child *self)
{
  CvrSettings settings = session_test_settings (N_EPOCHS);
  g_autoptr (GError) error = NULL;
  guint epoch, n_epochs;

  if (cvr_project_get_interrupted (self->project, &epoch, &n_epochs))
    {
      cvr_project_resume_training (self->project);
      return;
    }
  settings.seed = 7;
  cvr_project_set_settings (self->project, &settings);
  cvr_project_train (self->project, FALSE, &error);
  g_assert_no_error (error);
}

static gboolean
tick_cb (gpointer data)
{
  static const char *const sources[] = { "builtin:digits:20", NULL };
  Child *self = data;
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  guint n = cvr_dataset_n_items (dataset);
  guint64 id = cvr_dataset_item (dataset, (guint) g_rand_int_range (self->rand, 0, (gint) n))->id;
  gint label = g_rand_int_range (self->rand, -1, 10);

  say (self, "R %u %d\n", (guint) id, label);
  cvr_project_set_labels (self->project, &id, 1, label);
  if (self->n_ticks % 20 == 3 && !self->importing && n < MAX_PICTURES)
    {
      self->importing = TRUE;
      cvr_project_import (self->project, sources, NULL, FALSE, NULL, imported_cb, self);
    }
  if (self->n_ticks % 15 == 5 && !self->saving)
    {
      self->saving = TRUE;
      cvr_document_save_as (self->document, self->file, saved_cb, self);
    }
  if (self->n_ticks == 1)
    begin_training (self);
  self->n_ticks++;

  return G_SOURCE_CONTINUE;
}

static int
run_child (char **arguments)
{
  Child self = { .out = STDOUT_FILENO };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  self.document = cvr_document_open_path (arguments[0], &warning, &error);
  g_assert_no_error (error);
  g_assert_null (warning);
  self.project = cvr_document_get_project (self.document);
  self.file = g_file_new_for_path (arguments[1]);
  self.labels = g_hash_table_new (NULL, NULL);
  self.rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (arguments[2], NULL, 10));
  g_signal_connect_swapped (self.project, "images-changed", G_CALLBACK (shown_cb), &self);
  g_signal_connect_swapped (self.project, "failed", G_CALLBACK (failed_cb), &self);
  g_signal_connect_swapped (cvr_project_get_training (self.project), "changed",
                            G_CALLBACK (learned_cb), &self);
  shown_cb (&self);
  g_timeout_add (3, tick_cb, &self);
  g_main_loop_run (loop);

  return 0;
}

/* The parent */

typedef struct
{
  char       *folder, *live, *file;
  GHashTable *shown;      /* id to label + 2 */
  GHashTable *requested;  /* id to GArray of labels asked for since it was shown */
  guint       n_shown, n_epochs;
  GRand      *rand;
} Parent;

static void
forget_requests (gpointer labels)
{
  g_array_unref (labels);
}

static void
read_line (Parent     *self,
           const char *line)
{
  char kind;
  guint number;
  gint label;
  gpointer id;
  GArray *labels;

  if (sscanf (line, "%c %u %d", &kind, &number, &label) != 3)
    return;
  id = GUINT_TO_POINTER (number);
  switch (kind)
    {
    case 'L':
      g_hash_table_insert (self->shown, id, GINT_TO_POINTER (label + 2));
      g_hash_table_remove (self->requested, id);
      break;
    case 'R':
      labels = g_hash_table_lookup (self->requested, id);
      if (labels == NULL)
        g_hash_table_insert (self->requested, id,
                             labels = g_array_new (FALSE, FALSE, sizeof (gint)));
      g_array_append_val (labels, label);
      break;
    case 'P':
      self->n_shown = number;
      break;
    case 'E':
      self->n_epochs = number;
      break;
    default:
      g_error ("%s", line);
    }
}

/* Everything up to the end; what stands after the last line's end was not said. */
static void
read_all (Parent *self,
          int     fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char block[4096];
  gssize n;

  while ((n = read (fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR))
    g_string_append_len (text, block, MAX (n, 0));
  for (char *line = text->str, *end; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      read_line (self, line);
    }
}

/* A pipe holds less than a child may say: it is read beside. */
typedef struct
{
  Parent *parent;
  int     fd;
} Reading;

static gpointer
read_func (gpointer data)
{
  Reading *reading = data;

  read_all (reading->parent, reading->fd);

  return NULL;
}

static void
run_and_kill (Parent *self)
{
  g_autofree char *seed = g_strdup_printf ("%u", g_rand_int (self->rand));
  char *arguments[] = { (char *) "/proc/self/exe", (char *) "--child", self->live, self->file,
                        seed, NULL };
  g_autoptr (GError) error = NULL;
  Reading reading = { .parent = self };
  GThread *thread;
  GPid pid;
  gint status;

  g_spawn_async_with_pipes (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &reading.fd, NULL, &error);
  g_assert_no_error (error);
  /* Mostly when it has come to work, now and then while it still opens the project. */
  if (g_rand_int_range (self->rand, 0, 8) != 0)
    g_assert_cmpint (poll (&(struct pollfd) { .fd = reading.fd, .events = POLLIN }, 1,
                           MOST_WAIT_MS),
                     ==, 1);
  thread = g_thread_new ("read", read_func, &reading);
  g_usleep ((gulong) g_rand_int_range (self->rand, LEAST_MS, MOST_MS) * 1000);
  kill (pid, SIGKILL);
  g_thread_join (thread);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  close (reading.fd);
}

static gboolean
was_requested (Parent  *self,
               gpointer id,
               gint     label)
{
  GArray *labels = g_hash_table_lookup (self->requested, id);

  for (guint i = 0; labels != NULL && i < labels->len; i++)
    if (g_array_index (labels, gint, i) == label)
      return TRUE;

  return FALSE;
}

static void
check_live (Parent *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project = cvr_project_open (self->live, &warning, &error);
  CvrDataset *dataset;
  guint epoch, n_epochs;

  g_assert_no_error (error);
  g_assert_null (warning);
  dataset = cvr_project_get_dataset (project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), >=, self->n_shown);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      gpointer id = GUINT_TO_POINTER ((guint) item->id);
      gint shown = GPOINTER_TO_INT (g_hash_table_lookup (self->shown, id));

      if (shown != 0 && item->label + 2 != shown && !was_requested (self, id, item->label))
        g_error ("picture %u was shown with label %d and has %d", (guint) item->id, shown - 2,
                 item->label);
      g_hash_table_insert (self->shown, id, GINT_TO_POINTER (item->label + 2));
    }

  /* The one shown last is the present one until it is on disk: the next has not begun. */
  if (self->n_epochs > 1)
    {
      g_assert_true (cvr_project_get_interrupted (project, &epoch, &n_epochs));
      g_assert_cmpuint (epoch + 1, >=, self->n_epochs);
    }
  cvr_project_close (project);
  g_object_unref (project);
}

/* Old or new, but whole: every picture can be read. */
static void
check_file (Parent *self)
{
  g_autofree char *copy = g_build_filename (self->folder, "look.convisor", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (self->file);
  g_autoptr (GFile) to = g_file_new_for_path (copy);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project;
  CvrDataset *dataset;

  if (!g_file_query_exists (from, NULL))
    return;
  g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  project = cvr_project_open (copy, &warning, &error);
  g_assert_no_error (error);
  g_assert_null (warning);
  dataset = cvr_project_get_dataset (project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), >=, N_PICTURES);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      g_autoptr (CvrImage) image = cvr_picture_read (cvr_dataset_item (dataset, i)->picture,
                                                     &error);

      g_assert_no_error (error);
    }
  cvr_project_close (project);
  g_object_unref (project);
}

static gboolean
is_imported (gpointer data)
{
  return *(gboolean *) data;
}

static void
first_imported_cb (CvrJob       *job,
                   gpointer      result,
                   const GError *error,
                   gpointer      data)
{
  g_assert_no_error (error);
  cvr_project_report_free (result);
  *(gboolean *) data = TRUE;
}

static void
begin (Parent *self)
{
  static const char *const sources[] = { "builtin:digits:300", NULL };
  CvrProject *project = cvr_project_open (self->live, NULL, NULL);
  gboolean imported = FALSE;

  g_assert_nonnull (project);
  cvr_project_import (project, sources, NULL, FALSE, NULL, first_imported_cb, &imported);
  session_test_wait (is_imported, &imported);
  cvr_project_close (project);
  g_object_unref (project);
}

static void
test_nothing_shown_is_lost (void)
{
  const char *text = g_getenv ("CONVISOR_KILLS");
  guint n_kills = text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : N_KILLS;
  guint32 seed = (guint32) g_test_rand_int ();
  Parent self = { .folder = session_test_folder (), .rand = g_rand_new_with_seed (seed) };
  guint n_labels = 0;

  g_test_message ("seed %u", seed);
  self.live = g_build_filename (self.folder, "live.convisor", NULL);
  self.file = g_build_filename (self.folder, "Digits.convisor", NULL);
  self.shown = g_hash_table_new (NULL, NULL);
  self.requested = g_hash_table_new_full (NULL, NULL, NULL, forget_requests);
  begin (&self);
  for (guint i = 0; i < n_kills; i++)
    {
      self.n_epochs = 0;
      g_hash_table_remove_all (self.requested);
      run_and_kill (&self);
      check_live (&self);
      check_file (&self);
      n_labels = g_hash_table_size (self.shown);
      g_test_message ("kill %u: %u pictures shown, epoch %u", i + 1, self.n_shown, self.n_epochs);
    }
  g_assert_cmpuint (n_labels, >=, N_PICTURES);

  g_hash_table_unref (self.shown);
  g_hash_table_unref (self.requested);
  g_rand_free (self.rand);
  session_test_remove (self.folder);
  g_free (self.folder);
  g_free (self.live);
  g_free (self.file);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 5 && g_str_equal (argv[1], "--child"))
    return run_child (argv + 2);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/kill/nothing-shown-is-lost", test_nothing_shown_is_lost);

  return g_test_run ();
}
