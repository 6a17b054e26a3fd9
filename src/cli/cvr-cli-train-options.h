/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of `train` and the settings they mean. */
#pragma once

#include "cvr-cli.h"
#include "cvr-settings.h"

G_BEGIN_DECLS

/* As given; strings are NULL where they were not. Freed with cvr_cli_train_options_clear(). */
typedef struct
{
  char   **data, **valid;
  char    *arch, *out, *from, *resume, *checkpoint;
  char    *predicts, *loss, *optimizer, *schedule, *recipe, *resize, *augment, *size;
  gint     epochs, batch, early_stop, freeze, folds; /* −1: not given */
  double   split, clip, momentum, lr, weight_decay, l1, dropout, time_limit,
           label_smoothing; /* NaN: not given */
  gboolean class_weights, grey, colour;
} CvrCliTrainOptions;

void     cvr_cli_train_options_init     (CvrCliTrainOptions *options);
void     cvr_cli_train_options_clear    (CvrCliTrainOptions *options);
gboolean cvr_cli_train_options_parse    (CvrCliTrainOptions *options,
                                         CvrCli             *cli,
                                         int                *argc,
                                         char             ***argv,
                                         GError            **error);
gboolean cvr_cli_train_options_settings (const CvrCliTrainOptions *options,
                                         CvrCli                   *cli,
                                         CvrSettings              *settings,
                                         GError                  **error);
/* The same for `crossval`: no file, no other network, but --folds. */
gboolean cvr_cli_crossval_options_parse (CvrCliTrainOptions *options,
                                         CvrCli             *cli,
                                         int                *argc,
                                         char             ***argv,
                                         GError            **error);
/* For other commands that name a network. */
gboolean cvr_cli_check_arch             (const char         *name,
                                         GError            **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CvrCliTrainOptions, cvr_cli_train_options_clear)

G_END_DECLS
