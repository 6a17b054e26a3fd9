/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the training loop share: an observer that notes everything, and a small job. */
#pragma once

#include "learn-support.h"

/* What an observer saw and what it does. */
typedef struct
{
  guint      n_started, n_steps, n_epochs, n_finished;
  NnEvent    last_epoch, last_step, finished;
  guint64    cancel_at; /* keep_going says no once so many steps were made; G_MAXUINT64: never */
  double     clock;     /* advances by one with every step */
  gboolean   injected;  /* the loop uses this clock */
  guint      checkpoint_at;
  GBytes    *checkpoint;
  float      new_lr;    /* above 0: asked for once, after three steps */
  GPtrArray *kept;      /* nullable: (element-type NnParams): copies at every epoch */
} Watch;

/* A training to run. @with_valid: @valid is given to it. */
typedef struct
{
  NnGraph    *graph;
  NnParams   *start;
  NnTrainSpec spec;
  NnSource    train, valid;
  gboolean    with_valid;
  guint       threads;
  GBytes     *resume;
} Job;

/* Bars of three kinds on 12×12 pictures, three epochs in batches of 16, @norm with batch norms. */
Job        new_job            (guint          count,
                               gboolean       norm);
void       clear_job          (Job           *job);
gboolean   run_job            (Job           *job,
                               Watch         *watch,
                               NnTrainResult *result,
                               GError       **error);
void       assert_same_params (NnParams      *a,
                               NnParams      *b);
/* Sixteen numbers and, as the one target value, their mean. */
NnSource   mean_source        (guint          count);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, clear_job)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnTrainResult, nn_train_result_clear)
