/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be undone: actions, each a list of changes that know both sides. */
#include "cvr-action.h"

#include "cvr-json.h"

#include <glib/gi18n-lib.h>

static const char *const action_names[CVR_N_ACTIONS] = {
  "label",        "remove",       "import",   "add",   "add-class",
  "rename-class", "remove-class", "settings", "model",
};

static const char *const change_names[CVR_N_CHANGES] = {
  "labels", "items", "class-add", "class-remove", "class-rename", "name", "settings", "model",
};

static void
change_free (gpointer data)
{
  CvrChange *self = data;

  g_array_unref (self->ids);
  g_array_unref (self->before);
  g_array_unref (self->after);
  g_ptr_array_unref (self->names);
  g_free (self->old_text);
  g_free (self->new_text);
  g_free (self);
}

CvrAction *
cvr_action_new (CvrActionKind kind,
                guint         count,
                const char   *detail)
{
  CvrAction *self = g_new0 (CvrAction, 1);

  self->kind = kind;
  self->count = count;
  self->detail = g_strdup (detail);
  self->changes = g_ptr_array_new_with_free_func (change_free);

  return self;
}

void
cvr_action_free (CvrAction *self)
{
  if (self == NULL)
    return;

  g_free (self->detail);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

CvrChange *
cvr_action_add (CvrAction    *self,
                CvrChangeKind kind)
{
  CvrChange *change = g_new0 (CvrChange, 1);

  change->kind = kind;
  change->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  change->before = g_array_new (FALSE, FALSE, sizeof (gint));
  change->after = g_array_new (FALSE, FALSE, sizeof (gint));
  change->names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->changes, change);

  return change;
}

CvrChange *
cvr_action_add_texts (CvrAction    *self,
                      CvrChangeKind kind,
                      guint         k,
                      const char   *old_text,
                      const char   *new_text)
{
  CvrChange *change = cvr_action_add (self, kind);

  change->k = k;
  change->old_text = g_strdup (old_text);
  change->new_text = g_strdup (new_text);

  return change;
}

void
cvr_change_add_label (CvrChange *self,
                      guint64    id,
                      gint       before,
                      gint       after)
{
  g_array_append_val (self->ids, id);
  g_array_append_val (self->before, before);
  g_array_append_val (self->after, after);
}

void
cvr_change_add_item (CvrChange  *self,
                     guint64     id,
                     const char *name,
                     gint        label,
                     CvrSplit    split)
{
  gint side = (gint) split;

  g_array_append_val (self->ids, id);
  g_array_append_val (self->before, label);
  g_array_append_val (self->after, side);
  g_ptr_array_add (self->names, g_strdup (name));
}

/* Returns: (transfer full) */
char *
cvr_action_dup_name (const CvrAction *self)
{
  switch (self->kind)
    {
    case CVR_ACTION_LABEL:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Label %u picture", "Label %u pictures", self->count),
        self->count);
    case CVR_ACTION_REMOVE:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Remove %u picture", "Remove %u pictures", self->count),
        self->count);
    case CVR_ACTION_IMPORT:
    case CVR_ACTION_ADD:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Add %u picture", "Add %u pictures", self->count),
        self->count);
    case CVR_ACTION_ADD_CLASS:
      return g_strdup_printf (_("Add the class “%s”"), self->detail);
    case CVR_ACTION_RENAME_CLASS:
      return g_strdup_printf (_("Rename the class “%s”"), self->detail);
    case CVR_ACTION_REMOVE_CLASS:
      return g_strdup_printf (_("Remove the class “%s”"), self->detail);
    case CVR_ACTION_SETTINGS:
      return g_strdup (_("Change the settings"));
    case CVR_ACTION_MODEL:
    case CVR_N_ACTIONS:
    default:
      return g_strdup (_("Change the network"));
    }
}

static void
add_ints (GString    *json,
          const char *key,
          GArray     *values)
{
  if (values->len == 0)
    return;

  cvr_json_add_open (json, key, '[');
  for (guint i = 0; i < values->len; i++)
    cvr_json_add_int (json, NULL, g_array_index (values, gint, i));
  g_string_append_c (json, ']');
}

static void
add_change (GString         *json,
            const CvrChange *change)
{
  cvr_json_add_open (json, NULL, '{');
  cvr_json_add_string (json, "kind", change_names[change->kind]);
  if (change->ids->len > 0)
    {
      cvr_json_add_open (json, "ids", '[');
      for (guint i = 0; i < change->ids->len; i++)
        cvr_json_add_uint (json, NULL, g_array_index (change->ids, guint64, i));
      g_string_append_c (json, ']');
    }
  add_ints (json, "before", change->before);
  add_ints (json, "after", change->after);
  if (change->names->len > 0)
    {
      cvr_json_add_open (json, "names", '[');
      for (guint i = 0; i < change->names->len; i++)
        cvr_json_add_string (json, NULL, g_ptr_array_index (change->names, i));
      g_string_append_c (json, ']');
    }
  if (change->kind == CVR_CHANGE_ITEMS)
    cvr_json_add_bool (json, "come", change->come);
  cvr_json_add_uint (json, "k", change->k);
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

static gint
find_name (const char *const *names,
           guint              n_names,
           const char        *name)
{
  for (guint i = 0; name != NULL && i < n_names; i++)
    if (g_str_equal (names[i], name))
      return (gint) i;

  return -1;
}

static gboolean
read_ints (JsonObject *object,
           const char *key,
           gint        low,
           GArray     *values,
           GError    **error)
{
  JsonArray *array = NULL;
  guint n;

  if (!cvr_json_get_array (object, key, &array, error))
    return FALSE;

  n = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 wide = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : G_MININT64;
      gint value = (gint) CLAMP (wide, G_MININT, G_MAXINT);

      if (wide != value || value < low)
        return broken (error);
      g_array_append_val (values, value);
    }

  return TRUE;
}

static gboolean
read_ids_and_names (CvrChange  *change,
                    JsonObject *object,
                    GError    **error)
{
  JsonArray *ids = NULL, *names = NULL;

  if (!cvr_json_get_array (object, "ids", &ids, error) ||
      !cvr_json_get_array (object, "names", &names, error))
    return FALSE;

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      JsonNode *node = json_array_get_element (ids, i);
      guint64 id = JSON_NODE_HOLDS_VALUE (node) && json_node_get_int (node) > 0
                     ? (guint64) json_node_get_int (node)
                     : 0;

      if (id == 0)
        return broken (error);
      g_array_append_val (change->ids, id);
    }
  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      JsonNode *node = json_array_get_element (names, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return broken (error);
      g_ptr_array_add (change->names, json_node_dup_string (node));
    }

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
    case CVR_CHANGE_ITEMS:
      if (change->before->len != n || change->after->len != n || change->names->len != n)
        return FALSE;
      for (guint i = 0; i < n; i++)
        if (g_array_index (change->after, gint, i) < 0 ||
            g_array_index (change->after, gint, i) > CVR_SPLIT_TEST)
          return FALSE;
      return TRUE;
    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_MODEL:
      return change->new_text != NULL;
    case CVR_CHANGE_CLASS_REMOVE:
      return change->old_text != NULL;
    case CVR_CHANGE_CLASS_RENAME:
    case CVR_CHANGE_SETTINGS:
      return change->old_text != NULL && change->new_text != NULL;
    case CVR_CHANGE_NAME:
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

  kind = find_name (change_names, CVR_N_CHANGES, kind_name);
  if (kind < 0)
    return broken (error);

  change = cvr_action_add_texts (self, (CvrChangeKind) kind, 0, old_text, new_text);
  if (!read_ids_and_names (change, object, error) ||
      !read_ints (object, "before", CVR_LABEL_NONE, change->before, error) ||
      !read_ints (object, "after", CVR_LABEL_NONE, change->after, error) ||
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
  const char *kind_name = NULL, *detail = NULL;
  JsonArray *changes = NULL;
  gint kind;

  if (object == NULL || !cvr_json_get_string (object, "kind", &kind_name, error) ||
      !cvr_json_get_string (object, "detail", &detail, error) ||
      !cvr_json_get_array (object, "changes", &changes, error))
    return NULL;

  kind = find_name (action_names, CVR_N_ACTIONS, kind_name);
  if (kind < 0 || changes == NULL)
    {
      broken (error);
      return NULL;
    }

  self = cvr_action_new ((CvrActionKind) kind, 0, detail);
  if (!cvr_json_get_uint (object, "count", &self->count, error))
    return NULL;
  for (guint i = 0; i < json_array_get_length (changes); i++)
    if (!read_change (self, json_array_get_element (changes, i), error))
      return NULL;

  return g_steal_pointer (&self);
}
