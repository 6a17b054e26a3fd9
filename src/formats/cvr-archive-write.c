/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes zip archives through libarchive. No time is stored but one that never changes, so that the
 * same files give the same bytes. */
#include "cvr-archive-write.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>

/* 2 January 1980, which a zip can hold in every time zone. */
enum { FIXED_TIME = 315619200 };

struct _CvrArchiveWriter
{
  struct archive *writer;
  CvrArchiveSink  sink;
  gpointer        user_data;
  gboolean        given_up; /* nothing reaches the sink any more */
  GError         *reason;   /* of the sink */
};

static la_ssize_t
write_cb (struct archive *archive,
          void           *data,
          const void     *bytes,
          size_t          length)
{
  CvrArchiveWriter *self = data;

  if (self->given_up)
    return (la_ssize_t) length;
  if (self->reason == NULL && self->sink (bytes, length, self->user_data, &self->reason))
    return (la_ssize_t) length;
  archive_set_error (archive, -1, "%s", self->reason->message);

  return -1;
}

/* The sink's own error, or what libarchive says. */
static gboolean
fail (CvrArchiveWriter *self,
      GError          **error)
{
  if (self->reason != NULL)
    g_propagate_error (error, g_steal_pointer (&self->reason));
  else
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                 _("The archive can't be written: %s."),
                 self->writer != NULL && archive_error_string (self->writer) != NULL
                   ? archive_error_string (self->writer)
                   : _("unknown reason"));

  return FALSE;
}

/**
 * cvr_archive_writer_new:
 * @sink: where the bytes go
 *
 * Returns: (transfer full) (nullable): a zip archive without files.
 */
CvrArchiveWriter *
cvr_archive_writer_new (CvrArchiveSink sink,
                        gpointer       user_data,
                        GError       **error)
{
  g_autoptr (CvrArchiveWriter) self = g_new0 (CvrArchiveWriter, 1);

  self->sink = sink;
  self->user_data = user_data;
  self->writer = archive_write_new ();
  if (self->writer == NULL || archive_write_set_format_zip (self->writer) != ARCHIVE_OK ||
      archive_write_set_options (self->writer, "zip:hdrcharset=UTF-8") < ARCHIVE_WARN ||
      archive_write_set_bytes_in_last_block (self->writer, 1) != ARCHIVE_OK ||
      archive_write_open (self->writer, self, NULL, write_cb, NULL) != ARCHIVE_OK)
    {
      fail (self, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

gboolean
cvr_archive_writer_add (CvrArchiveWriter *self,
                        const char       *path,
                        GBytes           *bytes,
                        gboolean          compress,
                        GError          **error)
{
  struct archive_entry *entry = archive_entry_new2 (self->writer);
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  gboolean ok;

  archive_entry_set_pathname_utf8 (entry, path);
  archive_entry_set_size (entry, (la_int64_t) length);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_mtime (entry, FIXED_TIME, 0);
  if (compress)
    archive_write_zip_set_compression_deflate (self->writer);
  else
    archive_write_zip_set_compression_store (self->writer);
  ok = archive_write_header (self->writer, entry) >= ARCHIVE_WARN &&
       (length == 0 || archive_write_data (self->writer, data, length) == (la_ssize_t) length) &&
       archive_write_finish_entry (self->writer) >= ARCHIVE_WARN;
  archive_entry_free (entry);

  return ok || fail (self, error);
}

gboolean
cvr_archive_writer_finish (CvrArchiveWriter *self,
                           GError          **error)
{
  return archive_write_close (self->writer) >= ARCHIVE_WARN || fail (self, error);
}

/* Without finishing first, the archive has no end. */
void
cvr_archive_writer_free (CvrArchiveWriter *self)
{
  if (self == NULL)
    return;

  /* Freeing writes an archive's end where it has none. */
  self->given_up = TRUE;
  if (self->writer != NULL)
    archive_write_free (self->writer);
  g_clear_error (&self->reason);
  g_free (self);
}
