/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of `demo`: one HTML file that needs nothing else. */
#pragma once

#include "cvr-cli-pictures.h"
#include "cvr-compress.h"
#include "cvr-evaluate.h"
#include "cvr-export.h"
#include "cvr-history.h"
#include "cvr-run.h"

G_BEGIN_DECLS

enum { CVR_CLI_N_VARIANTS = 3, CVR_CLI_N_HEATS = 3 };

/* A model of the demo: trained, pruned, pruned and quantized. */
typedef struct
{
  CvrMeasure     measure;
  guint          n_changed; /* answers that are not the trained model's */
  char          *path;
  CvrExportProof proof;
} CvrCliVariant;

/* A picture with the reasons for the answer. */
typedef struct
{
  CvrImage *image;
  NnExplanation *heat;
  gint      truth, answer;
  double    p; /* of the answer */
} CvrCliReason;

/* All that the demo found out; owned by it. */
typedef struct
{
  CvrDataset    *dataset;   /* divided */
  const char    *data_name; /* "builtin:doodles" */
  CvrModel      *model;
  CvrModel      *pruned;
  CvrRunReport   run;
  guint          n_epochs;
  CvrHistory    *history;
  CvrEvaluation *evaluation;
  CvrCliVariant  variants[CVR_CLI_N_VARIANTS];
  CvrCliReason   reasons[CVR_CLI_N_HEATS];
  guint          n_reasons;
  double         seconds;   /* the whole demo */
} CvrCliFindings;

/* (transfer full): the whole file. Errors: a picture that can't be made. */
char *cvr_cli_report (CvrCli               *cli,
                      const CvrCliFindings *findings,
                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
