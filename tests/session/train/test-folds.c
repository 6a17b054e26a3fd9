/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds are scikit-learn's, groups stay together, parts lie in each other. */
#include "golden-curves.h"
#include "session-test.h"

#include "cvr-folds.h"
#include "cvr-rng.h"
#include "nn-error.h"

/* Number @i of a sequence in −1 … 1; make-golden-curves.py has the same. */
static double
noise (guint i,
       guint stream)
{
  double x = sin (i * 12.9898 + stream * 78.233) * 43758.5453;

  return (x - floor (x)) * 2 - 1;
}

static CvrDataset *
labelled (const guint *labels,
          guint        n,
          guint        n_classes)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (CvrImage) image = cvr_image_new (2, 2, 1);

  for (guint k = 0; k < n_classes; k++)
    {
      g_autofree char *name = g_strdup_printf ("class %u", k);

      cvr_dataset_add_class (dataset, name);
    }
  for (guint i = 0; i < n; i++)
    cvr_dataset_add_image (dataset, image, "picture", (gint) labels[i], CVR_SPLIT_AUTO);

  return dataset;
}

static void
check_golden (const guint *labels,
              const int   *expected,
              guint        n,
              guint        n_classes,
              guint        n_folds)
{
  g_autoptr (CvrDataset) dataset = labelled (labels, n, n_classes);
  g_autoptr (GError) error = NULL;
  g_autofree gint *folds = cvr_folds_assign (dataset, n_folds, 0, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (folds[i], ==, expected[i]);
}

static void
test_in_order_they_are_scikit_learns (void)
{
  guint even[60], uneven[150];

  for (guint i = 0; i < 60; i++)
    even[i] = i % 3;
  for (guint i = 0; i < 150; i++)
    uneven[i] = (guint) (fabs (noise (i, 38)) * 1000) % 7 % 4;
  check_golden (even, golden_folds_even, 60, 3, 5);
  check_golden (uneven, golden_folds_uneven, 150, 4, 4);
}

static void
test_shuffled_they_have_the_same_sizes (void)
{
  guint labels[150];
  g_autoptr (CvrDataset) dataset = NULL;
  g_autofree gint *plain = NULL;
  g_autofree gint *drawn = NULL;
  g_autofree gint *again = NULL;
  gint counts[4][4] = { { 0 } };
  gboolean moved = FALSE;

  for (guint i = 0; i < 150; i++)
    labels[i] = (guint) (fabs (noise (i, 38)) * 1000) % 7 % 4;
  dataset = labelled (labels, 150, 4);
  plain = cvr_folds_assign (dataset, 4, 0, NULL);
  drawn = cvr_folds_assign (dataset, 4, 9, NULL);
  again = cvr_folds_assign (dataset, 4, 9, NULL);
  for (guint i = 0; i < 150; i++)
    {
      counts[plain[i]][labels[i]]++;
      counts[drawn[i]][labels[i]]--;
      moved |= plain[i] != drawn[i];
      g_assert_cmpint (drawn[i], ==, again[i]);
    }
  g_assert_true (moved);
  for (guint f = 0; f < 4; f++)
    for (guint k = 0; k < 4; k++)
      g_assert_cmpint (counts[f][k], ==, 0);
}

static void
test_groups_stay_on_one_side (void)
{
  guint32 seed = g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  guint labels[200], counts[5] = { 0 };
  g_autoptr (CvrDataset) dataset = NULL;
  g_autofree gint *folds = NULL;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 200; i++)
    labels[i] = cvr_rng_below (&rng, 3);
  dataset = labelled (labels, 200, 3);
  for (guint i = 0; i < 200; i++)
    if (cvr_rng_below (&rng, 2) == 0)
      cvr_dataset_set_group (dataset, i, 1 + cvr_rng_below (&rng, 30));

  folds = cvr_folds_assign (dataset, 5, 3, NULL);
  for (guint i = 0; i < 200; i++)
    {
      g_assert_cmpint (folds[i], >=, 0);
      counts[folds[i]]++;
      for (guint j = 0; j < i; j++)
        if (cvr_dataset_item (dataset, i)->group != 0 &&
            cvr_dataset_item (dataset, i)->group == cvr_dataset_item (dataset, j)->group)
          g_assert_cmpint (folds[i], ==, folds[j]);
    }
  /* Groups have some seven pictures: no fold is far from forty. */
  for (guint f = 0; f < 5; f++)
    {
      g_assert_cmpuint (counts[f], >=, 30);
      g_assert_cmpuint (counts[f], <=, 50);
    }
}

static void
test_what_is_kept_for_the_test_takes_no_part (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (CvrDataset) second = NULL;
  g_autofree gint *folds = NULL;
  guint n_valid = 0;

  cvr_dataset_split (dataset, 0.2, 0.2, 1);
  cvr_dataset_set_label (dataset, 7, CVR_LABEL_NONE);
  folds = cvr_folds_assign (dataset, 3, 1, NULL);
  second = cvr_folds_apply (dataset, folds, 1);
  g_assert_cmpint (folds[7], ==, -1);
  for (guint i = 0; i < 60; i++)
    {
      gboolean test = cvr_dataset_item (dataset, i)->used == CVR_SPLIT_TEST;
      CvrSplit used = cvr_dataset_item (second, i)->used;

      if (i == 7)
        continue;
      g_assert_true (test == (folds[i] < 0));
      g_assert_cmpint (used, ==, test ? CVR_SPLIT_TEST
                                      : folds[i] == 1 ? CVR_SPLIT_VALID : CVR_SPLIT_TRAIN);
      n_valid += used == CVR_SPLIT_VALID ? 1 : 0;
    }
  g_assert_cmpuint (n_valid, >, 0);
}

static void
test_too_many_folds_are_refused (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (9, 3);
  g_autoptr (GError) few = NULL;
  g_autoptr (GError) one = NULL;

  g_assert_null (cvr_folds_assign (dataset, 4, 1, &few));
  g_assert_error (few, NN_ERROR, NN_ERROR_DATA);
  g_test_message ("%s", few->message);
  g_assert_null (cvr_folds_assign (dataset, 1, 1, &one));
  g_assert_error (one, NN_ERROR, NN_ERROR_SPEC);
}

static void
test_parts_lie_in_each_other (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  static const double fractions[] = { 0.01, 0.1, 0.25, 0.5, 1 };
  g_autoptr (CvrDataset) smaller = NULL;

  for (guint f = 0; f < G_N_ELEMENTS (fractions); f++)
    {
      g_autoptr (CvrDataset) part = cvr_folds_part (dataset, fractions[f], 5);

      for (guint i = 0; i < 120; i++)
        {
          const CvrItem *item = cvr_dataset_item (part, i);

          if (cvr_dataset_item (dataset, i)->used == CVR_SPLIT_VALID)
            g_assert_cmpint (item->used, ==, CVR_SPLIT_VALID);
          if (smaller != NULL && cvr_dataset_item (smaller, i)->label >= 0)
            g_assert_cmpint (item->label, >=, 0);
        }
      for (gint k = 0; k < 3; k++)
        {
          guint whole = cvr_dataset_count (dataset, k, CVR_SPLIT_TRAIN);

          g_assert_cmpuint (cvr_dataset_count (part, k, CVR_SPLIT_TRAIN), ==,
                            MAX (2, (guint) ceil (fractions[f] * whole)));
        }
      g_clear_pointer (&smaller, cvr_dataset_unref);
      smaller = g_steal_pointer (&part);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/folds/in-order-they-are-scikit-learns",
                   test_in_order_they_are_scikit_learns);
  g_test_add_func ("/session/folds/shuffled-they-have-the-same-sizes",
                   test_shuffled_they_have_the_same_sizes);
  g_test_add_func ("/session/folds/groups-stay-on-one-side", test_groups_stay_on_one_side);
  g_test_add_func ("/session/folds/what-is-kept-for-the-test-takes-no-part",
                   test_what_is_kept_for_the_test_takes_no_part);
  g_test_add_func ("/session/folds/too-many-folds-are-refused", test_too_many_folds_are_refused);
  g_test_add_func ("/session/folds/parts-lie-in-each-other", test_parts_lie_in_each_other);

  return g_test_run ();
}
