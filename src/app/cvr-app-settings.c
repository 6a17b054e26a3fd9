/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window remembers between two starts. */
#include "cvr-app-settings.h"

#include "config.h"

/**
 * cvr_app_settings_new:
 *
 * GSettings ends the program when a schema is missing, so it is looked up first: a build tree has
 * none.
 *
 * Returns: (transfer full) (nullable): the settings
 */
GSettings *
cvr_app_settings_new (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, CVR_APP_ID, TRUE);
  if (schema == NULL)
    return NULL;

  return g_settings_new_full (schema, NULL, NULL);
}
