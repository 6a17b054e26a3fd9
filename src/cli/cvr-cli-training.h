/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program says and keeps while a network learns: the observer of `train` and `demo`. */
#pragma once

#include "cvr-cli.h"
#include "cvr-history.h"
#include "cvr-run.h"

G_BEGIN_DECLS

typedef struct
{
  CvrCli     *cli;
  guint       n_epochs;
  const char *checkpoint;       /* nullable: written after each epoch */
  GError     *checkpoint_error; /* the first */
  CvrHistory *history;          /* nullable: filled for charts */
} CvrCliTraining;

void     cvr_cli_training_event_cb      (const NnEvent *event,
                                         gpointer       training);
gboolean cvr_cli_training_keep_going_cb (gpointer       training);

G_END_DECLS
