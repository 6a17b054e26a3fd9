/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as an action on the undo stack. */
#include "cvr-action.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrAction) action = cvr_action_from_json (text, &error);
  g_autofree char *kept = NULL;
  g_autofree char *name = NULL;

  g_assert_true ((action == NULL) == (error != NULL));
  if (action == NULL)
    return 0;

  name = cvr_action_dup_name (action);
  kept = cvr_action_to_json (action);
  g_assert_nonnull (kept);

  return 0;
}
