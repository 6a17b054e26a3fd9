/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a picture's header and metadata, which are read outside the decoding
 * helper. */
#include "cvr-decode.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  guint width, height, orientation = cvr_exif_orientation (data, size);

  g_assert_true (orientation >= 1 && orientation <= 8);
  cvr_image_sniff (data, size, "picture.tga");
  cvr_jpeg_is_whole (data, size);
  for (CvrImageFormat format = CVR_FORMAT_UNKNOWN; format <= CVR_FORMAT_WEBP; format++)
    if (cvr_image_peek_size (data, size, format, &width, &height))
      g_assert_true (width > 0 && height > 0);

  return 0;
}
