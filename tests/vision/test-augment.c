/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Augmentation: what is parsed is printed, what is off changes nothing, what is on stays inside. */
#include "cvr-augment.h"

#include <math.h>
#include <string.h>

static const guint64 seed = 4711;

enum { GUARD = 64, MAX_BYTES = 40 * 40 * 3 };

/* Pixels and scratch with guard bytes around both. */
typedef struct
{
  guint  width, height, channels;
  guint8 pixels[GUARD + MAX_BYTES + GUARD];
  guint8 scratch[GUARD + MAX_BYTES + GUARD];
} Bench;

static gsize
n_bytes (const Bench *bench)
{
  return (gsize) bench->width * bench->height * bench->channels;
}

static void
bench_init (Bench  *bench,
            CvrRng *rng,
            guint   width,
            guint   height,
            guint   channels)
{
  *bench = (Bench) { width, height, channels };
  memset (bench->pixels, 0xa5, sizeof bench->pixels);
  memset (bench->scratch, 0xa5, sizeof bench->scratch);
  for (gsize i = 0; i < n_bytes (bench); i++)
    bench->pixels[GUARD + i] = (guint8) cvr_rng_below (rng, 256);
}

static void
apply (Bench            *bench,
       const CvrAugment *augment,
       CvrRng            rng)
{
  cvr_augment_apply (augment, &rng, bench->width, bench->height, bench->channels,
                     bench->pixels + GUARD, bench->scratch + GUARD);

  for (guint i = 0; i < GUARD; i++)
    {
      g_assert_cmpuint (bench->pixels[i], ==, 0xa5);
      g_assert_cmpuint (bench->scratch[i], ==, 0xa5);
      g_assert_cmpuint (bench->pixels[GUARD + n_bytes (bench) + i], ==, 0xa5);
      g_assert_cmpuint (bench->scratch[GUARD + n_bytes (bench) + i], ==, 0xa5);
    }
}

static gboolean
same_pixels (const Bench *a,
             const Bench *b)
{
  return memcmp (a->pixels + GUARD, b->pixels + GUARD, n_bytes (a)) == 0;
}

static void
test_parse_and_print (void)
{
  static const struct { const char *list, *printed; } cases[] = {
    { "", "none" },
    { "none", "none" },
    { "  ", "none" },
    { "flip", "flip=0.5" },
    { "flip=1,rotate=0.3", "flip=1,rotate=0.3" },
    { " rotate=0.3 , flip ", "flip=0.5,rotate=0.3" },
    { "blur=0", "none" },
    { "noise=0.1,noise=0.2", "noise=0.2" },
    { "zoom=1e-3", "zoom=0.001" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CvrAugment augment, again;
      g_autoptr (GError) error = NULL;
      g_autofree char *printed = NULL;

      g_assert_true (cvr_augment_parse (cases[i].list, &augment, &error));
      g_assert_no_error (error);
      printed = cvr_augment_to_string (&augment);
      g_assert_cmpstr (printed, ==, cases[i].printed);
      g_assert_true (cvr_augment_parse (printed, &again, &error));
      g_assert_cmpmem (&augment, sizeof augment, &again, sizeof again);
    }
}

static void
test_every_strength_reads_back (void)
{
  CvrRng rng = cvr_rng_new (seed, 0);

  for (guint k = 0; k < 200; k++)
    {
      CvrAugment augment, again;
      g_autofree char *printed = NULL;

      for (guint i = 0; i < CVR_N_AUGMENTS; i++)
        augment.strength[i] = (float) cvr_rng_uniform (&rng);
      printed = cvr_augment_to_string (&augment);
      g_assert_true (cvr_augment_parse (printed, &again, NULL));
      g_assert_cmpmem (&augment, sizeof augment, &again, sizeof again);
    }
}

static void
test_bad_lists_are_refused (void)
{
  static const char *const bad[] = {
    "flop", "flip,", ",flip", "flip=", "flip=x", "flip=0.5x", "flip=1.01", "flip=-0.1",
    "flip=nan", "flip=inf", "flip=0,5", "Flip", "fli", "flip==1", "flip rotate", "=1", "none,flip",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      CvrAugment augment = { { 0.25f } };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (cvr_augment_parse (bad[i], &augment, &error));
      g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_cmpfloat (augment.strength[0], ==, 0.25f);
    }
}

static void
test_message_names_strength_and_range (void)
{
  CvrAugment augment;
  g_autoptr (GError) error = NULL;

  g_assert_false (cvr_augment_parse ("flip,zoom=7", &augment, &error));
  g_assert_nonnull (strstr (error->message, "zoom"));
  g_assert_nonnull (strstr (error->message, "7"));
  g_assert_nonnull (strstr (error->message, "from 0 to 1"));
}

static void
test_off_leaves_bytes_alone (void)
{
  CvrRng rng = cvr_rng_new (seed, 1), before;
  CvrAugment off = { { 0 } };
  Bench bench, original;

  bench_init (&bench, &rng, 17, 9, 3);
  original = bench;
  before = rng;
  g_assert_true (cvr_augment_is_off (&off));
  cvr_augment_apply (&off, &rng, 17, 9, 3, bench.pixels + GUARD, bench.scratch + GUARD);
  g_assert_true (same_pixels (&bench, &original));
  g_assert_cmpmem (&rng, sizeof rng, &before, sizeof before);
}

static void
test_same_generator_same_bytes (void)
{
  CvrRng rng = cvr_rng_new (seed, 2);
  CvrAugment all;
  Bench a, b, c;

  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    all.strength[i] = 0.6f;
  bench_init (&a, &rng, 28, 28, 1);
  b = c = a;
  memset (b.scratch + GUARD, 0x11, MAX_BYTES); /* What scratch held must not matter. */
  memset (b.scratch + GUARD + n_bytes (&b), 0xa5, GUARD);
  apply (&a, &all, cvr_rng_new (5, 6));
  apply (&b, &all, cvr_rng_new (5, 6));
  apply (&c, &all, cvr_rng_new (5, 7));
  g_assert_true (same_pixels (&a, &b));
  g_assert_false (same_pixels (&a, &c));
}

static void
test_each_kind_changes_something (void)
{
  CvrRng rng = cvr_rng_new (seed, 3);

  for (guint kind = 0; kind < CVR_N_AUGMENTS; kind++)
    {
      CvrAugment augment = { { 0 } };
      Bench bench, original;

      augment.strength[kind] = 1;
      g_assert_false (cvr_augment_is_off (&augment));
      bench_init (&bench, &rng, 24, 20, 3);
      original = bench;
      if (kind == CVR_AUGMENT_ALTERNATE)
        cvr_augment_mirror (24, 20, 3, bench.pixels + GUARD);
      else
        apply (&bench, &augment, rng);
      g_test_message ("%s", cvr_augment_name ((CvrAugmentKind) kind));
      g_assert_false (same_pixels (&bench, &original));
    }
}

/* Both sides of every picture in two epochs, the same again in the next two; about half of them
 * mirrored in each. */
static void
test_alternate_shows_both_sides (void)
{
  guint n_mirrored = 0;

  for (guint index = 0; index < 1000; index++)
    {
      n_mirrored += cvr_augment_mirrors (index, 0) ? 1 : 0;
      g_assert_true (cvr_augment_mirrors (index, 0) != cvr_augment_mirrors (index, 1));
      g_assert_true (cvr_augment_mirrors (index, 0) == cvr_augment_mirrors (index, 2));
    }
  /* Four standard deviations of a fair coin. */
  g_assert_cmpuint (n_mirrored, >, 436);
  g_assert_cmpuint (n_mirrored, <, 564);
}

static void
test_mirror_undoes_itself (void)
{
  guint8 pixels[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  static const guint8 mirrored[] = { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 };
  static const guint8 in_colour[] = { 4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9 };

  cvr_augment_mirror (3, 4, 1, pixels);
  g_assert_cmpmem (pixels, 12, mirrored, 12);
  cvr_augment_mirror (3, 4, 1, pixels);
  cvr_augment_mirror (2, 2, 3, pixels);
  g_assert_cmpmem (pixels, 12, in_colour, 12);
}

/* At full strength up to an eighth of the side, whole pixels; what comes in is the reflection. */
static void
test_translate_reflects (void)
{
  CvrAugment augment = { { 0 } };
  gboolean seen[5][5] = { { FALSE } };

  augment.strength[CVR_AUGMENT_TRANSLATE] = 1;
  for (guint i = 0; i < 400; i++)
    {
      guint8 pixels[16 * 16], scratch[16 * 16], original[16 * 16];
      CvrRng rng = cvr_rng_new (seed, i);
      gboolean found = FALSE;

      for (guint p = 0; p < 256; p++)
        original[p] = pixels[p] = (guint8) p;
      cvr_augment_apply (&augment, &rng, 16, 16, 1, pixels, scratch);
      for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++)
          {
            gboolean same = TRUE;

            for (int y = 0; y < 16; y++)
              for (int x = 0; x < 16; x++)
                {
                  int u = ABS (x - dx), v = ABS (y - dy);

                  u = u > 15 ? 30 - u : u;
                  v = v > 15 ? 30 - v : v;
                  same &= pixels[y * 16 + x] == original[v * 16 + u];
                }
            found |= same;
            seen[dy + 2][dx + 2] |= same;
          }
      g_assert_true (found);
    }
  for (guint i = 0; i < 25; i++)
    g_assert_true (seen[i / 5][i % 5]);
}

static void
test_saturation_spares_grey (void)
{
  CvrRng rng = cvr_rng_new (seed, 4);
  CvrAugment augment = { { 0 } };
  Bench bench, original;

  augment.strength[CVR_AUGMENT_SATURATION] = 1;
  bench_init (&bench, &rng, 24, 20, 1);
  original = bench;
  apply (&bench, &augment, rng);
  g_assert_true (same_pixels (&bench, &original));
}

static void
test_flip_mirrors_and_undoes_itself (void)
{
  CvrRng rng = cvr_rng_new (seed, 5);
  CvrAugment flip = { { 0 } };

  flip.strength[CVR_AUGMENT_FLIP] = 1;
  for (guint width = 1; width <= 40; width++)
    {
      Bench bench, original;

      bench_init (&bench, &rng, width, 13, 3);
      original = bench;
      apply (&bench, &flip, rng);
      for (guint y = 0; y < 13; y++)
        for (guint x = 0; x < width; x++)
          g_assert_cmpmem (bench.pixels + GUARD + (y * width + x) * 3, 3,
                           original.pixels + GUARD + (y * width + width - 1 - x) * 3, 3);
      apply (&bench, &flip, rng);
      g_assert_true (same_pixels (&bench, &original));
    }
}

/* Half of many are flipped at strength 0.5: of 1,000 between 400 and 600 (six deviations). */
static void
test_flip_strength_is_probability (void)
{
  CvrRng rng = cvr_rng_new (seed, 6);
  CvrAugment flip = { { 0.5f } };
  guint n_flipped = 0;

  for (guint i = 0; i < 1000; i++)
    {
      guint8 pixels[] = { 1, 2 }, scratch[2];

      cvr_augment_apply (&flip, &rng, 2, 1, 1, pixels, scratch);
      n_flipped += pixels[0] == 2;
    }

  g_assert_cmpuint (n_flipped, >, 400);
  g_assert_cmpuint (n_flipped, <, 600);
}

/* Borders repeat: geometry and blur bring no value in that was not there. */
static void
test_geometry_invents_no_colours (void)
{
  CvrRng rng = cvr_rng_new (seed, 7);

  for (guint kind = CVR_AUGMENT_FLIP; kind <= CVR_AUGMENT_CROP; kind++)
    {
      CvrAugment augment = { { 0 } };
      Bench bench;

      augment.strength[kind] = 1;
      augment.strength[CVR_AUGMENT_BLUR] = 1;
      bench_init (&bench, &rng, 21, 30, 3);
      for (gsize i = 0; i < n_bytes (&bench); i++)
        bench.pixels[GUARD + i] = (guint8) (60 + i % 3);
      apply (&bench, &augment, rng);
      for (gsize i = 0; i < n_bytes (&bench); i++)
        g_assert_cmpuint (bench.pixels[GUARD + i], ==, 60 + i % 3);
    }
}

/* A white disc of radius 12 in the middle of 40 × 40. */
static void
disc_init (Bench  *bench,
           CvrRng *rng)
{
  bench_init (bench, rng, 40, 40, 1);
  for (guint y = 0; y < 40; y++)
    for (guint x = 0; x < 40; x++)
      bench->pixels[GUARD + y * 40 + x] = hypot (x - 19.5, y - 19.5) < 12 ? 255 : 0;
}

/* White pixels, and the middle of what is white. */
static double
disc_area (const Bench *bench,
           double      *middle_x,
           double      *middle_y)
{
  double area = 0;

  *middle_x = *middle_y = 0;
  for (guint y = 0; y < 40; y++)
    for (guint x = 0; x < 40; x++)
      {
        double white = bench->pixels[GUARD + y * 40 + x] / 255.0;

        area += white;
        *middle_x += white * x;
        *middle_y += white * y;
      }
  *middle_x /= area;
  *middle_y /= area;

  return area;
}

static void
test_geometry_keeps_its_bounds (void)
{
  CvrRng rng = cvr_rng_new (seed, 8);
  const double area = G_PI * 12 * 12;

  for (guint k = 0; k < 300; k++)
    {
      CvrAugment augment = { { 0 } };
      guint kind = (guint[]){ CVR_AUGMENT_ROTATE, CVR_AUGMENT_SHIFT, CVR_AUGMENT_ZOOM }[k % 3];
      double     x, y, after;
      Bench      bench;

      augment.strength[kind] = 1;
      disc_init (&bench, &rng);
      cvr_rng_next (&rng);
      apply (&bench, &augment, rng);
      after = disc_area (&bench, &x, &y);

      /* 3 %: the disc's rim is made of whole pixels. A shift cuts up to 2 pixels off the disc. */
      if (kind == CVR_AUGMENT_ROTATE)
        g_assert_cmpfloat_with_epsilon (after, area, 0.03 * area);
      if (kind != CVR_AUGMENT_SHIFT)
        g_assert_cmpfloat (hypot (x - 19.5, y - 19.5), <, 0.1);
      g_assert_cmpfloat (fabs (x - 19.5), <=, 10.1);
      g_assert_cmpfloat (fabs (y - 19.5), <=, 10.1);
      g_assert_cmpfloat (after, >, 0.6 * 0.6 * 0.97 * area);
      g_assert_cmpfloat (after, <, 1.4 * 1.4 * 1.03 * area);
    }
}

/* Random sizes, down to one pixel, all kinds at once: guards are checked in apply(). */
static void
test_never_writes_outside (void)
{
  CvrRng rng = cvr_rng_new (seed, 9);

  for (guint k = 0; k < 300; k++)
    {
      CvrAugment augment;
      Bench bench;

      for (guint i = 0; i < CVR_N_AUGMENTS; i++)
        augment.strength[i] = (float) cvr_rng_uniform (&rng);
      bench_init (&bench, &rng, 1 + cvr_rng_below (&rng, 40), 1 + cvr_rng_below (&rng, 40),
                  cvr_rng_below (&rng, 2) == 0 ? 1 : 3);
      apply (&bench, &augment, rng);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/augment/parse-and-print", test_parse_and_print);
  g_test_add_func ("/vision/augment/every-strength-reads-back", test_every_strength_reads_back);
  g_test_add_func ("/vision/augment/bad-lists-are-refused", test_bad_lists_are_refused);
  g_test_add_func ("/vision/augment/message-names-strength-and-range",
                   test_message_names_strength_and_range);
  g_test_add_func ("/vision/augment/off-leaves-bytes-alone", test_off_leaves_bytes_alone);
  g_test_add_func ("/vision/augment/same-generator-same-bytes", test_same_generator_same_bytes);
  g_test_add_func ("/vision/augment/each-kind-changes-something",
                   test_each_kind_changes_something);
  g_test_add_func ("/vision/augment/alternate-shows-both-sides", test_alternate_shows_both_sides);
  g_test_add_func ("/vision/augment/mirror-undoes-itself", test_mirror_undoes_itself);
  g_test_add_func ("/vision/augment/translate-reflects", test_translate_reflects);
  g_test_add_func ("/vision/augment/saturation-spares-grey", test_saturation_spares_grey);
  g_test_add_func ("/vision/augment/flip-mirrors-and-undoes-itself",
                   test_flip_mirrors_and_undoes_itself);
  g_test_add_func ("/vision/augment/flip-strength-is-probability",
                   test_flip_strength_is_probability);
  g_test_add_func ("/vision/augment/geometry-invents-no-colours",
                   test_geometry_invents_no_colours);
  g_test_add_func ("/vision/augment/geometry-keeps-its-bounds", test_geometry_keeps_its_bounds);
  g_test_add_func ("/vision/augment/never-writes-outside", test_never_writes_outside);

  return g_test_run ();
}
