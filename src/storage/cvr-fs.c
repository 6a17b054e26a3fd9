/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replaces files whole or not at all. */
#include "cvr-fs.h"

#include "cvr-dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_ATTEMPTS = 100 };

static int
system_open (const char *path,
             int         flags,
             int         mode)
{
  return open (path, flags, mode);
}

const CvrFs cvr_fs_system = { system_open, write, fsync, close, rename, unlink };

/* Sets @error from errno. */
static gboolean
fail (const char *path,
      gsize       length,
      GError    **error)
{
  int reason = errno;
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *size = g_format_size (length);

  if (reason == ENOSPC || reason == EDQUOT)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                 _("“%s” can't be written: the disk is full, and %s are needed. What was there "
                   "before is unchanged."),
                 name, size);
  else
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                 _("“%s” can't be written: %s. What was there before is unchanged."), name,
                 g_strerror (reason));

  return FALSE;
}

/* A file that nobody else has, beside @path so that it can be renamed onto it. Returns: −1 with
 * errno. */
static int
open_beside (const CvrFs *fs,
             const char  *path,
             int          mode,
             char       **temporary)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  int fd = -1;

  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      g_autofree char *name = g_strdup_printf (".%s.%d-%u.part", base, (int) getpid (), i);

      *temporary = g_build_filename (folder, name, NULL);
      fd = fs->open (*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
      if (fd >= 0 || errno != EEXIST)
        break;
      g_clear_pointer (temporary, g_free);
    }
  if (fd < 0)
    g_clear_pointer (temporary, g_free);

  return fd;
}

static gboolean
write_all (const CvrFs  *fs,
           int           fd,
           const guint8 *data,
           gsize         length)
{
  while (length > 0)
    {
      gssize n = fs->write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          errno = n == 0 ? EIO : errno;
          return FALSE;
        }
      data += n;
      length -= (gsize) n;
    }

  return TRUE;
}

/* Removes what was begun; errno stays what it was. */
static void
give_up (const CvrFs *fs,
         int          fd,
         const char  *temporary)
{
  int reason = errno;

  if (fd >= 0)
    fs->close (fd);
  fs->remove (temporary);
  errno = reason;
}

/* The rename lasts through a loss of power only once its folder is written. Some file systems can't
 * do that; the file is whole either way. */
static void
sync_folder (const CvrFs *fs,
             const char  *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = fs->open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  fs->sync (fd);
  fs->close (fd);
}

/* What stands behind symbolic links, or @path where nothing stands yet. */
static char *
dup_target (const char *path)
{
  char *resolved = realpath (path, NULL);
  char *target = g_strdup (resolved != NULL ? resolved : path);

  free (resolved);

  return target;
}

/* A new file with the permissions of the one that it is going to replace. */
static int
open_for (const CvrFs *fs,
          const char  *target,
          char       **temporary)
{
  struct stat old;
  int mode = stat (target, &old) == 0 ? (int) (old.st_mode & 0777) : 0666;

  return open_beside (fs, target, mode, temporary);
}

/* @fd is written: it becomes @target. */
static gboolean
move_onto (const CvrFs *fs,
           int          fd,
           const char  *temporary,
           const char  *target)
{
  if (fs->sync (fd) != 0)
    {
      give_up (fs, fd, temporary);
      return FALSE;
    }
  if (fs->close (fd) != 0 || fs->rename (temporary, target) != 0)
    {
      give_up (fs, -1, temporary);
      return FALSE;
    }
  sync_folder (fs, target);

  return TRUE;
}

/**
 * cvr_fs_replace:
 * @fs: (nullable): the operations to use
 * @path: in the system's encoding; a symbolic link is followed
 * @data: (array length=length): what the file shall hold
 *
 * Writes a temporary file beside, syncs it and renames it. An existing file's permissions are kept.
 * Any thread.
 *
 * Returns: %TRUE when @path holds @data; %FALSE when it is as it was.
 */
gboolean
cvr_fs_replace (const CvrFs *fs,
                const char  *path,
                const void  *data,
                gsize        length,
                GError     **error)
{
  g_autofree char *temporary = NULL;
  g_autofree char *target = dup_target (path);
  int fd;

  fs = fs != NULL ? fs : &cvr_fs_system;
  fd = open_for (fs, target, &temporary);
  if (fd < 0)
    return fail (path, length, error);

  if (!write_all (fs, fd, data, length))
    {
      give_up (fs, fd, temporary);
      return fail (path, length, error);
    }

  return move_onto (fs, fd, temporary, target) || fail (path, length, error);
}

/**
 * cvr_fs_begin:
 * @fs: (nullable): the operations to use
 * @path: in the system's encoding; a symbolic link is followed
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the name of an empty file, to hand to cvr_fs_finish() or
 * cvr_fs_drop().
 */
char *
cvr_fs_begin (const CvrFs *fs,
              const char  *path,
              GError     **error)
{
  g_autofree char *target = dup_target (path);
  g_autofree char *temporary = NULL;
  int fd;

  fs = fs != NULL ? fs : &cvr_fs_system;
  fd = open_for (fs, target, &temporary);
  if (fd >= 0 && fs->close (fd) == 0)
    return g_steal_pointer (&temporary);

  if (fd >= 0)
    give_up (fs, -1, temporary);
  fail (path, 0, error);

  return NULL;
}

/**
 * cvr_fs_finish:
 *
 * Any thread.
 *
 * Returns: %TRUE when @path is what @temporary was; %FALSE when it is as it was.
 */
gboolean
cvr_fs_finish (const CvrFs *fs,
               const char  *temporary,
               const char  *path,
               GError     **error)
{
  g_autofree char *target = dup_target (path);
  GStatBuf status;
  gsize length = g_stat (temporary, &status) == 0 ? (gsize) status.st_size : 0;
  int fd;

  fs = fs != NULL ? fs : &cvr_fs_system;
  fd = fs->open (temporary, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0)
    {
      give_up (fs, -1, temporary);
      return fail (path, length, error);
    }

  return move_onto (fs, fd, temporary, target) || fail (path, length, error);
}

void
cvr_fs_drop (const CvrFs *fs,
             const char  *temporary)
{
  (fs != NULL ? fs : &cvr_fs_system)->remove (temporary);
}
