/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small helpers for the JSON that the session keeps: numbers that read well and
 * come back exactly. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Writing: append members to @json, which begins with "{" or "["; commas come by themselves. @key
 * is NULL inside an array. */
void     cvr_json_add_string (GString *json, const char *key, const char *value);
void     cvr_json_add_int    (GString *json, const char *key, gint64 value);
void     cvr_json_add_uint   (GString *json, const char *key, guint64 value);
void     cvr_json_add_bool   (GString *json, const char *key, gboolean value);
void     cvr_json_add_float  (GString *json, const char *key, float value);
void     cvr_json_add_double (GString *json, const char *key, double value);
void     cvr_json_add_open   (GString *json, const char *key, char bracket);

/* Reading: a member that is missing (or null) leaves @value alone; one of the wrong kind is an
 * error that names it. */
JsonObject *cvr_json_parse_object (const char *text, const char *what,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cvr_json_get_double (JsonObject *object, const char *key, double *value, GError **error);
gboolean cvr_json_get_float  (JsonObject *object, const char *key, float *value, GError **error);
gboolean cvr_json_get_uint   (JsonObject *object, const char *key, guint *value, GError **error);
gboolean cvr_json_get_uint64 (JsonObject *object, const char *key, guint64 *value, GError **error);
gboolean cvr_json_get_bool   (JsonObject *object, const char *key, gboolean *value, GError **error);
gboolean cvr_json_get_string (JsonObject *object, const char *key, const char **value,
                              GError **error);
gboolean cvr_json_get_array  (JsonObject *object, const char *key, JsonArray **value,
                              GError **error);
/* Place of @name (nullable) among @n names; −1: none of them. */
gint     cvr_json_find_name  (const char *const *names, guint n, const char *name);

G_END_DECLS
