/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes archives for tests. */
#include "cvr-test-archive.h"

#include <archive.h>
#include <archive_entry.h>

struct _CvrTestArchive
{
  struct archive *writer;
  GByteArray     *bytes;
};

static la_ssize_t
append (struct archive *writer,
        void           *data,
        const void     *block,
        size_t          length)
{
  g_byte_array_append (data, block, (guint) length);

  return (la_ssize_t) length;
}

CvrTestArchive *
cvr_test_archive_new (const char *format)
{
  CvrTestArchive *self = g_new0 (CvrTestArchive, 1);

  self->bytes = g_byte_array_new ();
  self->writer = archive_write_new ();
  if (g_str_equal (format, "zip"))
    archive_write_set_format_zip (self->writer);
  else
    archive_write_set_format_ustar (self->writer);
  if (g_str_has_suffix (format, ".gz"))
    archive_write_add_filter_gzip (self->writer);
  else if (g_str_has_suffix (format, ".xz"))
    archive_write_add_filter_xz (self->writer);
  else if (g_str_has_suffix (format, ".bz2"))
    archive_write_add_filter_bzip2 (self->writer);
  archive_write_set_bytes_in_last_block (self->writer, 1);
  g_assert_cmpint (archive_write_open (self->writer, self->bytes, NULL, append, NULL), ==,
                   ARCHIVE_OK);

  return self;
}

static void
add_entry (CvrTestArchive *self,
           const char     *path,
           unsigned        type,
           const char     *target,
           const void     *data,
           gsize           length)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, path);
  archive_entry_set_filetype (entry, type);
  archive_entry_set_perm (entry, type == AE_IFDIR ? 0755 : 0644);
  archive_entry_set_size (entry, (la_int64_t) length);
  archive_entry_set_mtime (entry, 1000000000, 0);
  if (target != NULL)
    archive_entry_set_symlink (entry, target);
  g_assert_cmpint (archive_write_header (self->writer, entry), ==, ARCHIVE_OK);
  if (length > 0)
    g_assert_cmpint (archive_write_data (self->writer, data, length), ==, (la_ssize_t) length);
  archive_entry_free (entry);
}

void
cvr_test_archive_add (CvrTestArchive *self,
                      const char     *path,
                      const void     *data,
                      gsize           length)
{
  add_entry (self, path, AE_IFREG, NULL, data, length);
}

void
cvr_test_archive_link (CvrTestArchive *self,
                       const char     *path,
                       const char     *target)
{
  add_entry (self, path, AE_IFLNK, target, NULL, 0);
}

void
cvr_test_archive_folder (CvrTestArchive *self,
                         const char     *path)
{
  add_entry (self, path, AE_IFDIR, NULL, NULL, 0);
}

GBytes *
cvr_test_archive_finish (CvrTestArchive *self)
{
  GBytes *bytes;

  g_assert_cmpint (archive_write_close (self->writer), ==, ARCHIVE_OK);
  archive_write_free (self->writer);
  bytes = g_byte_array_free_to_bytes (self->bytes);
  g_free (self);

  return bytes;
}
