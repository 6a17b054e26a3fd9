/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keeper-fixture.h"

#include "cvr-rng.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct
{
  Fixture *fixture;
  guint    number;
} Told;

void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->keeper = cvr_keeper_open (self->path, &error);
  g_assert_no_error (error);
}

void
fixture_close (Fixture *self)
{
  cvr_keeper_close (self->keeper);
  g_clear_pointer (&self->keeper, cvr_keeper_unref);
}

void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-keeper-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "live.convisor", NULL);
  self->told = g_string_new (NULL);
  fixture_open (self);
}

void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  fixture_close (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_string_free (self->told, TRUE);
  g_free (self->failure);
  g_free (self->path);
  g_free (self->folder);
}

static void
told_cb (const GError *error,
         gpointer      data)
{
  Told *told = data;

  g_string_append_printf (told->fixture->told, "%u%s ", told->number, error != NULL ? "!" : "");
  if (error != NULL)
    {
      g_free (told->fixture->failure);
      told->fixture->failure = g_strdup (error->message);
    }
  g_free (told);
}

void
fixture_commit (Fixture  *self,
                CvrBatch *batch,
                guint     number)
{
  Told *told = g_new0 (Told, 1);

  told->fixture = self;
  told->number = number;
  cvr_keeper_commit (self->keeper, batch, told_cb, told);
}

void
assert_told (Fixture    *self,
             const char *expected)
{
  g_assert_cmpstr (self->told->str, ==, expected);
  g_string_set_size (self->told, 0);
}

/* Of small ones, a photograph and one between, each of noise of its own. */
static CvrImage *
make_image (guint i)
{
  CvrRng rng = cvr_rng_new (i, 3);
  CvrImage *image = i % 10 == 3   ? cvr_image_new (200, 150, 3)
                    : i % 10 == 6 ? cvr_image_new (50 + i % 70, 60, 3)
                                  : cvr_image_new (5 + i % 20, 19, i % 2 == 0 ? 1 : 3);

  for (gsize j = 0; j < cvr_image_n_bytes (image); j++)
    image->data[j] = (guint8) cvr_rng_next (&rng);

  return image;
}

void
fixture_add_items (Fixture    *self,
                   CvrDataset *dataset,
                   CvrBatch   *batch,
                   guint       n)
{
  static const char *const tags[] = { "a", "b", NULL };

  for (guint i = 0; i < n; i++)
    {
      const CvrBox box = { (gint) i % 2, 0.1, 0.2, 0.3, 0.4 };
      g_autoptr (CvrExtras) extras = i % 3 == 0 ? cvr_extras_new (&box, 1, tags, NULL) : NULL;
      g_autoptr (CvrImage) image = make_image (i);
      g_autofree char *name = g_strdup_printf ("picture %u", i);
      g_autoptr (CvrPicture) picture = NULL;
      g_autoptr (GError) error = NULL;
      CvrItem item = { .name = name, .label = (gint) (i % 3) - 1, .extras = extras };

      picture = cvr_keeper_add_picture (self->keeper, image, 400, 300, &item.id, &error);
      g_assert_no_error (error);
      g_assert_false (cvr_picture_is_loaded (picture));
      item.picture = picture;
      cvr_dataset_add_item (dataset, &item);
      cvr_batch_put_item (batch, &item, FALSE);
    }
}

CvrDataset *
fixture_classes (void)
{
  CvrDataset *dataset = cvr_dataset_new ();

  cvr_dataset_add_class (dataset, "cat");
  cvr_dataset_add_class (dataset, "dog");

  return dataset;
}

/* A project of two classes and @n pictures, on disk. */
CvrDataset *
fixture_make (Fixture *self,
              guint    n)
{
  CvrDataset *dataset = fixture_classes ();
  CvrBatch *batch = cvr_batch_new ();

  fixture_add_items (self, dataset, batch, n);
  cvr_batch_set_classes (batch, dataset);
  fixture_commit (self, batch, 1);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "1 ");

  return dataset;
}

GHashTable *
fixture_new_hidden (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, cvr_item_free);
}

CvrDataset *
fixture_load (Fixture    *self,
              GHashTable *hidden)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_keeper_load (self->keeper, dataset, hidden, &error));
  g_assert_no_error (error);

  return dataset;
}

/* Everything but pixels as text. */
char *
fixture_dump (CvrDataset *dataset)
{
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (text, "class %s\n", cvr_dataset_class_name (dataset, k));
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
      g_autofree char *extras = cvr_extras_to_json (item->extras);

      g_string_append_printf (text, "%u %s %d %d %u × %u × %u of %u × %u, group %u: %s\n",
                              (guint) item->id, item->name, item->label, (int) item->split,
                              facts->width, facts->height, facts->channels, facts->was_width,
                              facts->was_height, (guint) item->group, extras);
    }

  return g_string_free (text, FALSE);
}

void
assert_same (CvrDataset *a,
             CvrDataset *b)
{
  g_autofree char *first = fixture_dump (a);
  g_autofree char *second = fixture_dump (b);

  g_assert_cmpstr (first, ==, second);
  for (guint i = 0; i < cvr_dataset_n_items (a); i++)
    {
      g_autoptr (CvrImage) x = cvr_picture_read (cvr_dataset_item (a, i)->picture, NULL);
      g_autoptr (CvrImage) y = cvr_picture_read (cvr_dataset_item (b, i)->picture, NULL);

      g_assert_nonnull (x);
      g_assert_nonnull (y);
      g_assert_true (cvr_image_equal (x, y));
    }
}

/* What the file holds is @dataset, now and after opening again. */
void
assert_kept (Fixture    *self,
             CvrDataset *dataset)
{
  g_autofree char *expected = fixture_dump (dataset);
  g_autoptr (CvrDataset) now = fixture_load (self, NULL);
  g_autoptr (CvrDataset) later = NULL;
  g_autofree char *text = NULL;

  assert_same (dataset, now);
  fixture_close (self);
  fixture_open (self);
  later = fixture_load (self, NULL);
  text = fixture_dump (later);
  g_assert_cmpstr (expected, ==, text);
}

void
assert_value (Fixture    *self,
              const char *key,
              const char *expected)
{
  g_autoptr (GBytes) got = cvr_keeper_get (self->keeper, key);

  g_assert_true ((got == NULL) == (expected == NULL));
  if (got != NULL)
    g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got), expected,
                     strlen (expected));
}

void
fixture_put (Fixture    *self,
             const char *key,
             const char *text,
             guint       number)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  CvrBatch *batch = cvr_batch_new ();

  cvr_batch_put (batch, key, bytes);
  fixture_commit (self, batch, number);
}

struct rlimit
fixture_limit_files (rlim_t room)
{
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = room;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  return before;
}

void
fixture_run_sql (const char *path,
                 const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}
