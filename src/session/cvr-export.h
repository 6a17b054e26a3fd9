/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a model for other programs, and the proof that the file answers the same. */
#pragma once

#include "cvr-model.h"
#include "cvr-dataset.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 bytes;
  guint   agree, of;            /* pictures whose answer is the same; of 0: not checked */
  double  largest_difference;   /* of any output value */
} CvrExportProof;

/* @check nullable: labelled or not, every item of it is run through both the model and the written
 * file, read again from disk. */
gboolean cvr_export_onnx (CvrModel *model, const char *path, CvrDataset *check, NnWorkers *workers,
                          gboolean (*keep_going) (gpointer data), gpointer data,
                          CvrExportProof *proof, GError **error);

G_END_DECLS
