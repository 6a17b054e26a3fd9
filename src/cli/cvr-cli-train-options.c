/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of `train` and the settings they mean. */
#include "cvr-cli-train-options.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

void
cvr_cli_train_options_init (CvrCliTrainOptions *options)
{
  *options = (CvrCliTrainOptions) {
    .epochs = -1, .batch = -1, .early_stop = -1, .freeze = -1, .folds = -1,
    .split = NAN, .clip = NAN, .momentum = NAN, .lr = NAN, .weight_decay = NAN, .l1 = NAN,
    .dropout = NAN,
    .time_limit = NAN, .label_smoothing = NAN,
  };
}

void
cvr_cli_train_options_clear (CvrCliTrainOptions *options)
{
  g_strfreev (options->data);
  g_strfreev (options->valid);
  g_free (options->arch);
  g_free (options->out);
  g_free (options->from);
  g_free (options->resume);
  g_free (options->checkpoint);
  g_free (options->predicts);
  g_free (options->loss);
  g_free (options->optimizer);
  g_free (options->schedule);
  g_free (options->recipe);
  g_free (options->resize);
  g_free (options->augment);
  g_free (options->size);
}

/* One table, as long as there are options. */
static GOptionEntry *
all_entries (CvrCliTrainOptions *o)
{
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &o->data,
      N_("Pictures to train on: builtin:NAME[:COUNT], a folder, an archive or a file; may be "
         "repeated"), "DATA" },
    { "valid", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->valid,
      N_("Pictures to validate on; without it a part of --data"), "DATA" },
    { "arch", 'a', 0, G_OPTION_ARG_STRING, &o->arch, N_("Network, see “convisor-cli archs”"),
      "NAME" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &o->out, N_("Model file to write"), "M.onnx" },
    { "split", 0, 0, G_OPTION_ARG_DOUBLE, &o->split,
      N_("Part of each class kept for validation; default 0.2"), "F" },
    { "epochs", 'e', 0, G_OPTION_ARG_INT, &o->epochs, N_("Passes over all pictures; default 10"),
      "N" },
    { "batch", 'b', 0, G_OPTION_ARG_INT, &o->batch, N_("Pictures a step; default 32"), "N" },
    { "optimizer", 0, 0, G_OPTION_ARG_STRING, &o->optimizer,
      N_("sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam (default) or adamw"), "NAME" },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &o->lr,
      N_("Learning rate; default: what suits the optimiser"), "F" },
    { "momentum", 0, 0, G_OPTION_ARG_DOUBLE, &o->momentum,
      N_("Of momentum and nesterov; default 0.9"), "F" },
    { "schedule", 0, 0, G_OPTION_ARG_STRING, &o->schedule,
      N_("constant (default), step, cosine, onecycle or triangular"), "NAME" },
    { "loss", 0, 0, G_OPTION_ARG_STRING, &o->loss, N_("cross-entropy (default), mse, mae or huber"),
      "NAME" },
    { "predicts", 0, 0, G_OPTION_ARG_STRING, &o->predicts,
      N_("class (default), or number: labels such as 3.5 are numbers to learn; the loss is mse then "
         "unless it is mae or huber"), "WHAT" },
    { "class-weights", 0, 0, G_OPTION_ARG_NONE, &o->class_weights, N_("Rare classes weigh more"),
      NULL },
    { "weight-decay", 0, 0, G_OPTION_ARG_DOUBLE, &o->weight_decay,
      N_("L2 regularisation; default 0"), "F" },
    { "l1", 0, 0, G_OPTION_ARG_DOUBLE, &o->l1, N_("L1 regularisation; default 0"), "F" },
    { "dropout", 0, 0, G_OPTION_ARG_DOUBLE, &o->dropout,
      N_("Part of the values dropped; default: the network's own"), "F" },
    { "clip", 0, 0, G_OPTION_ARG_DOUBLE, &o->clip,
      N_("Largest norm of a gradient; default: no limit"), "F" },
    { "augment", 0, 0, G_OPTION_ARG_STRING, &o->augment,
      N_("Comma list of flip rotate shift zoom crop brightness contrast saturation noise blur "
         "translate alternate, each optionally =STRENGTH (0–1)"), "LIST" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &o->size,
      N_("Size of the network's input; default: the pictures', at most 64"), "WxH" },
    { "grey", 0, 0, G_OPTION_ARG_NONE, &o->grey, N_("Look at pictures in grey"), NULL },
    { "colour", 0, 0, G_OPTION_ARG_NONE, &o->colour, N_("Look at pictures in colour"), NULL },
    { "color", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &o->colour, NULL, NULL },
    { "gray", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &o->grey, NULL, NULL },
    { "resize", 0, 0, G_OPTION_ARG_STRING, &o->resize, N_("fit (default), fill or stretch"),
      "MODE" },
    { "early-stop", 0, 0, G_OPTION_ARG_INT, &o->early_stop,
      N_("Stop after N epochs without a better validation; default: never"), "N" },
    { "time-limit", 0, 0, G_OPTION_ARG_DOUBLE, &o->time_limit, N_("Stop after S seconds"), "S" },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &o->from, N_("Begin with the weights of this model"),
      "M.onnx" },
    { "freeze", 0, 0, G_OPTION_ARG_INT, &o->freeze,
      N_("Leave the first N layers that have weights as they are"), "N" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &o->checkpoint,
      N_("Write the state of the training here after each epoch"), "FILE" },
    { "resume", 0, 0, G_OPTION_ARG_FILENAME, &o->resume,
      N_("Go on from this state, with the same options"), "FILE" },
    { "label-smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &o->label_smoothing,
      N_("Part of each label spread over all classes; default 0"), "F" },
    { "recipe", 0, 0, G_OPTION_ARG_STRING, &o->recipe,
      N_("plain (default) or fast: network, optimiser, schedule and augmentation tuned together "
         "for small photos in few epochs; other options change parts of it"), "NAME" },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

/* What is wrong whatever is trained. */
static gboolean
check_words (const CvrCliTrainOptions *options,
             NnRecipe                 *recipe,
             GError                  **error)
{
  if (options->recipe != NULL && !nn_recipe_parse (options->recipe, recipe))
    return cvr_cli_usage (error, _("There is no recipe “%s”; there are: %s."), options->recipe,
                          "fast, plain");
  if (options->grey && options->colour)
    return cvr_cli_usage (error, _("--grey and --colour exclude each other."));

  return TRUE;
}

gboolean
cvr_cli_train_options_parse (CvrCliTrainOptions *options,
                             CvrCli             *cli,
                             int                *argc,
                             char             ***argv,
                             GError            **error)
{
  g_autofree GOptionEntry *entries = all_entries (options);
  NnRecipe recipe = NN_RECIPE_PLAIN;

  if (!cvr_cli_parse (cli, "train --data DATA --arch NAME --out M.onnx",
                      _("Trains a network on labelled pictures and writes the model of the best "
                        "epoch. Ctrl+C stops and keeps the best so far. Pictures in a folder "
                        "“test” are left for “evaluate”."),
                      entries, argc, argv, error) ||
      !cvr_cli_no_arguments (*argc, *argv, error) || !check_words (options, &recipe, error))
    return FALSE;
  if (options->from != NULL && recipe != NN_RECIPE_PLAIN)
    return cvr_cli_usage (error,
                          _("--recipe %s and --from exclude each other: the recipe begins with "
                            "weights of its own."), options->recipe);
  if (options->arch != NULL && options->from != NULL)
    return cvr_cli_usage (error,
                          _("--arch and --from exclude each other: a model brings its network "
                            "along."));

  return cvr_cli_require (options->data, "--data", error) &&
         cvr_cli_require (options->out, "--out", error) &&
         (options->from != NULL || recipe != NN_RECIPE_PLAIN ||
          cvr_cli_require (options->arch, "--arch", error));
}

/* The options of `train` that mean something here. */
static GOptionEntry *
crossval_entries (CvrCliTrainOptions *options)
{
  static const char *const left_out[] = { "valid", "out", "split", "from", "freeze", "checkpoint",
                                          "resume", NULL };
  const GOptionEntry folds = { "folds", 'k', 0, G_OPTION_ARG_INT, &options->folds,
                               N_("Parts that the pictures are divided into; default 5"), "K" };
  GOptionEntry *entries = all_entries (options);
  guint n = 0;

  for (guint i = 0; entries[i].long_name != NULL; i++)
    if (!g_strv_contains (left_out, entries[i].long_name))
      entries[n++] = entries[i];
  entries[n++] = folds;
  entries[n] = (GOptionEntry) { NULL };

  return entries;
}

gboolean
cvr_cli_crossval_options_parse (CvrCliTrainOptions *options,
                                CvrCli             *cli,
                                int                *argc,
                                char             ***argv,
                                GError            **error)
{
  g_autofree GOptionEntry *entries = crossval_entries (options);
  NnRecipe recipe = NN_RECIPE_PLAIN;

  if (!cvr_cli_parse (cli, "crossval --data DATA --arch NAME --folds K",
                      _("Divides the pictures into K parts and trains K times: each part judges a "
                        "network that learned from the others. Prints mean and deviation. Pictures "
                        "in a folder “test” take no part."),
                      entries, argc, argv, error) ||
      !cvr_cli_no_arguments (*argc, *argv, error) || !check_words (options, &recipe, error))
    return FALSE;

  return cvr_cli_require (options->data, "--data", error) &&
         (recipe != NN_RECIPE_PLAIN || cvr_cli_require (options->arch, "--arch", error));
}

/* A usage error that lists what there is. */
gboolean
cvr_cli_check_arch (const char *name,
                    GError    **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  guint n;
  const NnArch *archs = nn_archs (&n);

  if (nn_arch_find (name) != NULL)
    return TRUE;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", archs[i].name);

  return cvr_cli_usage (error, _("There is no network “%s”. There is: %s."), name, known->str);
}

static gboolean
take_uint (gint        given,
           const char *option,
           gint        low,
           guint      *value,
           GError    **error)
{
  if (given == -1)
    return TRUE;
  if (given < low)
    return cvr_cli_usage (error, _("%s is %d; it must be at least %d."), option, given, low);

  *value = (guint) given;
  return TRUE;
}

static gboolean
take_float (double      given,
            const char *option,
            float      *value,
            GError    **error)
{
  if (isnan (given))
    return TRUE;
  if (!(given >= 0) || !isfinite (given))
    return cvr_cli_usage (error, _("%s is %g; it can't be negative."), option, given);

  *value = (float) given;
  return TRUE;
}

static gboolean
take_optimizer (const CvrCliTrainOptions *options,
                CvrSettings              *settings,
                GError                  **error)
{
  NnOptimKind kind = NN_OPTIM_ADAM;

  if (options->optimizer != NULL && !nn_optim_parse (options->optimizer, &kind))
    return cvr_cli_usage (error, _("There is no optimiser “%s”."), options->optimizer);
  if (options->optimizer != NULL)
    settings->optim = nn_optim_spec_default (kind);
  else if (settings->recipe != NN_RECIPE_PLAIN)
    settings->optim.lr = nn_recipe_lr (settings->recipe, settings->batch);
  if (!isnan (options->lr) && !(options->lr > 0))
    return cvr_cli_usage (error, _("%s is %g; it must be above 0."), "--lr", options->lr);

  return take_float (options->lr, "--lr", &settings->optim.lr, error) &&
         take_float (options->momentum, "--momentum", &settings->optim.momentum, error) &&
         take_float (options->weight_decay, "--weight-decay", &settings->optim.weight_decay,
                     error) &&
         take_float (options->l1, "--l1", &settings->optim.l1, error) &&
         take_float (options->clip, "--clip", &settings->optim.clip_norm, error);
}

static gboolean
take_names (const CvrCliTrainOptions *options,
            CvrSettings              *settings,
            GError                  **error)
{
  NnScheduleKind schedule = NN_SCHEDULE_CONSTANT;

  if (options->schedule != NULL && !nn_schedule_parse (options->schedule, &schedule))
    return cvr_cli_usage (error, _("There is no schedule “%s”."), options->schedule);
  if (options->schedule != NULL)
    settings->schedule = nn_schedule_spec_default (schedule);
  if (options->loss != NULL && !nn_loss_parse (options->loss, &settings->loss))
    return cvr_cli_usage (error, _("There is no loss “%s”."), options->loss);
  if (options->predicts != NULL && !g_str_equal (options->predicts, "class") &&
      !g_str_equal (options->predicts, "number"))
    return cvr_cli_usage (error, _("A network can't predict “%s”; it can predict: %s."),
                          options->predicts, "class, number");
  if (g_strcmp0 (options->predicts, "number") == 0)
    settings->predicts = CVR_PREDICTS_NUMBER;
  if (options->resize != NULL && !cvr_resize_parse (options->resize, &settings->resize))
    return cvr_cli_usage (error, _("There is no way of resizing “%s”."), options->resize);
  if (options->augment != NULL)
    {
      g_autoptr (GError) wrong = NULL;

      if (!cvr_augment_parse (options->augment, &settings->augment, &wrong))
        return cvr_cli_usage (error, "%s", wrong->message);
    }
  if (options->arch != NULL)
    {
      if (!cvr_cli_check_arch (options->arch, error))
        return FALSE;
      g_strlcpy (settings->arch, options->arch, sizeof settings->arch);
    }

  return options->size == NULL || cvr_cli_parse_size (options->size, &settings->width,
                                                      &settings->height, error);
}

/**
 * cvr_cli_train_options_settings:
 * @settings: (out): checked
 *
 * Errors: usage, naming the option.
 */
gboolean
cvr_cli_train_options_settings (const CvrCliTrainOptions *options,
                                CvrCli                   *cli,
                                CvrSettings              *settings,
                                GError                  **error)
{
  NnRecipe recipe = NN_RECIPE_PLAIN;

  *settings = cvr_settings_default ();
  settings->epochs = 10;
  if (options->recipe != NULL)
    nn_recipe_parse (options->recipe, &recipe);
  cvr_settings_use_recipe (settings, recipe);
  settings->seed = (guint64) cli->seed;
  settings->class_weights = options->class_weights;
  settings->channels = options->grey ? 1 : options->colour ? 3 : 0;
  if (!isnan (options->split))
    settings->valid_fraction = options->split;
  if (!isnan (options->time_limit))
    settings->time_limit = options->time_limit;

  return take_uint (options->batch, "--batch", 1, &settings->batch, error) &&
         take_optimizer (options, settings, error) && take_names (options, settings, error) &&
         take_float (options->dropout, "--dropout", &settings->dropout, error) &&
         take_float (options->label_smoothing, "--label-smoothing", &settings->label_smoothing,
                     error) &&
         take_uint (options->epochs, "--epochs", 1, &settings->epochs, error) &&
         take_uint (options->early_stop, "--early-stop", 0, &settings->early_stop, error) &&
         take_uint (options->freeze, "--freeze", 0, &settings->n_frozen, error) &&
         cvr_settings_check (settings, error);
}
