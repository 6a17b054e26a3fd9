/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture in memory: 8 bits a channel, grey or RGB, rows without gaps. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CVR_VISION_ERROR (cvr_vision_error_quark ())

typedef enum
{
  CVR_VISION_ERROR_FORMAT,   /* not a picture, or broken beyond use */
  CVR_VISION_ERROR_TOO_LARGE,
  CVR_VISION_ERROR_TIMEOUT,
  CVR_VISION_ERROR_HELPER,   /* the decoding helper can't be started or died */
  CVR_VISION_ERROR_SPEC,
} CvrVisionError;

GQuark cvr_vision_error_quark (void);

enum { CVR_IMAGE_MAX_SIDE = 32768 };

/**
 * CvrImage:
 *
 * @width × @height pixels of @channels (1 grey, 3 RGB) bytes, row by row. Counted; immutable once it
 * is shared (fill it right after cvr_image_new()), then any thread. @damaged: the file was truncated
 * and what is missing is grey.
 */
typedef struct
{
  guint    width, height, channels;
  gboolean damaged;
  guint8  *data;
} CvrImage;

/* Functions that return a picture return NULL where there is not enough memory for it. */
CvrImage *cvr_image_new     (guint           width,
                             guint           height,
                             guint           channels) G_GNUC_WARN_UNUSED_RESULT; /* zeros */
CvrImage *cvr_image_ref     (CvrImage       *self);
void      cvr_image_unref   (CvrImage       *self);
gsize     cvr_image_n_bytes (const CvrImage *self);
/* (transfer full). Grey from RGB with BT.601 weights, RGB from grey by repeating. A new reference
 * when nothing changes. */
CvrImage *cvr_image_convert (CvrImage       *self,
                             guint           channels) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full). Area averaging when smaller, bilinear when larger. */
CvrImage *cvr_image_resize  (CvrImage       *self,
                             guint           width,
                             guint           height) G_GNUC_WARN_UNUSED_RESULT;
/* Scaled down so that the long side is at most @max_side; a new reference when it already is. */
CvrImage *cvr_image_limit   (CvrImage       *self,
                             guint           max_side) G_GNUC_WARN_UNUSED_RESULT;
/* @orientation: EXIF's 1 … 8; turned and mirrored upright. */
CvrImage *cvr_image_orient  (CvrImage       *self,
                             guint           orientation) G_GNUC_WARN_UNUSED_RESULT;
gboolean  cvr_image_equal   (const CvrImage *a,
                             const CvrImage *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrImage, cvr_image_unref)

G_END_DECLS
