/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a model for other programs, and the proof that the file answers the same. */
#include "cvr-export.h"

#include "cvr-model-output.h"
#include "cvr-source.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>

enum { CHECK_BATCH = 32 };

/* One of the two networks that are compared. */
typedef struct
{
  CvrModel *model;
  NnExec   *exec;
  gsize     item_values; /* of the input */
} Side;

static gboolean
side_begin (Side      *side,
            NnWorkers *workers,
            GError   **error)
{
  const CvrPreprocess *preprocess = &side->model->preprocess;

  if (!cvr_model_output_check (side->model, error))
    return FALSE;

  side->item_values = (gsize) preprocess->channels * preprocess->height * preprocess->width;
  side->exec = nn_exec_new (side->model->graph, workers, CHECK_BATCH, NN_EXEC_INFER, error);

  return side->exec != NULL;
}

/* Pictures @first … @first + @n − 1, prepared the way this side's own file says. */
static gboolean
side_run (Side       *side,
          CvrDataset *dataset,
          guint       first,
          guint       n,
          GError    **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrImage) pixels = cvr_source_read (
        &side->model->preprocess, cvr_dataset_item (dataset, first + i)->picture, error);

      if (pixels == NULL)
        return FALSE;
      cvr_preprocess_floats (&side->model->preprocess, pixels,
                             nn_exec_input (side->exec, 0) + i * side->item_values);
    }
  nn_exec_forward (side->exec, side->model->params, n, 0);

  return TRUE;
}

static guint
arg_max (const nn_real *values,
         guint          n)
{
  guint best = 0;

  for (guint k = 1; k < n; k++)
    if (values[k] > values[best])
      best = k;

  return best;
}

static void
compare_batch (const Side     *memory,
               const Side     *file,
               guint           n,
               CvrExportProof *proof)
{
  guint n_classes = memory->model->n_classes;

  for (guint i = 0; i < n; i++)
    {
      const nn_real *a = nn_exec_output (memory->exec, 0) + (gsize) i * n_classes;
      const nn_real *b = nn_exec_output (file->exec, 0) + (gsize) i * n_classes;

      proof->of++;
      proof->agree += arg_max (a, n_classes) == arg_max (b, n_classes);
      for (guint k = 0; k < n_classes; k++)
        {
          double difference = fabs ((double) a[k] - (double) b[k]);

          if (!(difference <= proof->largest_difference))
            proof->largest_difference = isfinite (difference) ? difference : (double) INFINITY;
        }
    }
}

static gboolean
prove (Side           *memory,
       Side           *file,
       CvrDataset     *check,
       NnWorkers      *workers,
       gboolean      (*keep_going) (gpointer data),
       gpointer        data,
       CvrExportProof *proof,
       GError        **error)
{
  guint n = cvr_dataset_n_items (check);

  if (!side_begin (memory, workers, error) || !side_begin (file, workers, error))
    return FALSE;
  if (memory->model->n_classes != file->model->n_classes)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("The written file has %1$u classes, the network %2$u."),
                   file->model->n_classes, memory->model->n_classes);
      return FALSE;
    }

  for (guint first = 0; first < n; first += CHECK_BATCH)
    {
      guint batch = MIN (CHECK_BATCH, n - first);

      if (keep_going != NULL && !keep_going (data))
        {
          g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED,
                               _("The file was written, but checking it was cancelled."));
          return FALSE;
        }
      if (!side_run (memory, check, first, batch, error) ||
          !side_run (file, check, first, batch, error))
        return FALSE;
      compare_batch (memory, file, batch, proof);
    }

  return TRUE;
}

/**
 * cvr_export_onnx:
 * @path: written whole or not at all
 * @check: (nullable): pictures, labelled or not, that both the model and the file, read again,
 * answer
 * @proof: (out)
 *
 * Blocks; any thread. When only the check fails or is cancelled, the file stays.
 */
gboolean
cvr_export_onnx (CvrModel       *model,
                 const char     *path,
                 CvrDataset     *check,
                 NnWorkers      *workers,
                 gboolean      (*keep_going) (gpointer data),
                 gpointer        data,
                 CvrExportProof *proof,
                 GError        **error)
{
  g_autoptr (CvrModel) written = NULL;
  Side memory = { model, NULL, 0 };
  Side file = { NULL, NULL, 0 };
  GStatBuf status;
  gboolean proven;

  g_return_val_if_fail (model != NULL && path != NULL && proof != NULL, FALSE);

  *proof = (CvrExportProof) { 0 };
  if (!cvr_model_save (model, path, error))
    return FALSE;
  if (g_stat (path, &status) == 0)
    proof->bytes = (guint64) status.st_size;
  if (check == NULL)
    return TRUE;

  written = cvr_model_load (path, error);
  if (written == NULL)
    return FALSE;

  file.model = written;
  proven = prove (&memory, &file, check, workers, keep_going, data, proof, error);
  g_clear_pointer (&memory.exec, nn_exec_free);
  g_clear_pointer (&file.exec, nn_exec_free);

  return proven;
}
