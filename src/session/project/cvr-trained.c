/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network was trained with, to tell what changed since. */
#include "cvr-project-private.h"

#include "cvr-json.h"
#include "cvr-runs.h"

#include <glib/gi18n-lib.h>

/* The settings that decide the network's shape: after a change of these it is another one. */
static char *
dup_network (const CvrSettings *settings)
{
  return g_strdup_printf ("%s %ux%ux%u %s %g%s", settings->arch, settings->width,
                          settings->height, settings->channels,
                          cvr_resize_name (settings->resize), (double) settings->dropout,
                          settings->predicts == CVR_PREDICTS_NUMBER ? " number" : "");
}

static CvrTrained *
trained_alloc (guint n_classes)
{
  CvrTrained *self = g_new0 (CvrTrained, 1);

  g_atomic_ref_count_init (&self->ref_count);
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

CvrTrained *
cvr_trained_ref (CvrTrained *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
cvr_trained_unref (CvrTrained *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->labels);
  g_strfreev (self->classes);
  g_free (self->network);
  g_free (self);
}

static gint
class_index (const CvrTrained *self,
             const char       *name)
{
  gint k = 0;

  while (self->classes[k] != name)
    k++;

  return k;
}

/* A copy: what is being written is read on another thread. */
CvrTrained *
cvr_trained_with_network (const CvrTrained  *self,
                          const CvrSettings *settings)
{
  guint n_classes = g_strv_length (self->classes);
  CvrTrained *copy = trained_alloc (n_classes);
  GHashTableIter iter;
  gpointer id, name;

  copy->network = dup_network (settings);
  for (guint k = 0; k < n_classes; k++)
    copy->classes[k] = g_strdup (self->classes[k]);
  g_hash_table_iter_init (&iter, self->labels);
  while (g_hash_table_iter_next (&iter, &id, &name))
    add_label (copy, *(const guint64 *) id, (guint) class_index (self, name));

  return copy;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

/* Ids in their order, and the class of each. */
static void
add_labels (const CvrTrained *self,
            GString          *json)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (gint));
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->labels);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_array_append_vals (ids, id, 1);
  g_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    {
      gint k = class_index (
        self, g_hash_table_lookup (self->labels, &g_array_index (ids, guint64, i)));

      g_array_append_val (labels, k);
    }
  cvr_runs_add_ids (json, "ids", ids);
  cvr_runs_add_values (json, "of", labels);
}

/* Returns: (transfer full) */
char *
cvr_trained_to_json (const CvrTrained *self)
{
  GString *json = g_string_new ("{");

  cvr_json_add_string (json, "network", self->network);
  cvr_json_add_open (json, "classes", '[');
  for (guint k = 0; self->classes[k] != NULL; k++)
    cvr_json_add_string (json, NULL, self->classes[k]);
  g_string_append_c (json, ']');
  add_labels (self, json);
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

static gboolean
broken (GError **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT, _("“%s” should be %s."),
               "labels", _("a list"));
  return FALSE;
}

/* Older files have pairs of id and class in one list. */
static gboolean
read_pairs (JsonObject *object,
            GArray     *ids,
            GArray     *labels,
            GError    **error)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (gint));

  if (!cvr_runs_get_values (object, "labels", pairs, error))
    return FALSE;

  for (guint i = 0; i + 1 < pairs->len; i += 2)
    {
      guint64 id = (guint64) g_array_index (pairs, gint, i);

      g_array_append_val (ids, id);
      g_array_append_val (labels, g_array_index (pairs, gint, i + 1));
    }

  return TRUE;
}

static gboolean
read_labels (CvrTrained *self,
             JsonObject *object,
             gint        n_classes,
             GError    **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (gint));

  if (!read_pairs (object, ids, labels, error) ||
      !cvr_runs_get_ids (object, "ids", ids, error) ||
      !cvr_runs_get_values (object, "of", labels, error))
    return FALSE;
  if (ids->len != labels->len)
    return broken (error);

  for (guint i = 0; i < ids->len; i++)
    {
      gint k = g_array_index (labels, gint, i);

      if (k < 0 || k >= n_classes)
        return broken (error);
      add_label (self, g_array_index (ids, guint64, i), (guint) k);
    }

  return TRUE;
}

/* Returns: (transfer full): NULL with CVR_STORAGE_ERROR_FORMAT. */
CvrTrained *
cvr_trained_from_json (const char *json,
                       GError    **error)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "trained", error);
  g_autoptr (CvrTrained) self = NULL;
  JsonArray *classes = NULL;
  const char *network = NULL;
  guint n_classes;

  if (object == NULL || !cvr_json_get_string (object, "network", &network, error) ||
      !cvr_json_get_array (object, "classes", &classes, error))
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

  return read_labels (self, object, (gint) n_classes, error) ? g_steal_pointer (&self) : NULL;
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

/* Whether the classes are the same but for names: a new name at the old place. */
static gboolean
is_same_class (const CvrTrained *self,
               const CvrTrained *before,
               const char       *mine,
               const char       *other)
{
  gint k;

  if (g_str_equal (mine, other))
    return TRUE;
  k = class_index (self, mine);

  return k == class_index (before, other) &&
         !g_strv_contains ((const char *const *) before->classes, mine) &&
         !g_strv_contains ((const char *const *) self->classes, other);
}

CvrDataDifference
cvr_trained_compare (const CvrTrained *self,
                     const CvrTrained *before)
{
  CvrDataDifference difference = { 0 };
  guint n_common = 0;
  GHashTableIter iter;
  gpointer id, mine;

  g_hash_table_iter_init (&iter, self->labels);
  while (g_hash_table_iter_next (&iter, &id, &mine))
    {
      const char *other = g_hash_table_lookup (before->labels, id);

      n_common += other != NULL;
      difference.n_added += other == NULL;
      difference.n_relabelled += other != NULL && !is_same_class (self, before, mine, other);
    }
  difference.n_removed = g_hash_table_size (before->labels) - n_common;

  return difference;
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", 2014). */
static guint64
mix (guint64 x)
{
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return x ^ (x >> 31);
}

/* A sum over the pictures: their order in the table does not matter. */
guint64
cvr_trained_fingerprint (const CvrTrained *self)
{
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  guint64 sum = 0;
  GHashTableIter iter;
  gpointer id, name;

  for (guint k = 0; self->classes[k] != NULL; k++)
    g_hash_table_insert (places, self->classes[k], GUINT_TO_POINTER (k + 1));
  g_hash_table_iter_init (&iter, self->labels);
  while (g_hash_table_iter_next (&iter, &id, &name))
    sum += mix (mix (*(const guint64 *) id) +
                GPOINTER_TO_UINT (g_hash_table_lookup (places, name)));

  return MAX (sum, 1);
}

gboolean
cvr_trained_is_stale (const CvrTrained  *self,
                      CvrDataset        *dataset,
                      const CvrSettings *settings)
{
  g_autofree char *network = settings != NULL ? dup_network (settings) : NULL;
  guint n_classes = cvr_dataset_n_classes (dataset);
  guint n_known = 0;

  if ((network != NULL && !g_str_equal (network, self->network)) ||
      g_strv_length (self->classes) != n_classes)
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
