/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a training as a table: what each is called, may be, and where it lies in
 * CvrSettings. */
#include "cvr-settings-rows.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>

static char *
name_or_off (double value)
{
  return value > 0 ? cvr_words_number (value) : g_strdup (_("Off"));
}

static char *
name_dropout (double value)
{
  return value < 0 ? g_strdup (_("Built in")) : name_or_off (value);
}

static char *
name_optim (double value)
{
  static const char *const names[] = { "SGD",     "SGD + momentum", "Nesterov", "AdaGrad",
                                       "RMSprop", "Adadelta",       "Adam",     "AdamW" };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_OPTIMS);

  return g_strdup (names[CLAMP ((int) value, 0, NN_N_OPTIMS - 1)]);
}

static char *
name_schedule (double value)
{
  static const char *const names[] = { N_("Constant"), N_("In steps"), N_("Cosine"),
                                       N_("One cycle"), N_("Triangle") };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_SCHEDULES);

  return g_strdup (_(names[CLAMP ((int) value, 0, NN_N_SCHEDULES - 1)]));
}

static char *
name_loss (double value)
{
  static const char *const names[] = { N_("Cross-entropy"), N_("Squared error"),
                                       N_("Absolute error"), N_("Huber") };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_LOSSES);

  return g_strdup (_(names[CLAMP ((int) value, 0, NN_N_LOSSES - 1)]));
}

static char *
name_predicts (double value)
{
  return g_strdup (value == CVR_PREDICTS_NUMBER ? _("A number") : _("A class"));
}

static const char next_step[] = N_("While it learns: from the next step on");
static const char next_epoch[] = N_("While it learns: from the next epoch on");

static const CvrSettingRow rows[CVR_N_FIELDS] = {
  [CVR_FIELD_EPOCHS] = { CVR_ROW_SPIN, FALSE, NULL, N_("Epochs"),
                         N_("How often it goes through all pictures"), 1, 1000, 1 },
  [CVR_FIELD_LR] = { CVR_ROW_CHOICE, FALSE, next_step, N_("Learning rate"),
                     N_("How far each step goes: too far and it never settles"),
                     .choices = { 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00001 },
                     .n_choices = 9, .name = cvr_words_number },
  [CVR_FIELD_BATCH] = { CVR_ROW_CHOICE, FALSE, next_epoch, N_("Batch"),
                        N_("Pictures looked at before each step"),
                        .choices = { 4, 8, 16, 32, 64, 128, 256 }, .n_choices = 7,
                        .name = cvr_words_number },
  [CVR_FIELD_OPTIM] = { CVR_ROW_CHOICE, FALSE, NULL, N_("Optimiser"),
                        N_("The rule that turns errors into steps"),
                        .choices = { NN_OPTIM_SGD, NN_OPTIM_MOMENTUM, NN_OPTIM_NESTEROV,
                                     NN_OPTIM_ADAGRAD, NN_OPTIM_RMSPROP, NN_OPTIM_ADADELTA,
                                     NN_OPTIM_ADAM, NN_OPTIM_ADAMW },
                        .n_choices = NN_N_OPTIMS, .name = name_optim },
  [CVR_FIELD_SCHEDULE] = { CVR_ROW_CHOICE, TRUE, NULL, N_("Schedule"),
                           N_("How the learning rate changes on the way"),
                           .choices = { NN_SCHEDULE_CONSTANT, NN_SCHEDULE_STEP, NN_SCHEDULE_COSINE,
                                        NN_SCHEDULE_ONECYCLE, NN_SCHEDULE_TRIANGULAR },
                           .n_choices = NN_N_SCHEDULES, .name = name_schedule },
  [CVR_FIELD_MOMENTUM] = { CVR_ROW_CHOICE, TRUE, next_step, N_("Momentum"),
                           N_("Share of the last steps that each step keeps; Adam calls it β₁"),
                           .choices = { 0, 0.5, 0.8, 0.9, 0.95, 0.99 }, .n_choices = 6,
                           .name = name_or_off },
  [CVR_FIELD_EARLY_STOP] = { CVR_ROW_SPIN, TRUE, NULL, N_("Early stop"),
                             N_("Ends after so many epochs without progress; 0: never"), 0, 100,
                             1 },
  [CVR_FIELD_WEIGHT_DECAY] = { CVR_ROW_CHOICE, TRUE, next_step, N_("Weight decay (L2)"),
                               N_("Pulls large weights down, against overfitting"),
                               .choices = { 0, 0.00001, 0.0001, 0.0005, 0.001, 0.01, 0.1 },
                               .n_choices = 7, .name = name_or_off },
  [CVR_FIELD_L1] = { CVR_ROW_CHOICE, TRUE, next_step, N_("L1"), N_("Pulls weights to exactly zero"),
                     .choices = { 0, 0.000001, 0.00001, 0.0001, 0.001 }, .n_choices = 5,
                     .name = name_or_off },
  [CVR_FIELD_DROPOUT] = { CVR_ROW_CHOICE, TRUE, next_step, N_("Dropout"),
                          N_("Share of values left out at random, against learning by heart"),
                          .choices = { -1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7 }, .n_choices = 8,
                          .name = name_dropout },
  [CVR_FIELD_PREDICTS] = { CVR_ROW_CHOICE, TRUE, NULL, N_("Answer"),
                           N_("A number where the classes are named by numbers: ages, distances"),
                           .choices = { CVR_PREDICTS_CLASS, CVR_PREDICTS_NUMBER }, .n_choices = 2,
                           .name = name_predicts },
  [CVR_FIELD_LOSS] = { CVR_ROW_CHOICE, TRUE, NULL, N_("Loss"), N_("What counts as how wrong"),
                       .choices = { NN_LOSS_CROSS_ENTROPY, NN_LOSS_MSE, NN_LOSS_MAE,
                                    NN_LOSS_HUBER },
                       .n_choices = NN_N_LOSSES, .name = name_loss },
  [CVR_FIELD_CLASS_WEIGHTS] = { CVR_ROW_SWITCH, TRUE, NULL, N_("Class weights"),
                                N_("Classes with few pictures count more") },
  [CVR_FIELD_CLIP] = { CVR_ROW_CHOICE, TRUE, next_step, N_("Clipping"),
                       N_("Longest gradient allowed, against jumps"),
                       .choices = { 0, 0.1, 0.5, 1, 5, 10 }, .n_choices = 6, .name = name_or_off },
  [CVR_FIELD_SEED] = { CVR_ROW_SPIN, TRUE, NULL, N_("Seed"),
                       N_("The same seed gives the same numbers again"), 0, 999999, 1 },
  [CVR_FIELD_VALID] = { CVR_ROW_SPIN, TRUE, NULL, N_("Kept unseen"),
                        N_("Per cent of the pictures to check what it learned"), 5, 50, 5 },
};

/**
 * cvr_setting_row:
 *
 * Returns: (transfer none): how @field is shown
 */
const CvrSettingRow *
cvr_setting_row (CvrField field)
{
  g_return_val_if_fail (field < CVR_N_FIELDS, &rows[0]);

  return &rows[field];
}

/* Its β₁ is what others call momentum. */
static gboolean
is_adam (const NnOptimSpec *optim)
{
  return optim->kind == NN_OPTIM_ADAM || optim->kind == NN_OPTIM_ADAMW;
}

const char *
cvr_setting_get_idle_reason (const CvrSettings *settings,
                             CvrField           field)
{
  NnOptimKind kind = settings->optim.kind;

  if (field == CVR_FIELD_MOMENTUM && kind != NN_OPTIM_MOMENTUM && kind != NN_OPTIM_NESTEROV &&
      !is_adam (&settings->optim))
    return _("This optimiser has none");
  if (field == CVR_FIELD_CLASS_WEIGHTS && settings->predicts == CVR_PREDICTS_NUMBER)
    return _("Where the answer is a number all pictures count alike");

  return NULL;
}

gboolean
cvr_setting_offers (const CvrSettings *settings,
                    CvrField           field,
                    double             value)
{
  return field != CVR_FIELD_LOSS || value != NN_LOSS_CROSS_ENTROPY ||
         settings->predicts != CVR_PREDICTS_NUMBER;
}

/**
 * cvr_setting_get:
 *
 * Returns: the field's value; kinds and switches as whole numbers, shares in per cent
 */
double
cvr_setting_get (const CvrSettings *settings,
                 CvrField           field)
{
  switch (field)
    {
    case CVR_FIELD_EPOCHS:
      return settings->epochs;
    case CVR_FIELD_LR:
      return settings->optim.lr;
    case CVR_FIELD_BATCH:
      return settings->batch;
    case CVR_FIELD_OPTIM:
      return settings->optim.kind;
    case CVR_FIELD_SCHEDULE:
      return settings->schedule.kind;
    case CVR_FIELD_MOMENTUM:
      return is_adam (&settings->optim) ? settings->optim.beta1 : settings->optim.momentum;
    case CVR_FIELD_EARLY_STOP:
      return settings->early_stop;
    case CVR_FIELD_WEIGHT_DECAY:
      return settings->optim.weight_decay;
    case CVR_FIELD_L1:
      return settings->optim.l1;
    case CVR_FIELD_DROPOUT:
      return settings->dropout < 0 ? -1 : settings->dropout;
    case CVR_FIELD_PREDICTS:
      return settings->predicts;
    case CVR_FIELD_LOSS:
      return cvr_settings_get_loss (settings);
    case CVR_FIELD_CLASS_WEIGHTS:
      return settings->class_weights;
    case CVR_FIELD_CLIP:
      return settings->optim.clip_norm;
    case CVR_FIELD_SEED:
      return (double) settings->seed;
    case CVR_FIELD_VALID:
      return settings->valid_fraction * 100;
    case CVR_N_FIELDS:
    default:
      g_return_val_if_reached (0);
    }
}

/**
 * cvr_setting_dup_value:
 *
 * Returns: (transfer full): the field's value as people read it. Translated.
 */
char *
cvr_setting_dup_value (const CvrSettings *settings,
                       CvrField           field)
{
  double value = cvr_setting_get (settings, field);

  switch (rows[field].kind)
    {
    case CVR_ROW_CHOICE:
      return rows[field].name (value);
    case CVR_ROW_SWITCH:
      return g_strdup (value != 0 ? _("On") : _("Off"));
    case CVR_ROW_SPIN:
    default:
      return cvr_words_number (value);
    }
}

static void
set_optim (CvrSettings *settings,
           NnOptimKind  kind)
{
  NnOptimSpec before = settings->optim;

  settings->optim = nn_optim_spec_default (kind);
  settings->optim.weight_decay = before.weight_decay;
  settings->optim.l1 = before.l1;
  settings->optim.clip_norm = before.clip_norm;
}

/**
 * cvr_setting_set:
 * @value: in the unit of cvr_setting_get()
 */
void
cvr_setting_set (CvrSettings *settings,
                 CvrField     field,
                 double       value)
{
  switch (field)
    {
    case CVR_FIELD_EPOCHS:
      settings->epochs = (guint) value;
      break;
    case CVR_FIELD_LR:
      settings->optim.lr = (float) value;
      break;
    case CVR_FIELD_BATCH:
      settings->batch = (guint) value;
      break;
    case CVR_FIELD_OPTIM:
      set_optim (settings, (NnOptimKind) value);
      break;
    case CVR_FIELD_SCHEDULE:
      settings->schedule = nn_schedule_spec_default ((NnScheduleKind) value);
      break;
    case CVR_FIELD_MOMENTUM:
      *(is_adam (&settings->optim) ? &settings->optim.beta1 : &settings->optim.momentum) =
        (float) value;
      break;
    case CVR_FIELD_EARLY_STOP:
      settings->early_stop = (guint) value;
      break;
    case CVR_FIELD_WEIGHT_DECAY:
      settings->optim.weight_decay = (float) value;
      break;
    case CVR_FIELD_L1:
      settings->optim.l1 = (float) value;
      break;
    case CVR_FIELD_DROPOUT:
      settings->dropout = (float) value;
      break;
    case CVR_FIELD_PREDICTS:
      settings->predicts = (CvrPredicts) value;
      break;
    case CVR_FIELD_LOSS:
      settings->loss = (NnLossKind) value;
      break;
    case CVR_FIELD_CLASS_WEIGHTS:
      settings->class_weights = value != 0;
      break;
    case CVR_FIELD_CLIP:
      settings->optim.clip_norm = (float) value;
      break;
    case CVR_FIELD_SEED:
      settings->seed = (guint64) value;
      break;
    case CVR_FIELD_VALID:
      settings->valid_fraction = value / 100;
      break;
    case CVR_N_FIELDS:
    default:
      g_return_if_reached ();
    }
}
