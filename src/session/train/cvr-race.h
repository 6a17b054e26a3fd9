/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several trainings that belong together: a race of settings, cross-validation, accuracy against
 * the number of pictures. Blocking, for any thread; the window wraps it in CvrExperiment. */
#pragma once

#include "cvr-folds.h"
#include "cvr-history.h"
#include "cvr-run.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_EXPERIMENT_RACE,     /* same pictures and seed, other settings; all move together */
  CVR_EXPERIMENT_FOLDS,    /* each picture validates once */
  CVR_EXPERIMENT_PICTURES, /* nested parts of the training pictures, the same validation */
  CVR_N_EXPERIMENTS,
} CvrExperimentKind;

typedef enum
{
  CVR_ENTRY_WAITING,
  CVR_ENTRY_RUNNING,
  CVR_ENTRY_DONE,
  CVR_ENTRY_STOPPED,       /* by the user, with what it had */
  CVR_ENTRY_FAILED,
} CvrEntryState;

/* One training of an experiment. */
typedef struct
{
  char         *name;      /* translated: "adam, 0.001", "Part 2 of 5", "400 pictures" */
  CvrSettings   settings;
  CvrEntryState state;
  guint         n_train, n_valid;
  double        fraction;  /* of its own training, 0 … 1 */
  CvrEpochRow  *rows;
  guint         n_rows;
  CvrRunReport  report;    /* once it has ended */
  char         *error;     /* a sentence; NULL */
} CvrEntry;

/* What it came to, as far as it has: cvr_entry_accuracy() of the entries that are done. @deviation:
 * of the sample (n − 1); NaN below two. @best: index, −1. */
typedef struct
{
  guint  n_done;
  double mean, deviation;
  gint   best;
} CvrExperimentSummary;

/* One thread at a time. */
typedef struct
{
  CvrExperimentKind kind;
  CvrEntry         *entries;
  guint             n_entries;
} CvrExperimentResult;

/* What to do. @settings: what all share. RACE: @racers. FOLDS: @n_folds. PICTURES: @fractions,
 * ascending, 0 < f ≤ 1; NULL: 1/16 … 1. */
typedef struct
{
  CvrExperimentKind  kind;
  CvrSettings        settings;
  const CvrSettings *racers;
  guint              n_racers;
  guint              n_folds;
  const double      *fractions;
  guint              n_fractions;
} CvrExperimentPlan;

enum { CVR_MAX_RACERS = 8 };

/* @from nullable: the network that all begin with. */
gboolean             cvr_experiment_plan_check (const CvrExperimentPlan *plan, CvrModel *from,
                                                GError **error);
/* The plan's parts, or the usual ones. */
const double        *cvr_experiment_plan_fractions (const CvrExperimentPlan *plan, guint *n);
/* Entries as they are before the start (names, settings, all waiting). */
CvrExperimentResult *cvr_experiment_result_new (const CvrExperimentPlan *plan,
                                                CvrDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
void                 cvr_experiment_result_free (CvrExperimentResult *self);
CvrExperimentSummary cvr_experiment_summary     (const CvrExperimentResult *self);
/* Of its best epoch so far: validation, or training where nothing validates; NaN: none has ended. */
double               cvr_entry_accuracy         (const CvrEntry *entry);
/* Text that a project can remember; numbers keep every bit. */
char                *cvr_experiment_to_json     (const CvrExperimentResult *self);
CvrExperimentResult *cvr_experiment_from_json   (const char *json,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Something has happened to entry @index. @row: an epoch has ended; else NULL. @entry: state,
 * numbers, fraction, report and error as they are now (rows are not in it). Borrowed. */
typedef struct
{
  void     (*moved)      (guint index, const CvrEntry *entry, const CvrEpochRow *row,
                          gpointer data);
  gboolean (*keep_going) (gpointer data);
  gpointer data;
} CvrExperimentObserver;

/* What @moved tells, put into a result. */
void                 cvr_experiment_result_take (CvrExperimentResult *self, guint index,
                                                 const CvrEntry *entry, const CvrEpochRow *row);
/* Blocks. @dataset: divided already for RACE and PICTURES (FOLDS divides anew); not changed. Entries
 * that fail don't end the others. FALSE: it could not begin. */
gboolean             cvr_experiment_run         (const CvrExperimentPlan *plan, CvrDataset *dataset,
                                                 CvrModel *from, NnWorkers *workers,
                                                 const CvrExperimentObserver *observer,
                                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrExperimentResult, cvr_experiment_result_free)

G_END_DECLS
