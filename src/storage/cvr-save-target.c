/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder or an archive on its way to the disk. A folder is made beside and renamed; a file goes
 * through GIO's replace, which also works where a sandbox lends a single file. */
#include "cvr-save-private.h"

#include "cvr-archive-write.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct _CvrSaveTarget
{
  char             *path;
  char             *name;    /* for messages, and of the folder inside an archive */
  GCancellable     *cancellable;
  char             *beside;  /* the folder in the making; NULL: it is a file */
  GFileOutputStream *stream; /* NULL: it is a folder */
  CvrArchiveWriter *archive; /* NULL: it is one plain file */
  guint64           n_bytes;
};

static gboolean
sink (const void *data,
      gsize       length,
      gpointer    user_data,
      GError    **error)
{
  CvrSaveTarget *self = user_data;

  self->n_bytes += length;

  return g_output_stream_write_all (G_OUTPUT_STREAM (self->stream), data, length, NULL,
                                    self->cancellable, error);
}

static gboolean
open_file (CvrSaveTarget        *self,
           const CvrSaveOutSpec *spec,
           GError              **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);

  self->stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, self->cancellable, error);
  if (self->stream == NULL)
    return FALSE;
  if (cvr_save_out_is_file (spec))
    return TRUE;
  self->archive = cvr_archive_writer_new (sink, self, error);

  return self->archive != NULL;
}

static gboolean
open_folder (CvrSaveTarget *self,
             GError       **error)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  g_autofree char *template = g_strdup_printf (".%s-XXXXXX", self->name);
  g_autofree char *beside = g_build_filename (parent, template, NULL);
  g_autoptr (GDir) there = g_dir_open (self->path, 0, NULL);

  if ((there != NULL && g_dir_read_name (there) != NULL) ||
      g_file_test (self->path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%s” is there already and isn't empty; choose another name."), self->name);
      return FALSE;
    }
  if (g_mkdtemp_full (beside, 0755) == NULL)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%1$s” can't be written: %2$s."), self->name, g_strerror (errno));
      return FALSE;
    }
  self->beside = g_steal_pointer (&beside);

  return TRUE;
}

CvrSaveTarget *
cvr_save_target_new (const CvrSaveOutSpec *spec,
                     GCancellable         *cancellable,
                     GError              **error)
{
  g_autoptr (CvrSaveTarget) self = g_new0 (CvrSaveTarget, 1);
  g_autofree char *base = g_path_get_basename (spec->path);

  self->path = g_strdup (spec->path);
  self->name = g_filename_display_name (base);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  if (spec->archive || cvr_save_out_is_file (spec) ? !open_file (self, spec, error)
                                                   : !open_folder (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Inside an archive everything lies in one folder of its name. */
static char *
path_in_archive (CvrSaveTarget *self,
                 const char    *path)
{
  g_autofree char *folder = g_strdup (self->name);
  char *dot = strrchr (folder, '.');

  if (dot != NULL && dot != folder)
    *dot = '\0';

  return g_strconcat (folder, "/", path, NULL);
}

gboolean
cvr_save_target_put (CvrSaveTarget *self,
                     const char    *path,
                     GBytes        *bytes,
                     gboolean       compress,
                     GError       **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *full = NULL;
  g_autofree char *folder = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (self->archive != NULL)
    {
      full = path_in_archive (self, path);
      return cvr_archive_writer_add (self->archive, full, bytes, compress, error);
    }
  if (self->stream != NULL)
    return sink (data, length, self, error);

  full = g_build_filename (self->beside, path, NULL);
  folder = g_path_get_dirname (full);
  self->n_bytes += length;
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%1$s” can't be written: %2$s."), self->name, g_strerror (errno));
      return FALSE;
    }

  return g_file_set_contents_full (full, length > 0 ? data : "", (gssize) length,
                                   G_FILE_SET_CONTENTS_NONE, 0644, error);
}

gboolean
cvr_save_target_finish (CvrSaveTarget *self,
                        GError       **error)
{
  if (self->archive != NULL && !cvr_archive_writer_finish (self->archive, error))
    return FALSE;
  if (self->stream != NULL)
    {
      gboolean ok = g_output_stream_close (G_OUTPUT_STREAM (self->stream), self->cancellable,
                                           error);

      g_clear_object (&self->stream);
      return ok;
    }

  if (g_rename (self->beside, self->path) != 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%1$s” can't be written: %2$s."), self->name, g_strerror (errno));
      return FALSE;
    }
  g_clear_pointer (&self->beside, g_free);

  return TRUE;
}

guint64
cvr_save_target_bytes (CvrSaveTarget *self)
{
  return self->n_bytes;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_all (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
cvr_save_target_free (CvrSaveTarget *self)
{
  if (self == NULL)
    return;

  cvr_archive_writer_free (self->archive);
  if (self->stream != NULL)
    {
      g_autoptr (GCancellable) given_up = g_cancellable_new ();

      /* Closing a replacement that is cancelled leaves the old file in its place. */
      g_cancellable_cancel (given_up);
      g_output_stream_close (G_OUTPUT_STREAM (self->stream), given_up, NULL);
      g_object_unref (self->stream);
    }
  if (self->beside != NULL)
    remove_all (self->beside);
  g_object_unref (self->cancellable);
  g_free (self->beside);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}
