/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another project as a data set: its pictures with labels, boxes, tags, notes and splits, and what
 * its classes look like. It is read from a copy: opening a project may bring it to this version. */
#include "cvr-loading.h"

#include "cvr-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  MAX_THREADS = 4,
  PROGRESS_MS = 50,
  BLOCK = 1 << 16,
};

/* What the threads share. @next and @done, and each item's own place, are all that changes. */
typedef struct
{
  CvrLoading *loading;
  CvrStore   *store;
  GMutex      lock;    /* of the store */
  CvrDataset *dataset; /* the other project's */
  CvrItem    *items;   /* pictures, digests and looks of the copies */
  char      **reasons; /* why there is none */
  guint64    *numbers;
  gint        next;    /* atomic */
  gint        done;    /* atomic */
} Copying;

gboolean
cvr_loading_is_project (CvrLoading *self)
{
  return self->tree->files->len == 1 && cvr_tree_file (self->tree, 0)->kind == CVR_FILE_PROJECT;
}

static gboolean
copy_blocks (CvrLoading *self,
             int         from,
             int         to)
{
  guint8 block[BLOCK];
  gssize n;

  while ((n = read (from, block, sizeof block)) > 0 && !cvr_loading_is_over (self))
    for (gssize written = 0; written < n;)
      {
        gssize m = write (to, block + written, (gsize) (n - written));

        if (m < 0)
          return FALSE;
        written += m;
      }

  return n == 0;
}

static gboolean
copy_file (CvrLoading *self,
           const char *disk,
           int         to,
           GError    **error)
{
  int from = g_open (disk, O_RDONLY | O_CLOEXEC, 0);
  gboolean ok = from >= 0 && copy_blocks (self, from, to);
  int reason = errno;

  if (from >= 0)
    close (from);
  if (!ok && !g_cancellable_set_error_if_cancelled (self->cancellable, error))
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be read: %s."),
                 self->name, g_strerror (reason));

  return ok;
}

/* Returns: (transfer full) (nullable): where the copy lies. */
static char *
make_copy (CvrLoading *self,
           GError    **error)
{
  const char *disk = cvr_tree_file (self->tree, 0)->disk;
  g_autoptr (GBytes) bytes = NULL;
  char *path = NULL;
  gboolean ok;
  int to = g_file_open_tmp ("convisor-XXXXXX.convisor", &path, error);

  if (to < 0)
    return NULL;
  if (disk != NULL)
    ok = copy_file (self, disk, to, error);
  else
    {
      bytes = cvr_tree_read (self->tree, 0, error);
      ok = bytes != NULL && g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                                 (gssize) g_bytes_get_size (bytes), error);
    }
  close (to);
  if (ok)
    return path;

  g_unlink (path);
  g_free (path);

  return NULL;
}

/* CvrStoreMakePicture: no more than a number, for the copying threads. */
static CvrPicture *
make_picture (gpointer               data,
              guint64                id,
              const CvrPictureFacts *facts)
{
  return cvr_picture_new_stored (facts, id, NULL, NULL, NULL);
}

static CvrImage *
read_picture (Copying *copying,
              guint64  id,
              GError **error)
{
  g_auto (CvrStoredPicture) picture = { 0 };
  gboolean found;

  g_mutex_lock (&copying->lock);
  found = cvr_store_get_picture (copying->store, id, &picture, error);
  g_mutex_unlock (&copying->lock);
  if (!found)
    return NULL;
  if (cvr_store_is_whole (&picture))
    return cvr_store_decode (&picture, 0, error);
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                       _("its bytes are not what was written"));

  return NULL;
}

/* FALSE: it could not be kept. */
static gboolean
copy_one (Copying *copying,
          guint    i)
{
  CvrLoading *loading = copying->loading;
  const CvrItem *from = cvr_dataset_item (copying->dataset, i);
  const CvrPictureFacts *facts = cvr_picture_facts (from->picture);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = read_picture (copying, from->id, &error);
  g_autoptr (CvrImage) small = image != NULL ? cvr_image_limit (image, loading->max_side) : NULL;

  if (small != NULL)
    return cvr_loading_keep (loading, small, facts->was_width, facts->was_height,
                             copying->numbers[i], &copying->items[i]);
  copying->reasons[i] = g_strdup (error != NULL ? error->message : _("not enough memory for it"));

  return TRUE;
}

static gpointer
copy (gpointer data)
{
  Copying *copying = data;
  guint n = cvr_dataset_n_items (copying->dataset), i;

  while ((i = (guint) g_atomic_int_add (&copying->next, 1)) < n &&
         !cvr_loading_is_over (copying->loading) && copy_one (copying, i))
    g_atomic_int_inc (&copying->done);

  return NULL;
}

static void
copy_all (Copying *copying)
{
  GThread *threads[MAX_THREADS];
  guint n = cvr_dataset_n_items (copying->dataset);
  guint n_threads = MIN (CLAMP (g_get_num_processors (), 1, MAX_THREADS), n);

  for (guint t = 0; t < n_threads; t++)
    threads[t] = g_thread_new ("convisor-copy", copy, copying);
  while ((guint) g_atomic_int_get (&copying->next) < n && !cvr_loading_is_over (copying->loading))
    {
      cvr_loading_progress (copying->loading, (guint) g_atomic_int_get (&copying->done), n,
                            _("Reading pictures"));
      g_usleep (PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
    }
  for (guint t = 0; t < n_threads; t++)
    g_thread_join (threads[t]);
}

static void
take_all (Copying       *copying,
          CvrDataset    *dataset,
          CvrLoadReport *report)
{
  for (guint k = 0; k < cvr_dataset_n_classes (copying->dataset); k++)
    cvr_dataset_insert_class (dataset, k, cvr_dataset_class (copying->dataset, k));
  for (guint i = 0; i < cvr_dataset_n_items (copying->dataset); i++)
    {
      CvrItem item = *cvr_dataset_item (copying->dataset, i);

      if (copying->reasons[i] != NULL)
        {
          g_autofree char *reason = g_strdup_printf (_("%1$s: %2$s"), item.name,
                                                     copying->reasons[i]);

          cvr_load_report_skip (report, reason);
        }
      item.id = copying->items[i].id;
      item.picture = copying->items[i].picture;
      item.digest = copying->items[i].digest;
      item.look = copying->items[i].look;
      cvr_loading_take (copying->loading, dataset, &item, report);
    }
}

static gboolean
copy_project (CvrLoading    *self,
              CvrStore      *store,
              CvrDataset    *dataset,
              CvrLoadReport *report,
              GError       **error)
{
  g_autoptr (CvrDataset) other = cvr_dataset_new ();
  Copying copying = { .loading = self, .store = store, .dataset = other };
  guint n;
  gboolean ok;

  if (!cvr_store_load (store, other, NULL, make_picture, NULL, error))
    return FALSE;
  n = cvr_dataset_n_items (other);
  if (n == 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                   _("The project “%s” has no pictures."), self->name);
      return FALSE;
    }

  g_mutex_init (&copying.lock);
  copying.items = g_new0 (CvrItem, n);
  copying.reasons = g_new0 (char *, n);
  copying.numbers = g_new (guint64, n);
  for (guint i = 0; i < n; i++)
    copying.numbers[i] = cvr_loading_number (self);
  copy_all (&copying);
  if (self->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  else if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
    take_all (&copying, dataset, report);
  ok = report->n_loaded > 0 || report->n_same > 0;
  if (!ok && error != NULL && *error == NULL)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 _("No picture of the project “%s” can be read."), self->name);

  for (guint i = 0; i < n; i++)
    {
      cvr_picture_unref (copying.items[i].picture);
      g_free (copying.reasons[i]);
    }
  g_free (copying.items);
  g_free (copying.reasons);
  g_free (copying.numbers);
  g_mutex_clear (&copying.lock);

  return ok;
}

/**
 * cvr_loading_read_project:
 *
 * Where the tree is one project file.
 */
gboolean
cvr_loading_read_project (CvrLoading    *self,
                          CvrDataset    *dataset,
                          CvrLoadReport *report,
                          GError       **error)
{
  g_autofree char *path = make_copy (self, error);
  g_autofree char *journal = path != NULL ? g_strconcat (path, "-journal", NULL) : NULL;
  g_autoptr (CvrStore) store = path != NULL ? cvr_store_open (path, error) : NULL;
  gboolean ok = store != NULL && copy_project (self, store, dataset, report, error);

  g_clear_pointer (&store, cvr_store_close);
  if (path != NULL)
    {
      g_unlink (path);
      g_unlink (journal);
    }

  return ok;
}
