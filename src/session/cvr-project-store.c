/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the project keeps on disk and how it comes back: transactions, texts,
 * models, and opening. */
#include "cvr-project-private.h"

#include "cvr-json.h"
#include "cvr-training-private.h"

#include <math.h>
#include <string.h>

/* An import's rows are written over many main loop turns inside one transaction. They are hidden,
 * so nothing depends on them; but an action in between must be on disk when it is done, so it
 * closes that transaction first. */
void
cvr_project_begin (CvrProject *self)
{
  if (self->bulk_open)
    cvr_project_end_bulk (self, self->bulk_error == NULL ? &self->bulk_error : NULL);

  cvr_undo_remember (self->undo);
  cvr_store_begin (self->store);
}

gboolean
cvr_project_commit (CvrProject *self,
                    GError    **error)
{
  return cvr_store_commit (self->store, error);
}

void
cvr_project_begin_bulk (CvrProject *self)
{
  if (self->bulk_open)
    return;

  cvr_store_begin (self->store);
  self->bulk_open = TRUE;
}

gboolean
cvr_project_end_bulk (CvrProject *self,
                      GError    **error)
{
  if (!self->bulk_open)
    return TRUE;

  self->bulk_open = FALSE;

  return cvr_store_commit (self->store, error);
}

/* @text NULL removes. */
gboolean
cvr_project_put_text (CvrProject *self,
                      const char *key,
                      const char *text,
                      GError    **error)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  return cvr_store_put (self->store, key, bytes, error);
}

char *
cvr_project_get_text (CvrProject *self,
                      const char *key)
{
  g_autoptr (GBytes) bytes = cvr_store_get (self->store, key);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

gboolean
cvr_project_put_counters (CvrProject *self,
                          GError    **error)
{
  GString *json = g_string_new ("{");
  g_autofree char *text = NULL;

  cvr_json_add_uint (json, "id", self->next_id);
  cvr_json_add_uint (json, "model", self->next_model);
  g_string_append_c (json, '}');
  text = g_string_free (json, FALSE);

  return cvr_project_put_text (self, "counters", text, error);
}

static void
restore_counters (CvrProject *self)
{
  g_autofree char *text = cvr_project_get_text (self, "counters");
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "counters", NULL) : NULL;

  if (object != NULL)
    {
      cvr_json_get_uint64 (object, "id", &self->next_id, NULL);
      cvr_json_get_uint64 (object, "model", &self->next_model, NULL);
    }
  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    self->next_id = MAX (self->next_id, cvr_dataset_item (self->dataset, i)->id + 1);
  self->next_id = MAX (self->next_id, 1);
  cvr_dataset_reserve_ids (self->dataset, self->next_id);
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

gboolean
cvr_project_put_training (CvrProject *self,
                          GError    **error)
{
  const CvrRunReport *report = cvr_training_get_report (self->training);
  g_autofree char *history = cvr_history_to_json (cvr_training_get_history (self->training));
  g_autofree char *text =
    report != NULL ? report_to_json (report, cvr_training_get_n_epochs (self->training)) : NULL;

  return cvr_project_put_text (self, "history", history, error) &&
         cvr_project_put_text (self, "report", text, error);
}

/* Curves that can't be read are not worth refusing the pictures for. */
static void
restore_training (CvrProject *self)
{
  g_autofree char *text = cvr_project_get_text (self, "history");
  g_autofree char *report_text = cvr_project_get_text (self, "report");
  CvrHistory *history = text != NULL ? cvr_history_from_json (text, NULL) : NULL;
  CvrRunReport report;
  guint n_planned = 0;
  gboolean reported = report_text != NULL && report_from_json (report_text, &report, &n_planned);

  if (history != NULL)
    cvr_training_restore (self->training, history, reported ? &report : NULL, n_planned);
}

gboolean
cvr_project_put_model (CvrProject       *self,
                       const char       *key,
                       CvrModel         *model,
                       const CvrTrained *trained,
                       GError          **error)
{
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);
  g_autofree char *trained_text =
    model != NULL && trained != NULL ? cvr_trained_to_json (trained) : NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (model != NULL)
    {
      bytes = cvr_model_to_bytes (model, error);
      if (bytes == NULL)
        return FALSE;
    }

  return cvr_store_put (self->store, key, bytes, error) &&
         cvr_project_put_text (self, trained_key, trained_text, error);
}

CvrModel *
cvr_project_read_model (CvrProject  *self,
                        const char  *key,
                        CvrTrained **trained,
                        GError     **error)
{
  g_autofree char *trained_key = g_strconcat ("trained/", key, NULL);
  g_autofree char *trained_text = cvr_project_get_text (self, trained_key);
  g_autoptr (GBytes) bytes = cvr_store_get (self->store, key);
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

/* The store gives pictures as they were written: one that was added during a large import may stand
 * too early. */
static void
sort_by_id (CvrProject *self)
{
  guint n = cvr_dataset_n_items (self->dataset);
  g_autoptr (GPtrArray) items = g_ptr_array_sized_new (n);
  CvrDataset *sorted;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, (gpointer) cvr_dataset_item (self->dataset, i));
  g_ptr_array_sort (items, compare_ids);

  sorted = cvr_dataset_new ();
  for (guint k = 0; k < cvr_dataset_n_classes (self->dataset); k++)
    cvr_dataset_insert_class (sorted, k, cvr_dataset_class_name (self->dataset, k));
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = g_ptr_array_index (items, i);

      cvr_dataset_add_item (sorted, item->id, item->image, item->name, item->label, item->split);
    }
  cvr_dataset_unref (self->dataset);
  self->dataset = sorted;
}

static void
restore_items (CvrProject *self)
{
  guint n = cvr_dataset_n_items (self->dataset);
  g_autoptr (GPtrArray) items = g_ptr_array_new_full (n, g_object_unref);

  cvr_dataset_split (self->dataset, self->settings.valid_fraction, self->settings.seed);
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      CvrImageItem *object = cvr_image_item_new (item);

      g_ptr_array_add (items, object);
      g_hash_table_insert (self->by_id, g_memdup2 (&item->id, sizeof item->id), object);
    }
  g_list_store_splice (self->items, 0, 0, items->pdata, n);
}

static void
collect_ids (const CvrAction *action,
             gpointer         ids)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      for (guint j = 0; change->kind == CVR_CHANGE_ITEMS && j < change->ids->len; j++)
        g_hash_table_add (ids, &g_array_index (change->ids, guint64, j));
    }
}

/* Pictures of actions that were pushed off the stack, and of imports that did not come to their
 * end: gone means gone. Where it fails they only take room until the next time. */
static void
forget_unreachable (CvrProject *self)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  cvr_undo_each (self->undo, collect_ids, ids);
  cvr_store_forget_hidden (self->store, ids, NULL);
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
  g_autofree char *settings = cvr_project_get_text (self, "settings");

  if (!cvr_store_load_dataset (self->store, self->dataset, error))
    return FALSE;

  if (settings != NULL)
    cvr_settings_from_json (&self->settings, settings, NULL);
  self->name = cvr_project_get_text (self, "name");
  sort_by_id (self);
  restore_counters (self);
  restore_items (self);
  self->model = cvr_project_read_model (self, "model", &self->trained, NULL);
  restore_training (self);
  self->undo = cvr_undo_new (self->store, cvr_project_dropped_cb, self);
  forget_unreachable (self);

  return TRUE;
}
