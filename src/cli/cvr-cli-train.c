/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `train`: from pictures to a model file. */
#include "cvr-cli-train-options.h"

#include "cvr-cli-training.h"
#include "cvr-fs.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The only line of a training that says how large the task is. */
static void
send_start (CvrCli     *cli,
            CvrRun     *run,
            CvrDataset *dataset)
{
  GString *event = cvr_cli_event ("start");
  NnGraph *graph = cvr_run_graph (run);
  const CvrPreprocess *input = cvr_run_preprocess (run);
  g_autofree char *parameters = cvr_words_count (nn_graph_n_values (graph));

  cvr_json_add_uint (event, "train", cvr_run_n_train (run));
  cvr_json_add_uint (event, "valid", cvr_run_n_valid (run));
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    cvr_json_add_string (event, NULL, cvr_dataset_class_name (dataset, k));
  g_string_append_c (event, ']');
  cvr_json_add_uint (event, "parameters", nn_graph_n_values (graph));
  cvr_json_add_uint (event, "flops", nn_graph_flops (graph));
  cvr_cli_send (cli, event);
  cvr_cli_say (cli,
               _("%u pictures to learn from, %u to validate on, %u classes; input %u×%u×%u, %s "
                 "parameters"),
               cvr_run_n_train (run), cvr_run_n_valid (run), cvr_dataset_n_classes (dataset),
               input->channels,
               input->height, input->width, parameters);
}

static const char *
stop_name (NnStop stop)
{
  static const char *const names[] = { "completed", "early", "time", "cancelled", "diverged" };

  return names[stop];
}

static void
send_done (CvrCli             *cli,
           const CvrRunReport *report,
           const char         *out)
{
  GString *event = cvr_cli_event ("done");
  g_autofree char *accuracy = cvr_words_percent (report->n_valid > 0 ? report->val_accuracy
                                                 : report->accuracy,
                                                 report->n_valid > 0 ? report->n_valid
                                                 : report->n_train);
  g_autofree char *bytes = g_format_size (cvr_cli_file_size (out));

  cvr_json_add_uint (event, "best_epoch", report->best_epoch);
  cvr_json_add_double (event, "val_accuracy", report->val_accuracy);
  cvr_json_add_double (event, "val_loss", report->val_loss);
  cvr_json_add_double (event, "seconds", round (report->seconds * 1e3) / 1e3);
  cvr_json_add_uint (event, "epochs", report->n_epochs);
  cvr_json_add_string (event, "stop", stop_name (report->stop));
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);

  if (report->n_valid > 0)
    cvr_cli_print (cli, _("Best epoch %u: %s of %u validation pictures right"), report->best_epoch,
                   accuracy, report->n_valid);
  else
    cvr_cli_print (cli,
                   _("Last epoch %u: %s of the training pictures right; there were none to "
                     "validate on"),
                   report->best_epoch, accuracy);
  cvr_cli_print (cli, _("Written: %s (%s)"), out, bytes);
}

static void
say_stop (CvrCli *cli,
          NnStop  stop)
{
  if (stop == NN_STOP_EARLY)
    cvr_cli_say (cli, _("Stopped early: validation no longer gets better."));
  else if (stop == NN_STOP_TIME)
    cvr_cli_say (cli, _("Stopped at the time limit."));
  else if (stop == NN_STOP_CANCELLED)
    cvr_cli_say (cli, _("Stopped as asked; the best so far is kept."));
}

/* The training itself, and the file. A training that went wrong after a good epoch keeps that
 * epoch. */
static gboolean
train_and_save (CvrCli                   *cli,
                CvrRun                   *run,
                CvrCliTraining           *training,
                const CvrCliTrainOptions *options,
                GError                  **error)
{
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (GError) diverged = NULL;
  CvrRunReport report = { 0 };
  gboolean trained = cvr_run_train (run, &model, &report, &diverged);

  cvr_cli_progress_end (cli);
  if (trained && report.stop == NN_STOP_CANCELLED && report.best_epoch == 0)
    {
      g_set_error_literal (error, CVR_CLI_ERROR, CVR_CLI_ERROR_STOPPED,
                           _("Stopped before the first epoch was complete; there is nothing to "
                             "keep yet."));
      return FALSE;
    }
  if (model != NULL && !cvr_model_save (model, options->out, error))
    return FALSE;
  if (!trained)
    {
      if (model != NULL)
        cvr_cli_say (cli, _("The model of epoch %u, before that, is kept in %s."),
                     report.best_epoch, options->out);
      g_propagate_error (error, g_steal_pointer (&diverged));
      return FALSE;
    }

  say_stop (cli, report.stop);
  if (training->checkpoint_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&training->checkpoint_error));
      return FALSE;
    }
  send_done (cli, &report, options->out);

  return TRUE;
}

static GBytes *
read_checkpoint (const char *path,
                 GError    **error)
{
  char *contents;
  gsize length;

  return g_file_get_contents (path, &contents, &length, error) ? g_bytes_new_take (contents,
                                                                                   length) : NULL;
}

static gboolean
check_outputs (const CvrCliTrainOptions *options,
               GError                  **error)
{
  return cvr_cli_check_out (options->out, error) &&
         (options->checkpoint == NULL || cvr_cli_check_out (options->checkpoint, error));
}

gboolean
cvr_cli_train (CvrCli  *cli,
               int      argc,
               char   **argv,
               GError **error)
{
  g_auto (CvrCliTrainOptions) options;
  g_autoptr (CvrModel) from = NULL;
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (GBytes) resume = NULL;
  g_autoptr (CvrRun) run = NULL;
  g_autofree char *data_name = NULL;
  CvrCliTraining training = { .cli = cli };
  NnObserver observer = { cvr_cli_training_event_cb, cvr_cli_training_keep_going_cb, NULL, NULL,
                          &training };
  CvrRunSpec spec = { .observer = &observer };
  CvrSettings settings;
  guint n_skipped;
  gboolean done;

  cvr_cli_train_options_init (&options);
  if (!cvr_cli_train_options_parse (&options, cli, &argc, &argv, error) ||
      !cvr_cli_train_options_settings (&options, cli, &settings, error) ||
      !check_outputs (&options, error))
    return FALSE;
  if (options.from != NULL && (from = cvr_model_load (options.from, error)) == NULL)
    return FALSE;
  if (options.resume != NULL && (resume = read_checkpoint (options.resume, error)) == NULL)
    return FALSE;

  dataset = cvr_cli_load_data (cli, options.data, options.valid,
                               from != NULL ? MAX (from->preprocess.width, from->preprocess.height)
                                            : MAX (settings.width, settings.height),
                               &n_skipped, error);
  if (dataset == NULL)
    return FALSE;
  cvr_dataset_split (dataset, settings.valid_fraction, settings.test_fraction,
                     settings.seed);

  data_name = cvr_cli_data_name (options.data);
  spec.settings = &settings;
  spec.dataset = dataset;
  spec.from = from;
  spec.data_name = data_name;
  spec.resume = resume;
  spec.workers = cvr_cli_workers (cli);
  run = cvr_run_new (&spec, error);
  if (run == NULL)
    return FALSE;

  send_start (cli, run, dataset);
  training.checkpoint = options.checkpoint;
  training.n_epochs = settings.epochs;
  done = train_and_save (cli, run, &training, &options, error);
  g_clear_error (&training.checkpoint_error);

  return done;
}
