/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `crossval`: as many trainings as parts, each judged by the part it has not seen. */
#include "cvr-cli-train-options.h"

#include "cvr-race.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { USUAL_FOLDS = 5, SHARES = 1000 };

/* Work under way. */
typedef struct
{
  CvrCli              *cli;
  CvrExperimentResult *result;
} Crossval;

static void
send_fold (Crossval       *self,
           guint           index,
           const CvrEntry *entry)
{
  GString *event = cvr_cli_event ("fold");
  double accuracy = cvr_entry_accuracy (entry);
  g_autofree char *percent = cvr_words_percent (accuracy, entry->n_valid);

  cvr_json_add_uint (event, "fold", index + 1);
  cvr_json_add_double (event, "accuracy", accuracy);
  cvr_json_add_uint (event, "train", entry->n_train);
  cvr_json_add_uint (event, "valid", entry->n_valid);
  cvr_json_add_uint (event, "best_epoch", entry->report.best_epoch);
  cvr_json_add_double (event, "seconds", round (entry->report.seconds * 1e3) / 1e3);
  cvr_cli_send (self->cli, event);
  cvr_cli_print (self->cli, _("%s: %s of %u pictures right (epoch %u of %u)"), entry->name, percent,
                 entry->n_valid, entry->report.best_epoch, entry->report.n_epochs);
}

static void
moved_cb (guint              index,
          const CvrEntry    *entry,
          const CvrEpochRow *row,
          gpointer           data)
{
  Crossval *self = data;
  double done = 0;

  cvr_experiment_result_take (self->result, index, entry, row);
  for (guint i = 0; i < self->result->n_entries; i++)
    done += self->result->entries[i].fraction / self->result->n_entries;
  cvr_cli_progress (self->cli, (guint64) (done * SHARES), SHARES, _("Cross-validation"));
  if (entry->state == CVR_ENTRY_DONE)
    send_fold (self, index, &self->result->entries[index]);
}

static gboolean
keep_going_cb (gpointer data)
{
  return cvr_cli_keep_going (((Crossval *) data)->cli);
}

/* A part that failed fails the command: a mean over the others would not be what was asked for. */
static gboolean
check_entries (Crossval *self,
               GError  **error)
{
  for (guint i = 0; i < self->result->n_entries; i++)
    {
      const CvrEntry *entry = &self->result->entries[i];

      if (entry->state == CVR_ENTRY_FAILED)
        {
          g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, "%s: %s", entry->name,
                       entry->error);
          return FALSE;
        }
    }
  if (cvr_experiment_summary (self->result).n_done > 1)
    return TRUE;

  g_set_error_literal (error, CVR_CLI_ERROR, CVR_CLI_ERROR_STOPPED,
                       _("Stopped before two parts were done; there is no mean yet."));
  return FALSE;
}

static void
send_done (Crossval *self)
{
  CvrExperimentSummary summary = cvr_experiment_summary (self->result);
  GString *event = cvr_cli_event ("done");
  g_autofree char *mean = cvr_words_percent (summary.mean, 0);
  g_autofree char *deviation = cvr_words_percent (summary.deviation, 0);

  cvr_json_add_double (event, "mean", summary.mean);
  cvr_json_add_double (event, "deviation", summary.deviation);
  cvr_json_add_uint (event, "folds", summary.n_done);
  cvr_cli_send (self->cli, event);
  if (summary.n_done < self->result->n_entries)
    cvr_cli_say (self->cli, _("Stopped after %u of %u parts."), summary.n_done,
                 self->result->n_entries);
  cvr_cli_print (self->cli, _("Mean %s right, deviation %s"), mean, deviation);
}

gboolean
cvr_cli_crossval (CvrCli  *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_auto (CvrCliTrainOptions) options;
  CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_FOLDS };
  Crossval self = { .cli = cli };
  const CvrExperimentObserver observer = { moved_cb, keep_going_cb, &self };
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (CvrExperimentResult) result = NULL;
  guint n_skipped;

  cvr_cli_train_options_init (&options);
  if (!cvr_cli_crossval_options_parse (&options, cli, &argc, &argv, error) ||
      !cvr_cli_train_options_settings (&options, cli, &plan.settings, error))
    return FALSE;
  plan.n_folds = options.folds == -1 ? USUAL_FOLDS : (guint) MAX (options.folds, 0);
  if (plan.n_folds < 2 || plan.n_folds > CVR_MAX_FOLDS)
    return cvr_cli_usage (error, _("--folds is %d; it can be 2 to %d."), options.folds,
                          CVR_MAX_FOLDS);

  dataset = cvr_cli_load_data (cli, options.data, NULL,
                               MAX (plan.settings.width, plan.settings.height), &n_skipped, error);
  if (dataset == NULL)
    return FALSE;
  cvr_dataset_split (dataset, 0, 0, plan.settings.seed);

  self.result = result = cvr_experiment_result_new (&plan, dataset);
  if (!cvr_experiment_run (&plan, dataset, NULL, cvr_cli_workers (cli), &observer, error))
    return FALSE;
  cvr_cli_progress_end (cli);
  if (!check_entries (&self, error))
    return FALSE;

  send_done (&self);

  return TRUE;
}
