/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One job at a time, which is followed while it goes on. */
#include "cvr-live-job.h"

#include "cvr-project-private.h"

enum
{
  INTERVAL_MS = 100,      /* between two results that are shown */
  POINT_INTERVAL_MS = 50, /* and where points come, whose curve grows */
};

/* What the job works on. */
typedef struct
{
  CvrLiveFunc    func;
  gpointer       data;
  GDestroyNotify free_data;
  CvrHandoff    *handoff;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->free_data != NULL)
    work->free_data (work->data);
  cvr_handoff_unref (work->handoff);
  g_free (work);
}

/* Worker. */
static gpointer
work_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Work *work = data;

  return work->func (job, work->handoff, work->data, error);
}

static void
no_point (gpointer point)
{
  g_assert_not_reached (); /* None are pushed. */
}

void
cvr_live_job_init (CvrLiveJob     *self,
                   GObject        *target,
                   CvrHandoffReady ready,
                   GDestroyNotify  free_result)
{
  *self = (CvrLiveJob) {
    .target = target, .ready = ready, .free_result = free_result, .free_point = no_point,
  };
}

void
cvr_live_job_use_points (CvrLiveJob    *self,
                         CvrLivePoint   take_point,
                         GDestroyNotify free_point)
{
  self->take_point = take_point;
  self->free_point = free_point;
}

static void
forget_newest (CvrLiveJob *self)
{
  if (self->newest != NULL)
    self->free_result (self->newest);
  self->newest = NULL;
}

/* The job goes on to its end by itself; nobody listens. */
static void
leave_job (CvrLiveJob *self)
{
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  if (self->handoff != NULL)
    cvr_handoff_detach (self->handoff);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
}

void
cvr_live_job_clear (CvrLiveJob *self)
{
  leave_job (self);
  forget_newest (self);
  g_clear_error (&self->error);
}

void
cvr_live_job_take (CvrLiveJob *self)
{
  CvrPoint *point = self->handoff != NULL ? cvr_handoff_take_points (self->handoff) : NULL;
  gpointer newest = self->handoff != NULL ? cvr_handoff_take_snapshot (self->handoff) : NULL;

  while (point != NULL)
    {
      CvrPoint *next = point->next;

      self->take_point (self->target, point);
      self->free_point (point);
      point = next;
    }
  if (newest == NULL)
    return;
  forget_newest (self);
  self->newest = newest;
}

static void
done_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  CvrLiveJob *self = data;

  if (job != self->job)
    {
      if (result != NULL)
        self->free_result (result);
      return;
    }

  cvr_live_job_take (self);
  leave_job (self);
  if (result != NULL)
    {
      forget_newest (self);
      self->newest = result;
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->error = g_error_copy (error);
  self->ready (self->target);
}

void
cvr_live_job_start (CvrLiveJob    *self,
                    CvrProject    *project,
                    const char    *title,
                    CvrLiveFunc    func,
                    gpointer       data,
                    GDestroyNotify free_data)
{
  Work *work = g_new0 (Work, 1);

  cvr_live_job_clear (self);
  self->handoff = cvr_handoff_new (
    self->target, self->ready, self->take_point != NULL ? POINT_INTERVAL_MS : INTERVAL_MS,
    self->free_point, self->free_result, g_free);
  *work = (Work) { func, data, free_data, cvr_handoff_ref (self->handoff) };
  self->job = cvr_job_start (title, work_func, work, work_free, self->target, done_cb, self,
                             self->free_result);
  if (project != NULL)
    cvr_project_track_job (project, self->job);
}

void
cvr_live_job_stop (CvrLiveJob *self)
{
  cvr_live_job_take (self);
  leave_job (self);
}
