/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `prune` and `quantize`: a smaller model, measured before and after. */
#include "cvr-cli.h"

#include "cvr-compress.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Of a training that is asked for without saying how long. */
enum { DEFAULT_EPOCHS = 3 };

/* What both commands take. */
typedef struct
{
  char  *path, *out;
  char **data;
  double split;
  gint   epochs; /* −1: not given */
  double lr;     /* NaN: not given */
  gint   batch;  /* 0: not given */
  char  *augment;
} Common;

static void
common_clear (Common *common)
{
  g_free (common->path);
  g_free (common->out);
  g_strfreev (common->data);
  g_free (common->augment);
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
  if (result->spec.bits < 32)
    cvr_json_add_bool (event, "simulated", !result->after.integer);
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);
  print_table (cli, result);
  if (result->spec.bits < 32)
    cvr_cli_print (cli, "%s",
                   result->after.integer
                     ? _("Answers and time afterwards are those of integer kernels.")
                     : _("Simulated: numbers are rounded but computed with as floats, so the time "
                         "shows no gain."));
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
      cvr_dataset_split (dataset, common->split, 0, (guint64) cli->seed);
    }

  result = cvr_compress (model, spec, dataset, NULL, cvr_cli_workers (cli), &observer, error);
  cvr_cli_progress_end (cli);
  if (result == NULL || !cvr_model_save (result->model, common->out, error))
    return FALSE;
  send_done (cli, result, common->out);

  return TRUE;
}

static gboolean
parse_calibration (const char      *kind,
                   double           percentile,
                   CvrCompressSpec *spec,
                   GError         **error)
{
  static const char *const kinds[] = { "min-max", "percentile", "entropy" };
  guint i = 0;

  while (kind != NULL && i < G_N_ELEMENTS (kinds) && strcmp (kind, kinds[i]) != 0)
    i++;
  if (i == G_N_ELEMENTS (kinds))
    return cvr_cli_usage (error, _("There is no kind of calibration “%s”. There is: %s."), kind,
                          "min-max, percentile, entropy");
  if (!isnan (percentile) && !(percentile > 50 && percentile <= 100))
    return cvr_cli_usage (error, _("%s is %g; it must be above %g and at most %g."), "--percentile",
                          percentile, 50.0, 100.0);

  spec->calibration = (NnCalibration) i;
  spec->percentile = isnan (percentile) ? 0 : percentile;

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

/* How the network learns meanwhile. */
static gboolean
take_tuning (const Common    *common,
             CvrCompressSpec *spec,
             GError         **error)
{
  g_autoptr (GError) wrong = NULL;

  if (common->epochs < -1 || common->epochs > 10000)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--epochs", common->epochs, 0,
                          10000);
  if (common->batch < 0 || common->batch > 4096)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--batch", common->batch, 1,
                          4096);
  if (!isnan (common->lr) && !(common->lr > 0 && isfinite (common->lr)))
    return cvr_cli_usage (error, _("%s is %g; it must be above 0."), "--lr", common->lr);
  if (common->augment != NULL &&
      !cvr_augment_parse (common->augment, &spec->tune.augment, &wrong))
    return cvr_cli_usage (error, "%s", wrong->message);

  if (common->epochs >= 0)
    spec->epochs = (guint) common->epochs;
  spec->tune.batch = (guint) common->batch;
  spec->tune.lr = isnan (common->lr) ? 0 : (float) common->lr;
  if (spec->epochs > 0 && common->data == NULL)
    return cvr_cli_usage (error, _("Fine-tuning needs pictures: --data is missing."));

  return TRUE;
}

/* The options of `prune` alone, as given. */
typedef struct
{
  char    *kind, *scope, *schedule, *by, *recipe;
  double   amount;
  gboolean sensitivity;
} PruneOptions;

static void
prune_options_clear (PruneOptions *options)
{
  g_free (options->kind);
  g_free (options->scope);
  g_free (options->schedule);
  g_free (options->by);
  g_free (options->recipe);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PruneOptions, prune_options_clear)

/* Which of two names was given; @first where none was. */
static gboolean
take_word (const char *given,
           const char *first,
           const char *second,
           const char *message,
           gboolean   *is_second,
           GError    **error)
{
  g_autofree char *known = g_strdup_printf ("%s, %s", first, second);

  *is_second = g_strcmp0 (given, second) == 0;

  return given == NULL || *is_second || strcmp (given, first) == 0 ||
         cvr_cli_usage (error, message, given, known);
}

static gboolean
parse_prune (const PruneOptions *options,
             CvrCompressSpec    *spec,
             GError            **error)
{
  double amount = options->amount;
  gboolean weights, layer, operations;

  if (isnan (amount) && !options->sensitivity)
    return cvr_cli_require (NULL, "--amount", error);
  if (!isnan (amount) && !(amount >= 0 && amount <= 1))
    return cvr_cli_usage (error, _("%s is %g; it can be %g to %g."), "--amount", amount, 0.0, 1.0);
  if (!take_word (options->kind, "filters", "weights",
                  _("There is no kind of pruning “%s”. There is: %s."), &weights, error) ||
      !take_word (options->scope, "global", "layer",
                  _("There is no scope of pruning “%s”. There is: %s."), &layer, error) ||
      !take_word (options->schedule, "once", "gradual",
                  _("There is no schedule of pruning “%s”. There is: %s."), &spec->tune.gradual,
                  error) ||
      !take_word (options->by, "count", "operations",
                  _("Pruning can't go by “%s”. There is: %s."), &operations, error))
    return FALSE;
  if (options->recipe != NULL && !nn_recipe_parse (options->recipe, &spec->tune.recipe))
    return cvr_cli_usage (error, _("There is no recipe “%s”; there are: %s."), options->recipe,
                          "fast, plain");
  if (operations && weights)
    return cvr_cli_usage (error, _("Only filters can be counted by their operations: a weight that "
                                   "is zero leaves its layer as large as it was."));

  spec->prune.amount = isnan (amount) ? 0 : amount;
  spec->prune.kind = weights ? NN_PRUNE_WEIGHTS : NN_PRUNE_FILTERS;
  spec->prune.scope = layer ? NN_PRUNE_LAYER : NN_PRUNE_GLOBAL;
  spec->prune.by = operations ? NN_PRUNE_BY_OPERATIONS : NN_PRUNE_BY_COUNT;

  return TRUE;
}

/* Those that `prune` and `quantize` share; one table for each, as long as there are options. */
static GOptionEntry *
entries_with (Common             *common,
              const GOptionEntry *own,
              gsize               n_own)
{
  const GOptionEntry shared[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &common->path, N_("Model file"), "M.onnx" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &common->data,
      N_("Pictures to calibrate, learn and measure with; may be repeated"), "DATA" },
    { "split", 0, 0, G_OPTION_ARG_DOUBLE, &common->split,
      N_("Part of them to measure with; default 0.2, as in training"), "F" },
    { "epochs", 'e', 0, G_OPTION_ARG_INT, &common->epochs,
      N_("Epochs of fine-tuning or of quantization-aware training; default: none, and 3 with "
         "--aware or --schedule gradual"), "N" },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &common->lr,
      N_("Learning rate of these; default: what suits"), "F" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &common->batch, N_("Pictures a step; default 32"), "N" },
    { "augment", 0, 0, G_OPTION_ARG_STRING, &common->augment,
      N_("Comma list as for “train”: how pictures change while they are learned from"), "LIST" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &common->out, N_("Model file to write"), "M.onnx" },
  };
  GOptionEntry *entries = g_new0 (GOptionEntry, n_own + G_N_ELEMENTS (shared) + 1);

  memcpy (entries, own, n_own * sizeof *own);
  memcpy (entries + n_own, shared, sizeof shared);

  return entries;
}

gboolean
cvr_cli_prune (CvrCli  *cli,
               int      argc,
               char   **argv,
               GError **error)
{
  g_auto (Common) common = { .split = 0.2, .epochs = -1, .lr = NAN };
  g_auto (PruneOptions) options = { .amount = NAN };
  CvrCompressSpec spec = cvr_compress_spec_default ();
  const GOptionEntry own[] = {
    { "amount", 0, 0, G_OPTION_ARG_DOUBLE, &options.amount, N_("Part that goes, 0 to 1"), "A" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &options.kind,
      N_("filters (default): a smaller network; weights: zeros"), "KIND" },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &options.scope,
      N_("global (default): the least of all layers; layer: the same part of each"), "SCOPE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_("What the part is of: count (default) or operations"), "UNIT" },
    { "schedule", 0, 0, G_OPTION_ARG_STRING, &options.schedule,
      N_("once (default): all before fine-tuning; gradual: little by little while learning"),
      "NAME" },
    { "recipe", 0, 0, G_OPTION_ARG_STRING, &options.recipe,
      N_("Of fine-tuning: plain (default) or fast, for networks trained with it"), "NAME" },
    { "sensitivity", 0, 0, G_OPTION_ARG_NONE, &options.sensitivity,
      N_("Only measure what pruning each layer alone does; nothing is written"), NULL },
  };
  g_autofree GOptionEntry *entries = entries_with (&common, own, G_N_ELEMENTS (own));

  if (!cvr_cli_parse (cli, "prune --model M --amount A [--data DATA] --out M.onnx",
                      _("Takes the weights or filters of the smallest size out of a model and "
                        "says what that changes. Without --data only sizes and times are "
                        "measured."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !parse_prune (&options, &spec, error))
    return FALSE;
  if (options.sensitivity)
    return cvr_cli_require (common.path, "--model", error) &&
           cvr_cli_require (common.data, "--data", error) &&
           cvr_cli_sensitivity (cli, common.path, common.data, common.split, spec.prune.kind,
                                options.amount, error);

  if (spec.tune.gradual && common.epochs < 0)
    spec.epochs = DEFAULT_EPOCHS;
  if (!check_common (&common, error) || !take_tuning (&common, &spec, error))
    return FALSE;
  if (spec.tune.gradual && spec.epochs == 0)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--epochs", 0, 1, 10000);

  return compress (cli, &common, &spec, error);
}

gboolean
cvr_cli_quantize (CvrCli  *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_auto (Common) common = { .split = 0.2, .epochs = -1, .lr = NAN };
  gboolean per_tensor = FALSE;
  gint bits = 0;
  g_autofree char *calibration = NULL;
  double percentile = NAN;
  CvrCompressSpec spec = cvr_compress_spec_default ();
  const GOptionEntry own[] = {
    { "bits", 'b', 0, G_OPTION_ARG_INT, &bits, N_("16, 8, 4, 2 or 1"), "N" },
    { "per-tensor", 0, 0, G_OPTION_ARG_NONE, &per_tensor,
      N_("One scale for each layer; default: one for each filter"), NULL },
    { "calibration", 0, 0, G_OPTION_ARG_STRING, &calibration,
      N_("How far values between layers range: min-max (default), percentile or entropy"), "KIND" },
    { "percentile", 0, 0, G_OPTION_ARG_DOUBLE, &percentile,
      N_("Per cent of the values that the range holds; default 99.99"), "P" },
    { "aware", 0, 0, G_OPTION_ARG_NONE, &spec.tune.aware,
      N_("Go on learning with the rounded values (quantization-aware training)"), NULL },
  };
  g_autofree GOptionEntry *entries = entries_with (&common, own, G_N_ELEMENTS (own));

  if (!cvr_cli_parse (cli, "quantize --model M --bits N [--data DATA] --out M.onnx",
                      _("Stores the weights of a model in fewer bits and says what that changes. "
                        "With --data the values between the layers are rounded too, at 8 bits and "
                        "below, to the ranges seen in the pictures; without it only weights are, "
                        "and no answers are compared."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !check_common (&common, error))
    return FALSE;
  if (!spec.tune.aware && common.epochs > 0)
    return cvr_cli_usage (error, _("--epochs are those of --aware; give both or none."));
  if (bits != 16 && bits != 8 && bits != 4 && bits != 2 && bits != 1)
    return cvr_cli_usage (error, _("%s is %d; it can be 16, 8, 4, 2 or 1."), "--bits", bits);

  if (spec.tune.aware && common.epochs < 0)
    spec.epochs = DEFAULT_EPOCHS;
  if (!take_tuning (&common, &spec, error))
    return FALSE;
  if (spec.tune.aware && spec.epochs == 0)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--epochs", 0, 1, 10000);

  spec.bits = (guint) bits;
  spec.per_channel = !per_tensor;
  if (!parse_calibration (calibration, percentile, &spec, error))
    return FALSE;

  return compress (cli, &common, &spec, error);
}
