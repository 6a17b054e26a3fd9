/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes in memory: the same way forwards (doing, redoing) and backwards (undoing, taking back
 * what the disk refused). */
#include "cvr-project-private.h"

#include "cvr-notebook-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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

static gint
place_of (CvrProject      *self,
          const CvrChange *change,
          guint            i)
{
  return cvr_dataset_find_item (self->dataset, g_array_index (change->ids, guint64, i));
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
      gint place = place_of (self, change, i);

      if (place >= 0)
        cvr_dataset_set_label (self->dataset, (guint) place, g_array_index (labels, gint, i));
    }

  return TRUE;
}

static void
apply_splits (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward)
{
  GArray *splits = forward ? change->after : change->before;

  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place = place_of (self, change, i);

      if (place >= 0)
        cvr_dataset_set_split (self->dataset, (guint) place,
                               (CvrSplit) g_array_index (splits, gint, i));
    }
}

/* (transfer full) (nullable): the same with @tag, or without it. */
static CvrExtras *
with_tag (const CvrExtras *extras,
          const char      *tag,
          gboolean         on)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  for (guint i = 0; extras != NULL && extras->tags[i] != NULL; i++)
    if (!g_str_equal (extras->tags[i], tag))
      g_ptr_array_add (tags, extras->tags[i]);
  if (on)
    g_ptr_array_add (tags, (gpointer) tag);
  g_ptr_array_add (tags, NULL);

  return cvr_extras_new (extras != NULL ? extras->boxes : NULL,
                         extras != NULL ? extras->n_boxes : 0, (const char *const *) tags->pdata,
                         extras != NULL ? extras->note : NULL);
}

static void
apply_tag (CvrProject      *self,
           const CvrChange *change,
           gboolean         forward)
{
  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place = place_of (self, change, i);
      g_autoptr (CvrExtras) extras = NULL;

      if (place < 0)
        continue;
      extras = with_tag (cvr_dataset_item (self->dataset, (guint) place)->extras, change->new_text,
                         change->come == forward);
      cvr_dataset_set_extras (self->dataset, (guint) place, extras);
    }
}

static gboolean
apply_extras (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward,
              GError         **error)
{
  GPtrArray *extras = forward ? change->new_extras : change->old_extras;
  gint n_classes = (gint) cvr_dataset_n_classes (self->dataset);

  for (guint i = 0; i < extras->len; i++)
    {
      const CvrExtras *one = g_ptr_array_index (extras, i);

      for (guint j = 0; one != NULL && j < one->n_boxes; j++)
        if (one->boxes[j].label >= n_classes)
          return out_of_range (_("class"), one->boxes[j].label, error);
    }

  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place = place_of (self, change, i);

      if (place >= 0)
        cvr_dataset_set_extras (self->dataset, (guint) place, g_ptr_array_index (extras, i));
    }

  return TRUE;
}

static void
apply_groups (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward)
{
  GArray *groups = forward ? change->new_groups : change->old_groups;

  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place = place_of (self, change, i);

      if (place >= 0)
        cvr_dataset_set_group (self->dataset, (guint) place, g_array_index (groups, guint64, i));
    }
}

static gboolean
apply_class (CvrProject      *self,
             const CvrChange *change,
             gboolean         forward,
             GError         **error)
{
  gboolean sets = change->kind == CVR_CHANGE_CLASS_SET;
  gboolean adds = !sets && (change->kind == CVR_CHANGE_CLASS_ADD) == forward;
  guint n_classes = cvr_dataset_n_classes (self->dataset);
  CvrClass klass = cvr_change_class (change, sets ? forward : change->kind == CVR_CHANGE_CLASS_ADD);

  if (adds ? change->k > n_classes : change->k >= n_classes)
    return out_of_range (_("class"), (gint) change->k, error);

  if (sets)
    cvr_dataset_set_class (self->dataset, change->k, &klass);
  else if (adds)
    cvr_dataset_insert_class (self->dataset, change->k, &klass);
  else
    cvr_dataset_remove_class (self->dataset, change->k);
  if (!sets)
    cvr_project_move_adding (self, change->k, adds ? 1 : -1);

  return TRUE;
}

const char *
cvr_project_missing_model (CvrProject      *self,
                           const CvrAction *action)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      if (change->kind == CVR_CHANGE_MODEL &&
          !g_hash_table_contains (self->models, change->new_text))
        return change->new_text;
    }

  return NULL;
}

/* Present and other model change places. */
static gboolean
apply_model (CvrProject      *self,
             const CvrChange *change,
             GError         **error)
{
  CvrOtherModel *other = g_hash_table_lookup (self->models, change->new_text);
  CvrOtherModel present = cvr_project_present (self);

  if (other == NULL)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                           _("The other network is no longer in the project's file."));
      return FALSE;
    }

  self->model = other->model;
  self->trained = other->trained;
  self->origin = other->origin;
  *other = present;

  return TRUE;
}

static void
apply_name (CvrProject      *self,
            const CvrChange *change,
            gboolean         forward)
{
  g_free (self->name);
  self->name = g_strdup (forward ? change->new_text : change->old_text);
}

static guint
touched_by (CvrChangeKind kind)
{
  switch (kind)
    {
    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_CLASS_REMOVE:
    case CVR_CHANGE_CLASS_SET:
      return CVR_TOUCHED_CLASSES | CVR_TOUCHED_IMAGES | CVR_TOUCHED_SIDES | CVR_TOUCHED_NETWORK;
    case CVR_CHANGE_NAME:
      return CVR_TOUCHED_SETTINGS;
    case CVR_CHANGE_SETTINGS:
      return CVR_TOUCHED_SETTINGS | CVR_TOUCHED_SIDES | CVR_TOUCHED_NETWORK;
    case CVR_CHANGE_MODEL:
      return CVR_TOUCHED_MODEL | CVR_TOUCHED_NOTEBOOK;
    case CVR_CHANGE_RUN_NAME:
    case CVR_CHANGE_RUN_NOTE:
    case CVR_CHANGE_RUN_SHOWN:
      return CVR_TOUCHED_NOTEBOOK;
    case CVR_CHANGE_TAG:
    case CVR_CHANGE_EXTRAS:
      return CVR_TOUCHED_IMAGES;
    case CVR_CHANGE_ITEMS:
      return CVR_TOUCHED_IMAGES | CVR_TOUCHED_SIDES | CVR_TOUCHED_NETWORK;
    case CVR_CHANGE_LABELS:
    case CVR_CHANGE_SPLITS:
    case CVR_CHANGE_GROUPS:
    case CVR_N_CHANGES:
    default:
      return CVR_TOUCHED_IMAGES | CVR_TOUCHED_SIDES;
    }
}

static gboolean
apply_change (CvrProject      *self,
              const CvrChange *change,
              gboolean         forward,
              GError         **error)
{
  self->changed |= touched_by (change->kind);
  switch (change->kind)
    {
    case CVR_CHANGE_LABELS:
      return apply_labels (self, change, forward, error);
    case CVR_CHANGE_ITEMS:
      if (change->come == forward)
        return cvr_project_show_items (self, change, error);
      cvr_project_hide_items (self, change);
      return TRUE;
    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_CLASS_REMOVE:
    case CVR_CHANGE_CLASS_SET:
      return apply_class (self, change, forward, error);
    case CVR_CHANGE_NAME:
      apply_name (self, change, forward);
      return TRUE;
    case CVR_CHANGE_SETTINGS:
      return cvr_settings_from_json (&self->settings, forward ? change->new_text : change->old_text,
                                     error);
    case CVR_CHANGE_SPLITS:
      apply_splits (self, change, forward);
      return TRUE;
    case CVR_CHANGE_TAG:
      apply_tag (self, change, forward);
      return TRUE;
    case CVR_CHANGE_EXTRAS:
      return apply_extras (self, change, forward, error);
    case CVR_CHANGE_GROUPS:
      apply_groups (self, change, forward);
      return TRUE;
    case CVR_CHANGE_RUN_NAME:
      cvr_notebook_apply_name (self->notebook, change->k,
                               forward ? change->new_text : change->old_text);
      return TRUE;
    case CVR_CHANGE_RUN_NOTE:
      cvr_notebook_apply_note (self->notebook, change->k,
                               forward ? change->new_text : change->old_text);
      return TRUE;
    case CVR_CHANGE_RUN_SHOWN:
      cvr_notebook_apply_shown (self->notebook, change->k, change->come == forward);
      return TRUE;
    case CVR_CHANGE_MODEL:
    case CVR_N_CHANGES:
    default:
      return apply_model (self, change, error);
    }
}

/* All changes in order, or backwards in the opposite one. When one fails, those before it are taken
 * back. */
gboolean
cvr_project_apply (CvrProject      *self,
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

void
cvr_project_refresh (CvrProject *self)
{
  guint changed = self->changed;

  self->changed = 0;
  self->touched |= changed;
  self->stale = -1;
  if (changed & CVR_TOUCHED_IMAGES)
    g_clear_pointer (&self->active, cvr_dataset_unref);
  if (changed & CVR_TOUCHED_SIDES)
    {
      cvr_dataset_split (self->dataset, self->settings.valid_fraction,
                         self->settings.test_fraction, self->settings.seed);
      g_clear_pointer (&self->active, cvr_dataset_unref);
    }
  if (changed & CVR_TOUCHED_NETWORK)
    {
      g_clear_pointer (&self->graph, nn_graph_unref);
      g_clear_error (&self->graph_error);
    }
  if (changed & CVR_TOUCHED_MODEL)
    cvr_project_evaluate (self);
}
