/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few file operations that change the disk, as a table that tests replace to make each one
 * fail. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  int     (*open)   (const char *path, int flags, int mode);
  gssize  (*write)  (int fd, const void *data, gsize length);
  int     (*sync)   (int fd);
  int     (*close)  (int fd);
  int     (*rename) (const char *from, const char *to);
  int     (*remove) (const char *path);
} CvrFs;

extern const CvrFs cvr_fs_system;

/* Writes beside, syncs, renames: after any failure the old file is whole and the temporary one
 * gone. The sentence names the file and the system's reason (disk full: how much was needed). @fs
 * nullable: the system's. */
gboolean cvr_fs_replace (const CvrFs *fs, const char *path, const void *data, gsize length,
                         GError **error);

/* The same for a file that somebody else writes. An empty one beside @path: its name. */
char    *cvr_fs_begin   (const CvrFs *fs, const char *path,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Syncs and renames; after any failure the old file is whole and the temporary one gone. */
gboolean cvr_fs_finish  (const CvrFs *fs, const char *temporary, const char *path, GError **error);
void     cvr_fs_drop    (const CvrFs *fs, const char *temporary);

G_END_DECLS
