/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing, undoing and redoing: changes go through memory first and then, as one transaction, to
 * disk. */
#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

enum
{
  FETCH_AT_ONCE = 16,  /* hidden pictures that may be decoded in one main loop turn */
  SLICE_US = 8000,     /* of one turn, where there are more */
};

/* An undo, or redo, that first reads pictures back from disk, a few in every main loop turn. */
typedef struct _CvrFetch
{
  GArray  *ids;    /* of guint64: still to come */
  gboolean back;
  guint    source;
} CvrFetch;

void
cvr_project_refresh (CvrProject *self)
{
  guint n;

  cvr_dataset_split (self->dataset, self->settings.valid_fraction, self->settings.seed);
  n = cvr_dataset_n_items (self->dataset);
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      CvrImageItem *object = g_hash_table_lookup (self->by_id, &item->id);

      cvr_image_item_set_label (object, item->label);
      cvr_image_item_set_split (object, item->used);
    }
  cvr_project_forget_graph (self);
}

static gboolean
out_of_range (const char *what,
              gint        value,
              GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("A step of the undo list doesn't fit the project: %1$s %2$d doesn't exist."),
               what, value);
  return FALSE;
}

static gboolean
apply_labels (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward,
              GError         **error)
{
  GArray *labels = forward ? change->after : change->before;
  gint n_classes = (gint) cvr_dataset_n_classes (self->dataset);

  for (guint i = 0; i < labels->len; i++)
    if (g_array_index (labels, gint, i) >= n_classes)
      return out_of_range (_("class"), g_array_index (labels, gint, i), error);

  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place = cvr_dataset_find_item (self->dataset, g_array_index (change->ids, guint64, i));

      if (place >= 0)
        cvr_dataset_set_label (self->dataset, (guint) place, g_array_index (labels, gint, i));
    }

  return TRUE;
}

static gboolean
apply_class (CvrProject      *self,
             const CvrChange *change,
             gboolean         forward,
             GError         **error)
{
  gboolean adds = change->kind == CVR_CHANGE_CLASS_RENAME
                    ? FALSE
                    : (change->kind == CVR_CHANGE_CLASS_ADD) == forward;
  guint n_classes = cvr_dataset_n_classes (self->dataset);

  if (adds ? change->k > n_classes : change->k >= n_classes)
    return out_of_range (_("class"), (gint) change->k, error);

  if (change->kind == CVR_CHANGE_CLASS_RENAME)
    cvr_dataset_rename_class (self->dataset, change->k,
                              forward ? change->new_text : change->old_text);
  else if (adds)
    cvr_dataset_insert_class (self->dataset, change->k,
                              change->kind == CVR_CHANGE_CLASS_ADD ? change->new_text
                                                                   : change->old_text);
  else
    cvr_dataset_remove_class (self->dataset, change->k);

  return TRUE;
}

/* Present and other model change places. */
static gboolean
apply_model (CvrProject      *self,
             const CvrChange *change,
             GError         **error)
{
  CvrOtherModel *other = g_hash_table_lookup (self->models, change->new_text);
  CvrOtherModel present = { self->model, self->trained };

  if (other == NULL)
    {
      g_autoptr (GError) reason = NULL;

      other = g_new0 (CvrOtherModel, 1);
      other->model = cvr_project_read_model (self, change->new_text, &other->trained, &reason);
      if (reason != NULL)
        {
          cvr_other_model_free (other);
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      g_hash_table_insert (self->models, g_strdup (change->new_text), other);
    }

  self->model = other->model;
  self->trained = other->trained;
  *other = present;

  return TRUE;
}

/* Memory only. */
static gboolean
apply_change (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward,
              GError         **error)
{
  switch (change->kind)
    {
    case CVR_CHANGE_LABELS:
      self->touched |= CVR_TOUCHED_IMAGES;
      return apply_labels (self, change, forward, error);

    case CVR_CHANGE_ITEMS:
      self->touched |= CVR_TOUCHED_IMAGES;
      if (change->come == forward)
        return cvr_project_show_items (self, change, error);
      cvr_project_hide_items (self, change);
      return TRUE;

    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_CLASS_REMOVE:
    case CVR_CHANGE_CLASS_RENAME:
      self->touched |= CVR_TOUCHED_CLASSES | CVR_TOUCHED_IMAGES;
      return apply_class (self, change, forward, error);

    case CVR_CHANGE_NAME:
      self->touched |= CVR_TOUCHED_SETTINGS;
      g_free (self->name);
      self->name = g_strdup (forward ? change->new_text : change->old_text);
      return TRUE;

    case CVR_CHANGE_SETTINGS:
      self->touched |= CVR_TOUCHED_SETTINGS;
      return cvr_settings_from_json (&self->settings, forward ? change->new_text : change->old_text,
                                     error);

    case CVR_CHANGE_MODEL:
    case CVR_N_CHANGES:
    default:
      self->touched |= CVR_TOUCHED_MODEL;
      return apply_model (self, change, error);
    }
}

/* All changes in order, or backwards in the opposite one. When one fails, those before it are taken
 * back. */
static gboolean
apply_action (CvrProject      *self,
              const CvrAction *action,
              gboolean         forward,
              GError         **error)
{
  guint n = action->changes->len;

  for (guint i = 0; i < n; i++)
    if (!apply_change (self, g_ptr_array_index (action->changes, forward ? i : n - 1 - i), forward,
                       error))
      {
        while (i-- > 0)
          apply_change (self, g_ptr_array_index (action->changes, forward ? i : n - 1 - i),
                        !forward, NULL);
        return FALSE;
      }

  return TRUE;
}

/* Writes what memory says of one picture: its place behind or before the curtain, its label. */
static gboolean
write_item (CvrProject *self,
            guint64     id,
            gboolean    came_or_went,
            GError    **error)
{
  gint place = cvr_dataset_find_item (self->dataset, id);
  const CvrItem *item;

  if (place < 0)
    return !came_or_went || cvr_store_hide_item (self->store, id, TRUE, error);

  item = cvr_dataset_item (self->dataset, (guint) place);
  return (!came_or_went || cvr_store_hide_item (self->store, id, FALSE, error)) &&
         cvr_store_set_item (self->store, id, item->label, item->split, error);
}

static gboolean
write_change (CvrProject      *self,
              const CvrChange *change,
              GError         **error)
{
  g_autofree char *text = NULL;
  CvrOtherModel *other;

  switch (change->kind)
    {
    case CVR_CHANGE_LABELS:
    case CVR_CHANGE_ITEMS:
      for (guint i = 0; i < change->ids->len; i++)
        if (!write_item (self, g_array_index (change->ids, guint64, i),
                         change->kind == CVR_CHANGE_ITEMS, error))
          return FALSE;
      return TRUE;

    case CVR_CHANGE_NAME:
      return cvr_project_put_text (self, "name", self->name, error);

    case CVR_CHANGE_SETTINGS:
      text = cvr_settings_to_json (&self->settings);
      return cvr_project_put_text (self, "settings", text, error);

    case CVR_CHANGE_MODEL:
      other = g_hash_table_lookup (self->models, change->new_text);
      return cvr_project_put_model (self, "model", self->model, self->trained, error) &&
             cvr_project_put_model (self, change->new_text, other->model, other->trained, error);

    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_CLASS_REMOVE:
    case CVR_CHANGE_CLASS_RENAME:
    case CVR_N_CHANGES:
    default:
      return TRUE; /* Written together, before everything that speaks of classes. */
    }
}

/* Brings the store to what memory is after @action, in whichever direction.
 * Inside a transaction. */
static gboolean
write_action (CvrProject      *self,
              const CvrAction *action,
              GError         **error)
{
  gboolean classes = FALSE;

  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      classes |= change->kind == CVR_CHANGE_CLASS_ADD || change->kind == CVR_CHANGE_CLASS_REMOVE ||
                 change->kind == CVR_CHANGE_CLASS_RENAME;
    }
  if (classes && !cvr_store_set_classes (self->store, self->dataset, error))
    return FALSE;

  for (guint i = 0; i < action->changes->len; i++)
    if (!write_change (self, g_ptr_array_index (action->changes, i), error))
      return FALSE;

  return cvr_project_put_counters (self, error);
}

/* What depends on what was touched, then the signals. */
static void
settle (CvrProject *self)
{
  if (self->touched & (CVR_TOUCHED_IMAGES | CVR_TOUCHED_CLASSES | CVR_TOUCHED_SETTINGS))
    cvr_project_refresh (self);
  self->touched |= CVR_TOUCHED_UNDO;
  if (self->touched & CVR_TOUCHED_MODEL)
    cvr_project_evaluate (self);
  cvr_project_emit_touched (self);
}

/* Nothing has happened: memory was taken back, and the stack goes back too. */
static void
give_up (CvrProject   *self,
         const GError *error)
{
  cvr_undo_go_back (self->undo);
  settle (self);
  cvr_project_fail (self, error);
}

gboolean
cvr_project_do (CvrProject *self,
                CvrAction  *action)
{
  g_autoptr (CvrAction) owned = action;
  g_autoptr (GError) error = NULL;
  gboolean pushed = FALSE;

  cvr_project_stop_fetching (self);
  if (!apply_action (self, action, TRUE, &error))
    {
      settle (self);
      cvr_project_fail (self, error);
      return FALSE;
    }

  cvr_project_begin (self);
  if (write_action (self, action, &error))
    pushed = cvr_undo_push (self->undo, action, &error);
  if (pushed)
    owned = NULL; /* The stack's now. */
  if (cvr_project_commit (self, error == NULL ? &error : NULL) && pushed)
    {
      settle (self);
      return TRUE;
    }

  apply_action (self, action, FALSE, NULL);
  give_up (self, error);

  return FALSE;
}

static gboolean
move (CvrProject *self,
      gboolean    back)
{
  const CvrAction *action = cvr_undo_peek (self->undo, back);
  g_autoptr (GError) error = NULL;
  gboolean written;

  if (!apply_action (self, action, !back, &error))
    {
      settle (self);
      cvr_project_fail (self, error);
      return FALSE;
    }

  cvr_project_begin (self);
  written = write_action (self, action, &error) && cvr_undo_move (self->undo, back, &error);
  if (cvr_project_commit (self, error == NULL ? &error : NULL) && written)
    {
      settle (self);
      return TRUE;
    }

  apply_action (self, action, back, NULL);
  give_up (self, error);

  return FALSE;
}

/* Pictures that come back with @action and are on disk only. */
static GArray *
list_missing (CvrProject      *self,
              const CvrAction *action,
              gboolean         back)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      if (change->kind != CVR_CHANGE_ITEMS || change->come == back)
        continue;
      for (guint j = 0; j < change->ids->len; j++)
        {
          guint64 id = g_array_index (change->ids, guint64, j);

          if (!g_hash_table_contains (self->hidden, &id) &&
              cvr_dataset_find_item (self->dataset, id) < 0)
            g_array_append_val (ids, id);
        }
    }

  return ids;
}

void
cvr_project_stop_fetching (CvrProject *self)
{
  CvrFetch *fetch = g_steal_pointer (&self->fetch);

  if (fetch == NULL)
    return;

  g_source_remove (fetch->source);
  g_array_unref (fetch->ids);
  g_free (fetch);
}

static gboolean
fetch_slice_cb (gpointer data)
{
  CvrProject *self = data;
  CvrFetch *fetch = self->fetch;
  gint64 end = g_get_monotonic_time () + SLICE_US;
  gboolean back = fetch->back;

  while (fetch->ids->len > 0 && g_get_monotonic_time () < end)
    {
      guint64 id = g_array_index (fetch->ids, guint64, fetch->ids->len - 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image = cvr_store_get_image (self->store, id, &error);

      if (image == NULL)
        {
          cvr_project_stop_fetching (self);
          cvr_project_fail (self, error);
          return G_SOURCE_REMOVE;
        }
      cvr_project_keep_hidden (self, id, image);
      g_array_set_size (fetch->ids, fetch->ids->len - 1);
    }
  if (fetch->ids->len > 0)
    return G_SOURCE_CONTINUE;

  cvr_project_stop_fetching (self);
  move (self, back);

  return G_SOURCE_REMOVE;
}

static void
undo_or_redo (CvrProject *self,
              gboolean    back)
{
  const CvrAction *action;
  g_autoptr (GArray) missing = NULL;

  g_return_if_fail (self->store != NULL);

  /* One that still reads its pictures comes first. */
  if (self->fetch != NULL || (action = cvr_undo_peek (self->undo, back)) == NULL)
    return;

  self->settings_time = 0;
  missing = list_missing (self, action, back);
  if (missing->len <= FETCH_AT_ONCE)
    {
      move (self, back);
      return;
    }

  self->fetch = g_new0 (CvrFetch, 1);
  self->fetch->ids = g_steal_pointer (&missing);
  self->fetch->back = back;
  self->fetch->source = g_idle_add (fetch_slice_cb, self);
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

/* CvrUndoDropped: pictures and models that nothing can bring back any more. */
void
cvr_project_dropped_cb (const CvrAction *action,
                        gboolean         done,
                        gpointer         data)
{
  CvrProject *self = data;

  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      if (change->kind == CVR_CHANGE_MODEL)
        {
          /* An error here fails the transaction that this happens in. */
          cvr_project_put_model (self, change->new_text, NULL, NULL, NULL);
          g_hash_table_remove (self->models, change->new_text);
        }
      else if (change->kind == CVR_CHANGE_ITEMS && change->come != done)
        for (guint j = 0; j < change->ids->len; j++)
          g_hash_table_remove (self->hidden, &g_array_index (change->ids, guint64, j));
    }
}
