/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions as JSON. */
#include "cvr-action.h"

#include "cvr-json.h"
#include "cvr-runs.h"

#include <glib/gi18n-lib.h>

static const char *const action_names[CVR_N_ACTIONS] = {
  "label",     "remove",   "import",  "add",      "add-class", "rename-class",  "remove-class",
  "settings",  "model",    "split",   "tag",      "untag",     "boxes",         "note",
  "colour",    "key",      "class-on", "class-off", "merge",     "rename-run",    "note-run",
  "remove-run", "return",  "keep-variant",
};

static const char *const change_names[CVR_N_CHANGES] = {
  "labels",   "items", "class-add", "class-remove", "class-set", "name",
  "settings", "model", "splits",    "tag",          "extras",    "groups",
  "run-name", "run-note", "run-shown",
};

static void
add_extras (GString    *json,
            const char *key,
            GPtrArray  *extras)
{
  if (extras->len == 0)
    return;

  cvr_json_add_open (json, key, '[');
  for (guint i = 0; i < extras->len; i++)
    {
      g_autofree char *text = cvr_extras_to_json (g_ptr_array_index (extras, i));

      cvr_json_add_string (json, NULL, text);
    }
  g_string_append_c (json, ']');
}

static void
add_look (GString            *json,
          const char         *key,
          const CvrClassLook *look)
{
  cvr_json_add_open (json, key, '{');
  cvr_json_add_int (json, "colour", look->colour);
  cvr_json_add_uint (json, "key", look->key);
  cvr_json_add_bool (json, "off", look->off);
  g_string_append_c (json, '}');
}

static gboolean
is_of_class (const CvrChange *change)
{
  return change->kind == CVR_CHANGE_CLASS_ADD || change->kind == CVR_CHANGE_CLASS_REMOVE ||
         change->kind == CVR_CHANGE_CLASS_SET;
}

static gboolean
is_of_run (const CvrChange *change)
{
  return change->kind == CVR_CHANGE_RUN_NAME || change->kind == CVR_CHANGE_RUN_NOTE ||
         change->kind == CVR_CHANGE_RUN_SHOWN;
}

static void
add_change (GString         *json,
            const CvrChange *change)
{
  cvr_json_add_open (json, NULL, '{');
  cvr_json_add_string (json, "kind", change_names[change->kind]);
  cvr_runs_add_ids (json, "ids", change->ids);
  cvr_runs_add_values (json, "before", change->before);
  cvr_runs_add_values (json, "after", change->after);
  add_extras (json, "old-extras", change->old_extras);
  add_extras (json, "new-extras", change->new_extras);
  if (change->kind == CVR_CHANGE_ITEMS || change->kind == CVR_CHANGE_TAG ||
      change->kind == CVR_CHANGE_RUN_SHOWN)
    cvr_json_add_bool (json, "come", change->come);
  if (is_of_class (change) || is_of_run (change))
    cvr_json_add_uint (json, "k", change->k);
  if (is_of_class (change))
    {
      add_look (json, "old-look", &change->old_look);
      add_look (json, "new-look", &change->new_look);
    }
  if (change->old_text != NULL)
    cvr_json_add_string (json, "old", change->old_text);
  if (change->new_text != NULL)
    cvr_json_add_string (json, "new", change->new_text);
  g_string_append_c (json, '}');
}

/* Returns: (transfer full) */
char *
cvr_action_to_json (const CvrAction *self)
{
  GString *json = g_string_new ("{");

  cvr_json_add_string (json, "kind", action_names[self->kind]);
  cvr_json_add_uint (json, "count", self->count);
  cvr_json_add_string (json, "detail", self->detail);
  if (self->other != NULL)
    cvr_json_add_string (json, "other", self->other);
  cvr_json_add_open (json, "changes", '[');
  for (guint i = 0; i < self->changes->len; i++)
    add_change (json, g_ptr_array_index (self->changes, i));
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

static gboolean
broken (GError **error)
{
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                       _("A step of the kept undo list is broken."));
  return FALSE;
}

static gboolean
read_extras (JsonObject *object,
             const char *key,
             GPtrArray  *extras,
             GError    **error)
{
  JsonArray *array = NULL;

  if (!cvr_json_get_array (object, key, &array, error))
    return FALSE;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      CvrExtras *read = NULL;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return broken (error);
      if (!cvr_extras_from_json (json_node_get_string (node), &read, error))
        return FALSE;
      g_ptr_array_add (extras, read);
    }

  return TRUE;
}

static gboolean
read_look (JsonObject   *object,
           const char   *key,
           CvrClassLook *look,
           GError      **error)
{
  JsonNode *node = json_object_get_member (object, key);
  JsonObject *member;
  double colour = -1;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return broken (error);

  member = json_node_get_object (node);
  if (!cvr_json_get_double (member, "colour", &colour, error) ||
      !cvr_json_get_uint (member, "key", &look->key, error) ||
      !cvr_json_get_bool (member, "off", &look->off, error))
    return FALSE;
  if (!(colour >= -1 && colour <= G_MAXINT) || look->key > 9)
    return broken (error);
  look->colour = (gint) colour;

  return TRUE;
}

/* Lists of one change belong together: equally long, and texts where the kind needs them. */
static gboolean
is_whole (const CvrChange *change)
{
  guint n = change->ids->len;

  switch (change->kind)
    {
    case CVR_CHANGE_LABELS:
      return change->before->len == n && change->after->len == n;
    case CVR_CHANGE_SPLITS:
      if (change->before->len != n || change->after->len != n)
        return FALSE;
      for (guint i = 0; i < n; i++)
        if ((guint) g_array_index (change->before, gint, i) > CVR_SPLIT_TEST ||
            (guint) g_array_index (change->after, gint, i) > CVR_SPLIT_TEST)
          return FALSE;
      return TRUE;
    case CVR_CHANGE_EXTRAS:
      return change->old_extras->len == n && change->new_extras->len == n;
    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_MODEL:
    case CVR_CHANGE_TAG:
      return change->new_text != NULL;
    case CVR_CHANGE_CLASS_REMOVE:
      return change->old_text != NULL;
    case CVR_CHANGE_CLASS_SET:
    case CVR_CHANGE_SETTINGS:
    case CVR_CHANGE_RUN_NAME:
    case CVR_CHANGE_RUN_NOTE:
      return change->old_text != NULL && change->new_text != NULL;
    case CVR_CHANGE_GROUPS:
      return FALSE; /* Never kept. */
    case CVR_CHANGE_ITEMS:
    case CVR_CHANGE_NAME:
    case CVR_CHANGE_RUN_SHOWN:
    case CVR_N_CHANGES:
    default:
      return TRUE;
    }
}

static gboolean
read_change (CvrAction *self,
             JsonNode  *node,
             GError   **error)
{
  const char *kind_name = NULL, *old_text = NULL, *new_text = NULL;
  JsonObject *object;
  CvrChange *change;
  gint kind;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return broken (error);

  object = json_node_get_object (node);
  if (!cvr_json_get_string (object, "kind", &kind_name, error) ||
      !cvr_json_get_string (object, "old", &old_text, error) ||
      !cvr_json_get_string (object, "new", &new_text, error))
    return FALSE;

  kind = cvr_json_find_name (change_names, CVR_N_CHANGES, kind_name);
  if (g_strcmp0 (kind_name, "class-rename") == 0) /* of older files */
    kind = CVR_CHANGE_CLASS_SET;
  if (kind < 0)
    return broken (error);

  change = cvr_action_add_texts (self, (CvrChangeKind) kind, 0, old_text, new_text);
  if (!cvr_runs_get_ids (object, "ids", change->ids, error) ||
      !cvr_runs_get_values (object, "before", change->before, error) ||
      !cvr_runs_get_values (object, "after", change->after, error) ||
      !read_extras (object, "old-extras", change->old_extras, error) ||
      !read_extras (object, "new-extras", change->new_extras, error) ||
      !read_look (object, "old-look", &change->old_look, error) ||
      !read_look (object, "new-look", &change->new_look, error) ||
      !cvr_json_get_bool (object, "come", &change->come, error) ||
      !cvr_json_get_uint (object, "k", &change->k, error))
    return FALSE;

  return is_whole (change) || broken (error);
}

/* Returns: (transfer full): NULL with CVR_STORAGE_ERROR_FORMAT. */
CvrAction *
cvr_action_from_json (const char *json,
                      GError    **error)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "undo", error);
  g_autoptr (CvrAction) self = NULL;
  const char *kind_name = NULL, *detail = NULL, *other = NULL;
  JsonArray *changes = NULL;
  gint kind;

  if (object == NULL || !cvr_json_get_string (object, "kind", &kind_name, error) ||
      !cvr_json_get_string (object, "detail", &detail, error) ||
      !cvr_json_get_string (object, "other", &other, error) ||
      !cvr_json_get_array (object, "changes", &changes, error))
    return NULL;

  kind = cvr_json_find_name (action_names, CVR_N_ACTIONS, kind_name);
  if (kind < 0 || changes == NULL)
    {
      broken (error);
      return NULL;
    }

  self = cvr_action_new ((CvrActionKind) kind, 0, detail);
  self->other = g_strdup (other);
  if (!cvr_json_get_uint (object, "count", &self->count, error))
    return NULL;
  for (guint i = 0; i < json_array_get_length (changes); i++)
    if (!read_change (self, json_array_get_element (changes, i), error))
      return NULL;

  return g_steal_pointer (&self);
}
