/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Class balance: counts, limits, cures and the sentences that carry the numbers. */
#include "project-test.h"

#include "cvr-balance.h"

#include <math.h>

/* @counts: [n] pictures of the classes "a", "b" …. */
static CvrDataset *
dataset_of (const guint *counts,
            guint        n)
{
  static const char *const names[] = { "a", "b", "c", "d" };
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (CvrImage) image = cvr_image_new (4, 4, 1);

  for (guint k = 0; k < n; k++)
    {
      cvr_dataset_add_class (dataset, names[k]);
      for (guint i = 0; i < counts[k]; i++)
        cvr_dataset_add_image (dataset, image, "x", (gint) k, CVR_SPLIT_AUTO);
    }
  cvr_dataset_add_image (dataset, image, "no label", CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  cvr_dataset_split (dataset, 0.2, 0.1, 1);

  return dataset;
}

static CvrBalance *
balance_of (const guint *counts,
            guint        n)
{
  g_autoptr (CvrDataset) dataset = dataset_of (counts, n);
  CvrSettings settings = cvr_settings_default ();

  return cvr_balance_new (dataset, NULL, &settings);
}

static void
test_limits_are_two_and_five (void)
{
  static const struct
  {
    guint           counts[2];
    CvrBalanceState state;
  } cases[] = {
    { { 10, 10 }, CVR_BALANCE_EVEN },  { { 20, 10 }, CVR_BALANCE_EVEN },
    { { 10, 21 }, CVR_BALANCE_MILD },  { { 50, 10 }, CVR_BALANCE_MILD },
    { { 51, 10 }, CVR_BALANCE_STRONG }, { { 0, 3 }, CVR_BALANCE_STRONG },
    { { 0, 0 }, CVR_BALANCE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrBalance) balance = balance_of (cases[i].counts, 2);

      g_assert_cmpint (balance->state, ==, cases[i].state);
    }
}

static void
test_counts_agree_with_the_data_set (void)
{
  static const guint counts[] = { 40, 7, 19 };
  g_autoptr (CvrDataset) dataset = dataset_of (counts, 3);
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrBalance) balance = cvr_balance_new (dataset, NULL, &settings);

  g_assert_cmpuint (balance->n_classes, ==, 3);
  g_assert_cmpuint (balance->largest, ==, 0);
  g_assert_cmpuint (balance->smallest, ==, 1);
  g_assert_cmpfloat (balance->ratio, ==, 40 / 7.0);
  for (guint c = 0; c < 3; c++)
    {
      const CvrBalanceClass *klass = &balance->classes[c];

      g_assert_cmpuint (klass->k, ==, c);
      g_assert_cmpuint (klass->n, ==, counts[c]);
      for (guint split = CVR_SPLIT_TRAIN; split <= CVR_SPLIT_TEST; split++)
        g_assert_cmpuint (klass->by_split[split], ==,
                          cvr_dataset_count (dataset, (gint) c, split));
    }
  g_assert_cmpuint (balance->classes[0].wanted, ==, 0);
  g_assert_cmpuint (balance->classes[1].wanted, ==, 13);
  g_assert_cmpuint (balance->classes[2].wanted, ==, 1);
}

static void
test_cures_are_what_is_not_done_yet (void)
{
  static const guint counts[] = { 40, 7, 19 };
  g_autoptr (CvrDataset) dataset = dataset_of (counts, 3);
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrBalance) before = NULL;
  g_autoptr (CvrBalance) after = NULL;
  g_autoptr (CvrBalance) even = balance_of ((const guint[]) { 5, 6 }, 2);

  settings.class_weights = FALSE;
  settings.augment = (CvrAugment) { { 0 } };
  before = cvr_balance_new (dataset, NULL, &settings);
  g_assert_cmpuint (before->n_cures, ==, 4);
  g_assert_cmpint (before->cures[0].kind, ==, CVR_CURE_WEIGHTS);
  g_assert_cmpint (before->cures[1].kind, ==, CVR_CURE_AUGMENT);
  g_assert_cmpint (before->cures[2].kind, ==, CVR_CURE_COLLECT);
  g_assert_cmpuint (before->cures[2].k, ==, 1);
  g_assert_cmpuint (before->cures[2].n, ==, 13);
  g_assert_cmpstr (before->cures[2].sentence, ==, "Collect 13 more pictures of “b”.");
  g_assert_cmpstr (before->cures[3].sentence, ==, "Collect 1 more picture of “c”.");

  settings.class_weights = TRUE;
  settings.augment.strength[CVR_AUGMENT_FLIP] = 0.5f;
  after = cvr_balance_new (dataset, NULL, &settings);
  g_assert_cmpuint (after->n_cures, ==, 2);
  g_assert_cmpint (after->cures[0].kind, ==, CVR_CURE_COLLECT);
  g_assert_cmpuint (even->n_cures, ==, 0);
}

static void
test_classes_that_are_off_do_not_count (void)
{
  static const guint counts[] = { 40, 2, 30 };
  g_autoptr (CvrDataset) dataset = dataset_of (counts, 3);
  CvrSettings settings = cvr_settings_default ();
  CvrClass off = *cvr_dataset_class (dataset, 1);
  g_autofree char *name = g_strdup (off.name);
  g_autoptr (CvrBalance) balance = NULL;

  off.name = name;
  off.off = TRUE;
  cvr_dataset_set_class (dataset, 1, &off);
  balance = cvr_balance_new (dataset, NULL, &settings);
  g_assert_cmpuint (balance->n_classes, ==, 2);
  g_assert_cmpuint (balance->classes[1].k, ==, 2);
  g_assert_cmpint (balance->state, ==, CVR_BALANCE_EVEN);
}

static void
test_words_carry_the_numbers (void)
{
  static const struct
  {
    guint       counts[2];
    const char *words;
  } cases[] = {
    { { 12, 12 }, "Each class has 12 pictures." },
    { { 9, 12 }, "The classes are even: 9 to 12 pictures each." },
    { { 30, 12 }, "“A” has 30 pictures, “B” only 12: the network may prefer “A”." },
    { { 3, 60 },
      "“B” has 60 pictures, “A” only 3: the network may hardly learn “A” at all." },
    { { 5, 0 }, "“B” has no pictures yet." },
    { { 0, 0 }, NULL },
  };
  static const char *const titles[] = { "A", "B" };
  CvrSettings settings = cvr_settings_default ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrDataset) dataset = dataset_of (cases[i].counts, 2);
      g_autoptr (CvrBalance) balance = cvr_balance_new (dataset, titles, &settings);
      g_autofree char *words = cvr_balance_dup_words (balance);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_no_class_and_one_class_say_nothing (void)
{
  g_autoptr (CvrBalance) none = balance_of (NULL, 0);
  g_autoptr (CvrBalance) one = balance_of ((const guint[]) { 9 }, 1);

  g_assert_cmpint (none->state, ==, CVR_BALANCE_UNKNOWN);
  g_assert_cmpint (one->state, ==, CVR_BALANCE_UNKNOWN);
  g_assert_cmpuint (none->n_cures + one->n_cures, ==, 0);
  g_assert_null (cvr_balance_dup_words (one));
}

static void
test_project_names_its_classes (ProjectFixture *fixture,
                                gconstpointer   data)
{
  g_autoptr (CvrBalance) balance = NULL;

  project_test_import (fixture, "builtin:digits:50", FALSE);
  balance = cvr_balance_of_project (fixture->project);
  g_assert_cmpint (balance->state, ==, CVR_BALANCE_EVEN);
  g_assert_cmpuint (balance->n_classes, ==, 10);
  for (guint c = 0; c < 10; c++)
    {
      g_assert_cmpuint (balance->classes[c].n, ==, 5);
      g_assert_cmpstr (balance->classes[c].title, ==,
                       cvr_project_class_title (fixture->project, c));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/balance/limits-are-two-and-five", test_limits_are_two_and_five);
  g_test_add_func ("/session/balance/counts-agree-with-the-data-set",
                   test_counts_agree_with_the_data_set);
  g_test_add_func ("/session/balance/cures-are-what-is-not-done-yet",
                   test_cures_are_what_is_not_done_yet);
  g_test_add_func ("/session/balance/classes-that-are-off-do-not-count",
                   test_classes_that_are_off_do_not_count);
  g_test_add_func ("/session/balance/words-carry-the-numbers", test_words_carry_the_numbers);
  g_test_add_func ("/session/balance/no-class-and-one-class-say-nothing",
                   test_no_class_and_one_class_say_nothing);
  project_test_add ("balance-names-its-classes", test_project_names_its_classes);

  return g_test_run ();
}
