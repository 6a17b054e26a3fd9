/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histories that older versions kept as JSON text, with at most 2,048 buckets a series. */
#include "cvr-history-private.h"

#include "cvr-dataset.h"
#include "cvr-json.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>

/* More rows than any training of ours can have: a broken file is refused, not swallowed. */
enum { MAX_ROWS = 100000, MAX_BUCKETS = 2048 };

static const char *const series_names[CVR_N_SERIES] = { "loss", "accuracy", "val_loss",
                                                        "val_accuracy", "lr" };

gboolean
cvr_history_broken (const char *what,
                    GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("The kept history of the training is broken at “%s”."), what);
  return FALSE;
}

static gboolean
is_float (double value)
{
  return fabs (value) <= (double) FLT_MAX;
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

/* The five numbers from @place on. Six digits were written: what isn't quite in order is put so.
 * Only the last bucket of a series may hold less than its span. */
static gboolean
read_bucket (CvrHistorySeries *series,
             JsonArray        *buckets,
             guint             place,
             double           *last_x)
{
  double x, min, max, mean, count;
  CvrHistoryPoint point;

  if (!number_at (buckets, place, &x) || !number_at (buckets, place + 1, &min) ||
      !number_at (buckets, place + 2, &max) || !number_at (buckets, place + 3, &mean) ||
      !number_at (buckets, place + 4, &count) || count < 1 || count > series->span ||
      !is_float (min) || !is_float (max) || min > max || series->open.count > 0)
    return FALSE;

  *last_x = MAX (*last_x, x);
  point = (CvrHistoryPoint) { *last_x, (float) min, (float) max, (float) CLAMP (mean, min, max),
                              (guint32) count };
  if (point.count == series->span)
    cvr_history_push (series, &point);
  else
    series->open = point;

  return TRUE;
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
  double last_x = -INFINITY;
  guint n;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return cvr_history_broken (name, error);

  object = json_node_get_object (node);
  if (!cvr_json_get_uint (object, "span", &series->span, error) ||
      !cvr_json_get_array (object, "buckets", &buckets, error))
    return FALSE;

  n = buckets != NULL ? json_array_get_length (buckets) : 0;
  if (n % 5 != 0 || n / 5 > MAX_BUCKETS || series->span == 0 || series->span > 1u << 30 ||
      (series->span & (series->span - 1)) != 0)
    return cvr_history_broken (name, error);

  for (guint i = 0; i < n; i += 5)
    if (!read_bucket (series, buckets, i, &last_x))
      return cvr_history_broken (name, error);

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
    return cvr_history_broken ("epochs", error);

  for (guint i = 0; i < n; i++)
    {
      const double nan_value = (double) NAN;
      CvrEpochRow row = { 0, nan_value, nan_value, nan_value, nan_value, nan_value, 0, 0, FALSE };
      JsonNode *node = json_array_get_element (rows, i);
      JsonObject *object;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return cvr_history_broken ("epochs", error);

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
