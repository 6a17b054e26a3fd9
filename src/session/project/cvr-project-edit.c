/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does to pictures, settings and the network: each call one undoable action. */
#include "cvr-project-private.h"

#include "cvr-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Does @action where it changes any picture. */
static void
do_where_any (CvrProject *self,
              CvrAction  *action,
              CvrChange  *change)
{
  action->count = change->ids->len;
  if (action->count > 0)
    cvr_project_do (self, action, NULL, NULL);
  else
    cvr_action_unref (action);
}

/* The items that @ids name, each once. */
static GPtrArray *
gather (CvrProject    *self,
        const guint64 *ids,
        guint          n_ids)
{
  GPtrArray *items = g_ptr_array_sized_new (n_ids);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < n_ids; i++)
    {
      gint place = cvr_dataset_find_item (self->dataset, ids[i]);
      const CvrItem *item = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place) : NULL;

      if (item != NULL && g_hash_table_add (seen, (gpointer) item))
        g_ptr_array_add (items, (gpointer) item);
    }

  return items;
}

void
cvr_project_set_labels (CvrProject    *self,
                        const guint64 *ids,
                        guint          n_ids,
                        gint           label)
{
  g_autoptr (GPtrArray) items = NULL;
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->keeper != NULL);
  g_return_if_fail (label >= CVR_LABEL_NONE &&
                    label < (gint) cvr_dataset_n_classes (self->dataset));

  items = gather (self, ids, n_ids);
  action = cvr_action_new (CVR_ACTION_LABEL, 0, NULL);
  change = cvr_action_add (action, CVR_CHANGE_LABELS);
  for (guint i = 0; i < items->len; i++)
    {
      const CvrItem *item = g_ptr_array_index (items, i);

      if (item->label != label)
        cvr_change_add_value (change, item->id, item->label, label);
    }
  do_where_any (self, action, change);
}

void
cvr_project_set_splits (CvrProject    *self,
                        const guint64 *ids,
                        guint          n_ids,
                        CvrSplit       split)
{
  static const char *const names[] = { "auto", "train", "valid", "test" };
  g_autoptr (GPtrArray) items = NULL;
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->keeper != NULL);
  g_return_if_fail ((guint) split < G_N_ELEMENTS (names));

  items = gather (self, ids, n_ids);
  action = cvr_action_new (CVR_ACTION_SPLIT, 0, NULL);
  action->other = g_strdup (names[split]);
  change = cvr_action_add (action, CVR_CHANGE_SPLITS);
  for (guint i = 0; i < items->len; i++)
    {
      const CvrItem *item = g_ptr_array_index (items, i);

      if (item->split != split)
        cvr_change_add_value (change, item->id, (gint) item->split, (gint) split);
    }
  do_where_any (self, action, change);
}

void
cvr_project_remove_items (CvrProject    *self,
                          const guint64 *ids,
                          guint          n_ids)
{
  g_autoptr (GPtrArray) items = NULL;
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->keeper != NULL);

  items = gather (self, ids, n_ids);
  action = cvr_action_new (CVR_ACTION_REMOVE, 0, NULL);
  change = cvr_action_add (action, CVR_CHANGE_ITEMS);
  for (guint i = 0; i < items->len; i++)
    cvr_change_add_item (change, ((const CvrItem *) g_ptr_array_index (items, i))->id);
  do_where_any (self, action, change);
}

/**
 * cvr_project_set_tag:
 * @tag: blanks around it are taken off
 */
void
cvr_project_set_tag (CvrProject    *self,
                     const guint64 *ids,
                     guint          n_ids,
                     const char    *tag,
                     gboolean       on)
{
  g_autofree char *clean = g_strstrip (g_strdup (tag));
  g_autoptr (GPtrArray) items = NULL;
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->keeper != NULL);

  if (*clean == '\0')
    return;

  items = gather (self, ids, n_ids);
  action = cvr_action_new (on ? CVR_ACTION_TAG : CVR_ACTION_UNTAG, 0, clean);
  change = cvr_action_add_texts (action, CVR_CHANGE_TAG, 0, NULL, clean);
  change->come = on;
  for (guint i = 0; i < items->len; i++)
    {
      const CvrItem *item = g_ptr_array_index (items, i);

      if (cvr_extras_has_tag (item->extras, clean) != on)
        cvr_change_add_item (change, item->id);
    }
  do_where_any (self, action, change);
}

/* One picture's extras become @after. */
static void
set_extras (CvrProject    *self,
            const CvrItem *item,
            CvrActionKind  kind,
            CvrExtras     *after)
{
  g_autofree char *detail = g_strdup_printf ("%" G_GUINT64_FORMAT, item->id);
  CvrAction *action;
  CvrChange *change;

  if (cvr_extras_equal (item->extras, after))
    return;

  action = cvr_action_new (kind, 1, detail);
  change = cvr_action_add (action, CVR_CHANGE_EXTRAS);
  cvr_change_add_extras (change, item->id, item->extras, after);
  cvr_project_drag (self, action);
}

void
cvr_project_set_boxes (CvrProject   *self,
                       guint64       id,
                       const CvrBox *boxes,
                       guint         n_boxes)
{
  gint place = cvr_dataset_find_item (self->dataset, id);
  const CvrItem *item = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place) : NULL;
  g_autoptr (CvrExtras) after = NULL;

  g_return_if_fail (self->keeper != NULL);
  for (guint i = 0; i < n_boxes; i++)
    g_return_if_fail (boxes[i].label >= CVR_LABEL_NONE &&
                      boxes[i].label < (gint) cvr_dataset_n_classes (self->dataset));

  if (item == NULL)
    return;
  after = cvr_extras_new (boxes, n_boxes,
                          item->extras != NULL ? (const char *const *) item->extras->tags : NULL,
                          item->extras != NULL ? item->extras->note : NULL);
  set_extras (self, item, CVR_ACTION_BOXES, after);
}

void
cvr_project_set_note (CvrProject *self,
                      guint64     id,
                      const char *note)
{
  gint place = cvr_dataset_find_item (self->dataset, id);
  const CvrItem *item = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place) : NULL;
  g_autoptr (CvrExtras) after = NULL;

  g_return_if_fail (self->keeper != NULL);

  if (item == NULL)
    return;
  after = item->extras != NULL
            ? cvr_extras_new (item->extras->boxes, item->extras->n_boxes,
                              (const char *const *) item->extras->tags, note)
            : cvr_extras_new (NULL, 0, NULL, note);
  set_extras (self, item, CVR_ACTION_NOTE, after);
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
  CvrAction *action;

  g_return_if_fail (self->keeper != NULL && settings != NULL);

  if (!cvr_settings_check (settings, &error))
    {
      cvr_project_fail (self, error);
      self->touched |= CVR_TOUCHED_SETTINGS;
      if (self->n_live == 0)
        cvr_project_settle (self);
      return;
    }
  new_json = cvr_settings_to_json (settings);
  if (g_str_equal (old_json, new_json))
    return;

  fields = dup_fields (old_json, new_json);
  action = cvr_action_new (CVR_ACTION_SETTINGS, 0, fields);
  cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, old_json, new_json);
  cvr_project_drag (self, action);
}

void
cvr_other_model_free (gpointer data)
{
  CvrOtherModel *other = data;

  g_clear_pointer (&other->model, cvr_model_unref);
  cvr_trained_unref (other->trained);
  g_free (other);
}

char *
cvr_project_keep_other (CvrProject          *self,
                        const CvrOtherModel *other)
{
  char *key = g_strdup_printf ("model/%" G_GUINT64_FORMAT, self->next_model++);

  g_hash_table_insert (self->models, g_strdup (key), g_memdup2 (other, sizeof *other));

  return key;
}

/* It counts as up to date: nobody knows what it was trained with. A variant of the present network
 * keeps that one's record. */
void
cvr_project_set_model (CvrProject *self,
                       CvrModel   *model)
{
  g_return_if_fail (self->keeper != NULL);

  if (model != self->model)
    cvr_project_change_model (self, model, model != NULL ? self->settings.base : "");
}

void
cvr_project_change_model (CvrProject *self,
                          CvrModel   *model,
                          const char *base)
{
  g_autofree char *key = NULL;
  g_autofree char *old_json = cvr_settings_to_json (&self->settings);
  g_autofree char *new_json = NULL;
  CvrOtherModel other = { .model = model };
  CvrSettings settings = self->settings;
  CvrAction *action;

  if (!g_str_equal (base, settings.base))
    settings.n_frozen = 0;
  cvr_settings_set_base (&settings, base);
  new_json = cvr_settings_to_json (&settings);
  if (model != NULL)
    cvr_model_ref (model);
  if (self->trained != NULL && self->model != NULL && model != NULL &&
      g_strcmp0 (model->training, self->model->training) == 0)
    other.trained = cvr_trained_ref (self->trained);
  key = cvr_project_keep_other (self, &other);

  action = cvr_action_new (CVR_ACTION_MODEL, 0, NULL);
  cvr_action_add_texts (action, CVR_CHANGE_MODEL, 0, NULL, key);
  if (!g_str_equal (old_json, new_json))
    cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, old_json, new_json);
  if (!cvr_project_do (self, action, NULL, NULL))
    g_hash_table_remove (self->models, key);
}

static void
put_name (CvrProject *self,
          const char *name)
{
  CvrAction *action = cvr_action_new (CVR_N_ACTIONS, 0, NULL);

  cvr_action_add_texts (action, CVR_CHANGE_NAME, 0, self->name, name);
  cvr_project_do_quietly (self, action, NULL, NULL, NULL, NULL);
}

void
cvr_project_set_name (CvrProject *self,
                      const char *name)
{
  g_return_if_fail (self->keeper != NULL && name != NULL);

  if (g_strcmp0 (self->name, name) != 0)
    put_name (self, name);
}

void
cvr_project_set_groups (CvrProject    *self,
                        const guint64 *ids,
                        const guint64 *groups,
                        guint          n_ids)
{
  CvrAction *action;
  CvrChange *change;

  g_return_if_fail (self->keeper != NULL);

  action = cvr_action_new (CVR_N_ACTIONS, 0, NULL);
  change = cvr_action_add (action, CVR_CHANGE_GROUPS);
  for (guint i = 0; i < n_ids; i++)
    {
      gint place = cvr_dataset_find_item (self->dataset, ids[i]);
      guint64 old = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place)->group : groups[i];

      if (old != groups[i])
        cvr_change_add_group (change, ids[i], old, groups[i]);
    }

  if (change->ids->len > 0)
    cvr_project_do_quietly (self, action, NULL, NULL, NULL, NULL);
  else
    cvr_action_unref (action);
}
