/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages remember, and pictures that leave without a trace. */
#include "cvr-project-private.h"

#include "cvr-job-private.h"
#include "cvr-notebook-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
cvr_project_get_state (CvrProject *self,
                       const char *key)
{
  return g_strdup (g_hash_table_lookup (self->states, key));
}

/* A read-only project remembers until it is closed. */
void
cvr_project_set_state (CvrProject *self,
                       const char *key,
                       const char *text)
{
  CvrBatch *batch;

  g_return_if_fail (self->keeper != NULL && key != NULL);

  if (g_strcmp0 (g_hash_table_lookup (self->states, key), text) == 0)
    return;

  if (text != NULL)
    g_hash_table_replace (self->states, g_strdup (key), g_strdup (text));
  else
    g_hash_table_remove (self->states, key);
  if (self->read_only)
    return;

  batch = cvr_batch_new ();
  cvr_project_put_states (self, batch);
  cvr_project_commit (self, batch);
}

/* Removing for good: the rows go with a batch, then free pages are given back beside the main
 * thread. */
typedef struct
{
  gatomicrefcount ref_count;
  CvrProject     *project; /* borrowed: for the batch, which it waits for */
  CvrKeeper      *keeper;
  GArray         *ids;     /* of guint64: of all that go */
  guint           n_removed; /* of these: asked for */
  GMutex          lock;
  GCond           ended;
  gboolean        kept;  /* the batch has ended */
  GError         *error; /* its */
} Removal;

static Removal *
removal_new (CvrProject *self)
{
  Removal *removal = g_new0 (Removal, 1);

  g_atomic_ref_count_init (&removal->ref_count);
  removal->project = self;
  removal->keeper = cvr_keeper_ref (self->keeper);
  removal->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_init (&removal->lock);
  g_cond_init (&removal->ended);

  return removal;
}

static void
removal_unref (gpointer data)
{
  Removal *removal = data;

  if (!g_atomic_ref_count_dec (&removal->ref_count))
    return;

  cvr_keeper_unref (removal->keeper);
  g_array_unref (removal->ids);
  g_clear_error (&removal->error);
  g_mutex_clear (&removal->lock);
  g_cond_clear (&removal->ended);
  g_free (removal);
}

/* CvrProjectKept */
static void
removed_cb (const GError *error,
            gpointer      data)
{
  Removal *removal = data;

  for (guint i = 0; error == NULL && i < removal->ids->len; i++)
    g_hash_table_remove (removal->project->hidden, &g_array_index (removal->ids, guint64, i));

  g_mutex_lock (&removal->lock);
  removal->kept = TRUE;
  removal->error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_signal (&removal->ended);
  g_mutex_unlock (&removal->lock);
  removal_unref (removal);
}

/* Worker. The main thread doesn't wait for it before the batch has ended. */
static gpointer
vacuum_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Removal *removal = data;

  g_mutex_lock (&removal->lock);
  while (!removal->kept)
    g_cond_wait (&removal->ended, &removal->lock);
  if (removal->error != NULL)
    g_propagate_error (error, g_error_copy (removal->error));
  g_mutex_unlock (&removal->lock);

  if (*error != NULL || !cvr_keeper_vacuum (removal->keeper, error))
    return NULL;

  return g_memdup2 (&removal->n_removed, sizeof (guint));
}

/* Whether @action speaks of any picture in @ids, which has pointers to their numbers. */
static gboolean
speaks_of (const CvrAction *action,
           gpointer         ids)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      for (guint j = 0; j < change->ids->len; j++)
        if (g_hash_table_contains (ids, &g_array_index (change->ids, guint64, j)))
          return TRUE;
    }

  return FALSE;
}

static void
collect_ids (const CvrAction *action,
             gpointer         ids)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      for (guint j = 0; change->kind == CVR_CHANGE_ITEMS && j < change->ids->len; j++)
        g_hash_table_add (ids, &g_array_index (change->ids, guint64, j));
    }
}

/* Hidden pictures that neither undo nor redo can come to. */
static void
gather_unreachable (CvrProject *self,
                    GArray     *ids)
{
  g_autoptr (GHashTable) reachable = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer id;

  cvr_undo_each (self->undo, collect_ids, reachable);
  g_hash_table_iter_init (&iter, self->hidden);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (reachable, id))
      g_array_append_vals (ids, id, 1);
}

static void
collect_cards (const CvrAction *action,
               gpointer         ids)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      if (change->kind == CVR_CHANGE_RUN_SHOWN)
        g_hash_table_add (ids, GUINT_TO_POINTER (change->k));
    }
}

/* Numbers of removed cards that neither undo nor redo can come to. */
static GArray *
find_unreachable_cards (CvrProject *self)
{
  g_autoptr (GHashTable) reachable = g_hash_table_new (NULL, NULL);
  GArray *cards = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer id;

  cvr_undo_each (self->undo, collect_cards, reachable);
  g_hash_table_iter_init (&iter, self->notebook->all);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (cvr_notebook_find (self->notebook, *(guint64 *) id) == NULL &&
        !g_hash_table_contains (reachable, GUINT_TO_POINTER ((guint) * (guint64 *) id)))
      g_array_append_vals (cards, id, 1);

  return cards;
}

/* Pictures of actions that were pushed off the stack, and of imports that did not come to their
 * end: gone means gone. Where it fails they only take room until the next time. */
void
cvr_project_forget_unreachable (CvrProject *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) cards = NULL;
  CvrBatch *batch;

  gather_unreachable (self, ids);
  cards = find_unreachable_cards (self);
  if (ids->len == 0 && cards->len == 0)
    return;

  batch = cvr_batch_new ();
  for (guint i = 0; i < cards->len; i++)
    cvr_notebook_drop (self->notebook, g_array_index (cards, guint64, i), batch);
  for (guint i = 0; i < ids->len; i++)
    {
      cvr_batch_forget (batch, g_array_index (ids, guint64, i));
      g_hash_table_remove (self->hidden, &g_array_index (ids, guint64, i));
    }
  cvr_project_commit (self, batch);
}

/* The pictures that @ids name, shown or hidden, into @removal and, shown ones, into @change. */
static void
gather_removed (CvrProject    *self,
                const guint64 *ids,
                guint          n_ids,
                GHashTable    *wanted,
                CvrChange     *change,
                Removal       *removal)
{
  for (guint i = 0; i < n_ids; i++)
    {
      gboolean shown = cvr_dataset_find_item (self->dataset, ids[i]) >= 0;

      if ((!shown && !g_hash_table_contains (self->hidden, &ids[i])) ||
          !g_hash_table_add (wanted, (gpointer) &ids[i]))
        continue;
      removal->n_removed++;
      if (!shown)
        continue;
      cvr_change_add_item (change, ids[i]);
      g_array_append_val (removal->ids, ids[i]);
    }
}

static void
commit_removal (CvrProject    *self,
                const guint64 *ids,
                guint          n_ids,
                Removal       *removal)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  CvrAction *action = cvr_action_new (CVR_N_ACTIONS, 0, NULL);
  CvrChange *change = cvr_action_add (action, CVR_CHANGE_ITEMS);
  CvrUndoMark *mark = cvr_undo_mark (self->undo);
  CvrBatch *batch = cvr_batch_new ();

  gather_removed (self, ids, n_ids, wanted, change, removal);
  /* Hidden pictures are there for these steps only. */
  cvr_undo_forget (self->undo, batch, speaks_of, wanted);
  gather_unreachable (self, removal->ids);
  for (guint i = 0; i < removal->ids->len; i++)
    cvr_batch_forget (batch, g_array_index (removal->ids, guint64, i));
  self->touched |= CVR_TOUCHED_UNDO;
  cvr_project_do_quietly (self, action, batch, mark, removed_cb, removal);
}

/**
 * cvr_project_remove_for_good:
 *
 * Returns: (transfer none): see cvr_job_start(). It has been removed by the time the job runs; what
 * a cancel stops is the giving back of room.
 */
CvrJob *
cvr_project_remove_for_good (CvrProject    *self,
                             const guint64 *ids,
                             guint          n_ids,
                             GObject       *owner,
                             CvrJobDone     done,
                             gpointer       user_data)
{
  Removal *removal;
  CvrJob *job;

  g_return_val_if_fail (self->keeper != NULL, NULL);

  removal = removal_new (self);
  g_atomic_ref_count_inc (&removal->ref_count); /* For the batch. */
  cvr_project_stop_fetching (self);
  self->drag_time = 0;
  if (self->read_only)
    cvr_project_do_quietly (self, cvr_action_new (CVR_N_ACTIONS, 0, NULL), NULL, NULL, removed_cb,
                            removal);
  else
    commit_removal (self, ids, n_ids, removal);

  job = cvr_job_start (_("Removing pictures for good"), vacuum_func, removal, removal_unref, owner,
                       done, user_data, g_free);
  cvr_project_track_job (self, job);

  return job;
}
