/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network says about the project's own pictures. */
#include "project-test.h"

#include "cvr-predict.h"
#include "cvr-review.h"

#include <math.h>

/* Bars in three places and a network that has learnt them. */
typedef struct
{
  CvrDataset *dataset;
  CvrModel   *model;
  NnWorkers  *workers;
} Learnt;

static void
learnt_init (Learnt *learnt)
{
  learnt->dataset = session_test_dataset (90, 3);
  learnt->model = session_test_model (learnt->dataset, 12);
  learnt->workers = nn_workers_new (2, FALSE);
}

static void
learnt_clear (Learnt *learnt)
{
  cvr_dataset_unref (learnt->dataset);
  cvr_model_unref (learnt->model);
  nn_workers_unref (learnt->workers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Learnt, learnt_clear)

static CvrReview *
review_of (Learnt         *learnt,
           CvrReviewWhich  which)
{
  g_autoptr (GError) error = NULL;
  CvrReview *review = cvr_review_run (learnt->model, learnt->dataset, which, learnt->workers, NULL,
                                      &error);

  g_assert_no_error (error);

  return review;
}

static void
test_answers_are_those_of_one_picture_at_a_time (void)
{
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;

  learnt_init (&learnt);
  review = review_of (&learnt, CVR_REVIEW_ALL);
  g_assert_cmpuint (review->n, ==, 90);
  g_assert_true (review->model == learnt.model);
  for (guint i = 0; i < review->n; i++)
    {
      const CvrItem *item = cvr_dataset_item (learnt.dataset, i);
      const CvrReviewItem *judged = &review->items[i];
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, NULL);
      g_autoptr (CvrPrediction) prediction =
        cvr_predict (learnt.model, image, learnt.workers, NULL);

      g_assert_cmpuint (judged->id, ==, item->id);
      g_assert_cmpint (judged->label, ==, item->label);
      g_assert_cmpint (judged->predicted, ==, (gint) prediction->order[0]);
      /* Other batches, other sums: floats agree to a few of their last digits. */
      g_assert_cmpfloat_with_epsilon (judged->p, prediction->p[prediction->order[0]], 1e-5);
      g_assert_cmpfloat_with_epsilon (
        judged->margin,
        prediction->p[prediction->order[0]] - prediction->p[prediction->order[1]], 2e-5);
      g_assert_cmpfloat_with_epsilon (judged->p_label, prediction->p[item->label], 1e-5);
      g_assert_cmpint (judged->learnt, ==, item->used == CVR_SPLIT_TRAIN);
    }
}

static void
test_a_wrong_label_is_found (void)
{
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;
  g_autofree guint *places = NULL;
  guint n;

  learnt_init (&learnt);
  cvr_dataset_set_label (learnt.dataset, 31, 0); /* It is a 1. */
  review = review_of (&learnt, CVR_REVIEW_ALL);
  places = cvr_review_mislabels (review, CVR_REVIEW_SURE, &n);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (places[0], ==, 31);
  g_assert_cmpint (review->items[31].predicted, ==, 1);
  g_assert_cmpfloat (review->items[31].p_label, <, 0.1);
  for (guint i = 0; i < n; i++)
    {
      const CvrReviewItem *item = &review->items[places[i]];

      g_assert_cmpint (item->predicted, !=, item->label);
      g_assert_cmpfloat (item->p, >=, CVR_REVIEW_SURE);
      g_assert_true (i == 0 || item->p <= review->items[places[i - 1]].p);
    }
}

static void
test_suggestions_are_for_the_unlabelled_and_doubts_come_first (void)
{
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;
  g_autoptr (CvrReview) all = NULL;
  g_autofree guint *places = NULL;
  g_autofree guint *doubtful = NULL;
  guint n, n_doubtful;

  learnt_init (&learnt);
  for (guint i = 0; i < 20; i++)
    cvr_dataset_set_label (learnt.dataset, 3 * i + 1, CVR_LABEL_NONE);
  review = review_of (&learnt, CVR_REVIEW_UNLABELLED);
  g_assert_cmpuint (review->n, ==, 20);
  places = cvr_review_suggestions (review, &n);
  g_assert_cmpuint (n, ==, 20);
  for (guint i = 0; i < n; i++)
    {
      const CvrReviewItem *item = &review->items[places[i]];

      g_assert_cmpint (item->predicted, ==, 1);
      g_assert_true (isnan (item->p_label));
      g_assert_false (item->learnt);
      g_assert_true (i == 0 || item->margin >= review->items[places[i - 1]].margin);
    }

  all = review_of (&learnt, CVR_REVIEW_ALL);
  doubtful = cvr_review_doubtful (all, &n_doubtful);
  g_assert_cmpuint (n_doubtful, ==, 90);
  for (guint i = 1; i < n_doubtful; i++)
    g_assert_cmpfloat (all->items[doubtful[i]].margin, >=, all->items[doubtful[i - 1]].margin);
}

/* The data set has the same classes in another order, one that the network doesn't know, and lacks
 * one that it knows. */
static void
test_classes_are_matched_by_name (void)
{
  static const char *const names[] = { "right", "new", "left" };
  g_auto (Learnt) learnt;
  g_autoptr (CvrDataset) other = cvr_dataset_new ();
  g_autoptr (CvrReview) review = NULL;
  g_autofree guint *wrong = NULL;
  guint n_wrong;

  learnt_init (&learnt);
  for (guint k = 0; k < 3; k++)
    cvr_dataset_add_class (other, names[k]);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 3);

      /* 0 is "left", 1 "middle" and called "new" here, 2 "right". */
      cvr_dataset_add_image (other, image, "bar", 2 - (gint) (i % 3), CVR_SPLIT_AUTO);
    }
  review = cvr_review_run (learnt.model, other, CVR_REVIEW_ALL, learnt.workers, NULL, NULL);
  for (guint i = 0; i < 30; i++)
    {
      const CvrReviewItem *item = &review->items[i];

      g_assert_cmpint (item->predicted, ==, i % 3 == 0 ? 2 : i % 3 == 1 ? -1 : 0);
      g_assert_cmpint (isnan (item->p_label), ==, i % 3 == 1);
    }
  wrong = cvr_review_mislabels (review, 0, &n_wrong);
  g_assert_cmpuint (n_wrong, ==, 0);
}

static void
test_classes_that_are_off_are_left_out (void)
{
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;
  g_autofree char *name = NULL;
  CvrClass off;

  learnt_init (&learnt);
  off = *cvr_dataset_class (learnt.dataset, 1);
  off.name = name = g_strdup (off.name);
  off.off = TRUE;
  cvr_dataset_set_class (learnt.dataset, 1, &off);
  review = review_of (&learnt, CVR_REVIEW_ALL);
  g_assert_cmpuint (review->n, ==, 60);
  for (guint i = 0; i < review->n; i++)
    g_assert_cmpint (review->items[i].label, !=, 1);
}

static CvrImage *
refuse_to_read (gpointer data,
                guint64  id,
                guint    side,
                GError **error)
{
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "the disk is gone");

  return NULL;
}

static void
test_what_cannot_be_read_is_counted (void)
{
  const CvrPictureFacts facts = { 12, 12, 1, 12, 12, FALSE };
  g_autoptr (CvrPicture) picture = cvr_picture_new_stored (&facts, 1, refuse_to_read, NULL, NULL);
  const CvrItem item = { .picture = picture, .name = (char *) "x", .label = 0 };
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;

  learnt_init (&learnt);
  cvr_dataset_add_item (learnt.dataset, &item);
  review = review_of (&learnt, CVR_REVIEW_ALL);
  g_assert_cmpuint (review->n, ==, 90);
  g_assert_cmpuint (review->n_unread, ==, 1);
}

static gboolean
count_down (gpointer data)
{
  return --*(gint *) data > 0;
}

static void
test_stopping_is_heard_between_batches (void)
{
  g_auto (Learnt) learnt;
  gint left = 2;
  const CvrWatch watch = { .keep_going = count_down, .data = &left };
  g_autoptr (GError) error = NULL;

  learnt_init (&learnt);
  g_assert_null (cvr_review_run (learnt.model, learnt.dataset, CVR_REVIEW_ALL, learnt.workers,
                                 &watch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_nothing_to_review_is_an_empty_review (void)
{
  g_auto (Learnt) learnt;
  g_autoptr (CvrReview) review = NULL;
  g_autofree guint *places = NULL;
  guint n;

  learnt_init (&learnt);
  review = review_of (&learnt, CVR_REVIEW_UNLABELLED);
  g_assert_cmpuint (review->n, ==, 0);
  places = cvr_review_doubtful (review, &n);
  g_assert_cmpuint (n, ==, 0);
}

typedef struct
{
  gboolean   done;
  CvrReview *review;
  GError    *error;
} Answered;

static void
answered_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  Answered *answered = data;

  answered->done = TRUE;
  answered->review = result;
  answered->error = error != NULL ? g_error_copy (error) : NULL;
}

static gboolean
is_answered (gpointer data)
{
  return ((Answered *) data)->done;
}

static void
test_project_is_reviewed_with_its_model (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDataset) dataset = session_test_dataset (90, 3);
  g_autoptr (CvrModel) model = session_test_model (dataset, 6);
  Answered answered = { FALSE };

  g_assert_null (cvr_review_start (fixture->project, CVR_REVIEW_ALL, NULL, answered_cb, &answered,
                                   &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_clear_error (&error);

  project_test_import (fixture, "builtin:doodles:1000", FALSE);
  cvr_project_add_class (fixture->project, "middle");
  cvr_project_set_model (fixture->project, model);
  cvr_project_wait (fixture->project);
  {
    gint64 start = g_get_monotonic_time ();

    cvr_review_start (fixture->project, CVR_REVIEW_ALL, NULL, answered_cb, &answered, &error);
    g_assert_no_error (error);
    session_test_wait (is_answered, &answered);
    g_test_message ("1,000 pictures of 28 × 28: %.3f s",
                    (double) (g_get_monotonic_time () - start) / 1e6);
  }
  g_assert_no_error (answered.error);
  g_assert_cmpuint (answered.review->n, ==, 1000);
  g_assert_true (answered.review->model == cvr_project_get_model (fixture->project));
  cvr_review_unref (answered.review);

  answered = (Answered) { FALSE };
  cvr_job_cancel (cvr_review_start (fixture->project, CVR_REVIEW_ALL, NULL, answered_cb, &answered,
                                    NULL));
  session_test_wait (is_answered, &answered);
  g_assert_error (answered.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answered.error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/review/answers-are-those-of-one-picture-at-a-time",
                   test_answers_are_those_of_one_picture_at_a_time);
  g_test_add_func ("/session/review/a-wrong-label-is-found", test_a_wrong_label_is_found);
  g_test_add_func ("/session/review/suggestions-are-for-the-unlabelled-and-doubts-come-first",
                   test_suggestions_are_for_the_unlabelled_and_doubts_come_first);
  g_test_add_func ("/session/review/classes-are-matched-by-name",
                   test_classes_are_matched_by_name);
  g_test_add_func ("/session/review/classes-that-are-off-are-left-out",
                   test_classes_that_are_off_are_left_out);
  g_test_add_func ("/session/review/what-cannot-be-read-is-counted",
                   test_what_cannot_be_read_is_counted);
  g_test_add_func ("/session/review/stopping-is-heard-between-batches",
                   test_stopping_is_heard_between_batches);
  g_test_add_func ("/session/review/nothing-to-review-is-an-empty-review",
                   test_nothing_to_review_is_an_empty_review);
  project_test_add ("is-reviewed-with-its-model", test_project_is_reviewed_with_its_model);

  return g_test_run ();
}
