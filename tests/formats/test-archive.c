/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives as streams of files: every kind, nested names, bounds, and archives that are broken. */
#include "cvr-archive.h"
#include "cvr-test-archive.h"

#include <string.h>

static const char *const formats[] = { "tar", "tar.gz", "tar.xz", "tar.bz2", "zip" };

static GBytes *
make (const char *format)
{
  CvrTestArchive *archive = cvr_test_archive_new (format);

  cvr_test_archive_folder (archive, "top");
  cvr_test_archive_add (archive, "top/a.txt", "alpha", 5);
  cvr_test_archive_link (archive, "top/link", "/etc/passwd");
  cvr_test_archive_add (archive, "./top//ñ b.txt", "beta!", 5);
  cvr_test_archive_add (archive, "../../../etc/empty", "", 0);

  return cvr_test_archive_finish (archive);
}

static CvrArchive *
open_bytes (GBytes                 *bytes,
            const CvrArchiveLimits *limits)
{
  g_autoptr (GError) error = NULL;
  CvrArchive *archive = cvr_archive_open_bytes (g_bytes_get_data (bytes, NULL),
                                                g_bytes_get_size (bytes), limits, &error);

  g_assert_no_error (error);

  return archive;
}

static void
assert_next (CvrArchive *archive,
             const char *path,
             const char *contents)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  CvrArchiveEntry entry;
  guint8 head[2];
  gsize n;

  g_assert_true (cvr_archive_next (archive, &entry, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (entry.path, ==, path);
  n = cvr_archive_peek (archive, head, sizeof head, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (head, n, contents, MIN (strlen (contents), sizeof head));
  bytes = cvr_archive_read (archive, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), contents,
                   strlen (contents));
}

static void
test_streams_every_kind (void)
{
  for (guint f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      g_autoptr (GBytes) bytes = make (formats[f]);
      g_autoptr (CvrArchive) archive = open_bytes (bytes, NULL);
      g_autoptr (GError) error = NULL;
      CvrArchiveEntry entry;

      g_test_message ("%s", formats[f]);
      g_assert_true (
          cvr_archive_is (g_bytes_get_data (bytes, NULL), MIN (512, g_bytes_get_size (bytes))));
      assert_next (archive, "top/a.txt", "alpha");
      assert_next (archive, "top/ñ b.txt", "beta!");
      assert_next (archive, "etc/empty", "");
      g_assert_false (cvr_archive_next (archive, &entry, &error));
      g_assert_no_error (error);
    }
}

static void
test_passes_over_unread_files (void)
{
  g_autoptr (GBytes) bytes = make ("tar.gz");
  g_autoptr (CvrArchive) archive = open_bytes (bytes, NULL);
  g_autoptr (GError) error = NULL;
  CvrArchiveEntry entry;

  g_assert_true (cvr_archive_next (archive, &entry, &error));
  assert_next (archive, "top/ñ b.txt", "beta!");
}

/* A lone compressed file has no name of its own. */
static void
test_reads_a_lone_file (void)
{
  static const guint8 gzip[] = { 0x1f, 0x8b, 8, 0, 0,    0,    0,    0,    0, 3, 0x4b, 0xcc, 0x29,
                                 0xc8, 0x48, 4, 0, 0x6a, 0x39, 0xe0, 0xd0, 5, 0, 0,    0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (gzip, sizeof gzip);
  g_autoptr (CvrArchive) archive = open_bytes (bytes, NULL);

  assert_next (archive, NULL, "alpha");
}

static gboolean
read_all (CvrArchive *archive,
          GError    **error)
{
  CvrArchiveEntry entry;
  GError *reason = NULL;

  while (cvr_archive_next (archive, &entry, &reason))
    {
      g_autoptr (GBytes) bytes = cvr_archive_read (archive, &reason);

      if (bytes == NULL)
        break;
    }
  if (reason != NULL)
    g_propagate_error (error, reason);

  return reason == NULL;
}

static gboolean
stop_at_third (gpointer data)
{
  guint *calls = data;

  return ++*calls >= 3;
}

static void
test_bounds (void)
{
  g_autofree char *zeros = g_malloc0 (1 << 20);
  CvrTestArchive *writer = cvr_test_archive_new ("tar.xz");
  g_autoptr (GBytes) bytes = NULL;
  guint calls = 0;
  const struct
  {
    CvrArchiveLimits limits;
    gint             code; /* −1: within */
  } cases[] = {
    { { 1 << 20, 4 << 20, 4, NULL, NULL }, -1 },
    { { (1 << 20) - 1, 4 << 20, 4, NULL, NULL }, CVR_FORMAT_ERROR_TOO_LARGE },
    { { 1 << 20, (4 << 20) - 1, 4, NULL, NULL }, CVR_FORMAT_ERROR_TOO_LARGE },
    { { 1 << 20, 4 << 20, 3, NULL, NULL }, CVR_FORMAT_ERROR_TOO_LARGE },
    { { 1 << 20, 4 << 20, 4, stop_at_third, &calls }, CVR_FORMAT_ERROR_STOPPED },
  };

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      cvr_test_archive_add (writer, name, zeros, 1 << 20);
    }
  bytes = cvr_test_archive_finish (writer);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 1 << 16); /* which is what makes it a bomb */

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrArchive) archive = open_bytes (bytes, &cases[i].limits);
      g_autoptr (GError) error = NULL;

      g_assert_true (read_all (archive, &error) == (cases[i].code < 0));
      if (cases[i].code >= 0)
        g_assert_error (error, CVR_FORMAT_ERROR, cases[i].code);
    }
}

/* What is passed over is unpacked all the same, and counts. */
static void
test_unread_bytes_count (void)
{
  g_autofree char *zeros = g_malloc0 (1 << 20);
  CvrTestArchive *writer = cvr_test_archive_new ("tar.gz");
  const CvrArchiveLimits limits = { 1 << 20, 1 << 19, 100, NULL, NULL };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CvrArchive) archive = NULL;
  g_autoptr (GError) error = NULL;
  CvrArchiveEntry entry;

  cvr_test_archive_add (writer, "big", zeros, 1 << 20);
  cvr_test_archive_add (writer, "small", "x", 1);
  bytes = cvr_test_archive_finish (writer);
  archive = open_bytes (bytes, &limits);

  g_assert_true (cvr_archive_next (archive, &entry, &error));
  g_assert_false (cvr_archive_next (archive, &entry, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE);
}

/* Any cut ends with an error or with fewer files, never otherwise. */
static void
test_survives_every_cut (void)
{
  for (guint f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      g_autoptr (GBytes) bytes = make (formats[f]);
      gsize length, step;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      guint n_errors = 0;

      step = MAX (1, length / 700);
      for (gsize n = 0; n < length; n += step)
        {
          g_autofree guint8 *copy = g_memdup2 (data, n);
          g_autoptr (GError) error = NULL;
          g_autoptr (CvrArchive) archive = cvr_archive_open_bytes (copy, n, NULL, &error);

          n_errors += archive == NULL || !read_all (archive, &error);
        }
      g_assert_cmpuint (n_errors, >, 0);
    }
}

static void
test_knows_no_others (void)
{
  static const char *const others[] = {
    "", "P", "PK", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "GIF89a", "plain text"
  };
  guint8 zeros[512] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (cvr_archive_is ((const guint8 *) others[i], strlen (others[i])));
  g_assert_false (cvr_archive_is (zeros, sizeof zeros));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/archive/streams-every-kind", test_streams_every_kind);
  g_test_add_func ("/formats/archive/passes-over-unread-files", test_passes_over_unread_files);
  g_test_add_func ("/formats/archive/reads-a-lone-file", test_reads_a_lone_file);
  g_test_add_func ("/formats/archive/bounds", test_bounds);
  g_test_add_func ("/formats/archive/unread-bytes-count", test_unread_bytes_count);
  g_test_add_func ("/formats/archive/survives-every-cut", test_survives_every_cut);
  g_test_add_func ("/formats/archive/knows-no-others", test_knows_no_others);

  return g_test_run ();
}
