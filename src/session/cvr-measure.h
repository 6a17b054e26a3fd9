/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a model measured here; cvr_measure_ms() is public in cvr-compress.h. */
#pragma once

#include "cvr-compress.h"

#include <math.h>

G_BEGIN_DECLS

gboolean cvr_measure_model (CvrModel *model, CvrEvaluation *evaluation, NnWorkers *workers,
                            CvrMeasure *measure, GError **error);

G_END_DECLS
