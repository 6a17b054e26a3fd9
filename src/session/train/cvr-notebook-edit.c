/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people do with cards: undoable, and what has to be read for it beside the main thread. */
#include "cvr-notebook-private.h"

#include "cvr-epochs-private.h"
#include "cvr-project-private.h"
#include "cvr-run-card-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of what is done to @card. */
static CvrAction *
new_action (CvrActionKind kind,
            CvrRunCard   *card)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, card->id);
  CvrAction *action = cvr_action_new (kind, 0, number);

  action->other = g_strdup (card->title);

  return action;
}

static void
set_text (CvrNotebook  *self,
          CvrRunCard   *card,
          CvrActionKind kind,
          CvrChangeKind change,
          const char   *before,
          const char   *after)
{
  CvrAction *action;

  if (strcmp (before, after) == 0 || !cvr_project_may_change (self->project))
    return;

  action = new_action (kind, card);
  cvr_action_add_texts (action, change, (guint) card->id, before, after);
  cvr_project_drag (self->project, action);
}

void
cvr_notebook_rename (CvrNotebook *self,
                     guint64      id,
                     const char  *name)
{
  CvrRunCard *card = cvr_notebook_find (self, id);
  g_autofree char *stripped = g_strstrip (g_strdup (name));

  g_return_if_fail (self->project != NULL);

  if (card != NULL && !(card->name[0] == '\0' && strcmp (stripped, card->title) == 0))
    set_text (self, card, CVR_ACTION_RENAME_RUN, CVR_CHANGE_RUN_NAME, card->name, stripped);
}

void
cvr_notebook_set_note (CvrNotebook *self,
                       guint64      id,
                       const char  *note)
{
  CvrRunCard *card = cvr_notebook_find (self, id);

  g_return_if_fail (self->project != NULL);

  if (card != NULL)
    set_text (self, card, CVR_ACTION_NOTE_RUN, CVR_CHANGE_RUN_NOTE, card->note, note);
}

void
cvr_notebook_remove (CvrNotebook *self,
                     guint64      id)
{
  CvrRunCard *card = cvr_notebook_find (self, id);
  CvrAction *action;

  g_return_if_fail (self->project != NULL);

  if (card == NULL || id == self->running || !cvr_project_may_change (self->project))
    return;

  action = new_action (CVR_ACTION_REMOVE_RUN, card);
  cvr_action_add (action, CVR_CHANGE_RUN_SHOWN)->k = (guint) id;
  cvr_project_do (self->project, action, NULL, NULL);
}

/* Returning */

typedef struct
{
  CvrNotebook  *notebook;
  CvrKeeper    *keeper;
  guint64       id;
  guint         epoch;
  CvrOtherModel found;
  GObject      *owner;  /* weak; NULL: it is gone, or there was none */
  gboolean      owned;
  CvrJobDone    done;
  gpointer      user_data;
} Return;

static void
return_free (gpointer data)
{
  Return *self = data;

  if (self->owner != NULL)
    g_object_remove_weak_pointer (self->owner, (gpointer *) &self->owner);
  g_object_unref (self->notebook);
  cvr_keeper_unref (self->keeper);
  g_clear_pointer (&self->found.model, cvr_model_unref);
  cvr_trained_unref (self->found.trained);
  g_free (self);
}

/* Worker: what it finds is the main thread's afterwards. */
static gpointer
return_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Return *self = data;
  g_autofree char *key = cvr_notebook_dup_key (self->id, "trained");

  self->found.model = cvr_epochs_read_model (self->keeper, self->id, self->epoch, error);
  if (self->found.model == NULL)
    return NULL;

  self->found.trained = cvr_project_read_trained (self->keeper, key);
  self->found.origin = (CvrOrigin) { self->id, self->epoch };

  return self;
}

/* Settings and network in one step; @found nullable: the network stays. */
static void
do_return (CvrNotebook         *self,
           CvrRunCard          *card,
           const CvrOtherModel *found)
{
  CvrProject *project = self->project;
  CvrAction *action = new_action (CVR_ACTION_RETURN_TO_RUN, card);
  g_autofree char *before = cvr_settings_to_json (&project->settings);
  g_autofree char *after = cvr_settings_to_json (&card->facts.settings);
  g_autofree char *key = NULL;

  if (strcmp (before, after) != 0)
    cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, before, after);
  if (found != NULL)
    {
      key = cvr_project_keep_other (project, found);
      cvr_action_add_texts (action, CVR_CHANGE_MODEL, 0, NULL, key);
    }
  if (action->changes->len == 0)
    cvr_action_unref (action);
  else if (!cvr_project_do (project, action, NULL, NULL) && key != NULL)
    g_hash_table_remove (project->models, key);
}

static void
returned_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  Return *self = data;
  CvrRunCard *card = cvr_notebook_find (self->notebook, self->id);
  CvrProject *project = self->notebook->project;

  if (result != NULL && card != NULL && project != NULL && project->keeper != NULL)
    {
      CvrOtherModel found = self->found;

      self->found = (CvrOtherModel) { 0 };
      do_return (self->notebook, card, &found);
    }
  if (self->done != NULL && (!self->owned || self->owner != NULL))
    self->done (job, NULL, error, self->user_data);
  return_free (self);
}

static gboolean
has_network (CvrNotebook *self,
             CvrRunCard  *card,
             guint       *epoch)
{
  CvrProject *project = self->project;
  guint wanted = *epoch == G_MAXUINT ? card->facts.report.best_epoch : *epoch;

  if (cvr_epochs_nearest (project->epochs, card->id, wanted, epoch))
    return TRUE;

  /* The settings at least. */
  do_return (self, card, NULL);
  if (!cvr_run_card_is_present (card, NULL))
    {
      g_autoptr (GError) error = g_error_new (
        CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
        _("The settings of “%s” are back, but its network was not kept: train again. How much is "
          "kept can be changed under “Project size”."), card->title);

      cvr_project_fail (project, error);
    }

  return FALSE;
}

CvrJob *
cvr_notebook_return_to (CvrNotebook *self,
                        guint64      id,
                        guint        epoch,
                        GObject     *owner,
                        CvrJobDone   done,
                        gpointer     user_data)
{
  CvrRunCard *card = cvr_notebook_find (self, id);
  CvrProject *project = self->project;
  Return *work;
  CvrJob *job;

  g_return_val_if_fail (project != NULL && project->keeper != NULL, NULL);

  if (card == NULL || !cvr_project_may_change (project) || !has_network (self, card, &epoch))
    return NULL;

  work = g_new0 (Return, 1);
  work->notebook = g_object_ref (self);
  work->keeper = cvr_keeper_ref (project->keeper);
  work->id = id;
  work->epoch = epoch;
  work->done = done;
  work->user_data = user_data;
  work->owner = owner;
  work->owned = owner != NULL;
  if (owner != NULL)
    g_object_add_weak_pointer (owner, (gpointer *) &work->owner);
  job = cvr_job_start (_("Reading the network"), return_func, work, NULL, NULL, returned_cb, work,
                       NULL);
  cvr_project_track_job (project, job);

  return job;
}

/* Curves */

typedef struct
{
  CvrKeeper *keeper;
  char      *key;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  cvr_keeper_unref (self->keeper);
  g_free (self->key);
  g_free (self);
}

/* Worker. A run that has not come to the end of an epoch has no curve yet. */
static gpointer
read_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  const Reading *self = data;
  g_autoptr (GError) reason = NULL;
  CvrHistory *history = cvr_project_read_history (self->keeper, self->key, &reason);

  if (history == NULL && reason == NULL)
    return cvr_history_new ();
  if (history == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return history;
}

static void
free_history (gpointer history)
{
  cvr_history_free (history);
}

CvrJob *
cvr_notebook_read_history (CvrNotebook *self,
                           guint64      id,
                           GObject     *owner,
                           CvrJobDone   done,
                           gpointer     user_data)
{
  CvrProject *project = self->project;
  Reading *work;

  g_return_val_if_fail (project != NULL && project->keeper != NULL, NULL);

  work = g_new0 (Reading, 1);
  work->keeper = cvr_keeper_ref (project->keeper);
  work->key = cvr_notebook_dup_key (id, "history");

  return cvr_job_start (_("Reading the curve"), read_func, work, reading_free, owner, done,
                        user_data, free_history);
}

/* Variants */

/* @parent: (nullable): the training that the network comes from */
static void
fill_variant (CvrRunCard       *card,
              const CvrVariant *variant,
              const CvrRunCard *parent)
{
  card->facts.state = CVR_CARD_ENDED;
  card->facts.parent = parent != NULL ? parent->id : 0;
  card->facts.report.n_train = parent != NULL ? parent->facts.report.n_train : 0;
  card->facts.bytes = variant->bytes;
  card->facts.ms = variant->ms;
  card->facts.report.val_accuracy = variant->accuracy;
  card->facts.report.val_loss = variant->loss;
  card->facts.report.n_valid = variant->n_valid;
  card->removed = TRUE; /* until the action shows it */
  cvr_run_card_set_what (card, variant->what);
  cvr_run_card_set_name (card, variant->name);
}

/**
 * cvr_notebook_keep_variant:
 * @model: its bytes are written beside the main thread
 *
 * Returns: the number of its card.
 */
guint64
cvr_notebook_keep_variant (CvrNotebook      *self,
                           CvrModel         *model,
                           const CvrVariant *variant)
{
  CvrProject *project = self->project;
  CvrRunCard *parent, *card;
  CvrAction *action;
  CvrChange *shown;
  CvrBatch *batch;

  g_return_val_if_fail (project != NULL && project->keeper != NULL && model != NULL, 0);

  if (!cvr_project_may_change (project))
    return 0;

  parent = cvr_notebook_find (self, project->origin.run);
  card = cvr_notebook_add (self, CVR_CARD_VARIANT,
                           parent != NULL ? &parent->facts.settings : &project->settings);
  fill_variant (card, variant, parent);

  /* The row and what belongs to it first: the action only shows it. */
  batch = cvr_batch_new ();
  cvr_notebook_put (self, card->id, batch);
  cvr_epochs_put (project->epochs, batch, card->id, 0, model);
  if (project->trained != NULL)
    {
      g_autofree char *key = cvr_notebook_dup_key (card->id, "trained");

      cvr_project_put_trained (batch, key, project->trained);
    }
  cvr_project_commit_epoch (project, batch, card->id, 0, NULL, NULL);

  action = new_action (CVR_ACTION_KEEP_VARIANT, card);
  shown = cvr_action_add (action, CVR_CHANGE_RUN_SHOWN);
  shown->k = (guint) card->id;
  shown->come = TRUE;

  return cvr_project_do (project, action, NULL, NULL) ? card->id : 0;
}
