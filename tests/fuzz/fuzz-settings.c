/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as the settings that a project or a model has kept. */
#include "cvr-settings.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  CvrSettings settings = cvr_settings_default ();
  CvrSettings again = cvr_settings_default ();
  g_autofree char *kept = NULL;

  if (!cvr_settings_from_json (&settings, text, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }

  kept = cvr_settings_to_json (&settings);
  g_assert_true (cvr_settings_from_json (&again, kept, NULL));
  g_assert_true (cvr_settings_equal (&settings, &again));

  return 0;
}
