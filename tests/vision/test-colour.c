/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours as other numbers: known values, and back again. */
#include "cvr-colour.h"
#include "cvr-rng.h"

#include <string.h>

static const guint64 seed = 1976;

typedef struct
{
  guint8 rgb[3];
  float  values[CVR_COLOUR_MAX_CHANNELS];
} Known;

static void
assert_known (CvrColourSpace space,
              const Known   *known,
              guint          n,
              float          tolerance)
{
  for (guint i = 0; i < n; i++)
    {
      float values[CVR_COLOUR_MAX_CHANNELS];

      cvr_colour_from_rgb (space, known[i].rgb, values);
      for (guint c = 0; c < cvr_colour_n_channels (space); c++)
        g_assert_cmpfloat_with_epsilon (values[c], known[i].values[c], tolerance);
    }
}

static void
test_hsv_of_known_colours (void)
{
  static const Known known[] = {
    { { 0, 0, 0 }, { 0, 0, 0 } },          { { 255, 255, 255 }, { 0, 0, 1 } },
    { { 255, 0, 0 }, { 0, 1, 1 } },        { { 255, 255, 0 }, { 60, 1, 1 } },
    { { 0, 255, 0 }, { 120, 1, 1 } },      { { 0, 255, 255 }, { 180, 1, 1 } },
    { { 0, 0, 255 }, { 240, 1, 1 } },      { { 255, 0, 255 }, { 300, 1, 1 } },
    { { 255, 0, 51 }, { 348, 1, 1 } },     { { 102, 51, 51 }, { 0, 0.5f, 0.4f } },
    { { 51, 102, 153 }, { 210, 2.0f / 3.0f, 0.6f } },
  };

  assert_known (CVR_COLOUR_HSV, known, G_N_ELEMENTS (known), 1e-4f);
}

static void
test_cmyk_of_known_colours (void)
{
  static const Known known[] = {
    { { 0, 0, 0 }, { 0, 0, 0, 1 } },       { { 255, 255, 255 }, { 0, 0, 0, 0 } },
    { { 255, 0, 0 }, { 0, 1, 1, 0 } },     { { 0, 255, 255 }, { 1, 0, 0, 0 } },
    { { 51, 51, 51 }, { 0, 0, 0, 0.8f } }, { { 204, 102, 0 }, { 0, 0.5f, 1, 0.2f } },
  };

  assert_known (CVR_COLOUR_CMYK, known, G_N_ELEMENTS (known), 1e-5f);
}

/* Of ITU-R T.871's equations, worked out by hand. */
static void
test_ycbcr_and_grey_of_known_colours (void)
{
  static const Known known[] = {
    { { 0, 0, 0 }, { 0, 128, 128 } },
    { { 255, 255, 255 }, { 255, 128, 128 } },
    { { 255, 0, 0 }, { 76.245f, 84.9718f, 255 } },
    { { 0, 255, 0 }, { 149.685f, 43.5276f, 21.2346f } },
    { { 0, 0, 255 }, { 29.07f, 255, 107.2654f } },
    { { 100, 100, 100 }, { 100, 128, 128 } },
  };

  assert_known (CVR_COLOUR_YCBCR, known, G_N_ELEMENTS (known), 1e-3f);
  assert_known (CVR_COLOUR_GREY, known, G_N_ELEMENTS (known), 1e-3f);
}

/* Half a level is lost at most where Y Cb Cr is cut off at 255, twice that in RGB. */
static void
test_colours_come_back (void)
{
  CvrRng rng = cvr_rng_new (seed, 1);

  for (guint i = 0; i < 100000; i++)
    {
      guint32 bits = cvr_rng_next (&rng);
      const guint8 rgb[3] = { (guint8) bits, (guint8) (bits >> 8), (guint8) (bits >> 16) };

      for (guint space = 0; space < CVR_COLOUR_GREY; space++)
        {
          float values[CVR_COLOUR_MAX_CHANNELS];
          guint8 back[3];

          cvr_colour_from_rgb (space, rgb, values);
          for (guint c = 0; c < cvr_colour_n_channels (space); c++)
            {
              g_assert_cmpfloat (values[c], >=, 0);
              g_assert_cmpfloat (values[c], <=, cvr_colour_top (space, c));
            }
          cvr_colour_to_rgb (space, values, back);
          for (guint c = 0; c < 3; c++)
            g_assert_cmpint (ABS (back[c] - rgb[c]), <=, space == CVR_COLOUR_YCBCR ? 1 : 0);
        }
    }
}

static void
test_pictures_come_back (void)
{
  CvrRng rng = cvr_rng_new (seed, 2);
  g_autoptr (CvrImage) image = cvr_image_new (13, 9, 3);
  g_autoptr (CvrImage) grey = cvr_image_new (5, 4, 1);

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) cvr_rng_below (&rng, 256);
  for (gsize i = 0; i < cvr_image_n_bytes (grey); i++)
    grey->data[i] = (guint8) cvr_rng_below (&rng, 256);

  for (guint space = 0; space < CVR_COLOUR_YCBCR; space++)
    {
      g_autofree float *planes = cvr_colour_planes (image, space);
      g_autofree float *grey_planes = cvr_colour_planes (grey, space);
      g_autoptr (CvrImage) back = cvr_colour_image (planes, 13, 9, space);
      g_autoptr (CvrImage) grey_back = cvr_colour_image (grey_planes, 5, 4, space);
      g_autoptr (CvrImage) one = cvr_image_convert (grey_back, 1);

      g_assert_true (cvr_image_equal (back, image));
      g_assert_true (cvr_image_equal (one, grey));
    }
}

static void
test_grey_is_the_one_of_pictures (void)
{
  CvrRng rng = cvr_rng_new (seed, 3);
  g_autoptr (CvrImage) image = cvr_image_new (40, 40, 3);
  g_autoptr (CvrImage) grey = NULL;
  g_autoptr (CvrImage) plane = NULL;

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) cvr_rng_below (&rng, 256);
  grey = cvr_image_convert (image, 1);
  plane = cvr_colour_channel (image, CVR_COLOUR_GREY, 0);
  /* Halves may be rounded either way: one counts in thousandths, one in floats. */
  for (gsize i = 0; i < cvr_image_n_bytes (grey); i++)
    g_assert_cmpint (ABS (grey->data[i] - plane->data[i]), <=, 1);
}

static void
test_a_channel_is_a_grey_picture (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (2, 1, 3);
  g_autoptr (CvrImage) green = NULL;
  g_autoptr (CvrImage) hue = NULL;
  static const guint8 pixels[] = { 10, 20, 30, 0, 255, 255 };

  memcpy (image->data, pixels, sizeof pixels);
  green = cvr_colour_channel (image, CVR_COLOUR_RGB, 1);
  hue = cvr_colour_channel (image, CVR_COLOUR_HSV, 0);
  g_assert_cmpuint (green->channels, ==, 1);
  g_assert_cmpuint (green->data[0], ==, 20);
  g_assert_cmpuint (green->data[1], ==, 255);
  g_assert_cmpuint (hue->data[0], ==, 149); /* 210° of 360° */
  g_assert_cmpuint (hue->data[1], ==, 128); /* 180° */
}

static void
test_numbers_are_shown_as_people_read_them (void)
{
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_HSV, 0, 359.7f), ==, 0);
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_HSV, 0, 210.4f), ==, 210);
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_HSV, 1, 0.666f), ==, 67);
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_CMYK, 3, 1), ==, 100);
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_RGB, 2, 255), ==, 255);
  g_assert_cmpuint (cvr_colour_shown (CVR_COLOUR_YCBCR, 2, 255.4f), ==, 255);
  g_assert_cmpstr (cvr_colour_unit (CVR_COLOUR_HSV, 0), ==, "°");
  g_assert_cmpstr (cvr_colour_unit (CVR_COLOUR_CMYK, 2), ==, "%");
  g_assert_cmpstr (cvr_colour_unit (CVR_COLOUR_GREY, 0), ==, "");
  g_assert_cmpstr (cvr_colour_channel_name (CVR_COLOUR_CMYK, 3), ==, "Black");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/colour/hsv-of-known-colours", test_hsv_of_known_colours);
  g_test_add_func ("/vision/colour/cmyk-of-known-colours", test_cmyk_of_known_colours);
  g_test_add_func ("/vision/colour/ycbcr-and-grey-of-known-colours",
                   test_ycbcr_and_grey_of_known_colours);
  g_test_add_func ("/vision/colour/colours-come-back", test_colours_come_back);
  g_test_add_func ("/vision/colour/pictures-come-back", test_pictures_come_back);
  g_test_add_func ("/vision/colour/grey-is-the-one-of-pictures",
                   test_grey_is_the_one_of_pictures);
  g_test_add_func ("/vision/colour/a-channel-is-a-grey-picture",
                   test_a_channel_is_a_grey_picture);
  g_test_add_func ("/vision/colour/numbers-are-shown-as-people-read-them",
                   test_numbers_are_shown_as_people_read_them);

  return g_test_run ();
}
