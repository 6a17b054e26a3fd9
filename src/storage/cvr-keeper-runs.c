/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the rows of trainings and what is kept of their epochs. */
#include "cvr-keeper-private.h"

/**
 * cvr_keeper_list_runs:
 * @runs: (out) (transfer full): of CvrKeptRun, in the order of their ids
 * @epochs: (out) (transfer full): of CvrKeptEpoch, in the order of run and epoch
 *
 * Waits for the disk: for opening and for workers. What isn't committed yet isn't seen.
 */
gboolean
cvr_keeper_list_runs (CvrKeeper  *self,
                      GPtrArray **runs,
                      GArray    **epochs,
                      GError    **error)
{
  gboolean ok;

  *runs = g_ptr_array_new_with_free_func (cvr_kept_run_free);
  *epochs = g_array_new (FALSE, FALSE, sizeof (CvrKeptEpoch));
  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) && cvr_store_list_runs (self->store, *runs, error) &&
       cvr_store_list_checkpoints (self->store, *epochs, error);
  g_mutex_unlock (&self->db_lock);
  if (ok)
    return TRUE;

  g_clear_pointer (runs, g_ptr_array_unref);
  g_clear_pointer (epochs, g_array_unref);

  return FALSE;
}

/**
 * cvr_keeper_read_epoch:
 * @bytes: (out) (transfer full) (nullable): %NULL where there is none, which is no error
 *
 * Waits for the disk: for workers. What isn't committed yet isn't seen.
 */
gboolean
cvr_keeper_read_epoch (CvrKeeper *self,
                       guint64    run,
                       guint      epoch,
                       GBytes   **bytes,
                       GError   **error)
{
  gboolean ok;

  *bytes = NULL;
  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) &&
       cvr_store_get_checkpoint (self->store, run, epoch, bytes, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}
