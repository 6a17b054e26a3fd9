/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cvr-test-vfs.h"

#include <sqlite3.h>
#include <string.h>

/* The wrapped file lies right behind. */
typedef struct
{
  sqlite3_file  base;
  sqlite3_file *real;
} File;

static struct
{
  GMutex           lock;
  guint            calls, fail_at;
  gboolean         for_good;
  CvrTestVfsReason reason;
} plan;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs test_vfs;

static gboolean
fails (gboolean takes_room)
{
  gboolean result;

  g_mutex_lock (&plan.lock);
  plan.calls++;
  result = plan.fail_at > 0 && (plan.for_good ? plan.calls >= plan.fail_at
                                              : plan.calls == plan.fail_at);
  result = result && (takes_room || plan.reason != CVR_TEST_VFS_FULL);
  g_mutex_unlock (&plan.lock);

  return result;
}

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((File *) (void *) file)->real;
}

static int
file_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
file_read (sqlite3_file *file,
           void         *data,
           int           n,
           sqlite3_int64 offset)
{
  return real_of (file)->pMethods->xRead (real_of (file), data, n, offset);
}

static int
file_write (sqlite3_file *file,
            const void   *data,
            int           n,
            sqlite3_int64 offset)
{
  sqlite3_file *real = real_of (file);

  if (!fails (TRUE))
    return real->pMethods->xWrite (real, data, n, offset);

  if (plan.reason == CVR_TEST_VFS_BROKEN)
    real->pMethods->xWrite (real, data, n / 2, offset);

  return plan.reason == CVR_TEST_VFS_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int
file_truncate (sqlite3_file *file,
               sqlite3_int64 size)
{
  return fails (FALSE) ? SQLITE_IOERR_TRUNCATE
                       : real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
file_sync (sqlite3_file *file,
           int           flags)
{
  return fails (FALSE) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int
file_size (sqlite3_file  *file,
           sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
file_lock (sqlite3_file *file,
           int           level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
file_unlock (sqlite3_file *file,
             int           level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
file_check_lock (sqlite3_file *file,
                 int          *result)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), result);
}

static int
file_control (sqlite3_file *file,
              int           what,
              void         *data)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), what, data);
}

static int
file_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
file_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

/* Version 1: no shared memory and no mapping, which nobody here asks for. */
static const sqlite3_io_methods methods = {
  1,
  file_close,
  file_read,
  file_write,
  file_truncate,
  file_sync,
  file_size,
  file_lock,
  file_unlock,
  file_check_lock,
  file_control,
  file_sector_size,
  file_characteristics,
};

static int
vfs_open (sqlite3_vfs  *vfs,
          const char   *name,
          sqlite3_file *file,
          int           flags,
          int          *out_flags)
{
  File *self = (File *) (void *) file;
  int code;

  memset (self, 0, sizeof *self);
  if ((flags & SQLITE_OPEN_CREATE) != 0 && fails (FALSE))
    return SQLITE_CANTOPEN;

  self->real = (sqlite3_file *) (void *) (self + 1);
  code = real_vfs->xOpen (real_vfs, name, self->real, flags, out_flags);
  if (self->real->pMethods != NULL)
    self->base.pMethods = &methods;

  return code;
}

static int
vfs_delete (sqlite3_vfs *vfs,
            const char  *name,
            int          sync_folder)
{
  int code;

  if (fails (FALSE))
    return SQLITE_IOERR_DELETE;
  code = real_vfs->xDelete (real_vfs, name, 0);

  /* The file is gone, but whether that lasts isn't known. */
  return code == SQLITE_OK && sync_folder != 0 && fails (FALSE) ? SQLITE_IOERR_DIR_FSYNC : code;
}

void
cvr_test_vfs_install (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  g_assert_nonnull (real_vfs);
  test_vfs = *real_vfs;
  test_vfs.pNext = NULL;
  test_vfs.zName = "convisor-test";
  test_vfs.szOsFile = (int) sizeof (File) + real_vfs->szOsFile;
  test_vfs.xOpen = vfs_open;
  test_vfs.xDelete = vfs_delete;
  g_assert_cmpint (sqlite3_vfs_register (&test_vfs, 1), ==, SQLITE_OK);
}

void
cvr_test_vfs_plan (guint            fail_at,
                   gboolean         for_good,
                   CvrTestVfsReason reason)
{
  g_mutex_lock (&plan.lock);
  plan.calls = 0;
  plan.fail_at = fail_at;
  plan.for_good = for_good;
  plan.reason = reason;
  g_mutex_unlock (&plan.lock);
}

guint
cvr_test_vfs_calls (void)
{
  guint calls;

  g_mutex_lock (&plan.lock);
  calls = plan.calls;
  g_mutex_unlock (&plan.lock);

  return calls;
}
