/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work beside the main thread, with progress and cancel. */
#include "cvr-job-private.h"

#include "cvr-handoff.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

/* Before this much time has passed, time left would be a guess. */
static const double least_elapsed = 0.5; /* s */

struct _CvrJob
{
  GObject           parent_instance;
  GCancellable     *cancellable;
  CvrHandoff       *handoff;    /* wake-ups only */
  GThread          *thread;     /* NULL once joined */
  _Atomic (guint64) n_done;
  _Atomic (guint64) n_total;
  _Atomic (gint)    returned;   /* the working thread has nothing left to do */

  /* Working thread until it has returned, main thread afterwards. */
  CvrJobFunc        func;
  gpointer          data;
  gpointer          result;
  GError           *error;

  /* Main thread. */
  char             *title;
  char             *message;
  double            fraction;
  gboolean          running;
  gint64            start;      /* monotonic µs */
  GDestroyNotify    free_data;
  CvrJobStage       stage;
  GDestroyNotify    free_staged;
  GObject          *owner;      /* weak; NULL when there is none or it is gone */
  gboolean          owned;
  CvrJobDone        done;
  gpointer          user_data;
  GDestroyNotify    free_result;
};

G_DEFINE_FINAL_TYPE (CvrJob, cvr_job, G_TYPE_OBJECT)

enum
{
  PROP_TITLE = 1,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_RUNNING,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* "1,204 of 2,000 · 8 s left" */
static char *
dup_message (CvrJob *self,
             guint64 n_done,
             guint64 n_total)
{
  g_autofree char *done = cvr_words_count (n_done);
  g_autofree char *total = cvr_words_count (n_total);
  g_autofree char *left = NULL;
  double elapsed = (double) (g_get_monotonic_time () - self->start) / 1e6;

  if (n_total == 0)
    return n_done > 0 ? g_steal_pointer (&done) : g_strdup ("");
  if (n_done == 0 || n_done >= n_total || elapsed < least_elapsed)
    return g_strdup_printf (_("%1$s of %2$s"), done, total);

  left = cvr_words_time (elapsed * (double) (n_total - n_done) / (double) n_done);
  return g_strdup_printf (_("%1$s of %2$s · %3$s left"), done, total, left);
}

static void
show_progress (CvrJob *self)
{
  guint64 n_done = atomic_load (&self->n_done);
  guint64 n_total = atomic_load (&self->n_total);
  double fraction = n_total == 0 ? -1.0 : MIN (1.0, (double) n_done / (double) n_total);
  g_autofree char *message = dup_message (self, n_done, n_total);

  if (self->fraction != fraction)
    {
      self->fraction = fraction;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRACTION]);
    }
  if (g_strcmp0 (self->message, message) != 0)
    {
      g_free (self->message);
      self->message = g_steal_pointer (&message);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
    }
}

static void
owner_gone_cb (gpointer data,
               GObject *where)
{
  CvrJob *self = data;

  self->owner = NULL;
}

static void
forget_owner (CvrJob *self)
{
  if (self->owner != NULL)
    g_object_weak_unref (self->owner, owner_gone_cb, self);
  self->owner = NULL;
}

void
cvr_job_end (CvrJob  *self,
             gpointer result,
             GError  *error)
{
  g_autoptr (GError) reason = error;
  gboolean wanted = self->done != NULL && (!self->owned || self->owner != NULL);
  GObject *owner;

  g_return_if_fail (self->running);

  owner = self->owner != NULL ? g_object_ref (self->owner) : NULL; /* Until it has been told. */
  cvr_handoff_detach (self->handoff);
  forget_owner (self);
  if (self->free_data != NULL)
    self->free_data (self->data);
  self->data = NULL;
  self->running = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);

  if (wanted)
    self->done (self, result, reason, self->user_data);
  else if (result != NULL && self->free_result != NULL)
    self->free_result (result);

  g_clear_object (&owner);
  g_object_unref (self); /* It held itself. */
}

/* Main thread, after the working thread has returned: joined, judged, handed on. */
static void
finish (CvrJob *self)
{
  gpointer result;
  GError *error;

  g_thread_join (g_steal_pointer (&self->thread));
  result = g_steal_pointer (&self->result);
  error = g_steal_pointer (&self->error);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      GDestroyNotify free_result = self->stage != NULL ? self->free_staged : self->free_result;

      if (result != NULL && free_result != NULL)
        free_result (result);
      g_clear_error (&error);
      cvr_job_end (self, NULL,
                   g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled.")));
    }
  else if (error != NULL || self->stage == NULL)
    cvr_job_end (self, result, error);
  else
    {
      /* Progress and time left of the second part begin anew. */
      atomic_store (&self->n_done, 0);
      atomic_store (&self->n_total, 0);
      self->start = g_get_monotonic_time ();
      self->stage (self, result, self->data);
    }
}

static void
ready_cb (GObject *target)
{
  CvrJob *self = CVR_JOB (target);

  if (!self->running)
    return;

  show_progress (self);
  if (self->thread != NULL && atomic_load (&self->returned))
    finish (self);
}

static gpointer
work (gpointer data)
{
  CvrJob *self = data;
  /* The main thread may let go of the job as soon as it sees that the work has returned. */
  g_autoptr (CvrHandoff) handoff = cvr_handoff_ref (self->handoff);

  self->result = self->func (self, self->data, &self->error);
  atomic_store (&self->returned, 1);
  cvr_handoff_wake (handoff);

  return NULL;
}

static void
free_point (gpointer point)
{
  g_assert_not_reached (); /* Jobs push no points. */
}

static void
cvr_job_finalize (GObject *object)
{
  CvrJob *self = CVR_JOB (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
  g_clear_error (&self->error);
  g_free (self->title);
  g_free (self->message);

  G_OBJECT_CLASS (cvr_job_parent_class)->finalize (object);
}

static void
cvr_job_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  CvrJob *self = CVR_JOB (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
cvr_job_class_init (CvrJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = cvr_job_finalize;
  object_class->get_property = cvr_job_get_property;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1.0, 1.0, -1.0, flags);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, "", flags);
  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_job_init (CvrJob *self)
{
  self->cancellable = g_cancellable_new ();
  self->message = g_strdup ("");
  self->fraction = -1.0;
  self->handoff = cvr_handoff_new (G_OBJECT (self), ready_cb, 0, free_point, g_free, g_free);
}

CvrJob *
cvr_job_start_staged (const char    *title,
                      CvrJobFunc     func,
                      gpointer       data,
                      GDestroyNotify free_data,
                      CvrJobStage    stage,
                      GDestroyNotify free_staged,
                      GObject       *owner,
                      CvrJobDone     done,
                      gpointer       user_data,
                      GDestroyNotify free_result)
{
  CvrJob *self = g_object_new (CVR_TYPE_JOB, NULL);

  self->title = g_strdup (title);
  self->func = func;
  self->data = data;
  self->free_data = free_data;
  self->stage = stage;
  self->free_staged = free_staged;
  self->owned = owner != NULL;
  self->owner = owner;
  if (owner != NULL)
    g_object_weak_ref (owner, owner_gone_cb, self);
  self->done = done;
  self->user_data = user_data;
  self->free_result = free_result;
  self->running = TRUE;
  self->start = g_get_monotonic_time ();
  self->thread = g_thread_new ("convisor-job", work, self);

  return self;
}

/**
 * cvr_job_start:
 * @owner: (nullable): whose life @done depends on
 * @free_data: (nullable): called on the main thread when the job has ended
 *
 * Main thread. @done comes from the main loop, never before this returns.
 *
 * Returns: (transfer none): held by itself until it is done; take a reference to keep it longer.
 */
CvrJob *
cvr_job_start (const char    *title,
               CvrJobFunc     func,
               gpointer       data,
               GDestroyNotify free_data,
               GObject       *owner,
               CvrJobDone     done,
               gpointer       user_data,
               GDestroyNotify free_result)
{
  g_return_val_if_fail (func != NULL, NULL);

  return cvr_job_start_staged (title, func, data, free_data, NULL, NULL, owner, done, user_data,
                               free_result);
}

/**
 * cvr_job_cancel:
 *
 * Asks the job to end; it does so in its own time, with G_IO_ERROR_CANCELLED. Any thread.
 */
void
cvr_job_cancel (CvrJob *self)
{
  g_cancellable_cancel (self->cancellable);
}

void
cvr_job_cancel_and_wait (CvrJob *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->thread != NULL)
    finish (self);
}

void
cvr_job_wait (CvrJob *self)
{
  if (self->thread != NULL)
    finish (self);
}

gboolean
cvr_job_is_running (CvrJob *self)
{
  return self->running;
}

GCancellable *
cvr_job_cancellable (CvrJob *self)
{
  return self->cancellable;
}

void
cvr_job_progress (CvrJob *self,
                  guint64 done,
                  guint64 total)
{
  atomic_store (&self->n_done, done);
  atomic_store (&self->n_total, total);
  cvr_handoff_wake (self->handoff);
}

gboolean
cvr_job_keep_going (gpointer job)
{
  return !g_cancellable_is_cancelled (CVR_JOB (job)->cancellable);
}
