/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built-in sets: the same bytes on every thread, balanced, never blank, and worth learning. */
#include "cvr-builtin.h"

#include <math.h>
#include <string.h>

enum { N_THREADS = 4, N_EACH = 60 };

static const guint64 seed = 3;

static void
each_set (void (*check) (const CvrBuiltin *builtin))
{
  guint n;
  const CvrBuiltin *builtins = cvr_builtins (&n);

  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%s", builtins[i].name);
      check (&builtins[i]);
    }
}

static void
check_description (const CvrBuiltin *builtin)
{
  g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, 0, NULL);

  g_assert_true (cvr_builtin_find (builtin->name) == builtin);
  g_assert_true (g_str_has_suffix (builtin->description, ".") ||
                 g_str_has_suffix (builtin->description, "?"));
  g_assert_cmpuint (image->width, ==, builtin->width);
  g_assert_cmpuint (image->height, ==, builtin->height);
  g_assert_cmpuint (image->channels, ==, builtin->channels);
  g_assert_cmpuint (builtin->n_classes, >=, 2);
  g_assert_cmpuint (builtin->default_count, >=, 100 * builtin->n_classes);
  for (guint i = 0; i < builtin->n_classes; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (builtin->classes[i], !=, builtin->classes[j]);
}

static void
test_table_is_complete (void)
{
  static const char *const names[] = { "doodles", "digits", "pets", "shapes", "textures" };

  each_set (check_description);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (cvr_builtin_find (names[i]));
  g_assert_null (cvr_builtin_find ("photos"));
  g_assert_null (cvr_builtin_find (NULL));
}

/* Checksum of the first N_EACH pictures and masks, drawn backwards by odd threads. */
static char *
checksum (const CvrBuiltin *builtin,
          gboolean          backwards)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_ptr_array_set_size (images, 2 * N_EACH);
  for (guint k = 0; k < N_EACH; k++)
    {
      guint     i = backwards ? N_EACH - 1 - k : k;
      CvrImage *mask = NULL;

      images->pdata[2 * i] = cvr_builtin_draw (builtin, seed, i, &mask);
      images->pdata[2 * i + 1] = mask;
    }

  for (guint i = 0; i < images->len; i++)
    {
      const CvrImage *image = images->pdata[i];

      if (image != NULL)
        g_checksum_update (sum, image->data, (gssize) cvr_image_n_bytes (image));
    }

  return g_strdup (g_checksum_get_string (sum));
}

static gpointer
checksum_forwards (gpointer data)
{
  return checksum (data, FALSE);
}

static gpointer
checksum_backwards (gpointer data)
{
  return checksum (data, TRUE);
}

static void
check_threads (const CvrBuiltin *builtin)
{
  g_autofree char *expected = checksum (builtin, FALSE);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("draw", i % 2 == 0 ? checksum_forwards : checksum_backwards,
                               (gpointer) builtin);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_autofree char *sum = g_thread_join (threads[i]);

      g_assert_cmpstr (sum, ==, expected);
    }
}

static void
test_same_bytes_on_every_thread (void)
{
  each_set (check_threads);
}

/* No two of 40 pictures alike, whether the index or the seed moves, together or against each other.
 */
static void
check_differs (const CvrBuiltin *builtin)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);

  for (guint i = 0; i < 10; i++)
    {
      g_ptr_array_add (images, cvr_builtin_draw (builtin, 100 + i, 50, NULL));
      g_ptr_array_add (images, cvr_builtin_draw (builtin, 200, 200 + i, NULL));
      g_ptr_array_add (images, cvr_builtin_draw (builtin, 300 + i, 300 + i, NULL));
      g_ptr_array_add (images, cvr_builtin_draw (builtin, 400 + i, 400 - i, NULL));
    }

  for (guint i = 0; i < images->len; i++)
    for (guint j = 0; j < i; j++)
      g_assert_false (cvr_image_equal (images->pdata[i], images->pdata[j]));
}

static void
test_seeds_and_indices_differ (void)
{
  each_set (check_differs);
}

/* Ink on paper: between 3 and 45 % of the sheet, never blank, hardly any on the outermost pixels.
 */
static void
check_ink (const CvrBuiltin *builtin)
{
  const guint side = builtin->width;
  double edge = 0, all = 0;

  for (guint index = 0; index < 500; index++)
    {
      g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, index, NULL);
      double ink = 0;
      guint8 blackest = 0;

      for (guint y = 0; y < side; y++)
        for (guint x = 0; x < side; x++)
          {
            guint8 value = image->data[y * side + x];

            ink += value / 255.0;
            blackest = MAX (blackest, value);
            if (x == 0 || y == 0 || x == side - 1 || y == side - 1)
              edge += value / 255.0;
          }

      all += ink;
      g_assert_cmpfloat (ink / (side * side), >, 0.01);
      g_assert_cmpfloat (ink / (side * side), <, 0.55);
      g_assert_cmpuint (blackest, >, 120);
    }

  all /= 500 * side * side;
  g_test_message ("mean ink %.3f, share on the edge %.3f", all, edge / (all * 500 * side * side));
  g_assert_cmpfloat (all, >, 0.05);
  g_assert_cmpfloat (all, <, 0.35);
  g_assert_cmpfloat (edge / (all * 500 * side * side), <, 0.08);
}

static void
test_ink_is_there_and_inside (void)
{
  check_ink (cvr_builtin_find ("doodles"));
  check_ink (cvr_builtin_find ("digits"));
}

/* Colours and light: no picture is flat, black or white. */
static void
check_contrast (const CvrBuiltin *builtin)
{
  for (guint index = 0; index < 200; index++)
    {
      g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, index, NULL);
      const gsize n = cvr_image_n_bytes (image);
      double mean = 0, square = 0;

      for (gsize i = 0; i < n; i++)
        {
          mean += image->data[i] / (double) n;
          square += image->data[i] * (double) image->data[i] / (double) n;
        }

      g_assert_cmpfloat (mean, >, 8);
      g_assert_cmpfloat (mean, <, 247);
      g_assert_cmpfloat (sqrt (square - mean * mean), >, 4);
    }
}

static void
test_pictures_have_contrast (void)
{
  check_contrast (cvr_builtin_find ("pets"));
  check_contrast (cvr_builtin_find ("shapes"));
  check_contrast (cvr_builtin_find ("textures"));
}

static void
check_masks (const CvrBuiltin *builtin)
{
  gboolean has_masks = strcmp (builtin->name, "textures") == 0;

  for (guint index = 0; index < (has_masks ? 400u : 4u); index++)
    {
      CvrImage *drawn = NULL;
      g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, index, &drawn);
      g_autoptr (CvrImage) mask = drawn;
      guint n_marked = 0;

      g_assert_true ((mask != NULL) == has_masks);
      if (mask == NULL)
        continue;

      g_assert_cmpuint (mask->width, ==, image->width);
      g_assert_cmpuint (mask->height, ==, image->height);
      g_assert_cmpuint (mask->channels, ==, 1);
      for (gsize i = 0; i < cvr_image_n_bytes (mask); i++)
        {
          g_assert_true (mask->data[i] == 0 || mask->data[i] == 255);
          n_marked += mask->data[i] == 255;
        }

      if (strcmp (builtin->classes[index % builtin->n_classes], "defective") == 0)
        {
          g_assert_cmpuint (n_marked, >, 0);
          g_assert_cmpuint (n_marked, <, cvr_image_n_bytes (mask) / 3);
        }
      else
        g_assert_cmpuint (n_marked, ==, 0);
    }
}

static void
test_masks_mark_exactly_the_defective (void)
{
  each_set (check_masks);
}

/* Share of @n_test pictures nearest to the mean picture of their own class, of @n_train others. */
static double
nearest_mean_accuracy (const CvrBuiltin *builtin,
                       guint             n_train,
                       guint             n_test)
{
  const gsize n = (gsize) builtin->width * builtin->height * builtin->channels;
  g_autofree double *means = g_new0 (double, n * builtin->n_classes);
  guint n_right = 0;

  for (guint index = 0; index < n_train; index++)
    {
      g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, index, NULL);
      double *mean = means + n * (index % builtin->n_classes);

      for (gsize i = 0; i < n; i++)
        mean[i] += image->data[i] * (double) builtin->n_classes / n_train;
    }

  for (guint index = n_train; index < n_train + n_test; index++)
    {
      g_autoptr (CvrImage) image = cvr_builtin_draw (builtin, seed, index, NULL);
      double best = G_MAXDOUBLE;
      guint  nearest = 0;

      for (guint k = 0; k < builtin->n_classes; k++)
        {
          double distance = 0;

          for (gsize i = 0; i < n; i++)
            distance += (image->data[i] - means[n * k + i]) * (image->data[i] - means[n * k + i]);
          if (distance < best)
            {
              best = distance;
              nearest = k;
            }
        }
      n_right += nearest == index % builtin->n_classes;
    }

  return (double) n_right / n_test;
}

/* Learnable, but not by averaging: well above chance on drawings, far below what a network must
 * reach. */
static void
test_means_do_not_suffice (void)
{
  double doodles = nearest_mean_accuracy (cvr_builtin_find ("doodles"), 1000, 500);
  double digits = nearest_mean_accuracy (cvr_builtin_find ("digits"), 1000, 500);

  g_test_message ("nearest mean: doodles %.3f, digits %.3f", doodles, digits);
  g_assert_cmpfloat (doodles, >, 0.3);
  g_assert_cmpfloat (doodles, <, 0.85);
  g_assert_cmpfloat (digits, >, 0.3);
  g_assert_cmpfloat (digits, <, 0.85);
}

/* Colour and place tell nothing: of two or six classes, the mean picture finds hardly more than
 * chance. */
static void
test_colour_tells_nothing (void)
{
  double pets = nearest_mean_accuracy (cvr_builtin_find ("pets"), 400, 200);
  double shapes = nearest_mean_accuracy (cvr_builtin_find ("shapes"), 600, 300);
  double textures = nearest_mean_accuracy (cvr_builtin_find ("textures"), 300, 200);

  g_test_message ("nearest mean: pets %.3f, shapes %.3f, textures %.3f", pets, shapes, textures);
  g_assert_cmpfloat (pets, <, 0.7);
  g_assert_cmpfloat (shapes, <, 0.35);
  g_assert_cmpfloat (textures, <, 0.65);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/builtin/table-is-complete", test_table_is_complete);
  g_test_add_func ("/vision/builtin/same-bytes-on-every-thread", test_same_bytes_on_every_thread);
  g_test_add_func ("/vision/builtin/seeds-and-indices-differ", test_seeds_and_indices_differ);
  g_test_add_func ("/vision/builtin/ink-is-there-and-inside", test_ink_is_there_and_inside);
  g_test_add_func ("/vision/builtin/pictures-have-contrast", test_pictures_have_contrast);
  g_test_add_func ("/vision/builtin/masks-mark-exactly-the-defective",
                   test_masks_mark_exactly_the_defective);
  g_test_add_func ("/vision/builtin/means-do-not-suffice", test_means_do_not_suffice);
  g_test_add_func ("/vision/builtin/colour-tells-nothing", test_colour_tells_nothing);

  return g_test_run ();
}
