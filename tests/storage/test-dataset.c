/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets in memory: classes, ids, splits, uniting. */
#include "cvr-dataset.h"

#include <math.h>

static CvrImage *
make_image (guint width,
            guint height,
            guint channels)
{
  CvrImage *image = cvr_image_new (width, height, channels);

  g_assert_nonnull (image);

  return image;
}

/* @n_classes classes with @per_class items each, in turns. */
static CvrDataset *
make (guint n_classes,
      guint per_class)
{
  CvrDataset *self = cvr_dataset_new ();
  g_autoptr (CvrImage) image = make_image (2, 2, 1);

  for (guint k = 0; k < n_classes; k++)
    {
      g_autofree char *name = g_strdup_printf ("class %u", k);

      g_assert_cmpuint (cvr_dataset_add_class (self, name), ==, k);
    }
  for (guint i = 0; i < n_classes * per_class; i++)
    cvr_dataset_add_item (self, 0, image, "x", (gint) (i % n_classes), CVR_SPLIT_AUTO);

  return self;
}

static void
test_ids_are_never_used_again (void)
{
  g_autoptr (CvrDataset) self = make (1, 3);
  g_autoptr (CvrImage) image = make_image (1, 1, 1);
  guint64 last = cvr_dataset_item (self, 2)->id, next;

  cvr_dataset_remove_item (self, 2);
  g_assert_cmpint (cvr_dataset_find_item (self, last), ==, -1);
  next = cvr_dataset_add_item (self, 0, image, "new", 0, CVR_SPLIT_AUTO);
  g_assert_cmpuint (next, >, last);

  g_assert_cmpuint (cvr_dataset_add_item (self, last, image, "back", 0, CVR_SPLIT_AUTO), ==, last);
  g_assert_cmpuint (cvr_dataset_add_item (self, 1000, image, "far", 0, CVR_SPLIT_AUTO), ==, 1000);
  g_assert_cmpuint (cvr_dataset_add_item (self, 0, image, "next", 0, CVR_SPLIT_AUTO), ==, 1001);
  cvr_dataset_reserve_ids (self, 5000);
  cvr_dataset_reserve_ids (self, 10);
  g_assert_cmpuint (cvr_dataset_add_item (self, 0, image, "after", 0, CVR_SPLIT_AUTO), ==, 5000);
}

static void
test_items_are_found_after_removals (void)
{
  g_autoptr (CvrDataset) self = make (3, 20);

  for (guint round = 0; round < 20; round++)
    {
      cvr_dataset_remove_item (self, (round * 7) % cvr_dataset_n_items (self));
      for (guint i = 0; i < cvr_dataset_n_items (self); i++)
        g_assert_cmpint (cvr_dataset_find_item (self, cvr_dataset_item (self, i)->id), ==,
                         (gint) i);
    }
  g_assert_cmpuint (cvr_dataset_n_items (self), ==, 40);
}

static void
test_classes_move_labels (void)
{
  g_autoptr (CvrDataset) self = make (3, 1);

  cvr_dataset_insert_class (self, 1, "between");
  g_assert_cmpint (cvr_dataset_item (self, 0)->label, ==, 0);
  g_assert_cmpint (cvr_dataset_item (self, 1)->label, ==, 2);
  g_assert_cmpint (cvr_dataset_item (self, 2)->label, ==, 3);
  g_assert_cmpint (cvr_dataset_find_class (self, "class 2"), ==, 3);

  cvr_dataset_remove_class (self, 2);
  g_assert_cmpint (cvr_dataset_item (self, 0)->label, ==, 0);
  g_assert_cmpint (cvr_dataset_item (self, 1)->label, ==, CVR_LABEL_NONE);
  g_assert_cmpint (cvr_dataset_item (self, 2)->label, ==, 2);

  cvr_dataset_rename_class (self, 1, "middle");
  g_assert_cmpstr (cvr_dataset_class_name (self, 1), ==, "middle");
  g_assert_null (cvr_dataset_class_name (self, 3));
  g_assert_cmpint (cvr_dataset_find_class (self, "between"), ==, -1);
  g_assert_cmpuint (cvr_dataset_add_class (self, "middle"), ==, 1);
  g_assert_cmpuint (cvr_dataset_n_classes (self), ==, 3);
}

static void
test_copy_is_independent (void)
{
  g_autoptr (CvrDataset) self = make (2, 2);
  g_autoptr (CvrDataset) copy = cvr_dataset_copy (self);

  g_assert_true (cvr_dataset_item (copy, 3)->image == cvr_dataset_item (self, 3)->image);
  cvr_dataset_set_label (copy, 0, 1);
  cvr_dataset_remove_item (copy, 3);
  cvr_dataset_rename_class (copy, 0, "other");
  g_assert_cmpint (cvr_dataset_item (self, 0)->label, ==, 0);
  g_assert_cmpuint (cvr_dataset_n_items (self), ==, 4);
  g_assert_cmpstr (cvr_dataset_class_name (self, 0), ==, "class 0");
}

static void
test_split_meets_the_share (void)
{
  g_autoptr (CvrDataset) self = make (4, 2000);
  const double fractions[] = { 0.1, 0.2, 0.5 };

  for (guint f = 0; f < G_N_ELEMENTS (fractions); f++)
    {
      cvr_dataset_split (self, fractions[f], 42);
      for (gint k = 0; k < 4; k++)
        {
          double share = cvr_dataset_count (self, k, CVR_SPLIT_VALID) / 2000.0;

          /* Six standard deviations of a share of 2,000 draws. */
          g_assert_cmpfloat (fabs (share - fractions[f]), <,
                             6 * sqrt (fractions[f] * (1 - fractions[f]) / 2000));
          g_assert_cmpuint (cvr_dataset_count (self, k, CVR_SPLIT_VALID) +
                                cvr_dataset_count (self, k, CVR_SPLIT_TRAIN),
                            ==, 2000);
        }
    }
}

static void
test_split_keeps_sides (void)
{
  g_autoptr (CvrDataset) self = make (2, 50);
  g_autoptr (CvrImage) image = make_image (2, 2, 1);
  CvrSplit used[100];
  guint64 ids[100];
  guint differs = 0;

  cvr_dataset_split (self, 0.3, 7);
  for (guint i = 0; i < 100; i++)
    {
      ids[i] = cvr_dataset_item (self, i)->id;
      used[i] = cvr_dataset_item (self, i)->used;
    }
  for (guint i = 0; i < 30; i++)
    cvr_dataset_remove_item (self, i);
  for (guint i = 0; i < 500; i++)
    cvr_dataset_add_item (self, 0, image, "more", (gint) (i % 2), CVR_SPLIT_AUTO);
  cvr_dataset_split (self, 0.3, 7);
  for (guint i = 0; i < 100; i++)
    {
      gint index = cvr_dataset_find_item (self, ids[i]);

      if (index >= 0)
        g_assert_cmpint (cvr_dataset_item (self, (guint) index)->used, ==, used[i]);
    }

  cvr_dataset_split (self, 0.3, 8);
  for (guint i = 0; i < 100; i++)
    {
      gint index = cvr_dataset_find_item (self, ids[i]);

      differs += index >= 0 && cvr_dataset_item (self, (guint) index)->used != used[i];
    }
  g_assert_cmpuint (differs, >, 0); /* another seed, other sides */
}

static void
test_split_leaves_no_side_empty (void)
{
  for (guint64 seed = 0; seed < 200; seed++)
    {
      g_autoptr (CvrDataset) pair = make (3, 2);
      g_autoptr (CvrDataset) single = make (3, 1);

      cvr_dataset_split (pair, 0.2, seed);
      cvr_dataset_split (single, 0.9, seed);
      for (gint k = 0; k < 3; k++)
        {
          g_assert_cmpuint (cvr_dataset_count (pair, k, CVR_SPLIT_VALID), ==, 1);
          g_assert_cmpuint (cvr_dataset_count (pair, k, CVR_SPLIT_TRAIN), ==, 1);
          g_assert_cmpuint (cvr_dataset_count (single, k, CVR_SPLIT_TRAIN), ==, 1);
        }
    }
}

static void
test_split_at_the_ends (void)
{
  g_autoptr (CvrDataset) self = make (2, 10);

  cvr_dataset_split (self, 0, 1);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_TRAIN), ==, 20);
  cvr_dataset_split (self, 1, 1);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_VALID), ==, 20);
}

static void
test_split_obeys_the_source (void)
{
  g_autoptr (CvrDataset) self = make (2, 10);

  cvr_dataset_set_split (self, 0, CVR_SPLIT_TEST);
  cvr_dataset_set_label (self, 1, CVR_LABEL_NONE);
  cvr_dataset_split (self, 0.5, 3);
  g_assert_cmpint (cvr_dataset_item (self, 0)->used, ==, CVR_SPLIT_TEST);
  g_assert_cmpint (cvr_dataset_item (self, 1)->used, ==, CVR_SPLIT_AUTO);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_VALID), >, 1);

  cvr_dataset_set_split (self, 5, CVR_SPLIT_VALID);
  cvr_dataset_split (self, 0.5, 3);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_VALID), ==, 1);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_TRAIN), ==, 17);
}

static void
test_unite_matches_names (void)
{
  g_autoptr (CvrDataset) a = make (2, 2);
  g_autoptr (CvrDataset) b = cvr_dataset_new ();
  g_autoptr (CvrImage) image = make_image (3, 3, 3);

  cvr_dataset_add_class (b, "new");
  cvr_dataset_add_class (b, "class 1");
  cvr_dataset_add_item (b, 0, image, "n", 0, CVR_SPLIT_TEST);
  cvr_dataset_add_item (b, 0, image, "o", 1, CVR_SPLIT_AUTO);
  cvr_dataset_add_item (b, 0, image, "u", CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  cvr_dataset_unite (a, b);

  g_assert_cmpuint (cvr_dataset_n_classes (a), ==, 3);
  g_assert_cmpuint (cvr_dataset_n_items (a), ==, 7);
  g_assert_cmpint (cvr_dataset_item (a, 4)->label, ==, 2);
  g_assert_cmpint (cvr_dataset_item (a, 4)->split, ==, CVR_SPLIT_TEST);
  g_assert_cmpint (cvr_dataset_item (a, 5)->label, ==, 1);
  g_assert_cmpint (cvr_dataset_item (a, 6)->label, ==, CVR_LABEL_NONE);
  g_assert_cmpstr (cvr_dataset_item (a, 6)->name, ==, "u");
  for (guint i = 0; i < 7; i++)
    g_assert_cmpint (cvr_dataset_find_item (a, cvr_dataset_item (a, i)->id), ==, (gint) i);
  g_assert_cmpuint (cvr_dataset_n_items (b), ==, 3);
}

static void
assert_suggests (CvrDataset *self,
                 guint       max_side,
                 guint       width,
                 guint       height,
                 guint       channels)
{
  guint w, h, c;

  cvr_dataset_suggest_size (self, max_side, &w, &h, &c);
  g_assert_cmpuint (w, ==, width);
  g_assert_cmpuint (h, ==, height);
  g_assert_cmpuint (c, ==, channels);
}

static void
test_suggests_sizes (void)
{
  g_autoptr (CvrDataset) self = cvr_dataset_new ();
  g_autoptr (CvrImage) small = make_image (28, 20, 1);
  g_autoptr (CvrImage) large = make_image (30, 90, 3);
  g_autoptr (CvrImage) larger = make_image (500, 400, 1);

  assert_suggests (self, 64, 28, 28, 1);
  cvr_dataset_add_item (self, 0, small, "a", -1, CVR_SPLIT_AUTO);
  assert_suggests (self, 64, 28, 20, 1);
  assert_suggests (self, 27, 24, 24, 1);
  cvr_dataset_add_item (self, 0, large, "b", -1, CVR_SPLIT_AUTO);
  cvr_dataset_add_item (self, 0, larger, "c", -1, CVR_SPLIT_AUTO);
  assert_suggests (self, 256, 92, 92, 3); /* the median, 90, to a multiple of 4 */
  assert_suggests (self, 64, 64, 64, 3);
  assert_suggests (self, 63, 60, 60, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/dataset/ids-are-never-used-again", test_ids_are_never_used_again);
  g_test_add_func ("/storage/dataset/items-are-found-after-removals",
                   test_items_are_found_after_removals);
  g_test_add_func ("/storage/dataset/classes-move-labels", test_classes_move_labels);
  g_test_add_func ("/storage/dataset/copy-is-independent", test_copy_is_independent);
  g_test_add_func ("/storage/dataset/split-meets-the-share", test_split_meets_the_share);
  g_test_add_func ("/storage/dataset/split-keeps-sides", test_split_keeps_sides);
  g_test_add_func ("/storage/dataset/split-leaves-no-side-empty", test_split_leaves_no_side_empty);
  g_test_add_func ("/storage/dataset/split-at-the-ends", test_split_at_the_ends);
  g_test_add_func ("/storage/dataset/split-obeys-the-source", test_split_obeys_the_source);
  g_test_add_func ("/storage/dataset/unite-matches-names", test_unite_matches_names);
  g_test_add_func ("/storage/dataset/suggests-sizes", test_suggests_sizes);

  return g_test_run ();
}
