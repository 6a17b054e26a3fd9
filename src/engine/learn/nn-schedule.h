/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the learning rate moves over a training: pure functions, drawn before training starts. */
#pragma once

#include "nn-error.h"

G_BEGIN_DECLS

typedef enum
{
  NN_SCHEDULE_CONSTANT,
  NN_SCHEDULE_STEP,     /* × gamma after every step_fraction of the training */
  NN_SCHEDULE_COSINE,   /* half a cosine down to 0 */
  NN_SCHEDULE_ONECYCLE, /* cosine up from lr/25 over warm-up, then down to lr/10⁴
                         * (L. Smith, N. Topin, arXiv 1708.07120) */
  NN_SCHEDULE_TRIANGULAR, /* line up from lr/5 over warm-up, line down to 0.07·lr
                           * (K. Jordan, arXiv 2404.00498) */
  NN_N_SCHEDULES,
} NnScheduleKind;

typedef struct
{
  NnScheduleKind kind;
  float          gamma;         /* step: 0.1 */
  float          step_fraction; /* step: 1/3 */
  float          warm_up;       /* one-cycle: 0.3 of the training; triangular: 0.23 */
} NnScheduleSpec;

NnScheduleSpec nn_schedule_spec_default (NnScheduleKind kind);
/* @step of @n_steps in the whole training. */
double         nn_schedule_lr    (const NnScheduleSpec *spec, double base, guint64 step,
                                  guint64 n_steps);
const char    *nn_schedule_name  (NnScheduleKind kind);
gboolean       nn_schedule_parse (const char *name, NnScheduleKind *kind);

G_END_DECLS
