/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as what the notebook has kept of a training. */
#include "cvr-run-card-private.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autofree char *settings = g_strdup ("{}");
  CvrKeptRun row = { .id = 1, .name = (char *) "", .note = (char *) "", .settings = settings,
                     .report = text };
  g_autoptr (CvrRunCard) card = cvr_run_card_from_row (&row);
  CvrKeptRun *kept;

  if (card == NULL)
    return 0;

  kept = cvr_run_card_to_row (card);
  g_assert_nonnull (kept->report);
  cvr_kept_run_free (kept);

  return 0;
}
