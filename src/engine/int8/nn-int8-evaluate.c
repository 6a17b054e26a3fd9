/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole source through a network in integers. */
#include "nn-evaluate.h"
#include "nn-int8.h"

static void
forward (gpointer data,
         guint    batch)
{
  nn_int8_forward (data, batch);
}

/**
 * nn_int8_evaluate:
 * @evaluation: (out caller-allocates): nn_evaluation_clear() it; empty after an error
 *
 * As nn_evaluate(), with batches as large as @self takes.
 */
gboolean
nn_int8_evaluate (NnInt8           *self,
                  const NnSource   *source,
                  const NnLossSpec *loss,
                  gboolean        (*keep_going) (gpointer data),
                  gpointer          data,
                  NnEvaluation     *evaluation,
                  GError          **error)
{
  NnAnswerer answerer = { nn_int8_graph (self), nn_int8_max_batch (self), nn_int8_input (self, 0),
                          nn_int8_output (self, 0), forward, self };

  return nn_evaluate_with (&answerer, source, loss, nn_int8_workers (self), keep_going, data,
                           evaluation, error);
}
