/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `prune --sensitivity`: what pruning each layer alone does to the answers. */
#include "cvr-cli.h"

#include "cvr-sensitivity.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const double default_amounts[] = { 0.25, 0.5, 0.75, 0.9 };

typedef struct
{
  CvrCli   *cli;
  CvrModel *model;
  guint     n_pictures;
} Table;

static const char *
name_of (const Table *self,
         NnNode       layer)
{
  return layer == NN_NODE_NONE ? "" : nn_graph_node_name (self->model->graph, layer);
}

static void
send_row (const NnSensitivity *row,
          gpointer             data)
{
  Table *self = data;
  GString *event = cvr_cli_event ("layer");
  g_autofree char *accuracy = cvr_words_percent (row->accuracy, self->n_pictures);
  g_autofree char *operations = cvr_words_count (row->flops);
  g_autofree char *part = g_strdup_printf ("%g %%", row->amount * 100);
  g_autofree char *loss = g_strdup_printf ("%.4f", row->loss);
  g_autofree char *first = cvr_cli_pad (
    row->layer == NN_NODE_NONE ? _("untouched") : name_of (self, row->layer), 26);
  g_autofree char *second = cvr_cli_pad (row->layer == NN_NODE_NONE ? "" : part, -8);
  g_autofree char *third = cvr_cli_pad (accuracy, -12);
  g_autofree char *fourth = cvr_cli_pad (loss, -12);
  g_autofree char *fifth = cvr_cli_pad (operations, -18);

  cvr_json_add_string (event, "layer", row->layer == NN_NODE_NONE ? NULL
                                                                  : name_of (self, row->layer));
  cvr_json_add_double (event, "amount", row->amount);
  cvr_json_add_uint (event, "n", row->n_values);
  cvr_json_add_uint (event, "pruned", row->n_pruned);
  cvr_json_add_uint (event, "flops", row->flops);
  cvr_json_add_double (event, "accuracy", row->accuracy);
  cvr_json_add_double (event, "loss", row->loss);
  cvr_cli_send (self->cli, event);
  cvr_cli_print (self->cli, "%s%s%s%s%s", first, second, third, fourth, fifth);
}

static gboolean
keep_going_cb (gpointer data)
{
  return cvr_cli_keep_going (((Table *) data)->cli);
}

static void
print_head (CvrCli *cli)
{
  g_autofree char *first = cvr_cli_pad (_("layer"), 26);
  g_autofree char *second = cvr_cli_pad (_("pruned"), -8);
  g_autofree char *third = cvr_cli_pad (_("right"), -12);
  g_autofree char *fourth = cvr_cli_pad (_("loss"), -12);
  g_autofree char *fifth = cvr_cli_pad (_("operations"), -18);

  cvr_cli_print (cli, "%s%s%s%s%s", first, second, third, fourth, fifth);
}

/**
 * cvr_cli_sensitivity:
 * @amount: NaN: several
 *
 * The rest of `prune --sensitivity`. A layer's name in the JSON lines is null for the untouched
 * model.
 */
gboolean
cvr_cli_sensitivity (CvrCli      *cli,
                     const char  *path,
                     char       **data,
                     double       split,
                     NnPruneKind  kind,
                     double       amount,
                     GError     **error)
{
  g_autoptr (CvrModel) model = cvr_model_load (path, error);
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (GArray) rows = NULL;
  Table table = { cli, model, 0 };
  GString *event;
  guint n_skipped;

  if (model == NULL)
    return FALSE;
  dataset = cvr_cli_load_data (cli, data, NULL,
                               MAX (model->preprocess.width, model->preprocess.height), &n_skipped,
                               error);
  if (dataset == NULL)
    return FALSE;

  cvr_dataset_split (dataset, split, 0, (guint64) cli->seed);
  table.n_pictures = cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID);
  print_head (cli);
  rows = cvr_sensitivity (model, kind, isnan (amount) ? default_amounts : &amount,
                          isnan (amount) ? G_N_ELEMENTS (default_amounts) : 1, dataset, 0,
                          cvr_cli_workers (cli), send_row, keep_going_cb, &table, error);
  if (rows == NULL)
    return FALSE;

  event = cvr_cli_event ("done");
  cvr_json_add_uint (event, "rows", rows->len);
  cvr_cli_send (cli, event);

  return TRUE;
}
