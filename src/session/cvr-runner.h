/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model ready to answer: in integers where it is of 8 bits, in floats otherwise. */
#pragma once

#include "cvr-model.h"
#include "nn-evaluate.h"

G_BEGIN_DECLS

typedef struct _CvrRunner CvrRunner; /* one thread at a time */

CvrRunner *cvr_runner_new      (CvrModel *model, NnWorkers *workers, guint max_batch,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_runner_free     (CvrRunner *self);
/* nn_evaluate() with what is there already; @source at any length. */
gboolean   cvr_runner_evaluate (CvrRunner *self, const NnSource *source, NnLossKind kind,
                                gboolean (*keep_going) (gpointer data), gpointer data,
                                NnEvaluation *figures, GError **error);
/* Median of several runs of one grey picture, in ms. @keep_going (nullable) is asked between
 * runs. */
double     cvr_runner_ms       (CvrRunner *self, gint64 budget_us,
                                gboolean (*keep_going) (gpointer data), gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrRunner, cvr_runner_free)

G_END_DECLS
