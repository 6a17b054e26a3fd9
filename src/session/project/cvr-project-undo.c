/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Undo and redo, and their names. */
#include "cvr-project-private.h"

#include "cvr-job-private.h"

#include <glib/gi18n-lib.h>

/* A network of an earlier session that is read before an undo can bring it back. */
typedef struct
{
  CvrKeeper     *keeper;
  char          *key;
  gboolean       back;
  CvrOtherModel *other; /* of the result */
} Fetch;

static Fetch *
fetch_new (CvrKeeper  *keeper,
           const char *key,
           gboolean    back)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->keeper = cvr_keeper_ref (keeper);
  fetch->key = g_strdup (key);
  fetch->back = back;

  return fetch;
}

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  cvr_keeper_unref (fetch->keeper);
  g_free (fetch->key);
  g_clear_pointer (&fetch->other, cvr_other_model_free);
  g_free (fetch);
}

/* Worker. That there was no network is a result too. */
static gpointer
fetch_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  const Fetch *wanted = data;
  Fetch *fetch = fetch_new (wanted->keeper, wanted->key, wanted->back);
  g_autoptr (GError) reason = NULL;

  fetch->other = g_new0 (CvrOtherModel, 1);
  if (cvr_project_read_model (fetch->keeper, fetch->key, fetch->other, &reason))
    return fetch;

  fetch_free (fetch);
  g_propagate_error (error, g_steal_pointer (&reason));

  return NULL;
}

static void undo_or_redo (CvrProject *self, gboolean back);

/* CvrJobDone */
static void
fetched_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  CvrProject *self = data;
  Fetch *fetch = result;

  /* Something else was done meanwhile. */
  if (job != self->fetching)
    {
      g_clear_pointer (&fetch, fetch_free);
      return;
    }

  self->fetching = NULL;
  if (fetch == NULL)
    {
      cvr_project_fail (self, error);
      return;
    }
  g_hash_table_replace (self->models, g_strdup (fetch->key), g_steal_pointer (&fetch->other));
  undo_or_redo (self, fetch->back);
  fetch_free (fetch);
}

void
cvr_project_stop_fetching (CvrProject *self)
{
  if (self->fetching != NULL)
    cvr_job_cancel (self->fetching);
  self->fetching = NULL;
}

void
cvr_project_wait_fetching (CvrProject *self)
{
  while (self->fetching != NULL)
    cvr_job_wait (self->fetching);
}

static void
undo_or_redo (CvrProject *self,
              gboolean    back)
{
  const CvrAction *action;
  const char *key;

  g_return_if_fail (self->keeper != NULL);

  /* One that still reads its network comes first. */
  if (self->fetching != NULL || (action = cvr_undo_peek (self->undo, back)) == NULL)
    return;

  key = cvr_project_missing_model (self, action);
  if (key == NULL)
    {
      cvr_project_move (self, back);
      return;
    }

  self->fetching =
    cvr_job_start (_("Reading the network"), fetch_func, fetch_new (self->keeper, key, back),
                   fetch_free, G_OBJECT (self), fetched_cb, self, fetch_free);
  cvr_project_track_job (self, self->fetching);
}

void
cvr_project_undo (CvrProject *self)
{
  undo_or_redo (self, TRUE);
}

void
cvr_project_redo (CvrProject *self)
{
  undo_or_redo (self, FALSE);
}

static const char *
name_of (CvrProject *self,
         gboolean    back,
         char      **kept)
{
  const CvrAction *action = self->undo != NULL ? cvr_undo_peek (self->undo, back) : NULL;

  g_free (*kept);
  *kept = action != NULL ? cvr_action_dup_name (action) : NULL;

  return *kept;
}

const char *
cvr_project_undo_name (CvrProject *self)
{
  return name_of (self, TRUE, &self->undo_name);
}

const char *
cvr_project_redo_name (CvrProject *self)
{
  return name_of (self, FALSE, &self->redo_name);
}
