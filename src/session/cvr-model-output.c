/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a model takes and what its output means: ours are logits, foreign files may end in a
 * softmax. */
#include "cvr-model-output.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
cvr_model_input_check (CvrModel *model,
                       GError  **error)
{
  const CvrPreprocess *preprocess = &model->preprocess;
  NnShape wanted = nn_shape_maps (preprocess->channels, preprocess->height, preprocess->width);
  NnShape input = nn_graph_node_shape (model->graph, nn_graph_input (model->graph, 0));
  g_autofree char *input_text = NULL;
  g_autofree char *wanted_text = NULL;

  if (nn_graph_n_inputs (model->graph) == 1 && nn_shape_equal (&input, &wanted))
    return TRUE;

  input_text = nn_shape_dup_string (&input);
  wanted_text = nn_shape_dup_string (&wanted);
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("The network takes %1$s, but pictures are prepared as %2$s."), input_text,
               wanted_text);

  return FALSE;
}

gboolean
cvr_model_output_check (CvrModel *model,
                        GError  **error)
{
  NnShape output = nn_graph_node_shape (model->graph, nn_graph_output (model->graph, 0));
  g_autofree char *output_text = NULL;
  gsize n_values;

  if (!cvr_model_input_check (model, error))
    return FALSE;
  if (nn_shape_count (&output, &n_values) && n_values == model->n_classes)
    return TRUE;

  output_text = nn_shape_dup_string (&output);
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("The network answers with %1$s values, but there are %2$u classes."), output_text,
               model->n_classes);

  return FALSE;
}

/* Also one whose values are seen under another shape; its logarithm is as good as logits. */
gboolean
cvr_model_output_is_softmax (CvrModel *model)
{
  NnNode node = nn_graph_output (model->graph, 0);

  while (nn_graph_node_kind (model->graph, node) == NN_OP_RESHAPE ||
         nn_graph_node_kind (model->graph, node) == NN_OP_FLATTEN)
    node = nn_graph_node_input (model->graph, node, 0);

  return nn_graph_node_kind (model->graph, node) == NN_OP_SOFTMAX &&
         !nn_graph_node_attrs (model->graph, node)->softmax.log;
}

void
cvr_model_input_range (CvrModel *model,
                       float     low[3],
                       float     high[3])
{
  const CvrPreprocess *preprocess = &model->preprocess;

  for (guint c = 0; c < 3; c++)
    {
      guint i = MIN (c, preprocess->channels - 1);

      low[c] = -preprocess->mean[i] / preprocess->deviation[i];
      high[c] = (1 - preprocess->mean[i]) / preprocess->deviation[i];
    }
}

void
cvr_model_output_to_p (CvrModel      *model,
                       const nn_real *output,
                       float         *p)
{
  g_autofree nn_real *rows = g_new (nn_real, model->n_classes);

  if (cvr_model_output_is_softmax (model))
    memcpy (rows, output, model->n_classes * sizeof (nn_real));
  else
    nn_softmax_rows (1, model->n_classes, output, rows);

  for (guint k = 0; k < model->n_classes; k++)
    p[k] = (float) rows[k];
}
