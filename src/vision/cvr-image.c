/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in memory: making, counting, comparing, and grey from colour. */
#include "cvr-image.h"

#include "cvr-size.h"

#include <string.h>

G_DEFINE_QUARK (cvr-vision-error-quark, cvr_vision_error)

/**
 * cvr_image_new:
 * @width: 1 … %CVR_IMAGE_MAX_SIDE pixels
 * @height: 1 … %CVR_IMAGE_MAX_SIDE pixels
 * @channels: 1 (grey) or 3 (RGB)
 *
 * Returns: (transfer full) (nullable): a black picture; %NULL when a side is out of range or there
 * is not enough memory. Any thread.
 */
CvrImage *
cvr_image_new (guint width,
               guint height,
               guint channels)
{
  CvrImage *self;
  guint8   *data;
  gsize     n_bytes;

  g_return_val_if_fail (channels == 1 || channels == 3, NULL);

  if (width == 0 || height == 0 || width > CVR_IMAGE_MAX_SIDE || height > CVR_IMAGE_MAX_SIDE ||
      !cvr_size_product (&n_bytes, width, height, channels, 1))
    return NULL;

  data = g_try_malloc0 (n_bytes);
  if (data == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (CvrImage);
  self->width = width;
  self->height = height;
  self->channels = channels;
  self->data = data;

  return self;
}

/**
 * cvr_image_ref:
 *
 * Returns: (transfer full): @self. Any thread.
 */
CvrImage *
cvr_image_ref (CvrImage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
free_data (gpointer data)
{
  g_free (((CvrImage *) data)->data);
}

/**
 * cvr_image_unref:
 * @self: (nullable): nothing happens for %NULL
 *
 * Any thread.
 */
void
cvr_image_unref (CvrImage *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, free_data);
}

/**
 * cvr_image_n_bytes:
 *
 * Returns: width × height × channels, which cvr_image_new() has checked.
 */
gsize
cvr_image_n_bytes (const CvrImage *self)
{
  return (gsize) self->width * self->height * self->channels;
}

/* Luma of ITU-R BT.601, in thousandths, rounded to nearest. */
static guint8
luma (const guint8 *rgb)
{
  return (guint8) ((299u * rgb[0] + 587u * rgb[1] + 114u * rgb[2] + 500u) / 1000u);
}

/**
 * cvr_image_convert:
 * @channels: 1 or 3
 *
 * Grey is the luma of ITU-R BT.601; RGB from grey repeats the value. @damaged is kept.
 *
 * Returns: (transfer full) (nullable): a new reference to @self when it already has @channels, else
 * a new picture; %NULL when there is not enough memory. Any thread.
 */
CvrImage *
cvr_image_convert (CvrImage *self,
                   guint     channels)
{
  CvrImage *converted;
  gsize     n_pixels = (gsize) self->width * self->height;

  if (self->channels == channels)
    return cvr_image_ref (self);

  converted = cvr_image_new (self->width, self->height, channels);
  if (converted == NULL)
    return NULL;

  converted->damaged = self->damaged;
  if (channels == 1)
    for (gsize i = 0; i < n_pixels; i++)
      converted->data[i] = luma (self->data + 3 * i);
  else
    for (gsize i = 0; i < n_pixels; i++)
      memset (converted->data + 3 * i, self->data[i], 3);

  return converted;
}

/**
 * cvr_image_equal:
 *
 * Returns: whether both show the same pixels; @damaged is no pixel.
 */
gboolean
cvr_image_equal (const CvrImage *a,
                 const CvrImage *b)
{
  return a->width == b->width && a->height == b->height && a->channels == b->channels &&
         memcmp (a->data, b->data, cvr_image_n_bytes (a)) == 0;
}
