/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture by itself: upright, as it was drawn, one file as well as many. */
#include "cvr-builtin.h"
#include "cvr-decode.h"
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <stdlib.h>

static void
test_one_picture (Fixture      *self,
                  gconstpointer data)
{
  fixture_put_picture (self, "mine.png", 0x123456);
  fixture_load (self, "mine.png");
  assert_holds (self, "-/mine.png");
}

/* The colour at a corner (0 upper left, 1 upper right, 2 lower right, 3 lower left), a little
 * inside: 'r', 'g' or '-'. */
static char
corner (const CvrImage *image,
        guint           which)
{
  guint x = which == 1 || which == 2 ? image->width - 4 : 3;
  guint y = which >= 2 ? image->height - 4 : 3;
  const guint8 *p = image->data + 3 * (y * image->width + x);

  g_assert_cmpuint (image->channels, ==, 3);

  return p[0] > 150 && p[1] < 100 ? 'r' : p[1] > 150 && p[0] < 100 ? 'g' : '-';
}

/* Stored with red in the upper left and green in the upper right: where both are once the picture
 * is upright, by EXIF's table of where row 0 and column 0 belong. */
static void
test_eight_orientations (Fixture      *self,
                         gconstpointer data)
{
  static const char *const upright[] = { "rg--", "gr--", "--rg", "--gr",
                                         "r--g", "-rg-", "-gr-", "g--r" };
  g_autoptr (CvrImage) stored = cvr_image_new (40, 24, 3);
  g_autoptr (GBytes) png = NULL, jpeg = NULL;
  g_autoptr (GError) error = NULL;

  for (guint y = 0; y < 12; y++)
    for (guint x = 0; x < 40; x++)
      stored->data[3 * (40 * y + x) + (x < 20 ? 0 : 1)] = 220;
  png = cvr_image_encode_png (stored, &error);
  g_assert_no_error (error);
  jpeg = cvr_image_encode_jpeg (stored, 95, &error);
  g_assert_no_error (error);

  for (guint o = 1; o <= 8; o++)
    {
      g_autoptr (GBytes) exif = cvr_test_exif (o, o % 2 == 0);
      g_autoptr (GBytes) turned_png = cvr_test_png_with_exif (png, exif);
      g_autoptr (GBytes) turned_jpeg = cvr_test_jpeg_with_exif (jpeg, exif);
      g_autofree char *png_name = g_strdup_printf ("%u.png", o);
      g_autofree char *jpeg_name = g_strdup_printf ("%u.jpg", o);

      fixture_put_bytes (self, png_name, turned_png);
      fixture_put_bytes (self, jpeg_name, turned_jpeg);
    }
  fixture_load (self, NULL);
  for (guint i = 0; i < 16; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      const char *expected = upright[atoi (item->name) - 1];

      g_test_message ("%s", item->name);
      for (guint c = 0; c < 4; c++)
        g_assert_cmpint (corner (image_of (item), c), ==, expected[c]);
    }
}

/* Loads the same builtin drawings as drawing them one by one. */
static void
test_builtin (Fixture      *self,
              gconstpointer data)
{
  const CvrLoadSpec spec = { .data = "builtin:shapes:25", .seed = 9 };
  const CvrBuiltin *builtin = cvr_builtin_find ("shapes");
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->report.n_loaded, ==, 25);
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, builtin->n_classes);
  for (guint i = 0; i < 25; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      g_autoptr (CvrImage) expected = cvr_builtin_draw (builtin, 9, i, NULL);
      g_autofree char *name = g_strdup_printf ("shapes %u", i + 1);

      g_assert_true (cvr_image_equal (image_of (item), expected));
      g_assert_cmpint (item->label, ==, (gint) (i % builtin->n_classes));
      g_assert_cmpstr (item->name, ==, name);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-pictures/one-picture", test_one_picture);
  fixture_add ("/storage/load-pictures/eight-orientations", test_eight_orientations);
  fixture_add ("/storage/load-pictures/builtin", test_builtin);

  return g_test_run ();
}
