/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `run`: a plain forward pass of any ONNX file that can be read, tensors in and out. */
#include "cvr-cli.h"

#include "cvr-forward.h"

#include <glib/gi18n-lib.h>

/* (transfer full): all inputs, in the order in which they were named. */
static GPtrArray *
load_inputs (char   **paths,
             GError **error)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (
    (GDestroyNotify) cvr_onnx_tensor_unref);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      CvrOnnxTensor *tensor = cvr_forward_load (paths[i], error);

      if (tensor == NULL)
        return NULL;
      g_ptr_array_add (inputs, tensor);
    }

  return g_steal_pointer (&inputs);
}

/* "1×3×224×224"; "1" for a single number */
static char *
shape_words (const CvrOnnxTensor *tensor)
{
  GString *text = g_string_new (tensor->rank == 0 ? "1" : NULL);

  for (guint i = 0; i < tensor->rank; i++)
    g_string_append_printf (text, "%s%zu", i > 0 ? "×" : "", tensor->dims[i]);

  return g_string_free (text, FALSE);
}

static void
send_done (CvrCli            *cli,
           const CvrForward  *forward,
           char             **outs)
{
  GString *event = cvr_cli_event ("done");

  cvr_json_add_open (event, "outputs", '[');
  for (guint i = 0; i < forward->n_outputs; i++)
    {
      const CvrOnnxTensor *tensor = forward->outputs[i];
      g_autofree char *shape = shape_words (tensor);
      g_autofree char *shown = g_filename_display_name (outs[i]);

      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "name", forward->names[i]);
      cvr_json_add_open (event, "shape", '[');
      for (guint k = 0; k < tensor->rank; k++)
        cvr_json_add_uint (event, NULL, tensor->dims[k]);
      g_string_append_c (event, ']');
      cvr_json_add_string (event, "type", cvr_onnx_type_name (tensor->type));
      g_string_append_c (event, '}');
      /* Translators: an output's name, its shape, its element type, and its file. */
      cvr_cli_print (cli, _("%s: %s, %s, written to %s"), forward->names[i], shape,
                     cvr_onnx_type_name (tensor->type), shown);
    }
  g_string_append_c (event, ']');
  cvr_json_add_double (event, "ms", forward->ms);
  cvr_cli_send (cli, event);
  cvr_cli_print (cli, _("In %.3g ms"), forward->ms);
}

static gboolean
run_file (CvrCli      *cli,
          const char  *path,
          char       **ins,
          char       **outs,
          gboolean     integers,
          GError     **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *data = NULL;
  g_autoptr (GPtrArray) inputs = NULL;
  g_autoptr (CvrForward) forward = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, _("“%s” is not a file."), name);
      return FALSE;
    }
  if (!g_file_get_contents (path, &data, &length, error))
    return FALSE;
  inputs = load_inputs (ins, error);
  if (inputs == NULL)
    return FALSE;

  forward = cvr_forward ((const guint8 *) data, length, name,
                         (CvrOnnxTensor *const *) inputs->pdata, inputs->len, integers,
                         cvr_cli_workers (cli), error);
  if (forward == NULL)
    return FALSE;
  if (forward->n_outputs != g_strv_length (outs))
    return cvr_cli_usage (error,
                          _("The number of outputs of “%s” is %u; --out was given %u times."), name,
                          forward->n_outputs, g_strv_length (outs));

  for (guint i = 0; i < forward->n_outputs; i++)
    if (!cvr_forward_save (forward->outputs[i], forward->names[i], outs[i], error))
      return FALSE;
  send_done (cli, forward, outs);

  return TRUE;
}

gboolean
cvr_cli_run (CvrCli  *cli,
             int      argc,
             char   **argv,
             GError **error)
{
  g_auto (GStrv) ins = NULL, outs = NULL, models = NULL;
  gboolean integers = FALSE;
  const GOptionEntry entries[] = {
    { "input", 'i', 0, G_OPTION_ARG_FILENAME_ARRAY, &ins,
      N_("Values of the next input, a NumPy array or a TensorProto; may be repeated"), "X.npy" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &outs,
      N_("File for the next output, .npy or .pb; may be repeated"), "Y.npy" },
    { "int8", 0, 0, G_OPTION_ARG_NONE, &integers,
      N_("Compute quantized layers in integers"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &models, NULL, "M.onnx" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "run M --input X [--input X2 …] --out Y [--out Y2 …]",
                      _("Runs any ONNX file that can be read, with inputs and outputs in the "
                        "file's order. Sizes that the file leaves open are those of the values "
                        "given."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_require (ins, "--input", error) || !cvr_cli_require (outs, "--out", error))
    return FALSE;
  if (models == NULL || g_strv_length (models) != 1)
    return cvr_cli_usage (error, _("Name one model file."));
  for (guint i = 0; outs[i] != NULL; i++)
    if (!cvr_cli_check_out (outs[i], error))
      return FALSE;

  return run_file (cli, models[0], ins, outs, integers, error);
}
