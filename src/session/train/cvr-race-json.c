/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments as JSON text, for the project. */
#include "cvr-race.h"

#include "cvr-run-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  MAX_ENTRIES = 64,   /* of a text that is read: more than any plan makes */
  N_NUMBERS = 8,      /* of an epoch's row */
};

static const char *const kind_names[] = { "race", "folds", "pictures" };
static const char *const state_names[] = { "waiting", "running", "done", "stopped", "failed" };

G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == CVR_N_EXPERIMENTS);

static void
add_row (GString           *json,
         const CvrEpochRow *row)
{
  const double numbers[N_NUMBERS] = { row->loss, row->accuracy, row->val_loss, row->val_accuracy,
                                      row->lr, row->seconds, row->images_per_second, row->best };

  cvr_json_add_open (json, NULL, '[');
  for (guint i = 0; i < N_NUMBERS; i++)
    cvr_json_add_double (json, NULL, numbers[i]);
  g_string_append_c (json, ']');
}

static void
add_entry (GString        *json,
           const CvrEntry *entry)
{
  g_autofree char *settings = cvr_settings_to_json (&entry->settings);

  cvr_json_add_open (json, NULL, '{');
  cvr_json_add_string (json, "name", entry->name);
  cvr_json_add_string (json, "settings", settings);
  cvr_json_add_string (json, "state", state_names[entry->state]);
  cvr_json_add_double (json, "fraction", entry->fraction);
  if (entry->error != NULL)
    cvr_json_add_string (json, "error", entry->error);
  cvr_run_report_write (&entry->report, json);
  cvr_json_add_uint (json, "pictures", entry->n_train);
  cvr_json_add_uint (json, "validated", entry->n_valid);
  cvr_json_add_open (json, "rows", '[');
  for (guint i = 0; i < entry->n_rows; i++)
    add_row (json, &entry->rows[i]);
  g_string_append (json, "]}");
}

/* Returns: (transfer full) */
char *
cvr_experiment_to_json (const CvrExperimentResult *self)
{
  GString *json = g_string_new ("{");

  cvr_json_add_string (json, "kind", kind_names[self->kind]);
  cvr_json_add_open (json, "entries", '[');
  for (guint i = 0; i < self->n_entries; i++)
    add_entry (json, &self->entries[i]);
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

static gboolean
refuse (GError    **error,
        const char *member)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("The experiment can't be read: its member “%s” is not what it should be."),
               member);
  return FALSE;
}

static double
number_at (JsonArray *numbers,
           guint      i)
{
  JsonNode *node = json_array_get_element (numbers, i);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : (double) NAN;
}

static gboolean
read_rows (CvrEntry   *entry,
           JsonObject *object,
           GError    **error)
{
  JsonArray *rows = NULL;
  guint n;

  if (!cvr_json_get_array (object, "rows", &rows, error))
    return FALSE;

  n = rows != NULL ? json_array_get_length (rows) : 0;
  entry->rows = g_new0 (CvrEpochRow, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      JsonArray *v = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

      if (v == NULL || json_array_get_length (v) != N_NUMBERS)
        return refuse (error, "rows");
      entry->rows[entry->n_rows++] = (CvrEpochRow) {
        i + 1, number_at (v, 0), number_at (v, 1), number_at (v, 2), number_at (v, 3),
        number_at (v, 4), number_at (v, 5), number_at (v, 6), number_at (v, 7) > 0
      };
    }

  return TRUE;
}

static gboolean
read_entry (CvrEntry *entry,
            JsonNode *node,
            GError  **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = NULL, *settings = NULL, *state = NULL, *problem = NULL;
  gint number;

  if (object == NULL)
    return refuse (error, "entries");
  if (!cvr_json_get_string (object, "name", &name, error) ||
      !cvr_json_get_string (object, "settings", &settings, error) ||
      !cvr_json_get_string (object, "state", &state, error) ||
      !cvr_json_get_string (object, "error", &problem, error) ||
      !cvr_json_get_double (object, "fraction", &entry->fraction, error) ||
      !cvr_json_get_uint (object, "pictures", &entry->n_train, error) ||
      !cvr_json_get_uint (object, "validated", &entry->n_valid, error) ||
      !cvr_run_report_read (&entry->report, object, error) || !read_rows (entry, object, error) ||
      !cvr_settings_from_json (&entry->settings, settings != NULL ? settings : "{}", error))
    return FALSE;

  number = cvr_json_find_name (state_names, G_N_ELEMENTS (state_names), state);
  if (number < 0)
    return refuse (error, "state");

  entry->state = (CvrEntryState) number;
  /* Nothing that is read goes on. */
  if (entry->state == CVR_ENTRY_RUNNING)
    entry->state = CVR_ENTRY_STOPPED;
  entry->name = g_strdup (name != NULL ? name : "");
  entry->error = g_strdup (problem);

  return TRUE;
}

/**
 * cvr_experiment_from_json:
 *
 * Returns: (transfer full): NULL with CVR_STORAGE_ERROR_FORMAT or NN_ERROR_SPEC.
 */
CvrExperimentResult *
cvr_experiment_from_json (const char *json,
                          GError    **error)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "experiment", error);
  g_autoptr (CvrExperimentResult) self = NULL;
  const char *kind = NULL;
  JsonArray *entries = NULL;
  gint number;
  guint n;

  if (object == NULL || !cvr_json_get_string (object, "kind", &kind, error) ||
      !cvr_json_get_array (object, "entries", &entries, error))
    return NULL;

  number = cvr_json_find_name (kind_names, CVR_N_EXPERIMENTS, kind);
  n = entries != NULL ? json_array_get_length (entries) : 0;
  if (number < 0 || n == 0 || n > MAX_ENTRIES)
    {
      refuse (error, number < 0 ? "kind" : "entries");
      return NULL;
    }

  self = g_new0 (CvrExperimentResult, 1);
  self->kind = (CvrExperimentKind) number;
  self->entries = g_new0 (CvrEntry, n);
  for (self->n_entries = 0; self->n_entries < n;)
    {
      CvrEntry *entry = &self->entries[self->n_entries];
      JsonNode *node = json_array_get_element (entries, self->n_entries++);

      if (!read_entry (entry, node, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}
