/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures into a real project: seconds, size of the file, memory of this process and of the
 * decoding helpers.
 * usage: bench-import [fashion] [photos[=N]] [malformed]     default: all three, 2,000 photos
 * fashion: the 60,000 pictures of Fashion-MNIST. photos: 12-megapixel JPEG files that are made here
 * (50 different ones, each under many names). malformed: all hostile files and odd photographs in
 * one go, then each by itself, whatever it is, through the decoding helper. The data is looked for
 * under $CONVISOR_SHARED. */
#include "cvr-archive.h"
#include "cvr-decode.h"
#include "cvr-decoder.h"
#include "cvr-project.h"
#include "cvr-rng.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum
{
  N_PHOTOS = 2000,
  N_DIFFERENT = 50,
  WIDTH = 4000,
  HEIGHT = 3000,
};

static void
die (const GError *error)
{
  g_printerr ("%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

/* Most memory that this process, or any helper that has ended, has had: megabytes. */
static double
peak (int who)
{
  struct rusage usage;

  getrusage (who, &usage);

  return (double) usage.ru_maxrss / 1024.0;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

typedef struct
{
  gboolean       done;
  CvrLoadReport *report;
} Done;

static void
done_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  Done *done = data;

  if (error != NULL)
    die (error);
  done->done = TRUE;
  done->report = result;
}

/* The longest turn of the main loop while the import ran, milliseconds. */
static double
wait_for (Done *done)
{
  gint64 longest = 0;

  while (!done->done)
    {
      gint64 start;

      if (!g_main_context_pending (NULL))
        {
          g_usleep (500);
          continue;
        }
      start = g_get_monotonic_time ();
      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, g_get_monotonic_time () - start);
    }

  return (double) longest / 1e3;
}

static CvrProject *
open_project (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project = cvr_project_open (path, &warning, &error);

  if (project == NULL)
    die (error);

  return project;
}

static void
measure (const char        *what,
         const char        *folder,
         const char *const *sources)
{
  g_autofree char *path = g_build_filename (folder, "bench.convisor", NULL);
  CvrProject *project = open_project (path);
  Done done = { FALSE, NULL };
  GStatBuf status;
  gint64 start = g_get_monotonic_time ();
  double longest, seconds, reopened;

  cvr_project_import (project, sources, NULL, FALSE, NULL, done_cb, &done);
  longest = wait_for (&done);
  cvr_project_wait (project);
  seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  cvr_project_close (project);
  g_object_unref (project);
  g_stat (path, &status);

  start = g_get_monotonic_time ();
  project = open_project (path);
  reopened = (double) (g_get_monotonic_time () - start) / 1e6;
  g_print ("%s: %u pictures (%u damaged, %u scaled, %u the same, %u left out) in %.1f s\n"
           "  file %.1f MB, opened again in %.2f s, longest main loop turn %.0f ms\n"
           "  most memory: %.0f MB here, %.0f MB in a decoding helper\n",
           what, done.report->n_loaded, done.report->n_damaged, done.report->n_scaled,
           done.report->n_same, done.report->n_skipped, seconds, (double) status.st_size / 1e6,
           reopened, longest, peak (RUSAGE_SELF), peak (RUSAGE_CHILDREN));
  cvr_project_report_free (done.report);
  cvr_project_close (project);
  g_object_unref (project);
  remove_all (path);
}

/* Slopes and noise, as a photo has them: about as many bytes as a telephone's camera makes. */
static void
write_photo (const char *path,
             guint       seed)
{
  CvrRng rng = cvr_rng_new (seed, 0);
  g_autoptr (CvrImage) image = cvr_image_new (WIDTH, HEIGHT, 3);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      {
        guint8 *p = image->data + 3 * ((gsize) y * WIDTH + x);
        guint noise = cvr_rng_next (&rng) & 15;

        p[0] = (guint8) (x * 200 / WIDTH + noise);
        p[1] = (guint8) (y * 200 / HEIGHT + noise);
        p[2] = (guint8) ((x / 40 + y / 30 + seed * 7) % 200 + noise);
      }
  bytes = cvr_image_encode_jpeg (image, 85, &error);
  if (bytes == NULL || !g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                             (gssize) g_bytes_get_size (bytes), &error))
    die (error);
}

static void
measure_photos (const char *folder,
                guint       n)
{
  g_autofree char *photos = g_build_filename (folder, "photos", NULL);
  const char *const sources[] = { photos, NULL };

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.jpg", i);
      g_autofree char *first = g_strdup_printf ("%04u.jpg", i % N_DIFFERENT);
      g_autofree char *sub = g_build_filename (photos, i % 2 == 0 ? "cat" : "dog", NULL);
      g_autofree char *path = g_build_filename (sub, name, NULL);
      g_autofree char *same = g_build_filename (sub, first, NULL);

      g_mkdir_with_parents (sub, 0700);
      if (i < N_DIFFERENT)
        write_photo (path, i);
      else if (link (same, path) != 0)
        die (NULL);
    }
  measure ("photos", folder, sources);
}

/* One file after the other */

typedef struct
{
  CvrDecoder *decoder;
  guint       n, n_refused, n_slow; /* more than a second */
  double      seconds, slowest;
  char       *slowest_name, *slowest_end;
} OneByOne;

static void
time_bytes (OneByOne   *self,
            const char *name,
            GBytes     *bytes)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CvrImage) image = cvr_decoder_decode (self->decoder, bytes, name, 1024, NULL, &error);
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;

  self->n++;
  self->n_refused += image == NULL;
  self->n_slow += seconds > 1;
  self->seconds += seconds;
  if (seconds <= self->slowest)
    return;
  self->slowest = seconds;
  g_free (self->slowest_name);
  g_free (self->slowest_end);
  self->slowest_name = g_strdup (name);
  self->slowest_end = image != NULL ? g_strdup_printf ("%u × %u", image->width, image->height)
                                    : g_strdup (error->message);
}

static void
time_archive (OneByOne   *self,
              const char *path)
{
  CvrArchiveLimits limits = cvr_archive_limits ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrArchive) archive = cvr_archive_open_file (path, &limits, &error);
  CvrArchiveEntry entry;

  if (archive == NULL)
    die (error);
  while (cvr_archive_next (archive, &entry, &error))
    {
      g_autoptr (GBytes) bytes = cvr_archive_read (archive, NULL);

      if (bytes != NULL)
        time_bytes (self, entry.path, bytes);
    }
  if (error != NULL)
    die (error);
}

static void
time_all (OneByOne   *self,
          const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      time_all (self, child);
    }
  if (dir == NULL && g_str_has_suffix (path, ".tar.xz"))
    {
      time_archive (self, path);
    }
  else if (dir == NULL)
    {
      g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, NULL);
      g_autoptr (GBytes) bytes = mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
      g_autofree char *base = g_path_get_basename (path);

      if (bytes != NULL)
        time_bytes (self, base, bytes);
    }
}

static void
measure_one_by_one (const char *const *sources)
{
  OneByOne self = { .decoder = cvr_decoder_new () };

  for (guint i = 0; sources[i] != NULL; i++)
    time_all (&self, sources[i]);
  cvr_decoder_unref (self.decoder);
  g_print ("one by one: %u files (%u refused, %u took more than 1 s) in %.1f s\n"
           "  slowest: %s, %.2f s: %s\n"
           "  most memory in a decoding helper: %.0f MB\n",
           self.n, self.n_refused, self.n_slow, self.seconds, self.slowest_name, self.slowest,
           self.slowest_end, peak (RUSAGE_CHILDREN));
  g_free (self.slowest_name);
  g_free (self.slowest_end);
}

static void
measure_malformed (const char *folder,
                   const char *shared)
{
  g_autofree char *malformed = g_build_filename (shared, "data", "malformed", NULL);
  g_autofree char *photos = g_build_filename (shared, "data", "photos-original", NULL);
  const char *const sources[] = { malformed, photos, NULL };

  measure ("malformed", folder, sources);
  measure_one_by_one (sources);
}

int
main (int    argc,
      char **argv)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  const char *shared = chosen != NULL ? chosen : "../shared";
  g_autofree char *fashion = g_build_filename (shared, "data", "fashion-mnist",
                                               "train-images-idx3-ubyte.gz", NULL);
  const char *const fashion_sources[] = { fashion, NULL };
  static char *const all[] = { "", "fashion", "photos", "malformed" };
  char *const *words = argc > 1 ? argv : all;
  gint n = argc > 1 ? argc : (gint) G_N_ELEMENTS (all);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  setlocale (LC_ALL, "");
  folder = g_dir_make_tmp ("convisor-bench-XXXXXX", &error);
  if (folder == NULL)
    die (error);
  for (gint i = 1; i < n; i++)
    if (g_str_equal (words[i], "fashion"))
      measure ("fashion", folder, fashion_sources);
    else if (g_str_equal (words[i], "malformed"))
      measure_malformed (folder, shared);
    else
      measure_photos (folder, g_str_has_prefix (words[i], "photos=")
                                ? (guint) atoi (words[i] + strlen ("photos="))
                                : N_PHOTOS);
  remove_all (folder);

  return 0;
}
