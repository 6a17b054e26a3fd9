/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "cvr-test-pictures.h"

#include <glib/gstdio.h>

void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  cvr_store_close (self->store);
  self->store = cvr_store_open (self->path, &error);
  g_assert_no_error (error);
}

void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "live.convisor", NULL);
  fixture_open (self);
}

void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);

  cvr_store_close (self->store);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

/* Ten items of three classes, grey and colour, small enough to be kept exactly, one in three with
 * boxes, tags and a note. */
CvrDataset *
fixture_make (void)
{
  CvrDataset *dataset = cvr_dataset_new ();
  static const CvrClass classes[] = { { (char *) "cat", -1, 0, FALSE },
                                         { (char *) "dog", 3, 7, FALSE },
                                         { (char *) "ñandú", -1, 0, TRUE } };
  static const char *const tags[] = { "blurred", "árbol", NULL };

  for (guint k = 0; k < 3; k++)
    cvr_dataset_insert_class (dataset, k, &classes[k]);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (CvrImage) image = cvr_test_picture (4 + 5 * i, 9 * (i + 1), i % 2 == 0 ? 1 : 3);
      g_autofree char *name = g_strdup_printf ("picture %u.png", i);
      g_autoptr (CvrPicture) picture = NULL;
      const CvrBox boxes[] = { { (gint) i % 3, 0.125, 0.1, 1.0 / 3, 0.25 },
                               { CVR_LABEL_NONE, 0, 0, 1, 1 } };
      g_autoptr (CvrExtras) extras =
          i % 3 == 0 ? cvr_extras_new (boxes, i % 2 + 1, tags, "note") : NULL;
      CvrItem item = { .name = name, .label = (gint) (i % 4) - 1, .split = (CvrSplit) (i % 4) };

      image->damaged = i == 7;
      picture = cvr_picture_new_scaled (image, image->width + i, image->height + 2 * i);
      item.picture = picture;
      item.extras = extras;
      item.look = i % 2 == 0 ? G_MAXUINT64 - i : 0;
      item.digest = 0x8000000000000000 + i;
      item.group = i / 5;
      cvr_dataset_add_item (dataset, &item);
    }

  return dataset;
}

static void
put_picture (CvrStore      *store,
             const CvrItem *item)
{
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  g_autoptr (CvrImage) image = cvr_picture_read (item->picture, NULL);
  g_auto (CvrStoredPicture) stored = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_store_encode (image, facts->was_width, facts->was_height, &stored, &error));
  g_assert_no_error (error);
  cvr_store_number (&stored, item->id);
  g_assert_true (cvr_store_put_picture (store, &stored, &error));
  g_assert_no_error (error);
}

void
fixture_put_classes (CvrStore   *store,
                     CvrDataset *dataset)
{
  g_autofree CvrClass *classes = g_new0 (CvrClass, cvr_dataset_n_classes (dataset));
  g_autoptr (GError) error = NULL;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    classes[k] = *cvr_dataset_class (dataset, k);
  g_assert_true (cvr_store_set_classes (store, classes, cvr_dataset_n_classes (dataset), &error));
  g_assert_no_error (error);
}

void
fixture_put_all (Fixture    *self,
                 CvrDataset *dataset)
{
  g_autoptr (GError) error = NULL;

  cvr_store_begin (self->store);
  fixture_put_classes (self->store, dataset);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      put_picture (self->store, item);
      g_assert_true (cvr_store_put_item (self->store, item, FALSE, &error));
      g_assert_no_error (error);
    }
  g_assert_true (cvr_store_commit (self->store, &error));
  g_assert_no_error (error);
}

/* CvrPictureRead: as the keeper does it. */
static CvrImage *
read_cb (gpointer store,
         guint64  id,
         guint    side,
         GError **error)
{
  g_auto (CvrStoredPicture) picture = { 0 };

  if (!cvr_store_get_picture (store, id, &picture, error))
    return NULL;
  g_assert_true (cvr_store_is_whole (&picture));

  return cvr_store_decode (&picture, side, error);
}

CvrPicture *
fixture_make_picture (gpointer               store,
                      guint64                id,
                      const CvrPictureFacts *facts)
{
  return cvr_picture_new_stored (facts, id, read_cb, store, NULL);
}

CvrDataset *
fixture_load (Fixture *self)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (
    cvr_store_load (self->store, dataset, NULL, fixture_make_picture, self->store, &error));
  g_assert_no_error (error);

  return dataset;
}

static void
assert_same_picture (CvrPicture *a,
                     CvrPicture *b)
{
  const CvrPictureFacts *x = cvr_picture_facts (a), *y = cvr_picture_facts (b);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) first = cvr_picture_read (a, &error);
  g_autoptr (CvrImage) second = cvr_picture_read (b, &error);

  g_assert_no_error (error);
  g_assert_true (cvr_image_equal (first, second));
  g_assert_cmpint (first->damaged, ==, second->damaged);
  g_assert_cmpuint (x->width, ==, y->width);
  g_assert_cmpuint (x->height, ==, y->height);
  g_assert_cmpuint (x->channels, ==, y->channels);
  g_assert_cmpuint (x->was_width, ==, y->was_width);
  g_assert_cmpuint (x->was_height, ==, y->was_height);
  g_assert_cmpint (x->damaged, ==, y->damaged);
}

void
assert_same (CvrDataset *a,
             CvrDataset *b)
{
  g_assert_cmpuint (cvr_dataset_n_classes (a), ==, cvr_dataset_n_classes (b));
  for (guint k = 0; k < cvr_dataset_n_classes (a); k++)
    {
      const CvrClass *x = cvr_dataset_class (a, k), *y = cvr_dataset_class (b, k);

      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpint (x->colour, ==, y->colour);
      g_assert_cmpuint (x->key, ==, y->key);
      g_assert_cmpint (x->off, ==, y->off);
    }
  g_assert_cmpuint (cvr_dataset_n_items (a), ==, cvr_dataset_n_items (b));
  for (guint i = 0; i < cvr_dataset_n_items (a); i++)
    {
      const CvrItem *x = cvr_dataset_item (a, i), *y = cvr_dataset_item (b, i);

      g_assert_cmpuint (x->id, ==, y->id);
      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpint (x->label, ==, y->label);
      g_assert_cmpint (x->split, ==, y->split);
      g_assert_cmpuint (x->look, ==, y->look);
      g_assert_cmpuint (x->digest, ==, y->digest);
      g_assert_cmpuint (x->group, ==, y->group);
      g_assert_true (cvr_extras_equal (x->extras, y->extras));
      assert_same_picture (x->picture, y->picture);
    }
}

/* @expected NULL: there is none. */
void
assert_value (Fixture    *self,
              const char *key,
              GBytes     *expected)
{
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_store_get (self->store, key, &got, &error));
  g_assert_no_error (error);
  g_assert_true ((got == NULL) == (expected == NULL));
  g_assert_true (got == NULL || g_bytes_equal (got, expected));
}
