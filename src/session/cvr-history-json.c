/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training's history as JSON text, for the project file. */
#include "cvr-history-private.h"

#include "cvr-dataset.h"
#include "cvr-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* More rows than any training of ours can have: a broken file is refused, not swallowed. */
enum { MAX_ROWS = 100000 };

static const char *const series_names[CVR_N_SERIES] = { "loss", "accuracy", "val_loss",
                                                        "val_accuracy", "lr" };

/* A curve is drawn a thousand pixels high at most: six digits are plenty and quick to write. */
static void
add_number (GString *json,
            double   value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (json, g_ascii_formatd (text, sizeof text, "%.6g", value));
}

static void
add_series (GString                *json,
            const char             *name,
            const CvrHistorySeries *series)
{
  cvr_json_add_open (json, name, '{');
  cvr_json_add_uint (json, "span", series->span);
  cvr_json_add_open (json, "buckets", '[');
  for (guint i = 0; i < series->n; i++)
    {
      const CvrBucket *bucket = &series->buckets[i];
      const double numbers[] = { bucket->x, bucket->min, bucket->max, bucket->mean, bucket->count };

      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        {
          if (i + j > 0)
            g_string_append_c (json, ',');
          add_number (json, numbers[j]);
        }
    }
  g_string_append (json, "]}");
}

static void
add_row (GString           *json,
         const CvrEpochRow *row)
{
  cvr_json_add_open (json, NULL, '{');
  cvr_json_add_uint (json, "epoch", row->epoch);
  cvr_json_add_double (json, "loss", row->loss);
  cvr_json_add_double (json, "accuracy", row->accuracy);
  cvr_json_add_double (json, "val_loss", row->val_loss);
  cvr_json_add_double (json, "val_accuracy", row->val_accuracy);
  cvr_json_add_double (json, "lr", row->lr);
  cvr_json_add_double (json, "seconds", row->seconds);
  cvr_json_add_double (json, "images_per_second", row->images_per_second);
  cvr_json_add_bool (json, "best", row->best);
  g_string_append_c (json, '}');
}

/* Returns: (transfer full) */
char *
cvr_history_to_json (CvrHistory *self)
{
  GString *json = g_string_new ("{");

  for (guint i = 0; i < CVR_N_SERIES; i++)
    add_series (json, series_names[i], &self->series[i]);
  cvr_json_add_open (json, "epochs", '[');
  for (guint i = 0; i < self->epochs->len; i++)
    add_row (json, &g_array_index (self->epochs, CvrEpochRow, i));
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

static gboolean
broken (const char *what,
        GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("The kept history of the training is broken at “%s”."), what);
  return FALSE;
}

static gboolean
number_at (JsonArray *array,
           guint      index,
           double    *value)
{
  JsonNode *node = json_array_get_element (array, index);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;

  *value = json_node_get_double (node);
  return isfinite (*value);
}

static gboolean
read_series (CvrHistorySeries *series,
             JsonObject       *root,
             const char       *name,
             GError          **error)
{
  JsonNode *node = json_object_get_member (root, name);
  JsonArray *buckets = NULL;
  JsonObject *object;
  guint n;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return broken (name, error);

  object = json_node_get_object (node);
  if (!cvr_json_get_uint (object, "span", &series->span, error) ||
      !cvr_json_get_array (object, "buckets", &buckets, error))
    return FALSE;

  n = buckets != NULL ? json_array_get_length (buckets) : 0;
  if (n % 5 != 0 || n / 5 > CVR_HISTORY_BUCKETS || series->span == 0 || series->span > 1u << 30 ||
      (series->span & (series->span - 1)) != 0)
    return broken (name, error);
  if (n == 0)
    return TRUE;

  series->buckets = g_new (CvrBucket, CVR_HISTORY_BUCKETS);
  series->n = n / 5;
  for (guint i = 0; i < series->n; i++)
    {
      CvrBucket *bucket = &series->buckets[i];
      double count;

      if (!number_at (buckets, 5 * i, &bucket->x) ||
          !number_at (buckets, 5 * i + 1, &bucket->min) ||
          !number_at (buckets, 5 * i + 2, &bucket->max) ||
          !number_at (buckets, 5 * i + 3, &bucket->mean) ||
          !number_at (buckets, 5 * i + 4, &count) || count < 1 || count > series->span)
        return broken (name, error);
      bucket->count = (guint) count;
    }

  return TRUE;
}

static gboolean
read_rows (CvrHistory *self,
           JsonObject *root,
           GError    **error)
{
  JsonArray *rows = NULL;
  guint n;

  if (!cvr_json_get_array (root, "epochs", &rows, error))
    return FALSE;

  n = rows != NULL ? json_array_get_length (rows) : 0;
  if (n > MAX_ROWS)
    return broken ("epochs", error);

  for (guint i = 0; i < n; i++)
    {
      const double nan_value = (double) NAN;
      CvrEpochRow row = { 0, nan_value, nan_value, nan_value, nan_value, nan_value, 0, 0, FALSE };
      JsonNode *node = json_array_get_element (rows, i);
      JsonObject *object;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return broken ("epochs", error);

      object = json_node_get_object (node);
      if (!cvr_json_get_uint (object, "epoch", &row.epoch, error) ||
          !cvr_json_get_double (object, "loss", &row.loss, error) ||
          !cvr_json_get_double (object, "accuracy", &row.accuracy, error) ||
          !cvr_json_get_double (object, "val_loss", &row.val_loss, error) ||
          !cvr_json_get_double (object, "val_accuracy", &row.val_accuracy, error) ||
          !cvr_json_get_double (object, "lr", &row.lr, error) ||
          !cvr_json_get_double (object, "seconds", &row.seconds, error) ||
          !cvr_json_get_double (object, "images_per_second", &row.images_per_second, error) ||
          !cvr_json_get_bool (object, "best", &row.best, error))
        return FALSE;
      g_array_append_val (self->epochs, row);
    }

  return TRUE;
}

/* Returns: (transfer full): NULL with CVR_STORAGE_ERROR_FORMAT. */
CvrHistory *
cvr_history_from_json (const char *json,
                       GError    **error)
{
  g_autoptr (JsonObject) root = cvr_json_parse_object (json, "history", error);
  g_autoptr (CvrHistory) self = cvr_history_new ();

  if (root == NULL)
    return NULL;

  for (guint i = 0; i < CVR_N_SERIES; i++)
    if (!read_series (&self->series[i], root, series_names[i], error))
      return NULL;
  if (!read_rows (self, root, error))
    return NULL;

  return g_steal_pointer (&self);
}
