/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the project keeps as named values, and how everything comes back when it is opened. */
#include "cvr-project-private.h"

#include "cvr-json.h"
#include "cvr-training-private.h"

#include <math.h>
#include <string.h>

/* @text NULL removes. */
void
cvr_project_put_text (CvrBatch   *batch,
                      const char *key,
                      const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  cvr_batch_put (batch, key, bytes);
}

char *
cvr_project_get_text (CvrKeeper  *keeper,
                      const char *key)
{
  g_autoptr (GBytes) bytes = cvr_keeper_get (keeper, key);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

void
cvr_project_put_counters (CvrProject *self,
                          CvrBatch   *batch)
{
  GString *json = g_string_new ("{");
  g_autofree char *text = NULL;

  cvr_json_add_uint (json, "model", self->next_model);
  g_string_append_c (json, '}');
  text = g_string_free (json, FALSE);
  cvr_project_put_text (batch, "counters", text);
}

static void
restore_counters (CvrProject *self)
{
  g_autofree char *text = cvr_project_get_text (self->keeper, "counters");
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "counters", NULL) : NULL;

  if (object != NULL)
    cvr_json_get_uint64 (object, "model", &self->next_model, NULL);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
cvr_project_put_states (CvrProject *self,
                        CvrBatch   *batch)
{
  guint n;
  g_autofree const char **keys = (const char **) g_hash_table_get_keys_as_array (self->states, &n);
  GString *json = g_string_new ("{");
  g_autofree char *text = NULL;

  qsort (keys, n, sizeof *keys, compare_texts);
  cvr_json_add_open (json, "states", '[');
  for (guint i = 0; i < n; i++)
    {
      cvr_json_add_string (json, NULL, keys[i]);
      cvr_json_add_string (json, NULL, g_hash_table_lookup (self->states, keys[i]));
    }
  g_string_append (json, "]}");
  text = g_string_free (json, FALSE);
  cvr_project_put_text (batch, "states", text);
}

static void
restore_states (CvrProject *self)
{
  g_autofree char *text = cvr_project_get_text (self->keeper, "states");
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "states", NULL) : NULL;
  JsonArray *states = NULL;

  if (object == NULL || !cvr_json_get_array (object, "states", &states, NULL) || states == NULL)
    return;

  for (guint i = 0; i + 1 < json_array_get_length (states); i += 2)
    {
      JsonNode *key = json_array_get_element (states, i);
      JsonNode *value = json_array_get_element (states, i + 1);

      if (JSON_NODE_HOLDS_VALUE (key) && json_node_get_value_type (key) == G_TYPE_STRING &&
          JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
        g_hash_table_replace (self->states, json_node_dup_string (key),
                              json_node_dup_string (value));
    }
}

static char *
report_to_json (const CvrRunReport *report,
                guint               n_planned)
{
  GString *json = g_string_new ("{");

  cvr_json_add_uint (json, "n_train", report->n_train);
  cvr_json_add_uint (json, "n_valid", report->n_valid);
  cvr_json_add_uint (json, "stop", report->stop);
  cvr_json_add_uint (json, "best_epoch", report->best_epoch);
  cvr_json_add_uint (json, "n_epochs", report->n_epochs);
  cvr_json_add_uint (json, "n_planned", n_planned);
  cvr_json_add_double (json, "val_accuracy", report->val_accuracy);
  cvr_json_add_double (json, "val_loss", report->val_loss);
  cvr_json_add_double (json, "accuracy", report->accuracy);
  cvr_json_add_double (json, "loss", report->loss);
  cvr_json_add_double (json, "seconds", report->seconds);
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

static gboolean
report_from_json (const char   *text,
                  CvrRunReport *report,
                  guint        *n_planned)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (text, "report", NULL);
  guint stop = NN_STOP_COMPLETED;

  *report = (CvrRunReport) { .val_accuracy = (double) NAN, .val_loss = (double) NAN,
                             .accuracy = (double) NAN, .loss = (double) NAN };
  if (object == NULL || !cvr_json_get_uint (object, "n_train", &report->n_train, NULL) ||
      !cvr_json_get_uint (object, "n_valid", &report->n_valid, NULL) ||
      !cvr_json_get_uint (object, "stop", &stop, NULL) || stop > NN_STOP_DIVERGED ||
      !cvr_json_get_uint (object, "best_epoch", &report->best_epoch, NULL) ||
      !cvr_json_get_uint (object, "n_epochs", &report->n_epochs, NULL) ||
      !cvr_json_get_uint (object, "n_planned", n_planned, NULL) ||
      !cvr_json_get_double (object, "val_accuracy", &report->val_accuracy, NULL) ||
      !cvr_json_get_double (object, "val_loss", &report->val_loss, NULL) ||
      !cvr_json_get_double (object, "accuracy", &report->accuracy, NULL) ||
      !cvr_json_get_double (object, "loss", &report->loss, NULL) ||
      !cvr_json_get_double (object, "seconds", &report->seconds, NULL))
    return FALSE;

  report->stop = (NnStop) stop;
  return TRUE;
}

void
cvr_project_put_training (CvrProject *self,
                          CvrBatch   *batch)
{
  const CvrRunReport *report = cvr_training_get_report (self->training);
  g_autofree char *history = cvr_history_to_json (cvr_training_get_history (self->training));
  g_autofree char *text =
    report != NULL ? report_to_json (report, cvr_training_get_n_epochs (self->training)) : NULL;

  cvr_project_put_text (batch, "history", history);
  cvr_project_put_text (batch, "report", text);
}

/* Curves that can't be read are not worth refusing the pictures for. */
static void
restore_training (CvrProject *self)
{
  g_autofree char *text = cvr_project_get_text (self->keeper, "history");
  g_autofree char *report_text = cvr_project_get_text (self->keeper, "report");
  CvrHistory *history = text != NULL ? cvr_history_from_json (text, NULL) : NULL;
  CvrRunReport report;
  guint n_planned = 0;
  gboolean reported = report_text != NULL && report_from_json (report_text, &report, &n_planned);

  if (history != NULL)
    cvr_training_restore (self->training, history, reported ? &report : NULL, n_planned);
}

/* Keeper's thread. */
static GBytes *
make_model (gpointer data,
            GError **error)
{
  return cvr_model_to_bytes (data, error);
}

/* Keeper's thread. */
static GBytes *
make_trained (gpointer data,
              GError **error)
{
  char *text = cvr_trained_to_json (data);

  return g_bytes_new_take (text, strlen (text));
}

static void
unref_model (gpointer model)
{
  cvr_model_unref (model);
}

static void
unref_trained (gpointer trained)
{
  cvr_trained_unref (trained);
}

void
cvr_project_put_model (CvrBatch   *batch,
                       const char *key,
                       CvrModel   *model,
                       CvrTrained *trained)
{
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);

  if (model != NULL)
    cvr_batch_put_made (batch, key, make_model, cvr_model_ref (model), unref_model);
  else
    cvr_batch_put (batch, key, NULL);
  if (model != NULL && trained != NULL)
    cvr_batch_put_made (batch, trained_key, make_trained, cvr_trained_ref (trained),
                        unref_trained);
  else
    cvr_batch_put (batch, trained_key, NULL);
}

CvrModel *
cvr_project_read_model (CvrKeeper   *keeper,
                        const char  *key,
                        CvrTrained **trained,
                        GError     **error)
{
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);
  g_autofree char *trained_text = cvr_project_get_text (keeper, trained_key);
  g_autoptr (GBytes) bytes = cvr_keeper_get (keeper, key);
  CvrModel *model;

  *trained = NULL;
  if (bytes == NULL)
    return NULL;

  model =
    cvr_model_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), key, error);
  if (model != NULL && trained_text != NULL)
    *trained = cvr_trained_from_json (trained_text, NULL);

  return model;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  guint64 x = (*(const CvrItem *const *) a)->id, y = (*(const CvrItem *const *) b)->id;

  return (x > y) - (x < y);
}

static gboolean
is_sorted (CvrDataset *dataset)
{
  for (guint i = 1; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i - 1)->id > cvr_dataset_item (dataset, i)->id)
      return FALSE;

  return TRUE;
}

/* Pictures may come in the order in which they were written: one that was added during a large
 * import may stand too early. */
static void
sort_by_id (CvrProject *self)
{
  guint n = cvr_dataset_n_items (self->dataset);
  g_autoptr (GPtrArray) items = g_ptr_array_sized_new (n);
  CvrDataset *sorted;

  if (is_sorted (self->dataset))
    return;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, (gpointer) cvr_dataset_item (self->dataset, i));
  g_ptr_array_sort (items, compare_ids);

  sorted = cvr_dataset_new ();
  for (guint k = 0; k < cvr_dataset_n_classes (self->dataset); k++)
    cvr_dataset_insert_class (sorted, k, cvr_dataset_class (self->dataset, k));
  for (guint i = 0; i < n; i++)
    cvr_dataset_add_item (sorted, g_ptr_array_index (items, i));
  cvr_dataset_unref (self->dataset);
  self->dataset = sorted;
}

/**
 * cvr_project_restore:
 *
 * Pictures must come back whole; settings, curves and a model that can't be read begin anew.
 */
gboolean
cvr_project_restore (CvrProject *self,
                     GError    **error)
{
  g_autofree char *settings = NULL;

  if (!cvr_keeper_load (self->keeper, self->dataset, self->hidden, error))
    return FALSE;

  settings = cvr_project_get_text (self->keeper, "settings");
  if (settings != NULL)
    cvr_settings_from_json (&self->settings, settings, NULL);
  self->name = cvr_project_get_text (self->keeper, "name");
  sort_by_id (self);
  restore_counters (self);
  restore_states (self);
  cvr_dataset_split (self->dataset, self->settings.valid_fraction, self->settings.test_fraction,
                     self->settings.seed);
  self->model = cvr_project_read_model (self->keeper, "model", &self->trained, NULL);
  restore_training (self);
  cvr_project_restore_checkpoint (self);
  self->undo = cvr_undo_new (self->keeper, cvr_project_dropped_cb, self);

  return TRUE;
}
