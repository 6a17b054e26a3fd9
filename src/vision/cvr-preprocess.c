/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a picture to what a network takes, and back, and as JSON for the model file. */
#include "cvr-preprocess.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* No network of the kinds built here takes more; a model file that asks for more is broken. */
enum { MAX_INPUT_SIDE = 4096 };

static const char *const resize_names[] = { "fit", "fill", "stretch" };
static const char *const scale_names[] = { "unit", "standardise" };

G_STATIC_ASSERT (G_N_ELEMENTS (resize_names) == CVR_RESIZE_STRETCH + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (scale_names) == CVR_SCALE_STANDARDISE + 1);

static int
find_name (const char *const *names,
           guint              n_names,
           const char        *name)
{
  for (guint i = 0; i < n_names; i++)
    if (g_strcmp0 (names[i], name) == 0)
      return (int) i;

  return -1;
}

/**
 * cvr_preprocess_default:
 *
 * Returns: fit, values 0 … 1.
 */
CvrPreprocess
cvr_preprocess_default (guint width,
                        guint height,
                        guint channels)
{
  return (CvrPreprocess) {
    .width = width,
    .height = height,
    .channels = channels,
    .resize = CVR_RESIZE_FIT,
    .scale = CVR_SCALE_UNIT,
    .mean = { 0, 0, 0 },
    .deviation = { 1, 1, 1 },
  };
}

static gboolean
check_scaling (const CvrPreprocess *self,
               GError             **error)
{
  for (guint c = 0; c < self->channels; c++)
    {
      double mean = self->mean[c];
      double deviation = self->deviation[c];

      if (!isfinite (mean) || !isfinite (deviation) || deviation <= 0 ||
          (self->scale == CVR_SCALE_UNIT && (mean != 0 || deviation != 1)))
        {
          g_set_error (
              error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
              _ ("Channel %u can't be scaled with mean %g and deviation %g: both must be "
                 "finite, the deviation above 0, and 0 and 1 when nothing is standardised."),
              c + 1, mean, deviation);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * cvr_preprocess_check:
 *
 * Returns: whether the other functions can work with @self.
 */
gboolean
cvr_preprocess_check (const CvrPreprocess *self,
                      GError             **error)
{
  if (self->width < 1 || self->height < 1 || self->width > MAX_INPUT_SIDE ||
      self->height > MAX_INPUT_SIDE)
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                   _("A network's input can't be %u × %u pixels: each side must be 1 to %d."),
                   self->width, self->height, MAX_INPUT_SIDE);
      return FALSE;
    }
  if (self->channels != 1 && self->channels != 3)
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                   _("A network's input can't have %u channels: use 1 (grey) or 3 (colour)."),
                   self->channels);
      return FALSE;
    }
  if ((guint) self->resize > CVR_RESIZE_STRETCH || (guint) self->scale > CVR_SCALE_STANDARDISE)
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                   _("There is no resizing number %u with scaling number %u."),
                   (guint) self->resize, (guint) self->scale);
      return FALSE;
    }

  return check_scaling (self, error);
}

/* The mean colour of the outermost rows and columns, each pixel once. */
static void
border_mean (const CvrImage *image,
             guint8          mean[3])
{
  guint64 sum[3] = { 0 };
  guint64 n = 0;

  for (guint y = 0; y < image->height; y++)
    {
      gboolean edge_row = y == 0 || y == image->height - 1;
      guint    step = edge_row || image->width == 1 ? 1 : image->width - 1;

      for (guint x = 0; x < image->width; x += step, n++)
        for (guint c = 0; c < image->channels; c++)
          sum[c] += image->data[((gsize) y * image->width + x) * image->channels + c];
    }

  for (guint c = 0; c < image->channels; c++)
    mean[c] = (guint8) ((sum[c] + n / 2) / n);
}

/* @a × @b / @divisor to the nearest whole number, at least 1. */
static guint
scaled (guint64 a,
        guint64 b,
        guint64 divisor)
{
  return (guint) MAX ((a * b + divisor / 2) / divisor, 1);
}

/* The size that a whole picture has within the network's input. */
static void
fit_size (const CvrPreprocess *self,
          guint                picture_width,
          guint                picture_height,
          guint               *width,
          guint               *height)
{
  *width = self->width;
  *height = self->height;
  if ((guint64) picture_width * self->height > (guint64) picture_height * self->width)
    *height = MIN (scaled (picture_height, self->width, picture_width), self->height);
  else
    *width = MIN (scaled (picture_width, self->height, picture_height), self->width);
}

/* The size of the part of a picture that fills the network's input. */
static void
fill_size (const CvrPreprocess *self,
           guint                picture_width,
           guint                picture_height,
           guint               *width,
           guint               *height)
{
  *width = picture_width;
  *height = picture_height;
  if ((guint64) picture_width * self->height > (guint64) picture_height * self->width)
    *width = MIN (scaled (picture_height, self->width, self->height), picture_width);
  else
    *height = MIN (scaled (picture_width, self->height, self->width), picture_height);
}

/**
 * cvr_preprocess_window:
 * @window: (out): left, top, width, height
 *
 * Any thread.
 */
void
cvr_preprocess_window (const CvrPreprocess *self,
                       guint                width,
                       guint                height,
                       double               window[4])
{
  guint w, h;

  g_return_if_fail (width > 0 && height > 0);

  window[0] = window[1] = 0;
  window[2] = window[3] = 1;
  if (self->resize == CVR_RESIZE_FIT)
    {
      fit_size (self, width, height, &w, &h);
      window[0] = -(double) ((self->width - w) / 2) / w;
      window[1] = -(double) ((self->height - h) / 2) / h;
      window[2] = (double) self->width / w;
      window[3] = (double) self->height / h;
    }
  else if (self->resize == CVR_RESIZE_FILL)
    {
      fill_size (self, width, height, &w, &h);
      window[0] = (double) ((width - w) / 2) / width;
      window[1] = (double) ((height - h) / 2) / height;
      window[2] = (double) w / width;
      window[3] = (double) h / height;
    }
}

static CvrImage *
fit (const CvrPreprocess *self,
     CvrImage            *image)
{
  g_autoptr (CvrImage) inner = NULL;
  CvrImage *padded;
  guint8    mean[3];
  guint     width, height;
  guint     left, top;

  fit_size (self, image->width, image->height, &width, &height);
  inner = cvr_image_resize (image, width, height);
  if (inner == NULL || (width == self->width && height == self->height))
    return g_steal_pointer (&inner);

  padded = cvr_image_new (self->width, self->height, image->channels);
  if (padded == NULL)
    return NULL;

  border_mean (image, mean);
  for (gsize i = 0; i < cvr_image_n_bytes (padded); i++)
    padded->data[i] = mean[i % image->channels];

  left = (self->width - width) / 2;
  top = (self->height - height) / 2;
  for (guint y = 0; y < height; y++)
    memcpy (padded->data + ((gsize) (top + y) * self->width + left) * image->channels,
            inner->data + (gsize) y * width * image->channels, (gsize) width * image->channels);

  return padded;
}

static CvrImage *
fill (const CvrPreprocess *self,
      CvrImage            *image)
{
  g_autoptr (CvrImage) window = NULL;
  guint width, height, left, top;

  fill_size (self, image->width, image->height, &width, &height);
  if (width == image->width && height == image->height)
    return cvr_image_resize (image, self->width, self->height);

  window = cvr_image_new (width, height, image->channels);
  if (window == NULL)
    return NULL;

  left = (image->width - width) / 2;
  top = (image->height - height) / 2;
  for (guint y = 0; y < height; y++)
    memcpy (window->data + (gsize) y * width * image->channels,
            image->data + ((gsize) (top + y) * image->width + left) * image->channels,
            (gsize) width * image->channels);

  return cvr_image_resize (window, self->width, self->height);
}

static CvrImage *
resize (const CvrPreprocess *self,
        CvrImage            *image)
{
  switch (self->resize)
    {
    case CVR_RESIZE_FIT:
      return fit (self, image);
    case CVR_RESIZE_FILL:
      return fill (self, image);
    case CVR_RESIZE_STRETCH:
    default:
      return cvr_image_resize (image, self->width, self->height);
    }
}

/**
 * cvr_preprocess_pixels:
 * @self: checked
 *
 * Returns: (transfer full) (nullable): [H, W, C] bytes at the network's size and channels (@image
 * itself when nothing is to be done); %NULL when there is not enough memory. Any thread.
 */
CvrImage *
cvr_preprocess_pixels (const CvrPreprocess *self,
                       CvrImage            *image)
{
  g_autoptr (CvrImage) fewest = cvr_image_convert (image, MIN (image->channels, self->channels));
  g_autoptr (CvrImage) resized = NULL;

  if (fewest == NULL)
    return NULL;

  /* Grey is resized as grey and repeated afterwards: a third of the work. */
  resized = resize (self, fewest);

  return resized != NULL ? cvr_image_convert (resized, self->channels) : NULL;
}

/**
 * cvr_preprocess_floats:
 * @pixels: at the network's size and channels
 * @x: (out) (array): [C, H, W]
 *
 * Any thread.
 */
void
cvr_preprocess_floats (const CvrPreprocess *self,
                       const CvrImage      *pixels,
                       float               *x)
{
  const gsize n_pixels = (gsize) self->width * self->height;

  g_return_if_fail (pixels->width == self->width && pixels->height == self->height &&
                    pixels->channels == self->channels);

  for (guint c = 0; c < self->channels; c++)
    {
      const guint8 *from = pixels->data + c;
      float        *to = x + c * n_pixels;
      float         table[256];

      for (guint v = 0; v < G_N_ELEMENTS (table); v++)
        table[v] = ((float) v / 255.0f - self->mean[c]) / self->deviation[c];

      for (gsize i = 0; i < n_pixels; i++)
        to[i] = table[from[i * self->channels]];
    }
}

/**
 * cvr_preprocess_invert:
 * @x: (array): [C, H, W]
 *
 * Undoes cvr_preprocess_floats(); what falls outside 0 … 255 is clamped, what is no number is 0.
 *
 * Returns: (transfer full) (nullable): the picture; %NULL when there is not enough memory. Any
 * thread.
 */
CvrImage *
cvr_preprocess_invert (const CvrPreprocess *self,
                       const float         *x)
{
  const gsize n_pixels = (gsize) self->width * self->height;
  CvrImage   *image = cvr_image_new (self->width, self->height, self->channels);

  if (image == NULL)
    return NULL;

  for (guint c = 0; c < self->channels; c++)
    for (gsize i = 0; i < n_pixels; i++)
      {
        float v = (x[c * n_pixels + i] * self->deviation[c] + self->mean[c]) * 255.0f;

        image->data[i * self->channels + c] = isnan (v) ? 0 : (guint8) (CLAMP (v, 0, 255) + 0.5f);
      }

  return image;
}

static void
add_floats (JsonBuilder *builder,
            const char  *name,
            const float *values,
            guint        n_values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < n_values; i++)
    json_builder_add_double_value (builder, values[i]);
  json_builder_end_array (builder);
}

/**
 * cvr_preprocess_to_json:
 *
 * Returns: (transfer full): {"width", "height", "channels", "resize", "scale", "mean",
 * "deviation"}, the last two with one number a channel.
 */
JsonNode *
cvr_preprocess_to_json (const CvrPreprocess *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "width");
  json_builder_add_int_value (builder, self->width);
  json_builder_set_member_name (builder, "height");
  json_builder_add_int_value (builder, self->height);
  json_builder_set_member_name (builder, "channels");
  json_builder_add_int_value (builder, self->channels);
  json_builder_set_member_name (builder, "resize");
  json_builder_add_string_value (builder, resize_names[self->resize]);
  json_builder_set_member_name (builder, "scale");
  json_builder_add_string_value (builder, scale_names[self->scale]);
  add_floats (builder, "mean", self->mean, self->channels);
  add_floats (builder, "deviation", self->deviation, self->channels);
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

static gboolean
refuse_member (const char *name,
               GError    **error)
{
  g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
               _("The description of the network's input has no usable “%s”."), name);
  return FALSE;
}

/* A value of @object that is a plain value of @type (whole numbers serve as fractions), or NULL. */
static JsonNode *
plain_value (JsonObject *object,
             const char *name,
             GType       type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

static gboolean
read_count (JsonObject *object,
            const char *name,
            guint      *value,
            GError    **error)
{
  JsonNode *node = plain_value (object, name, G_TYPE_INT64);
  gint64    number = node != NULL ? json_node_get_int (node) : -1;

  if (number < 1 || number > MAX_INPUT_SIDE)
    return refuse_member (name, error);

  *value = (guint) number;
  return TRUE;
}

static gboolean
read_choice (JsonObject        *object,
             const char        *name,
             const char *const *names,
             guint              n_names,
             guint             *value,
             GError           **error)
{
  JsonNode *node = plain_value (object, name, G_TYPE_STRING);
  int       found = node != NULL ? find_name (names, n_names, json_node_get_string (node)) : -1;

  if (found < 0)
    return refuse_member (name, error);

  *value = (guint) found;
  return TRUE;
}

static gboolean
read_floats (JsonObject *object,
             const char *name,
             float      *values,
             guint       n_values,
             GError    **error)
{
  JsonNode  *node = json_object_get_member (object, name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                  : NULL;

  if (array == NULL || json_array_get_length (array) != n_values)
    return refuse_member (name, error);

  for (guint i = 0; i < n_values; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      GType type = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_value_type (element)
                                                   : G_TYPE_NONE;

      if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64)
        return refuse_member (name, error);

      values[i] = (float) json_node_get_double (element);
    }

  return TRUE;
}

/**
 * cvr_preprocess_from_json:
 * @self: (out): left alone when the description is refused
 * @node: (nullable): what cvr_preprocess_to_json() made, possibly by another hand. Members that are
 *   not known are passed over; "mean" and "deviation" may be missing where nothing is standardised
 *
 * Returns: %FALSE with %CVR_VISION_ERROR_SPEC where @node is not such a description.
 */
gboolean
cvr_preprocess_from_json (CvrPreprocess *self,
                          JsonNode      *node,
                          GError       **error)
{
  CvrPreprocess read = cvr_preprocess_default (0, 0, 0);
  JsonObject   *object;
  guint         resizing, scaling;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                           _("The description of the network's input is not a JSON object."));
      return FALSE;
    }

  object = json_node_get_object (node);
  if (!read_count (object, "width", &read.width, error) ||
      !read_count (object, "height", &read.height, error) ||
      !read_count (object, "channels", &read.channels, error) ||
      !read_choice (object, "resize", resize_names, G_N_ELEMENTS (resize_names), &resizing,
                    error) ||
      !read_choice (object, "scale", scale_names, G_N_ELEMENTS (scale_names), &scaling, error))
    return FALSE;

  read.resize = (CvrResizeMode) resizing;
  read.scale = (CvrScaleMode) scaling;
  if (read.channels != 1 && read.channels != 3)
    return refuse_member ("channels", error);
  if (read.scale == CVR_SCALE_STANDARDISE || json_object_has_member (object, "mean"))
    if (!read_floats (object, "mean", read.mean, read.channels, error))
      return FALSE;
  if (read.scale == CVR_SCALE_STANDARDISE || json_object_has_member (object, "deviation"))
    if (!read_floats (object, "deviation", read.deviation, read.channels, error))
      return FALSE;
  if (!cvr_preprocess_check (&read, error))
    return FALSE;

  *self = read;
  return TRUE;
}

/**
 * cvr_resize_name:
 *
 * Returns: "fit", "fill" or "stretch".
 */
const char *
cvr_resize_name (CvrResizeMode mode)
{
  g_return_val_if_fail ((guint) mode < G_N_ELEMENTS (resize_names), NULL);

  return resize_names[mode];
}

/**
 * cvr_resize_parse:
 * @name: (nullable)
 * @mode: (out): left alone for an unknown name
 *
 * Returns: whether @name is one of cvr_resize_name()'s.
 */
gboolean
cvr_resize_parse (const char    *name,
                  CvrResizeMode *mode)
{
  int found = find_name (resize_names, G_N_ELEMENTS (resize_names), name);

  if (found < 0)
    return FALSE;

  *mode = (CvrResizeMode) found;
  return TRUE;
}
