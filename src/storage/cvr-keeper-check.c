/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking whether a project is whole, down to the last byte of its pictures. */
#include "cvr-keeper-private.h"

#include <glib/gi18n-lib.h>

/* One thing read under the lock, and weighed outside of it. FALSE: there are no more. */
static gboolean
take_next (CvrKeeper        *self,
           guint64          *id,
           CvrStoredPicture *picture,
           GError          **error)
{
  gboolean ok;

  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) &&
       cvr_store_next_picture (self->store, id, picture, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

static gboolean
check_pictures (CvrKeeper    *self,
                guint        *n_pictures,
                guint        *n_damaged,
                GCancellable *cancellable,
                GError      **error)
{
  g_autoptr (GError) reason = NULL;
  guint64 id = 0;

  for (;;)
    {
      g_auto (CvrStoredPicture) picture = { 0 };

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED,
                               _("Cancelled."));
          return FALSE;
        }
      if (!take_next (self, &id, &picture, &reason))
        break;
      ++*n_pictures;
      *n_damaged += cvr_store_is_whole (&picture) ? 0 : 1;
    }
  if (reason == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
check_values (CvrKeeper *self,
              GError   **error)
{
  gboolean ok;

  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) && cvr_store_check_values (self->store, error) &&
       cvr_store_check_checkpoints (self->store, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

/**
 * cvr_keeper_check:
 *
 * Opening looks at the structure alone; this reads everything and compares the checksums. Blocks;
 * workers. Errors: %CVR_STORAGE_ERROR_FORMAT (damaged: cvr_keeper_recover() brings over the rest),
 * %CVR_STORAGE_ERROR_CANCELLED, %CVR_STORAGE_ERROR_IO.
 */
gboolean
cvr_keeper_check (CvrKeeper    *self,
                  GCancellable *cancellable,
                  GError      **error)
{
  guint n_pictures = 0, n_damaged = 0;

  if (!check_pictures (self, &n_pictures, &n_damaged, cancellable, error))
    return FALSE;
  if (n_damaged == 0)
    return check_values (self, error);

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               ngettext ("“%s” is damaged: %'u of its %'u pictures is not what was written.",
                         "“%s” is damaged: %'u of its %'u pictures are not what was written.",
                         n_damaged),
               self->name, n_damaged, n_pictures);
  return FALSE;
}
