/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What races against what: settings that differ in one field. */
#include "cvr-experiment-plans.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *title;
  CvrField    field;
  double      values[CVR_MAX_RACERS];
  guint       n_values;
  gboolean    times;   /* the values are factors of the present one */
} choices[] = {
  [CVR_RACE_OPTIMISERS] = { N_("Optimisers"), CVR_FIELD_OPTIM,
                            { NN_OPTIM_SGD, NN_OPTIM_MOMENTUM, NN_OPTIM_ADAGRAD, NN_OPTIM_RMSPROP,
                              NN_OPTIM_ADAM }, 5, FALSE },
  [CVR_RACE_RATES] = { N_("Learning rates"), CVR_FIELD_LR, { 10, 3, 1, 1.0 / 3, 0.1 }, 5, TRUE },
  [CVR_RACE_BATCHES] = { N_("Batch sizes"), CVR_FIELD_BATCH, { 8, 32, 128 }, 3, FALSE },
  [CVR_RACE_DROPOUT] = { N_("Dropout"), CVR_FIELD_DROPOUT, { 0, 0.2, 0.5 }, 3, FALSE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (choices) == CVR_N_RACES);

const char *
cvr_race_choice_title (CvrRaceChoice choice)
{
  g_return_val_if_fail (choice < CVR_N_RACES, NULL);

  return _(choices[choice].title);
}

guint
cvr_race_choice_fill (CvrRaceChoice      choice,
                      const CvrSettings *settings,
                      CvrSettings        racers[CVR_MAX_RACERS])
{
  g_return_val_if_fail (choice < CVR_N_RACES, 0);

  for (guint i = 0; i < choices[choice].n_values; i++)
    {
      double value = choices[choice].values[i];

      racers[i] = *settings;
      if (choices[choice].times)
        value *= cvr_setting_get (settings, choices[choice].field);
      cvr_setting_set (&racers[i], choices[choice].field, value);
    }

  return choices[choice].n_values;
}
