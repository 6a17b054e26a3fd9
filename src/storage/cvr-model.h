/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model: network, weights, and what is needed to use them on pictures; kept as an ONNX file. */
#pragma once

#include "cvr-preprocess.h"
#include "nn.h"

G_BEGIN_DECLS

/* Counted, immutable, any thread. */
typedef struct
{
  NnGraph       *graph;
  NnParams      *params;     /* frozen */
  char         **classes;    /* NULL-terminated; as many as the output has values ("0", "1" … in foreign files) */
  guint          n_classes;
  CvrPreprocess  preprocess;
  char          *training;   /* JSON object as text: arch, data, seed, epochs, accuracy …; never time, path or threads */
} CvrModel;

/* Takes new references of @graph and @params (and freezes it), copies the rest. @training nullable. */
CvrModel *cvr_model_new   (NnGraph *graph, NnParams *params, const char *const *classes, const CvrPreprocess *preprocess,
                           const char *training) G_GNUC_WARN_UNUSED_RESULT;
/* The same model with another network (pruned, quantized). */
CvrModel *cvr_model_with  (CvrModel *self, NnGraph *graph, NnParams *params) G_GNUC_WARN_UNUSED_RESULT;
CvrModel *cvr_model_ref   (CvrModel *self);
void      cvr_model_unref (CvrModel *self);
/* ONNX with metadata convisor.classes, convisor.preprocess, convisor.training. */
GBytes   *cvr_model_to_bytes   (CvrModel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  cvr_model_file_size  (CvrModel *self, gsize *size, GError **error); /* of those */
CvrModel *cvr_model_from_bytes (const guint8 *data, gsize length, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrModel *cvr_model_load  (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  cvr_model_save  (CvrModel *self, const char *path, GError **error); /* whole or not at all */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrModel, cvr_model_unref)

G_END_DECLS
