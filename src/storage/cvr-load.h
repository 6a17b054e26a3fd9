/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads every form of data set that the command line's contract names. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-decoder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CvrLoadSpec:
 * @data: "builtin:NAME[:COUNT]", a path of a folder, an archive or a file
 * @max_side: pictures are scaled down to it on the way in; 0: 1024
 * @seed: of built-in drawings
 * @label: (nullable): class for pictures that come without one (a dropped file); %NULL leaves them
 *   unlabelled
 * @progress: (nullable): called on the loading thread,
               at most about 20 times a second; @total 0 while unknown
 */
typedef struct
{
  const char *data;
  guint       max_side;
  guint64     seed;
  const char *label;
  void      (*progress) (guint64 done, guint64 total, const char *what, gpointer data_);
  gpointer    progress_data;
} CvrLoadSpec;

typedef struct
{
  guint      n_loaded;
  guint      n_damaged;      /* kept, marked */
  guint      n_skipped;
  GPtrArray *skipped;        /* "name: reason", translated; the first 1,000 */
} CvrLoadReport;

/* Blocks; any thread. Adds to @dataset (which the caller owns). Nothing usable at all:
 * CVR_STORAGE_ERROR_EMPTY with a sentence that says what was found and what was expected. */
gboolean cvr_load              (CvrDataset *dataset, const CvrLoadSpec *spec, CvrLoadReport *report,
                                GCancellable *cancellable, GError **error);
void     cvr_load_report_clear (CvrLoadReport *report);

G_END_DECLS
