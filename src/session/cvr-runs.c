/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of many pictures in JSON, as runs in one text. */
#include "cvr-runs.h"

#include "cvr-dataset.h"
#include "cvr-json.h"

#include <glib/gi18n-lib.h>

enum { MOST = 10000000 }; /* of one list: more are not believed */

/* Neighbours that count upwards become one run. */
void
cvr_runs_add_ids (GString    *json,
                  const char *key,
                  GArray     *ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ids->len;)
    {
      guint64 first = g_array_index (ids, guint64, i);
      guint n = 1;

      while (i + n < ids->len && g_array_index (ids, guint64, i + n) == first + n)
        n++;
      g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? "," : "", first);
      if (n > 1)
        g_string_append_printf (text, "-%" G_GUINT64_FORMAT, first + n - 1);
      i += n;
    }

  if (ids->len > 0)
    cvr_json_add_string (json, key, text->str);
}

/* Neighbours that are equal become one run. */
void
cvr_runs_add_values (GString    *json,
                     const char *key,
                     GArray     *values)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < values->len;)
    {
      gint value = g_array_index (values, gint, i);
      guint n = 1;

      while (i + n < values->len && g_array_index (values, gint, i + n) == value)
        n++;
      g_string_append_printf (text, "%s%d", i > 0 ? "," : "", value);
      if (n > 1)
        g_string_append_printf (text, "x%u", n);
      i += n;
    }

  if (values->len > 0)
    cvr_json_add_string (json, key, text->str);
}

static gboolean
broken (const char *key,
        GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("The numbers of “%s” are broken."), key);
  return FALSE;
}

/* Goes behind a comma, or to the end. */
static gboolean
next_run (const char **text)
{
  if (**text == ',')
    return *++*text != '\0';

  return **text == '\0';
}

/* (nullable): the list of numbers that stands where a text could. */
static JsonArray *
plain_list (JsonObject *object,
            const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* Numbers of at least @least into @wide. */
static gboolean
read_list (JsonArray  *list,
           gint64      least,
           GArray     *wide,
           const char *key,
           GError    **error)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      gint64 value = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : G_MININT64;

      if (value < least)
        return broken (key, error);
      g_array_append_val (wide, value);
    }

  return TRUE;
}

gboolean
cvr_runs_get_ids (JsonObject *object,
                  const char *key,
                  GArray     *ids,
                  GError    **error)
{
  JsonArray *list = plain_list (object, key);
  const char *text = NULL;

  if (list != NULL)
    return read_list (list, 1, ids, key, error);
  if (!cvr_json_get_string (object, key, &text, error))
    return FALSE;

  while (text != NULL && *text != '\0')
    {
      char *end;
      guint64 first = g_ascii_strtoull (text, &end, 10), last = first;

      if (end == text || first == 0)
        return broken (key, error);
      if (*end == '-')
        last = g_ascii_strtoull (text = end + 1, &end, 10);
      if (end == text || last < first || last - first >= MOST - ids->len || last == G_MAXUINT64)
        return broken (key, error);
      for (guint64 id = first; id <= last; id++)
        g_array_append_val (ids, id);
      text = end;
      if (!next_run (&text))
        return broken (key, error);
    }

  return TRUE;
}

static gboolean
narrow_list (JsonArray  *list,
             GArray     *values,
             const char *key,
             GError    **error)
{
  g_autoptr (GArray) wide = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!read_list (list, -1, wide, key, error))
    return FALSE;

  for (guint i = 0; i < wide->len; i++)
    {
      gint value = (gint) MIN (g_array_index (wide, gint64, i), G_MAXINT);

      g_array_append_val (values, value);
    }

  return TRUE;
}

gboolean
cvr_runs_get_values (JsonObject *object,
                     const char *key,
                     GArray     *values,
                     GError    **error)
{
  JsonArray *list = plain_list (object, key);
  const char *text = NULL;

  if (list != NULL)
    return narrow_list (list, values, key, error);
  if (!cvr_json_get_string (object, key, &text, error))
    return FALSE;

  while (text != NULL && *text != '\0')
    {
      char *end;
      gint64 wide = g_ascii_strtoll (text, &end, 10);
      gint value = (gint) CLAMP (wide, G_MININT, G_MAXINT);
      guint64 n = 1;

      if (end == text || wide != value || value < -1)
        return broken (key, error);
      if (*end == 'x')
        n = g_ascii_strtoull (text = end + 1, &end, 10);
      if (end == text || n == 0 || n > MOST - values->len)
        return broken (key, error);
      for (guint64 i = 0; i < n; i++)
        g_array_append_val (values, value);
      text = end;
      if (!next_run (&text))
        return broken (key, error);
    }

  return TRUE;
}
