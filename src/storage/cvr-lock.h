/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One window at a time writes a project: a lock file beside it, never a second descriptor on the
 * database itself (closing one would drop SQLite's own locks). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Held until it is released or the process ends, however it ends. One thread. */
typedef struct _CvrLock CvrLock;

/* @path: of the project; the lock file is "PATH.lock" and stays when the lock is gone.
 * CVR_STORAGE_ERROR_LOCKED: another process holds it; the sentence says on which computer and since
 * when. CVR_STORAGE_ERROR_IO: the lock file can't be made (a folder that is read-only). */
CvrLock *cvr_lock_take    (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says that the holder still lives: every half minute, where the file system can't lock by itself
 * (some network folders). */
void     cvr_lock_renew   (CvrLock *self);
void     cvr_lock_release (CvrLock *self);
/* Since when somebody has held it, seconds since 1970; 0 where that isn't known. */
gint64   cvr_lock_since   (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrLock, cvr_lock_release)

G_END_DECLS
