/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing, and taking back what the disk refuses. Memory changes at once; the keeper writes beside
 * the main thread. What is on its way stands in a queue with what it takes to take it back: where
 * one fails, all behind it fail too, and memory goes back to what the file says. The screen follows
 * when nothing is on its way any more. */
#include "cvr-project-private.h"

#include "cvr-notebook-private.h"

#include <glib/gi18n-lib.h>

/* Changes that follow each other this closely are one drag of a slider, or one word typed. */
enum { DRAG_US = 1500000 };

/* When more pictures than this come or go, the list and the signals each have their own turn of the
 * main loop. */
enum { MANY = 4096 };

typedef struct
{
  CvrProject    *project;  /* borrowed: closing waits for all of them */
  CvrAction     *action;   /* what memory takes back; NULL: nothing */
  gboolean       forward;  /* the direction it was done in */
  gboolean       fresh;    /* its pictures came for the first time */
  gboolean       taken_back;
  CvrUndoMark   *mark;     /* the undo stack before; NULL: it stays */
  GPtrArray     *dropped;  /* keys of models that are gone once it is on disk */
  CvrProjectKept done;
  gpointer       data;
} CvrPending;

static void
pending_free (CvrPending *pending)
{
  cvr_action_unref (pending->action);
  cvr_undo_mark_free (pending->mark);
  g_clear_pointer (&pending->dropped, g_ptr_array_unref);
  g_free (pending);
}

void
cvr_project_tell_now (CvrProject *self)
{
  if (self->telling == 0)
    return;

  g_clear_handle_id (&self->telling, g_source_remove);
  if (self->n_live == 0)
    cvr_project_emit_touched (self);
}

/* One signal a turn: what listens to each takes its time. */
static gboolean
tell_cb (gpointer project)
{
  CvrProject *self = project;

  if (self->n_live == 0 && cvr_project_emit_next (self))
    return G_SOURCE_CONTINUE;
  self->telling = 0;

  return G_SOURCE_REMOVE;
}

static guint
n_shown (CvrProject *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

void
cvr_project_settle (CvrProject *self)
{
  guint before = n_shown (self);

  self->sync_again = TRUE;
  if (self->syncing)
    return;

  g_object_ref (self);
  self->syncing = TRUE;
  while (self->sync_again && self->n_live == 0)
    {
      self->sync_again = FALSE;
      if (self->touched & (CVR_TOUCHED_IMAGES | CVR_TOUCHED_SIDES))
        cvr_item_list_sync (self->items, self->dataset);
    }
  self->syncing = FALSE;
  if (MAX (before, n_shown (self)) - MIN (before, n_shown (self)) > MANY && self->telling == 0)
    self->telling = g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, self, NULL);
  if (self->n_live == 0 && self->telling == 0)
    cvr_project_emit_touched (self);
  g_object_unref (self);
}

/* From the newest to the oldest, so that each finds memory as it left it. */
static void
take_back_all (CvrProject *self)
{
  for (GList *l = self->pending.tail; l != NULL; l = l->prev)
    {
      CvrPending *pending = l->data;

      if (pending->taken_back)
        continue;
      pending->taken_back = TRUE;
      self->n_live--;
      if (pending->action != NULL)
        cvr_project_apply (self, pending->action, !pending->forward, NULL);
      if (pending->fresh)
        cvr_project_drop_hidden (self, pending->action);
      if (pending->mark != NULL)
        cvr_undo_restore (self->undo, pending->mark);
    }
  self->drag_time = 0;
  self->touched |= CVR_TOUCHED_UNDO;
  cvr_project_refresh (self);
  cvr_keeper_go_on (self->keeper);
}

static void
forget_dropped (CvrPending *pending)
{
  for (guint i = 0; pending->dropped != NULL && i < pending->dropped->len; i++)
    g_hash_table_remove (pending->project->models, g_ptr_array_index (pending->dropped, i));
}

/* CvrKept */
static void
kept_cb (const GError *error,
         gpointer      data)
{
  CvrPending *pending = data;
  g_autoptr (CvrProject) self = g_object_ref (pending->project);
  gboolean first = error != NULL && !pending->taken_back;

  if (first)
    take_back_all (self);
  else if (error == NULL)
    {
      self->n_live--;
      forget_dropped (pending);
    }
  g_queue_remove (&self->pending, pending);

  if (self->n_live == 0)
    cvr_project_settle (self);
  if (pending->done != NULL)
    pending->done (error, pending->data);
  if (first)
    cvr_project_fail (self, error);
  pending_free (pending);
  cvr_project_emit_saving (self);
}

static CvrPending *
pending_new (CvrProject     *self,
             CvrAction      *action,
             gboolean        forward,
             CvrProjectKept  done,
             gpointer        data)
{
  CvrPending *pending = g_new0 (CvrPending, 1);

  pending->project = self;
  pending->action = action != NULL ? cvr_action_ref (action) : NULL;
  pending->forward = forward;
  pending->done = done;
  pending->data = data;

  return pending;
}

static void
hand_in (CvrPending *pending,
         CvrBatch   *batch)
{
  CvrProject *self = pending->project;

  pending->dropped = g_steal_pointer (&self->dropped);
  g_queue_push_tail (&self->pending, pending);
  self->n_live++;
  cvr_keeper_commit (self->keeper, batch, kept_cb, pending);
  cvr_project_emit_saving (self);
}

void
cvr_project_commit (CvrProject *self,
                    CvrBatch   *batch)
{
  hand_in (pending_new (self, NULL, TRUE, NULL, NULL), batch);
}

/* Memory could not follow. */
static void
refuse (CvrProject     *self,
        const GError   *error,
        CvrProjectKept  done,
        gpointer        data)
{
  cvr_project_refresh (self);
  if (self->n_live == 0)
    cvr_project_settle (self);
  if (done != NULL)
    done (error, data);
  cvr_project_fail (self, error);
}

static GError *
read_only_error (void)
{
  return g_error_new_literal (
    CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
    _("This project is open in another window: here it can only be looked at. Close it there, or "
      "save it here under another name."));
}

gboolean
cvr_project_may_change (CvrProject *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->read_only)
    return TRUE;

  error = read_only_error ();
  self->changed |= CVR_TOUCHED_SETTINGS | CVR_TOUCHED_CLASSES;
  refuse (self, error, NULL, NULL);

  return FALSE;
}

/* Memory and the pictures' rows; @batch and the rest are the caller's. */
static gboolean
apply_or_refuse (CvrProject     *self,
                 CvrAction      *action,
                 gboolean        forward,
                 CvrProjectKept  done,
                 gpointer        data)
{
  g_autoptr (GError) error = NULL;

  if (self->read_only)
    {
      error = read_only_error ();
      self->changed |= CVR_TOUCHED_SETTINGS | CVR_TOUCHED_CLASSES;
    }
  else if (cvr_project_apply (self, action, forward, &error))
    {
      cvr_project_refresh (self);
      return TRUE;
    }
  refuse (self, error, done, data);

  return FALSE;
}

gboolean
cvr_project_do (CvrProject     *self,
                CvrAction      *action,
                CvrProjectKept  done,
                gpointer        data)
{
  g_autoptr (CvrAction) held = action;
  CvrPending *pending;
  CvrBatch *batch;

  cvr_project_stop_fetching (self);
  self->drag_time = 0;
  if (!apply_or_refuse (self, action, TRUE, done, data))
    {
      cvr_project_drop_hidden (self, action);
      return FALSE;
    }

  batch = cvr_batch_new ();
  pending = pending_new (self, action, TRUE, done, data);
  pending->fresh = TRUE;
  pending->mark = cvr_undo_mark (self->undo);
  cvr_project_write (self, batch, action, TRUE);
  cvr_undo_push (self->undo, batch, action);
  self->touched |= CVR_TOUCHED_UNDO;
  hand_in (pending, batch);

  return TRUE;
}

static gboolean
goes_on (CvrProject      *self,
         const CvrAction *action)
{
  const CvrAction *newest = cvr_undo_peek (self->undo, TRUE);

  return newest != NULL && newest->kind == action->kind &&
         g_strcmp0 (newest->detail, action->detail) == 0 &&
         cvr_undo_peek (self->undo, FALSE) == NULL &&
         g_get_monotonic_time () - self->drag_time < DRAG_US;
}

gboolean
cvr_project_drag (CvrProject *self,
                  CvrAction  *action)
{
  g_autoptr (CvrAction) held = NULL;
  g_autoptr (CvrAction) joined = NULL;
  CvrPending *pending;
  CvrBatch *batch;
  gboolean done;

  if (self->drag_time == 0 || !goes_on (self, action))
    {
      done = cvr_project_do (self, action, NULL, NULL);
      self->drag_time = done ? g_get_monotonic_time () : 0;
      return done;
    }

  held = action;
  joined = cvr_action_join (cvr_undo_peek (self->undo, TRUE), action);
  if (!apply_or_refuse (self, action, TRUE, NULL, NULL))
    return FALSE;

  batch = cvr_batch_new ();
  pending = pending_new (self, action, TRUE, NULL, NULL);
  pending->mark = cvr_undo_mark (self->undo);
  cvr_project_write (self, batch, action, TRUE);
  cvr_undo_replace (self->undo, batch, joined);
  self->drag_time = g_get_monotonic_time ();
  hand_in (pending, batch);

  return TRUE;
}

gboolean
cvr_project_do_quietly (CvrProject     *self,
                        CvrAction      *action,
                        CvrBatch       *batch,
                        CvrUndoMark    *mark,
                        CvrProjectKept  done,
                        gpointer        data)
{
  g_autoptr (CvrAction) held = action;
  CvrPending *pending;

  if (!apply_or_refuse (self, action, TRUE, done, data))
    {
      g_clear_pointer (&batch, cvr_batch_free);
      cvr_undo_mark_free (mark);
      return FALSE;
    }

  if (batch == NULL)
    {
      batch = cvr_batch_new ();
      cvr_project_write (self, batch, action, TRUE);
    }
  pending = pending_new (self, action, TRUE, done, data);
  pending->mark = mark;
  hand_in (pending, batch);

  return TRUE;
}

void
cvr_project_move (CvrProject *self,
                  gboolean    back)
{
  CvrAction *action = (CvrAction *) cvr_undo_peek (self->undo, back);
  g_autoptr (CvrAction) held = cvr_action_ref (action);
  CvrPending *pending;
  CvrBatch *batch;

  self->drag_time = 0;
  if (!apply_or_refuse (self, action, !back, NULL, NULL))
    return;

  batch = cvr_batch_new ();
  pending = pending_new (self, action, !back, NULL, NULL);
  pending->mark = cvr_undo_mark (self->undo);
  cvr_project_write (self, batch, action, FALSE);
  cvr_undo_move (self->undo, batch, back);
  self->touched |= CVR_TOUCHED_UNDO;
  hand_in (pending, batch);
}

void
cvr_project_dropped_cb (const CvrAction *action,
                        gboolean         done,
                        CvrBatch        *batch,
                        gpointer         project)
{
  CvrProject *self = project;

  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      /* Where this step ends without the card, no other one can bring it back. */
      if (change->kind == CVR_CHANGE_RUN_SHOWN && change->come != done)
        cvr_notebook_drop (self->notebook, change->k, batch);
      if (change->kind != CVR_CHANGE_MODEL)
        continue;
      cvr_project_put_model (batch, change->new_text, NULL);
      if (self->dropped == NULL)
        self->dropped = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->dropped, g_strdup (change->new_text));
    }
}
