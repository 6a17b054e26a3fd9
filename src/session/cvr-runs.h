/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of many pictures in JSON, as runs in one text: "3-60002,60010" and "5x7,-1" are short,
 * and are read in a millisecond where lists of numbers take a tenth of a second. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Writing: see cvr_json_add_string(). Empty ones are left out. */
void     cvr_runs_add_ids    (GString *json, const char *key, GArray *ids);    /* of guint64 */
void     cvr_runs_add_values (GString *json, const char *key, GArray *values); /* of gint */
/* Reading: appends to the array. A missing member is an empty one; plain lists of numbers are read
 * too. Ids are larger than 0, values at least −1; ten million of them at most. Errors:
 * CVR_STORAGE_ERROR_FORMAT. */
gboolean cvr_runs_get_ids    (JsonObject *object, const char *key, GArray *ids, GError **error);
gboolean cvr_runs_get_values (JsonObject *object, const char *key, GArray *values, GError **error);

G_END_DECLS
