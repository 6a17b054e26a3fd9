/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picture files to pixels: formats, sizes, transparency, orientation, damage, and what is
 * refused. */
#include "cvr-decode.h"
#include "cvr-sketch.h"
#include "cvr-test-pictures.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

static const guint8 pnm[] = "P6 # two by one\n2 1\n255\n\1\2\3\4\5\6";
static const guint8 tga[] = { 0, 0, 2, 0, 0,  0,    0, 0, 0, 0, 0, 0,
                              2, 0, 1, 0, 24, 0x20, 3, 2, 1, 6, 5, 4 };
/* 2×1, red and blue; a second frame of 1×1 behind. */
static const guint8 gif[] = {
  'G', 'I', 'F', '8', '9', 'a', 2, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255,
  0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0a, 0,
  0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 0x01, 0, 0x3b,
};

static CvrImage *
decode_bytes (GBytes     *bytes,
              const char *name,
              guint       max_side)
{
  g_autoptr (GError) error = NULL;
  CvrImage *image = cvr_image_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                      name, max_side, &error);

  g_assert_no_error (error);
  g_assert_nonnull (image);

  return image;
}

static void
assert_size (const CvrImage *image,
             guint           width,
             guint           height,
             guint           channels)
{
  g_assert_cmpuint (image->width, ==, width);
  g_assert_cmpuint (image->height, ==, height);
  g_assert_cmpuint (image->channels, ==, channels);
}

static void
test_png_comes_back_exactly (void)
{
  const guint sizes[][2] = { { 1, 1 }, { 7, 3 }, { 28, 28 }, { 130, 65 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint channels = 1; channels <= 3; channels += 2)
      {
        g_autoptr (CvrImage) image = cvr_test_picture (sizes[i][0], sizes[i][1], channels);
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) png = cvr_image_encode_png (image, &error);
        g_autoptr (GBytes) again = cvr_image_encode_png (image, &error);
        g_autoptr (CvrImage) decoded = NULL;

        g_assert_no_error (error);
        g_assert_true (g_bytes_equal (png, again));
        decoded = decode_bytes (png, "a.png", 0);
        g_assert_true (cvr_image_equal (image, decoded));
        g_assert_false (decoded->damaged);
      }
}

static void
test_jpeg_comes_back_nearly (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (64, 48, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (CvrImage) decoded = NULL;
  guint64 difference = 0;

  for (guint y = 0; y < 48; y++)
    for (guint x = 0; x < 64; x++)
      for (guint c = 0; c < 3; c++)
        image->data[(y * 64 + x) * 3 + c] = (guint8) (x + y + 20 * c);
  jpeg = cvr_image_encode_jpeg (image, 95, &error);
  g_assert_no_error (error);
  decoded = decode_bytes (jpeg, NULL, 0);
  assert_size (decoded, 64, 48, 3);
  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    difference += (guint64) ABS (image->data[i] - decoded->data[i]);

  /* A smooth ramp at quality 95: one step of 255 on average is rounding in both directions. */
  g_assert_cmpuint (difference, <, 2 * cvr_image_n_bytes (image));
}

static void
test_reads_the_small_formats (void)
{
  const struct
  {
    const char    *name;
    const guint8  *data;
    gsize          length;
    CvrImageFormat format;
  } files[] = {
    { "a.ppm", pnm, sizeof pnm - 1, CVR_FORMAT_PNM },
    { "a.tga", tga, sizeof tga, CVR_FORMAT_TGA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i].data, files[i].length);
      g_autoptr (CvrImage) image = decode_bytes (bytes, files[i].name, 0);

      g_assert_cmpint (cvr_image_sniff (files[i].data, files[i].length, files[i].name), ==,
                       files[i].format);
      assert_size (image, 2, 1, 3);
      g_assert_cmpmem (image->data, 6, "\1\2\3\4\5\6", 6);
    }
}

static void
test_reads_bmp_and_tiff (void)
{
  static const char *const types[] = { "bmp", "tiff" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GBytes) bytes = cvr_test_file (types[i], 5, 3, 0x102030);
      g_autoptr (CvrImage) image = decode_bytes (bytes, "x", 0);

      assert_size (image, 5, 3, 3);
      g_assert_cmpmem (image->data, 3, "\x10\x20\x30", 3);
      g_assert_false (image->damaged);
    }
}

static void
test_takes_the_first_frame (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (gif, sizeof gif);
  g_autoptr (CvrImage) image = decode_bytes (bytes, "a.gif", 0);

  assert_size (image, 2, 1, 3);
  g_assert_cmpmem (image->data, 6, "\xff\0\0\0\0\xff", 6);
}

static void
test_flattens_onto_white (void)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 3, 1);
  static const guint8 pixels[] = { 200, 0, 0, 255, 200, 0, 0, 0, 200, 0, 0, 51 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CvrImage) image = NULL;
  char *buffer;
  gsize length;

  memcpy (gdk_pixbuf_get_pixels (pixbuf), pixels, sizeof pixels);
  gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &length, "png", &error, NULL);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (buffer, length);
  image = decode_bytes (bytes, "a.png", 0);

  assert_size (image, 3, 1, 3);
  g_assert_cmpmem (image->data, 3, "\xc8\0\0", 3);          /* opaque */
  g_assert_cmpmem (image->data + 3, 3, "\xff\xff\xff", 3);  /* transparent */
  g_assert_cmpmem (image->data + 6, 3, "\xf4\xcc\xcc",
                   3); /* a fifth: 0.2 × 200 + 0.8 × 255 = 244 */
}

static void
test_pictures_without_colour_are_grey (void)
{
  static const char *const types[] = { "png", "jpeg", "bmp" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GBytes) grey = cvr_test_file (types[i], 4, 4, 0x777777);
      g_autoptr (CvrImage) image = decode_bytes (grey, NULL, 0);

      assert_size (image, 4, 4, 1);
      g_assert_cmpuint (image->data[5], ==, 0x77);
    }
}

/* The expected picture comes from orienting the file's own pixels. */
static void
assert_turned (GBytes *plain_file,
               GBytes *turned_file,
               guint   orientation)
{
  g_autoptr (CvrImage) plain = decode_bytes (plain_file, NULL, 0);
  g_autoptr (CvrImage) expected = cvr_image_orient (plain, orientation);
  g_autoptr (CvrImage) turned = decode_bytes (turned_file, NULL, 0);

  g_assert_true (cvr_image_equal (turned, expected));
}

static void
test_turns_upright_once (void)
{
  g_autoptr (CvrImage) image = cvr_test_picture (16, 8, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = cvr_image_encode_png (image, &error);
  g_autoptr (GBytes) jpeg = cvr_image_encode_jpeg (image, 90, &error);

  for (guint orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (GBytes) exif = cvr_test_exif (orientation, orientation % 2 == 0);
      g_autoptr (GBytes) turned_png = cvr_test_png_with_exif (png, exif);
      g_autoptr (GBytes) turned_jpeg = cvr_test_jpeg_with_exif (jpeg, exif);

      assert_turned (png, turned_png, orientation);
      assert_turned (jpeg, turned_jpeg, orientation);
    }
}

static void
test_scales_down_to_the_limit (void)
{
  static const char *const types[] = { "png", "jpeg", "bmp" };
  const guint limits[] = { 1, 3, 16, 99, 100, 400, 1000 };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GBytes) bytes = cvr_test_file (types[t], 400, 100, 0x40c080);

      for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
        {
          g_autoptr (CvrImage) image = decode_bytes (bytes, NULL, limits[i]);
          guint side = MIN (400, limits[i]);

          g_test_message ("%s to %u", types[t], limits[i]);
          assert_size (image, side, MAX (1, (side + 2) / 4), 3);
          /* JPEG may be off by its own rounding. */
          g_assert_cmpint (ABS (image->data[0] - 0x40), <=, 3);
          g_assert_cmpint (ABS (image->data[1] - 0xc0), <=, 3);
          g_assert_false (image->damaged);
        }
    }
}

/* At every length: the picture with a mark, or an error; and what is missing is the same each
 * time. */
static void
test_truncated_files_are_marked (void)
{
  static const char *const types[] = { "png", "jpeg", "bmp" };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (CvrImage) noise = cvr_test_picture (40, 40, 3);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = t == 0   ? cvr_image_encode_png (noise, &error)
                                 : t == 1 ? cvr_image_encode_jpeg (noise, 95, &error)
                                          : cvr_test_file ("bmp", 40, 40, 0x123456);
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      /* The last bytes of a PNG are checksums and the end mark: without them it still has every
       * pixel. */
      gsize most = length - (t == 0 ? 20 : 2);
      guint n_kept = 0;

      for (gsize n = 0; n < most; n += 1 + length / 300)
        {
          g_autofree guint8 *copy = g_memdup2 (data, n);
          g_autoptr (GError) reason = NULL;
          g_autoptr (CvrImage) image = cvr_image_decode (copy, n, "cut", 0, &reason);
          g_autoptr (CvrImage) again = cvr_image_decode (copy, n, "cut", 0, NULL);

          g_assert_true ((image == NULL) == (reason != NULL));
          if (image == NULL)
            continue;
          n_kept++;
          g_assert_true (image->damaged);
          g_assert_true (cvr_image_equal (image, again));
        }
      g_test_message ("%s: %u cuts gave a picture", types[t], n_kept);
      g_assert_cmpuint (n_kept, >, 10);
    }
}

static void
put_u32_be (guint8 *to,
            guint32 value)
{
  for (guint i = 0; i < 4; i++)
    to[i] = (guint8) (value >> (24 - 8 * i));
}

static void
test_refuses_large_sizes_before_decoding (void)
{
  g_autoptr (GBytes) small = cvr_test_file ("png", 2, 2, 0);
  const guint32 sizes[][2] = { { 60000, 60000 },
                               { 32769, 1 },
                               { 1, 32769 },
                               { 10001, 10000 },
                               { 0xffffffff, 0xffffffff } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (small, NULL),
                                           g_bytes_get_size (small));
      g_autoptr (GError) error = NULL;

      put_u32_be (copy + 16, sizes[i][0]);
      put_u32_be (copy + 20, sizes[i][1]);
      g_assert_null (cvr_image_decode (copy, g_bytes_get_size (small), "bomb.png", 1024, &error));
      g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE);
      g_assert_true (g_str_has_prefix (error->message, "bomb.png: "));
    }
}

static void
test_refuses_other_files (void)
{
  static const struct
  {
    const char *name;
    const char *contents;
  } files[] = {
    { "a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>" },
    { "a.xpm", "/* XPM */\nstatic char *x[] = {\"1 1 1 1\",\"a c #000000\",\"a\"};" },
    { "a.png", "no picture" },
    { "a.tga", "no picture, but called like one" },
    { "empty", "" },
  };
  static const guint8 icon[] = {
    0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, 48, 0, 0, 0, 22, 0, 0, 0
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) reason = NULL;

      g_assert_null (cvr_image_decode ((const guint8 *) files[i].contents,
                                       strlen (files[i].contents), files[i].name, 0, &reason));
      g_assert_error (reason, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT);
    }
  g_assert_null (cvr_image_decode (icon, sizeof icon, "a.ico", 0, &error));
  g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT);
}

static void
test_peeks_at_every_format (void)
{
  static const guint8 webp[] = { 'R', 'I', 'F', 'F', 22,   0,   0,  0,    'W', 'E',
                                 'B', 'P', 'V', 'P', '8',  'X', 10, 0,    0,   0,
                                 0,   0,   0,   0,   0x2b, 1,   0,  0xc7, 0,   0 };
  static const guint8 lossless[] = { 'R', 'I', 'F', 'F', 22, 0, 0, 0,    'W',  'E',  'B',  'P', 'V',
                                     'P', '8', 'L', 10,  0,  0, 0, 0x2f, 0x2b, 0xc1, 0x31, 0 };
  const struct
  {
    const char *type;
    GBytes     *bytes;
    guint       width, height;
  } files[] = {
    { "jpeg", cvr_test_file ("jpeg", 300, 200, 0), 300, 200 },
    { "png", cvr_test_file ("png", 300, 200, 0), 300, 200 },
    { "bmp", cvr_test_file ("bmp", 300, 200, 0), 300, 200 },
    { "tiff", cvr_test_file ("tiff", 300, 200, 0), 300, 200 },
    { "gif", g_bytes_new_static (gif, sizeof gif), 2, 1 },
    { "a.tga", g_bytes_new_static (tga, sizeof tga), 2, 1 },
    { "pnm", g_bytes_new_static (pnm, sizeof pnm - 1), 2, 1 },
    { "webp", g_bytes_new_static (webp, sizeof webp), 300, 200 },
    { "webp", g_bytes_new_static (lossless, sizeof lossless), 300, 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (files[i].bytes, &length);
      CvrImageFormat format = cvr_image_sniff (data, length, files[i].type);
      guint width, height;

      g_test_message ("%s", files[i].type);
      g_assert_cmpint (format, !=, CVR_FORMAT_UNKNOWN);
      g_assert_true (cvr_image_peek_size (data, length, format, &width, &height));
      g_assert_cmpuint (width, ==, files[i].width);
      g_assert_cmpuint (height, ==, files[i].height);
      g_assert_false (cvr_image_peek_size (data, MIN (length, 9), format, &width, &height));
      g_bytes_unref (files[i].bytes);
    }
}

/* A frame beyond its screen is what the decoder would allocate. */
static void
test_peeks_at_the_frame_of_a_gif (void)
{
  guint8 wide[sizeof gif];
  guint width, height;

  memcpy (wide, gif, sizeof gif);
  wide[25] = 0xff;
  g_assert_true (cvr_image_peek_size (wide, sizeof wide, CVR_FORMAT_GIF, &width, &height));
  g_assert_cmpuint (width, ==, 0xff02);
}

static void
test_sketch_fills_and_repeats (void)
{
  static const float xy[] = { 100, 100, 300, 100, 300, 300, 100, 300, 100, 100, 200, 200 };
  static const guint lengths[] = { 5, 1 };
  g_autoptr (CvrImage) image = cvr_sketch_draw (xy, lengths, 2, 28);
  g_autoptr (CvrImage) again = cvr_sketch_draw (xy, lengths, 2, 28);
  g_autoptr (CvrImage) dot = cvr_sketch_draw (xy, lengths + 1, 1, 28);
  guint ink = 0;

  assert_size (image, 28, 28, 1);
  g_assert_true (cvr_image_equal (image, again));
  g_assert_cmpuint (image->data[0], ==, 0);                /* the corner is paper */
  g_assert_cmpuint (image->data[3 * 28 + 14], >, 128);     /* the square's upper side */
  g_assert_cmpuint (image->data[14 * 28 + 14], >, 128);    /* the dot in the middle */
  g_assert_cmpuint (image->data[8 * 28 + 14], ==, 0);      /* between them */
  for (guint i = 0; i < 28 * 28; i++)
    ink += dot->data[i] > 0;
  g_assert_cmpuint (ink, >, 0);
  g_assert_cmpuint (ink, <, 20);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vision/decode/png-comes-back-exactly", test_png_comes_back_exactly);
  g_test_add_func ("/vision/decode/jpeg-comes-back-nearly", test_jpeg_comes_back_nearly);
  g_test_add_func ("/vision/decode/reads-the-small-formats", test_reads_the_small_formats);
  g_test_add_func ("/vision/decode/reads-bmp-and-tiff", test_reads_bmp_and_tiff);
  g_test_add_func ("/vision/decode/takes-the-first-frame", test_takes_the_first_frame);
  g_test_add_func ("/vision/decode/flattens-onto-white", test_flattens_onto_white);
  g_test_add_func ("/vision/decode/pictures-without-colour-are-grey",
                   test_pictures_without_colour_are_grey);
  g_test_add_func ("/vision/decode/turns-upright-once", test_turns_upright_once);
  g_test_add_func ("/vision/decode/scales-down-to-the-limit", test_scales_down_to_the_limit);
  g_test_add_func ("/vision/decode/truncated-files-are-marked", test_truncated_files_are_marked);
  g_test_add_func ("/vision/decode/refuses-large-sizes-before-decoding",
                   test_refuses_large_sizes_before_decoding);
  g_test_add_func ("/vision/decode/refuses-other-files", test_refuses_other_files);
  g_test_add_func ("/vision/sniff/peeks-at-every-format", test_peeks_at_every_format);
  g_test_add_func ("/vision/sniff/peeks-at-the-frame-of-a-gif", test_peeks_at_the_frame_of_a_gif);
  g_test_add_func ("/vision/sketch/fills-and-repeats", test_sketch_fills_and_repeats);

  return g_test_run ();
}
