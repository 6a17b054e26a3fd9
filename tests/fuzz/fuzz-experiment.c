/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as an experiment that a project has kept. */
#include "cvr-race.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrExperimentResult) result = cvr_experiment_from_json (text, &error);
  g_autofree char *again = NULL;

  g_assert_true ((result == NULL) == (error != NULL));
  if (result == NULL)
    return 0;

  cvr_experiment_summary (result);
  again = cvr_experiment_to_json (result);
  g_assert_nonnull (again);

  return 0;
}
