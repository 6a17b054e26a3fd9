/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `prune` and `quantize`: a smaller model, measured before and after. */
#include "cvr-cli.h"

#include "cvr-compress.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What both commands take. */
typedef struct
{
  char  *path, *out;
  char **data;
  double split;
} Common;

static void
common_clear (Common *common)
{
  g_free (common->path);
  g_free (common->out);
  g_strfreev (common->data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Common, common_clear)

static void
add_measure (GString          *event,
             const char       *key,
             const CvrMeasure *measure)
{
  cvr_json_add_open (event, key, '{');
  cvr_json_add_double (event, "accuracy", measure->accuracy);
  cvr_json_add_uint (event, "bytes", measure->bytes);
  cvr_json_add_uint (event, "packed_bytes", measure->packed_bytes);
  cvr_json_add_uint (event, "flops", measure->flops);
  cvr_json_add_double (event, "ms", measure->ms);
  cvr_json_add_uint (event, "weights", measure->n_values);
  cvr_json_add_uint (event, "zeros", measure->n_zero);
  g_string_append_c (event, '}');
}

static void
print_row (CvrCli     *cli,
           const char *name,
           const char *before,
           const char *after)
{
  g_autofree char *first = cvr_cli_pad (name, 26);
  g_autofree char *second = cvr_cli_pad (before, -18);
  g_autofree char *third = cvr_cli_pad (after, -18);

  cvr_cli_print (cli, "%s%s%s", first, second, third);
}

static void
print_counts (CvrCli     *cli,
              const char *name,
              guint64     before,
              guint64     after)
{
  g_autofree char *first = cvr_words_count (before);
  g_autofree char *second = cvr_words_count (after);

  print_row (cli, name, first, second);
}

static void
print_table (CvrCli              *cli,
             const CvrCompressed *result)
{
  const CvrMeasure *before = &result->before, *after = &result->after;
  g_autofree char *before_right = cvr_words_percent (before->accuracy, before->n);
  g_autofree char *after_right = cvr_words_percent (after->accuracy, after->n);
  g_autofree char *before_ms = g_strdup_printf ("%.3f", before->ms);
  g_autofree char *after_ms = g_strdup_printf ("%.3f", after->ms);

  print_row (cli, "", _("before"), _("after"));
  if (before->n > 0)
    print_row (cli, _("right answers"), before_right, after_right);
  print_counts (cli, _("bytes of the file"), before->bytes, after->bytes);
  print_counts (cli, _("bytes if packed (estimate)"), before->packed_bytes, after->packed_bytes);
  print_counts (cli, _("operations"), before->flops, after->flops);
  print_counts (cli, _("weights"), before->n_values, after->n_values);
  print_counts (cli, _("of them zero"), before->n_zero, after->n_zero);
  print_row (cli, _("ms for one picture"), before_ms, after_ms);
  if (before->n > 0)
    cvr_cli_print (cli, ngettext ("%u of %u answers changed", "%u of %u answers changed",
                                  result->n_changed),
                   result->n_changed, after->n);
}

static void
send_done (CvrCli              *cli,
           const CvrCompressed *result,
           const char          *out)
{
  GString *event = cvr_cli_event ("done");

  add_measure (event, "before", &result->before);
  add_measure (event, "after", &result->after);
  if (result->after.n > 0)
    cvr_json_add_uint (event, "changed", result->n_changed);
  else
    cvr_json_add_string (event, "changed", NULL);
  cvr_json_add_uint (event, "n", result->after.n);
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);
  print_table (cli, result);
  cvr_cli_print (cli, _("Written: %s"), out);
}

static void
tuning_event_cb (const NnEvent *event,
                 gpointer       data)
{
  CvrCli *cli = data;
  g_autofree char *accuracy = NULL;

  if (event->kind == NN_EVENT_STEP)
    cvr_cli_progress (cli, event->step, event->n_steps, _("Fine-tuning"));
  if (event->kind != NN_EVENT_EPOCH)
    return;

  accuracy = cvr_words_percent (isnan (event->val_accuracy) ? event->accuracy : event->val_accuracy,
                                0);
  cvr_cli_say (cli, _("Fine-tuning, epoch %u: loss %.4f  right %s"), event->epoch, event->loss,
               accuracy);
}

static gboolean
compress (CvrCli                *cli,
          const Common          *common,
          const CvrCompressSpec *spec,
          GError               **error)
{
  NnObserver observer = { tuning_event_cb, cvr_cli_keep_going, NULL, NULL, cli };
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (CvrCompressed) result = NULL;
  guint n_skipped;

  if (!cvr_compress_spec_check (spec, error) || !cvr_cli_check_out (common->out, error))
    return FALSE;
  model = cvr_model_load (common->path, error);
  if (model == NULL)
    return FALSE;
  if (common->data != NULL)
    {
      dataset = cvr_cli_load_data (cli, common->data, NULL,
                                   MAX (model->preprocess.width, model->preprocess.height),
                                   &n_skipped, error);
      if (dataset == NULL)
        return FALSE;
      cvr_dataset_split (dataset, common->split, (guint64) cli->seed);
    }

  result = cvr_compress (model, spec, dataset, NULL, cvr_cli_workers (cli), &observer, error);
  cvr_cli_progress_end (cli);
  if (result == NULL || !cvr_model_save (result->model, common->out, error))
    return FALSE;
  send_done (cli, result, common->out);

  return TRUE;
}

static gboolean
check_common (const Common *common,
              GError      **error)
{
  if (!cvr_cli_require (common->path, "--model", error) ||
      !cvr_cli_require (common->out, "--out", error))
    return FALSE;
  if (!(common->split >= 0 && common->split <= 0.9))
    return cvr_cli_usage (error, _("%s is %g; it can be %g to %g."), "--split", common->split, 0.0,
                          0.9);

  return TRUE;
}

static gboolean
parse_prune (const char      *kind,
             const char      *scope,
             double           amount,
             CvrCompressSpec *spec,
             GError         **error)
{
  if (isnan (amount))
    return cvr_cli_require (NULL, "--amount", error);
  if (!(amount >= 0 && amount <= 1))
    return cvr_cli_usage (error, _("%s is %g; it can be %g to %g."), "--amount", amount, 0.0, 1.0);
  if (kind != NULL && strcmp (kind, "weights") != 0 && strcmp (kind, "filters") != 0)
    return cvr_cli_usage (error, _("There is no kind of pruning “%s”. There is: %s."), kind,
                          "weights, filters");
  if (scope != NULL && strcmp (scope, "global") != 0 && strcmp (scope, "layer") != 0)
    return cvr_cli_usage (error, _("There is no scope of pruning “%s”. There is: %s."), scope,
                          "global, layer");

  spec->prune.amount = amount;
  spec->prune.kind = g_strcmp0 (kind, "weights") == 0 ? NN_PRUNE_WEIGHTS : NN_PRUNE_FILTERS;
  spec->prune.scope = g_strcmp0 (scope, "layer") == 0 ? NN_PRUNE_LAYER : NN_PRUNE_GLOBAL;

  return TRUE;
}

gboolean
cvr_cli_prune (CvrCli  *cli,
               int      argc,
               char   **argv,
               GError **error)
{
  g_auto (Common) common = { .split = 0.2 };
  g_autofree char *kind = NULL;
  g_autofree char *scope = NULL;
  double amount = NAN;
  gint epochs = 0;
  CvrCompressSpec spec = cvr_compress_spec_default ();
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &common.path, N_("Model file"), "M.onnx" },
    { "amount", 0, 0, G_OPTION_ARG_DOUBLE, &amount, N_("Part that goes, 0 to 1"), "A" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &kind,
      N_("filters (default): a smaller network; weights: zeros"), "KIND" },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &scope,
      N_("global (default): the least of all layers; layer: the same part of each"), "SCOPE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &common.data,
      N_("Pictures to measure and fine-tune with; may be repeated"), "DATA" },
    { "split", 0, 0, G_OPTION_ARG_DOUBLE, &common.split,
      N_("Part of them to measure with; default 0.2, as in training"), "F" },
    { "epochs", 'e', 0, G_OPTION_ARG_INT, &epochs,
      N_("Epochs of fine-tuning afterwards; default 0"), "N" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &common.out, N_("Model file to write"), "M.onnx" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "prune --model M --amount A [--data DATA] --out M.onnx",
                      _("Takes the weights or filters of the smallest size out of a model and "
                        "says what that changes. Without --data only sizes and times are "
                        "measured."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !check_common (&common, error) ||
      !parse_prune (kind, scope, amount, &spec, error))
    return FALSE;
  if (epochs < 0 || epochs > 10000)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--epochs", epochs, 0, 10000);
  if (epochs > 0 && common.data == NULL)
    return cvr_cli_usage (error, _("Fine-tuning needs pictures: --data is missing."));

  spec.epochs = (guint) epochs;

  return compress (cli, &common, &spec, error);
}

gboolean
cvr_cli_quantize (CvrCli  *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_auto (Common) common = { .split = 0.2 };
  gboolean per_tensor = FALSE, aware = FALSE;
  gint bits = 0, epochs = 0;
  CvrCompressSpec spec = cvr_compress_spec_default ();
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &common.path, N_("Model file"), "M.onnx" },
    { "bits", 'b', 0, G_OPTION_ARG_INT, &bits, N_("16, 8, 4, 2 or 1"), "N" },
    { "per-tensor", 0, 0, G_OPTION_ARG_NONE, &per_tensor,
      N_("One scale for each layer; default: one for each filter"), NULL },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &common.data,
      N_("Pictures to calibrate and measure with; may be repeated"), "DATA" },
    { "split", 0, 0, G_OPTION_ARG_DOUBLE, &common.split,
      N_("Part of them to measure with; default 0.2, as in training"), "F" },
    { "aware", 0, 0, G_OPTION_ARG_NONE, &aware,
      N_("Quantization-aware training (not in this version)"), NULL },
    { "epochs", 'e', 0, G_OPTION_ARG_INT, &epochs, N_("Of quantization-aware training"), "N" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &common.out, N_("Model file to write"), "M.onnx" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "quantize --model M --bits N [--data DATA] --out M.onnx",
                      _("Stores the weights of a model in fewer bits and says what that changes. "
                        "With --data the values between the layers are rounded too, at 8 bits and "
                        "below, to the ranges seen in the pictures; without it only weights are, "
                        "and no answers are compared."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !check_common (&common, error))
    return FALSE;
  if (aware || epochs != 0)
    return cvr_cli_usage (error,
                          _("This version quantizes after training only; leave out --aware and "
                            "--epochs."));
  if (bits != 16 && bits != 8 && bits != 4 && bits != 2 && bits != 1)
    return cvr_cli_usage (error, _("%s is %d; it can be 16, 8, 4, 2 or 1."), "--bits", bits);

  spec.bits = (guint) bits;
  spec.per_channel = !per_tensor;

  return compress (cli, &common, &spec, error);
}
