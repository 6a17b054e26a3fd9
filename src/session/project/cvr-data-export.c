/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes pictures and labels out as they were when it began; stored pictures go out as the files
 * they are kept as. */
#include "cvr-data-export.h"

#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the working thread needs. */
typedef struct
{
  CvrDataset    *dataset;
  CvrKeeper     *keeper;
  char          *path;
  CvrSaveOutSpec spec;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_dataset_unref (request->dataset);
  cvr_keeper_unref (request->keeper);
  g_free (request->path);
  g_free (request);
}

void
cvr_data_export_report_free (gpointer report)
{
  if (report == NULL)
    return;

  cvr_save_out_report_clear (report);
  g_free (report);
}

/* Worker. */
static GBytes *
encoded_cb (const CvrItem *item,
            const char   **ending,
            gpointer       keeper,
            GError       **error)
{
  if (cvr_picture_is_loaded (item->picture))
    return NULL;

  return cvr_keeper_picture_bytes (keeper, item->id, ending, error);
}

static void
progress_cb (guint64  done,
             guint64  total,
             gpointer job)
{
  cvr_job_progress (job, done, total);
}

/* Worker. */
static gpointer
export_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Request *request = data;
  CvrSaveOutReport *report = g_new0 (CvrSaveOutReport, 1);

  request->spec.progress_data = job;
  if (cvr_save_out (request->dataset, &request->spec, report, cvr_job_cancellable (job), error))
    return report;
  cvr_data_export_report_free (report);

  return NULL;
}

/* Those of the items that were chosen, with all classes. */
static CvrDataset *
choose (CvrDataset          *dataset,
        const CvrDataExport *export)
{
  CvrDataset *chosen;

  if (export->ids == NULL)
    return cvr_dataset_copy (dataset);

  chosen = cvr_dataset_copy (dataset);
  {
    g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);

    for (guint i = 0; i < export->n_ids; i++)
      g_hash_table_add (wanted, (gpointer) &export->ids[i]);
    for (guint i = cvr_dataset_n_items (chosen); i > 0; i--)
      if (!g_hash_table_contains (wanted, &cvr_dataset_item (chosen, i - 1)->id))
        cvr_dataset_remove_item (chosen, i - 1);
  }

  return chosen;
}

CvrJob *
cvr_data_export_start (CvrProject          *project,
                       const CvrDataExport *export,
                       GObject             *owner,
                       CvrJobDone           done,
                       gpointer             user_data)
{
  Request *request;
  CvrJob *job;

  g_return_val_if_fail (cvr_project_keeper (project) != NULL && export->path != NULL, NULL);

  request = g_new0 (Request, 1);
  request->dataset = choose (cvr_project_get_dataset (project), export);
  request->keeper = cvr_keeper_ref (cvr_project_keeper (project));
  request->path = g_strdup (export->path);
  request->spec = (CvrSaveOutSpec) {
    .path = request->path, .form = export->form, .labels_only = export->labels_only,
    .archive = export->archive, .used_splits = export->used_splits, .encoded = encoded_cb,
    .encoded_data = request->keeper, .progress = progress_cb,
  };

  job = cvr_job_start (_("Taking pictures out"), export_func, request, request_free, owner, done,
                       user_data, cvr_data_export_report_free);
  cvr_project_track_job (project, job);

  return job;
}

char *
cvr_data_export_dup_name (CvrProject          *project,
                          const CvrDataExport *export)
{
  const CvrSaveOutSpec spec = { .form = export->form, .labels_only = export->labels_only,
                                .archive = export->archive };
  const char *name = cvr_project_get_name (project);
  const char *ending = "";

  if (export->archive)
    ending = ".zip";
  else if (cvr_save_out_is_file (&spec))
    ending = export->form == CVR_SAVE_CSV ? ".csv" : ".json";

  return g_strconcat (name != NULL && name[0] != '\0' ? name : _("pictures"), ending, NULL);
}
