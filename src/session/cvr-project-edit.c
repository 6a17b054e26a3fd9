/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does to the project: each call one undoable action. */
#include "cvr-project-private.h"

#include "cvr-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Changes of the same fields that follow each other this closely are one drag of a slider. */
enum { DRAG_US = 1500000 };

void
cvr_project_set_labels (CvrProject    *self,
                        const guint64 *ids,
                        guint          n_ids,
                        gint           label)
{
  g_autoptr (CvrAction) action = cvr_action_new (CVR_ACTION_LABEL, 0, NULL);
  CvrChange *change = cvr_action_add (action, CVR_CHANGE_LABELS);

  g_return_if_fail (self->store != NULL);
  g_return_if_fail (label >= CVR_LABEL_NONE &&
                    label < (gint) cvr_dataset_n_classes (self->dataset));

  for (guint i = 0; i < n_ids; i++)
    {
      gint place = cvr_dataset_find_item (self->dataset, ids[i]);
      const CvrItem *item = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place) : NULL;

      if (item != NULL && item->label != label)
        cvr_change_add_label (change, ids[i], item->label, label);
    }

  action->count = change->ids->len;
  if (action->count > 0)
    cvr_project_do (self, g_steal_pointer (&action));
}

void
cvr_project_remove_items (CvrProject    *self,
                          const guint64 *ids,
                          guint          n_ids)
{
  g_autoptr (CvrAction) action = cvr_action_new (CVR_ACTION_REMOVE, 0, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  CvrChange *change = cvr_action_add (action, CVR_CHANGE_ITEMS);

  g_return_if_fail (self->store != NULL);

  for (guint i = 0; i < n_ids; i++)
    {
      gint place = cvr_dataset_find_item (self->dataset, ids[i]);
      const CvrItem *item;

      if (place < 0 || !g_hash_table_add (seen, (gpointer) &ids[i]))
        continue;
      item = cvr_dataset_item (self->dataset, (guint) place);
      cvr_change_add_item (change, item->id, item->name, item->label, item->split);
    }

  action->count = change->ids->len;
  if (action->count > 0)
    cvr_project_do (self, g_steal_pointer (&action));
}

/**
 * cvr_project_add_image:
 * @label: a class, or CVR_LABEL_NONE
 *
 * Returns: the picture's id; 0 where it could not be kept ("failed" said why).
 */
guint64
cvr_project_add_image (CvrProject *self,
                       CvrImage   *image,
                       const char *name,
                       gint        label)
{
  g_autoptr (GError) error = NULL;
  CvrItem item = { self->next_id,  image,          (char *) (name != NULL ? name : ""),
                   CVR_LABEL_NONE, CVR_SPLIT_AUTO, CVR_SPLIT_AUTO };
  CvrAction *action;
  gboolean put;

  g_return_val_if_fail (self->store != NULL && image != NULL, 0);
  g_return_val_if_fail (
    label >= CVR_LABEL_NONE && label < (gint) cvr_dataset_n_classes (self->dataset), 0);

  /* Behind the curtain first: the action then only lets it out, like any redo. */
  cvr_project_begin (self);
  self->next_id++;
  put = cvr_store_put_item (self->store, &item, &error) &&
        cvr_store_hide_item (self->store, item.id, TRUE, &error) &&
        cvr_project_put_counters (self, &error);
  if (!cvr_project_commit (self, error == NULL ? &error : NULL) || !put)
    {
      cvr_project_fail (self, error);
      return 0;
    }

  cvr_project_keep_hidden (self, item.id, image);
  action = cvr_action_new (CVR_ACTION_ADD, 1, NULL);
  {
    CvrChange *change = cvr_action_add (action, CVR_CHANGE_ITEMS);

    change->come = TRUE;
    cvr_change_add_item (change, item.id, item.name, label, CVR_SPLIT_AUTO);
  }

  return cvr_project_do (self, action) ? item.id : 0;
}

/* A name that no class has yet. */
static char *
dup_free_class_name (CvrProject *self)
{
  for (guint i = cvr_dataset_n_classes (self->dataset) + 1;; i++)
    {
      g_autofree char *name = g_strdup_printf (_("Class %u"), i);

      if (cvr_dataset_find_class (self->dataset, name) < 0)
        return g_steal_pointer (&name);
    }
}

/**
 * cvr_project_add_class:
 * @name: blanks around it are taken off; an empty one gets a name
 *
 * Returns: its index; that of the existing class where there is one of this name.
 */
guint
cvr_project_add_class (CvrProject *self,
                       const char *name)
{
  g_autofree char *clean = g_strstrip (g_strdup (name));
  guint k = cvr_dataset_n_classes (self->dataset);
  CvrAction *action;
  gint found;

  g_return_val_if_fail (self->store != NULL && name != NULL, 0);

  if (*clean == '\0')
    {
      g_free (clean);
      clean = dup_free_class_name (self);
    }
  found = cvr_dataset_find_class (self->dataset, clean);
  if (found >= 0)
    return (guint) found;

  action = cvr_action_new (CVR_ACTION_ADD_CLASS, 0, clean);
  cvr_action_add_texts (action, CVR_CHANGE_CLASS_ADD, k, NULL, clean);
  cvr_project_do (self, action);

  return k;
}

/* A name that another class has, or none at all, is refused with "failed". */
void
cvr_project_rename_class (CvrProject *self,
                          guint       k,
                          const char *name)
{
  g_autofree char *clean = g_strstrip (g_strdup (name));
  const char *old;
  CvrAction *action;

  g_return_if_fail (self->store != NULL && name != NULL);
  g_return_if_fail (k < cvr_dataset_n_classes (self->dataset));

  old = cvr_dataset_class_name (self->dataset, k);
  if (g_str_equal (old, clean))
    return;
  if (*clean == '\0' || cvr_dataset_find_class (self->dataset, clean) >= 0)
    {
      g_autoptr (GError) error =
        *clean == '\0'
          ? g_error_new_literal (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                                 _("A class needs a name."))
          : g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                         _("There is a class “%s” already. Give this one another name."), clean);

      cvr_project_fail (self, error);
      self->touched |=
        CVR_TOUCHED_CLASSES; /* Whoever shows the refused name shows the old one again. */
      cvr_project_emit_touched (self);
      return;
    }

  action = cvr_action_new (CVR_ACTION_RENAME_CLASS, 0, old);
  cvr_action_add_texts (action, CVR_CHANGE_CLASS_RENAME, k, old, clean);
  cvr_project_do (self, action);
}

/* Its pictures stay, without a label. */
void
cvr_project_remove_class (CvrProject *self,
                          guint       k)
{
  const char *name = cvr_dataset_class_name (self->dataset, k);
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->store != NULL && name != NULL);

  action = cvr_action_new (CVR_ACTION_REMOVE_CLASS, 0, name);
  change = cvr_action_add (action, CVR_CHANGE_LABELS);
  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      if (item->label == (gint) k)
        cvr_change_add_label (change, item->id, item->label, CVR_LABEL_NONE);
    }
  cvr_action_add_texts (action, CVR_CHANGE_CLASS_REMOVE, k, name, NULL);
  cvr_project_do (self, action);
}

/* The members in which two settings differ: "epochs lr". */
static char *
dup_fields (const char *old_json,
            const char *new_json)
{
  g_autoptr (JsonObject) before = cvr_json_parse_object (old_json, "settings", NULL);
  g_autoptr (JsonObject) after = cvr_json_parse_object (new_json, "settings", NULL);
  GString *fields = g_string_new (NULL);
  g_autoptr (GList) members = json_object_get_members (after);

  for (GList *l = members; l != NULL; l = l->next)
    if (!json_node_equal (json_object_get_member (before, l->data),
                          json_object_get_member (after, l->data)))
      g_string_append_printf (fields, "%s%s", fields->len > 0 ? " " : "", (const char *) l->data);

  return g_string_free (fields, FALSE);
}

/* Goes on with a drag: the newest action gets a new end. FALSE with "failed" where it can't be
 * kept. */
static gboolean
extend_drag (CvrProject        *self,
             const CvrAction   *newest,
             const CvrSettings *settings,
             const char        *json)
{
  const CvrChange *change = g_ptr_array_index (newest->changes, 0);
  g_autoptr (CvrAction) action = cvr_action_new (CVR_ACTION_SETTINGS, 0, newest->detail);
  g_autoptr (GError) error = NULL;
  gboolean written;

  cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, change->old_text, json);
  cvr_project_begin (self);
  written = cvr_project_put_text (self, "settings", json, &error) &&
            cvr_undo_replace (self->undo, action, &error);
  if (written)
    action = NULL; /* The stack's now. */
  if (!cvr_project_commit (self, error == NULL ? &error : NULL) || !written)
    {
      cvr_undo_go_back (self->undo);
      cvr_project_fail (self, error);
      return FALSE;
    }

  self->settings = *settings;
  self->touched |= CVR_TOUCHED_SETTINGS;
  cvr_project_refresh (self);
  cvr_project_emit_touched (self);

  return TRUE;
}

/**
 * cvr_project_set_settings:
 *
 * Settings that can't be used are refused with "failed", and "settings-changed" brings the old ones
 * back on screen.
 */
void
cvr_project_set_settings (CvrProject        *self,
                          const CvrSettings *settings)
{
  g_autofree char *old_json = cvr_settings_to_json (&self->settings);
  g_autofree char *new_json = NULL;
  g_autofree char *fields = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_monotonic_time ();
  const CvrAction *newest;

  g_return_if_fail (self->store != NULL && settings != NULL);

  if (!cvr_settings_check (settings, &error))
    {
      cvr_project_fail (self, error);
      self->touched |= CVR_TOUCHED_SETTINGS;
      cvr_project_emit_touched (self);
      return;
    }
  new_json = cvr_settings_to_json (settings);
  if (g_str_equal (old_json, new_json))
    return;

  fields = dup_fields (old_json, new_json);
  newest = cvr_undo_peek (self->undo, TRUE);
  if (newest != NULL && newest->kind == CVR_ACTION_SETTINGS &&
      g_strcmp0 (newest->detail, fields) == 0 && cvr_undo_peek (self->undo, FALSE) == NULL &&
      now - self->settings_time < DRAG_US)
    extend_drag (self, newest, settings, new_json);
  else
    {
      CvrAction *action = cvr_action_new (CVR_ACTION_SETTINGS, 0, fields);

      cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, old_json, new_json);
      cvr_project_do (self, action);
    }
  self->settings_time = now;
}

void
cvr_other_model_free (gpointer data)
{
  CvrOtherModel *other = data;

  g_clear_pointer (&other->model, cvr_model_unref);
  g_clear_pointer (&other->trained, cvr_trained_free);
  g_free (other);
}

/* It counts as up to date: nobody knows what it was trained with. A variant of the present network
 * keeps that one's record. */
void
cvr_project_set_model (CvrProject *self,
                       CvrModel   *model)
{
  g_autofree char *key = NULL;
  CvrOtherModel *other;
  CvrAction *action;

  g_return_if_fail (self->store != NULL && model != NULL);

  if (model == self->model)
    return;

  key = g_strdup_printf ("model/%" G_GUINT64_FORMAT, self->next_model++);
  other = g_new0 (CvrOtherModel, 1);
  other->model = cvr_model_ref (model);
  if (self->trained != NULL && self->model != NULL &&
      g_strcmp0 (model->training, self->model->training) == 0)
    {
      g_autofree char *record = cvr_trained_to_json (self->trained);

      other->trained = cvr_trained_from_json (record, NULL);
    }
  g_hash_table_insert (self->models, g_strdup (key), other);

  action = cvr_action_new (CVR_ACTION_MODEL, 0, NULL);
  cvr_action_add_texts (action, CVR_CHANGE_MODEL, 0, NULL, key);
  if (!cvr_project_do (self, action))
    g_hash_table_remove (self->models, key);
}
