/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training from settings and pictures to a model: blocking, for any thread; the window wraps it
 * in CvrTraining. */
#pragma once

#include "cvr-model.h"
#include "cvr-settings.h"
#include "cvr-source.h"

G_BEGIN_DECLS

typedef struct _CvrRun CvrRun;

/**
 * CvrRunSpec:
 * @dataset: split already (cvr_dataset_split()); not changed
 * @from: (nullable): start from this model; where its outputs don't match the classes it gets a new
 * head
 * @data_name: (nullable): what to remember in the model's training record ("builtin:doodles")
 * @resume: (nullable): checkpoint bytes
 * @twin: (nullable): a run of the same data set and split: where the network's input is the same its
 *   pictures are shared
 * @blind: no validation, whatever the split says
 */
typedef struct
{
  const CvrSettings *settings;
  CvrDataset        *dataset;
  CvrModel          *from;
  const char        *data_name;
  GBytes            *resume;
  NnWorkers         *workers;
  const NnObserver  *observer;   /* nullable */
  CvrRun            *twin;
  gboolean           blind;
} CvrRunSpec;

typedef struct
{
  guint    n_train, n_valid;
  NnStop   stop;
  guint    best_epoch, n_epochs;
  double   val_accuracy, val_loss, accuracy, loss, seconds;
} CvrRunReport;

/* Prepares: network, parameters, sources. Called by cvr_run_train(); public so that a caller can
 * say what is about to be trained. */
CvrRun   *cvr_run_new       (const CvrRunSpec *spec, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_run_free      (CvrRun *self);
NnGraph  *cvr_run_graph     (CvrRun *self);
const CvrPreprocess *cvr_run_preprocess (CvrRun *self);
guint     cvr_run_n_train   (CvrRun *self);
guint     cvr_run_n_valid   (CvrRun *self);
/* For the next cvr_run_train(): a checkpoint to go on from (nullable). */
void      cvr_run_set_resume (CvrRun *self, GBytes *resume);
/* Inside the observer's retune: from the next step on. @tuning: what the observer changed its
 * record to, for the model's own record. */
void      cvr_run_tune       (CvrRun *self, const NnTuning *tuning, const CvrAugment *augment);
/* Blocks. Model of the best epoch. After a divergence FALSE with the error, and @model (may be
 * NULL) the best before it. */
gboolean  cvr_run_train     (CvrRun *self, CvrModel **model, CvrRunReport *report, GError **error);
char     *cvr_run_dup_arch_of (CvrModel *model) G_GNUC_WARN_UNUSED_RESULT;
/* A model out of live parameters (copied), for pictures of a network that is still learning. Inside
 * observer events. */
CvrModel *cvr_run_snapshot  (CvrRun *self, NnParams *params) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrRun, cvr_run_free)

G_END_DECLS
