/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that is killed at any moment, and what must be there then. */
#include "kill-test.h"

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
  MOST_WAIT_MS = 60000, /* for the first line, on a busy machine */
  ONE_IN = 8,           /* is killed while it still opens the project */
};

guint
kill_test_times (guint usual)
{
  const char *text = g_getenv ("CONVISOR_KILLS");

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : usual;
}

/* The child's voice */

struct _KillVoice
{
  int         out;
  GHashTable *labels; /* said: id to label + 2 */
  guint       n, epoch;
  gboolean    saved;
};

KillVoice *
kill_voice_new (int out)
{
  KillVoice *self = g_new0 (KillVoice, 1);

  self->out = out;
  self->labels = g_hash_table_new (NULL, NULL);

  return self;
}

/* A pipe takes lines shorter than PIPE_BUF whole. */
static void
say (KillVoice  *self,
     char        kind,
     guint       number,
     gint        label,
     const char *text)
{
  g_autofree char *line = g_strdup_printf ("%c %u %d %s\n", kind, number, label, text);

  g_assert_cmpint (write (self->out, line, strlen (line)), ==, strlen (line));
}

void
kill_voice_asks (KillVoice *self,
                 guint64    id,
                 gint       label)
{
  say (self, 'R', (guint) id, label, "");
}

void
kill_voice_shows (KillVoice *self,
                  guint64    id,
                  gint       label)
{
  gpointer key = GUINT_TO_POINTER ((guint) id);

  if (GPOINTER_TO_INT (g_hash_table_lookup (self->labels, key)) == label + 2)
    return;
  g_hash_table_insert (self->labels, key, GINT_TO_POINTER (label + 2));
  say (self, 'L', (guint) id, label, "");
}

void
kill_voice_shows_count (KillVoice *self,
                        guint      n_pictures)
{
  if (n_pictures != self->n)
    say (self, 'P', n_pictures, 0, "");
  self->n = n_pictures;
}

void
kill_voice_shows_epoch (KillVoice *self,
                        guint      epoch)
{
  if (epoch > self->epoch)
    say (self, 'E', epoch, 0, "");
  self->epoch = epoch;
}

void
kill_voice_shows_saved (KillVoice *self,
                        gboolean   saved)
{
  if (saved && !self->saved)
    say (self, 'S', 0, 0, "");
  self->saved = saved;
}

void
kill_voice_failed (KillVoice  *self,
                   const char *sentence)
{
  say (self, 'F', 0, 0, sentence);
}

/* The parent's memory */

/* Labels that a picture may have in one place: the one that was seen there, and those asked for
 * since. */
typedef struct
{
  gint    seen;  /* label + 2; 0: not seen yet */
  GArray *asked; /* of gint */
} Place;

typedef struct
{
  Place live, file;
} Picture;

struct _KillTest
{
  GHashTable *pictures; /* id to Picture */
  GRand      *rand;
  guint       n, n_in_file, epoch, n_labelled, n_saved, n_runs;
};

/* They are given in the order in which they were asked for: those up to this one are past, the
 * later ones may still come. */
static void
place_see (Place *self,
           gint   label)
{
  self->seen = label + 2;
  for (guint i = 0; i < self->asked->len; i++)
    if (g_array_index (self->asked, gint, i) == label)
      {
        g_array_remove_range (self->asked, 0, i + 1);
        return;
      }
}

static gboolean
place_may_have (const Place *self,
                gint         label)
{
  if (self->seen == 0 || self->seen == label + 2)
    return TRUE;
  for (guint i = 0; i < self->asked->len; i++)
    if (g_array_index (self->asked, gint, i) == label)
      return TRUE;

  return FALSE;
}

static void
picture_free (gpointer data)
{
  Picture *self = data;

  g_array_unref (self->live.asked);
  g_array_unref (self->file.asked);
  g_free (self);
}

static Picture *
picture_of (KillTest *self,
            guint     id)
{
  Picture *picture = g_hash_table_lookup (self->pictures, GUINT_TO_POINTER (id));

  if (picture != NULL)
    return picture;
  picture = g_new0 (Picture, 1);
  picture->live.asked = g_array_new (FALSE, FALSE, sizeof (gint));
  picture->file.asked = g_array_new (FALSE, FALSE, sizeof (gint));
  g_hash_table_insert (self->pictures, GUINT_TO_POINTER (id), picture);

  return picture;
}

KillTest *
kill_test_new (guint32 seed)
{
  KillTest *self = g_new0 (KillTest, 1);

  self->pictures = g_hash_table_new_full (NULL, NULL, NULL, picture_free);
  self->rand = g_rand_new_with_seed (seed);

  return self;
}

void
kill_test_free (KillTest *self)
{
  g_hash_table_unref (self->pictures);
  g_rand_free (self->rand);
  g_free (self);
}

guint
kill_test_n_labelled (KillTest *self)
{
  return self->n_labelled;
}

guint
kill_test_n_saved (KillTest *self)
{
  return self->n_saved;
}

guint
kill_test_epoch (KillTest *self)
{
  return self->epoch;
}

guint
kill_test_count (KillTest *self)
{
  return self->n;
}

/* Everything that was shown by now is in the file. */
static void
read_saved (KillTest *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pictures);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Picture *picture = value;

      if (picture->live.seen == 0)
        continue;
      picture->file.seen = picture->live.seen;
      g_array_set_size (picture->file.asked, 0);
      g_array_append_vals (picture->file.asked, picture->live.asked->data,
                           picture->live.asked->len);
    }
  self->n_in_file = self->n;
  self->n_saved++;
}

static void
read_line (KillTest   *self,
           const char *line)
{
  char kind;
  guint number;
  gint label;
  Picture *picture;

  if (sscanf (line, "%c %u %d", &kind, &number, &label) != 3)
    return;
  switch (kind)
    {
    case 'L':
      place_see (&picture_of (self, number)->live, label);
      self->n_labelled++;
      break;
    case 'R':
      picture = picture_of (self, number);
      g_array_append_val (picture->live.asked, label);
      g_array_append_val (picture->file.asked, label);
      break;
    case 'P':
      self->n = number;
      break;
    case 'E':
      self->epoch = number;
      break;
    case 'S':
      read_saved (self);
      break;
    default:
      g_error ("%s", line);
    }
}

/* A pipe holds less than a child may say: it is read beside. */
typedef struct
{
  KillTest *test;
  int       fd;
} Reading;

/* Everything up to the end; what stands after the last line's end was not said. */
static gpointer
read_func (gpointer data)
{
  Reading *reading = data;
  g_autoptr (GString) text = g_string_new (NULL);
  char block[4096];
  gssize n;

  while ((n = read (reading->fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR))
    g_string_append_len (text, block, MAX (n, 0));
  for (char *line = text->str, *end; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      read_line (reading->test, line);
    }

  return NULL;
}

void
kill_test_run (KillTest           *self,
               const char *const  *arguments,
               char              **environment,
               guint               most_ms)
{
  g_autofree char *seed = g_strdup_printf ("%u", g_rand_int (self->rand));
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Reading reading = { .test = self };
  GThread *thread;
  GPid pid;
  gint status;

  self->epoch = 0;
  g_ptr_array_add (words, (char *) "/proc/self/exe");
  g_ptr_array_add (words, (char *) "--child");
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (words, (char *) arguments[i]);
  g_ptr_array_add (words, seed);
  g_ptr_array_add (words, NULL);
  g_spawn_async_with_pipes (NULL, (char **) words->pdata, environment, G_SPAWN_DO_NOT_REAP_CHILD,
                            NULL, NULL, &pid, NULL, &reading.fd, NULL, &error);
  g_assert_no_error (error);
  if (self->n_runs++ == 0 || g_rand_int_range (self->rand, 0, ONE_IN) != 0)
    g_assert_cmpint (poll (&(struct pollfd) { .fd = reading.fd, .events = POLLIN }, 1,
                           MOST_WAIT_MS),
                     ==, 1);
  thread = g_thread_new ("read", read_func, &reading);
  g_usleep ((gulong) g_rand_int_range (self->rand, 1, (gint) most_ms) * 1000);
  kill (pid, SIGKILL);
  g_thread_join (thread);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  close (reading.fd);
}

void
kill_test_check_live (KillTest   *self,
                      CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint epoch, n_epochs;

  g_assert_cmpuint (cvr_dataset_n_items (dataset), >=, self->n);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      Picture *picture = picture_of (self, (guint) item->id);

      if (!place_may_have (&picture->live, item->label))
        g_error ("picture %u was shown with label %d and has %d", (guint) item->id,
                 picture->live.seen - 2, item->label);
      picture->live.seen = item->label + 2;
      g_array_set_size (picture->live.asked, 0);
      /* It may come into the file from now on. */
      g_array_append_val (picture->file.asked, item->label);
    }
  /* The one shown last is the present one until it is on disk: the next has not begun. */
  if (self->epoch > 1)
    {
      g_assert_true (cvr_project_get_interrupted (project, &epoch, &n_epochs));
      g_assert_cmpuint (epoch + 1, >=, self->epoch);
    }
}

void
kill_test_check_file (KillTest   *self,
                      const char *path)
{
  g_autofree char *copy = g_strconcat (path, "-look.convisor", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autoptr (GFile) to = g_file_new_for_path (copy);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project;
  CvrDataset *dataset;

  if (self->n_in_file == 0 && !g_file_query_exists (from, NULL))
    return;
  g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  project = cvr_project_open (copy, &warning, &error);
  g_assert_no_error (error);
  g_assert_null (warning);
  dataset = cvr_project_get_dataset (project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), >=, self->n_in_file);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      Picture *picture = picture_of (self, (guint) item->id);
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);

      g_assert_no_error (error);
      if (!place_may_have (&picture->file, item->label))
        g_error ("picture %u was saved with label %d and the file has %d", (guint) item->id,
                 picture->file.seen - 2, item->label);
    }
  cvr_project_close (project);
  g_object_unref (project);
}
