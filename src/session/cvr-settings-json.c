/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings as JSON text, for the project file and for comparing two of them. */
#include "cvr-json.h"
#include "cvr-settings.h"

#include <glib/gi18n-lib.h>

static const char *const scale_names[] = { "unit", "standardise" };
static const char *const predicts_names[] = { "class", "number", NULL };

/**
 * cvr_settings_to_json:
 *
 * Returns: (transfer full): one object, always in the same order.
 */
char *
cvr_settings_to_json (const CvrSettings *self)
{
  GString *json = g_string_new ("{");
  g_autofree char *augment = cvr_augment_to_string (&self->augment);

  cvr_json_add_string (json, "arch", self->arch);
  cvr_json_add_string (json, "base", self->base);
  cvr_json_add_string (json, "predicts", predicts_names[self->predicts]);
  cvr_json_add_uint (json, "width", self->width);
  cvr_json_add_uint (json, "height", self->height);
  cvr_json_add_uint (json, "channels", self->channels);
  cvr_json_add_string (json, "resize", cvr_resize_name (self->resize));
  cvr_json_add_string (json, "scale", scale_names[self->scale]);
  cvr_json_add_string (json, "augment", augment);
  cvr_json_add_string (json, "optimizer", nn_optim_name (self->optim.kind));
  cvr_json_add_float (json, "lr", self->optim.lr);
  cvr_json_add_float (json, "momentum", self->optim.momentum);
  cvr_json_add_float (json, "beta1", self->optim.beta1);
  cvr_json_add_float (json, "beta2", self->optim.beta2);
  cvr_json_add_float (json, "rho", self->optim.rho);
  cvr_json_add_float (json, "epsilon", self->optim.epsilon);
  cvr_json_add_float (json, "weight_decay", self->optim.weight_decay);
  cvr_json_add_float (json, "l1", self->optim.l1);
  cvr_json_add_float (json, "clip_norm", self->optim.clip_norm);
  cvr_json_add_string (json, "schedule", nn_schedule_name (self->schedule.kind));
  cvr_json_add_float (json, "gamma", self->schedule.gamma);
  cvr_json_add_float (json, "step_fraction", self->schedule.step_fraction);
  cvr_json_add_float (json, "warm_up", self->schedule.warm_up);
  cvr_json_add_string (json, "loss", nn_loss_name (self->loss));
  cvr_json_add_float (json, "label_smoothing", self->label_smoothing);
  cvr_json_add_string (json, "recipe", nn_recipe_name (self->recipe));
  cvr_json_add_bool (json, "class_weights", self->class_weights);
  cvr_json_add_float (json, "dropout", self->dropout);
  cvr_json_add_uint (json, "epochs", self->epochs);
  cvr_json_add_uint (json, "batch", self->batch);
  cvr_json_add_uint (json, "early_stop", self->early_stop);
  cvr_json_add_uint (json, "n_frozen", self->n_frozen);
  cvr_json_add_double (json, "valid_fraction", self->valid_fraction);
  cvr_json_add_double (json, "test_fraction", self->test_fraction);
  cvr_json_add_double (json, "time_limit", self->time_limit);
  cvr_json_add_uint (json, "seed", self->seed);
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

static gboolean
unknown_name (const char *key,
              const char *name,
              GError    **error)
{
  g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("The setting “%s” is “%s”, which isn't known."),
               key, name);
  return FALSE;
}

static gboolean
read_names (CvrSettings *self,
            JsonObject  *object,
            GError     **error)
{
  const char *arch = NULL, *resize = NULL, *scale = NULL, *augment = NULL, *loss = NULL;
  const char *recipe = NULL, *predicts = NULL, *base = NULL;

  if (!cvr_json_get_string (object, "arch", &arch, error) ||
      !cvr_json_get_string (object, "resize", &resize, error) ||
      !cvr_json_get_string (object, "scale", &scale, error) ||
      !cvr_json_get_string (object, "augment", &augment, error) ||
      !cvr_json_get_string (object, "loss", &loss, error) ||
      !cvr_json_get_string (object, "predicts", &predicts, error) ||
      !cvr_json_get_string (object, "base", &base, error) ||
      !cvr_json_get_string (object, "recipe", &recipe, error))
    return FALSE;

  if (arch != NULL && g_strlcpy (self->arch, arch, sizeof self->arch) >= sizeof self->arch)
    return unknown_name ("arch", arch, error);
  if (base != NULL)
    g_strlcpy (self->base, base, sizeof self->base);
  if (resize != NULL && !cvr_resize_parse (resize, &self->resize))
    return unknown_name ("resize", resize, error);
  if (scale != NULL && g_strcmp0 (scale, scale_names[CVR_SCALE_UNIT]) == 0)
    self->scale = CVR_SCALE_UNIT;
  else if (scale != NULL && g_strcmp0 (scale, scale_names[CVR_SCALE_STANDARDISE]) == 0)
    self->scale = CVR_SCALE_STANDARDISE;
  else if (scale != NULL)
    return unknown_name ("scale", scale, error);
  if (loss != NULL && !nn_loss_parse (loss, &self->loss))
    return unknown_name ("loss", loss, error);
  if (predicts != NULL && !g_strv_contains (predicts_names, predicts))
    return unknown_name ("predicts", predicts, error);
  if (predicts != NULL)
    self->predicts = g_str_equal (predicts, predicts_names[CVR_PREDICTS_NUMBER])
                       ? CVR_PREDICTS_NUMBER : CVR_PREDICTS_CLASS;
  if (recipe != NULL && !nn_recipe_parse (recipe, &self->recipe))
    return unknown_name ("recipe", recipe, error);

  return augment == NULL || cvr_augment_parse (augment, &self->augment, error);
}

static gboolean
read_optim (NnOptimSpec *optim,
            JsonObject  *object,
            GError     **error)
{
  const char *name = NULL;
  NnOptimKind kind;

  if (!cvr_json_get_string (object, "optimizer", &name, error))
    return FALSE;
  if (name != NULL)
    {
      if (!nn_optim_parse (name, &kind))
        return unknown_name ("optimizer", name, error);
      *optim = nn_optim_spec_default (kind);
    }

  return cvr_json_get_float (object, "lr", &optim->lr, error) &&
         cvr_json_get_float (object, "momentum", &optim->momentum, error) &&
         cvr_json_get_float (object, "beta1", &optim->beta1, error) &&
         cvr_json_get_float (object, "beta2", &optim->beta2, error) &&
         cvr_json_get_float (object, "rho", &optim->rho, error) &&
         cvr_json_get_float (object, "epsilon", &optim->epsilon, error) &&
         cvr_json_get_float (object, "weight_decay", &optim->weight_decay, error) &&
         cvr_json_get_float (object, "l1", &optim->l1, error) &&
         cvr_json_get_float (object, "clip_norm", &optim->clip_norm, error);
}

static gboolean
read_schedule (NnScheduleSpec *schedule,
               JsonObject     *object,
               GError        **error)
{
  const char *name = NULL;
  NnScheduleKind kind;

  if (!cvr_json_get_string (object, "schedule", &name, error))
    return FALSE;
  if (name != NULL)
    {
      if (!nn_schedule_parse (name, &kind))
        return unknown_name ("schedule", name, error);
      *schedule = nn_schedule_spec_default (kind);
    }

  return cvr_json_get_float (object, "gamma", &schedule->gamma, error) &&
         cvr_json_get_float (object, "step_fraction", &schedule->step_fraction, error) &&
         cvr_json_get_float (object, "warm_up", &schedule->warm_up, error);
}

static gboolean
read_numbers (CvrSettings *self,
              JsonObject  *object,
              GError     **error)
{
  return cvr_json_get_uint (object, "width", &self->width, error) &&
         cvr_json_get_uint (object, "height", &self->height, error) &&
         cvr_json_get_uint (object, "channels", &self->channels, error) &&
         cvr_json_get_bool (object, "class_weights", &self->class_weights, error) &&
         cvr_json_get_float (object, "label_smoothing", &self->label_smoothing, error) &&
         cvr_json_get_float (object, "dropout", &self->dropout, error) &&
         cvr_json_get_uint (object, "epochs", &self->epochs, error) &&
         cvr_json_get_uint (object, "batch", &self->batch, error) &&
         cvr_json_get_uint (object, "early_stop", &self->early_stop, error) &&
         cvr_json_get_uint (object, "n_frozen", &self->n_frozen, error) &&
         cvr_json_get_double (object, "valid_fraction", &self->valid_fraction, error) &&
         cvr_json_get_double (object, "test_fraction", &self->test_fraction, error) &&
         cvr_json_get_double (object, "time_limit", &self->time_limit, error) &&
         cvr_json_get_uint64 (object, "seed", &self->seed, error);
}

/**
 * cvr_settings_from_json:
 * @self: (out): left alone after an error
 *
 * Errors name the member and what is wrong with it; the result passes cvr_settings_check().
 */
gboolean
cvr_settings_from_json (CvrSettings *self,
                        const char  *json,
                        GError     **error)
{
  CvrSettings read = cvr_settings_default ();
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "settings", error);

  if (object == NULL || !read_names (&read, object, error) ||
      !read_optim (&read.optim, object, error) || !read_schedule (&read.schedule, object, error) ||
      !read_numbers (&read, object, error) || !cvr_settings_check (&read, error))
    return FALSE;

  *self = read;
  return TRUE;
}
