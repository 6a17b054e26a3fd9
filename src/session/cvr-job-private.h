/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs whose last part happens on the main thread, and waiting for jobs when the project closes. */
#pragma once

#include "cvr-job.h"

G_BEGIN_DECLS

/* Main thread: the working thread has returned @result (owned by the callee; never NULL). The job
 * runs on until cvr_job_end(). Not called after a failure or a cancel. */
typedef void (*CvrJobStage) (CvrJob *job, gpointer result, gpointer data);

/* As cvr_job_start(), with @stage between the working thread and @done; @free_result frees what
 * cvr_job_end() is given,
 * @free_staged what the working thread returned where @stage doesn't come to it. */
CvrJob   *cvr_job_start_staged (const char *title, CvrJobFunc func, gpointer data,
                                GDestroyNotify free_data, CvrJobStage stage,
                                GDestroyNotify free_staged, GObject *owner, CvrJobDone done,
                                gpointer user_data,
                                GDestroyNotify free_result);
/* Main thread, once: takes @result (NULL with @error, taken). */
void      cvr_job_end          (CvrJob *self, gpointer result, GError *error);
/* Main thread: cancels, waits for the working thread and delivers its end at once. */
void      cvr_job_cancel_and_wait (CvrJob *self);
/* Main thread: waits for the working thread and delivers its end at once. */
void      cvr_job_wait         (CvrJob *self);

G_END_DECLS
