/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoded bytes to pixels, in this process: only for bytes the program wrote itself, and inside the
 * decoding helper, which is bounded from outside. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_FORMAT_UNKNOWN,
  CVR_FORMAT_JPEG,
  CVR_FORMAT_PNG,
  CVR_FORMAT_GIF,
  CVR_FORMAT_BMP,
  CVR_FORMAT_TIFF,
  CVR_FORMAT_PNM,
  CVR_FORMAT_TGA,
  CVR_FORMAT_WEBP,
} CvrImageFormat;

/* By content; TGA, which has no signature, by a plausible header and @name's ending. */
CvrImageFormat cvr_image_sniff     (const guint8 *data, gsize length, const char *name);
/* Size the header declares, without decoding; FALSE where it can't be told. */
gboolean       cvr_image_peek_size (const guint8 *data, gsize length, CvrImageFormat format,
                                    guint *width, guint *height);
/* Whether a JPEG reaches its end marker. */
gboolean       cvr_jpeg_is_whole   (const guint8 *data, gsize length);
/* EXIF orientation 1 … 8 of a JPEG (APP1) or PNG (eXIf), 1 where there is none or it is broken. */
guint          cvr_exif_orientation (const guint8 *data, gsize length);
/* Decodes, flattens transparency onto white, turns upright, scales down to @max_side. Truncated
 * files give what there is, marked damaged. Declared sizes over CVR_IMAGE_MAX_SIDE a side or 100
 * megapixels are refused before decoding. */
CvrImage      *cvr_image_decode    (const guint8 *data, gsize length, const char *name,
                                    guint max_side, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* PNG, lossless. */
GBytes        *cvr_image_encode_png (CvrImage *image, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* JPEG at @quality 1 … 100. */
GBytes        *cvr_image_encode_jpeg (CvrImage *image, guint quality, GError **error)
                                      G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
