/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network was trained with, to tell what changed since. */
#include "cvr-project-private.h"

#include "cvr-json.h"

#include <glib/gi18n-lib.h>

/* The settings that decide the network's shape: after a change of these it is another one. */
static char *
dup_network (const CvrSettings *settings)
{
  return g_strdup_printf ("%s %ux%ux%u %s %g", settings->arch, settings->width, settings->height,
                          settings->channels, cvr_resize_name (settings->resize),
                          (double) settings->dropout);
}

static CvrTrained *
trained_alloc (guint n_classes)
{
  CvrTrained *self = g_new0 (CvrTrained, 1);

  self->labels = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->classes = g_new0 (char *, n_classes + 1);

  return self;
}

static void
add_label (CvrTrained *self,
           guint64     id,
           guint       k)
{
  g_hash_table_insert (self->labels, g_memdup2 (&id, sizeof id), self->classes[k]);
}

CvrTrained *
cvr_trained_new (CvrDataset        *dataset,
                 const CvrSettings *settings)
{
  guint n_classes = cvr_dataset_n_classes (dataset);
  CvrTrained *self = trained_alloc (n_classes);

  self->network = dup_network (settings);
  for (guint k = 0; k < n_classes; k++)
    self->classes[k] = g_strdup (cvr_dataset_class_name (dataset, k));
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      if (item->label >= 0)
        add_label (self, item->id, (guint) item->label);
    }

  return self;
}

void
cvr_trained_free (CvrTrained *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->labels);
  g_strfreev (self->classes);
  g_free (self->network);
  g_free (self);
}

static guint
class_index (const CvrTrained *self,
             const char       *name)
{
  guint k = 0;

  while (self->classes[k] != name)
    k++;

  return k;
}

/* Returns: (transfer full) */
char *
cvr_trained_to_json (const CvrTrained *self)
{
  GString *json = g_string_new ("{");
  GHashTableIter iter;
  gpointer id, name;

  cvr_json_add_string (json, "network", self->network);
  cvr_json_add_open (json, "classes", '[');
  for (guint k = 0; self->classes[k] != NULL; k++)
    cvr_json_add_string (json, NULL, self->classes[k]);
  g_string_append_c (json, ']');

  /* Pairs of id and class. */
  cvr_json_add_open (json, "labels", '[');
  g_hash_table_iter_init (&iter, self->labels);
  while (g_hash_table_iter_next (&iter, &id, &name))
    {
      cvr_json_add_uint (json, NULL, *(guint64 *) id);
      cvr_json_add_uint (json, NULL, class_index (self, name));
    }
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

/* Returns: (transfer full): NULL with CVR_STORAGE_ERROR_FORMAT. */
CvrTrained *
cvr_trained_from_json (const char *json,
                       GError    **error)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "trained", error);
  g_autoptr (CvrTrained) self = NULL;
  JsonArray *classes = NULL, *labels = NULL;
  const char *network = NULL;
  guint n_classes;

  if (object == NULL || !cvr_json_get_string (object, "network", &network, error) ||
      !cvr_json_get_array (object, "classes", &classes, error) ||
      !cvr_json_get_array (object, "labels", &labels, error))
    return NULL;

  n_classes = classes != NULL ? json_array_get_length (classes) : 0;
  self = trained_alloc (n_classes);
  self->network = g_strdup (network != NULL ? network : "");
  for (guint k = 0; k < n_classes; k++)
    {
      JsonNode *node = json_array_get_element (classes, k);
      const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      self->classes[k] = g_strdup (name != NULL ? name : "");
    }

  for (guint i = 0; labels != NULL && i + 1 < json_array_get_length (labels); i += 2)
    {
      JsonNode *id = json_array_get_element (labels, i);
      JsonNode *k = json_array_get_element (labels, i + 1);

      if (!JSON_NODE_HOLDS_VALUE (id) || !JSON_NODE_HOLDS_VALUE (k) || json_node_get_int (k) < 0 ||
          json_node_get_int (k) >= n_classes)
        {
          g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT, _("“%s” should be %s."),
                       "labels", _("a list"));
          return NULL;
        }
      add_label (self, (guint64) json_node_get_int (id), (guint) json_node_get_int (k));
    }

  return g_steal_pointer (&self);
}

/* Pictures that were learned with one label and have another one, or none, today. */
guint
cvr_trained_n_changed (const CvrTrained *self,
                       CvrDataset       *dataset)
{
  guint n_changed = 0;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const char *then = g_hash_table_lookup (self->labels, &item->id);
      const char *now =
        item->label >= 0 ? cvr_dataset_class_name (dataset, (guint) item->label) : NULL;

      n_changed += then != NULL && g_strcmp0 (then, now) != 0;
    }

  return n_changed;
}

gboolean
cvr_trained_is_stale (const CvrTrained  *self,
                      CvrDataset        *dataset,
                      const CvrSettings *settings)
{
  g_autofree char *network = dup_network (settings);
  guint n_classes = cvr_dataset_n_classes (dataset);
  guint n_known = 0;

  if (!g_str_equal (network, self->network) || g_strv_length (self->classes) != n_classes)
    return TRUE;
  for (guint k = 0; k < n_classes; k++)
    if (!g_str_equal (self->classes[k], cvr_dataset_class_name (dataset, k)))
      return TRUE;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const char *then = g_hash_table_lookup (self->labels, &item->id);
      const char *now = item->label >= 0 ? self->classes[item->label] : NULL;

      if (g_strcmp0 (then, now) != 0)
        return TRUE;
      n_known += then != NULL;
    }

  return n_known != g_hash_table_size (self->labels);
}
