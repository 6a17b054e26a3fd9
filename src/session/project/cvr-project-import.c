/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from outside: read and written beside the main thread, then shown at once as one
 * undoable action. */
#include "cvr-project-private.h"

#include "cvr-import-action.h"
#include "cvr-job-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the working threads need. */
typedef struct
{
  CvrProject *project;   /* held; main thread only */
  CvrKeeper  *keeper;
  CvrJob     *job;       /* borrowed, set by the worker: it runs as long as this is there */
  char      **sources;
  char       *label;
  guint64     seed;
  guint       max_side;
  gboolean    replace;
  gboolean    skip_same;
  gboolean    only_same;
  gboolean    labels_only;
  guint64     newest;
  char       *name;      /* of the project that begins with it; set by the worker */
  CvrDataset *there;     /* the project's pictures when it began; empty where all of it leaves */
  GHashTable *known;     /* digests of these, as pointers to guint64; the worker's */
  gint        enough;    /* atomic: what has come is enough */
  gint        n_kept;    /* atomic */
  guint       n_groups;  /* of sources, for the progress */
  gboolean    several;   /* folders or archives: each may be a class */
  guint       group;
} Request;

/* What they bring back. */
typedef struct
{
  CvrDataset    *dataset; /* its classes, once all is loaded */
  GPtrArray     *items;   /* of CvrItem: its pictures, for the main thread to take */
  GArray        *given;   /* of CvrGiven: labels of pictures that are there already */
  CvrLoadReport *report;
} Loaded;

/* Loaded pictures on their way in. */
typedef struct
{
  CvrJob        *job;    /* held */
  CvrLoadReport *report;
} Import;

static const char request_key[] = "convisor-import";

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

  if (request->job != NULL)
    g_object_set_data (G_OBJECT (request->job), request_key, NULL);
  g_object_unref (request->project);
  cvr_keeper_unref (request->keeper);
  g_strfreev (request->sources);
  g_free (request->label);
  g_free (request->name);
  g_clear_pointer (&request->known, g_hash_table_unref);
  g_clear_pointer (&request->there, cvr_dataset_unref);
  g_free (request);
}

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->dataset, cvr_dataset_unref);
  g_clear_pointer (&loaded->items, g_ptr_array_unref);
  g_clear_pointer (&loaded->given, g_array_unref);
  g_clear_pointer (&loaded->report, cvr_project_report_free);
  g_free (loaded);
}

/* Several sources count alike: how large they are isn't known before. */
static void
progress_cb (guint64     done,
             guint64     total,
             const char *what,
             gpointer    data)
{
  Request *request = data;
  CvrJob *job = request->job;

  if (total == 0)
    cvr_job_progress (job, request->n_groups == 1 ? done : 0, 0);
  else
    cvr_job_progress (job, request->group * total + done, request->n_groups * total);
}

/* Any loading thread. */
static gboolean
enough_cb (gpointer data)
{
  Request *request = data;

  return g_atomic_int_get (&request->enough) != 0;
}

static guint64
number_cb (gpointer data)
{
  Request *request = data;

  return cvr_keeper_take_id (request->keeper);
}

/* Any loading thread. */
static CvrPicture *
keep_cb (CvrImage *image,
         guint     was_width,
         guint     was_height,
         guint64   number,
         gpointer  data,
         GError  **error)
{
  Request *request = data;
  CvrPicture *picture = cvr_keeper_add_numbered (request->keeper, image, was_width, was_height,
                                                 number, error);

  if (picture != NULL)
    g_atomic_int_inc (&request->n_kept);

  return picture;
}

/* Worker. One source of several that can't be used is reported, not fatal. @files: (nullable):
 * single files that are read together. */
static gboolean
load_source (Request           *request,
             const char        *source,
             const char *const *files,
             Loaded            *loaded,
             GError           **error)
{
  CvrLoadSpec spec = {
    .data = source, .files = files, .seed = request->seed, .label = request->label,
    .is_class = files == NULL && request->several && request->label == NULL,
    .max_side = request->max_side, .known = request->known, .skip_same = request->skip_same,
    .only_same = request->only_same, .labels_only = request->labels_only,
    .there = request->only_same ? NULL : request->there, .given = loaded->given,
    .number = number_cb, .keep = keep_cb, .keep_data = request,
    .enough = enough_cb, .enough_data = request, .progress = progress_cb, .progress_data = request,
  };
  g_autofree char *name = g_path_get_basename (source);
  g_autofree char *note = NULL;
  CvrLoadReport report = { 0 };
  g_autoptr (GError) reason = NULL;
  gboolean done = cvr_load (loaded->dataset, &spec, &report, cvr_job_cancellable (request->job),
                            &reason);

  cvr_load_report_add (loaded->report, &report);
  cvr_load_report_clear (&report);
  if (done)
    return TRUE;
  if (!cvr_job_keep_going (request->job) || request->n_groups == 1)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  note = g_strdup_printf (_("%1$s: %2$s"), name, reason->message);
  cvr_load_report_skip (loaded->report, note);

  return TRUE;
}

/* Worker. Single files that were chosen together are read together: a label file among them speaks
 * of its neighbours. */
static gboolean
load_sources (Request *request,
              Loaded  *loaded,
              GError **error)
{
  g_autoptr (GPtrArray) singles = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; request->sources[i] != NULL; i++)
    if (!cvr_load_is_partner (request->sources[i], (const char *const *) request->sources))
      g_ptr_array_add (g_strv_length (request->sources) > 1 &&
                           cvr_load_is_single (request->sources[i]) ? singles : others,
                       request->sources[i]);
  request->n_groups = others->len + (singles->len > 0);
  request->several = others->len > 1;

  if (singles->len > 0)
    {
      g_ptr_array_add (singles, NULL);
      if (!load_source (request, singles->pdata[0], (const char *const *) singles->pdata, loaded,
                        error))
        return FALSE;
      request->group++;
    }
  for (guint i = 0; i < others->len && !enough_cb (request); i++, request->group++)
    if (!load_source (request, others->pdata[i], NULL, loaded, error))
      return FALSE;

  return TRUE;
}

/* "builtin:doodles:2000" becomes "builtin:doodles", a path its last part without an ending. Waits
 * for the disk. */
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

/* Worker. "cats, dogs" of a few folders that came together, else the name of the first source. */
static char *
dup_title (const Request *request)
{
  enum { MAX_NAMES = 3 };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  guint n = request->several ? g_strv_length (request->sources) : 1;

  for (guint i = 0; i < (n <= MAX_NAMES ? n : 1); i++)
    {
      g_autofree char *name = dup_name (request->sources[i]);

      g_strv_builder_add (builder, name);
    }
  names = g_strv_builder_end (builder);

  return g_strjoinv (", ", names);
}

/* Worker. What is there already, to tell what comes twice. */
static GHashTable *
known_digests (const Request *request)
{
  GHashTable *known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < cvr_dataset_n_items (request->there); i++)
    {
      const CvrItem *item = cvr_dataset_item (request->there, i);
      guint64 digest = item->digest;

      if (digest != 0 && (!request->only_same || item->id <= request->newest))
        g_hash_table_add (known, g_memdup2 (&digest, sizeof digest));
    }

  return known;
}

/* Worker. What the pictures that came have. */
static void
count_came (Loaded *loaded)
{
  guint n_classes = cvr_dataset_n_classes (loaded->dataset);

  for (guint k = 0; k < n_classes; k++)
    loaded->report->n_classes +=
      cvr_dataset_count (loaded->dataset, (gint) k, CVR_SPLIT_AUTO) > 0;
  for (guint i = 0; i < cvr_dataset_n_items (loaded->dataset); i++)
    {
      const CvrExtras *extras = cvr_dataset_item (loaded->dataset, i)->extras;

      loaded->report->n_boxes += extras != NULL ? extras->n_boxes : 0;
    }
}

/* Worker. Makes of the loaded pictures what the project keeps, and lets the rest go: with tens of
 * thousands both would take the main thread long. */
static void
make_items (Loaded *loaded)
{
  guint n = cvr_dataset_n_items (loaded->dataset);
  CvrDataset *classes = cvr_dataset_new ();

  loaded->items = g_ptr_array_new_full (n, cvr_item_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (loaded->items, cvr_item_copy (cvr_dataset_item (loaded->dataset, i)));
  for (guint k = 0; k < cvr_dataset_n_classes (loaded->dataset); k++)
    cvr_dataset_insert_class (classes, k, cvr_dataset_class (loaded->dataset, k));
  cvr_dataset_unref (loaded->dataset);
  loaded->dataset = classes;
}

/* Worker. */
static gpointer
load_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Request *request = data;
  Loaded *loaded = g_new0 (Loaded, 1);

  request->job = job;
  loaded->dataset = cvr_dataset_new ();
  loaded->given = g_array_new (FALSE, FALSE, sizeof (CvrGiven));
  g_array_set_clear_func (loaded->given, cvr_given_clear);
  loaded->report = g_new0 (CvrLoadReport, 1);
  loaded->report->skipped = g_ptr_array_new_with_free_func (g_free);

  request->known = known_digests (request);
  if (load_sources (request, loaded, error))
    {
      request->name = dup_title (request);
      g_clear_pointer (&request->there, cvr_dataset_unref);
      count_came (loaded);
      make_items (loaded);
      if (loaded->items->len > 0 || loaded->report->n_same > 0 || loaded->given->len > 0)
        return loaded;
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                   _("There are no pictures in it. %s"),
                   loaded->report->skipped->len > 0
                     ? (const char *) g_ptr_array_index (loaded->report->skipped, 0)
                     : "");
    }
  loaded_free (loaded);

  return NULL;
}

/* CvrProjectKept */
static void
kept_cb (const GError *error,
         gpointer      data)
{
  Import *import = data;

  if (error != NULL)
    g_clear_pointer (&import->report, cvr_project_report_free);
  cvr_job_end (import->job, import->report, error != NULL ? g_error_copy (error) : NULL);
  g_object_unref (import->job);
  g_free (import);
}

/* CvrJobStage: main thread, when everything is loaded. */
static void
loaded_cb (CvrJob  *job,
           gpointer result,
           gpointer data)
{
  Request *request = data;
  Loaded *loaded = result;
  CvrAction *action;
  Import *import;

  action = cvr_import_make_action (request->project, request->replace, request->name,
                                   loaded->dataset, loaded->items, loaded->given,
                                   &loaded->report->n_labelled);
  if (action == NULL) /* all of it is there already */
    {
      CvrLoadReport *report = g_steal_pointer (&loaded->report);

      loaded_free (loaded);
      cvr_job_end (job, report, NULL);
      return;
    }

  import = g_new0 (Import, 1);
  import->job = g_object_ref (job);
  import->report = g_steal_pointer (&loaded->report);
  loaded_free (loaded);
  cvr_project_do (request->project, action, kept_cb, import);
}

/**
 * cvr_project_import_with:
 * @import: what and how; copied
 *
 * Returns: (transfer none) (nullable): see cvr_job_start(). The job runs until the pictures are
 * shown. %NULL in a project that is read-only, after "failed" has said why.
 */
CvrJob *
cvr_project_import_with (CvrProject      *self,
                         const CvrImport *import,
                         GObject         *owner,
                         CvrJobDone       done,
                         gpointer         user_data)
{
  Request *request;
  CvrJob *job;

  g_return_val_if_fail (self->keeper != NULL && import->sources != NULL &&
                        import->sources[0] != NULL, NULL);
  if (!cvr_project_may_change (self))
    return NULL;

  request = g_new0 (Request, 1);
  request->project = g_object_ref (self);
  request->keeper = cvr_keeper_ref (self->keeper);
  request->sources = g_strdupv ((char **) import->sources);
  request->label = g_strdup (import->label);
  request->seed = self->settings.seed;
  request->max_side = import->max_side;
  request->replace = import->replace;
  request->skip_same = import->skip_same;
  request->only_same = import->only_same;
  request->labels_only = import->labels_only;
  request->newest = import->newest;
  request->there = import->replace ? cvr_dataset_new () : cvr_dataset_copy (self->dataset);

  job = cvr_job_start_staged (_("Loading pictures"), load_func, request, request_free, loaded_cb,
                              loaded_free, owner, done, user_data, cvr_project_report_free);
  g_object_set_data (G_OBJECT (job), request_key, request);
  cvr_project_track_job (self, job);

  return job;
}

/**
 * cvr_project_import:
 * @sources: (array zero-terminated=1): "builtin:doodles:2000", paths of folders, archives and files
 * @label: (nullable): class for pictures that come without one
 *
 * Returns: (transfer none): see cvr_project_import_with().
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
  const CvrImport import = { .sources = sources, .label = label, .replace = replace };

  return cvr_project_import_with (self, &import, owner, done, user_data);
}

/**
 * cvr_project_import_finish_early:
 * @job: of cvr_project_import()
 *
 * Keeps the pictures that have come so far; without any it is a cancel.
 */
void
cvr_project_import_finish_early (CvrJob *job)
{
  Request *request = g_object_get_data (G_OBJECT (job), request_key);

  if (request == NULL)
    return;
  if (g_atomic_int_get (&request->n_kept) == 0)
    cvr_job_cancel (job);
  else
    g_atomic_int_set (&request->enough, 1);
}

/**
 * cvr_project_import_n_kept:
 * @job: of cvr_project_import()
 *
 * Returns: how many pictures have come so far: what finishing early would keep.
 */
guint
cvr_project_import_n_kept (CvrJob *job)
{
  Request *request = g_object_get_data (G_OBJECT (job), request_key);

  return request != NULL ? (guint) g_atomic_int_get (&request->n_kept) : 0;
}
