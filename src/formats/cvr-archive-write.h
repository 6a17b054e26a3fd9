/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes zip archives as a stream, file by file. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

/* Takes the next bytes of the archive. */
typedef gboolean (*CvrArchiveSink) (const void *data, gsize length, gpointer user_data,
                                    GError **error);

/* One thread. */
typedef struct _CvrArchiveWriter CvrArchiveWriter;

CvrArchiveWriter *cvr_archive_writer_new    (CvrArchiveSink sink, gpointer user_data,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @path: UTF-8 with slashes. @compress: FALSE for what is compressed already. */
gboolean          cvr_archive_writer_add    (CvrArchiveWriter *self, const char *path,
                                             GBytes *bytes, gboolean compress, GError **error);
/* Writes what ends an archive. */
gboolean          cvr_archive_writer_finish (CvrArchiveWriter *self, GError **error);
void              cvr_archive_writer_free   (CvrArchiveWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrArchiveWriter, cvr_archive_writer_free)

G_END_DECLS
