/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything a training depends on besides the pictures: defaults, limits and what they mean for a
 * data set. */
#include "cvr-settings.h"

#include "cvr-source.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_SIDE = 1024,     /* of the network's input */
  AUTO_SIDE = 64,      /* largest side that is chosen by itself */
  MAX_EPOCHS = 10000,
  MAX_BATCH = 4096,
};

/**
 * cvr_settings_default:
 *
 * Returns: what a beginner should start with. Any thread.
 */
CvrSettings
cvr_settings_default (void)
{
  CvrSettings self = {
    .arch = "lenet5",
    .resize = CVR_RESIZE_FIT,
    .scale = CVR_SCALE_UNIT,
    .optim = nn_optim_spec_default (NN_OPTIM_ADAM),
    .schedule = nn_schedule_spec_default (NN_SCHEDULE_CONSTANT),
    .loss = NN_LOSS_CROSS_ENTROPY,
    .dropout = -1.0f,
    .epochs = 20,
    .batch = 32,
    .valid_fraction = 0.2,
    .seed = 1,
  };

  return self;
}

static gboolean
check_uint (const char *name,
            guint       value,
            guint       low,
            guint       high,
            GError    **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("The setting “%s” is %u; it can be %u to %u."),
               name, value, low, high);
  return FALSE;
}

static gboolean
check_double (const char *name,
              double      value,
              double      low,
              double      high,
              GError    **error)
{
  if (isfinite (value) && value >= low && value <= high)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("The setting “%s” is %g; it can be %g to %g."),
               name, value, low, high);
  return FALSE;
}

static gboolean
check_size (const CvrSettings *self,
            GError           **error)
{
  if (self->width == 0 && self->height == 0)
    return TRUE;

  return check_uint ("width", self->width, 1, MAX_SIDE, error) &&
         check_uint ("height", self->height, 1, MAX_SIDE, error);
}

static gboolean
check_kinds (const CvrSettings *self,
             GError           **error)
{
  if (memchr (self->arch, '\0', sizeof self->arch) == NULL || nn_arch_find (self->arch) == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("The setting “%s” is “%.31s”, and there is no such network."), "arch",
                   self->arch);
      return FALSE;
    }
  if (memchr (self->base, '\0', sizeof self->base) == NULL ||
      !g_utf8_validate (self->base, -1, NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("The setting “%s” should be text of at most %u bytes."), "base",
                   (guint) sizeof self->base - 1);
      return FALSE;
    }
  if (self->channels != 0 && self->channels != 1 && self->channels != 3)
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("The setting “%s” is %u; it can be 0 (from the pictures), 1 (grey) or 3 (colour)."),
        "channels", self->channels);
      return FALSE;
    }

  return check_uint ("predicts", self->predicts, 0, CVR_PREDICTS_NUMBER, error) &&
         check_uint ("resize", self->resize, 0, CVR_RESIZE_STRETCH, error) &&
         check_uint ("scale", self->scale, 0, CVR_SCALE_STANDARDISE, error) &&
         check_uint ("schedule", self->schedule.kind, 0, NN_N_SCHEDULES - 1, error) &&
         check_uint ("loss", self->loss, 0, NN_N_LOSSES - 1, error) &&
         check_uint ("recipe", self->recipe, 0, NN_N_RECIPES - 1, error);
}

static gboolean
check_numbers (const CvrSettings *self,
               GError           **error)
{
  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    if (!check_double (cvr_augment_name (i), (double) self->augment.strength[i], 0, 1, error))
      return FALSE;

  if (!(self->dropout < 0) && !check_double ("dropout", (double) self->dropout, 0, 0.95, error))
    return FALSE;

  return check_double ("label_smoothing", (double) self->label_smoothing, 0, 1, error) &&
         check_double ("gamma", (double) self->schedule.gamma, 0, 1, error) &&
         check_double ("step_fraction", (double) self->schedule.step_fraction, 0, 1, error) &&
         check_double ("warm_up", (double) self->schedule.warm_up, 0, 1, error) &&
         check_uint ("epochs", self->epochs, 1, MAX_EPOCHS, error) &&
         check_uint ("batch", self->batch, 1, MAX_BATCH, error) &&
         check_uint ("early_stop", self->early_stop, 0, MAX_EPOCHS, error) &&
         check_uint ("n_frozen", self->n_frozen, 0, 10000, error) &&
         check_double ("valid_fraction", self->valid_fraction, 0, 0.9, error) &&
         check_double ("test_fraction", self->test_fraction, 0, 0.9 - self->valid_fraction, error) &&
         check_double ("time_limit", self->time_limit, 0, 1e9, error);
}

/**
 * cvr_settings_check:
 *
 * Returns: whether a training can run with @self. Errors: NN_ERROR_SPEC, naming the setting, its
 * value and its limits. Any thread.
 */
gboolean
cvr_settings_check (const CvrSettings *self,
                    GError           **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return check_kinds (self, error) && check_size (self, error) && check_numbers (self, error) &&
         nn_optim_spec_check (&self->optim, error);
}

/**
 * cvr_settings_use_recipe:
 *
 * FAST keeps most pictures for learning: its few epochs leave little to choose between.
 */
void
cvr_settings_use_recipe (CvrSettings *self,
                         NnRecipe     recipe)
{
  NnTrainSpec spec = nn_train_spec_default ();

  self->recipe = recipe;
  if (recipe == NN_RECIPE_PLAIN)
    return;

  nn_recipe_settings (recipe, &spec);
  self->optim = spec.optim;
  self->schedule = spec.schedule;
  self->loss = spec.loss.kind;
  self->label_smoothing = spec.loss.label_smoothing;
  self->epochs = spec.epochs;
  self->batch = spec.batch;
  self->valid_fraction = 0.02;
  self->scale = CVR_SCALE_STANDARDISE;
  self->augment = (CvrAugment) { { 0 } };
  self->augment.strength[CVR_AUGMENT_ALTERNATE] = 1;
  self->augment.strength[CVR_AUGMENT_TRANSLATE] = 0.5f;
  g_strlcpy (self->arch, "speedy", sizeof self->arch);
  cvr_settings_set_base (self, "");
}

NnLossKind
cvr_settings_get_loss (const CvrSettings *self)
{
  return self->predicts == CVR_PREDICTS_NUMBER && self->loss == NN_LOSS_CROSS_ENTROPY
           ? NN_LOSS_MSE
           : self->loss;
}

void
cvr_settings_set_base (CvrSettings *self,
                       const char  *name)
{
  const char *end;

  g_strlcpy (self->base, name, sizeof self->base);
  if (!g_utf8_validate (self->base, -1, &end))
    self->base[end - self->base] = '\0';
  if (self->base[0] == '\0')
    self->n_frozen = 0;
}

/**
 * cvr_settings_equal:
 *
 * Equal is what is written down equally: one list of fields, that of cvr_settings_to_json().
 */
gboolean
cvr_settings_equal (const CvrSettings *a,
                    const CvrSettings *b)
{
  g_autofree char *text_a = cvr_settings_to_json (a);
  g_autofree char *text_b = cvr_settings_to_json (b);

  return g_str_equal (text_a, text_b);
}

/**
 * cvr_settings_preprocess_size:
 * @preprocess: (out): everything but the statistics of STANDARDISE, which take a look at every
 * picture
 *
 * Size, channels and modes that the settings mean for these pictures: quick enough for the main
 * thread.
 */
gboolean
cvr_settings_preprocess_size (const CvrSettings *self,
                              CvrDataset        *dataset,
                              CvrPreprocess     *preprocess,
                              GError           **error)
{
  const NnArch *arch = nn_arch_find (self->arch);
  guint width = self->width, height = self->height, channels = self->channels;

  if (width == 0 || channels == 0)
    {
      guint auto_width, auto_height, auto_channels;

      cvr_dataset_suggest_size (dataset, AUTO_SIDE, &auto_width, &auto_height, &auto_channels);
      if (width == 0)
        {
          guint32 least = arch != NULL ? arch->min_size : 1;

          /* Within the automatic limit also where the pictures share one larger size. */
          width = CLAMP (auto_width, least, MAX (least, AUTO_SIDE));
          height = CLAMP (auto_height, least, MAX (least, AUTO_SIDE));
        }
      if (channels == 0)
        channels = auto_channels;
    }

  *preprocess = cvr_preprocess_default (width, height, channels);
  preprocess->resize = self->resize;

  return cvr_preprocess_check (preprocess, error);
}

/* Mean and deviation per channel over the labelled pictures that train (all labelled ones where
 * none does). Sums of bytes are whole numbers, so their order does not matter. */
static gboolean
standardise (CvrDataset    *dataset,
             CvrPreprocess *preprocess,
             GError       **error)
{
  guint64 sum[3] = { 0 }, squares[3] = { 0 }, count = 0;
  gboolean any_trains = FALSE;
  guint n = cvr_dataset_n_items (dataset);

  for (guint i = 0; i < n && !any_trains; i++)
    any_trains = cvr_dataset_item (dataset, i)->label >= 0 &&
                 cvr_dataset_item (dataset, i)->used == CVR_SPLIT_TRAIN;

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (CvrImage) pixels = NULL;
      gsize n_pixels;

      if (item->label < 0 || (any_trains && item->used != CVR_SPLIT_TRAIN))
        continue;

      pixels = cvr_source_read (preprocess, item->picture, error);
      if (pixels == NULL)
        return FALSE;
      n_pixels = (gsize) pixels->width * pixels->height;
      for (gsize p = 0; p < n_pixels; p++)
        for (guint c = 0; c < pixels->channels; c++)
          {
            guint value = pixels->data[p * pixels->channels + c];

            sum[c] += value;
            squares[c] += value * value;
          }
      count += n_pixels;
    }

  for (guint c = 0; c < preprocess->channels && count > 0; c++)
    {
      double mean = (double) sum[c] / (double) count;
      double variance = MAX (0.0, (double) squares[c] / (double) count - mean * mean);
      double deviation = sqrt (variance) / 255.0;

      preprocess->mean[c] = (float) (mean / 255.0);
      /* All pictures of one tone: dividing by nearly nothing would only magnify rounding. */
      preprocess->deviation[c] = deviation > 1e-3 ? (float) deviation : 1.0f;
    }

  return TRUE;
}

/**
 * cvr_settings_preprocess:
 * @dataset: split already where STANDARDISE is asked for
 *
 * Looks at every training picture where STANDARDISE is asked for: not for the main thread.
 */
gboolean
cvr_settings_preprocess (const CvrSettings *self,
                         CvrDataset        *dataset,
                         CvrPreprocess     *preprocess,
                         GError           **error)
{
  g_return_val_if_fail (self != NULL && dataset != NULL && preprocess != NULL, FALSE);

  if (!cvr_settings_preprocess_size (self, dataset, preprocess, error))
    return FALSE;

  preprocess->scale = self->scale;
  if (self->scale == CVR_SCALE_STANDARDISE && !standardise (dataset, preprocess, error))
    return FALSE;

  return cvr_preprocess_check (preprocess, error);
}

/**
 * cvr_settings_graph:
 *
 * Returns: (transfer full): the network, from [channels, height, width] to @n_classes logits, or to
 * one number where that is what it predicts.
 */
NnGraph *
cvr_settings_graph (const CvrSettings   *self,
                    const CvrPreprocess *preprocess,
                    guint                n_classes,
                    GError             **error)
{
  NnShape input = nn_shape_maps (preprocess->channels, preprocess->height, preprocess->width);

  return nn_arch_build (self->arch, &input, self->predicts == CVR_PREDICTS_NUMBER ? 1 : n_classes,
                        self->dropout, error);
}
