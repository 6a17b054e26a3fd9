/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the files of a source: pictures are decoded by a few threads, each with a helper process of
 * its own, while this one goes on reading. */
#include "cvr-loading.h"

#include "cvr-decode.h"

#include <glib/gi18n-lib.h>

enum
{
  MIN_WORKERS = 2,
  MAX_WORKERS = 4,
  MAX_WAITING = 256,                /* pictures read ahead */
  MAX_WAITING_BYTES = 64 << 20,     /* and their bytes */
  MAX_PICTURE_BYTES = 200 << 20,
  PROGRESS_MS = 50,
};

/* @bytes: (nullable): %NULL for a file on disk, which the worker reads itself. */
typedef struct
{
  guint   file;
  guint64 number;
  GBytes *bytes;
} Job;

/* The lock guards everything; a worker writes to the source file of its own job without it. */
typedef struct
{
  CvrLoading *loading;
  GMutex      lock;
  GCond       changed;
  GQueue      jobs;
  gsize       waiting_bytes;
  gboolean    closed;
  guint       n_done;
  guint       n_files;  /* to be read in all */
  guint       n_others; /* of them done by this thread */
} Pool;

static void
job_free (Job *job)
{
  if (job->bytes != NULL)
    g_bytes_unref (job->bytes);
  g_free (job);
}

/* Waits for a job; NULL: there will be no more. */
static Job *
take_job (Pool *pool)
{
  Job *job;

  g_mutex_lock (&pool->lock);
  while (g_queue_is_empty (&pool->jobs) && !pool->closed)
    g_cond_wait (&pool->changed, &pool->lock);
  job = g_queue_pop_head (&pool->jobs);
  if (job != NULL && job->bytes != NULL)
    pool->waiting_bytes -= g_bytes_get_size (job->bytes);
  g_cond_broadcast (&pool->changed);
  g_mutex_unlock (&pool->lock);

  return job;
}

static GBytes *
job_bytes (const Job  *job,
           const char *disk,
           GError    **error)
{
  char *contents;
  gsize length;

  if (job->bytes != NULL)
    return g_bytes_ref (job->bytes);
  if (!cvr_check_file_size (disk, MAX_PICTURE_BYTES, error) ||
      !g_file_get_contents (disk, &contents, &length, error))
    return NULL;

  return g_bytes_new_take (contents, length);
}

/* The upright size that the file's header declares; @image's own where it wasn't scaled. */
static void
size_before (GBytes         *bytes,
             const char     *name,
             const CvrImage *image,
             guint           max_side,
             guint           orientation,
             guint          *width,
             guint          *height)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint w, h;

  *width = image->width;
  *height = image->height;
  if (!cvr_image_peek_size (data, length, cvr_image_sniff (data, length, name), &w, &h) ||
      MAX (w, h) <= max_side)
    return;
  *width = orientation >= 5 ? h : w;
  *height = orientation >= 5 ? w : h;
}

static void
do_job (Pool       *pool,
        const Job  *job,
        CvrDecoder *decoder)
{
  CvrLoading *loading = pool->loading;
  const char *name = cvr_loading_base (loading, job->file);
  g_autoptr (GError) error = NULL;
  const char *disk = cvr_tree_file (loading->tree, job->file)->disk;
  g_autoptr (GBytes) bytes = job_bytes (job, disk, &error);
  g_autoptr (CvrImage) image = NULL;
  CvrLoaded *loaded;
  guint orientation, width, height;

  if (bytes == NULL)
    {
      cvr_loading_skip (loading, job->file, name, error->message);
      return;
    }

  image = cvr_decoder_decode (decoder, bytes, name, loading->max_side, loading->cancellable,
                              &error);
  if (image == NULL)
    {
      cvr_loading_skip (loading, job->file, NULL, error->message); /* which starts with the name */
      return;
    }

  orientation = cvr_exif_orientation (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  size_before (bytes, name, image, loading->max_side, orientation, &width, &height);
  loaded = cvr_loading_add (loading, job->file, image, width, height, job->number, g_strdup (name),
                            loading->files[job->file].class_name);
  if (loaded != NULL)
    loaded->orientation = orientation;
}

static gpointer
work (gpointer data)
{
  Pool *pool = data;
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  Job *job;

  while ((job = take_job (pool)) != NULL)
    {
      if (!cvr_loading_is_over (pool->loading))
        do_job (pool, job, decoder);
      job_free (job);
      g_mutex_lock (&pool->lock);
      pool->n_done++;
      g_cond_broadcast (&pool->changed);
      g_mutex_unlock (&pool->lock);
    }

  return NULL;
}

/* With the lock held; lets go of it while the caller's function runs. */
static void
report_progress (Pool *pool)
{
  guint done = pool->n_done + pool->n_others;

  g_mutex_unlock (&pool->lock);
  cvr_loading_progress (pool->loading, done, pool->n_files, _("Reading pictures"));
  g_mutex_lock (&pool->lock);
}

static gboolean
is_full (const Pool *pool)
{
  return g_queue_get_length (&((Pool *) pool)->jobs) >= MAX_WAITING ||
         pool->waiting_bytes >= MAX_WAITING_BYTES;
}

static void
push_job (Pool   *pool,
          guint   file,
          GBytes *bytes)
{
  Job *job = g_new0 (Job, 1);

  job->file = file;
  job->number = cvr_loading_number (pool->loading);
  job->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;

  g_mutex_lock (&pool->lock);
  while (is_full (pool))
    {
      g_cond_wait_until (&pool->changed, &pool->lock,
                         g_get_monotonic_time () + PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
      report_progress (pool);
    }
  g_queue_push_tail (&pool->jobs, job);
  if (bytes != NULL)
    pool->waiting_bytes += g_bytes_get_size (bytes);
  g_cond_broadcast (&pool->changed);
  report_progress (pool);
  g_mutex_unlock (&pool->lock);
}

gboolean
cvr_loading_is_picture (CvrFileKind kind)
{
  return kind == CVR_FILE_PICTURE || kind == CVR_FILE_PICTURE_NAME;
}

static gboolean
visit_file (guint         file,
            GBytes       *bytes,
            const GError *reason,
            gpointer      data)
{
  Pool *pool = data;
  CvrLoading *loading = pool->loading;

  if (bytes == NULL)
    cvr_loading_skip (loading, file, cvr_loading_base (loading, file), reason->message);
  else if (cvr_loading_is_picture (cvr_tree_file (loading->tree, file)->kind))
    {
      push_job (pool, file, bytes);
      return !cvr_loading_is_over (loading);
    }
  else
    cvr_loading_read_array (loading, file, bytes);

  g_mutex_lock (&pool->lock);
  pool->n_others++;
  report_progress (pool);
  g_mutex_unlock (&pool->lock);

  return !cvr_loading_is_over (loading);
}

static void
start_workers (Pool    *pool,
               GThread *threads[MAX_WORKERS],
               guint   *n_threads)
{
  *n_threads = CLAMP (g_get_num_processors (), MIN_WORKERS, MAX_WORKERS);
  for (guint t = 0; t < *n_threads; t++)
    threads[t] = g_thread_new ("convisor-load", work, pool);
}

/* Waits until all jobs are done. */
static void
finish_workers (Pool    *pool,
                GThread *threads[MAX_WORKERS],
                guint    n_threads)
{
  g_mutex_lock (&pool->lock);
  pool->closed = TRUE;
  g_cond_broadcast (&pool->changed);
  while (!g_queue_is_empty (&pool->jobs))
    {
      g_cond_wait_until (&pool->changed, &pool->lock,
                         g_get_monotonic_time () + PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
      report_progress (pool);
    }
  g_mutex_unlock (&pool->lock);

  for (guint t = 0; t < n_threads; t++)
    g_thread_join (threads[t]);
}

/* The names of CIFAR-10's classes may lie behind the pictures in an archive: they are read
 * first. */
static void
read_class_names (CvrLoading *self)
{
  for (guint i = 0; i < self->tree->files->len; i++)
    if (cvr_tree_file (self->tree, i)->kind == CVR_FILE_CIFAR_META && !self->files[i].left_out)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) bytes = cvr_tree_read (self->tree, i, &error);

        if (bytes != NULL)
          cvr_loading_read_array (self, i, bytes);
        else
          cvr_loading_skip (self, i, cvr_loading_base (self, i), error->message);
      }
}

/**
 * cvr_loading_read_files:
 *
 * Reads everything in the tree that holds pictures.
 *
 * Returns: %FALSE with @error set only when cancelled; single files that can't be read are noted.
 */
gboolean
cvr_loading_read_files (CvrLoading *self,
                        GError    **error)
{
  g_autofree gboolean *wanted = g_new0 (gboolean, MAX (1, self->tree->files->len));
  Pool pool = { .loading = self, .jobs = G_QUEUE_INIT };
  GThread *threads[MAX_WORKERS];
  guint n_threads, n_pictures = 0;
  gboolean ok;

  g_mutex_init (&pool.lock);
  g_cond_init (&pool.changed);
  for (guint i = 0; i < self->tree->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (self->tree, i);
      gboolean picture = cvr_loading_is_picture (file->kind) && !self->files[i].left_out;

      wanted[i] = !self->files[i].left_out && (picture ? file->disk == NULL
                                                       : cvr_loading_is_array (file->kind) &&
                                                         file->kind != CVR_FILE_CIFAR_META);
      n_pictures += picture;
      pool.n_files += picture || wanted[i];
    }

  read_class_names (self);
  n_threads = 0;
  if (n_pictures > 0)
    start_workers (&pool, threads, &n_threads);
  for (guint i = 0; i < self->tree->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (self->tree, i);

      if (cvr_loading_is_picture (file->kind) && file->disk != NULL && !self->files[i].left_out &&
          !cvr_loading_is_over (self))
        push_job (&pool, i, NULL);
    }
  ok = cvr_loading_is_over (self) ||
       cvr_tree_visit (self->tree, wanted, visit_file, &pool, error);
  finish_workers (&pool, threads, n_threads);
  g_mutex_clear (&pool.lock);
  g_cond_clear (&pool.changed);

  return ok && !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}
