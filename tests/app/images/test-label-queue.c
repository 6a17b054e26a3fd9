/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling one picture after the other. */
#include "app-support.h"

#include "cvr-label-queue.h"
#include "cvr-queue-source.h"

static CvrLabelQueue *
queue_with (CvrProject *project)
{
  CvrLabelQueue *queue = g_object_ref_sink (g_object_new (CVR_TYPE_LABEL_QUEUE, NULL));

  cvr_label_queue_set_project (queue, project);
  app_support_spin ();

  return queue;
}

/* All labels taken away: the queue of the unlabelled. */
static void
take_labels (CvrProject *project)
{
  g_autoptr (GArray) ids = cvr_queue_of_model (cvr_project_get_items (project));

  cvr_project_set_labels (project, (const guint64 *) (gpointer) ids->data, ids->len,
                          CVR_LABEL_NONE);
  cvr_project_wait (project);
}

static void
start (CvrLabelQueue *queue,
       CvrProject    *project)
{
  g_autoptr (GArray) ids = cvr_queue_unlabelled (cvr_project_get_dataset (project));

  cvr_label_queue_start (queue, CVR_QUEUE_UNLABELLED, (const guint64 *) (gpointer) ids->data,
                         ids->len);
}

static gint
label_at (CvrProject *project,
          guint       index)
{
  return cvr_dataset_item (cvr_project_get_dataset (project), index)->label;
}

/* The claim: 100 pictures take 100 key presses, and none is missed or hit twice. */
static void
test_hundred (void)
{
  CvrProject *project = app_support_pictures (4, 25);
  CvrLabelQueue *queue = queue_with (project);
  guint n_keys = 0;

  take_labels (project);
  start (queue, project);
  while (cvr_label_queue_current (queue) != 0)
    {
      g_assert_true (cvr_label_queue_key (queue, GDK_KEY_1 + n_keys % 3, 0));
      n_keys++;
    }
  g_assert_cmpuint (n_keys, ==, 100);
  cvr_project_wait (project);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (label_at (project, i), ==, i % 3);
  g_assert_false (cvr_label_queue_resume (queue));

  g_assert_finalize_object (queue);
  app_support_close (project);
}

static void
test_keys (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrLabelQueue *queue = queue_with (project);
  CvrQueue *places;

  take_labels (project);
  start (queue, project);
  places = cvr_label_queue_get_queue (queue);
  cvr_label_queue_key (queue, GDK_KEY_space, 0);      /* The first is skipped, */
  cvr_label_queue_key (queue, GDK_KEY_KP_2, 0);       /* the second gets a label, */
  cvr_label_queue_key (queue, GDK_KEY_BackSpace, 0);  /* which is corrected. */
  g_assert_cmpuint (cvr_queue_position (places), ==, 1);
  cvr_label_queue_key (queue, GDK_KEY_1, 0);
  cvr_label_queue_key (queue, GDK_KEY_9, 0);          /* No class: it stays. */
  g_assert_cmpuint (cvr_queue_position (places), ==, 2);
  cvr_label_queue_key (queue, GDK_KEY_Return, 0);     /* Nobody suggests anything: it stays. */
  g_assert_cmpuint (cvr_queue_position (places), ==, 2);
  g_assert_false (cvr_label_queue_key (queue, GDK_KEY_1, GDK_ALT_MASK));
  cvr_project_wait (project);
  g_assert_cmpint (label_at (project, 0), ==, CVR_LABEL_NONE);
  g_assert_cmpint (label_at (project, 1), ==, 0);
  g_assert_cmpuint (cvr_queue_n_skipped (places), ==, 1);

  cvr_label_queue_jump (queue, 6);
  g_assert_cmpuint (cvr_queue_position (places), ==, 5);
  cvr_label_queue_key (queue, GDK_KEY_0, 0);
  g_assert_cmpuint (cvr_label_queue_current (queue), ==, 0);
  g_assert_false (cvr_label_queue_key (queue, GDK_KEY_1, 0)); /* It is through. */
  gtk_widget_activate_action (GTK_WIDGET (queue), "queue.skipped", NULL);
  g_assert_cmpuint (cvr_label_queue_current (queue), ==,
                    cvr_dataset_item (cvr_project_get_dataset (project), 0)->id);

  g_assert_finalize_object (queue);
  app_support_close (project);
}

/* Esc, and another start of the program: it goes on where it was, with what came since. */
static void
test_resume (void)
{
  CvrProject *project = app_support_pictures (2, 4);
  CvrLabelQueue *queue = queue_with (project);
  g_autoptr (CvrImage) image = cvr_image_new (12, 12, 1);
  guint64 gone;

  g_assert_false (cvr_label_queue_resume (queue)); /* Nothing was begun. */
  take_labels (project);
  start (queue, project);
  for (guint i = 0; i < 3; i++)
    cvr_label_queue_key (queue, GDK_KEY_1, 0);
  g_assert_finalize_object (queue);

  gone = cvr_dataset_item (cvr_project_get_dataset (project), 1)->id;
  cvr_project_remove_items (project, &gone, 1);
  memset (image->data, 7, cvr_image_n_bytes (image));
  cvr_project_add_image (project, image, "late", CVR_LABEL_NONE, NULL, NULL);
  cvr_project_wait (project);

  queue = queue_with (project);
  g_assert_true (cvr_label_queue_resume (queue));
  g_assert_cmpuint (cvr_queue_n (cvr_label_queue_get_queue (queue)), ==, 8); /* − 1 + 1 */
  g_assert_cmpuint (cvr_queue_position (cvr_label_queue_get_queue (queue)), ==, 2);
  g_assert_cmpuint (cvr_label_queue_current (queue), ==,
                    cvr_dataset_item (cvr_project_get_dataset (project), 2)->id);
  g_assert_finalize_object (queue);
  app_support_close (project);
}

/* A picture that goes while it is shown gives its place to the next. */
static void
test_removed (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrLabelQueue *queue = queue_with (project);
  guint64 ids[2];

  take_labels (project);
  start (queue, project);
  for (guint i = 0; i < 2; i++)
    ids[i] = cvr_dataset_item (cvr_project_get_dataset (project), i)->id;
  cvr_project_remove_items (project, ids, 1);
  cvr_project_wait (project);
  g_assert_cmpuint (cvr_label_queue_current (queue), ==, ids[1]);
  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_cmpuint (cvr_label_queue_current (queue), ==, ids[1]);

  g_assert_finalize_object (queue);
  app_support_close (project);
}

static void
test_time_left (void)
{
  const guint64 ids[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
  g_autoptr (CvrQueue) queue = cvr_queue_new (CVR_QUEUE_SHOWN, ids, G_N_ELEMENTS (ids));
  g_autofree char *before = cvr_queue_dup_words (queue);
  g_autofree char *after = NULL;
  gint64 now = 1000;

  g_assert_cmpstr (before, ==, "1 of 10");
  cvr_queue_jump (queue, 0, now);
  for (guint i = 0; i < 4; i++)
    {
      now += i == 1 ? 500 * G_USEC_PER_SEC : 15 * G_USEC_PER_SEC; /* One coffee. */
      cvr_queue_next (queue, FALSE, now);
    }
  g_assert_cmpint (cvr_queue_seconds_left (queue), ==, 6 * 15);
  after = cvr_queue_dup_words (queue);
  g_assert_cmpstr (after, ==, "5 of 10 · 2 min left");
}

static void
test_queue_json (void)
{
  const guint64 ids[] = { 7, 5, G_GUINT64_CONSTANT (4294967296) };
  g_autoptr (CvrQueue) queue = cvr_queue_new (CVR_QUEUE_MISLABELS, ids, G_N_ELEMENTS (ids));
  g_autofree char *json = cvr_queue_to_json (queue);
  guint from;
  g_autoptr (CvrQueue) again = cvr_queue_from_json (json, &from);
  static const char *const broken[] = { "", "{}", "[]", "{\"kind\":9,\"from\":0,\"ids\":[]}",
                                        "{\"kind\":0,\"from\":0,\"ids\":[{}]}",
                                        "{\"kind\":0,\"from\":0,\"ids\":3}" };

  g_assert_nonnull (again);
  g_assert_cmpuint (from, ==, 0);
  g_assert_cmpint (cvr_queue_kind (again), ==, CVR_QUEUE_MISLABELS);
  g_assert_cmpuint (cvr_queue_n (again), ==, 3);
  g_assert_cmpuint (cvr_queue_peek (again, 2), ==, ids[2]);
  for (gsize length = 0; length < strlen (json); length++)
    {
      g_autofree char *cut = g_strndup (json, length);

      g_assert_null (cvr_queue_from_json (cut, &from));
    }
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_null (cvr_queue_from_json (broken[i], &from));
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/queue/hundred-pictures-hundred-keys", test_hundred);
  g_test_add_func ("/app/queue/keys", test_keys);
  g_test_add_func ("/app/queue/resumes", test_resume);
  g_test_add_func ("/app/queue/removed-under-the-hands", test_removed);
  g_test_add_func ("/app/queue/time-left", test_time_left);
  g_test_add_func ("/app/queue/comes-back-from-json", test_queue_json);

  return g_test_run ();
}
