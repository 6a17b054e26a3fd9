/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `export`: a model for other programs, and the proof that the file answers the same. */
#include "cvr-cli.h"

#include "cvr-export.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
send_done (CvrCli               *cli,
           const CvrExportProof *proof,
           const char           *out)
{
  GString *event = cvr_cli_event ("done");
  g_autofree char *bytes = cvr_words_count (proof->bytes);

  cvr_json_add_string (event, "out", out);
  cvr_json_add_uint (event, "bytes", proof->bytes);
  cvr_json_add_uint (event, "agree", proof->agree);
  cvr_json_add_uint (event, "of", proof->of);
  if (proof->of > 0)
    cvr_json_add_double (event, "largest_difference", proof->largest_difference);
  else
    cvr_json_add_string (event, "largest_difference", NULL);
  cvr_cli_send (cli, event);

  cvr_cli_print (cli, _("Written: %s (%s bytes)"), out, bytes);
  if (proof->of > 0)
    cvr_cli_print (cli, _("Read again: %u of %u answers agree, largest difference %.2g"),
                   proof->agree, proof->of,
                   proof->largest_difference);
}

gboolean
cvr_cli_export (CvrCli  *cli,
                int      argc,
                char   **argv,
                GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *format = NULL;
  g_autofree char *out = NULL;
  g_auto (GStrv) check = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrDataset) dataset = NULL;
  CvrExportProof proof = { 0 };
  guint n_skipped;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &format, N_("onnx"), "FORMAT" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("File to write"), "PATH" },
    { "check", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check,
      N_("Pictures that both the model and the written file answer; may be repeated"), "DATA" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "export --model M --to onnx --out PATH [--check DATA]",
                      _("Writes a model for other programs. With --check the file is read again, "
                        "and its answers are compared with the model's."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !cvr_cli_require (path, "--model", error) ||
      !cvr_cli_require (format, "--to", error) || !cvr_cli_require (out, "--out", error))
    return FALSE;
  if (strcmp (format, "onnx") != 0)
    return cvr_cli_usage (error, _("This version can't write the format “%s”. It can write: %s."),
                          format, "onnx");
  if (!cvr_cli_check_out (out, error))
    return FALSE;

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  if (check != NULL)
    {
      dataset = cvr_cli_load_data (cli, check, NULL, MAX (model->preprocess.width,
                                                          model->preprocess.height), &n_skipped,
                                                          error);
      if (dataset == NULL)
        return FALSE;
    }
  if (!cvr_export_onnx (model, out, dataset, cvr_cli_workers (cli), cvr_cli_keep_going, cli, &proof,
                        error))
    return FALSE;
  send_done (cli, &proof, out);

  return TRUE;
}
