/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain forward pass of any ONNX file that can be read. */
#include "cvr-forward.h"

#include "cvr-dataset.h"
#include "cvr-fs.h"
#include "cvr-npy.h"
#include "cvr-onnx.h"
#include "nn-int8.h"

#include <glib/gi18n-lib.h>

/* One of the two that compute. */
typedef struct
{
  NnExec *floats;
  NnInt8 *integers;
} Runner;

/* The upper halves of single precision have no type of their own in other formats: whole numbers of
 * 16 bits are their bits. */
static CvrOnnxTensor *
as_type (CvrOnnxTensor *tensor,
         gint32         type)
{
  g_autofree guint8 *raw = NULL;

  if (type != CVR_ONNX_BFLOAT16 || tensor->type != CVR_ONNX_UINT16)
    return cvr_onnx_tensor_ref (tensor);

  raw = g_malloc (tensor->count * sizeof (guint16) + 1);
  cvr_onnx_tensor_to_raw (tensor, raw);
  return cvr_onnx_tensor_from_raw (type, tensor->rank, tensor->dims, raw);
}

/* Values of every input that the network reads. */
static void
fill_inputs (const Runner         *runner,
             const CvrOnnxModel   *model,
             CvrOnnxTensor *const *inputs)
{
  for (guint i = 0; i < nn_graph_n_inputs (model->graph); i++)
    for (guint k = 0; k < model->inputs->len; k++)
      {
        const CvrOnnxEnd *end = g_ptr_array_index (model->inputs, k);
        nn_real *values = runner->integers != NULL ? nn_int8_input (runner->integers, i)
                                                   : nn_exec_input (runner->floats, i);
        g_autoptr (CvrOnnxTensor) tensor = NULL;

        if (end->node != nn_graph_input (model->graph, i))
          continue;
        tensor = as_type (inputs[k], end->type);
        for (gsize j = 0; tensor != NULL && j < tensor->count; j++)
          values[j] = cvr_onnx_tensor_float_at (tensor, j);
      }
}

/* @i: which output of the network it is, where it is one */
static CvrOnnxTensor *
take_output (const Runner     *runner,
             const CvrOnnxEnd *end,
             guint             i)
{
  gsize dims[CVR_ONNX_MAX_RANK];

  if (end->constant != NULL)
    return cvr_onnx_tensor_ref (end->constant);

  for (guint k = 0; k < end->rank; k++)
    dims[k] = (gsize) end->dims[k];

  return cvr_onnx_tensor_from_floats (end->type, end->rank, dims,
                                      runner->integers != NULL
                                        ? nn_int8_output (runner->integers, i)
                                        : nn_exec_output (runner->floats, i));
}

static CvrForward *
take_outputs (const Runner        *runner,
              const CvrOnnxModel  *model,
              const char          *name,
              GError             **error)
{
  g_autoptr (CvrForward) self = g_new0 (CvrForward, 1);
  guint at = 0;

  self->names = g_new0 (char *, model->outputs->len + 1);
  self->outputs = g_new0 (CvrOnnxTensor *, model->outputs->len);
  for (guint i = 0; i < model->outputs->len; i++)
    {
      const CvrOnnxEnd *end = g_ptr_array_index (model->outputs, i);

      self->names[i] = g_strdup (end->name);
      self->outputs[i] = take_output (runner, end, at);
      self->n_outputs++;
      at += end->constant == NULL;
      if (self->outputs[i] == NULL)
        {
          g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                       _("There is not enough memory for the outputs of “%s”."), name);
          return NULL;
        }
    }

  return g_steal_pointer (&self);
}

static gboolean
check_integers (const CvrOnnxModel  *model,
                const char          *name,
                GError             **error)
{
  if (nn_int8_applies (model->graph, model->params))
    return TRUE;

  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
               _("No layer of “%s” can be computed in integers: none has weights of 8 bits behind "
                 "values of 8 bits. “convisor-cli quantize” makes such a model."), name);
  return FALSE;
}

static CvrForward *
forward_with (const Runner         *runner,
              const CvrOnnxModel   *model,
              const char           *name,
              CvrOnnxTensor *const *inputs,
              GError              **error)
{
  CvrForward *self;
  gint64 start, end;

  fill_inputs (runner, model, inputs);
  start = g_get_monotonic_time ();
  if (runner->integers != NULL)
    nn_int8_forward (runner->integers, 1);
  else
    nn_exec_forward (runner->floats, model->params, 1, 0);
  end = g_get_monotonic_time ();

  self = take_outputs (runner, model, name, error);
  if (self != NULL)
    self->ms = (double) (end - start) / 1e3;

  return self;
}

/**
 * cvr_forward:
 * @data: (array length=length): a whole ONNX file
 * @name: what messages call it
 *
 * Blocks; any thread.
 *
 * Returns: (transfer full): or %NULL with CVR_FORMAT_ERROR, which names the node, or NN_ERROR.
 */
CvrForward *
cvr_forward (const guint8         *data,
             gsize                 length,
             const char           *name,
             CvrOnnxTensor *const *inputs,
             guint                 n_inputs,
             gboolean              integers,
             NnWorkers            *workers,
             GError              **error)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (NnExec) exec = NULL;
  g_autoptr (NnInt8) int8 = NULL;
  Runner runner;

  g_return_val_if_fail (data != NULL && workers != NULL, NULL);

  model = cvr_onnx_read_for (data, length, name, inputs, n_inputs, error);
  if (model == NULL || (integers && !check_integers (model, name, error)))
    return NULL;
  if (integers)
    int8 = nn_int8_new (model->graph, model->params, workers, 1, error);
  else
    exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_INFER, error);
  if (int8 == NULL && exec == NULL)
    return NULL;

  runner = (Runner) { exec, int8 };
  return forward_with (&runner, model, name, inputs, error);
}

void
cvr_forward_free (CvrForward *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_outputs; i++)
    g_clear_pointer (&self->outputs[i], cvr_onnx_tensor_unref);
  g_strfreev (self->names);
  g_free (self->outputs);
  g_free (self);
}

/**
 * cvr_forward_load:
 * @path: in the file system's encoding
 *
 * Returns: (transfer full): or %NULL with CVR_STORAGE_ERROR_IO or CVR_FORMAT_ERROR. Blocks; any
 * thread.
 */
CvrOnnxTensor *
cvr_forward_load (const char  *path,
                  GError     **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *contents = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is not a file."), name);
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &length, &reason))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be read: %s"),
                   name, reason->message);
      return NULL;
    }
  if (cvr_npy_is ((const guint8 *) contents, length))
    return cvr_npy_read_tensor ((const guint8 *) contents, length, name, error);

  return cvr_onnx_tensor_from_file ((const guint8 *) contents, length, name, error);
}

/**
 * cvr_forward_save:
 * @name: of the tensor, for the format that keeps one
 */
gboolean
cvr_forward_save (const CvrOnnxTensor  *tensor,
                  const char           *name,
                  const char           *path,
                  GError              **error)
{
  g_autoptr (GBytes) bytes = g_str_has_suffix (path, ".pb") ? cvr_onnx_tensor_to_file (tensor, name)
                                                            : cvr_npy_write_tensor (tensor);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    {
      g_autofree char *shown = g_filename_display_basename (path);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("There is not enough memory for the values of “%s”."), shown);
      return FALSE;
    }

  data = g_bytes_get_data (bytes, &length);
  return cvr_fs_replace (NULL, path, data, length, error);
}
