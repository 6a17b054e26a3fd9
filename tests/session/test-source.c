/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data set as the engine's source of examples. */
#include "session-test.h"

#include "cvr-source.h"

#include <string.h>

static CvrPreprocess
preprocess (void)
{
  return cvr_preprocess_default (SESSION_TEST_SIDE, SESSION_TEST_SIDE, 1);
}

static void
test_labels_and_ids_are_the_items_own (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 3);
  g_autoptr (GError) error = NULL;
  CvrPreprocess to_network = preprocess ();
  g_autoptr (CvrSource) source =
    cvr_source_new (dataset, CVR_SPLIT_TRAIN, &to_network, NULL, 0, NULL, &error);
  const NnSource *examples;

  g_assert_no_error (error);
  examples = cvr_source_peek (source);
  g_assert_cmpuint (examples->count, ==, cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN));
  g_assert_cmpuint (examples->n_classes, ==, 3);
  for (guint i = 0; i < examples->count; i++)
    {
      gint place = cvr_dataset_find_item (dataset, cvr_source_item_id (source, i));
      const CvrItem *item = cvr_dataset_item (dataset, (guint) place);
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, NULL);
      nn_real x[SESSION_TEST_SIDE * SESSION_TEST_SIDE];
      gint32 label = -1;

      g_assert_cmpint (item->used, ==, CVR_SPLIT_TRAIN);
      examples->fetch (examples, i, NULL, x, &label, NULL);
      g_assert_cmpint (label, ==, item->label);
      g_assert_cmpint (cvr_source_label (source, i), ==, item->label);
      /* The network's size is the pictures' own: the very pixels, divided by 255. */
      for (guint p = 0; p < G_N_ELEMENTS (x); p++)
        g_assert_cmpfloat_with_epsilon ((double) x[p], image->data[p] / 255.0, 1e-6);
    }
}

static void
test_threads_do_not_change_what_is_fetched (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (50, 2);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  CvrPreprocess to_network = preprocess ();
  g_autoptr (CvrSource) alone =
    cvr_source_new (dataset, CVR_SPLIT_AUTO, &to_network, NULL, 0, NULL, NULL);
  g_autoptr (CvrSource) shared =
    cvr_source_new (dataset, CVR_SPLIT_AUTO, &to_network, NULL, 0, workers, NULL);

  g_assert_cmpuint (cvr_source_peek (alone)->count, ==, 50);
  g_assert_cmpuint (cvr_source_peek (shared)->count, ==, 50);
  for (guint i = 0; i < 50; i++)
    {
      nn_real a[SESSION_TEST_SIDE * SESSION_TEST_SIDE], b[SESSION_TEST_SIDE * SESSION_TEST_SIDE];
      gint32 label;

      cvr_source_peek (alone)->fetch (cvr_source_peek (alone), i, NULL, a, &label, NULL);
      cvr_source_peek (shared)->fetch (cvr_source_peek (shared), i, NULL, b, &label, NULL);
      g_assert_cmpmem (a, sizeof a, b, sizeof b);
    }
}

static void
test_augmentation_needs_a_generator_and_leaves_the_pixels (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (8, 2);
  CvrPreprocess to_network = preprocess ();
  CvrAugment augment = { 0 };
  g_autoptr (CvrSource) source = NULL;
  nn_real plain[SESSION_TEST_SIDE * SESSION_TEST_SIDE], changed[G_N_ELEMENTS (plain)],
    again[G_N_ELEMENTS (plain)];
  CvrRng rng = cvr_rng_new (3, 1), same = cvr_rng_new (3, 1);
  gint32 label;

  augment.strength[CVR_AUGMENT_NOISE] = 1;
  source = cvr_source_new (dataset, CVR_SPLIT_AUTO, &to_network, &augment, 0, NULL, NULL);

  cvr_source_peek (source)->fetch (cvr_source_peek (source), 0, NULL, plain, &label, NULL);
  cvr_source_peek (source)->fetch (cvr_source_peek (source), 0, &rng, changed, &label, NULL);
  cvr_source_peek (source)->fetch (cvr_source_peek (source), 0, &same, again, &label, NULL);
  g_assert_cmpint (memcmp (plain, changed, sizeof plain), !=, 0);
  g_assert_cmpmem (changed, sizeof changed, again, sizeof again);
  cvr_source_peek (source)->fetch (cvr_source_peek (source), 0, NULL, again, &label, NULL);
  g_assert_cmpmem (plain, sizeof plain, again, sizeof again);
}

static void
test_a_limit_is_balanced_and_spread (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrPreprocess to_network = preprocess ();
  g_autoptr (CvrSource) source = NULL;
  g_autoptr (CvrSource) again = NULL;
  guint counts[3] = { 0 };
  guint64 last = 0;

  /* 90 of the first class, 20 of the second, 4 of the third. */
  for (guint k = 0; k < 3; k++)
    cvr_dataset_add_class (dataset, ((const char *[]) { "a", "b", "c" })[k]);
  for (guint i = 0; i < 114; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 3);

      cvr_dataset_add_image (dataset, image, "x", i < 90 ? 0 : i < 110 ? 1 : 2, CVR_SPLIT_TRAIN);
    }
  cvr_dataset_split (dataset, 0.2, 0, 1);

  source = cvr_source_new (dataset, CVR_SPLIT_TRAIN, &to_network, NULL, 30, NULL, NULL);
  again = cvr_source_new (dataset, CVR_SPLIT_TRAIN, &to_network, NULL, 30, NULL, NULL);
  g_assert_cmpuint (cvr_source_peek (source)->count, ==, 30);
  for (guint i = 0; i < 30; i++)
    {
      counts[cvr_source_label (source, i)]++;
      g_assert_cmpuint (cvr_source_item_id (source, i), >, last);
      last = cvr_source_item_id (source, i);
      g_assert_cmpuint (cvr_source_item_id (again, i), ==, last);
    }
  /* All four of the smallest, the rest shared. */
  g_assert_cmpuint (counts[0], ==, 13);
  g_assert_cmpuint (counts[1], ==, 13);
  g_assert_cmpuint (counts[2], ==, 4);
  /* Spread: the thirteen of the first class reach from its first tenth into its last. */
  g_assert_cmpuint (cvr_source_item_id (source, 0), <=, 9);
  g_assert_cmpuint (cvr_source_item_id (source, 12), >=, 82);
}

static void
test_class_weights_have_mean_one (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrPreprocess to_network = preprocess ();
  g_autoptr (CvrSource) source = NULL;
  g_autofree float *weights = NULL;

  cvr_dataset_add_class (dataset, "often");
  cvr_dataset_add_class (dataset, "seldom");
  cvr_dataset_add_class (dataset, "never");
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 2);

      cvr_dataset_add_image (dataset, image, "x", i < 9 ? 0 : 1, CVR_SPLIT_TRAIN);
    }
  cvr_dataset_split (dataset, 0.2, 0, 1);
  source = cvr_source_new (dataset, CVR_SPLIT_TRAIN, &to_network, NULL, 0, NULL, NULL);
  weights = cvr_source_class_weights (source);

  g_assert_cmpfloat_with_epsilon ((double) weights[0], 12.0 / (2 * 9), 1e-6);
  g_assert_cmpfloat_with_epsilon ((double) weights[1], 12.0 / (2 * 3), 1e-6);
  g_assert_cmpfloat_with_epsilon ((9 * (double) weights[0] + 3 * (double) weights[1]) / 12, 1.0,
                                  1e-6);
  g_assert_cmpfloat ((double) weights[2], ==, 1.0);
}

static void
test_too_little_is_refused_with_a_sentence (void)
{
  g_autoptr (CvrDataset) empty = cvr_dataset_new ();
  g_autoptr (CvrDataset) one = session_test_dataset (10, 1);
  g_autoptr (GError) error = NULL;
  CvrPreprocess to_network = preprocess ();

  g_assert_null (cvr_source_new (empty, CVR_SPLIT_TRAIN, &to_network, NULL, 0, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_clear_error (&error);

  g_assert_null (cvr_source_new (one, CVR_SPLIT_TRAIN, &to_network, NULL, 0, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "left"));
  g_assert_nonnull (strstr (error->message, "two classes"));
  g_clear_error (&error);

  g_assert_false (cvr_source_check_train (one, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

static void
test_classes_are_matched_by_name (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (30, 3); /* left, middle, right */
  const char *const classes[] = { "right", "left", NULL };
  CvrPreprocess to_network = preprocess ();
  guint n_unknown = 0;
  g_autoptr (CvrSource) source = cvr_source_new_for_classes (dataset, CVR_SPLIT_AUTO, &to_network,
                                                             classes, 2, 0, &n_unknown, NULL, NULL);

  g_assert_cmpuint (n_unknown, ==, 10);
  g_assert_cmpuint (cvr_source_peek (source)->count, ==, 20);
  for (guint i = 0; i < 20; i++)
    {
      gint place = cvr_dataset_find_item (dataset, cvr_source_item_id (source, i));

      g_assert_cmpint (cvr_source_label (source, i), ==,
                       cvr_dataset_item (dataset, (guint) place)->label == 2 ? 0 : 1);
    }
}

static void
test_numbered_classes_are_matched_by_place (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (30, 3);
  const char *const numbers[] = { "0", "1", "2", NULL };
  const char *const others[] = { "cat", "dog", "cow", NULL };
  CvrPreprocess to_network = preprocess ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrSource) source = cvr_source_new_for_classes (dataset, CVR_SPLIT_AUTO, &to_network,
                                                             numbers, 3, 0, NULL, NULL, NULL);

  g_assert_cmpuint (cvr_source_peek (source)->count, ==, 30);
  g_assert_null (cvr_source_new_for_classes (dataset, CVR_SPLIT_AUTO, &to_network, others, 3, 0,
                                             NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/source/labels-and-ids-are-the-items-own",
                   test_labels_and_ids_are_the_items_own);
  g_test_add_func ("/session/source/threads-do-not-change-what-is-fetched",
                   test_threads_do_not_change_what_is_fetched);
  g_test_add_func ("/session/source/augmentation-needs-a-generator-and-leaves-the-pixels",
                   test_augmentation_needs_a_generator_and_leaves_the_pixels);
  g_test_add_func ("/session/source/a-limit-is-balanced-and-spread",
                   test_a_limit_is_balanced_and_spread);
  g_test_add_func ("/session/source/class-weights-have-mean-one", test_class_weights_have_mean_one);
  g_test_add_func ("/session/source/too-little-is-refused-with-a-sentence",
                   test_too_little_is_refused_with_a_sentence);
  g_test_add_func ("/session/source/classes-are-matched-by-name", test_classes_are_matched_by_name);
  g_test_add_func ("/session/source/numbered-classes-are-matched-by-place",
                   test_numbered_classes_are_matched_by_place);

  return g_test_run ();
}
