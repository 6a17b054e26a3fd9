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
    cvr_dataset_add_image (self, image, "x", (gint) (i % n_classes), CVR_SPLIT_AUTO);

  return self;
}

static guint64
add_with_id (CvrDataset *self,
             guint64     id,
             CvrImage   *image)
{
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrItem item = { .id = id, .picture = picture, .label = 0 };

  return cvr_dataset_add_item (self, &item);
}

static void
rename_class (CvrDataset *self,
              guint       k,
              const char *name)
{
  CvrClass klass = *cvr_dataset_class (self, k);

  klass.name = (char *) name;
  cvr_dataset_set_class (self, k, &klass);
}

static void
test_ids_are_never_used_again (void)
{
  g_autoptr (CvrDataset) self = make (1, 3);
  g_autoptr (CvrImage) image = make_image (1, 1, 1);
  guint64 last = cvr_dataset_item (self, 2)->id, next;

  cvr_dataset_remove_item (self, 2);
  g_assert_cmpint (cvr_dataset_find_item (self, last), ==, -1);
  next = cvr_dataset_add_image (self, image, "new", 0, CVR_SPLIT_AUTO);
  g_assert_cmpuint (next, >, last);

  g_assert_cmpuint (add_with_id (self, last, image), ==, last);
  g_assert_cmpuint (add_with_id (self, 1000, image), ==, 1000);
  g_assert_cmpuint (cvr_dataset_add_image (self, image, "next", 0, CVR_SPLIT_AUTO), ==, 1001);
  cvr_dataset_reserve_ids (self, 5000);
  cvr_dataset_reserve_ids (self, 10);
  g_assert_cmpuint (cvr_dataset_add_image (self, image, "after", 0, CVR_SPLIT_AUTO), ==, 5000);
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
  const CvrClass between = { .name = (char *) "between", .colour = -1 };

  cvr_dataset_insert_class (self, 1, &between);
  g_assert_cmpint (cvr_dataset_item (self, 0)->label, ==, 0);
  g_assert_cmpint (cvr_dataset_item (self, 1)->label, ==, 2);
  g_assert_cmpint (cvr_dataset_item (self, 2)->label, ==, 3);
  g_assert_cmpint (cvr_dataset_find_class (self, "class 2"), ==, 3);

  cvr_dataset_remove_class (self, 2);
  g_assert_cmpint (cvr_dataset_item (self, 0)->label, ==, 0);
  g_assert_cmpint (cvr_dataset_item (self, 1)->label, ==, CVR_LABEL_NONE);
  g_assert_cmpint (cvr_dataset_item (self, 2)->label, ==, 2);

  rename_class (self, 1, "middle");
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

  g_assert_true (cvr_dataset_item (copy, 3)->picture == cvr_dataset_item (self, 3)->picture);
  cvr_dataset_set_label (copy, 0, 1);
  cvr_dataset_remove_item (copy, 3);
  rename_class (copy, 0, "other");
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
      cvr_dataset_split (self, fractions[f], 0, 42);
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

  cvr_dataset_split (self, 0.3, 0, 7);
  for (guint i = 0; i < 100; i++)
    {
      ids[i] = cvr_dataset_item (self, i)->id;
      used[i] = cvr_dataset_item (self, i)->used;
    }
  for (guint i = 0; i < 30; i++)
    cvr_dataset_remove_item (self, i);
  for (guint i = 0; i < 500; i++)
    cvr_dataset_add_image (self, image, "more", (gint) (i % 2), CVR_SPLIT_AUTO);
  cvr_dataset_split (self, 0.3, 0, 7);
  for (guint i = 0; i < 100; i++)
    {
      gint index = cvr_dataset_find_item (self, ids[i]);

      if (index >= 0)
        g_assert_cmpint (cvr_dataset_item (self, (guint) index)->used, ==, used[i]);
    }

  cvr_dataset_split (self, 0.3, 0, 8);
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

      cvr_dataset_split (pair, 0.2, 0, seed);
      cvr_dataset_split (single, 0.9, 0, seed);
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

  cvr_dataset_split (self, 0, 0, 1);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_TRAIN), ==, 20);
  cvr_dataset_split (self, 1, 0, 1);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_VALID), ==, 20);
}

static void
test_split_obeys_the_source (void)
{
  g_autoptr (CvrDataset) self = make (2, 10);

  cvr_dataset_set_split (self, 0, CVR_SPLIT_TEST);
  cvr_dataset_set_label (self, 1, CVR_LABEL_NONE);
  cvr_dataset_split (self, 0.5, 0, 3);
  g_assert_cmpint (cvr_dataset_item (self, 0)->used, ==, CVR_SPLIT_TEST);
  g_assert_cmpint (cvr_dataset_item (self, 1)->used, ==, CVR_SPLIT_AUTO);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_VALID), >, 1);

  cvr_dataset_set_split (self, 5, CVR_SPLIT_VALID);
  cvr_dataset_split (self, 0.5, 0, 3);
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
  cvr_dataset_add_image (b, image, "n", 0, CVR_SPLIT_TEST);
  cvr_dataset_add_image (b, image, "o", 1, CVR_SPLIT_AUTO);
  cvr_dataset_add_image (b, image, "u", CVR_LABEL_NONE, CVR_SPLIT_AUTO);
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
  cvr_dataset_add_image (self, small, "a", -1, CVR_SPLIT_AUTO);
  assert_suggests (self, 64, 28, 20, 1);
  assert_suggests (self, 27, 24, 24, 1);
  cvr_dataset_add_image (self, large, "b", -1, CVR_SPLIT_AUTO);
  cvr_dataset_add_image (self, larger, "c", -1, CVR_SPLIT_AUTO);
  assert_suggests (self, 256, 92, 92, 3); /* the median, 90, to a multiple of 4 */
  assert_suggests (self, 64, 64, 64, 3);
  assert_suggests (self, 63, 60, 60, 3);
}

/* Groups of random sizes over all classes: nothing of a group on two sides, whatever was chosen for
 * none of its members. */
static void
test_groups_stay_on_one_side (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (CvrDataset) self = make (3, 40);
      CvrSplit sides[21] = { CVR_SPLIT_AUTO };
      guint64 seed = (guint64) g_test_rand_int ();

      for (guint i = 0; i < 120; i++)
        cvr_dataset_set_group (self, i, (guint64) g_test_rand_int_range (0, 21));
      cvr_dataset_split (self, 0.2, 0.2, seed);
      for (guint i = 0; i < 120; i++)
        {
          const CvrItem *item = cvr_dataset_item (self, i);

          g_assert_cmpint (item->used, !=, CVR_SPLIT_AUTO);
          if (item->group == 0)
            continue;
          if (sides[item->group] == CVR_SPLIT_AUTO)
            sides[item->group] = item->used;
          g_assert_cmpint (item->used, ==, sides[item->group]);
        }
    }
}

static void
test_a_group_follows_its_chosen_member (void)
{
  g_autoptr (CvrDataset) self = make (2, 20);

  for (guint i = 0; i < 10; i++)
    cvr_dataset_set_group (self, i, 7);
  cvr_dataset_set_split (self, 4, CVR_SPLIT_TEST);
  cvr_dataset_split (self, 0.3, 0, 1);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (cvr_dataset_item (self, i)->used, ==, CVR_SPLIT_TEST);

  /* Two members were sent to different sides: what nobody decided must not leak out of training. */
  cvr_dataset_set_split (self, 6, CVR_SPLIT_TRAIN);
  cvr_dataset_split (self, 0.3, 0, 1);
  g_assert_cmpint (cvr_dataset_item (self, 0)->used, ==, CVR_SPLIT_TRAIN);
  g_assert_cmpint (cvr_dataset_item (self, 4)->used, ==, CVR_SPLIT_TEST);
}

static void
test_split_keeps_a_test_share (void)
{
  g_autoptr (CvrDataset) self = make (2, 2000);

  cvr_dataset_split (self, 0.2, 0.1, 3);
  for (gint k = 0; k < 2; k++)
    {
      double share = cvr_dataset_count (self, k, CVR_SPLIT_TEST) / 2000.0;

      /* Six standard deviations. */
      g_assert_cmpfloat (fabs (share - 0.1), <, 6 * sqrt (0.1 * 0.9 / 2000));
    }
  cvr_dataset_split (self, 0.5, 0.5, 3);
  g_assert_cmpuint (cvr_dataset_count (self, -2, CVR_SPLIT_TRAIN), ==, 0);
}

static void
test_boxes_move_with_classes (void)
{
  g_autoptr (CvrDataset) self = make (3, 1);
  const CvrBox boxes[] = { { 0, 0.1, 0.2, 0.3, 0.4 }, { 2, 0.5, 0.5, 0.25, 0.25 } };
  const char *const tags[] = { "b", "a", "b", "", NULL };
  g_autoptr (CvrExtras) extras = cvr_extras_new (boxes, 2, tags, NULL);
  const CvrExtras *now;

  cvr_dataset_set_extras (self, 1, extras);
  cvr_dataset_remove_class (self, 0);
  now = cvr_dataset_item (self, 1)->extras;
  g_assert_cmpint (now->boxes[0].label, ==, CVR_LABEL_NONE);
  g_assert_cmpint (now->boxes[1].label, ==, 1);
  g_assert_cmpuint (g_strv_length (now->tags), ==, 2);
  g_assert_true (cvr_extras_has_tag (now, "a"));
  g_assert_false (cvr_extras_has_tag (now, "c"));
  g_assert_cmpint (extras->boxes[1].label, ==, 2); /* shared ones never change */
}

static void
test_extras_survive_as_text (void)
{
  for (guint round = 0; round < 100; round++)
    {
      CvrBox boxes[4];
      const char *const tags[] = { "ñandú", "two words", "\"quoted\"", NULL };
      guint n_boxes = (guint) g_test_rand_int_range (0, 5);
      g_autoptr (CvrExtras) extras = NULL, back = NULL;
      g_autofree char *json = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < n_boxes; i++)
        boxes[i] = (CvrBox) { g_test_rand_int_range (-1, 9), g_test_rand_double (),
                              g_test_rand_double (), g_test_rand_double (), g_test_rand_double () };
      extras = cvr_extras_new (boxes, n_boxes, round % 2 ? tags : NULL, round % 3 ? NULL : "a\nb");
      json = cvr_extras_to_json (extras);
      g_assert_true (cvr_extras_from_json (json, &back, &error));
      g_assert_no_error (error);
      g_assert_true (cvr_extras_equal (extras, back));
    }
}

static void
test_broken_extras_are_refused (void)
{
  const char *const broken[] = {
    "", "[]", "{\"boxes\":[1]}", "{\"boxes\":[[0,1,2,3]]}", "{\"boxes\":[[-2,0,0,1,1]]}",
    "{\"boxes\":[[0,\"a\",0,1,1]]}", "{\"tags\":[3]}", "{\"note\":{}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      CvrExtras *extras = NULL;

      g_assert_false (cvr_extras_from_json (broken[i], &extras, &error));
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
      g_assert_null (extras);
    }
}

static void
test_keys_go_by_place_unless_chosen (void)
{
  g_autoptr (CvrDataset) self = make (4, 1);
  CvrClass klass = *cvr_dataset_class (self, 3);

  g_assert_cmpint (cvr_dataset_class_of_key (self, 1), ==, 0);
  g_assert_cmpint (cvr_dataset_class_of_key (self, 5), ==, -1);
  g_assert_cmpint (cvr_dataset_class_of_key (self, 0), ==, -1);
  klass.key = 1;
  cvr_dataset_set_class (self, 3, &klass);
  g_assert_cmpint (cvr_dataset_class_of_key (self, 1), ==, 3);
  g_assert_cmpint (cvr_dataset_class_of_key (self, 2), ==, 1);
  g_assert_cmpint (cvr_dataset_class_of_key (self, 4), ==, -1);
}

static void
test_classes_that_are_off_take_no_part (void)
{
  g_autoptr (CvrDataset) self = make (3, 2);
  g_autoptr (CvrDataset) active = NULL;
  CvrClass klass = *cvr_dataset_class (self, 1);

  klass.off = TRUE;
  cvr_dataset_set_class (self, 1, &klass);
  active = cvr_dataset_copy_active (self);
  g_assert_cmpuint (cvr_dataset_n_classes (active), ==, 2);
  g_assert_cmpstr (cvr_dataset_class_name (active, 1), ==, "class 2");
  g_assert_cmpuint (cvr_dataset_count (active, CVR_LABEL_NONE, CVR_SPLIT_AUTO), ==, 2);
  g_assert_cmpuint (cvr_dataset_count (active, 1, CVR_SPLIT_AUTO), ==, 2);
  g_assert_cmpuint (cvr_dataset_n_classes (self), ==, 3);
}

static void
assert_counts (CvrDataset *self)
{
  for (gint k = CVR_LABEL_NONE; k < (gint) cvr_dataset_n_classes (self); k++)
    for (guint side = CVR_SPLIT_TRAIN; side <= CVR_SPLIT_TEST; side++)
      {
        guint count = 0;

        for (guint i = 0; i < cvr_dataset_n_items (self); i++)
          count += cvr_dataset_item (self, i)->label == k &&
                   cvr_dataset_item (self, i)->used == side;
        g_assert_cmpuint (cvr_dataset_count (self, k, side), ==, count);
      }
}

/* Many at once come to the same as one by one. */
static void
test_many_at_once (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (CvrDataset) all = make (3, 50);

  g_test_message ("seed %u", seed);
  cvr_dataset_split (all, 0.2, 0.1, 1);
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (CvrDataset) some = cvr_dataset_copy (all);
      g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GPtrArray) items = g_ptr_array_new ();

      for (guint i = 0; i < cvr_dataset_n_items (all); i++)
        if (g_rand_boolean (rand))
          {
            g_array_append_val (places, i);
            g_ptr_array_add (items, (gpointer) cvr_dataset_item (all, i));
          }
      cvr_dataset_remove_items (some, (const guint *) places->data, places->len);
      g_assert_cmpuint (cvr_dataset_n_items (some), ==, cvr_dataset_n_items (all) - places->len);
      for (guint i = 0; i < items->len; i++)
        g_assert_cmpint (
          cvr_dataset_find_item (some, ((const CvrItem *) items->pdata[i])->id), ==, -1);
      assert_counts (some);
      cvr_dataset_merge_items (some, (const CvrItem *const *) items->pdata, items->len);
      cvr_dataset_split (some, 0.2, 0.1, 1);
      assert_counts (some);
      g_assert_cmpuint (cvr_dataset_n_items (some), ==, cvr_dataset_n_items (all));
      for (guint i = 0; i < cvr_dataset_n_items (all); i++)
        {
          const CvrItem *item = cvr_dataset_item (some, i);

          g_assert_cmpuint (item->id, ==, cvr_dataset_item (all, i)->id);
          g_assert_cmpint (item->used, ==, cvr_dataset_item (all, i)->used);
          g_assert_cmpint (cvr_dataset_find_item (some, item->id), ==, (gint) i);
        }
    }
}

/* One pass without groups, several with them: a group that nobody uses must not matter. */
static void
test_groups_elsewhere_change_no_side (void)
{
  static const double shares[][2] = { { 0.2, 0.1 }, { 0, 0 }, { 0.01, 0 }, { 1, 0 }, { 0.9, 0.1 } };

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    for (guint per_class = 1; per_class < 12; per_class++)
      {
        g_autoptr (CvrDataset) plain = make (4, per_class);
        g_autoptr (CvrDataset) grouped = make (4, per_class);
        g_autoptr (CvrImage) image = make_image (2, 2, 1);
        guint n = cvr_dataset_n_items (plain);

        cvr_dataset_add_image (grouped, image, "x", CVR_LABEL_NONE, CVR_SPLIT_AUTO);
        cvr_dataset_set_group (grouped, n, 1);
        cvr_dataset_split (plain, shares[i][0], shares[i][1], per_class);
        cvr_dataset_split (grouped, shares[i][0], shares[i][1], per_class);
        for (guint j = 0; j < n; j++)
          g_assert_cmpint (cvr_dataset_item (plain, j)->used, ==,
                           cvr_dataset_item (grouped, j)->used);
        assert_counts (plain);
        assert_counts (grouped);
      }
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
  g_test_add_func ("/storage/dataset/many-at-once", test_many_at_once);
  g_test_add_func ("/storage/dataset/groups-elsewhere-change-no-side",
                   test_groups_elsewhere_change_no_side);
  g_test_add_func ("/storage/dataset/split-meets-the-share", test_split_meets_the_share);
  g_test_add_func ("/storage/dataset/split-keeps-sides", test_split_keeps_sides);
  g_test_add_func ("/storage/dataset/split-leaves-no-side-empty", test_split_leaves_no_side_empty);
  g_test_add_func ("/storage/dataset/split-at-the-ends", test_split_at_the_ends);
  g_test_add_func ("/storage/dataset/split-obeys-the-source", test_split_obeys_the_source);
  g_test_add_func ("/storage/dataset/groups-stay-on-one-side", test_groups_stay_on_one_side);
  g_test_add_func ("/storage/dataset/a-group-follows-its-chosen-member",
                   test_a_group_follows_its_chosen_member);
  g_test_add_func ("/storage/dataset/split-keeps-a-test-share", test_split_keeps_a_test_share);
  g_test_add_func ("/storage/dataset/boxes-move-with-classes", test_boxes_move_with_classes);
  g_test_add_func ("/storage/dataset/extras-survive-as-text", test_extras_survive_as_text);
  g_test_add_func ("/storage/dataset/broken-extras-are-refused", test_broken_extras_are_refused);
  g_test_add_func ("/storage/dataset/keys-go-by-place-unless-chosen",
                   test_keys_go_by_place_unless_chosen);
  g_test_add_func ("/storage/dataset/classes-that-are-off-take-no-part",
                   test_classes_that_are_off_take_no_part);
  g_test_add_func ("/storage/dataset/unite-matches-names", test_unite_matches_names);
  g_test_add_func ("/storage/dataset/suggests-sizes", test_suggests_sizes);

  return g_test_run ();
}
