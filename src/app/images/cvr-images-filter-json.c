/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page Images' filter as the project remembers it. */
#include "cvr-images-filter.h"

#include "cvr-json.h"

char *
cvr_images_filter_to_json (CvrImagesFilter *self)
{
  g_autoptr (GString) json = g_string_new ("{");
  const char *tag, *text;

  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), NULL);

  tag = cvr_images_filter_get_tag (self);
  text = cvr_images_filter_get_text (self);
  cvr_json_add_uint (json, "show", cvr_images_filter_get_show (self));
  cvr_json_add_uint (json, "sort", cvr_images_filter_get_sort (self));
  if (tag != NULL)
    cvr_json_add_string (json, "tag", tag);
  if (text != NULL)
    cvr_json_add_string (json, "text", text);
  g_string_append_c (json, '}');

  return g_string_free (g_steal_pointer (&json), FALSE);
}

/**
 * cvr_images_filter_from_json:
 * @json: (nullable): what cvr_images_filter_to_json() wrote, perhaps another version's
 */
void
cvr_images_filter_from_json (CvrImagesFilter *self,
                             const char      *json)
{
  g_autoptr (JsonObject) object = NULL;
  guint show = 0, sort = CVR_SORT_ARRIVAL;
  const char *tag = NULL, *text = NULL;

  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (json != NULL)
    object = cvr_json_parse_object (json, "filter", NULL);
  if (object != NULL
      && (!cvr_json_get_uint (object, "show", &show, NULL)
          || !cvr_json_get_uint (object, "sort", &sort, NULL)
          || !cvr_json_get_string (object, "tag", &tag, NULL)
          || !cvr_json_get_string (object, "text", &text, NULL)))
    return;

  cvr_images_filter_set_all (self, show, (CvrImagesSort) sort, tag, text);
}
