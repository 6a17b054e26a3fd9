/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a model measured here; cvr_measure_ms() is public in cvr-compress.h. */
#pragma once

#include "cvr-compress.h"

#include <math.h>

G_BEGIN_DECLS

double   cvr_measure_ms_within (CvrModel *model, NnWorkers *workers, gint64 budget_us,
                                gboolean (*keep_going) (gpointer data), gpointer data);
/* Of what @kind takes away. */
gboolean cvr_measure_sizes (CvrModel *model, NnPruneKind kind, CvrSizes *sizes, GError **error);
gboolean cvr_measure_size  (CvrModel *model, CvrMeasure *measure, GError **error);
gboolean cvr_measure_model (CvrModel *model, CvrEvaluation *evaluation, NnWorkers *workers,
                            CvrMeasure *measure, GError **error);

G_END_DECLS
