/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the files of a tree, each archive once from front to back. */
#include "cvr-tree.h"

#include "cvr-dataset.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Stands for "the outer file itself" where a file inside it would be. */
enum { OUTER = -2 };

/**
 * cvr_check_file_size:
 * @disk: where the file lies
 * @most: bytes
 *
 * Returns: whether the file can be looked at and has at most @most bytes; else @error is set.
 */
gboolean
cvr_check_file_size (const char *disk,
                     guint64     most,
                     GError    **error)
{
  g_autofree char *limit = NULL;
  GStatBuf status;

  if (g_stat (disk, &status) != 0)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, g_strerror (errno));
      return FALSE;
    }
  if ((guint64) status.st_size <= most)
    return TRUE;

  limit = g_format_size (most);
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
               _("the file is larger than %s, the most that is read"), limit);

  return FALSE;
}

/* Both halves count: g_int64_hash() looks at one. */
static guint
hash_place (gconstpointer key)
{
  guint64 place = *(const guint64 *) key;

  return (guint) (place >> 32) * 2654435761u + (guint) place;
}

/* Where the wanted files of one archive are looked up: number of the outer and the inner file to
 * number in the tree. */
static GHashTable *
index_archive (const CvrTree  *self,
               guint           archive,
               const gboolean *wanted)
{
  GHashTable *places = g_hash_table_new_full (hash_place, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (self, i);
      gint64 *key;

      if (file->disk != NULL || file->archive != archive || !wanted[i])
        continue;
      key = g_new (gint64, 1);
      *key = (gint64) file->index << 32 | (guint32) file->inner;
      g_hash_table_insert (places, key, GUINT_TO_POINTER (i + 1));
      if (file->inner != CVR_NOT_NESTED)
        {
          /* The outer file is wanted for what is in it. */
          key = g_new (gint64, 1);
          *key = (gint64) file->index << 32 | (guint32) OUTER;
          g_hash_table_insert (places, key, GUINT_TO_POINTER (1));
        }
    }

  return places;
}

typedef struct
{
  GHashTable  *places;
  CvrTreeVisit visit;
  gpointer     data;
} Visit;

static guint
look_up (const Visit *visit,
         guint        index,
         gint         inner)
{
  gint64 key = (gint64) index << 32 | (guint32) inner;

  return GPOINTER_TO_UINT (g_hash_table_lookup (visit->places, &key));
}

static gboolean
visit_archive (CvrTree *self, const Visit *visit, CvrArchive *archive, gint outer, GError **error);

static gboolean
visit_nested (CvrTree     *self,
              const Visit *visit,
              CvrArchive  *archive,
              guint        index,
              GError     **error)
{
  g_autoptr (GBytes) bytes = cvr_archive_read (archive, error);
  g_autoptr (CvrArchive) nested = NULL;

  if (bytes != NULL)
    nested = cvr_archive_open_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                     &self->limits, error);

  return nested != NULL && visit_archive (self, visit, nested, (gint) index, error);
}

/* FALSE without @error: the visitor has seen enough. */
static gboolean
visit_archive (CvrTree     *self,
               const Visit *visit,
               CvrArchive  *archive,
               gint         outer,
               GError     **error)
{
  g_autoptr (GError) reason = NULL;
  CvrArchiveEntry entry;

  while (cvr_archive_next (archive, &entry, &reason))
    {
      guint index = outer == CVR_NOT_NESTED ? entry.index : (guint) outer;
      guint place = look_up (visit, index,
                             outer == CVR_NOT_NESTED ? CVR_NOT_NESTED : (gint) entry.index);

      if (place > 0)
        {
          g_autoptr (GError) unreadable = NULL;
          g_autoptr (GBytes) bytes = cvr_archive_read (archive, &unreadable);

          if (!visit->visit (place - 1, bytes, unreadable, visit->data))
            return FALSE;
        }
      else if (outer == CVR_NOT_NESTED && look_up (visit, index, OUTER) > 0)
        {
          if (!visit_nested (self, visit, archive, index, &reason) && reason == NULL)
            return FALSE;
          if (g_error_matches (reason, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED))
            break;
          g_clear_error (&reason); /* what was broken in it was noted when it was listed */
        }
    }
  if (reason != NULL && g_error_matches (reason, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED))
    g_propagate_error (error, g_steal_pointer (&reason));

  return error == NULL || *error == NULL;
}

/* FALSE: the visitor has seen enough, or (with @error) stopped. */
static gboolean
visit_disk (CvrTree     *self,
            guint        i,
            CvrTreeVisit visit,
            gpointer     data,
            GError     **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *contents;
  gsize length;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (cvr_check_file_size (cvr_tree_file (self, i)->disk, self->limits.max_entry, &reason) &&
      g_file_get_contents (cvr_tree_file (self, i)->disk, &contents, &length, &reason))
    bytes = g_bytes_new_take (contents, length);

  return visit (i, bytes, reason, data);
}

/**
 * cvr_tree_visit:
 * @wanted: (array): for every file of the tree
 *
 * Hands over the bytes of every wanted file: those on disk in order, those in archives as they
 * come, each archive read once. Blocks.
 *
 * Returns: %FALSE with @error set when cancelled; %TRUE also when @visit ended it.
 */
gboolean
cvr_tree_visit (CvrTree        *self,
                const gboolean *wanted,
                CvrTreeVisit    visit,
                gpointer        data,
                GError        **error)
{
  g_autoptr (GError) stopped = NULL;
  gboolean more = TRUE;

  for (guint i = 0; more && i < self->files->len; i++)
    if (wanted[i] && cvr_tree_file (self, i)->disk != NULL)
      more = visit_disk (self, i, visit, data, &stopped);

  for (guint a = 0; more && a < self->archives->len; a++)
    {
      Visit state = { index_archive (self, a, wanted), visit, data };
      g_autoptr (CvrArchive) archive = NULL;

      if (g_hash_table_size (state.places) > 0)
        archive = cvr_archive_open_file (g_ptr_array_index (self->archives, a), &self->limits,
                                         NULL);
      if (archive != NULL)
        more = visit_archive (self, &state, archive, CVR_NOT_NESTED, &stopped);
      g_hash_table_unref (state.places);
    }

  if (stopped == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&stopped));

  return FALSE;
}

typedef struct
{
  GBytes *bytes;
  GError *reason;
} ReadOne;

static gboolean
read_one (guint         file,
          GBytes       *bytes,
          const GError *reason,
          gpointer      data)
{
  ReadOne *one = data;

  one->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  one->reason = reason != NULL ? g_error_copy (reason) : NULL;

  return FALSE;
}

/**
 * cvr_tree_read:
 *
 * Reads one file; in an archive that means unpacking everything before it.
 */
GBytes *
cvr_tree_read (CvrTree *self,
               guint    file,
               GError **error)
{
  g_autofree gboolean *wanted = g_new0 (gboolean, self->files->len);
  ReadOne one = { NULL, NULL };

  wanted[file] = TRUE;
  if (!cvr_tree_visit (self, wanted, read_one, &one, error))
    return NULL;

  if (one.reason != NULL)
    g_propagate_error (error, one.reason);
  else if (one.bytes == NULL)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be read again."),
                 cvr_tree_file (self, file)->path);

  return one.bytes;
}
