/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From pictures to a network's input and back, and through JSON. */
#include "cvr-preprocess.h"

#include "cvr-rng.h"

#include <math.h>
#include <string.h>

static const guint64 seed = 77;

static guint8
at (const CvrImage *image,
    guint           x,
    guint           y)
{
  return image->data[((gsize) y * image->width + x) * image->channels];
}

/* 40 × 20: a border of 200, inside 100 on the left half and 50 on the right half. */
static CvrImage *
framed (void)
{
  CvrImage *image = cvr_image_new (40, 20, 1);

  for (guint y = 0; y < 20; y++)
    for (guint x = 0; x < 40; x++)
      image->data[y * 40 + x] = x == 0 || y == 0 || x == 39 || y == 19 ? 200 : x < 20 ? 100 : 50;

  return image;
}

static void
test_fit_pads_with_the_border (void)
{
  CvrPreprocess spec = cvr_preprocess_default (20, 20, 1);
  g_autoptr (CvrImage) image = framed ();
  g_autoptr (CvrImage) pixels = cvr_preprocess_pixels (&spec, image);

  g_assert_cmpuint (pixels->width, ==, 20);
  g_assert_cmpuint (pixels->height, ==, 20);
  for (guint x = 0; x < 20; x++)
    {
      g_assert_cmpuint (at (pixels, x, 0), ==, 200);
      g_assert_cmpuint (at (pixels, x, 4), ==, 200);
      g_assert_cmpuint (at (pixels, x, 15), ==, 200);
      g_assert_cmpuint (at (pixels, x, 19), ==, 200);
    }
  /* Halved: rows 5 … 14 are the picture. */
  g_assert_cmpuint (at (pixels, 3, 10), ==, 100);
  g_assert_cmpuint (at (pixels, 16, 10), ==, 50);
  g_assert_cmpuint (at (pixels, 9, 5), ==, 150);
}

/* The window tells where the pixels come from: a bright block is found where it says. */
static void
test_window_finds_what_is_seen (void)
{
  static const guint sizes[][2] = { { 40, 20 }, { 20, 60 }, { 31, 31 }, { 64, 48 }, { 16, 16 } };

  for (guint mode = CVR_RESIZE_FIT; mode <= CVR_RESIZE_STRETCH; mode++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        CvrPreprocess spec = cvr_preprocess_default (16, 12, 1);
        guint width = sizes[i][0], height = sizes[i][1];
        g_autoptr (CvrImage) image = cvr_image_new (width, height, 1), pixels = NULL;
        double window[4], sum = 0, x = 0, y = 0;

        spec.resize = mode;
        for (guint v = height / 2 - 2; v < height / 2 + 2; v++)
          memset (image->data + v * width + width / 2 - 2, 255, 4);
        pixels = cvr_preprocess_pixels (&spec, image);
        cvr_preprocess_window (&spec, width, height, window);
        for (guint v = 0; v < 12; v++)
          for (guint u = 0; u < 16; u++)
            {
              sum += at (pixels, u, v);
              x += (u + 0.5) * at (pixels, u, v);
              y += (v + 0.5) * at (pixels, u, v);
            }
        x = (window[0] + window[2] * x / sum / 16) * width;
        y = (window[1] + window[3] * y / sum / 12) * height;
        g_assert_cmpfloat (fabs (x - (width / 2)), <, 1.0 + width / 60.0);
        g_assert_cmpfloat (fabs (y - (height / 2)), <, 1.0 + height / 60.0);
        g_assert_true (mode == CVR_RESIZE_FIT ? window[2] >= 1 && window[3] >= 1
                                              : window[2] <= 1 && window[3] <= 1);
      }
}

static void
test_fit_of_tall_pictures_pads_the_sides (void)
{
  CvrPreprocess spec = cvr_preprocess_default (8, 8, 3);
  g_autoptr (CvrImage) image = cvr_image_new (10, 40, 3);
  g_autoptr (CvrImage) pixels = NULL;

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) (10 + i % 3);
  memset (image->data + (20 * 10 + 5) * 3, 255, 3);
  pixels = cvr_preprocess_pixels (&spec, image);

  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 8; x++)
      if (x < 3 || x >= 5)
        g_assert_cmpuint (at (pixels, x, y), ==, 10);
  g_assert_cmpuint (at (pixels, 4, 4), >, 10);
  g_assert_cmpuint (pixels->data[1], ==, 11);
  g_assert_cmpuint (pixels->data[2], ==, 12);
}

static void
test_fill_crops_the_middle (void)
{
  CvrPreprocess spec = cvr_preprocess_default (10, 10, 1);
  g_autoptr (CvrImage) image = framed ();
  g_autoptr (CvrImage) pixels = NULL;

  spec.resize = CVR_RESIZE_FILL;
  pixels = cvr_preprocess_pixels (&spec, image);
  g_assert_cmpuint (pixels->width, ==, 10);
  /* Columns 10 … 29 of the picture, halved: nothing of the frame at the sides. */
  g_assert_cmpuint (at (pixels, 0, 5), ==, 100);
  g_assert_cmpuint (at (pixels, 4, 5), ==, 100);
  g_assert_cmpuint (at (pixels, 5, 5), ==, 50);
  g_assert_cmpuint (at (pixels, 9, 5), ==, 50);
  g_assert_cmpuint (at (pixels, 0, 0), ==, 150);
}

static void
test_stretch_uses_all (void)
{
  CvrPreprocess spec = cvr_preprocess_default (20, 20, 1);
  g_autoptr (CvrImage) image = framed ();
  g_autoptr (CvrImage) pixels = NULL;

  spec.resize = CVR_RESIZE_STRETCH;
  pixels = cvr_preprocess_pixels (&spec, image);
  g_assert_cmpuint (at (pixels, 0, 10), ==, 150);
  g_assert_cmpuint (at (pixels, 5, 10), ==, 100);
  g_assert_cmpuint (at (pixels, 5, 0), ==, 200);
  g_assert_cmpuint (at (pixels, 14, 10), ==, 50);
}

static void
test_sizes_and_channels_always_hold (void)
{
  CvrRng rng = cvr_rng_new (seed, 0);

  for (guint i = 0; i < 300; i++)
    {
      CvrPreprocess spec = cvr_preprocess_default (1 + cvr_rng_below (&rng, 40),
                                                   1 + cvr_rng_below (&rng, 40),
                                                   cvr_rng_below (&rng, 2) == 0 ? 1 : 3);
      g_autoptr (CvrImage)
          image = cvr_image_new (1 + cvr_rng_below (&rng, 70), 1 + cvr_rng_below (&rng, 70),
                                 cvr_rng_below (&rng, 2) == 0 ? 1 : 3);
      g_autoptr (CvrImage) pixels = NULL;

      spec.resize = (CvrResizeMode) cvr_rng_below (&rng, 3);
      memset (image->data, 93, cvr_image_n_bytes (image));
      pixels = cvr_preprocess_pixels (&spec, image);

      g_assert_cmpuint (pixels->width, ==, spec.width);
      g_assert_cmpuint (pixels->height, ==, spec.height);
      g_assert_cmpuint (pixels->channels, ==, spec.channels);
      for (gsize k = 0; k < cvr_image_n_bytes (pixels); k++)
        g_assert_cmpuint (pixels->data[k], ==, 93);
    }
}

static void
test_right_pictures_are_not_copied (void)
{
  CvrPreprocess spec = cvr_preprocess_default (6, 5, 3);

  for (guint mode = CVR_RESIZE_FIT; mode <= CVR_RESIZE_STRETCH; mode++)
    {
      g_autoptr (CvrImage) image = cvr_image_new (6, 5, 3);
      g_autoptr (CvrImage) pixels = NULL;

      spec.resize = (CvrResizeMode) mode;
      pixels = cvr_preprocess_pixels (&spec, image);
      g_assert_true (pixels == image);
    }
}

static CvrPreprocess
standardised (void)
{
  CvrPreprocess spec = cvr_preprocess_default (7, 6, 3);

  spec.scale = CVR_SCALE_STANDARDISE;
  spec.resize = CVR_RESIZE_FILL;
  spec.mean[0] = 0.485f;
  spec.mean[1] = 0.456f;
  spec.mean[2] = 0.406f;
  spec.deviation[0] = 0.229f;
  spec.deviation[1] = 0.224f;
  spec.deviation[2] = 0.225f;

  return spec;
}

static void
test_floats_are_planes (void)
{
  CvrPreprocess spec = standardised ();
  g_autoptr (CvrImage) image = cvr_image_new (7, 6, 3);
  float x[3 * 7 * 6];

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) (2 * i);
  cvr_preprocess_floats (&spec, image, x);

  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < 42; i++)
      g_assert_cmpfloat_with_epsilon (
          x[c * 42 + i], ((2 * (3 * i + c)) % 256 / 255.0 - spec.mean[c]) / spec.deviation[c],
          1e-5); /* Single precision on values below 3. */
}

static void
test_invert_undoes_floats (void)
{
  CvrRng rng = cvr_rng_new (seed, 1);
  CvrPreprocess specs[] = { standardised (), cvr_preprocess_default (7, 6, 3) };

  for (guint k = 0; k < G_N_ELEMENTS (specs); k++)
    {
      g_autoptr (CvrImage) image = cvr_image_new (7, 6, 3);
      g_autoptr (CvrImage) back = NULL;
      float x[3 * 7 * 6];

      for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
        image->data[i] = (guint8) cvr_rng_below (&rng, 256);
      cvr_preprocess_floats (&specs[k], image, x);
      back = cvr_preprocess_invert (&specs[k], x);
      g_assert_true (cvr_image_equal (image, back));
    }
}

static void
test_invert_clamps (void)
{
  CvrPreprocess spec = cvr_preprocess_default (4, 1, 1);
  const float x[] = { -3.0f, 7.0f, NAN, INFINITY };
  static const guint8 expected[] = { 0, 255, 0, 255 };
  g_autoptr (CvrImage) image = cvr_preprocess_invert (&spec, x);

  g_assert_cmpmem (image->data, 4, expected, 4);
}

static void
test_json_round_trip (void)
{
  CvrPreprocess specs[] = { standardised (), cvr_preprocess_default (28, 28, 1) };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (JsonNode) node = cvr_preprocess_to_json (&specs[i]);
      g_autofree char     *text = json_to_string (node, FALSE);
      g_autoptr (JsonNode) parsed = json_from_string (text, NULL);
      g_autoptr (GError)   error = NULL;
      CvrPreprocess        back;

      g_assert_true (cvr_preprocess_from_json (&back, parsed, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (back.width, ==, specs[i].width);
      g_assert_cmpuint (back.height, ==, specs[i].height);
      g_assert_cmpuint (back.channels, ==, specs[i].channels);
      g_assert_cmpint (back.resize, ==, specs[i].resize);
      g_assert_cmpint (back.scale, ==, specs[i].scale);
      for (guint c = 0; c < specs[i].channels; c++)
        {
          g_assert_cmpfloat (back.mean[c], ==, specs[i].mean[c]);
          g_assert_cmpfloat (back.deviation[c], ==, specs[i].deviation[c]);
        }
    }
}

static void
test_json_accepts_what_it_needs (void)
{
  g_autoptr (GError)   error = NULL;
  g_autoptr (JsonNode) node = json_from_string (
      "{\"width\":3,\"height\":4,\"channels\":1,\"resize\":\"stretch\",\"scale\":\"unit\","
      "\"later\":[1,2]}",
      NULL);
  CvrPreprocess spec;

  g_assert_true (cvr_preprocess_from_json (&spec, node, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (spec.width, ==, 3);
  g_assert_cmpint (spec.resize, ==, CVR_RESIZE_STRETCH);
  g_assert_cmpfloat (spec.deviation[0], ==, 1);
}

#define GOOD "\"width\":3,\"height\":4,\"channels\":3,\"resize\":\"fit\",\"scale\":\"standardise\""

static void
test_json_refuses_what_is_broken (void)
{
  static const char *const broken[] = {
    "[]",
    "3",
    "{}",
    "{\"width\":0,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":-5,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":4294967297,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":\"3\",\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":3.5,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":null,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":3,\"height\":4,\"channels\":2,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":3,\"height\":4,\"channels\":4096,\"resize\":\"fit\",\"scale\":\"unit\"}",
    "{\"width\":3,\"height\":4,\"channels\":1,\"resize\":\"squash\",\"scale\":\"unit\"}",
    "{\"width\":3,\"height\":4,\"channels\":1,\"resize\":7,\"scale\":\"unit\"}",
    "{\"width\":3,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":{}}",
    "{\"width\":3,\"height\":4,\"channels\":1,\"resize\":\"fit\",\"scale\":\"unit\",\"mean\":[1]}",
    "{" GOOD "}",
    "{" GOOD ",\"mean\":[0,0,0]}",
    "{" GOOD ",\"mean\":[0,0],\"deviation\":[1,1,1]}",
    "{" GOOD ",\"mean\":[0,0,\"0\"],\"deviation\":[1,1,1]}",
    "{" GOOD ",\"mean\":[0,0,[]],\"deviation\":[1,1,1]}",
    "{" GOOD ",\"mean\":0,\"deviation\":[1,1,1]}",
    "{" GOOD ",\"mean\":[0,0,0],\"deviation\":[1,0,1]}",
    "{" GOOD ",\"mean\":[0,0,0],\"deviation\":[1,-1,1]}",
    "{" GOOD ",\"mean\":[0,0,1e300],\"deviation\":[1,1,1]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (broken[i], NULL);
      g_autoptr (GError)   error = NULL;
      CvrPreprocess        spec = cvr_preprocess_default (11, 12, 1);

      g_test_message ("%s", broken[i]);
      g_assert_nonnull (node);
      g_assert_false (cvr_preprocess_from_json (&spec, node, &error));
      g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC);
      g_assert_cmpuint (spec.width, ==, 11);
    }

  g_assert_false (cvr_preprocess_from_json (&(CvrPreprocess) { 0 }, NULL, NULL));
}

static void
test_check_names_the_numbers (void)
{
  CvrPreprocess spec = cvr_preprocess_default (5000, 3, 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (cvr_preprocess_check (&spec, &error));
  g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC);
  g_assert_nonnull (strstr (error->message, "5000"));
  g_assert_nonnull (strstr (error->message, "4096"));
  spec.width = 4096;
  g_assert_true (cvr_preprocess_check (&spec, NULL));
  spec.mean[0] = 0.5f; /* Nothing is standardised, so there can be no mean. */
  g_assert_false (cvr_preprocess_check (&spec, NULL));
}

static void
test_resize_names (void)
{
  for (guint i = 0; i <= CVR_RESIZE_STRETCH; i++)
    {
      CvrResizeMode mode = (CvrResizeMode) 99;

      g_assert_true (cvr_resize_parse (cvr_resize_name ((CvrResizeMode) i), &mode));
      g_assert_cmpuint (mode, ==, i);
    }

  g_assert_false (cvr_resize_parse ("Fit", &(CvrResizeMode) { 0 }));
  g_assert_false (cvr_resize_parse (NULL, &(CvrResizeMode) { 0 }));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/preprocess/fit-pads-with-the-border", test_fit_pads_with_the_border);
  g_test_add_func ("/vision/preprocess/fit-of-tall-pictures-pads-the-sides",
                   test_fit_of_tall_pictures_pads_the_sides);
  g_test_add_func ("/vision/preprocess/window-finds-what-is-seen", test_window_finds_what_is_seen);
  g_test_add_func ("/vision/preprocess/fill-crops-the-middle", test_fill_crops_the_middle);
  g_test_add_func ("/vision/preprocess/stretch-uses-all", test_stretch_uses_all);
  g_test_add_func ("/vision/preprocess/sizes-and-channels-always-hold",
                   test_sizes_and_channels_always_hold);
  g_test_add_func ("/vision/preprocess/right-pictures-are-not-copied",
                   test_right_pictures_are_not_copied);
  g_test_add_func ("/vision/preprocess/floats-are-planes", test_floats_are_planes);
  g_test_add_func ("/vision/preprocess/invert-undoes-floats", test_invert_undoes_floats);
  g_test_add_func ("/vision/preprocess/invert-clamps", test_invert_clamps);
  g_test_add_func ("/vision/preprocess/json-round-trip", test_json_round_trip);
  g_test_add_func ("/vision/preprocess/json-accepts-what-it-needs",
                   test_json_accepts_what_it_needs);
  g_test_add_func ("/vision/preprocess/json-refuses-what-is-broken",
                   test_json_refuses_what_is_broken);
  g_test_add_func ("/vision/preprocess/check-names-the-numbers", test_check_names_the_numbers);
  g_test_add_func ("/vision/preprocess/resize-names", test_resize_names);

  return g_test_run ();
}
