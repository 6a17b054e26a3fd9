/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures and picture files for tests. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

/* Every pixel differs from its neighbours; colour when @channels is 3. */
CvrImage *cvr_test_picture     (guint width, guint height, guint channels);
/* A file of one colour 0xRRGGBB. @type: "png", "jpeg", "bmp" or "tiff". */
GBytes   *cvr_test_file        (const char *type, guint width, guint height, guint32 colour);
/* A TIFF structure with the orientation as its second entry. */
GBytes   *cvr_test_exif        (guint orientation, gboolean big_endian);
/* The JPEG with an EXIF segment, the PNG with an eXIf chunk behind its header. */
GBytes   *cvr_test_jpeg_with_exif (GBytes *jpeg, GBytes *exif);
GBytes   *cvr_test_png_with_exif  (GBytes *png, GBytes *exif);

G_END_DECLS
