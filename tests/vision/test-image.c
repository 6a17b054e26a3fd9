/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: making, converting, scaling, turning. */
#include "cvr-image.h"
#include "cvr-rng.h"

#include <string.h>

static const guint64 seed = 20240611;

static CvrImage *
random_image (CvrRng *rng,
              guint   width,
              guint   height,
              guint   channels)
{
  CvrImage *image = cvr_image_new (width, height, channels);

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) cvr_rng_below (rng, 256);

  return image;
}

static CvrImage *
image_of (guint         width,
          guint         height,
          const guint8 *bytes)
{
  CvrImage *image = cvr_image_new (width, height, 1);

  memcpy (image->data, bytes, (gsize) width * height);

  return image;
}

static void
test_new_is_black_and_bounded (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (3, 2, 3);

  g_assert_cmpuint (cvr_image_n_bytes (image), ==, 18);
  for (gsize i = 0; i < 18; i++)
    g_assert_cmpuint (image->data[i], ==, 0);

  g_assert_null (cvr_image_new (0, 5, 1));
  g_assert_null (cvr_image_new (5, 0, 1));
  g_assert_null (cvr_image_new (CVR_IMAGE_MAX_SIDE + 1, 1, 1));
  g_assert_null (cvr_image_new (1, G_MAXUINT, 3));
}

static void
test_convert_weighs_as_bt601 (void)
{
  static const guint8 rgb[] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30 };
  static const guint8 grey[] = { 76, 150, 29, 255, 18 };
  g_autoptr (CvrImage) colour = cvr_image_new (5, 1, 3);
  g_autoptr (CvrImage) converted = NULL;
  g_autoptr (CvrImage) back = NULL;
  g_autoptr (CvrImage) same = NULL;

  memcpy (colour->data, rgb, sizeof rgb);
  colour->damaged = TRUE;
  converted = cvr_image_convert (colour, 1);
  g_assert_cmpmem (converted->data, 5, grey, 5);
  g_assert_true (converted->damaged);

  back = cvr_image_convert (converted, 3);
  for (gsize i = 0; i < 15; i++)
    g_assert_cmpuint (back->data[i], ==, grey[i / 3]);

  same = cvr_image_convert (colour, 3);
  g_assert_true (same == colour);
}

static void
test_resize_keeps_constants (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 7, 5 }, { 28, 28 }, { 100, 3 }, { 13, 64 } };

  for (guint channels = 1; channels <= 3; channels += 2)
    for (guint value = 0; value <= 255; value += 51)
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr (CvrImage) image = cvr_image_new (23, 17, channels);
          g_autoptr (CvrImage) resized = NULL;

          memset (image->data, (int) value, cvr_image_n_bytes (image));
          resized = cvr_image_resize (image, sizes[i][0], sizes[i][1]);
          g_assert_cmpuint (resized->width, ==, sizes[i][0]);
          g_assert_cmpuint (resized->height, ==, sizes[i][1]);
          for (gsize k = 0; k < cvr_image_n_bytes (resized); k++)
            g_assert_cmpuint (resized->data[k], ==, value);
        }
}

/* Halving both sides is the rounded mean of four, whatever the content. */
static void
test_resize_halves_exactly (void)
{
  CvrRng rng = cvr_rng_new (seed, 1);
  g_autoptr (CvrImage) image = random_image (&rng, 34, 22, 3);
  g_autoptr (CvrImage) half = cvr_image_resize (image, 17, 11);

  for (guint y = 0; y < 11; y++)
    for (guint x = 0; x < 17; x++)
      for (guint c = 0; c < 3; c++)
        {
          const guint8 *p = image->data + (2 * y * 34 + 2 * x) * 3 + c;
          guint         sum = p[0] + p[3] + p[34 * 3] + p[34 * 3 + 3];

          g_assert_cmpuint (half->data[(y * 17 + x) * 3 + c], ==, (sum + 2) / 4);
        }
}

/* 3 to 2: the middle pixel is shared by halves. */
static void
test_resize_splits_pixels (void)
{
  static const guint8 from[] = { 30, 90, 210 };
  static const guint8 to[] = { 50, 170 };
  g_autoptr (CvrImage) image = image_of (3, 1, from);
  g_autoptr (CvrImage) resized = cvr_image_resize (image, 2, 1);

  g_assert_cmpmem (resized->data, 2, to, 2);
}

static void
test_resize_up_is_linear_and_bounded (void)
{
  static const guint8 from[] = { 0, 100 };
  static const guint8 to[] = { 0, 25, 75, 100 };
  CvrRng rng = cvr_rng_new (seed, 2);
  g_autoptr (CvrImage) image = image_of (2, 1, from);
  g_autoptr (CvrImage) doubled = cvr_image_resize (image, 4, 1);
  g_autoptr (CvrImage) noise = random_image (&rng, 5, 4, 1);
  g_autoptr (CvrImage) larger = cvr_image_resize (noise, 31, 27);
  guint8 low = 255, high = 0;

  g_assert_cmpmem (doubled->data, 4, to, 4);

  for (gsize i = 0; i < cvr_image_n_bytes (noise); i++)
    {
      low = MIN (low, noise->data[i]);
      high = MAX (high, noise->data[i]);
    }
  for (gsize i = 0; i < cvr_image_n_bytes (larger); i++)
    {
      g_assert_cmpuint (larger->data[i], >=, low);
      g_assert_cmpuint (larger->data[i], <=, high);
    }
}

/* Area averaging leaves the mean: to half a step, because every pixel is rounded once. */
static void
test_resize_down_keeps_mean (void)
{
  CvrRng rng = cvr_rng_new (seed, 3);

  for (guint i = 0; i < 20; i++)
    {
      guint width = 20 + cvr_rng_below (&rng, 60), height = 20 + cvr_rng_below (&rng, 60);
      g_autoptr (CvrImage) image = random_image (&rng, width, height, 1);
      g_autoptr (CvrImage) small = cvr_image_resize (image, 1 + cvr_rng_below (&rng, 19),
                                                     1 + cvr_rng_below (&rng, 19));
      double before = 0, after = 0;

      for (gsize k = 0; k < cvr_image_n_bytes (image); k++)
        before += image->data[k] / (double) cvr_image_n_bytes (image);
      for (gsize k = 0; k < cvr_image_n_bytes (small); k++)
        after += small->data[k] / (double) cvr_image_n_bytes (small);

      g_assert_cmpfloat_with_epsilon (before, after, 0.51);
    }
}

static void
test_limit_keeps_proportions (void)
{
  g_autoptr (CvrImage) wide = cvr_image_new (400, 300, 1);
  g_autoptr (CvrImage) sliver = cvr_image_new (2, 3000, 3);
  g_autoptr (CvrImage) limited = cvr_image_limit (wide, 100);
  g_autoptr (CvrImage) same = cvr_image_limit (wide, 400);
  g_autoptr (CvrImage) thin = cvr_image_limit (sliver, 30);

  g_assert_cmpuint (limited->width, ==, 100);
  g_assert_cmpuint (limited->height, ==, 75);
  g_assert_true (same == wide);
  g_assert_cmpuint (thin->width, ==, 1);
  g_assert_cmpuint (thin->height, ==, 30);
}

/* Upright is "ab", "cd", "ef"; each row shows it as a camera with that orientation stores it. */
static void
test_orient_all_eight (void)
{
  static const struct
  {
    guint       orientation, width, height;
    const char *stored;
  } cases[] = {
    { 1, 2, 3, "abcdef" }, { 2, 2, 3, "badcfe" }, { 3, 2, 3, "fedcba" }, { 4, 2, 3, "efcdab" },
    { 5, 3, 2, "acebdf" }, { 6, 3, 2, "bdface" }, { 7, 3, 2, "fdbeca" }, { 8, 3, 2, "ecafdb" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrImage) stored = image_of (cases[i].width, cases[i].height,
                                              (const guint8 *) cases[i].stored);
      g_autoptr (CvrImage) upright = cvr_image_orient (stored, cases[i].orientation);

      g_assert_cmpuint (upright->width, ==, 2);
      g_assert_cmpuint (upright->height, ==, 3);
      g_assert_cmpmem (upright->data, 6, "abcdef", 6);
    }
}

static void
test_orient_moves_whole_pixels (void)
{
  CvrRng rng = cvr_rng_new (seed, 4);
  g_autoptr (CvrImage) image = random_image (&rng, 5, 7, 3);
  g_autoptr (CvrImage) turned = cvr_image_orient (image, 6);
  g_autoptr (CvrImage) back = cvr_image_orient (turned, 8);
  g_autoptr (CvrImage) unknown = cvr_image_orient (image, 9);
  g_autoptr (CvrImage) none = cvr_image_orient (image, 0);

  g_assert_false (cvr_image_equal (image, turned));
  g_assert_true (cvr_image_equal (image, back));
  g_assert_true (unknown == image);
  g_assert_true (none == image);
}

static void
test_equal_sees_shape_and_bytes (void)
{
  g_autoptr (CvrImage) a = cvr_image_new (4, 2, 1);
  g_autoptr (CvrImage) b = cvr_image_new (2, 4, 1);
  g_autoptr (CvrImage) c = cvr_image_new (4, 2, 1);

  g_assert_false (cvr_image_equal (a, b));
  g_assert_true (cvr_image_equal (a, c));
  c->data[7] = 1;
  g_assert_false (cvr_image_equal (a, c));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/image/new-is-black-and-bounded", test_new_is_black_and_bounded);
  g_test_add_func ("/vision/image/convert-weighs-as-bt601", test_convert_weighs_as_bt601);
  g_test_add_func ("/vision/image/resize-keeps-constants", test_resize_keeps_constants);
  g_test_add_func ("/vision/image/resize-halves-exactly", test_resize_halves_exactly);
  g_test_add_func ("/vision/image/resize-splits-pixels", test_resize_splits_pixels);
  g_test_add_func ("/vision/image/resize-up-is-linear-and-bounded",
                   test_resize_up_is_linear_and_bounded);
  g_test_add_func ("/vision/image/resize-down-keeps-mean", test_resize_down_keeps_mean);
  g_test_add_func ("/vision/image/limit-keeps-proportions", test_limit_keeps_proportions);
  g_test_add_func ("/vision/image/orient-all-eight", test_orient_all_eight);
  g_test_add_func ("/vision/image/orient-moves-whole-pixels", test_orient_moves_whole_pixels);
  g_test_add_func ("/vision/image/equal-sees-shape-and-bytes", test_equal_sees_shape_and_bytes);

  return g_test_run ();
}
