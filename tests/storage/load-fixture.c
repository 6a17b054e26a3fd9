/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes sources, loads them, and tells what came of them. */
#include "load-fixture.h"

#include "cvr-test-pictures.h"

#include <glib/gstdio.h>
#include <string.h>

void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-load-XXXXXX", &error);
  g_assert_no_error (error);
  self->dataset = cvr_dataset_new ();
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL
                                                                    : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  remove_all (self->folder);
  g_free (self->folder);
  cvr_dataset_unref (self->dataset);
  cvr_load_report_clear (&self->report);
}

void
fixture_add (const char *path,
             void       (*test) (Fixture *self, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

void
fixture_put (Fixture    *self,
             const char *name,
             const void *data,
             gsize       length)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, data, (gssize) length, &error);
  g_assert_no_error (error);
}

void
put_text (Fixture    *self,
          const char *name,
          const char *text)
{
  fixture_put (self, name, text, strlen (text));
}

void
fixture_put_bytes (Fixture    *self,
                   const char *name,
                   GBytes     *bytes)
{
  fixture_put (self, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* A picture whose colour tells it from others. */
void
fixture_put_picture (Fixture    *self,
                     const char *name,
                     guint32     colour)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("png", 6, 4, colour);

  fixture_put_bytes (self, name, bytes);
}

void
fixture_add_picture (CvrTestArchive *archive,
                     const char     *name,
                     guint32         colour)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("png", 6, 4, colour);

  cvr_test_archive_add (archive, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

gboolean
fixture_try_load (Fixture    *self,
                  const char *name,
                  GError    **error)
{
  g_autofree char *path = name != NULL ? g_build_filename (self->folder, name, NULL)
                                       : g_strdup (self->folder);
  const CvrLoadSpec spec = { .data = path, .max_side = 64 };

  cvr_load_report_clear (&self->report);

  return cvr_load (self->dataset, &spec, &self->report, NULL, error);
}

/* @name: below the test's folder; NULL: the folder itself. */
void
fixture_load (Fixture    *self,
              const char *name)
{
  g_autoptr (GError) error = NULL;

  fixture_try_load (self, name, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->report.n_loaded, >, 0);
}

/* Everything loaded, in order: "class/name" and a letter for the part that the source names. */
char *
fixture_describe (Fixture *self)
{
  static const char parts[] = " TVS";
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      const char *class_name = item->label >= 0
                                   ? cvr_dataset_class_name (self->dataset, (guint) item->label)
                                   : "-";

      g_string_append_printf (text, "%s%s/%s", i > 0 ? " " : "", class_name, item->name);
      if (item->split != CVR_SPLIT_AUTO)
        g_string_append_printf (text, ":%c", parts[item->split]);
    }

  return g_string_free (text, FALSE);
}

void
assert_holds (Fixture    *self,
              const char *expected)
{
  g_autofree char *text = fixture_describe (self);

  g_assert_cmpstr (text, ==, expected);
}

void
assert_colour (Fixture *self,
               guint    index,
               guint32  colour)
{
  const CvrImage *image = image_of (cvr_dataset_item (self->dataset, index));

  g_assert_cmpuint (image->channels, ==, 3);
  g_assert_cmpuint ((guint32) image->data[0] << 16 | (guint32) image->data[1] << 8 | image->data[2],
                    ==, colour);
}
