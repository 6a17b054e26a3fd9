/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures that show the same, looked for beside the main thread. */
#include "cvr-alike.h"

#include "cvr-job-private.h"
#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrProject *project;
  CvrDataset *dataset;
  NnWorkers  *workers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->project);
  cvr_dataset_unref (request->dataset);
  nn_workers_unref (request->workers);
  g_free (request);
}

/* Worker. */
static gpointer
find_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Request *request = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_alike_find (request->dataset, request->workers, &watch, error);
}

/* Pictures of older projects get their looks once: the next search needn't read them. Facts about
 * the pictures, which nobody sees: no action, no signal. */
static void
keep_looks (CvrProject     *project,
            const CvrAlike *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  CvrBatch *batch;

  if (self->n_looks == 0 || project->keeper == NULL || cvr_project_is_read_only (project))
    return;

  batch = cvr_batch_new ();
  for (guint i = 0; i < self->n_looks; i++)
    {
      const CvrAlikeLook *look = &self->looks[i];
      gint place = cvr_dataset_find_item (dataset, look->id);

      if (place < 0)
        continue;
      cvr_dataset_set_look (dataset, (guint) place, look->look, look->digest);
      cvr_batch_set_look (batch, look->id, look->look, look->digest);
    }
  cvr_project_commit (project, batch);
}

/* Main thread: the splits know the groups before anybody else does. */
static void
found_stage (CvrJob  *job,
             gpointer result,
             gpointer data)
{
  Request *request = data;

  keep_looks (request->project, result);
  cvr_alike_keep_together (request->project, result);
  cvr_job_end (job, result, NULL);
}

CvrJob *
cvr_alike_start (CvrProject *project,
                 GObject    *owner,
                 CvrJobDone  done,
                 gpointer    user_data)
{
  Request *request = g_new0 (Request, 1);
  CvrJob *job;

  request->project = g_object_ref (project);
  request->dataset = cvr_dataset_copy (cvr_project_get_dataset (project));
  request->workers = nn_workers_ref (cvr_project_workers (project));
  job = cvr_job_start_staged (_("Looking for the same pictures"), find_func, request, request_free,
                              found_stage, cvr_alike_unref, owner, done, user_data,
                              cvr_alike_unref);
  cvr_project_track_job (project, job);

  return job;
}

/* (transfer full): id to the group's number, both in @self's members. The oldest member's id is the
 * number: it stays the same while the group grows. */
static GHashTable *
numbers_of (const CvrAlike *self)
{
  GHashTable *numbers = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint g = 0; g < self->n_groups; g++)
    for (guint m = 0; m < self->groups[g].n; m++)
      g_hash_table_insert (numbers, &self->groups[g].members[m].id,
                           &self->groups[g].members[0].id);

  return numbers;
}

void
cvr_alike_keep_together (CvrProject     *project,
                         const CvrAlike *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n_items = cvr_dataset_n_items (dataset);
  g_autoptr (GHashTable) numbers = numbers_of (self);
  g_autofree guint64 *ids = g_new (guint64, MAX (n_items, 1));
  g_autofree guint64 *groups = g_new (guint64, MAX (n_items, 1));
  guint n = 0;

  for (guint i = 0; i < n_items; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const guint64 *number = g_hash_table_lookup (numbers, &item->id);
      guint64 group = number != NULL ? *number : 0;

      if (item->id > self->newest || item->group == group)
        continue;
      ids[n] = item->id;
      groups[n++] = group;
    }
  if (n > 0 && !cvr_project_is_read_only (project))
    cvr_project_set_groups (project, ids, groups, n);
}
