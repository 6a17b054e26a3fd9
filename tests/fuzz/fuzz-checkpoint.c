/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as the checkpoint of a training, which goes on from there where they can
 * be one. */
#include "fuzz.h"

#include "nn.h"
#include "nn-train.h"

enum { N_ITEMS = 5, N_CLASSES = 2, N_EPOCHS = 2 };

static void
fetch (const NnSource *source,
       guint           index,
       CvrRng         *rng,
       nn_real        *x,
       gint32         *label,
       float          *values)
{
  *label = (gint32) (index % N_CLASSES);
  for (guint i = 0; i < 4; i++)
    x[i] = (nn_real) ((index + i) % 3);
}

static NnGraph *
make_graph (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 2, 2));

  x = nn_builder_flatten (builder, x);
  x = nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.1f });
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { N_CLASSES, TRUE }));

  return nn_builder_seal (builder, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (NnGraph) graph = make_graph ();
  g_autoptr (NnParams) start = nn_params_new (graph, 1, NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  const NnSource source = { N_ITEMS, nn_shape_maps (1, 2, 2), N_CLASSES, 0, fetch };
  NnTrainSpec spec = nn_train_spec_default ();
  NnTrainResult result = { 0 };
  g_autoptr (GError) error = NULL;

  spec.epochs = N_EPOCHS;
  spec.batch = 2;
  if (nn_train (graph, start, &spec, &source, &source, workers, NULL, bytes, &result, &error))
    g_assert_nonnull (result.params);
  else
    g_assert_nonnull (error);
  nn_train_result_clear (&result);

  return 0;
}
