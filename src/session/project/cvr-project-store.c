/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the project keeps as named values, and how everything comes back when it is opened. */
#include "cvr-project-private.h"

#include "cvr-epochs-private.h"
#include "cvr-json.h"
#include "cvr-notebook-private.h"
#include "cvr-run-card-private.h"
#include "cvr-training-private.h"

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
  cvr_json_add_uint (json, "run", cvr_notebook_get_next_id (self->notebook));
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
  guint64 next_run = 1;

  if (object == NULL)
    return;
  cvr_json_get_uint64 (object, "model", &self->next_model, NULL);
  if (cvr_json_get_uint64 (object, "run", &next_run, NULL))
    cvr_notebook_set_next_id (self->notebook, next_run);
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

CvrHistory *
cvr_project_read_history (CvrKeeper  *keeper,
                          const char *key,
                          GError    **error)
{
  GBytes *bytes = NULL;
  CvrHistory *history;

  if (!cvr_keeper_read (keeper, key, &bytes, error) || bytes == NULL)
    return NULL;

  history = cvr_history_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                    error);
  g_bytes_unref (bytes);

  return history;
}

/* Keeper's thread. */
static GBytes *
make_history (gpointer data,
              GError **error)
{
  return cvr_history_to_bytes (data);
}

static void
free_history (gpointer history)
{
  cvr_history_free (history);
}

void
cvr_project_put_history (CvrBatch   *batch,
                         const char *key,
                         CvrHistory *history)
{
  cvr_batch_put_made (batch, key, make_history, history, free_history);
}

/* What older versions kept of the last training. */
static void
restore_old_training (CvrProject *self)
{
  g_autoptr (CvrHistory) history = cvr_project_read_history (self->keeper, "history", NULL);
  g_autofree char *text = cvr_project_get_text (self->keeper, "report");
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "report", NULL) : NULL;
  CvrRunReport report;
  guint n_planned = 0;
  gboolean reported = object != NULL && cvr_run_report_get_json (object, &report, &n_planned);

  if (history != NULL)
    cvr_training_restore (self->training, g_steal_pointer (&history), reported ? &report : NULL,
                          n_planned);
}

/* Curves that can't be read are not worth refusing the pictures for. */
static void
restore_training (CvrProject *self)
{
  CvrRunCard *card = cvr_notebook_get_newest_run (self->notebook);
  g_autofree char *key = NULL;
  g_autofree char *trained_key = NULL;
  g_autoptr (CvrTrained) trained = NULL;
  const CvrCardFacts *facts;
  CvrHistory *history;

  if (card == NULL)
    {
      restore_old_training (self);
      return;
    }
  trained_key = cvr_notebook_dup_key (cvr_run_card_get_id (card), "trained");
  trained = cvr_project_read_trained (self->keeper, trained_key);
  cvr_notebook_set_learned (self->notebook, cvr_run_card_get_id (card), trained);
  key = cvr_notebook_dup_key (cvr_run_card_get_id (card), "history");
  history = cvr_project_read_history (self->keeper, key, NULL);
  facts = cvr_run_card_get_facts (card);
  if (history != NULL)
    cvr_training_restore (self->training, history,
                          facts->state == CVR_CARD_ENDED ? &facts->report : NULL,
                          facts->n_planned);
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

static char *
origin_to_json (const CvrOrigin *origin)
{
  GString *json = g_string_new ("{");

  cvr_json_add_uint (json, "run", origin->run);
  cvr_json_add_uint (json, "epoch", origin->epoch);
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

static void
read_origin (CvrKeeper  *keeper,
             const char *key,
             CvrOrigin  *origin)
{
  g_autofree char *origin_key = g_strconcat ("origin/", key, NULL);
  g_autofree char *text = cvr_project_get_text (keeper, origin_key);
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "origin", NULL) : NULL;

  if (object != NULL && cvr_json_get_uint64 (object, "run", &origin->run, NULL))
    cvr_json_get_uint (object, "epoch", &origin->epoch, NULL);
}

CvrOtherModel
cvr_project_present (CvrProject *self)
{
  return (CvrOtherModel) { self->model, self->trained, self->origin };
}

void
cvr_project_put_trained (CvrBatch   *batch,
                         const char *key,
                         CvrTrained *trained)
{
  if (trained != NULL)
    cvr_batch_put_made (batch, key, make_trained, cvr_trained_ref (trained), unref_trained);
  else
    cvr_batch_put (batch, key, NULL);
}

CvrTrained *
cvr_project_read_trained (CvrKeeper  *keeper,
                          const char *key)
{
  g_autofree char *text = cvr_project_get_text (keeper, key);

  return text != NULL ? cvr_trained_from_json (text, NULL) : NULL;
}

void
cvr_project_put_model (CvrBatch            *batch,
                       const char          *key,
                       const CvrOtherModel *other)
{
  static const CvrOtherModel none = { 0 };
  const CvrOtherModel *kept = other != NULL && other->model != NULL ? other : &none;
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);
  g_autofree char *origin_key = g_strconcat ("origin/", key, NULL);
  g_autofree char *origin = kept->origin.run > 0 ? origin_to_json (&kept->origin) : NULL;

  if (kept->model != NULL)
    cvr_batch_put_made (batch, key, make_model, cvr_model_ref (kept->model), unref_model);
  else
    cvr_batch_put (batch, key, NULL);
  cvr_project_put_trained (batch, trained_key, kept->trained);
  cvr_project_put_text (batch, origin_key, origin);
}

gboolean
cvr_project_read_model (CvrKeeper     *keeper,
                        const char    *key,
                        CvrOtherModel *other,
                        GError       **error)
{
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);
  g_autoptr (GBytes) bytes = cvr_keeper_get (keeper, key);

  *other = (CvrOtherModel) { 0 };
  if (bytes == NULL)
    return TRUE;

  other->model =
    cvr_model_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), key, error);
  if (other->model == NULL)
    return FALSE;

  other->trained = cvr_project_read_trained (keeper, trained_key);
  read_origin (keeper, key, &other->origin);

  return TRUE;
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

static gboolean
restore_notebook (CvrProject *self,
                  GError    **error)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GArray) epochs = NULL;

  if (!cvr_keeper_list_runs (self->keeper, &runs, &epochs, error))
    return FALSE;

  cvr_epochs_restore (self->epochs, self->keeper, epochs);
  cvr_notebook_restore (self->notebook, runs);

  return TRUE;
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
  CvrOtherModel present;

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
  if (cvr_project_read_model (self->keeper, "model", &present, NULL))
    {
      self->model = present.model;
      self->trained = present.trained;
      self->origin = present.origin;
    }
  if (!restore_notebook (self, error))
    return FALSE;
  restore_training (self);
  cvr_project_restore_checkpoint (self);
  self->undo = cvr_undo_new (self->keeper, cvr_project_dropped_cb, self);

  return TRUE;
}
