/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as the points of a learning-rate test that a project has kept. */
#include "cvr-finder.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrLrFinder) finder = cvr_lr_finder_new (workers);
  g_autofree char *sentence = NULL;
  g_autofree char *kept = NULL;

  g_assert_true (cvr_lr_finder_from_json (finder, text, &error) == (error == NULL));
  sentence = cvr_lr_finder_dup_sentence (finder);
  g_assert_nonnull (sentence);
  kept = cvr_lr_finder_to_json (finder);

  return 0;
}
