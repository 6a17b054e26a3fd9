/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work beside the main thread, and what crosses between the two. */
#include "session-test.h"

#include "cvr-handoff.h"
#include "cvr-job-private.h"

#include <stdatomic.h>
#include <string.h>

/* What a job's end told, and a gate that keeps the worker where the test wants it. */
typedef struct
{
  GMutex        mutex;
  GCond         cond;
  atomic_int    open;    /* the lock only lets the worker sleep */
  char         *result;
  GError       *error;
  guint         n_done;
  guint         n_freed;
  guint         n_results_freed;
} Scene;

static Scene *
scene_new (void)
{
  Scene *scene = g_new0 (Scene, 1);

  g_mutex_init (&scene->mutex);
  g_cond_init (&scene->cond);

  return scene;
}

static void
scene_free (Scene *scene)
{
  g_mutex_clear (&scene->mutex);
  g_cond_clear (&scene->cond);
  g_clear_error (&scene->error);
  g_free (scene->result);
  g_free (scene);
}

static void
scene_open (Scene *scene)
{
  g_mutex_lock (&scene->mutex);
  atomic_store (&scene->open, 1);
  g_cond_broadcast (&scene->cond);
  g_mutex_unlock (&scene->mutex);
}

static void
scene_pass (Scene *scene)
{
  g_mutex_lock (&scene->mutex);
  while (!atomic_load (&scene->open))
    g_cond_wait (&scene->cond, &scene->mutex);
  g_mutex_unlock (&scene->mutex);
}

static void
freed_cb (gpointer data)
{
  ((Scene *) data)->n_freed++;
}

static void
done_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  Scene *scene = data;

  scene->n_done++;
  scene->result = result;
  scene->error = error != NULL ? g_error_copy (error) : NULL;
}

static gboolean
is_done (gpointer data)
{
  return ((Scene *) data)->n_done > 0;
}

static gpointer
count_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  cvr_job_progress (job, 1204, 2000);
  scene_pass (data);
  cvr_job_progress (job, 2000, 2000);

  return g_strdup ("counted");
}

static gboolean
has_fraction (gpointer job)
{
  double fraction;

  g_object_get (job, "fraction", &fraction, NULL);

  return fraction > 0;
}

static void
test_progress_then_the_result (void)
{
  Scene *scene = scene_new ();
  CvrJob *job =
    cvr_job_start ("Counting", count_func, scene, freed_cb, NULL, done_cb, scene, g_free);
  g_autofree char *title = NULL;
  g_autofree char *message = NULL;
  double fraction;

  g_object_ref (job);
  g_assert_true (cvr_job_is_running (job));
  g_assert_cmpuint (scene->n_done, ==, 0);
  session_test_wait (has_fraction, job);
  g_object_get (job, "title", &title, "message", &message, "fraction", &fraction, NULL);
  g_assert_cmpstr (title, ==, "Counting");
  g_assert_cmpfloat_with_epsilon (fraction, 0.602, 1e-9);
  g_assert_cmpstr (
    message, ==, "1204 of 2000"); /* No grouping in the C locale, no guess before half a second. */

  scene_open (scene);
  session_test_wait (is_done, scene);
  g_assert_cmpstr (scene->result, ==, "counted");
  g_assert_null (scene->error);
  g_assert_false (cvr_job_is_running (job));
  g_assert_cmpuint (scene->n_freed, ==, 1);
  g_assert_finalize_object (job);
  scene_free (scene);
}

static gpointer
until_cancelled_func (CvrJob  *job,
                      gpointer data,
                      GError **error)
{
  while (cvr_job_keep_going (job))
    g_thread_yield ();
  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, "stopped");

  return NULL;
}

static void
test_cancelled_it_says_so (void)
{
  Scene *scene = scene_new ();
  CvrJob *job =
    cvr_job_start ("Waiting", until_cancelled_func, scene, freed_cb, NULL, done_cb, scene, g_free);

  g_assert_false (g_cancellable_is_cancelled (cvr_job_cancellable (job)));
  cvr_job_cancel (job);
  session_test_wait (is_done, scene);
  g_assert_error (scene->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (scene->result);
  scene_free (scene);
}

static gpointer
failing_func (CvrJob  *job,
              gpointer data,
              GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA, "no luck");

  return NULL;
}

static void
test_a_failure_keeps_its_reason (void)
{
  Scene *scene = scene_new ();

  cvr_job_start ("Failing", failing_func, scene, freed_cb, NULL, done_cb, scene, g_free);
  session_test_wait (is_done, scene);
  g_assert_error (scene->error, NN_ERROR, NN_ERROR_DATA);
  g_assert_cmpstr (scene->error->message, ==, "no luck");
  scene_free (scene);
}

static Scene *freed_result_of;

static void
free_result (gpointer result)
{
  freed_result_of->n_results_freed++;
  g_free (result);
}

static gboolean
is_freed (gpointer data)
{
  return ((Scene *) data)->n_freed > 0;
}

static void
test_without_its_owner_nobody_is_told (void)
{
  Scene *scene = scene_new ();
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);

  freed_result_of = scene;
  cvr_job_start ("Counting", count_func, scene, freed_cb, owner, done_cb, scene, free_result);
  g_assert_finalize_object (owner);
  scene_open (scene);
  session_test_wait (is_freed, scene);
  session_test_settle ();
  g_assert_cmpuint (scene->n_done, ==, 0);
  g_assert_cmpuint (scene->n_results_freed, ==, 1);
  scene_free (scene);
}

static void
test_waited_for_it_ends_at_once (void)
{
  Scene *scene = scene_new ();
  CvrJob *job =
    cvr_job_start ("Waiting", until_cancelled_func, scene, freed_cb, NULL, done_cb, scene, g_free);

  g_object_ref (job);
  cvr_job_cancel_and_wait (job);
  g_assert_cmpuint (scene->n_done, ==, 1);
  g_assert_false (cvr_job_is_running (job));
  session_test_settle ();
  g_assert_cmpuint (scene->n_done, ==, 1);
  g_assert_finalize_object (job);
  scene_free (scene);
}

static void
stage_cb (CvrJob  *job,
          gpointer result,
          gpointer data)
{
  g_assert_true (cvr_job_is_running (job));
  ((Scene *) data)->result = result;
}

static gboolean
has_result (gpointer data)
{
  return ((Scene *) data)->result != NULL;
}

static void
test_a_staged_job_runs_until_its_end_is_called (void)
{
  Scene *scene = scene_new ();
  CvrJob *job = cvr_job_start_staged ("Staging", count_func, scene, freed_cb, stage_cb, g_free,
                                      NULL, done_cb, scene, g_free);

  g_object_ref (job);
  scene_open (scene);
  session_test_wait (has_result, scene);
  g_assert_cmpuint (scene->n_done, ==, 0);
  g_assert_true (cvr_job_is_running (job));
  g_clear_pointer (&scene->result, g_free);
  cvr_job_end (job, g_strdup ("end"), NULL);
  g_assert_cmpuint (scene->n_done, ==, 1);
  g_assert_cmpstr (scene->result, ==, "end");
  g_assert_finalize_object (job);
  scene_free (scene);
}

static gboolean
has_half (gpointer data)
{
  double fraction;

  g_object_get (data, "fraction", &fraction, NULL);

  return fraction == 0.5;
}

static void
test_the_progress_of_a_stage_is_shown (void)
{
  Scene *scene = scene_new ();
  CvrJob *job = cvr_job_start_staged ("Staging", count_func, scene, freed_cb, stage_cb, g_free,
                                      NULL, done_cb, scene, g_free);
  g_autofree char *message = NULL;

  g_object_ref (job);
  scene_open (scene);
  session_test_wait (has_result, scene);
  cvr_job_progress (job, 7, 14);
  session_test_wait (has_half, job);
  g_object_get (job, "message", &message, NULL);
  g_assert_true (g_str_has_prefix (message, "7 of 14"));

  g_clear_pointer (&scene->result, g_free);
  cvr_job_progress (job, 14, 14);
  cvr_job_end (job, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "No."));
  g_assert_error (scene->error, G_IO_ERROR, G_IO_ERROR_FAILED);
  session_test_settle (); /* A wake-up that comes late finds the job ended. */
  g_assert_finalize_object (job);
  scene_free (scene);
}

/* Hand-off. */

enum { POINTS = 200000, SNAPSHOT_EVERY = 16 };

typedef struct
{
  CvrPoint point;
  guint    number;
} Numbered;

static atomic_int snapshots_alive;

typedef struct
{
  CvrHandoff *handoff;
  guint       next;          /* number expected */
  guint       last_snapshot;
  guint       n_snapshots, n_ready;
  gboolean    in_order;
} Receiver;

static Receiver *receiver; /* The ready callback gets the target object only. */

static void
snapshot_free (gpointer snapshot)
{
  atomic_fetch_sub (&snapshots_alive, 1);
  g_free (snapshot);
}

static void
receive_cb (GObject *target)
{
  CvrPoint *point = cvr_handoff_take_points (receiver->handoff);
  guint *snapshot = cvr_handoff_take_snapshot (receiver->handoff);

  receiver->n_ready++;
  while (point != NULL)
    {
      CvrPoint *next = point->next;

      receiver->in_order &= ((Numbered *) point)->number == receiver->next++;
      g_free (point);
      point = next;
    }
  if (snapshot != NULL)
    {
      receiver->in_order &= *snapshot >= receiver->last_snapshot;
      receiver->last_snapshot = *snapshot;
      receiver->n_snapshots++;
      snapshot_free (snapshot);
    }
}

static gpointer
send_func (gpointer data)
{
  CvrHandoff *handoff = data;

  for (guint i = 0; i < POINTS; i++)
    {
      Numbered *numbered = g_new (Numbered, 1);

      numbered->number = i;
      cvr_handoff_push (handoff, &numbered->point);
      if (i % SNAPSHOT_EVERY == 0)
        {
          guint *snapshot = g_new (guint, 1);

          *snapshot = i;
          atomic_fetch_add (&snapshots_alive, 1);
          cvr_handoff_publish (handoff, snapshot);
        }
    }

  return NULL;
}

static gboolean
has_all (gpointer data)
{
  return ((Receiver *) data)->next == POINTS;
}

static void
test_every_point_arrives_once_and_in_order (void)
{
  GObject *target = g_object_new (G_TYPE_OBJECT, NULL);
  Receiver mine = { .in_order = TRUE };
  GThread *thread;

  receiver = &mine;
  mine.handoff = cvr_handoff_new (target, receive_cb, 0, g_free, snapshot_free, g_free);
  thread = g_thread_new ("sender", send_func, mine.handoff);
  session_test_wait (has_all, &mine);
  g_thread_join (thread);
  receive_cb (target);

  g_test_message ("%u wake-ups, %u of %u snapshots shown", mine.n_ready, mine.n_snapshots,
                  POINTS / SNAPSHOT_EVERY);
  g_assert_true (mine.in_order);
  g_assert_cmpuint (mine.next, ==, POINTS);
  g_assert_cmpuint (mine.n_snapshots, >=, 1);
  g_assert_cmpuint (mine.last_snapshot, ==, POINTS - SNAPSHOT_EVERY);
  g_assert_cmpint (atomic_load (&snapshots_alive), ==, 0);
  cvr_handoff_detach (mine.handoff);
  cvr_handoff_unref (mine.handoff);
  g_object_unref (target);
}

static void
test_detached_it_frees_what_nobody_took (void)
{
  GObject *target = g_object_new (G_TYPE_OBJECT, NULL);
  CvrHandoff *handoff = cvr_handoff_new (target, receive_cb, 0, g_free, snapshot_free, g_free);
  Receiver mine = { .handoff = handoff, .in_order = TRUE };

  receiver = &mine;
  send_func (handoff);
  cvr_handoff_detach (handoff);
  g_object_unref (target);
  session_test_settle ();
  g_assert_cmpuint (mine.n_ready, ==, 0);
  cvr_handoff_unref (handoff);
  g_assert_cmpint (atomic_load (&snapshots_alive), ==, 0);
}

static void
test_only_the_newest_wants_are_taken (void)
{
  GObject *target = g_object_new (G_TYPE_OBJECT, NULL);
  CvrHandoff *handoff = cvr_handoff_new (target, receive_cb, 0, g_free, snapshot_free, g_free);
  g_autofree char *taken = NULL;

  g_assert_null (cvr_handoff_take_wants (handoff));
  cvr_handoff_set_wants (handoff, g_strdup ("maps"));
  cvr_handoff_set_wants (handoff, g_strdup ("filters"));
  taken = cvr_handoff_take_wants (handoff);
  g_assert_cmpstr (taken, ==, "filters");
  g_assert_null (cvr_handoff_take_wants (handoff));
  cvr_handoff_set_wants (handoff, g_strdup ("left behind"));
  cvr_handoff_detach (handoff);
  cvr_handoff_unref (handoff);
  g_object_unref (target);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/job/progress-then-the-result", test_progress_then_the_result);
  g_test_add_func ("/session/job/cancelled-it-says-so", test_cancelled_it_says_so);
  g_test_add_func ("/session/job/a-failure-keeps-its-reason", test_a_failure_keeps_its_reason);
  g_test_add_func ("/session/job/without-its-owner-nobody-is-told",
                   test_without_its_owner_nobody_is_told);
  g_test_add_func ("/session/job/waited-for-it-ends-at-once", test_waited_for_it_ends_at_once);
  g_test_add_func ("/session/job/a-staged-job-runs-until-its-end-is-called",
                   test_a_staged_job_runs_until_its_end_is_called);
  g_test_add_func ("/session/job/the-progress-of-a-stage-is-shown",
                   test_the_progress_of_a_stage_is_shown);
  g_test_add_func ("/session/handoff/every-point-arrives-once-and-in-order",
                   test_every_point_arrives_once_and_in_order);
  g_test_add_func ("/session/handoff/detached-it-frees-what-nobody-took",
                   test_detached_it_frees_what_nobody_took);
  g_test_add_func ("/session/handoff/only-the-newest-wants-are-taken",
                   test_only_the_newest_wants_are_taken);

  return g_test_run ();
}
