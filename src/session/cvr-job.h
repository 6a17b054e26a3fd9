/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work beside the main thread, with progress and cancel. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_TYPE_JOB (cvr_job_get_type ())
G_DECLARE_FINAL_TYPE (CvrJob, cvr_job, CVR, JOB, GObject)

/* Runs on a worker thread. NULL iff @error is set. */
typedef gpointer (*CvrJobFunc) (CvrJob *job, gpointer data, GError **error);
/* On the main thread. @result is owned by the callee; NULL with @error (borrowed) when the job
 * failed or was cancelled (G_IO_ERROR_CANCELLED). */
typedef void     (*CvrJobDone) (CvrJob *job, gpointer result, const GError *error,
                  gpointer user_data);

/* Properties (main thread; notified at most once per main loop turn): "title" (string), "fraction"
 * (double, −1 unknown), "message" (string: "1,204 of 2,000 · 8 s left"), "running" (boolean). The
 * job holds itself until it is done. When @owner is disposed before, @done is not called and
 * @result is freed with @free_result. */
CvrJob       *cvr_job_start        (const char *title, CvrJobFunc func, gpointer data,
                                    GDestroyNotify free_data,
                                    GObject *owner, CvrJobDone done, gpointer user_data,
                                    GDestroyNotify free_result);
void          cvr_job_cancel       (CvrJob *self);
gboolean      cvr_job_is_running   (CvrJob *self);
GCancellable *cvr_job_cancellable  (CvrJob *self);      /* any thread, borrowed */
/* Any thread. @total 0: unknown. Time left is worked out here. */
void          cvr_job_progress     (CvrJob *self, guint64 done, guint64 total);
/* Any thread; what keep_going callbacks take. */
gboolean      cvr_job_keep_going   (gpointer job);

G_END_DECLS
