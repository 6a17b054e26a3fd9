/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The camera's orientation: where it is found, and that broken metadata means upright. */
#include "cvr-decode.h"
#include "cvr-test-pictures.h"

#include <string.h>

static guint
orientation_of (GBytes *bytes)
{
  return cvr_exif_orientation (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* @which: 0 JPEG, 1 PNG. */
static GBytes *
make_file (guint    which,
           guint    orientation,
           gboolean big_endian)
{
  g_autoptr (GBytes) plain = cvr_test_file (which == 0 ? "jpeg" : "png", 8, 6, 0x336699);
  g_autoptr (GBytes) exif = cvr_test_exif (orientation, big_endian);

  return which == 0 ? cvr_test_jpeg_with_exif (plain, exif) : cvr_test_png_with_exif (plain, exif);
}

static void
test_finds_all_eight (void)
{
  for (guint which = 0; which < 2; which++)
    for (guint orientation = 1; orientation <= 8; orientation++)
      for (guint big = 0; big < 2; big++)
        {
          g_autoptr (GBytes) file = make_file (which, orientation, big != 0);

          g_assert_cmpuint (orientation_of (file), ==, orientation);
        }
}

static void
test_other_numbers_are_upright (void)
{
  const guint numbers[] = { 0, 9, 255, 65535 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GBytes) file = make_file (0, numbers[i], TRUE);

      g_assert_cmpuint (orientation_of (file), ==, 1);
    }
}

static void
test_files_without_it_are_upright (void)
{
  static const char *const types[] = { "jpeg", "png", "bmp", "tiff" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GBytes) file = cvr_test_file (types[i], 4, 4, 0xffffff);

      g_assert_cmpuint (orientation_of (file), ==, 1);
    }
  g_assert_cmpuint (cvr_exif_orientation (NULL, 0), ==, 1);
}

/* A JPEG that is cut is upright or turned, nothing else, and never read beyond its end. */
static void
test_survives_every_cut (void)
{
  for (guint which = 0; which < 2; which++)
    {
      g_autoptr (GBytes) file = make_file (which, 6, FALSE);
      gsize length;
      const guint8 *data = g_bytes_get_data (file, &length);

      for (gsize n = 0; n < length; n++)
        {
          g_autofree guint8 *copy = g_memdup2 (data, n);
          guint orientation = cvr_exif_orientation (copy, n);

          g_assert_true (orientation == 1 || orientation == 6);
        }
    }
}

/* Offsets and counts that lead out of the metadata. */
static void
test_broken_structure_is_upright (void)
{
  static const struct
  {
    guint  at;
    guint8 value;
  } changes[] = { { 0, 'X' },  { 2, 43 }, { 4, 4 },  { 6, 0xff },
                  { 7, 0x7f }, { 24, 7 }, { 26, 2 }, { 28, 1 } };
  g_autoptr (GBytes) plain = cvr_test_file ("jpeg", 8, 6, 0x336699);

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GBytes) exif = cvr_test_exif (6, FALSE);
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (exif, NULL), g_bytes_get_size (exif));
      g_autoptr (GBytes) broken = NULL;
      g_autoptr (GBytes) file = NULL;

      copy[changes[i].at] = changes[i].value;
      broken = g_bytes_new (copy, g_bytes_get_size (exif));
      file = cvr_test_jpeg_with_exif (plain, broken);
      g_test_message ("byte %u", changes[i].at);
      g_assert_cmpuint (orientation_of (file), ==, 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vision/exif/finds-all-eight", test_finds_all_eight);
  g_test_add_func ("/vision/exif/other-numbers-are-upright", test_other_numbers_are_upright);
  g_test_add_func ("/vision/exif/files-without-it-are-upright", test_files_without_it_are_upright);
  g_test_add_func ("/vision/exif/survives-every-cut", test_survives_every_cut);
  g_test_add_func ("/vision/exif/broken-structure-is-upright", test_broken_structure_is_upright);

  return g_test_run ();
}
