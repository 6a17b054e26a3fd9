/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work that is going on, one row each: title, progress, time left, cancel. */
#pragma once

#include "cvr-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_JOB_BAR (cvr_job_bar_get_type ())
G_DECLARE_FINAL_TYPE (CvrJobBar, cvr_job_bar, CVR, JOB_BAR, AdwBin)

/* What the button "Cancel" does instead of cancelling @job. */
typedef void (*CvrJobBarCancel) (CvrJob *job, gpointer data);

/* The row goes by itself when the job ends. */
void  cvr_job_bar_add        (CvrJobBar *self, CvrJob *job);
/* @ask: what "Cancel" does. @data: outlives the bar. */
void  cvr_job_bar_add_asking (CvrJobBar *self, CvrJob *job, CvrJobBarCancel ask, gpointer data);
guint cvr_job_bar_n_jobs     (CvrJobBar *self);

G_END_DECLS
