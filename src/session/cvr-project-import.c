/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from outside: read beside the main thread, then written a slice in every main loop turn,
 * then shown at once as one undoable action. */
#include "cvr-project-private.h"

#include "cvr-job-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { SLICE_US = 8000 }; /* of one main loop turn */

/* What the working thread needs. */
typedef struct
{
  CvrProject *project;   /* held; main thread only */
  char      **sources;
  char       *label;
  guint64     seed;
  gboolean    replace;
} Request;

/* What it brings back. */
typedef struct
{
  CvrDataset    *dataset;
  CvrLoadReport *report;
} Loaded;

/* Loaded pictures on their way in. */
typedef struct
{
  CvrProject *project;   /* borrowed: the job's request holds it */
  CvrJob     *job;       /* held */
  Request    *request;   /* the job's */
  Loaded     *loaded;
  guint64     first_id;
  guint       n_written;
  guint       source;    /* 0: waits behind another import */
} Import;

void
cvr_project_report_free (gpointer report)
{
  if (report == NULL)
    return;

  cvr_load_report_clear (report);
  g_free (report);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->project);
  g_strfreev (request->sources);
  g_free (request->label);
  g_free (request);
}

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->dataset, cvr_dataset_unref);
  g_clear_pointer (&loaded->report, cvr_project_report_free);
  g_free (loaded);
}

static void
progress_cb (guint64     done,
             guint64     total,
             const char *what,
             gpointer    job)
{
  cvr_job_progress (job, done, total);
}

static void
add_report (CvrLoadReport       *sum,
            const CvrLoadReport *report)
{
  sum->n_loaded += report->n_loaded;
  sum->n_damaged += report->n_damaged;
  sum->n_skipped += report->n_skipped;
  for (guint i = 0; report->skipped != NULL && i < report->skipped->len; i++)
    g_ptr_array_add (sum->skipped, g_strdup (g_ptr_array_index (report->skipped, i)));
}

/* Worker. One source of several that can't be used is reported, not fatal. */
static gboolean
load_source (CvrJob        *job,
             const Request *request,
             const char    *source,
             Loaded        *loaded,
             GError       **error)
{
  CvrLoadSpec spec = { .data = source, .seed = request->seed, .label = request->label,
                       .progress = progress_cb, .progress_data = job };
  CvrLoadReport report = { 0 };
  g_autoptr (GError) reason = NULL;
  gboolean done = cvr_load (loaded->dataset, &spec, &report, cvr_job_cancellable (job), &reason);

  add_report (loaded->report, &report);
  cvr_load_report_clear (&report);
  if (done)
    return TRUE;
  if (!cvr_job_keep_going (job) || g_strv_length (request->sources) == 1)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  {
    g_autofree char *name = g_path_get_basename (source);

    loaded->report->n_skipped++;
    g_ptr_array_add (loaded->report->skipped,
                     g_strdup_printf (_("%1$s: %2$s"), name, reason->message));
  }
  return TRUE;
}

/* Worker. */
static gpointer
load_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Request *request = data;
  Loaded *loaded = g_new0 (Loaded, 1);

  loaded->dataset = cvr_dataset_new ();
  loaded->report = g_new0 (CvrLoadReport, 1);
  loaded->report->skipped = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; request->sources[i] != NULL; i++)
    if (!load_source (job, request, request->sources[i], loaded, error))
      {
        loaded_free (loaded);
        return NULL;
      }

  if (cvr_dataset_n_items (loaded->dataset) == 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                   _("There are no pictures in it. %s"),
                   loaded->report->skipped->len > 0
                     ? (const char *) g_ptr_array_index (loaded->report->skipped, 0)
                     : "");
      loaded_free (loaded);
      return NULL;
    }

  return loaded;
}

/* "builtin:doodles:2000" becomes "builtin:doodles", a path its last part without an ending. */
static char *
dup_name (const char *source)
{
  g_autofree char *base = NULL;
  char *dot;

  if (g_str_has_prefix (source, "builtin:"))
    {
      g_auto (GStrv) parts = g_strsplit (source, ":", 3);

      return g_strconcat ("builtin:", parts[1], NULL);
    }

  base = g_path_get_basename (source);
  dot = strchr (base + 1, '.');
  if (dot != NULL && !g_file_test (source, G_FILE_TEST_IS_DIR))
    *dot = '\0';

  return g_utf8_make_valid (base, -1);
}

/* Everything that is there leaves: pictures, then classes from the last. */
static void
add_leaving (CvrProject *self,
             CvrAction  *action)
{
  CvrChange *leave = cvr_action_add (action, CVR_CHANGE_ITEMS);

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      cvr_change_add_item (leave, item->id, item->name, item->label, item->split);
    }
  for (guint k = cvr_dataset_n_classes (self->dataset); k > 0; k--)
    cvr_action_add_texts (action, CVR_CHANGE_CLASS_REMOVE, k - 1,
                          cvr_dataset_class_name (self->dataset, k - 1), NULL);
}

/* Classes that are missing, in the order of the loaded ones. Returns: (transfer full): where each
 * of these is. */
static gint *
add_classes (CvrProject *self,
             CvrAction  *action,
             CvrDataset *loaded,
             gboolean    replace)
{
  guint n_loaded = cvr_dataset_n_classes (loaded);
  guint n_there = replace ? 0 : cvr_dataset_n_classes (self->dataset);
  gint *places = g_new (gint, MAX (n_loaded, 1));

  for (guint k = 0; k < n_loaded; k++)
    {
      const char *name = cvr_dataset_class_name (loaded, k);

      places[k] = replace ? -1 : cvr_dataset_find_class (self->dataset, name);
      if (places[k] >= 0)
        continue;
      places[k] = (gint) n_there;
      cvr_action_add_texts (action, CVR_CHANGE_CLASS_ADD, n_there++, NULL, name);
    }

  return places;
}

static CvrAction *
make_action (CvrProject *self,
             Import     *import)
{
  CvrDataset *loaded = import->loaded->dataset;
  guint n = cvr_dataset_n_items (loaded);
  CvrAction *action = cvr_action_new (CVR_ACTION_IMPORT, n, NULL);
  gboolean replace = import->request->replace;
  g_autofree gint *places = NULL;
  g_autofree char *name = dup_name (import->request->sources[0]);
  CvrChange *come;

  if (replace)
    add_leaving (self, action);
  if (replace || cvr_dataset_n_items (self->dataset) == 0)
    cvr_action_add_texts (action, CVR_CHANGE_NAME, 0, self->name, name);
  places = add_classes (self, action, loaded, replace);

  come = cvr_action_add (action, CVR_CHANGE_ITEMS);
  come->come = TRUE;
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (loaded, i);

      cvr_change_add_item (come, import->first_id + i, item->name,
                           item->label >= 0 ? places[item->label] : CVR_LABEL_NONE, item->split);
    }

  return action;
}

static void start_next (CvrProject *self);

/* Takes the head of the queue off and ends its job. */
static void
end_import (CvrProject *self,
            GError     *error)
{
  Import *import = g_queue_pop_head (&self->imports);
  CvrLoadReport *report = error == NULL ? g_steal_pointer (&import->loaded->report) : NULL;

  if (import->source != 0)
    g_source_remove (import->source);
  /* Rows that got to disk are hidden; they go for good when the project is opened next. */
  if (error != NULL)
    cvr_project_end_bulk (self, NULL);
  for (guint i = 0; error != NULL && i < import->n_written; i++)
    {
      guint64 id = import->first_id + i;

      g_hash_table_remove (self->hidden, &id);
    }
  g_object_ref (self);
  cvr_job_end (import->job, report, error);
  loaded_free (import->loaded);
  g_object_unref (import->job);
  g_free (import);
  start_next (self);
  g_object_unref (self);
}

/* Behind the curtain, without class: classes may still change until all is written. */
static gboolean
write_picture (CvrProject *self,
               Import     *import,
               GError    **error)
{
  const CvrItem *loaded = cvr_dataset_item (import->loaded->dataset, import->n_written);
  CvrItem item = { import->first_id + import->n_written,
                   loaded->image,
                   loaded->name,
                   CVR_LABEL_NONE,
                   loaded->split,
                   loaded->split };

  cvr_project_begin_bulk (self);
  if (!cvr_store_put_item (self->store, &item, error) ||
      !cvr_store_hide_item (self->store, item.id, TRUE, error))
    return FALSE;

  cvr_project_keep_hidden (self, item.id, item.image);
  import->n_written++;

  return TRUE;
}

/* All rows are there: they show, as one action. */
static void
complete (CvrProject *self,
          Import     *import)
{
  g_autoptr (GError) error = NULL;

  if (!cvr_project_end_bulk (self, &error))
    end_import (self, g_steal_pointer (&error));
  else if (!cvr_project_do (self, make_action (self, import)))
    end_import (self, g_error_new_literal (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                                           _("The pictures couldn't be kept.")));
  else
    end_import (self, NULL);
}

static gboolean
slice_cb (gpointer data)
{
  Import *import = data;
  CvrProject *self = import->project;
  guint n = cvr_dataset_n_items (import->loaded->dataset);
  gint64 end = g_get_monotonic_time () + SLICE_US;
  g_autoptr (GError) error = g_steal_pointer (&self->bulk_error);

  while (error == NULL && import->n_written < n && g_get_monotonic_time () < end)
    if (!write_picture (self, import, &error))
      cvr_project_end_bulk (self, NULL);
  if (error == NULL && !cvr_job_keep_going (import->job))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  if (error != NULL)
    {
      end_import (self, g_steal_pointer (&error));
      return G_SOURCE_CONTINUE; /* Removed there. */
    }

  cvr_job_progress (import->job, import->n_written, n);
  if (import->n_written < n)
    return G_SOURCE_CONTINUE;

  import->source = 0;
  complete (self, import);

  return G_SOURCE_REMOVE;
}

static void
start_next (CvrProject *self)
{
  Import *import = g_queue_peek_head (&self->imports);

  if (import != NULL && import->source == 0)
    import->source = g_idle_add (slice_cb, import);
}

/* CvrJobStage: main thread, when everything is loaded. */
static void
loaded_cb (CvrJob  *job,
           gpointer result,
           gpointer data)
{
  Request *request = data;
  CvrProject *self = request->project;
  Import *import = g_new0 (Import, 1);

  import->project = self;
  import->job = g_object_ref (job);
  import->request = request;
  import->loaded = result;
  import->first_id = self->next_id;
  self->next_id += cvr_dataset_n_items (import->loaded->dataset);
  g_queue_push_tail (&self->imports, import);
  start_next (self);
}

/* When the project closes: what is not shown yet does not come. */
void
cvr_project_stop_imports (CvrProject *self)
{
  while (!g_queue_is_empty (&self->imports))
    end_import (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled.")));
}

/**
 * cvr_project_import:
 * @sources: (array zero-terminated=1): "builtin:doodles:2000", paths of folders, archives and files
 * @label: (nullable): class for pictures that come without one
 *
 * Returns: (transfer none): see cvr_job_start(). The job runs until the pictures are shown.
 */
CvrJob *
cvr_project_import (CvrProject        *self,
                    const char *const *sources,
                    const char        *label,
                    gboolean           replace,
                    GObject           *owner,
                    CvrJobDone         done,
                    gpointer           user_data)
{
  Request *request;
  CvrJob *job;

  g_return_val_if_fail (self->store != NULL && sources != NULL && sources[0] != NULL, NULL);

  request = g_new0 (Request, 1);
  request->project = g_object_ref (self);
  request->sources = g_strdupv ((char **) sources);
  request->label = g_strdup (label);
  request->seed = self->settings.seed;
  request->replace = replace;

  job = cvr_job_start_staged (_("Loading pictures"), load_func, request, request_free, loaded_cb,
                              loaded_free, owner, done, user_data, cvr_project_report_free);
  cvr_project_track_job (self, job);

  return job;
}
