/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What live objects that compute for a while share: one job at a time, which is followed while it
 * goes on: results that improve, or points of which none may be lost. */
#pragma once

#include "cvr-handoff.h"
#include "cvr-project.h"

G_BEGIN_DECLS

/* Runs on a worker thread; publishes results on @handoff as they improve, or pushes points. The
 * last result is returned; NULL iff @error is set. */
typedef gpointer (*CvrLiveFunc) (CvrJob *job, CvrHandoff *handoff, gpointer data, GError **error);

/* Main thread: a point has come, borrowed for the call. */
typedef void (*CvrLivePoint) (GObject *target, const CvrPoint *point);

/**
 * CvrLiveJob:
 * @job: borrowed; %NULL: idle
 * @newest: the newest result; %NULL before the first
 * @error: why the last job ended without one
 *
 * Part of an object of the main thread.
 */
typedef struct
{
  GObject        *target; /* not held: the object that this is part of */
  CvrHandoffReady ready;
  GDestroyNotify  free_result;
  CvrLivePoint    take_point; /* NULL: none are pushed */
  GDestroyNotify  free_point;
  CvrHandoff     *handoff;
  CvrJob         *job;
  gpointer        newest;
  GError         *error;
} CvrLiveJob;

/* @ready: the target's, called where there may be something to take or the job has ended: takes it
 * (cvr_live_job_take()) and says so. */
void cvr_live_job_init  (CvrLiveJob *self, GObject *target, CvrHandoffReady ready,
                         GDestroyNotify free_result);
/* The job pushes points too. */
void cvr_live_job_use_points (CvrLiveJob *self, CvrLivePoint take_point,
                              GDestroyNotify free_point);
void cvr_live_job_clear (CvrLiveJob *self);
/* Ends the job before and forgets its result. @project: (nullable): waits for it when it closes.
 * @data is @func's, freed on the main thread. */
void cvr_live_job_start (CvrLiveJob *self, CvrProject *project, const char *title, CvrLiveFunc func,
                         gpointer data, GDestroyNotify free_data);
/* What was reached stays; nothing more comes. */
void cvr_live_job_stop  (CvrLiveJob *self);
/* Takes what was published or pushed. */
void cvr_live_job_take  (CvrLiveJob *self);

G_END_DECLS
