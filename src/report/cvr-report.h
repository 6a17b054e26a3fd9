/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a training run: what was done, how it went, how well it does; as PDF for paper and
 * as one HTML file that needs nothing else. In the user's language. */
#pragma once

#include "cvr-history.h"
#include "cvr-run.h"
#include "cvr-scores.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/**
 * CvrReport:
 * @title: of the run; @note: (nullable)
 * @when: seconds since 1970; 0: not said
 * @data_name: of the project or data set
 * @class_titles: (nullable): [n_classes] in the user's language; NULL: the model's
 * @n_pictures: in the data set; @dataset: (nullable): where the samples' pictures are found by id
 * @n_epochs: planned
 * @model, @evaluation: (nullable): parts that need them are left out
 * @other: (nullable): name of the run that @differences compares with
 * @differences: (nullable): NULL-terminated sentences
 *
 * Everything borrowed, and nobody else's while a report is written (the history is a copy).
 */
typedef struct
{
  const char          *title, *note;
  gint64               when;
  const char          *data_name;
  const char *const   *class_titles;
  guint                n_pictures;
  CvrDataset          *dataset;
  const CvrSettings   *settings;
  guint                n_epochs;
  CvrHistory          *history;
  const CvrRunReport  *run;
  CvrModel            *model;
  const CvrEvaluation *evaluation;
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
