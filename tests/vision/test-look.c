/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Perceptual hashes: versions of a picture are near, other pictures far; groups agree with trying
 * every pair; and what that comes to on published pictures where a copy is at hand. */
#include "cvr-archive.h"
#include "cvr-decode.h"
#include "cvr-idx.h"
#include "cvr-look.h"
#include "cvr-rng.h"

#include <string.h>

static const guint64 seed = 20261121;

typedef enum { SCALED, RECOMPRESSED, BRIGHTER, CROPPED, N_VERSIONS } Version;

static const char *const version_names[] = { "×0.7", "JPEG 60", "+10 %", "−3 %" };

static CvrImage *
crop (const CvrImage *image)
{
  guint less_x = MAX (1, (3 * image->width + 50) / 100);
  guint less_y = MAX (1, (3 * image->height + 50) / 100);
  CvrImage *cut = cvr_image_new (image->width - less_x, image->height - less_y, image->channels);
  gsize row = (gsize) cut->width * image->channels;

  for (guint y = 0; y < cut->height; y++)
    memcpy (cut->data + y * row,
            image->data +
              ((gsize) (y + less_y / 2) * image->width + less_x / 2) * image->channels,
            row);

  return cut;
}

static CvrImage *
version_of (CvrImage *image,
            Version   version)
{
  g_autoptr (GBytes) bytes = NULL;
  CvrImage *made = NULL;
  gsize length;
  const guint8 *data;

  switch (version)
    {
    case SCALED:
      return cvr_image_resize (image, MAX (1, (7 * image->width + 5) / 10),
                               MAX (1, (7 * image->height + 5) / 10));
    case RECOMPRESSED:
      bytes = cvr_image_encode_jpeg (image, 60, NULL);
      data = g_bytes_get_data (bytes, &length);
      return cvr_image_decode (data, length, "again.jpg", CVR_IMAGE_MAX_SIDE, NULL);
    case BRIGHTER:
      made = cvr_image_new (image->width, image->height, image->channels);
      for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
        made->data[i] = (guint8) MIN (255, (11 * image->data[i] + 5) / 10);
      return made;
    case CROPPED:
      return crop (image);
    case N_VERSIONS:
    default:
      g_assert_not_reached ();
    }
}

/* Soft hills in three colours: something that has low frequencies, as photographs do. */
static CvrImage *
scene (CvrRng *rng,
       guint   width,
       guint   height)
{
  g_autoptr (CvrImage) coarse = cvr_image_new (9, 7, 3);
  CvrImage *image;

  for (gsize i = 0; i < cvr_image_n_bytes (coarse); i++)
    coarse->data[i] = (guint8) cvr_rng_below (rng, 200);
  image = cvr_image_resize (coarse, width, height);

  return image;
}

static void
test_versions_are_near_others_far (void)
{
  CvrRng rng = cvr_rng_new (seed, 1);
  guint64 last = 0;

  for (guint k = 0; k < 60; k++)
    {
      g_autoptr (CvrImage) image =
        scene (&rng, 90 + cvr_rng_below (&rng, 80), 90 + cvr_rng_below (&rng, 80));
      guint64 look = cvr_look_of (image);

      for (guint v = 0; v < N_VERSIONS; v++)
        {
          g_autoptr (CvrImage) other = version_of (image, v);

          g_assert_cmpuint (cvr_look_distance (cvr_look_of (other), look), <=, CVR_LOOK_NEAR);
        }
      g_assert_cmpuint (cvr_look_distance (look, last), >, CVR_LOOK_NEAR);
      last = look;
    }
}

static void
test_same_pixels_same_look_and_digest (void)
{
  CvrRng rng = cvr_rng_new (seed, 2);
  g_autoptr (CvrImage) image = scene (&rng, 70, 50);
  g_autoptr (CvrImage) copy = scene (&rng, 70, 50);
  guint64 digest;

  memcpy (copy->data, image->data, cvr_image_n_bytes (image));
  digest = cvr_look_digest (image);
  g_assert_cmpuint (cvr_look_digest (copy), ==, digest);
  g_assert_cmpuint (cvr_look_of (copy), ==, cvr_look_of (image));
  g_assert_cmpfloat (cvr_look_likeness (image, copy), ==, 1);

  copy->data[1234] ^= 1;
  g_assert_cmpuint (cvr_look_digest (copy), !=, digest);
}

/* The sum is that of `sha256sum` over the same fifteen bytes. */
static void
test_digest_is_sha256_of_size_and_pixels (void)
{
  g_autoptr (CvrImage) tall = cvr_image_new (1, 3, 1);
  g_autoptr (CvrImage) wide = cvr_image_new (3, 1, 1);
  g_autoptr (CvrImage) colour = cvr_image_new (1, 1, 3);

  for (guint i = 0; i < 3; i++)
    tall->data[i] = wide->data[i] = colour->data[i] = (guint8) (i + 1);
  g_assert_cmphex (cvr_look_digest (tall), ==, G_GUINT64_CONSTANT (0x9de98fe8af6cd6a7));
  g_assert_cmphex (cvr_look_digest (wide), !=, cvr_look_digest (tall));
  g_assert_cmphex (cvr_look_digest (colour), !=, cvr_look_digest (wide));
}

static void
test_one_colour_is_near_the_same_colour_only (void)
{
  guint64 looks[256];

  for (guint level = 0; level < 256; level++)
    {
      g_autoptr (CvrImage) small = cvr_image_new (1, 1, 1);
      g_autoptr (CvrImage) large = cvr_image_new (120, 45, 3);

      small->data[0] = (guint8) level;
      memset (large->data, (int) level, cvr_image_n_bytes (large));
      looks[level] = cvr_look_of (small);
      g_assert_cmphex (looks[level], !=, 0);
      g_assert_cmphex (cvr_look_of (large), ==, looks[level]);
      for (guint other = 0; other < level; other++)
        g_assert_cmpuint (cvr_look_distance (looks[level], looks[other]), >, CVR_LOOK_NEAR);
    }
}

static void
test_likeness_is_blind_to_light_but_not_to_colour (void)
{
  CvrRng rng = cvr_rng_new (seed, 3);
  g_autoptr (CvrImage) image = scene (&rng, 60, 60);
  g_autoptr (CvrImage) brighter = version_of (image, BRIGHTER);
  g_autoptr (CvrImage) turned = cvr_image_new (60, 60, 3);
  g_autoptr (CvrImage) a = cvr_look_thumb (image, 3);
  g_autoptr (CvrImage) b = cvr_look_thumb (brighter, 3);
  g_autoptr (CvrImage) c = NULL;

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    turned->data[i] = image->data[i / 3 * 3 + (i + 1) % 3];
  c = cvr_look_thumb (turned, 3);

  g_assert_cmpuint (a->width, ==, 16);
  g_assert_cmpfloat (cvr_look_likeness (a, b), >, 0.999);
  g_assert_cmpfloat (cvr_look_likeness (a, c), <, CVR_LOOK_LIKENESS);
}

/* Looks in clusters of a few bits around random centres, some equal, some 0. */
static void
fill_looks (CvrRng  *rng,
            guint64 *looks,
            guint    n,
            guint    n_centres,
            guint    flips)
{
  for (guint i = 0; i < n; i++)
    {
      CvrRng centre = cvr_rng_new (seed, 100 + cvr_rng_below (rng, n_centres));

      looks[i] = (guint64) cvr_rng_next (&centre) << 32 | cvr_rng_next (&centre);
      for (guint f = cvr_rng_below (rng, flips + 1); f > 0; f--)
        looks[i] ^= G_GUINT64_CONSTANT (1) << cvr_rng_below (rng, 64);
      if (cvr_rng_below (rng, 50) == 0)
        looks[i] = 0;
    }
}

static guint
root_of (const guint *parents,
         guint        i)
{
  while (parents[i] != i)
    i = parents[i];

  return i;
}

static void
assert_like_brute_force (const guint64 *looks,
                         guint          n,
                         guint          most)
{
  g_autofree guint *parents = g_new (guint, n);
  g_autofree guint *groups = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      parents[i] = i;
      for (guint j = 0; looks[i] != 0 && j < i; j++)
        if (looks[j] != 0 && cvr_look_distance (looks[i], looks[j]) <= most)
          {
            guint a = root_of (parents, i), b = root_of (parents, j);

            parents[MAX (a, b)] = MIN (a, b);
          }
    }

  g_assert_true (cvr_look_groups (looks, n, most, NULL, NULL, groups));
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (groups[i], ==, root_of (parents, i));
}

/* Up to 3,000 looks: most limits under 12 bits are searched by parts, the others one by one. */
static void
test_groups_agree_with_brute_force (void)
{
  static const guint limits[] = { 0, 1, 3, 4, 7, 8, 11, 16, 64 };
  CvrRng rng = cvr_rng_new (seed, 4);

  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      guint n = 1 + cvr_rng_below (&rng, 3000);
      g_autofree guint64 *looks = g_new (guint64, n);

      fill_looks (&rng, looks, n, MAX (1, n / 4), limits[l] + 4);
      assert_like_brute_force (looks, n, limits[l]);
    }
}

typedef struct
{
  const guint64 *looks;
  guint          most;
  GHashTable    *seen;
  guint          n;
} Telling;

static void
told_cb (guint    i,
         guint    j,
         gpointer data)
{
  Telling *telling = data;
  guint64 *key = g_new (guint64, 1);

  g_assert_cmpuint (i, <, j);
  g_assert_cmpuint (cvr_look_distance (telling->looks[i], telling->looks[j]), <=, telling->most);
  *key = (guint64) i << 32 | j;
  g_assert_true (g_hash_table_add (telling->seen, key));
  telling->n++;
}

static void
test_each_pair_is_told_once (void)
{
  static const guint limits[] = { 3, 7, 12 };
  CvrRng rng = cvr_rng_new (seed, 5);
  enum { N = 2500 };
  g_autofree guint64 *looks = g_new (guint64, N);

  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr (GHashTable) seen =
        g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      Telling telling = { looks, limits[l], seen, 0 };
      guint wanted = 0;

      fill_looks (&rng, looks, N, N / 3, limits[l]);
      for (guint i = 0; i < N; i++)
        for (guint j = 0; j < i; j++)
          if (looks[i] != 0 && looks[j] != 0 &&
              cvr_look_distance (looks[i], looks[j]) <= limits[l])
            wanted++;
      g_assert_true (cvr_look_pairs (looks, N, limits[l], NULL, NULL, told_cb, &telling));
      g_assert_cmpuint (telling.n, ==, wanted);
    }
}

static gboolean
stop_cb (gpointer data)
{
  return --*(gint *) data > 0;
}

static void
test_search_can_be_stopped (void)
{
  CvrRng rng = cvr_rng_new (seed, 6);
  g_autofree guint64 *looks = g_new (guint64, 20000);
  g_autofree guint *groups = g_new (guint, 20000);
  gint asks = 5;

  fill_looks (&rng, looks, 20000, 20000, 0);
  g_assert_false (cvr_look_groups (looks, 20000, 4, stop_cb, &asks, groups));
  g_assert_cmpint (asks, ==, 0);
}

/* Twenty thousand equal looks must not be paired one by one. */
static void
test_many_and_equal_looks_are_grouped_in_time (void)
{
  CvrRng rng = cvr_rng_new (seed, 7);
  enum { N = 60000 };
  g_autofree guint64 *looks = g_new (guint64, N);
  g_autofree guint *groups = g_new (guint, N);
  gint64 start;

  fill_looks (&rng, looks, N, N, 4);
  for (guint i = 0; i < N / 3; i++)
    looks[3 * i] = 4711;
  start = g_get_monotonic_time ();
  g_assert_true (cvr_look_groups (looks, N, CVR_LOOK_NEAR, NULL, NULL, groups));
  g_test_message ("60,000 looks: %.2f s", (double) (g_get_monotonic_time () - start) / 1e6);
  for (guint i = 0; i < N / 3; i++)
    g_assert_cmpuint (groups[3 * i], ==, 0);
}

static char *
shared_path (const char *relative)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  g_autofree char *shared = chosen != NULL
                                ? g_strdup (chosen)
                                : g_test_build_filename (G_TEST_DIST, "..", "..", "shared", NULL);
  char *path = g_build_filename (shared, "data", relative, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *reason = g_strdup_printf ("%s is not here (set CONVISOR_SHARED)", relative);

      g_test_skip (reason);
      g_clear_pointer (&path, g_free);
    }

  return path;
}

/* How many versions of each kind are further than @most. */
static void
count_missed (GPtrArray *images,
              guint      most,
              guint     *missed)
{
  for (guint v = 0; v < N_VERSIONS; v++)
    missed[v] = 0;
  for (guint i = 0; i < images->len; i++)
    {
      guint64 look = cvr_look_of (images->pdata[i]);

      for (guint v = 0; v < N_VERSIONS; v++)
        {
          g_autoptr (CvrImage) other = version_of (images->pdata[i], v);

          missed[v] += cvr_look_distance (look, cvr_look_of (other)) > most;
        }
    }
  for (guint v = 0; v < N_VERSIONS; v++)
    g_test_message ("%s: %u of %u missed at %u bits", version_names[v], missed[v], images->len,
                    most);
}

static void
read_photographs (const char *path,
                  guint       most,
                  GPtrArray  *images)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrArchive) archive = cvr_archive_open_file (path, NULL, &error);
  CvrArchiveEntry entry;

  for (guint n = 0; n < most && cvr_archive_next (archive, &entry, &error); n++)
    {
      g_autoptr (GBytes) bytes = cvr_archive_read (archive, &error);
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      g_ptr_array_add (images,
                       cvr_image_decode (data, length, entry.path, CVR_IMAGE_MAX_SIDE, &error));
      g_assert_no_error (error);
    }
}

/* 800 of the 2,000 photographs. Over all 2,000: 2 of 8,000 versions missed (both cropped), and one
 * pair of two million within the limit, which is a true duplicate. */
static void
test_photographs_are_told_apart (void)
{
  g_autofree char *cats = shared_path ("cats-dogs/cats-160px.tar");
  g_autofree char *dogs = cats != NULL ? shared_path ("cats-dogs/dogs-160px.tar") : NULL;
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  g_autofree guint64 *looks = NULL;
  guint missed[N_VERSIONS];
  guint n_close = 0;

  if (dogs == NULL)
    return;

  read_photographs (cats, 400, images);
  read_photographs (dogs, 400, images);
  count_missed (images, CVR_LOOK_NEAR, missed);
  g_assert_cmpuint (missed[SCALED] + missed[RECOMPRESSED] + missed[BRIGHTER], ==, 0);
  g_assert_cmpuint (missed[CROPPED], <=, 4);

  looks = g_new (guint64, images->len);
  for (guint i = 0; i < images->len; i++)
    {
      looks[i] = cvr_look_of (images->pdata[i]);
      for (guint j = 0; j < i; j++)
        if (cvr_look_distance (looks[i], looks[j]) <= CVR_LOOK_NEAR)
          {
            g_autoptr (CvrImage) a = cvr_look_thumb (images->pdata[i], 3);
            g_autoptr (CvrImage) b = cvr_look_thumb (images->pdata[j], 3);

            n_close++;
            g_assert_cmpfloat (cvr_look_likeness (a, b), >, 0.95); /* They are duplicates. */
          }
    }
  g_test_message ("%u pairs of %u photographs within %u bits", n_close, images->len,
                  CVR_LOOK_NEAR);
}

static void
read_fashion (const char *path,
              guint       most,
              GPtrArray  *images)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrArchive) archive = cvr_archive_open_file (path, NULL, &error);
  CvrArchiveEntry entry;
  g_autoptr (GBytes) bytes = NULL;
  CvrIdx idx;
  gsize length;
  const guint8 *data;

  g_assert_true (cvr_archive_next (archive, &entry, &error));
  bytes = cvr_archive_read (archive, &error);
  data = g_bytes_get_data (bytes, &length);
  g_assert_true (cvr_idx_read (data, length, &idx, &error));
  for (guint i = 0; i < MIN (most, idx.dims[0]); i++)
    {
      CvrImage *image = cvr_image_new (28, 28, 1);

      memcpy (image->data, idx.values + (gsize) i * 28 * 28, 28 * 28);
      g_ptr_array_add (images, image);
    }
}

/* Trousers look like trousers: the look alone would put a fifth of these pictures into one heap;
 * with the thumbs no group has more than three. */
typedef struct
{
  GPtrArray *thumbs;
  guint     *by_look, *by_thumb;
} Heaps;

static void
heap_cb (guint    i,
         guint    j,
         gpointer data)
{
  Heaps *heaps = data;
  guint a = root_of (heaps->by_look, i), b = root_of (heaps->by_look, j);

  heaps->by_look[MAX (a, b)] = MIN (a, b);
  if (cvr_look_likeness (heaps->thumbs->pdata[i], heaps->thumbs->pdata[j]) <
      CVR_LOOK_LIKENESS_SMALL)
    return;
  a = root_of (heaps->by_thumb, i);
  b = root_of (heaps->by_thumb, j);
  heaps->by_thumb[MAX (a, b)] = MIN (a, b);
}

static guint
largest (const guint *parents,
         guint        n)
{
  g_autofree guint *sizes = g_new0 (guint, n);
  guint most = 0;

  for (guint i = 0; i < n; i++)
    {
      guint *size = &sizes[root_of (parents, i)];

      (*size)++;
      most = MAX (most, *size);
    }

  return most;
}

static void
test_small_pictures_do_not_run_together (void)
{
  g_autofree char *path = shared_path ("fashion-mnist/train-images-idx3-ubyte.gz");
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  g_autoptr (GPtrArray) thumbs = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  enum { N = 6000 };
  g_autofree guint64 *looks = g_new (guint64, N);
  g_autofree guint *by_look = g_new (guint, N);
  g_autofree guint *by_thumb = g_new (guint, N);
  Heaps heaps = { thumbs, by_look, by_thumb };

  if (path == NULL)
    return;

  read_fashion (path, N, images);
  for (guint i = 0; i < N; i++)
    {
      looks[i] = cvr_look_of (images->pdata[i]);
      g_ptr_array_add (thumbs, cvr_look_thumb (images->pdata[i], 1));
      by_look[i] = by_thumb[i] = i;
    }
  g_assert_true (
    cvr_look_pairs (looks, N, CVR_LOOK_NEAR_SMALL, NULL, NULL, heap_cb, &heaps));
  g_test_message ("largest heap of %u: %u by looks, %u with thumbs", N, largest (by_look, N),
                  largest (by_thumb, N));
  g_assert_cmpuint (largest (by_thumb, N), <=, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/look/versions-are-near-others-far", test_versions_are_near_others_far);
  g_test_add_func ("/vision/look/same-pixels-same-look-and-digest",
                   test_same_pixels_same_look_and_digest);
  g_test_add_func ("/vision/look/digest-is-sha256-of-size-and-pixels",
                   test_digest_is_sha256_of_size_and_pixels);
  g_test_add_func ("/vision/look/one-colour-is-near-the-same-colour-only",
                   test_one_colour_is_near_the_same_colour_only);
  g_test_add_func ("/vision/look/likeness-is-blind-to-light-but-not-to-colour",
                   test_likeness_is_blind_to_light_but_not_to_colour);
  g_test_add_func ("/vision/look/groups-agree-with-brute-force",
                   test_groups_agree_with_brute_force);
  g_test_add_func ("/vision/look/each-pair-is-told-once", test_each_pair_is_told_once);
  g_test_add_func ("/vision/look/search-can-be-stopped", test_search_can_be_stopped);
  g_test_add_func ("/vision/look/many-and-equal-looks-are-grouped-in-time",
                   test_many_and_equal_looks_are_grouped_in_time);
  g_test_add_func ("/vision/look/photographs-are-told-apart", test_photographs_are_told_apart);
  g_test_add_func ("/vision/look/small-pictures-do-not-run-together",
                   test_small_pictures_do_not_run_together);

  return g_test_run ();
}
