/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks through folders and archives and tells by content what each file is. */
#include "cvr-tree.h"

#include "cvr-dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  HEAD = 512,     /* bytes that tell what a file is */
  MAX_DEPTH = 32, /* folders inside folders */
};

static void
file_free (gpointer data)
{
  CvrTreeFile *file = data;

  g_free (file->path);
  g_free (file->disk);
  g_free (file);
}

void
cvr_tree_free (CvrTree *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->archives);
  g_ptr_array_unref (self->problems);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  const CvrTreeFile *x = *(CvrTreeFile *const *) a, *y = *(CvrTreeFile *const *) b;
  int order = cvr_natural_compare (x->path, y->path);

  if (order == 0)
    order = (x->archive > y->archive) - (x->archive < y->archive);
  if (order == 0)
    order = (x->index > y->index) - (x->index < y->index);

  return order != 0 ? order : (x->inner > y->inner) - (x->inner < y->inner);
}

void
cvr_tree_sort (CvrTree *self)
{
  g_ptr_array_sort (self->files, compare_files);
}

static gboolean
is_ignored (const char *name)
{
  return name[0] == '.' || name[0] == '\0' || g_str_equal (name, "__MACOSX") ||
         g_ascii_strcasecmp (name, "Thumbs.db") == 0 ||
         g_ascii_strcasecmp (name, "desktop.ini") == 0;
}

/* Any part of the path is hidden or made by a system for itself. */
static gboolean
is_ignored_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (is_ignored (parts[i]))
      return TRUE;

  return FALSE;
}

static CvrTreeFile *
add_file (CvrTree    *self,
          const char *path)
{
  CvrTreeFile *file = g_new0 (CvrTreeFile, 1);

  file->path = g_strdup (path);
  file->inner = CVR_NOT_NESTED;
  g_ptr_array_add (self->files, file);
  if (self->progress != NULL)
    self->progress (self->files->len, self->progress_data);

  return file;
}

static void
add_problem (CvrTree    *self,
             const char *path,
             const char *reason)
{
  g_ptr_array_add (self->problems, g_strdup_printf ("%s: %s", path, reason));
}

static char *
join (const char *prefix,
      const char *name)
{
  return prefix[0] != '\0' ? g_strconcat (prefix, "/", name, NULL) : g_strdup (name);
}

static const char *
base_of (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* An archive that holds one folder of its own name is that folder. */
static void
skip_own_folder (CvrTree    *self,
                 guint       first,
                 const char *prefix)
{
  g_autofree char *own = g_strconcat (prefix, "/", base_of (prefix), "/", NULL);

  if (prefix[0] == '\0')
    return;
  for (guint i = first; i < self->files->len; i++)
    if (!g_str_has_prefix (cvr_tree_file (self, i)->path, own))
      return;
  for (guint i = first; i < self->files->len; i++)
    {
      CvrTreeFile *file = cvr_tree_file (self, i);
      char *shorter = join (prefix, file->path + strlen (own));

      g_free (file->path);
      file->path = shorter;
    }
}

/* One archive while it is listed. */
typedef struct
{
  CvrTree    *tree;
  const char *prefix;
  const char *lone;    /* path of what is in it when it is a lone compressed file */
  guint       archive;
  gint outer; /* number of the file in the outer archive that this one is; CVR_NOT_NESTED */
} Listing;

static gboolean list_archive (Listing *listing, CvrArchive *archive, GError **error);

static gboolean
list_nested (Listing               *outer,
             CvrArchive            *archive,
             const CvrArchiveEntry *entry,
             const char            *path,
             GError               **error)
{
  g_autofree char *prefix = cvr_without_ending (path);
  g_autoptr (GBytes) bytes = cvr_archive_read (archive, error);
  g_autoptr (CvrArchive) nested = NULL;
  Listing inner = { outer->tree, prefix, prefix, outer->archive, (gint) entry->index };

  if (bytes != NULL)
    nested = cvr_archive_open_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                     &outer->tree->limits, error);

  return nested != NULL && list_archive (&inner, nested, error);
}

static gboolean
list_entry (Listing               *listing,
            CvrArchive            *archive,
            const CvrArchiveEntry *entry,
            GError               **error)
{
  g_autofree char *path = entry->path != NULL ? join (listing->prefix, entry->path)
                                              : g_strdup (listing->lone);
  g_autoptr (GError) reason = NULL;
  guint8 head[HEAD];
  CvrTreeFile *file;
  gsize n;

  if (is_ignored_path (path))
    return TRUE;

  n = cvr_archive_peek (archive, head, sizeof head, &reason);
  if (reason == NULL && listing->outer == CVR_NOT_NESTED && entry->path != NULL &&
      cvr_archive_is (head, n))
    list_nested (listing, archive, entry, path, &reason);
  else if (reason == NULL)
    {
      file = add_file (listing->tree, path);
      file->kind = cvr_file_kind (head, n, base_of (path));
      file->archive = listing->archive;
      file->index = listing->outer == CVR_NOT_NESTED ? entry->index : (guint) listing->outer;
      file->inner = listing->outer == CVR_NOT_NESTED ? CVR_NOT_NESTED : (gint) entry->index;
    }

  if (g_error_matches (reason, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (reason != NULL)
    add_problem (listing->tree, path, reason->message);

  return TRUE;
}

/* FALSE: stopped or broken; what was listed before stays. */
static gboolean
list_archive (Listing    *listing,
              CvrArchive *archive,
              GError    **error)
{
  g_autoptr (GError) reason = NULL;
  guint first = listing->tree->files->len;
  CvrArchiveEntry entry;

  while (cvr_archive_next (archive, &entry, &reason))
    if (!list_entry (listing, archive, &entry, error))
      return FALSE;

  skip_own_folder (listing->tree, first, listing->prefix);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* Lists the archive at @disk. FALSE only when stopped. */
static gboolean
add_archive (CvrTree    *self,
             const char *disk,
             const char *path,
             gboolean    is_root,
             GError    **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (CvrArchive) archive = cvr_archive_open_file (disk, &self->limits, &reason);
  g_autofree char *folder = cvr_without_ending (path);
  Listing listing = { self, is_root ? "" : folder, folder, self->archives->len, CVR_NOT_NESTED };

  g_ptr_array_add (self->archives, g_strdup (disk));
  if (archive != NULL && list_archive (&listing, archive, &reason))
    return TRUE;
  if (g_error_matches (reason, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  add_problem (self, base_of (path), reason->message);

  return TRUE;
}

static gboolean
read_head (const char *disk,
           guint8     *head,
           gsize      *length)
{
  int fd = g_open (disk, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = read (fd, head, HEAD);
  g_close (fd, NULL);
  *length = n > 0 ? (gsize) n : 0;

  return n >= 0;
}

static gboolean
add_path (CvrTree    *self,
          const char *disk,
          const char *path,
          gboolean    is_root,
          GError    **error)
{
  guint8 head[HEAD];
  gsize length;
  CvrTreeFile *file;

  if (!read_head (disk, head, &length))
    {
      add_problem (self, base_of (path), g_strerror (errno));
      return TRUE;
    }
  if (cvr_archive_is (head, length))
    return add_archive (self, disk, path, is_root, error);

  file = add_file (self, path);
  file->disk = g_strdup (disk);
  file->kind = cvr_file_kind (head, length, base_of (path));

  return TRUE;
}

/* A folder that is being looked through, and the one that holds it. */
typedef struct Ancestor
{
  const struct Ancestor *parent;
  dev_t                  device;
  ino_t                  inode;
  guint                  depth;
} Ancestor;

/* A link that leads back up would be followed forever. */
static gboolean
may_enter (const Ancestor *parent,
           const GStatBuf *status)
{
  if (parent->depth >= MAX_DEPTH)
    return FALSE;
  for (const Ancestor *a = parent; a != NULL; a = a->parent)
    if (a->device == status->st_dev && a->inode == status->st_ino)
      return FALSE;

  return TRUE;
}

static gboolean add_folder (CvrTree *self, const char *disk, const char *prefix,
                            const Ancestor *folder, GError **error);

/* Anything that a folder holds. FALSE with @error: cancelled. */
static gboolean
add_child (CvrTree        *self,
           const char     *disk,
           const char     *path,
           const Ancestor *parent,
           GError        **error)
{
  GStatBuf status;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (g_stat (disk, &status) != 0)
    return TRUE;

  if (S_ISDIR (status.st_mode) && may_enter (parent, &status))
    {
      const Ancestor folder = { parent, status.st_dev, status.st_ino, parent->depth + 1 };

      return add_folder (self, disk, path, &folder, error);
    }

  return !S_ISREG (status.st_mode) || add_path (self, disk, path, FALSE, error);
}

/* FALSE with @error: cancelled. */
static gboolean
add_folder (CvrTree        *self,
            const char     *disk,
            const char     *prefix,
            const Ancestor *folder,
            GError        **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GDir) dir = g_dir_open (disk, 0, &reason);
  const char *name;

  if (dir == NULL)
    {
      add_problem (self, prefix, reason->message);
      return TRUE;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *display = g_filename_display_name (name);
      g_autofree char *child = g_build_filename (disk, name, NULL);
      g_autofree char *path = join (prefix, display);

      if (!is_ignored (name) && !add_child (self, child, path, folder, error))
        return FALSE;
    }

  return TRUE;
}

/* Everything at @path, whose state is @status. */
static gboolean
add_root (CvrTree        *self,
          const char     *path,
          const char     *name,
          const GStatBuf *status,
          GError        **error)
{
  const Ancestor root = { NULL, status->st_dev, status->st_ino, 0 };

  if (S_ISDIR (status->st_mode))
    return add_folder (self, path, "", &root, error);
  if (S_ISREG (status->st_mode))
    return add_path (self, path, name, TRUE, error);

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
               _("“%s” is neither a file nor a folder."), name);

  return FALSE;
}

/* Whether the tree's only file is what was named, and not one file in an archive. */
static gboolean
is_lone (const CvrTreeFile *file,
         const char        *name)
{
  g_autofree char *stem = cvr_without_ending (name);

  return file->disk != NULL || g_str_equal (file->path, stem);
}

static gboolean
stop_when_cancelled (gpointer data)
{
  return g_cancellable_is_cancelled (data);
}

/**
 * cvr_tree_add_disk:
 * @disk: an existing file
 * @path: how it shall be called
 *
 * Adds one more file; cvr_tree_sort() puts it in its place.
 */
void
cvr_tree_add_disk (CvrTree    *self,
                   const char *disk,
                   const char *path)
{
  add_path (self, disk, path, FALSE, NULL);
}

/**
 * cvr_tree_kind_of:
 * @disk: a file's path, in the system's encoding
 */
CvrFileKind
cvr_tree_kind_of (const char *disk)
{
  g_autofree char *base = g_path_get_basename (disk);
  guint8 head[HEAD];
  gsize length;

  if (!g_file_test (disk, G_FILE_TEST_IS_REGULAR) || !read_head (disk, head, &length) ||
      cvr_archive_is (head, length))
    return CVR_FILE_OTHER;

  return cvr_file_kind (head, length, base);
}

CvrTree *
cvr_tree_new_empty (GCancellable   *cancellable,
                    CvrTreeProgress progress,
                    gpointer        data)
{
  CvrTree *self = g_new0 (CvrTree, 1);

  self->files = g_ptr_array_new_with_free_func (file_free);
  self->archives = g_ptr_array_new_with_free_func (g_free);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->limits = cvr_archive_limits ();
  self->limits.stop = cancellable != NULL ? stop_when_cancelled : NULL;
  self->limits.stop_data = cancellable;
  self->progress = progress;
  self->progress_data = data;

  return self;
}

/**
 * cvr_tree_new:
 * @path: a folder, an archive or a file, in the system's encoding
 * @cancellable: (nullable)
 * @progress: (nullable): called for each file found
 *
 * Looks at the start of every file. Hidden files and those that systems make for themselves are
 * left out. What can't be opened inside is listed under problems. Blocks; any thread.
 */
CvrTree *
cvr_tree_new (const char     *path,
              GCancellable   *cancellable,
              CvrTreeProgress progress,
              gpointer        data,
              GError        **error)
{
  g_autoptr (CvrTree) self = cvr_tree_new_empty (cancellable, progress, data);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_filename_display_name (base);
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be opened: %s."),
                   name, g_strerror (errno));
      return NULL;
    }

  if (!add_root (self, path, name, &status, error))
    return NULL;
  self->is_file = !S_ISDIR (status.st_mode) && self->files->len == 1 &&
                  is_lone (cvr_tree_file (self, 0), name);
  cvr_tree_sort (self);

  return g_steal_pointer (&self);
}

