/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live experiment: several trainings beside the main thread, followed as they move. */
#pragma once

#include "cvr-job.h"
#include "cvr-race.h"

G_BEGIN_DECLS

#define CVR_TYPE_EXPERIMENT (cvr_experiment_get_type ())
G_DECLARE_FINAL_TYPE (CvrExperiment, cvr_experiment, CVR, EXPERIMENT, GObject)

/* Main thread throughout. Signals: "changed" (about 20 times a second at most), "finished" (ended,
 * stopped or failed; what is done stays). The project's model is left alone. */
CvrExperiment *cvr_experiment_new        (NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
/* On a copy of the data set; @from nullable: all begin with this model. FALSE with a sentence where
 * it can't start. The last result goes. */
gboolean       cvr_experiment_start      (CvrExperiment *self, const CvrExperimentPlan *plan,
                                          CvrDataset *dataset, CvrModel *from, GError **error);
/* Keeps what is done; "finished" follows. */
void           cvr_experiment_stop       (CvrExperiment *self);
gboolean       cvr_experiment_is_running (CvrExperiment *self);
double         cvr_experiment_get_fraction (CvrExperiment *self);
double         cvr_experiment_get_seconds_left (CvrExperiment *self); /* −1 unknown */
/* Borrowed; NULL before the first. Names, curves and figures of all entries. */
const CvrExperimentResult *cvr_experiment_get_result (CvrExperiment *self);
/* A result that was kept (cvr_experiment_from_json()); taken. Not while it runs. */
void           cvr_experiment_set_result (CvrExperiment *self, CvrExperimentResult *result);
/* Why it could not be; NULL. */
const GError  *cvr_experiment_get_error  (CvrExperiment *self);
/* What happens or came of it, in a sentence or two. Translated. */
char          *cvr_experiment_dup_sentence (CvrExperiment *self);

G_END_DECLS
