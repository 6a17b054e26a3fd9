/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite's file operations with a plan for what fails. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_TEST_VFS_BROKEN,    /* as of a disk that is unplugged */
  CVR_TEST_VFS_FULL,      /* writes alone: no room */
  CVR_TEST_VFS_READ_ONLY, /* nothing new can be made in the folder */
} CvrTestVfsReason;

/* From now on every database of this process goes through it; nothing fails before
 * cvr_test_vfs_plan(). Nothing is synced really. */
void  cvr_test_vfs_install (void);
/* The operation number @fail_at that changes something (open for writing, write, sync, truncate,
 * delete), counted from now on, fails; where @for_good, all behind it too, as if the program had
 * been killed. A write that fails has written half. 0: nothing fails. */
void  cvr_test_vfs_plan    (guint fail_at, gboolean for_good, CvrTestVfsReason reason);
/* Since the last plan. */
guint cvr_test_vfs_calls   (void);

G_END_DECLS
