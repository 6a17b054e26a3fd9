/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small helpers for the JSON that the session keeps: numbers that read well and
 * come back exactly. */
#include "cvr-json.h"

#include "cvr-dataset.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

/* Above this a double no longer holds every integer, so larger ones travel as strings. */
static const guint64 largest_exact = G_GUINT64_CONSTANT (1) << 53;

static void
add_key (GString    *json,
         const char *key)
{
  char last = json->len > 0 ? json->str[json->len - 1] : '{';

  if (last != '{' && last != '[')
    g_string_append_c (json, ',');

  if (key != NULL)
    g_string_append_printf (json, "\"%s\":", key);
}

static void
add_quoted (GString    *json,
            const char *value)
{
  g_string_append_c (json, '"');
  for (const guchar *c = (const guchar *) value; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (json, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f)
      g_string_append_printf (json, "\\u%04x", *c);
    else
      g_string_append_c (json, (char) *c);
  g_string_append_c (json, '"');
}

/**
 * cvr_json_add_string:
 * @value: (nullable): UTF-8; what is not valid in it is replaced
 */
void
cvr_json_add_string (GString    *json,
                     const char *key,
                     const char *value)
{
  g_autofree char *valid = NULL;

  add_key (json, key);
  if (value == NULL)
    {
      g_string_append (json, "null");
      return;
    }

  valid = g_utf8_make_valid (value, -1);
  add_quoted (json, valid);
}

void
cvr_json_add_int (GString    *json,
                  const char *key,
                  gint64      value)
{
  add_key (json, key);
  g_string_append_printf (json, "%" G_GINT64_FORMAT, value);
}

void
cvr_json_add_uint (GString    *json,
                   const char *key,
                   guint64     value)
{
  const char *quote = value > largest_exact ? "\"" : "";

  add_key (json, key);
  g_string_append_printf (json, "%s%" G_GUINT64_FORMAT "%s", quote, value, quote);
}

void
cvr_json_add_bool (GString    *json,
                   const char *key,
                   gboolean    value)
{
  add_key (json, key);
  g_string_append (json, value ? "true" : "false");
}

/**
 * cvr_json_add_float:
 *
 * The shortest decimal that reads back as the same float; null where it is not finite.
 */
void
cvr_json_add_float (GString    *json,
                    const char *key,
                    float       value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "null";

  add_key (json, key);
  for (guint digits = 6; isfinite (value) && digits <= 9; digits++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%ug", digits);

      g_ascii_formatd (text, sizeof text, format, (double) value);
      if ((float) g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (json, text);
}

/**
 * cvr_json_add_double:
 *
 * The shortest decimal that reads back as the same double; null where it is not finite.
 */
void
cvr_json_add_double (GString    *json,
                     const char *key,
                     double      value)
{
  static const char *const formats[] = { "%.6g", "%.9g", "%.12g", "%.15g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "null";

  add_key (json, key);
  for (guint i = 0; isfinite (value) && i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, sizeof text, formats[i], value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (json, text);
}

/**
 * cvr_json_add_open:
 * @bracket: "{" or "["; the caller appends the closing one
 */
void
cvr_json_add_open (GString    *json,
                   const char *key,
                   char        bracket)
{
  add_key (json, key);
  g_string_append_c (json, bracket);
}

/**
 * cvr_json_parse_object:
 * @what: for the message, untranslated: "settings"
 *
 * Returns: (transfer full): the object that @text is. Errors: CVR_STORAGE_ERROR_FORMAT.
 */
JsonObject *
cvr_json_parse_object (const char *text,
                       const char *what,
                       GError    **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  JsonNode *root;

  g_return_val_if_fail (text != NULL, NULL);

  if (!json_parser_load_from_data (parser, text, -1, &reason))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("The text kept as “%s” isn't JSON: %s"), what, reason->message);
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("The text kept as “%s” isn't a JSON object."), what);
      return NULL;
    }

  return json_object_ref (json_node_get_object (root));
}

/* The member when it is there and not null. */
static JsonNode *
find (JsonObject *object,
      const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
refuse (const char *key,
        const char *wanted,
        GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("“%s” should be %s."), key, wanted);
  return FALSE;
}

static gboolean
is_number (JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  return JSON_NODE_HOLDS_VALUE (node) && (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE);
}

gboolean
cvr_json_get_double (JsonObject *object,
                     const char *key,
                     double     *value,
                     GError    **error)
{
  JsonNode *node = find (object, key);

  if (node == NULL)
    return TRUE;
  if (!is_number (node) || !isfinite (json_node_get_double (node)))
    return refuse (key, _("a number"), error);

  *value = json_node_get_double (node);
  return TRUE;
}

gboolean
cvr_json_get_float (JsonObject *object,
                    const char *key,
                    float      *value,
                    GError    **error)
{
  double wide = (double) *value;

  if (!cvr_json_get_double (object, key, &wide, error))
    return FALSE;
  if (!isfinite ((float) wide))
    return refuse (key, _("a number"), error);

  *value = (float) wide;
  return TRUE;
}

/* A whole number from 0, or a string of digits (numbers that a double can't hold). */
gboolean
cvr_json_get_uint64 (JsonObject *object,
                     const char *key,
                     guint64    *value,
                     GError    **error)
{
  JsonNode *node = find (object, key);

  if (node == NULL)
    return TRUE;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      if (g_ascii_string_to_unsigned (json_node_get_string (node), 10, 0, G_MAXUINT64, value, NULL))
        return TRUE;
    }
  else if (is_number (node) && json_node_get_value_type (node) == G_TYPE_INT64 &&
           json_node_get_int (node) >= 0)
    {
      *value = (guint64) json_node_get_int (node);
      return TRUE;
    }

  return refuse (key, _("a whole number from 0"), error);
}

gboolean
cvr_json_get_uint (JsonObject *object,
                   const char *key,
                   guint      *value,
                   GError    **error)
{
  guint64 wide = *value;

  if (!cvr_json_get_uint64 (object, key, &wide, error))
    return FALSE;
  if (wide > G_MAXUINT32)
    return refuse (key, _("a whole number from 0 to 4,294,967,295"), error);

  *value = (guint) wide;
  return TRUE;
}

gboolean
cvr_json_get_bool (JsonObject *object,
                   const char *key,
                   gboolean   *value,
                   GError    **error)
{
  JsonNode *node = find (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse (key, _("true or false"), error);

  *value = json_node_get_boolean (node);
  return TRUE;
}

/* @value is borrowed from @object. */
gboolean
cvr_json_get_string (JsonObject  *object,
                     const char  *key,
                     const char **value,
                     GError     **error)
{
  JsonNode *node = find (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (key, _("a text"), error);

  *value = json_node_get_string (node);
  return TRUE;
}

gint
cvr_json_find_name (const char *const *names,
                    guint              n,
                    const char        *name)
{
  for (guint i = 0; name != NULL && i < n; i++)
    if (g_str_equal (names[i], name))
      return (gint) i;

  return -1;
}

/* @value is borrowed from @object. */
gboolean
cvr_json_get_array (JsonObject  *object,
                    const char  *key,
                    JsonArray  **value,
                    GError     **error)
{
  JsonNode *node = find (object, key);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (key, _("a list"), error);

  *value = json_node_get_array (node);
  return TRUE;
}
