/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `evaluate`: how well a model does on labelled pictures. */
#include "cvr-cli.h"

#include "cvr-evaluate-views.h"
#include "cvr-scores.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { N_BINS = 10 }; /* of calibration */

static void
add_numbers (GString      *event,
             const char   *key,
             const double *values,
             guint         n)
{
  cvr_json_add_open (event, key, '[');
  for (guint k = 0; k < n; k++)
    cvr_json_add_double (event, NULL, values[k]);
  g_string_append_c (event, ']');
}

static void
add_means (GString         *event,
           const char      *key,
           const CvrScores *scores)
{
  cvr_json_add_open (event, key, '{');
  cvr_json_add_double (event, "precision", scores->precision);
  cvr_json_add_double (event, "recall", scores->recall);
  cvr_json_add_double (event, "f1", scores->f1);
  cvr_json_add_double (event, "auc", scores->auc);
  cvr_json_add_double (event, "average_precision", scores->average_precision);
  g_string_append_c (event, '}');
}

/* Figures of all classes together, and how far the probabilities can be trusted. */
static void
add_summary (GString             *event,
             const CvrEvaluation *result)
{
  CvrScores macro = cvr_scores_mean (result, FALSE), weighted = cvr_scores_mean (result, TRUE);
  g_autofree NnCalibrationBin *bins = cvr_scores_calibration (result, -1, N_BINS, NN_BINS_UNIFORM);

  cvr_json_add_open (event, "support", '[');
  for (guint k = 0; k < result->n_classes; k++)
    cvr_json_add_uint (event, NULL, result->support[k]);
  g_string_append_c (event, ']');
  add_means (event, "macro", &macro);
  add_means (event, "weighted", &weighted);
  cvr_json_add_double (event, "ece", bins != NULL ? nn_curves_ece (bins, N_BINS) : (double) NAN);
  cvr_json_add_double (event, "brier", cvr_scores_brier (result, -1));
}

static void
send_done (CvrCli                *cli,
           CvrModel              *model,
           const CvrEvaluation   *result,
           const CvrViewsFigures *views,
           guint                  n_skipped)
{
  GString *event = cvr_cli_event ("done");
  guint n = result->n_classes;

  cvr_json_add_double (event, "accuracy", result->accuracy);
  cvr_json_add_double (event, "loss", result->loss);
  if (views->n > 0)
    {
      cvr_json_add_open (event, "tta", '{');
      cvr_json_add_uint (event, "views", views->n_views);
      cvr_json_add_double (event, "accuracy", views->accuracy);
      cvr_json_add_double (event, "loss", views->loss);
      g_string_append_c (event, '}');
    }
  cvr_json_add_uint (event, "n", result->n);
  cvr_json_add_uint (event, "skipped", n_skipped);
  cvr_json_add_uint (event, "unknown", result->n_unknown);
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; k < n; k++)
    cvr_json_add_string (event, NULL, model->classes[k]);
  g_string_append_c (event, ']');
  cvr_json_add_open (event, "confusion", '[');
  for (guint t = 0; t < n; t++)
    {
      cvr_json_add_open (event, NULL, '[');
      for (guint p = 0; p < n; p++)
        cvr_json_add_uint (event, NULL, result->confusion->counts[(gsize) t * n + p]);
      g_string_append_c (event, ']');
    }
  g_string_append_c (event, ']');
  add_numbers (event, "precision", result->precision, n);
  add_numbers (event, "recall", result->recall, n);
  add_numbers (event, "f1", result->f1, n);
  add_numbers (event, "auc", result->auc, n);
  add_numbers (event, "average_precision", result->average_precision, n);
  add_summary (event, result);
  cvr_cli_send (cli, event);
}

static guint64
row_total (const NnConfusion *confusion,
           guint              truth)
{
  guint64 total = 0;

  for (guint p = 0; p < confusion->n_classes; p++)
    total += confusion->counts[(gsize) truth * confusion->n_classes + p];

  return total;
}

/* The class that @truth is taken for most often; NULL where it never is. */
static const char *
worst_mistake (CvrModel          *model,
               const NnConfusion *confusion,
               guint              truth,
               guint64           *count)
{
  const char *name = NULL;

  *count = 0;
  for (guint p = 0; p < confusion->n_classes; p++)
    {
      guint64 here = confusion->counts[(gsize) truth * confusion->n_classes + p];

      if (p != truth && here > *count)
        {
          *count = here;
          name = model->classes[p];
        }
    }

  return name;
}

static void
print_class (CvrCli              *cli,
             CvrModel            *model,
             const CvrEvaluation *result,
             guint                k,
             int                  width)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *name = cvr_cli_pad (model->classes[k], width);
  g_autofree char *count = cvr_words_count (row_total (result->confusion, k));
  g_autofree char *count_column = cvr_cli_pad (count, -10);
  const double figures[] = { result->precision[k], result->recall[k], result->f1[k],
                             result->auc[k] };
  guint64 n_wrong;
  const char *wrong = worst_mistake (model, result->confusion, k, &n_wrong);

  g_string_append_printf (line, "%s%s", name, count_column);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_autofree char *text = isnan (figures[i]) ? g_strdup ("–") : g_strdup_printf ("%.3f",
                                                                                     figures[i]);
      g_autofree char *column = cvr_cli_pad (text, -11);

      g_string_append (line, column);
    }
  if (wrong != NULL)
    {
      g_autofree char *taken = g_strdup_printf (_("taken for %s (%u)"), wrong, (guint) n_wrong);

      g_string_append_printf (line, "   %s", taken);
    }
  cvr_cli_print (cli, "%s", line->str);
}

static void
print_table (CvrCli              *cli,
             CvrModel            *model,
             const CvrEvaluation *result)
{
  const char *const heads[] = { _("pictures"), _("precision"), _("recall"), "F1", "AUC" };
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *accuracy = cvr_words_percent (result->accuracy, result->n);
  g_autofree char *count = cvr_words_count (result->n);
  glong width = g_utf8_strlen (_("class"), -1);
  g_autofree char *first = NULL;

  for (guint k = 0; k < result->n_classes; k++)
    width = MAX (width, g_utf8_strlen (model->classes[k], -1));
  width = MIN (width, 40) + 2;
  first = cvr_cli_pad (_("class"), (int) width);
  g_string_append (line, first);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autofree char *column = cvr_cli_pad (heads[i], i == 0 ? -10 : -11);

      g_string_append (line, column);
    }
  cvr_cli_print (cli, "%s", line->str);
  for (guint k = 0; k < result->n_classes; k++)
    print_class (cli, model, result, k, (int) width);
  cvr_cli_print (cli, _("mean of the classes: precision %.3f, recall %.3f, F1 %.3f"),
                 nn_curves_mean (result->precision, NULL, result->n_classes),
                 nn_curves_mean (result->recall, NULL, result->n_classes),
                 nn_curves_mean (result->f1, NULL, result->n_classes));
  cvr_cli_print (cli, _("%s of %s pictures right, loss %.4f"), accuracy, count, result->loss);
}

/* Test pictures where the data has some, else everything that has a label. */
static CvrSplit
used_split (CvrDataset *dataset)
{
  return cvr_dataset_count (dataset, -2, CVR_SPLIT_TEST) > 0 ? CVR_SPLIT_TEST : CVR_SPLIT_AUTO;
}

/* Test-time augmentation, said apart from the plain figures. */
static gboolean
evaluate_views (CvrCli          *cli,
                CvrModel        *model,
                CvrDataset      *dataset,
                CvrViewsFigures *views,
                GError         **error)
{
  g_autofree char *accuracy = NULL;

  if (!cvr_evaluate_views (model, dataset, used_split (dataset), cvr_cli_workers (cli),
                           cvr_cli_keep_going, cli, views, error))
    return FALSE;

  accuracy = cvr_words_percent (views->accuracy, views->n);
  cvr_cli_print (cli, _("%s right by the mean answer to %u views of each, loss %.4f"), accuracy,
                 views->n_views, views->loss);

  return TRUE;
}

/* A network that predicts numbers. */
static void
send_numbers (CvrCli              *cli,
              const CvrEvaluation *result,
              guint                n_skipped)
{
  const NnRegression *scores = &result->numbers->scores;
  GString *event = cvr_cli_event ("done");

  cvr_json_add_double (event, "mse", scores->mse);
  cvr_json_add_double (event, "rmse", scores->rmse);
  cvr_json_add_double (event, "mae", scores->mae);
  cvr_json_add_double (event, "r2", scores->r2);
  cvr_json_add_double (event, "explained", scores->explained);
  cvr_json_add_uint (event, "n", result->n);
  cvr_json_add_uint (event, "skipped", n_skipped);
  cvr_cli_send (cli, event);
  cvr_cli_print (cli, _("%u pictures: off by %.4g on average (MAE), RMSE %.4g, R² %.4f"), result->n,
                 scores->mae, scores->rmse, scores->r2);
}

gboolean
cvr_cli_evaluate (CvrCli  *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_autofree char *path = NULL;
  g_auto (GStrv) data = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (CvrEvaluation) result = NULL;
  CvrViewsFigures views = { 0 };
  gboolean tta = FALSE;
  guint n_skipped;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &data, N_("Labelled pictures; may be repeated"),
      "DATA" },
    { "tta", 0, 0, G_OPTION_ARG_NONE, &tta,
      N_("Also ask about mirrored and shifted views of each picture, and report their mean answer "
         "apart"), NULL },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "evaluate --model M --data DATA",
                      _("Compares the answers of a model with the labels of pictures. Where the "
                        "data has a part “test”, only that is used, else every labelled picture. "
                        "Classes are matched by name."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !cvr_cli_require (path, "--model", error) ||
      !cvr_cli_require (data, "--data", error))
    return FALSE;

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  dataset = cvr_cli_load_data (cli, data, NULL, MAX (model->preprocess.width,
                                                     model->preprocess.height), &n_skipped, error);
  if (dataset == NULL)
    return FALSE;
  cvr_dataset_split (dataset, 0.2, 0, (guint64) cli->seed);
  result = cvr_evaluate (model, dataset, used_split (dataset), 0, cvr_cli_workers (cli),
                         cvr_cli_keep_going, cli, error);
  if (result == NULL)
    return FALSE;

  if (result->numbers != NULL)
    {
      send_numbers (cli, result, n_skipped);
      return TRUE;
    }
  if (result->n_unknown > 0)
    cvr_cli_say (cli, ngettext ("%u picture has a class that the model does not know",
                                "%u pictures have a class that the model does not know",
                                result->n_unknown),
                 result->n_unknown);
  print_table (cli, model, result);
  if (tta && !evaluate_views (cli, model, dataset, &views, error))
    return FALSE;
  send_done (cli, model, result, &views, n_skipped);

  return TRUE;
}
