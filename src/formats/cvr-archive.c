/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams tar and zip archives and lone compressed files through libarchive, within bounds. */
#include "cvr-archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  BLOCK = 1 << 16,
  MAX_PEEK = 1 << 12,
};

struct _CvrArchive
{
  struct archive  *reader;
  CvrArchiveLimits limits;
  char            *path;     /* of the current file */
  GByteArray      *head;     /* what peeking has read ahead of it */
  guint            n_entries;
  guint64          total;
};

/**
 * cvr_archive_limits:
 *
 * Returns: bounds that fit data sets: 1 GiB a file, 16 GiB and two million files in all.
 */
CvrArchiveLimits
cvr_archive_limits (void)
{
  return (CvrArchiveLimits) { G_GUINT64_CONSTANT (1) << 30, G_GUINT64_CONSTANT (1) << 34, 2000000,
                             NULL, NULL };
}

static gboolean
is_tar (const guint8 *data,
        gsize         length)
{
  return length >= 262 && memcmp (data + 257, "ustar", 5) == 0;
}

/**
 * cvr_archive_is:
 * @data: the first bytes of a file, 512 where it has so many
 *
 * Returns: whether they are the start of a tar or zip archive or of a gzip, bzip2, xz or Zstandard
 * file.
 */
gboolean
cvr_archive_is (const guint8 *data,
                gsize         length)
{
  static const struct
  {
    gsize  length;
    guint8 bytes[6];
  } magics[] = {
    { 3, { 0x1f, 0x8b, 0x08 } },                     /* gzip */
    { 3, { 'B', 'Z', 'h' } },                        /* bzip2 */
    { 6, { 0xfd, '7', 'z', 'X', 'Z', 0x00 } },       /* xz */
    { 4, { 0x28, 0xb5, 0x2f, 0xfd } },               /* Zstandard */
    { 4, { 'P', 'K', 3, 4 } },                       /* zip */
    { 4, { 'P', 'K', 5, 6 } },                       /* empty zip */
  };

  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (length >= magics[i].length && memcmp (data, magics[i].bytes, magics[i].length) == 0)
      return TRUE;

  return is_tar (data, length);
}

static CvrArchive *
archive_new (const CvrArchiveLimits *limits)
{
  CvrArchive *self = g_new0 (CvrArchive, 1);

  self->limits = limits != NULL ? *limits : cvr_archive_limits ();
  self->head = g_byte_array_new ();
  self->reader = archive_read_new ();
  if (self->reader == NULL)
    return self;

  archive_read_support_filter_gzip (self->reader);
  archive_read_support_filter_bzip2 (self->reader);
  archive_read_support_filter_xz (self->reader);
  archive_read_support_filter_zstd (self->reader);
  archive_read_support_format_tar (self->reader);
  archive_read_support_format_zip (self->reader);
  archive_read_support_format_raw (self->reader);

  return self;
}

static void
set_reader_error (CvrArchive *self,
                  GError    **error)
{
  const char *reason = self->reader != NULL ? archive_error_string (self->reader) : NULL;
  g_autofree char *valid = g_utf8_make_valid (reason != NULL ? reason : _("unknown reason"), -1);

  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
               _("The archive can't be read: %s."), valid);
}

static CvrArchive *
finish_open (CvrArchive *self,
             int         status,
             GError    **error)
{
  if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
    return self;

  set_reader_error (self, error);
  cvr_archive_free (self);

  return NULL;
}

/**
 * cvr_archive_open_file:
 * @path: a file in the system's own encoding
 * @limits: (nullable): copied; %NULL for cvr_archive_limits()
 *
 * Returns: (transfer full) (nullable): standing before the first file.
 */
CvrArchive *
cvr_archive_open_file (const char             *path,
                       const CvrArchiveLimits *limits,
                       GError                **error)
{
  CvrArchive *self = archive_new (limits);
  int status = self->reader != NULL ? archive_read_open_filename (self->reader, path, BLOCK)
                                    : ARCHIVE_FATAL;

  return finish_open (self, status, error);
}

/**
 * cvr_archive_open_bytes:
 * @data: borrowed until cvr_archive_free()
 */
CvrArchive *
cvr_archive_open_bytes (const guint8           *data,
                        gsize                   length,
                        const CvrArchiveLimits *limits,
                        GError                **error)
{
  CvrArchive *self = archive_new (limits);
  int status = self->reader != NULL ? archive_read_open_memory (self->reader, data, length)
                                    : ARCHIVE_FATAL;

  return finish_open (self, status, error);
}

void
cvr_archive_free (CvrArchive *self)
{
  if (self == NULL)
    return;

  if (self->reader != NULL)
    archive_read_free (self->reader);
  g_byte_array_unref (self->head);
  g_free (self->path);
  g_free (self);
}

/* Without leading slashes and without "." and ".." parts: names are only shown and compared, never
 * opened. */
static char *
clean_path (const char *raw)
{
  g_autofree char *valid = g_utf8_make_valid (raw, -1);
  g_auto (GStrv) parts = g_strsplit (valid, "/", -1);
  GString *path = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (parts[i][0] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
        continue;
      if (path->len > 0)
        g_string_append_c (path, '/');
      g_string_append (path, parts[i]);
    }

  return g_string_free (path, FALSE);
}

static void
take_path (CvrArchive           *self,
           struct archive_entry *entry)
{
  const char *raw = archive_entry_pathname_utf8 (entry);

  g_clear_pointer (&self->path, g_free);
  if (raw == NULL)
    raw = archive_entry_pathname (entry);
  if (archive_format (self->reader) != ARCHIVE_FORMAT_RAW)
    self->path = clean_path (raw != NULL ? raw : "");
}

/* libarchive takes any bytes as one raw file. */
static gboolean
is_plain (CvrArchive *self)
{
  return archive_format (self->reader) == ARCHIVE_FORMAT_RAW &&
         archive_filter_code (self->reader, 0) == ARCHIVE_FILTER_NONE;
}

static gboolean
check_stop (CvrArchive *self,
            GError    **error)
{
  if (self->limits.stop == NULL || !self->limits.stop (self->limits.stop_data))
    return TRUE;

  g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED,
                       _("The reading was stopped."));

  return FALSE;
}

static gboolean
count_bytes (CvrArchive *self,
             gsize       n_bytes,
             GError    **error)
{
  g_autofree char *limit = NULL;

  self->total += n_bytes;
  if (self->total <= self->limits.max_total)
    return check_stop (self, error);

  limit = g_format_size (self->limits.max_total);
  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
               _("The archive unpacks to more than %s, the most that is read."), limit);

  return FALSE;
}

/* What stays unread of a file counts too: it has to be unpacked to be passed over. */
static gboolean
pass_over (CvrArchive *self,
           GError    **error)
{
  guint8 block[BLOCK];
  gssize n;

  if (self->n_entries == 0)
    return TRUE;

  g_byte_array_set_size (self->head, 0);
  while ((n = archive_read_data (self->reader, block, sizeof block)) > 0)
    if (!count_bytes (self, (gsize) n, error))
      return FALSE;

  /* A damaged file is no reason to give up on those behind it; a broken archive shows at the next
   * header. */
  return TRUE;
}

/**
 * cvr_archive_next:
 * @entry: (out): the next regular file
 *
 * Links, folders and devices are passed over.
 *
 * Returns: %FALSE at the end, and with @error set when the archive is broken or a bound is reached.
 */
gboolean
cvr_archive_next (CvrArchive      *self,
                  CvrArchiveEntry *entry,
                  GError         **error)
{
  struct archive_entry *header;
  int status;

  if (!pass_over (self, error))
    return FALSE;

  while ((status = archive_read_next_header (self->reader, &header)) == ARCHIVE_OK ||
         status == ARCHIVE_WARN || status == ARCHIVE_RETRY)
    {
      if (!check_stop (self, error))
        return FALSE;
      if (status == ARCHIVE_RETRY || archive_entry_filetype (header) != AE_IFREG ||
          archive_entry_hardlink (header) != NULL)
        continue;
      if (self->n_entries == self->limits.max_entries)
        {
          g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                       _("The archive holds more than %u files, the most that is read."),
                       self->limits.max_entries);
          return FALSE;
        }

      if (is_plain (self))
        {
          g_set_error_literal (
              error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
              _("The file is neither an archive nor compressed, or it is broken."));
          return FALSE;
        }

      take_path (self, header);
      *entry = (CvrArchiveEntry) { self->path, self->n_entries++ };
      return TRUE;
    }

  if (status != ARCHIVE_EOF)
    set_reader_error (self, error);

  return FALSE;
}

/* Reads on into @bytes until it holds @wanted or the file ends. */
static gboolean
read_up_to (CvrArchive *self,
            GByteArray *bytes,
            guint64     wanted,
            GError    **error)
{
  guint8 block[BLOCK];

  while (bytes->len < wanted)
    {
      gssize n = archive_read_data (self->reader, block, MIN (sizeof block, wanted - bytes->len));

      if (n < 0)
        {
          set_reader_error (self, error);
          return FALSE;
        }
      if (n == 0)
        break;
      if (!count_bytes (self, (gsize) n, error))
        return FALSE;
      g_byte_array_append (bytes, block, (guint) n);
    }

  return TRUE;
}

/**
 * cvr_archive_peek:
 * @head: (out) (array): room for @n_bytes
 * @n_bytes: at most 4,096
 *
 * Looks at the start of the current file, which can still be read whole.
 *
 * Returns: how many bytes there are, up to @n_bytes; 0 also when they can't be read (@error set).
 */
gsize
cvr_archive_peek (CvrArchive *self,
                  guint8     *head,
                  gsize       n_bytes,
                  GError    **error)
{
  gsize n;

  g_return_val_if_fail (n_bytes <= MAX_PEEK, 0);

  if (!read_up_to (self, self->head, n_bytes, error))
    return 0;

  n = MIN (n_bytes, self->head->len);
  if (n > 0)
    memcpy (head, self->head->data, n);

  return n;
}

/**
 * cvr_archive_read:
 *
 * Returns: (transfer full) (nullable): the current file's bytes. Once for each file.
 */
GBytes *
cvr_archive_read (CvrArchive *self,
                  GError    **error)
{
  g_autoptr (GByteArray) bytes = g_steal_pointer (&self->head);
  guint64 most = MIN (self->limits.max_entry, G_MAXUINT32 / 2);

  self->head = g_byte_array_new ();
  if (!read_up_to (self, bytes, most + 1, error))
    return NULL;
  if (bytes->len > most)
    {
      g_autofree char *limit = g_format_size (most);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("The file unpacks to more than %s, the most that is read."), limit);
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
