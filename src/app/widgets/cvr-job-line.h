/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far one job is, and a button that stops it, in a line whose room is kept while there is
 * none. */
#pragma once

#include "cvr-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_JOB_LINE (cvr_job_line_get_type ())
G_DECLARE_FINAL_TYPE (CvrJobLine, cvr_job_line, CVR, JOB_LINE, AdwBin)

/* Signals "stop" and "again": the button was pressed. What is over in a moment is not shown.
 * @job: NULL: none. @stopped: that is because it was stopped: the button offers to begin again. */
void cvr_job_line_follow (CvrJobLine *self, CvrJob *job, gboolean stopped);

G_END_DECLS
