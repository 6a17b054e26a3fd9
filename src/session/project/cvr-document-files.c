/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between live projects and the files that people see. */
#include "cvr-document-files.h"

#include "cvr-document-mark.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

enum
{
  N_PARTS = 1000,      /* of a job's progress */
  LOOK_ATTEMPTS = 20,
  LOOK_PAUSE_US = 50000,
  BLOCK = 1 << 16,
};

typedef struct
{
  CvrKeeper *keeper;
  GFile     *file;
  char      *etag, *temporary;
  char      *mark;             /* NULL: none is left */
  char      *there;            /* sum of the file as it is, known by its mark; NULL: by its etag */
} Saving;

typedef struct
{
  GFile   *file;
  char    *known, *to;
  char    *mark;    /* NULL: none was left */
  gboolean recover;
} Fetching;

static char *
dup_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);

  return g_filename_display_name (base != NULL ? base : "?");
}

/* Saving */

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  cvr_keeper_unref (saving->keeper);
  g_object_unref (saving->file);
  g_free (saving->etag);
  g_free (saving->temporary);
  g_free (saving->mark);
  g_free (saving->there);
  g_free (saving);
}

/* Making the copy is the first half. */
static void
copied_cb (double   fraction,
           gpointer job)
{
  cvr_job_progress (job, (guint64) (fraction * N_PARTS / 2), N_PARTS);
}

/* A stream that is closed as usual takes the place of the file; a cancelled close leaves it. */
static void
abandon (GOutputStream *out)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (out, cancelled, NULL);
}

/* Another file than the one that is known may be our own all the same. */
static GFileOutputStream *
open_place (Saving       *saving,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *etag = NULL;
  GFileOutputStream *out = g_file_replace (saving->file, saving->etag, FALSE, G_FILE_CREATE_NONE,
                                           cancellable, &reason);

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG))
    etag = cvr_document_mark_etag (saving->mark, saving->file, &saving->there, cancellable);
  if (etag != NULL)
    return g_file_replace (saving->file, etag, FALSE, G_FILE_CREATE_NONE, cancellable, error);
  if (out == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return out;
}

static gboolean
copy (GInputStream  *in,
      GOutputStream *out,
      GChecksum     *sum,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  gssize n;

  while ((n = g_input_stream_read (in, block, BLOCK, cancellable, error)) > 0)
    {
      g_checksum_update (sum, block, n);
      if (!g_output_stream_write_all (out, block, (gsize) n, NULL, cancellable, error))
        return FALSE;
    }

  return n == 0;
}

static char *
replace (Saving       *saving,
         GCancellable *cancellable,
         GError      **error)
{
  g_autoptr (GFile) temporary = g_file_new_for_path (saving->temporary);
  g_autoptr (GFileInputStream) in = g_file_read (temporary, cancellable, error);
  g_autoptr (GFileOutputStream) out = NULL;
  g_autoptr (GChecksum) sum = cvr_document_mark_sum ();
  char *etag;

  if (in == NULL)
    return NULL;
  out = open_place (saving, cancellable, error);
  if (out == NULL)
    return NULL;
  if (!copy (G_INPUT_STREAM (in), G_OUTPUT_STREAM (out), sum, cancellable, error))
    {
      abandon (G_OUTPUT_STREAM (out));
      return NULL;
    }
  /* Before it takes the place: whoever is killed between the two finds his file as it was. */
  if (saving->mark != NULL)
    cvr_document_mark_write (saving->mark, g_checksum_get_string (sum), saving->there);
  if (!g_output_stream_close (G_OUTPUT_STREAM (out), cancellable, error))
    return NULL;

  etag = g_file_output_stream_get_etag (out);

  return etag != NULL ? etag : g_strdup ("");
}

/* A new file: GIO would write it where it stands, and a kill would leave half of it. Beside, and
 * renamed, where the folder allows that (not every portal does). */
static char *
create (Saving *saving,
        CvrJob *job)
{
  const char *path = g_file_peek_path (saving->file);
  g_autoptr (GFileInfo) info = NULL;

  if (path == NULL || g_file_query_exists (saving->file, NULL) ||
      !cvr_keeper_copy_to (saving->keeper, path, copied_cb, job, cvr_job_cancellable (job), NULL))
    return NULL;
  info = g_file_query_info (saving->file, G_FILE_ATTRIBUTE_ETAG_VALUE, G_FILE_QUERY_INFO_NONE, NULL,
                            NULL);

  return g_strdup (info != NULL ? g_file_info_get_etag (info) : "");
}

static gpointer
save_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Saving *saving = data;
  GCancellable *cancellable = cvr_job_cancellable (job);
  g_autoptr (GError) reason = NULL;
  g_autofree char *name = dup_name (saving->file);
  char *etag = create (saving, job);

  if (etag == NULL && cvr_keeper_copy_to (saving->keeper, saving->temporary, copied_cb, job,
                                          cancellable, &reason))
    etag = replace (saving, cancellable, &reason);
  g_remove (saving->temporary);
  if (etag == NULL)
    {
      g_autofree char *why = g_strdup (reason->message);

      if (g_str_has_suffix (why, "."))
        why[strlen (why) - 1] = '\0';
      /* Translators: a file, and the reason without a full stop. */
      g_set_error (error, reason->domain, reason->code,
                   _("“%1$s” could not be saved: %2$s. The project itself is kept on this "
                     "computer, with all changes."),
                   name, why);
    }

  return etag;
}

CvrJob *
cvr_document_files_save (CvrKeeper  *keeper,
                         GFile      *file,
                         const char *etag,
                         const char *temporary,
                         const char *mark,
                         GObject    *owner,
                         CvrJobDone  done,
                         gpointer    user_data)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->keeper = cvr_keeper_ref (keeper);
  saving->file = g_object_ref (file);
  saving->etag = etag != NULL && etag[0] != '\0' ? g_strdup (etag) : NULL;
  saving->temporary = g_strdup (temporary);
  saving->mark = g_strdup (mark);

  return cvr_job_start (_("Saving"), save_func, saving, saving_free, owner, done, user_data,
                        g_free);
}

/* Fetching */

static void
fetching_free (gpointer data)
{
  Fetching *fetching = data;

  g_object_unref (fetching->file);
  g_free (fetching->known);
  g_free (fetching->to);
  g_free (fetching->mark);
  g_free (fetching);
}

void
cvr_fetched_free (gpointer fetched)
{
  CvrFetched *self = fetched;

  if (self == NULL)
    return;
  g_free (self->etag);
  g_free (self->made);
  g_free (self->report);
  g_free (self);
}

/* A folder of our own in the cache: the copy keeps its name, which the sentences speak of. */
static char *
make_room (GError **error)
{
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "convisor", NULL);
  g_autofree char *folder = g_build_filename (cache, "copy-XXXXXX", NULL);

  g_mkdir_with_parents (cache, 0700);
  if (g_mkdtemp (folder) != NULL)
    return g_steal_pointer (&folder);

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
               _("The folder “%1$s” can't be made: %2$s"), folder, g_strerror (errno));

  return NULL;
}

void
cvr_document_files_forget (const char *look)
{
  static const char *const rests[] = { "", "-journal", ".lock" };
  g_autofree char *folder = g_path_get_dirname (look);

  for (guint i = 0; i < G_N_ELEMENTS (rests); i++)
    {
      g_autofree char *path = g_strconcat (look, rests[i], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
fetched_cb (goffset  done,
            goffset  total,
            gpointer job)
{
  cvr_job_progress (job, (guint64) done, (guint64) total);
}

/* Opened, and its rows read: what this version can't open, or what isn't whole, is said now. */
static gboolean
check (const char *path,
       GError    **error)
{
  g_autoptr (CvrKeeper) keeper = cvr_keeper_open (path, error);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (GHashTable) hidden =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, cvr_item_free);
  gboolean whole;

  if (keeper == NULL)
    return FALSE;
  whole = cvr_keeper_load (keeper, dataset, hidden, error) &&
          cvr_keeper_check (keeper, NULL, error);
  cvr_keeper_close (keeper);

  return whole;
}

static gboolean
move_to (const char *from,
         const char *to,
         GError    **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autofree char *folder = g_path_get_dirname (to);

  g_mkdir_with_parents (folder, 0700);

  return g_file_move (source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
}

/* @copy has what @fetching's file held. */
static gboolean
take_in (const Fetching *fetching,
         const char     *copy,
         CvrFetched     *fetched,
         GCancellable   *cancellable,
         GError        **error)
{
  if (fetching->recover)
    {
      g_autofree char *folder = g_path_get_dirname (fetching->to);

      g_mkdir_with_parents (folder, 0700);
      if (!cvr_keeper_recover (copy, fetching->to, &fetched->report, cancellable, error))
        return FALSE;
    }
  else if (!check (copy, error) || !move_to (copy, fetching->to, error))
    return FALSE;
  fetched->made = g_strdup (fetching->to);

  return TRUE;
}

static gboolean
is_empty (GFileInfo *info,
          GFile     *file,
          GError   **error)
{
  g_autofree char *name = dup_name (file);

  if (g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR && g_file_info_get_size (info) > 0)
    return FALSE;
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("“%s” is not a Convisor project: there is nothing in it."), name);

  return TRUE;
}

/* By its etag, or else by its content, which has one of its own then. */
static gboolean
is_known (const Fetching *fetching,
          CvrFetched     *fetched,
          GCancellable   *cancellable)
{
  g_autofree char *etag = NULL;

  if (fetching->known == NULL)
    return FALSE;
  if (g_strcmp0 (fetching->known, fetched->etag) == 0)
    return TRUE;
  etag = cvr_document_mark_etag (fetching->mark, fetching->file, NULL, cancellable);
  if (etag == NULL)
    return FALSE;
  g_free (fetched->etag);
  fetched->etag = g_steal_pointer (&etag);

  return TRUE;
}

static gpointer
fetch_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  Fetching *fetching = data;
  GCancellable *cancellable = cvr_job_cancellable (job);
  g_autoptr (GFileInfo) info = g_file_query_info (
    fetching->file,
    G_FILE_ATTRIBUTE_ETAG_VALUE "," G_FILE_ATTRIBUTE_STANDARD_SIZE
    "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
    G_FILE_QUERY_INFO_NONE, cancellable, error);
  CvrFetched *fetched;
  g_autofree char *folder = NULL;
  g_autofree char *base = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GFile) copy_file = NULL;
  gboolean ok;

  if (info == NULL || is_empty (info, fetching->file, error))
    return NULL;
  fetched = g_new0 (CvrFetched, 1);
  fetched->etag = g_strdup (g_file_info_get_etag (info));
  if (is_known (fetching, fetched, cancellable))
    return fetched;

  folder = make_room (error);
  base = g_file_get_basename (fetching->file);
  copy = folder != NULL ? g_build_filename (folder, base, NULL) : NULL;
  copy_file = copy != NULL ? g_file_new_for_path (copy) : NULL;
  ok = copy_file != NULL &&
       g_file_copy (fetching->file, copy_file, G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable,
                    fetched_cb, job, error) &&
       take_in (fetching, copy, fetched, cancellable, error);
  if (copy != NULL)
    cvr_document_files_forget (copy);
  if (!ok)
    g_clear_pointer (&fetched, cvr_fetched_free);

  return fetched;
}

CvrJob *
cvr_document_files_fetch (GFile      *file,
                          const char *known,
                          const char *mark,
                          const char *to,
                          gboolean    recover,
                          GObject    *owner,
                          CvrJobDone  done,
                          gpointer    user_data)
{
  Fetching *fetching = g_new0 (Fetching, 1);

  fetching->file = g_object_ref (file);
  fetching->known = g_strdup (known);
  fetching->mark = g_strdup (mark);
  fetching->to = g_strdup (to);
  fetching->recover = recover;

  return cvr_job_start (recover ? _("Recovering a project") : _("Opening a project"), fetch_func,
                        fetching, fetching_free, owner, done, user_data, cvr_fetched_free);
}

/* Looking */

/* Its time and size, where nobody is in the middle of a change. */
static gboolean
is_calm (const char *path,
         GStatBuf   *status)
{
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  return !g_file_test (journal, G_FILE_TEST_EXISTS) && g_stat (path, status) == 0;
}

static gboolean
same_moment (const GStatBuf *a,
             const GStatBuf *b)
{
  return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/**
 * cvr_document_files_look:
 *
 * The other one's database isn't opened, only read as a file: it is copied between two of its
 * changes.
 */
char *
cvr_document_files_look (const char *path,
                         GError    **error)
{
  g_autofree char *folder = make_room (error);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *copy = folder != NULL ? g_build_filename (folder, base, NULL) : NULL;
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autoptr (GFile) to = copy != NULL ? g_file_new_for_path (copy) : NULL;

  for (guint i = 0; to != NULL && i < LOOK_ATTEMPTS; i++)
    {
      GStatBuf before, after;

      if (is_calm (path, &before))
        {
          if (!g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
            break;
          if (is_calm (path, &after) && same_moment (&before, &after))
            return g_steal_pointer (&copy);
        }
      g_usleep (LOOK_PAUSE_US);
    }
  if (copy != NULL)
    cvr_document_files_forget (copy);
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                         _("The project is being written in another window just now. Try again "
                           "when that has ended."));

  return NULL;
}
