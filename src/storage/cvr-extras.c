/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a picture besides its label: boxes, tags, a note. */
#include "cvr-dataset.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* The counter stands before what the header shows. */
typedef struct
{
  CvrExtras       shown;
  gatomicrefcount ref_count;
} Counted;

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char **
sort_tags (const char *const *tags)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GStrvBuilder *unique = g_strv_builder_new ();
  char **result;

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    if (tags[i][0] != '\0')
      g_ptr_array_add (sorted, (gpointer) tags[i]);
  g_ptr_array_sort (sorted, compare_texts);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || !g_str_equal (sorted->pdata[i], sorted->pdata[i - 1]))
      g_strv_builder_add (unique, sorted->pdata[i]);
  result = g_strv_builder_end (unique);
  g_strv_builder_unref (unique);

  return result;
}

/**
 * cvr_extras_new:
 * @boxes: (array length=n_boxes) (nullable)
 * @tags: (array zero-terminated=1) (nullable)
 * @note: (nullable): an empty one is none
 *
 * Returns: (transfer full) (nullable): %NULL where there is nothing to say.
 */
CvrExtras *
cvr_extras_new (const CvrBox      *boxes,
                guint              n_boxes,
                const char *const *tags,
                const char        *note)
{
  g_auto (GStrv) sorted = sort_tags (tags);
  Counted *self;

  if (note != NULL && *note == '\0')
    note = NULL;
  if (n_boxes == 0 && sorted[0] == NULL && note == NULL)
    return NULL;

  self = g_new0 (Counted, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->shown.boxes = n_boxes > 0 ? g_memdup2 (boxes, n_boxes * sizeof *boxes) : NULL;
  self->shown.n_boxes = n_boxes;
  self->shown.tags = g_steal_pointer (&sorted);
  self->shown.note = g_strdup (note);

  return &self->shown;
}

CvrExtras *
cvr_extras_ref (CvrExtras *self)
{
  if (self != NULL)
    g_atomic_ref_count_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_extras_unref (CvrExtras *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&((Counted *) self)->ref_count))
    return;

  g_free (self->boxes);
  g_strfreev (self->tags);
  g_free (self->note);
  g_free (self);
}

static gboolean
boxes_equal (const CvrBox *a,
             const CvrBox *b)
{
  return a->label == b->label && memcmp (&a->x, &b->x, sizeof a->x) == 0 &&
         memcmp (&a->y, &b->y, sizeof a->y) == 0 &&
         memcmp (&a->width, &b->width, sizeof a->width) == 0 &&
         memcmp (&a->height, &b->height, sizeof a->height) == 0;
}

gboolean
cvr_extras_equal (const CvrExtras *a,
                  const CvrExtras *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->n_boxes != b->n_boxes || g_strcmp0 (a->note, b->note) != 0 ||
      !g_strv_equal ((const char *const *) a->tags, (const char *const *) b->tags))
    return FALSE;

  for (guint i = 0; i < a->n_boxes; i++)
    if (!boxes_equal (&a->boxes[i], &b->boxes[i]))
      return FALSE;

  return TRUE;
}

gboolean
cvr_extras_has_tag (const CvrExtras *self,
                    const char      *tag)
{
  return self != NULL && g_strv_contains ((const char *const *) self->tags, tag);
}

static void
add_box (JsonArray    *boxes,
         const CvrBox *box)
{
  JsonArray *array = json_array_sized_new (5);

  json_array_add_int_element (array, box->label);
  json_array_add_double_element (array, box->x);
  json_array_add_double_element (array, box->y);
  json_array_add_double_element (array, box->width);
  json_array_add_double_element (array, box->height);
  json_array_add_array_element (boxes, array);
}

/* Returns: (transfer full) */
char *
cvr_extras_to_json (const CvrExtras *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  if (self != NULL && self->n_boxes > 0)
    {
      JsonArray *boxes = json_array_sized_new (self->n_boxes);

      for (guint i = 0; i < self->n_boxes; i++)
        add_box (boxes, &self->boxes[i]);
      json_object_set_array_member (object, "boxes", boxes);
    }
  if (self != NULL && self->tags[0] != NULL)
    {
      JsonArray *tags = json_array_new ();

      for (guint i = 0; self->tags[i] != NULL; i++)
        json_array_add_string_element (tags, self->tags[i]);
      json_object_set_array_member (object, "tags", tags);
    }
  if (self != NULL && self->note != NULL)
    json_object_set_string_member (object, "note", self->note);
  json_object_unref (object);

  return json_to_string (node, FALSE);
}

static gboolean
broken (GError **error)
{
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                       _("What is kept of a picture's boxes and tags is broken."));
  return FALSE;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && (json_node_get_value_type (node) == G_TYPE_INT64 ||
                                          json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

static gboolean
read_box (JsonNode *node,
          CvrBox   *box)
{
  double *const values[] = { &box->x, &box->y, &box->width, &box->height };
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gint64 label;

  if (array == NULL || json_array_get_length (array) != 5)
    return FALSE;
  for (guint i = 0; i < 5; i++)
    if (!is_number (json_array_get_element (array, i)))
      return FALSE;

  label = json_array_get_int_element (array, 0);
  if (label < CVR_LABEL_NONE || label > G_MAXINT)
    return FALSE;
  box->label = (gint) label;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      *values[i] = json_array_get_double_element (array, i + 1);
      if (!isfinite (*values[i]))
        return FALSE;
    }

  return TRUE;
}

static JsonArray *
member_array (JsonObject *object,
              const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
read_object (JsonObject *object,
             CvrExtras **extras,
             GError    **error)
{
  JsonArray *boxes = member_array (object, "boxes"), *tags = member_array (object, "tags");
  guint n_boxes = boxes != NULL ? json_array_get_length (boxes) : 0;
  guint n_tags = tags != NULL ? json_array_get_length (tags) : 0;
  g_autofree CvrBox *read = g_new0 (CvrBox, MAX (n_boxes, 1));
  g_autofree const char **words = g_new0 (const char *, n_tags + 1);
  JsonNode *note = json_object_get_member (object, "note");

  for (guint i = 0; i < n_boxes; i++)
    if (!read_box (json_array_get_element (boxes, i), &read[i]))
      return broken (error);
  for (guint i = 0; i < n_tags; i++)
    {
      JsonNode *node = json_array_get_element (tags, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return broken (error);
      words[i] = json_node_get_string (node);
    }
  if (note != NULL &&
      (!JSON_NODE_HOLDS_VALUE (note) || json_node_get_value_type (note) != G_TYPE_STRING))
    return broken (error);

  *extras = cvr_extras_new (read, n_boxes, words, note != NULL ? json_node_get_string (note) : NULL);

  return TRUE;
}

/**
 * cvr_extras_from_json:
 * @extras: (out) (transfer full) (nullable)
 *
 * Errors: %CVR_STORAGE_ERROR_FORMAT.
 */
gboolean
cvr_extras_from_json (const char *json,
                      CvrExtras **extras,
                      GError    **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!json_parser_load_from_data (parser, json, -1, NULL))
    return broken (error);
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return broken (error);

  return read_object (json_node_get_object (root), extras, error);
}
