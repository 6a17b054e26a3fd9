/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was put last in the place of a project's file, known by its content. A program that is
 * killed after that and before the list of projects says so finds its own work there, and no
 * stranger's; neither is a file that was only copied back or touched. Internal to the session. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Beside the live project @path. */
char    *cvr_document_mark_path  (const char *path) G_GNUC_WARN_UNUSED_RESULT;
GChecksum *cvr_document_mark_sum (void) G_GNUC_WARN_UNUSED_RESULT;
/* Blocks until it is on disk. @before: (nullable): the sum of what is there until the new content
 * takes its place, where only the mark knows it. Where writing fails, the next one to look finds a
 * stranger's file, and asks. */
void     cvr_document_mark_write (const char *mark, const char *sum, const char *before);
/* Blocks: reads the file. Returns its etag where its content is one that was marked, NULL
 * otherwise. @mark: (nullable): then NULL. @sum: (out) (optional): of the content, then. */
char    *cvr_document_mark_etag  (const char *mark, GFile *file, char **sum,
                                  GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
