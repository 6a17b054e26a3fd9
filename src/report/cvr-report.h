/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a training run: what was done, how it went, how well it does; as PDF for paper and
 * as one HTML file that needs nothing else. In the user's language. */
#pragma once

#include "cvr-notebook.h"
#include "cvr-scores.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/**
 * CvrReport:
 * @title: of the run; @note: (nullable)
 * @data_name: of the project or data set
 * @card: what the notebook knows: settings, figures, how it ended
 * @state: (nullable): how it stands, where that is worth a sentence
 * @class_titles: (nullable): [n_classes] in the user's language; NULL: the model's
 * @dataset: (nullable): where the samples' pictures are found by id
 * @model, @evaluation: (nullable): parts that need them are left out; @epoch: that @model is of
 * @lack: (nullable): why there is no evaluation
 * @other: (nullable): name of the run that @differences compares with
 * @differences: (nullable): NULL-terminated sentences
 *
 * Everything borrowed, and nobody else's while a report is written (the history is a copy).
 */
typedef struct
{
  const char          *title, *note;
  const char          *data_name;
  const CvrCardFacts  *card;
  const char          *state;
  const char *const   *class_titles;
  CvrDataset          *dataset;
  CvrHistory          *history;
  CvrModel            *model;
  guint                epoch;
  const CvrEvaluation *evaluation;
  const char          *lack;
  const char          *other;
  const char *const   *differences;
} CvrReport;

/* Block; workers. Written beside and renamed: a failure leaves an old file as it was. @watch
 * nullable; G_IO_ERROR_CANCELLED when stopped. */
gboolean cvr_report_write_pdf  (const CvrReport *self, const char *path, const CvrWatch *watch,
                                GError **error);
gboolean cvr_report_write_html (const CvrReport *self, const char *path, const CvrWatch *watch,
                                GError **error);

G_END_DECLS
