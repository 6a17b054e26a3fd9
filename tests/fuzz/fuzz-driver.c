/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target as an ordinary test: every file of a corpus whole, cut off at many lengths,
 * and with random changes from a printed seed.
 *
 *   fuzz-NAME FOLDER [SEED] */
#include "fuzz.h"

#include "cvr-rng.h"

#include <string.h>

enum
{
  MAX_CUTS = 4096,
  CHANGES = 2000,
};

/* A copy of exactly that size, so that a sanitizer sees a step beyond it. */
static void
run_copy (const guint8 *data,
          gsize         length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  LLVMFuzzerTestOneInput (copy, length);
}

static void
run_changed (const guint8 *data,
             gsize         length,
             CvrRng       *rng)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  for (guint i = 0; i <= cvr_rng_below (rng, 4); i++)
    {
      gsize at = cvr_rng_below (rng, (guint32) length);

      /* A size or a count that is just off, or anything at all. */
      copy[at] = cvr_rng_below (rng, 2) == 0 ? (guint8) (copy[at] + cvr_rng_below (rng, 3) - 1)
                                             : (guint8) cvr_rng_next (rng);
    }

  LLVMFuzzerTestOneInput (copy, length);
}

static void
run_file (const char *path,
          CvrRng     *rng)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize length, step;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);

  data = (const guint8 *) contents;
  step = length / MAX_CUTS + 1;
  for (gsize n = 0; n < length; n += step)
    run_copy (data, n);
  run_copy (data, length);
  for (guint i = 0; length > 0 && i < CHANGES; i++)
    run_changed (data, length, rng);
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

int
main (int    argc,
      char **argv)
{
  guint64 seed = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : g_random_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_cmpint (argc, >=, 2);
  g_print ("seed %" G_GUINT64_FORMAT "\n", seed);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (files, g_build_filename (argv[1], name, NULL));
  g_assert_cmpuint (files->len, >, 0);

  /* One order on every machine, so that a seed means the same everywhere. */
  g_ptr_array_sort (files, compare_names);
  for (guint i = 0; i < files->len; i++)
    run_file (g_ptr_array_index (files, i), &rng);

  return 0;
}
