/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One window at a time writes a project. */
#include "cvr-lock.h"

#include "cvr-dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum
{
  RECORD_BYTES = 512,
  STALE_S = 120, /* a record that nobody renewed, where the file system can't lock */
};

struct _CvrLock
{
  int      fd;
  gboolean by_record; /* flock() isn't supported there */
};

/* "host pid seconds", seconds since 1970. */
typedef struct
{
  char   host[256];
  gint64 pid, time;
} Record;

static gboolean
read_record (int     fd,
             Record *record)
{
  char text[RECORD_BYTES];
  gssize n = pread (fd, text, sizeof text - 1, 0);
  g_auto (GStrv) words = NULL;

  if (n <= 0)
    return FALSE;
  text[n] = '\0';
  words = g_strsplit (g_strstrip (text), " ", -1);
  if (g_strv_length (words) != 3 ||
      !g_ascii_string_to_signed (words[1], 10, 1, G_MAXINT, &record->pid, NULL) ||
      !g_ascii_string_to_signed (words[2], 10, 0, G_MAXINT64, &record->time, NULL))
    return FALSE;

  return g_strlcpy (record->host, words[0], sizeof record->host) < sizeof record->host;
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* The record only tells who it is; the lock is the kernel's, where it has one. */
static gboolean
write_record (int fd)
{
  g_autofree char *text =
    g_strdup_printf ("%s %d %" G_GINT64_FORMAT "\n", g_get_host_name (), (int) getpid (), now ());

  return ftruncate (fd, 0) == 0 && pwrite (fd, text, strlen (text), 0) == (gssize) strlen (text) &&
         fsync (fd) == 0;
}

static void
set_locked (const char   *name,
            const Record *record,
            GError      **error)
{
  g_autoptr (GDateTime) since =
    record != NULL ? g_date_time_new_from_unix_local (record->time) : NULL;
  g_autofree char *time = since != NULL ? g_date_time_format (since, "%R") : NULL;

  if (time != NULL)
    /* Translators: a file, a computer's name, a time of the day. */
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                 _("“%1$s” is open in another window (on %2$s, since %3$s)."), name, record->host,
                 time);
  else
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                 _("“%s” is open in another window."), name);
}

/* Without help from the file system: a record that was renewed lately is somebody else's. */
static gboolean
is_held_by_record (int     fd,
                   Record *record)
{
  if (!read_record (fd, record) || now () - record->time > STALE_S)
    return FALSE;

  return record->pid != getpid () || !g_str_equal (record->host, g_get_host_name ());
}

static gboolean
lock_file (CvrLock    *self,
           const char *name,
           GError    **error)
{
  Record record;

  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  if (errno == EWOULDBLOCK)
    {
      set_locked (name, read_record (self->fd, &record) ? &record : NULL, error);
      return FALSE;
    }
  self->by_record = TRUE;
  if (!is_held_by_record (self->fd, &record))
    return TRUE;

  set_locked (name, &record, error);
  return FALSE;
}

/**
 * cvr_lock_take:
 * @path: in the system's encoding
 *
 * Returns: (transfer full) (nullable)
 */
CvrLock *
cvr_lock_take (const char *path,
               GError    **error)
{
  g_autofree char *file = g_strconcat (path, ".lock", NULL);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_filename_display_name (base);
  CvrLock *self = g_new0 (CvrLock, 1);
  gboolean taken;

  self->fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%1$s” can't be opened for writing: %2$s."), name, g_strerror (errno));
      g_free (self);
      return NULL;
    }

  taken = lock_file (self, name, error);
  if (taken && !write_record (self->fd))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("“%1$s” can't be opened for writing: %2$s."), name, g_strerror (errno));
      taken = FALSE;
    }
  if (!taken)
    {
      close (self->fd);
      g_free (self);
      return NULL;
    }

  return self;
}

void
cvr_lock_renew (CvrLock *self)
{
  if (self->by_record)
    (void) write_record (self->fd);
}

/**
 * cvr_lock_release:
 * @self: (nullable)
 *
 * The file stays, empty: removing it would let a third process lock a name that is gone.
 */
void
cvr_lock_release (CvrLock *self)
{
  if (self == NULL)
    return;

  (void) !ftruncate (self->fd, 0);
  close (self->fd);
  g_free (self);
}

gint64
cvr_lock_since (const char *path)
{
  g_autofree char *file = g_strconcat (path, ".lock", NULL);
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  Record record;
  gint64 since = 0;

  if (fd < 0)
    return 0;
  if (read_record (fd, &record))
    since = record.time;
  close (fd);

  return since;
}
