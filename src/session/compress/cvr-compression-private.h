/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread behind the sliders: always at the newest spec, and at a study when there is none. */
#pragma once

#include "cvr-compression.h"
#include "cvr-handoff.h"

G_BEGIN_DECLS

/* What the main thread wants: the newest counts. */
typedef struct
{
  guint           serial;
  CvrCompressSpec spec;
  gboolean        front;        /* FALSE: @spec is measured already */
  guint           study_serial;
  guint           n_studied;    /* of the study: where it begins */
  GArray         *study;        /* (element-type CvrStudySpec) (nullable) */
} CvrCompressWants;

void              cvr_compress_wants_free (gpointer wants);

/* One member of a study, on its way to the main thread. */
typedef struct
{
  CvrPoint       point;
  CvrCompressed *result;
  guint          place;  /* in its study */
  guint          serial; /* of the study */
} CvrStudied;

void              cvr_studied_free (gpointer studied);

/* What outlives a job: one network and its pictures. Counted. The hand-off brings wants (one way),
 * readouts (CvrCompressed, as snapshots) and studied (as points). */
typedef struct
{
  gint        ref_count;  /* atomic */
  gint        served;     /* atomic: serial of the wants that were taken last */
  CvrModel   *model;
  CvrDataset *dataset;
  NnWorkers  *workers;
  CvrHandoff *handoff;
  gpointer    probe;      /* CvrCompressProbe, of the job that runs; NULL before the first */
} CvrCompressBench;

CvrCompressBench *cvr_compress_bench_new   (CvrModel *model, CvrDataset *dataset,
                                            NnWorkers *workers,
                                            CvrHandoff *handoff) G_GNUC_WARN_UNUSED_RESULT;
CvrCompressBench *cvr_compress_bench_ref   (CvrCompressBench *self);
void              cvr_compress_bench_unref (gpointer bench);
/* CvrJobFunc of a CvrCompressBench: ends when nothing is wanted that isn't there. One job at a
 * time. */
gpointer          cvr_compress_bench_func  (CvrJob *job, gpointer bench, GError **error);

/* (transfer full): @spec fine-tuned for @epochs more; @dataset is copied. Main thread. */
gpointer          cvr_compress_tuning_new  (CvrModel *model, const CvrCompressSpec *spec,
                                            guint epochs, CvrDataset *dataset,
                                            NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
void              cvr_compress_tuning_free (gpointer tuning);
/* CvrJobFunc of it: a CvrCompressed. */
gpointer          cvr_compress_tuning_func (CvrJob *job, gpointer tuning, GError **error);

G_END_DECLS
