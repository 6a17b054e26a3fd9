/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the project knows about one card of its notebook: the curve, the network of the
 * best epoch, and how that does on the pictures and labels as they are now. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

/**
 * CvrRunRecord:
 * @history: without epochs where none has ended, and of a variant
 * @dataset: the pictures that were asked about, without classes that are off
 * @model: of epoch @epoch; NULL: it is not there, and @lack says why
 * @class_titles: [n_classes] of @model, as the project calls them; NULL without it
 * @evaluation: NULL: there is none, and @lack says why
 * @lack: translated; NULL: nothing is missing
 */
typedef struct
{
  CvrHistory    *history;
  CvrDataset    *dataset;
  CvrModel      *model;
  guint          epoch;
  char         **class_titles;
  CvrEvaluation *evaluation;
  char          *lack;
} CvrRunRecord;

/* What is done with a record, on the worker thread that gathered it. NULL iff @error is set. */
typedef gpointer (*CvrRunRecordFunc) (CvrJob *job, const CvrRunRecord *record, gpointer data,
                                      GError **error);

/* @title: of the job; the rest as of cvr_job_start(). */
typedef struct
{
  const char      *title;
  CvrRunRecordFunc func;
  gpointer         data;
  GDestroyNotify   free_data;
  GObject         *owner;
  CvrJobDone       done;
  gpointer         user_data;
  GDestroyNotify   free_result;
} CvrRunRecordUse;

/* Main thread. Gathers the record of @card with the pictures and labels of this moment (progress
 * counts pictures), and goes on with @use. An error where the curve can't be read. */
CvrJob *cvr_run_record_use (CvrProject *project, CvrRunCard *card, const CvrRunRecordUse *use);

G_END_DECLS
