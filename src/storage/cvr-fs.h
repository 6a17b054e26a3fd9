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

G_END_DECLS
