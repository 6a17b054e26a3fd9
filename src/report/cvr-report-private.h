/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a report that are written by themselves. */
#pragma once

#include "cvr-paper.h"
#include "cvr-report.h"

G_BEGIN_DECLS

/* What the network answers: table of answers, scores, trust, samples; or why that is not known. */
void cvr_report_add_answers (const CvrReport *self, CvrPaper *paper);

G_END_DECLS
