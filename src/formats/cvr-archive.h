/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives and compressed files as a stream of their files, read once from front to back. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

/* Bounds against files that unpack to more than anybody meant. @stop (nullable) is asked at every
 * block; when it says TRUE, the reading ends with CVR_FORMAT_ERROR_STOPPED. */
typedef struct
{
  guint64   max_entry;   /* bytes of one file */
  guint64   max_total;   /* bytes of all files */
  guint     max_entries;
  gboolean (*stop) (gpointer data);
  gpointer  stop_data;
} CvrArchiveLimits;

/* @path: UTF-8 with slashes, no leading slash, no "." or ".." parts; NULL for a lone compressed
 * file, which has no name of its own. @index counts the regular files. Valid until the next call of
 * cvr_archive_next(). */
typedef struct
{
  const char *path;
  guint       index;
} CvrArchiveEntry;

/* One thread. */
typedef struct _CvrArchive CvrArchive;

CvrArchiveLimits cvr_archive_limits     (void);
gboolean         cvr_archive_is         (const guint8 *data, gsize length);
CvrArchive      *cvr_archive_open_file  (const char *path, const CvrArchiveLimits *limits,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrArchive      *cvr_archive_open_bytes (const guint8 *data, gsize length,
                                         const CvrArchiveLimits *limits,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_archive_free       (CvrArchive *self);
gboolean         cvr_archive_next       (CvrArchive *self, CvrArchiveEntry *entry, GError **error);
gsize            cvr_archive_peek       (CvrArchive *self, guint8 *head, gsize n_bytes,
                                         GError **error);
GBytes          *cvr_archive_read       (CvrArchive *self, GError **error)
                                         G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrArchive, cvr_archive_free)

G_END_DECLS
