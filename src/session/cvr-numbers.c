/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that answer with a number. */
#include "cvr-numbers.h"

#include "cvr-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* "3.5", "-2", "1e3", and "3,5" as Spanish tables write it. */
static gboolean
read_number (const char *text,
             double     *value)
{
  g_autofree char *plain = g_strdup (text);
  char *comma = strchr (plain, ',');
  char *end;

  if (comma != NULL && strchr (plain, '.') == NULL)
    *comma = '.';
  g_strstrip (plain);
  *value = g_ascii_strtod (plain, &end);

  return end != plain && *end == '\0' && isfinite (*value);
}

double *
cvr_numbers_of_classes (CvrDataset *dataset,
                        GError    **error)
{
  guint n = cvr_dataset_n_classes (dataset);
  double *values = g_new (double, MAX (n, 1));

  for (guint k = 0; k < n; k++)
    if (!read_number (cvr_dataset_class_name (dataset, k), &values[k]))
      {
        values[k] = NAN;
        if (cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO) == 0)
          continue;
        g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                     _("A network can learn to answer with a number only where every label is one: "
                       "“%s” isn't."),
                     cvr_dataset_class_name (dataset, k));
        g_free (values);
        return NULL;
      }

  return values;
}

void
cvr_numbers_spread (CvrDataset   *dataset,
                    const double *values,
                    double       *mean,
                    double       *deviation)
{
  double sum = 0, squares = 0;
  guint n = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
      {
        const CvrItem *item = cvr_dataset_item (dataset, i);

        if (item->label < 0 || item->used != CVR_SPLIT_TRAIN)
          continue;
        if (pass == 0)
          {
            sum += values[item->label];
            n++;
          }
        else
          squares += pow (values[item->label] - sum / n, 2);
      }
  *mean = n > 0 ? sum / n : 0;
  *deviation = n > 0 && squares > 0 ? sqrt (squares / n) : 1;
}

gboolean
cvr_numbers_check (NnGraph  *graph,
                   NnParams *params,
                   GError  **error)
{
  NnNode output = nn_graph_output (graph, 0);

  if (nn_graph_node_kind (graph, output) == NN_OP_DENSE &&
      nn_params_peek (params, output, NN_SLOT_BIAS, NULL) != NULL)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
               _("This network ends in “%s” and can't answer with a number. Choose another one, "
                 "such as lenet5 or resnet8."),
               nn_graph_node_name (graph, output));
  return FALSE;
}

void
cvr_numbers_stretch (NnParams *params,
                     double    scale,
                     double    shift)
{
  NnNode output = nn_graph_output (nn_params_graph (params), 0);
  gsize n_weights, n_biases;
  nn_real *weights = nn_params_poke (params, output, NN_SLOT_WEIGHT, &n_weights);
  nn_real *biases = nn_params_poke (params, output, NN_SLOT_BIAS, &n_biases);

  for (gsize i = 0; i < n_weights; i++)
    weights[i] = (nn_real) (scale * (double) weights[i]);
  for (gsize i = 0; i < n_biases; i++)
    biases[i] = (nn_real) (scale * (double) biases[i] + shift);
}

gboolean
cvr_numbers_is_model (CvrModel *model)
{
  g_autoptr (JsonObject) record = NULL;
  const char *predicts = NULL;

  if (model->training == NULL || model->n_classes != 1)
    return FALSE;

  record = cvr_json_parse_object (model->training, "training", NULL);

  return record != NULL && cvr_json_get_string (record, "predicts", &predicts, NULL) &&
         g_strcmp0 (predicts, "number") == 0;
}
