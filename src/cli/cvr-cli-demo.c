/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `demo`: the first minute without a screen. Trains on pictures that the program draws, evaluates,
 * explains, prunes, quantizes, exports, checks the files, and writes a report. */
#include "cvr-cli-report.h"
#include "cvr-cli-train-options.h"
#include "cvr-cli-training.h"

#include "cvr-fs.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* A smaller network may be this much worse before it is fine-tuned. */
static const double tolerable_loss = 0.01;

typedef struct
{
  char *out, *data, *arch;
  gint  epochs;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->out);
  g_free (options->data);
  g_free (options->arch);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
findings_clear (CvrCliFindings *found)
{
  g_clear_pointer (&found->dataset, cvr_dataset_unref);
  g_clear_pointer (&found->model, cvr_model_unref);
  g_clear_pointer (&found->pruned, cvr_model_unref);
  g_clear_pointer (&found->history, cvr_history_free);
  g_clear_pointer (&found->evaluation, cvr_evaluation_unref);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    g_clear_pointer (&found->variants[i].path, g_free);
  for (guint i = 0; i < found->n_reasons; i++)
    {
      g_clear_pointer (&found->reasons[i].image, cvr_image_unref);
      g_clear_pointer (&found->reasons[i].heat, nn_explanation_free);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CvrCliFindings, findings_clear)

static GString *
stage (const char *name)
{
  GString *event = cvr_cli_event ("stage");

  cvr_json_add_string (event, "stage", name);

  return event;
}

static gboolean
stopped (CvrCli  *cli,
         GError **error)
{
  if (cvr_cli_keep_going (cli))
    return FALSE;

  g_set_error_literal (error, CVR_CLI_ERROR, CVR_CLI_ERROR_STOPPED, _("Stopped as asked."));
  return TRUE;
}

static gboolean
load_and_train (CvrCli         *cli,
                const Options  *options,
                CvrCliFindings *found,
                GError        **error)
{
  char *data[] = { options->data, NULL };
  CvrSettings settings = cvr_settings_default ();
  CvrCliTraining training = { .cli = cli };
  NnObserver observer = { cvr_cli_training_event_cb, cvr_cli_training_keep_going_cb, NULL, NULL,
                          &training };
  CvrRunSpec spec = { .settings = &settings, .observer = &observer };
  g_autoptr (CvrRun) run = NULL;
  guint n_skipped;
  GString *event;

  g_strlcpy (settings.arch, options->arch, sizeof settings.arch);
  settings.epochs = (guint) options->epochs;
  settings.seed = (guint64) cli->seed;
  found->dataset = cvr_cli_load_data (cli, data, NULL, 0, &n_skipped, error);
  if (found->dataset == NULL)
    return FALSE;
  cvr_dataset_split (found->dataset, settings.valid_fraction, settings.test_fraction,
                     settings.seed);

  spec.dataset = found->dataset;
  spec.data_name = found->data_name;
  spec.workers = cvr_cli_workers (cli);
  run = cvr_run_new (&spec, error);
  if (run == NULL)
    return FALSE;
  cvr_cli_say (cli, _("Training %s on %u pictures"), options->arch, cvr_run_n_train (run));
  found->history = cvr_history_new ();
  found->n_epochs = settings.epochs;
  training.n_epochs = settings.epochs;
  training.history = found->history;
  if (!cvr_run_train (run, &found->model, &found->run, error) ||
      (found->run.best_epoch == 0 && stopped (cli, error)))
    return FALSE;

  event = stage ("train");
  cvr_json_add_uint (event, "train", found->run.n_train);
  cvr_json_add_uint (event, "valid", found->run.n_valid);
  cvr_json_add_uint (event, "best_epoch", found->run.best_epoch);
  cvr_json_add_double (event, "val_accuracy", found->run.val_accuracy);
  cvr_json_add_double (event, "seconds", found->run.seconds);
  cvr_cli_send (cli, event);

  return !stopped (cli, error);
}

static gboolean
evaluate (CvrCli         *cli,
          CvrCliFindings *found,
          GError        **error)
{
  GString *event;
  g_autofree char *accuracy = NULL;

  found->evaluation = cvr_evaluate (found->model, found->dataset, CVR_SPLIT_VALID, 0,
                                    cvr_cli_workers (cli),
                                    cvr_cli_keep_going, cli, error);
  if (found->evaluation == NULL)
    return FALSE;

  event = stage ("evaluate");
  cvr_json_add_double (event, "accuracy", found->evaluation->accuracy);
  cvr_json_add_double (event, "loss", found->evaluation->loss);
  cvr_json_add_uint (event, "n", found->evaluation->n);
  cvr_cli_send (cli, event);
  accuracy = cvr_words_percent (found->evaluation->accuracy, found->evaluation->n);
  cvr_cli_print (cli, _("Trained: %s of %u validation pictures right"), accuracy,
                 found->evaluation->n);

  return TRUE;
}

static gboolean
explain_one (CvrCli          *cli,
             CvrCliFindings  *found,
             const CvrAnswer *answer,
             GError         **error)
{
  CvrCliReason *reason = &found->reasons[found->n_reasons];
  CvrWatch watch = { NULL, cvr_cli_keep_going, cli };
  gint index = cvr_dataset_find_item (found->dataset, answer->id);
  g_autoptr (CvrImage) image = NULL;

  if (index < 0)
    return TRUE;

  image = cvr_picture_read (cvr_dataset_item (found->dataset, (guint) index)->picture, error);
  if (image == NULL)
    return FALSE;
  reason->heat = cvr_heat_compute (found->model, image,
                                   &(NnExplainSpec) { .kind = NN_EXPLAIN_GRAD_CAM,
                                                      .target = answer->predicted,
                                                      .layer = NN_NODE_NONE },
                                   cvr_cli_workers (cli), &watch, NULL, NULL, error);
  if (reason->heat == NULL)
    return FALSE;
  reason->image = g_steal_pointer (&image);
  reason->truth = answer->label;
  reason->answer = answer->predicted;
  reason->p = (double) answer->p;
  found->n_reasons++;

  return TRUE;
}

static gboolean
class_is_shown (const CvrCliFindings *found,
                gint                  truth)
{
  for (guint i = 0; i < found->n_reasons; i++)
    if (found->reasons[i].truth == truth)
      return TRUE;

  return FALSE;
}

/* Two answers that are right and, where there is one, a mistake; each of another class. */
static gboolean
explain (CvrCli         *cli,
         CvrCliFindings *found,
         GError        **error)
{
  GString *event;

  for (guint pass = 0; pass < 3; pass++)
    for (guint i = 0; i < found->evaluation->n && found->n_reasons < CVR_CLI_N_HEATS; i++)
      {
        const CvrAnswer *answer = &found->evaluation->answers[i];
        gboolean right = answer->label == answer->predicted;

        if (pass == 0 && found->n_reasons == CVR_CLI_N_HEATS - 1)
          break;
        if (right != (pass != 1) || class_is_shown (found, answer->label))
          continue;
        if (!explain_one (cli, found, answer, error))
          return FALSE;
        if (pass == 1)
          break;
      }

  event = stage ("explain");
  cvr_json_add_uint (event, "n", found->n_reasons);
  cvr_cli_send (cli, event);

  return !stopped (cli, error);
}

static void
tuning_event_cb (const NnEvent *event,
                 gpointer       data)
{
  if (event->kind == NN_EVENT_STEP)
    cvr_cli_progress (data, event->step, event->n_steps, _("Fine-tuning"));
}

/* Prunes without fine-tuning first, and with more and more of it while too much is lost. */
static CvrCompressed *
prune (CvrCli         *cli,
       CvrCliFindings *found,
       GError        **error)
{
  NnObserver observer = { tuning_event_cb, cvr_cli_keep_going, NULL, NULL, cli };
  CvrCompressSpec spec = cvr_compress_spec_default ();
  static const guint epochs[] = { 0, 1, 3, 8 };
  CvrCompressed *result = NULL;

  spec.prune = (NnPruneSpec) { NN_PRUNE_FILTERS, NN_PRUNE_GLOBAL, 0.5 };
  for (guint i = 0; i < G_N_ELEMENTS (epochs); i++)
    {
      spec.epochs = epochs[i];
      g_clear_pointer (&result, cvr_compressed_unref);
      result = cvr_compress (found->model, &spec, found->dataset, found->evaluation,
                             cvr_cli_workers (cli), &observer, error);
      cvr_cli_progress_end (cli);
      if (result == NULL || result->after.accuracy >= result->before.accuracy - tolerable_loss)
        break;
    }

  return result;
}

static void
send_compressed (CvrCli              *cli,
                 const char          *name,
                 const CvrCliVariant *before,
                 const CvrCliVariant *variant)
{
  GString *event = stage (name);
  g_autofree char *accuracy = cvr_words_percent (variant->measure.accuracy, variant->measure.n);
  g_autofree char *bytes = g_format_size (variant->measure.bytes);

  cvr_json_add_double (event, "accuracy", variant->measure.accuracy);
  cvr_json_add_uint (event, "bytes", variant->measure.bytes);
  cvr_json_add_uint (event, "before_bytes", before->measure.bytes);
  cvr_json_add_uint (event, "flops", variant->measure.flops);
  cvr_json_add_double (event, "ms", variant->measure.ms);
  cvr_json_add_uint (event, "changed", variant->n_changed);
  cvr_cli_send (cli, event);
  cvr_cli_print (cli, strcmp (name, "prune") == 0 ? _("Half of the filters pruned: %s right, %s")
                                                   : _("And rounded to 8 bits: %s right, %s"),
                                                   accuracy, bytes);
}

/* Answers of @evaluation that differ from those of the trained model, picture by picture. */
static guint
count_changed (const CvrEvaluation *before,
               const CvrEvaluation *after)
{
  guint n = 0;

  for (guint i = 0; i < MIN (before->n, after->n); i++)
    n += before->answers[i].predicted != after->answers[i].predicted;

  return n;
}

static gboolean
compress (CvrCli         *cli,
          CvrCliFindings *found,
          CvrModel      **small,
          GError        **error)
{
  NnObserver observer = { NULL, cvr_cli_keep_going, NULL, NULL, cli };
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) first = prune (cli, found, error);
  g_autoptr (CvrCompressed) second = NULL;
  g_autoptr (CvrEvaluation) last = NULL;

  if (first == NULL)
    return FALSE;
  found->variants[0].measure = first->before;
  found->variants[1].measure = first->after;
  found->variants[1].n_changed = first->n_changed;
  found->pruned = cvr_model_ref (first->model);
  send_compressed (cli, "prune", &found->variants[0], &found->variants[1]);

  spec.bits = 8;
  second = cvr_compress (first->model, &spec, found->dataset, NULL, cvr_cli_workers (cli),
                         &observer, error);
  if (second == NULL)
    return FALSE;
  last = cvr_evaluate (second->model, found->dataset, CVR_SPLIT_VALID, 0, cvr_cli_workers (cli),
                       cvr_cli_keep_going, cli, error);
  if (last == NULL)
    return FALSE;
  found->variants[2].measure = second->after;
  found->variants[2].n_changed = count_changed (found->evaluation, last);
  *small = cvr_model_ref (second->model);
  send_compressed (cli, "quantize", &found->variants[1], &found->variants[2]);

  return TRUE;
}

/* The validation pictures only. */
static CvrDataset *
proof_data (CvrDataset *dataset)
{
  CvrDataset *proof = cvr_dataset_copy (dataset);

  for (guint i = cvr_dataset_n_items (proof); i > 0; i--)
    if (cvr_dataset_item (proof, i - 1)->used != CVR_SPLIT_VALID)
      cvr_dataset_remove_item (proof, i - 1);

  return proof;
}

static gboolean
export (CvrCli         *cli,
        CvrCliFindings *found,
        CvrModel       *small,
        const char     *folder,
        GError        **error)
{
  static const char *const names[] = { "model.onnx", "model-pruned.onnx",
                                       "model-pruned-8bit.onnx" };
  CvrModel *const models[] = { found->model, found->pruned, small };
  g_autoptr (CvrDataset) proof = proof_data (found->dataset);

  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    {
      CvrCliVariant *variant = &found->variants[i];
      GString *event;

      variant->path = g_build_filename (folder, names[i], NULL);
      if (!cvr_export_onnx (models[i], variant->path, proof, cvr_cli_workers (cli),
                            cvr_cli_keep_going, cli,
                            &variant->proof, error))
        return FALSE;
      event = stage ("export");
      cvr_json_add_string (event, "out", variant->path);
      cvr_json_add_uint (event, "bytes", variant->proof.bytes);
      cvr_json_add_uint (event, "agree", variant->proof.agree);
      cvr_json_add_uint (event, "of", variant->proof.of);
      cvr_json_add_double (event, "largest_difference", variant->proof.largest_difference);
      cvr_cli_send (cli, event);
      cvr_cli_print (cli, _("%s: %u of %u answers of the file agree"), variant->path,
                     variant->proof.agree, variant->proof.of);
    }

  return TRUE;
}

static gboolean
write_report (CvrCli               *cli,
              const CvrCliFindings *found,
              const char           *folder,
              GError              **error)
{
  g_autofree char *path = g_build_filename (folder, "report.html", NULL);
  g_autofree char *html = cvr_cli_report (cli, found, error);
  GString *event;

  if (html == NULL || !cvr_fs_replace (NULL, path, html, strlen (html), error))
    return FALSE;

  cvr_cli_print (cli, _("Report: %s"), path);
  event = cvr_cli_event ("done");
  cvr_json_add_string (event, "report", path);
  cvr_json_add_string (event, "out", folder);
  cvr_json_add_double (event, "accuracy", found->evaluation->accuracy);
  cvr_json_add_double (event, "seconds", found->seconds);
  cvr_cli_send (cli, event);

  return TRUE;
}

static gboolean
make_folder (const char *folder,
             GError    **error)
{
  g_autofree char *probe = g_build_filename (folder, "report.html", NULL);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                   _("The folder “%s” can't be made: %s."), folder, g_strerror (errno));
      return FALSE;
    }

  return cvr_cli_check_out (probe, error);
}

static gboolean
run_demo (CvrCli        *cli,
          const Options *options,
          GError       **error)
{
  g_auto (CvrCliFindings) found = { 0 };
  g_autoptr (CvrModel) small = NULL;
  g_autofree char *data_name = NULL;
  char *data[] = { options->data, NULL };
  gint64 started = g_get_monotonic_time ();

  data_name = cvr_cli_data_name (data);
  found.data_name = data_name;
  if (!make_folder (options->out, error) || !load_and_train (cli, options, &found, error) ||
      !evaluate (cli, &found, error) || !explain (cli, &found, error) ||
      !compress (cli, &found, &small, error) ||
      !export (cli, &found, small, options->out, error))
    return FALSE;

  found.seconds = (double) (g_get_monotonic_time () - started) / 1e6;

  return write_report (cli, &found, options->out, error);
}

gboolean
cvr_cli_demo (CvrCli  *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (Options) options = { .epochs = 12 };
  const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
      N_("Folder for the models and the report; default “convisor-demo” here"), "DIR" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &options.data, N_("Pictures; default builtin:doodles"),
      "DATA" },
    { "arch", 'a', 0, G_OPTION_ARG_STRING, &options.arch, N_("Network; default lenet5"), "NAME" },
    { "epochs", 'e', 0, G_OPTION_ARG_INT, &options.epochs,
      N_("Passes over all pictures; default 12"), "N" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "demo [--out DIR]",
                      _("The first minute without a screen: trains on built-in drawings, looks "
                        "inside, prunes, quantizes, explains, exports, checks the files and "
                        "writes a report with pictures."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error))
    return FALSE;
  if (options.epochs < 1 || options.epochs > 10000)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--epochs", options.epochs, 1,
                          10000);
  if (options.out == NULL)
    options.out = g_strdup ("convisor-demo");
  if (options.data == NULL)
    options.data = g_strdup ("builtin:doodles");
  if (options.arch == NULL)
    options.arch = g_strdup ("lenet5");

  return cvr_cli_check_arch (options.arch, error) && run_demo (cli, &options, error);
}
