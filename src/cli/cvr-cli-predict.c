/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `predict`: what a model says about single pictures. */
#include "cvr-cli.h"

#include "cvr-predict.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A class this probable is a tag of the picture, beside the first. */
static const float tag_probability = 0.2f;

static void
add_top (GString             *event,
         CvrModel            *model,
         const CvrPrediction *prediction,
         guint                n_top)
{
  cvr_json_add_open (event, "top", '[');
  for (guint i = 0; i < n_top; i++)
    {
      guint k = prediction->order[i];

      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "class", model->classes[k]);
      cvr_json_add_float (event, "p", prediction->p[k]);
      g_string_append_c (event, '}');
    }
  g_string_append_c (event, ']');
}

static void
add_tags (GString             *event,
          CvrModel            *model,
          const CvrPrediction *prediction)
{
  cvr_json_add_open (event, "tags", '[');
  for (guint i = 0; i < prediction->n_classes; i++)
    if (prediction->p[prediction->order[i]] >= tag_probability)
      cvr_json_add_string (event, NULL, model->classes[prediction->order[i]]);
  g_string_append_c (event, ']');
}

static void
send_prediction (CvrCli              *cli,
                 CvrModel            *model,
                 const char          *path,
                 const CvrPrediction *prediction,
                 guint                n_top)
{
  GString *event = cvr_cli_event ("image");
  g_autofree char *words = cvr_prediction_dup_words (prediction, model->classes);
  g_autofree char *shown = g_filename_display_name (path);

  cvr_json_add_string (event, "path", shown);
  if (!isnan (prediction->number))
    cvr_json_add_float (event, "number", prediction->number);
  add_top (event, model, prediction, n_top);
  cvr_json_add_bool (event, "unsure", prediction->unsure);
  add_tags (event, model, prediction);
  cvr_json_add_float (event, "anomaly", prediction->anomaly);
  cvr_json_add_double (event, "ms", prediction->ms);
  cvr_cli_send (cli, event);

  cvr_cli_print (cli, "%s: %s", shown, words);
  for (guint i = 0; i < n_top && isnan (prediction->number); i++)
    {
      guint k = prediction->order[i];
      g_autofree char *percent = cvr_words_percent ((double) prediction->p[k], 1000);
      g_autofree char *column = cvr_cli_pad (percent, -10);

      cvr_cli_print (cli, "%s  %s", column, model->classes[k]);
    }
}

static gboolean
predict_one (CvrCli     *cli,
             CvrModel   *model,
             const char *path,
             gint        n_top,
             GError    **error)
{
  g_autoptr (CvrImage) image = cvr_cli_load_image (cli, path, error);
  g_autoptr (CvrPrediction) prediction = NULL;

  if (image == NULL)
    return FALSE;
  prediction = cvr_predict (model, image, cvr_cli_workers (cli), error);
  if (prediction == NULL)
    return FALSE;

  if (image->damaged)
    cvr_cli_say (cli, _("“%s” is truncated; it is looked at as far as it goes"), path);
  send_prediction (cli, model, path, prediction, MIN ((guint) n_top, prediction->n_classes));

  return TRUE;
}

/* Every picture gets its turn, whatever the one before it was. */
static guint
predict_all (CvrCli   *cli,
             CvrModel *model,
             char    **paths,
             gint      n_top)
{
  guint n_done = 0;

  for (guint i = 0; paths[i] != NULL && cvr_cli_keep_going (cli); i++)
    {
      g_autoptr (GError) wrong = NULL;
      g_autofree char *shown = g_filename_display_name (paths[i]);
      GString *event;

      if (predict_one (cli, model, paths[i], n_top, &wrong))
        {
          n_done++;
          continue;
        }
      event = cvr_cli_event ("image");
      cvr_json_add_string (event, "path", shown);
      cvr_json_add_string (event, "error", wrong->message);
      cvr_cli_send (cli, event);
      cvr_cli_complain (cli, wrong->message);
    }

  return n_done;
}

gboolean
cvr_cli_predict (CvrCli  *cli,
                 int      argc,
                 char   **argv,
                 GError **error)
{
  g_autofree char *path = NULL;
  g_auto (GStrv) paths = NULL;
  g_autoptr (CvrModel) model = NULL;
  gint n_top = 5;
  guint n_done, n_failed;
  GString *done;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "top", 0, 0, G_OPTION_ARG_INT, &n_top, N_("Classes to show; default 5"), "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "IMAGE…" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "predict --model M IMAGE…",
                      _("Says what a model sees in each picture. Tags are the classes of at least "
                        "20 %; the anomaly score is 1 − the largest probability."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_require (path, "--model", error))
    return FALSE;
  if (paths == NULL)
    return cvr_cli_usage (error, _("The name of a picture is missing."));
  if (n_top < 1)
    return cvr_cli_usage (error, _("%s is %d; it must be at least %d."), "--top", n_top, 1);

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  n_done = predict_all (cli, model, paths, n_top);
  n_failed = g_strv_length (paths) - n_done;
  done = cvr_cli_event ("done");
  cvr_json_add_uint (done, "n", n_done);
  cvr_cli_send (cli, done);
  if (n_failed == 0)
    return TRUE;

  g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
               ngettext ("%u picture of %u could not be looked at.",
                         "%u pictures of %u could not be looked at.", n_failed),
               n_failed, g_strv_length (paths));
  return FALSE;
}
