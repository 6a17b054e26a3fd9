/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as what a project has kept of how its network was trained. */
#include "cvr-project-private.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrTrained) trained = cvr_trained_from_json (text, &error);
  g_autofree char *kept = NULL;

  g_assert_true ((trained == NULL) == (error != NULL));
  if (trained == NULL)
    return 0;

  kept = cvr_trained_to_json (trained);
  g_assert_nonnull (kept);

  return 0;
}
