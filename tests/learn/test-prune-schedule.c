/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning while learning, by operations, and layer by layer to see what each can lose. */
#include "train-support.h"

#include "nn-channels.h"
#include "nn-prune-schedule.h"
#include "nn-sensitivity.h"

static void
test_cubic (void)
{
  double previous = -1;

  g_assert_cmpfloat (nn_prune_schedule_amount (0.8, 0), ==, 0);
  g_assert_cmpfloat (nn_prune_schedule_amount (0.8, 1), ==, 0.8);
  g_assert_cmpfloat (nn_prune_schedule_amount (0.8, 7), ==, 0.8);
  assert_close (nn_prune_schedule_amount (0.8, 0.5), 0.8 * 0.875, 1e-12);
  for (guint i = 0; i <= 20; i++)
    {
      double amount = nn_prune_schedule_amount (0.8, i / 20.0);

      g_assert_cmpfloat (amount, >, previous);
      previous = amount;
    }
}

/* To the nearest group of filters; presets whose layers are not as thin as a few filters. */
static void
test_operations (void)
{
  static const char *const presets[] = { "vgg-mini", "resnet20", "mobilenet-mini", "googlenet-mini",
                                         "densenet-mini" };

  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    for (guint scope = 0; scope < 2; scope++)
      for (guint tenth = 3; tenth <= 6; tenth += 3)
        {
          g_autoptr (NnGraph) graph = preset_graph (presets[i], 3, 32, 10), small = NULL;
          g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), less = NULL;
          NnPruneSpec spec = { NN_PRUNE_FILTERS, scope, tenth / 10.0, NN_PRUNE_BY_OPERATIONS };
          NnPruneReport report;
          double gone;

          g_assert_true (nn_prune (graph, params, &spec, &small, &less, &report, NULL));
          gone = 1 - (double) nn_graph_flops (small) / (double) nn_graph_flops (graph);
          g_test_message ("%s, scope %u: %.3f of the operations, %lu filters", presets[i], scope,
                          gone, (gulong) report.n_pruned);
          g_assert_cmpfloat (fabs (gone - spec.amount), <, 0.02);
        }
}

/* A job whose network has learned to tell bars apart. */
static Job
learned_job (gboolean norm)
{
  Job job = new_job (300, norm);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };

  job.spec.optim.lr = 0.005f;
  job.spec.epochs = 6;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpfloat (result.val_accuracy, >, 0.9);
  nn_params_unref (job.start);
  job.start = nn_params_ref (result.params);

  return job;
}

typedef struct
{
  guint  n_started, n_finished, n_epochs;
  gsize  zeros, least_zeros; /* in the live weights */
  guint  cancel_at;          /* epochs */
} Seen;

static gsize
zeros_of (NnParams *params)
{
  NnGraph *graph = nn_params_graph (params);
  gsize zeros = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);
      gsize n;
      const nn_real *weights = nn_params_peek (params, (NnNode) i, NN_SLOT_WEIGHT, &n);

      for (gsize j = 0; (kind == NN_OP_CONV || kind == NN_OP_DENSE) && j < n; j++)
        zeros += weights[j] == 0 ? 1 : 0;
    }

  return zeros;
}

static void
see (const NnEvent *event,
     gpointer       data)
{
  Seen *seen = data;

  seen->n_started += event->kind == NN_EVENT_STARTED ? 1 : 0;
  seen->n_finished += event->kind == NN_EVENT_FINISHED ? 1 : 0;
  if (event->kind == NN_EVENT_EPOCH)
    g_assert_cmpuint (event->epoch, ==, ++seen->n_epochs);
  if (event->kind == NN_EVENT_STEP)
    {
      gsize zeros = zeros_of (event->params);

      g_assert_cmpuint (zeros, >=, seen->zeros);
      g_assert_cmpuint (event->step, <=, event->n_steps);
      seen->zeros = zeros;
    }
}

static gboolean
still_going (gpointer data)
{
  Seen *seen = data;

  return seen->cancel_at == 0 || seen->n_epochs < seen->cancel_at;
}

static void
prune_job (const Job         *job,
           const NnPruneSpec *spec,
           guint              epochs,
           guint              threads,
           Seen              *seen,
           NnGraph          **graph,
           NnParams         **params,
           NnPruneReport     *report,
           NnTrainResult     *result)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (threads, FALSE);
  NnObserver observer = { see, still_going, NULL, NULL, seen };
  NnTrainSpec training = job->spec;
  g_autoptr (GError) error = NULL;

  training.epochs = epochs;
  nn_prune_gradually (job->graph, job->start, spec, &training, &job->train, &job->valid, workers,
                      &observer, graph, params, report, result, &error);
  g_assert_no_error (error);
}

/* Zeros only grow, end where they should, and the network still answers. */
static void
test_weights (void)
{
  g_auto (Job) job = learned_job (TRUE);

  for (guint epochs = 1; epochs <= 6; epochs += 5)
    {
      NnPruneSpec spec = { NN_PRUNE_WEIGHTS, NN_PRUNE_GLOBAL, 0.8 };
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (NnParams) params = NULL;
      g_auto (NnTrainResult) result = { 0 };
      NnPruneReport report;
      Seen seen = { 0 };

      prune_job (&job, &spec, epochs, 2, &seen, &graph, &params, &report, &result);
      g_assert_cmpuint (seen.n_started, ==, 1);
      g_assert_cmpuint (seen.n_finished, ==, 1);
      g_assert_cmpuint (seen.n_epochs, ==, epochs);
      g_assert_cmpuint (zeros_of (params), ==, report.n_pruned);
      g_assert_cmpuint (report.n_pruned, ==, (guint64) (0.8 * (double) report.n_values + 0.5));
      if (epochs > 1)
        {
          g_assert_cmpuint (result.best_epoch, >, 4);
          g_assert_cmpuint (zeros_of (result.params), ==, report.n_pruned);
          g_assert_cmpfloat (result.val_accuracy, >, 0.9);
        }
    }
}

static void
test_filters (void)
{
  g_auto (Job) job = learned_job (TRUE);

  for (guint by = 0; by < 2; by++)
    {
      NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_GLOBAL, 0.5, by };
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (NnParams) params = NULL;
      g_auto (NnTrainResult) result = { 0 };
      NnPruneReport report;
      Seen seen = { 0 };
      double gone;

      prune_job (&job, &spec, 8, 2, &seen, &graph, &params, &report, &result);
      gone = 1 - (double) nn_graph_flops (graph) / (double) nn_graph_flops (job.graph);
      g_test_message ("%lu of %lu filters, %.3f of the operations; right %.3f",
                      (gulong) report.n_pruned, (gulong) report.n_values, gone,
                      result.val_accuracy);
      g_assert_cmpuint (seen.n_started, ==, 1);
      g_assert_cmpuint (seen.n_finished, ==, 1);
      g_assert_cmpuint (seen.n_epochs, ==, 8);
      g_assert_true (nn_params_graph (params) == graph);
      g_assert_cmpuint (report.n_values, ==, 16);
      if (by == NN_PRUNE_BY_COUNT)
        g_assert_cmpuint (report.n_pruned, ==, 8);
      else /* sixteen filters make coarse steps */
        g_assert_cmpfloat (fabs (gone - 0.5), <, 0.08);
      g_assert_cmpfloat (result.val_accuracy, >, 0.9);
    }
}

/* What was changed in the first round. */
typedef struct
{
  guint n_steps, asked_at; /* steps */
  float lr;
  guint batch;
} Changed;

static gboolean
change_once (NnTuning *tuning,
             gpointer  data)
{
  Changed *changed = data;

  if (changed->n_steps != changed->asked_at)
    return FALSE;
  tuning->optim.lr = changed->lr;
  tuning->batch = changed->batch;

  return TRUE;
}

static void
see_rate (const NnEvent *event,
          gpointer       data)
{
  Changed *changed = data;
  gboolean taken = changed->batch > 0; /* a batch of none is refused, and the rate with it */

  if (event->kind != NN_EVENT_STEP)
    return;
  if (changed->n_steps++ < changed->asked_at)
    g_assert_cmpfloat ((float) event->lr, !=, changed->lr);
  else if (taken)
    g_assert_cmpfloat ((float) event->lr, ==, changed->lr);
  else
    g_assert_cmpfloat ((float) event->lr, !=, changed->lr);
  if (taken && event->epoch > 1)
    g_assert_cmpuint (event->batch, ==, changed->batch);
}

static void
test_changes_hold_in_later_rounds (void)
{
  g_auto (Job) job = learned_job (TRUE);

  for (guint batch = 0; batch <= 50; batch += 50)
    {
      NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_GLOBAL, 0.5 };
      g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (NnParams) params = NULL;
      g_auto (NnTrainResult) result = { 0 };
      NnPruneReport report;
      Changed changed = { .asked_at = 2, .lr = 1e-4f, .batch = batch };
      NnObserver observer = { .event = see_rate, .retune = change_once, .data = &changed };

      job.spec.epochs = 8;
      g_assert_true (nn_prune_gradually (job.graph, job.start, &spec, &job.spec, &job.train,
                                         &job.valid, workers, &observer, &graph, &params, &report,
                                         &result, NULL));
      g_assert_cmpuint (changed.n_steps, >, changed.asked_at);
      /* The caller's record is his. */
      g_assert_cmpfloat (job.spec.optim.lr, !=, changed.lr);
    }
}

/* What a cancelled training has not lost yet goes at the end: the answer is always the one asked
 * for. */
static void
test_cancelled (void)
{
  g_auto (Job) job = learned_job (FALSE);

  for (guint kind = 0; kind < 2; kind++)
    {
      NnPruneSpec spec = { kind, NN_PRUNE_GLOBAL, 0.5 };
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (NnParams) params = NULL;
      g_auto (NnTrainResult) result = { 0 };
      NnPruneReport report;
      Seen seen = { .cancel_at = 1 };

      prune_job (&job, &spec, 6, 1, &seen, &graph, &params, &report, &result);
      g_assert_cmpuint (seen.n_epochs, ==, 1);
      g_assert_cmpuint (report.n_pruned, ==, (report.n_values + 1) / 2);
    }
}

static void
test_threads (void)
{
  g_auto (Job) job = learned_job (TRUE);

  for (guint kind = 0; kind < 2; kind++)
    {
      NnPruneSpec spec = { kind, NN_PRUNE_GLOBAL, 0.5 };
      g_autoptr (NnGraph) one = NULL, three = NULL;
      g_autoptr (NnParams) one_params = NULL, three_params = NULL;
      g_auto (NnTrainResult) first = { 0 };
      g_auto (NnTrainResult) second = { 0 };
      NnPruneReport report;
      Seen seen = { 0 }, again = { 0 };

      prune_job (&job, &spec, 3, 1, &seen, &one, &one_params, &report, &first);
      prune_job (&job, &spec, 3, 3, &again, &three, &three_params, &report, &second);
      assert_same_params (one_params, three_params);
    }
}

/* A network without batch norms computes the same when a filter shrinks and what comes after it
 * grows alike: its importance stays, while its norm would make it the first to go. */
static void
test_importance (void)
{
  g_auto (Job) job = learned_job (FALSE);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) moved = nn_params_copy (job.start);
  g_autoptr (NnImportance) before = NULL, after = NULL;
  NnNode first = NN_NODE_NONE, second = NN_NODE_NONE;
  guint strongest = 0;
  nn_real *weights, *bias;
  gsize n;

  for (guint i = nn_graph_n_nodes (job.graph); i-- > 0;)
    if (nn_graph_node_kind (job.graph, (NnNode) i) == NN_OP_CONV)
      {
        second = first == NN_NODE_NONE ? second : first;
        first = (NnNode) i;
      }
  before = nn_importance_new (job.graph, job.start, &job.train, 4, 16, 1, workers, NULL);
  for (guint k = 1; k < 8; k++)
    if (before->scores[first][k] > before->scores[first][strongest])
      strongest = k;

  weights = nn_params_poke (moved, first, NN_SLOT_WEIGHT, &n);
  bias = nn_params_poke (moved, first, NN_SLOT_BIAS, NULL);
  for (gsize i = 0; i < n / 8; i++)
    weights[strongest * (n / 8) + i] /= 64;
  bias[strongest] /= 64;
  weights = nn_params_poke (moved, second, NN_SLOT_WEIGHT, &n);
  for (gsize i = 0; i < n; i++)
    if (i / 9 % 8 == strongest)
      weights[i] *= 64;
  after = nn_importance_new (job.graph, moved, &job.train, 4, 16, 1, workers, NULL);
  for (guint k = 0; k < 8; k++)
    assert_close (after->scores[first][k] / before->scores[first][strongest],
                  before->scores[first][k] / before->scores[first][strongest],
                  IN_DOUBLE ? 1e-9 : 1e-3);

  for (guint weighed = 0; weighed < 2; weighed++)
    {
      NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_LAYER, 1 / 8.0 };
      g_auto (NnChannels) channels = { 0 };

      g_assert_true (nn_channels_init (&channels, job.graph, moved, NULL));
      if (weighed)
        nn_channels_weigh (&channels, after);
      g_assert_cmpuint (nn_channels_remove (&channels, &spec), ==, 2);
      g_assert_cmpint (nn_channels_keeps (&channels, first, strongest), ==, (gint) weighed);
    }
}

/* Any number of threads; with batch norms behind the filters too. */
static void
test_importance_threads (void)
{
  g_auto (Job) job = learned_job (TRUE);
  g_autoptr (NnWorkers) one = nn_workers_new (1, FALSE), three = nn_workers_new (3, FALSE);
  g_autoptr (NnImportance) a = nn_importance_new (job.graph, job.start, &job.train, 4, 16, 1, one,
                                                  NULL);
  g_autoptr (NnImportance) b = nn_importance_new (job.graph, job.start, &job.train, 4, 16, 1, three,
                                                  NULL);
  double total = 0;

  for (guint i = 0; i < a->n_nodes; i++)
    {
      guint32 n = nn_graph_node_shape (job.graph, (NnNode) i).dims[1];

      for (guint32 k = 0; a->scores[i] != NULL && k < n; k++)
        {
          g_assert_cmpfloat (a->scores[i][k], ==, b->scores[i][k]);
          total += a->scores[i][k];
        }
    }
  g_assert_cmpfloat (total, >, 0);
}

static void
count_row (const NnSensitivity *row,
           gpointer             data)
{
  guint *n = data;

  (*n)++;
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

/* Each row is the network with that one layer pruned, and nothing else. */
static void
test_sensitivity (void)
{
  g_auto (Job) job = learned_job (TRUE);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  static const double amounts[] = { 0, 0.5, 0.9 };

  for (guint kind = 0; kind < 2; kind++)
    {
      NnSensitivitySpec spec = { kind, amounts, 3, { NN_LOSS_CROSS_ENTROPY }, 16 };
      g_autoptr (GError) error = NULL;
      guint n_told = 0;
      g_autoptr (GArray) rows = nn_sensitivity (job.graph, job.start, &spec, &job.valid, workers,
                                                count_row, NULL, &n_told, &error);
      const NnSensitivity *base;

      g_assert_no_error (error);
      base = &g_array_index (rows, NnSensitivity, 0);
      g_assert_cmpint (base->layer, ==, NN_NODE_NONE);
      g_assert_cmpuint (base->flops, ==, nn_graph_flops (job.graph));
      g_assert_cmpuint (n_told, ==, rows->len);
      /* The last layer's filters are the answers: they stay, its weights need not. */
      g_assert_cmpuint (rows->len, ==, 1 + 3 * (kind == NN_PRUNE_WEIGHTS ? 3 : 2));
      for (guint i = 1; i < rows->len; i++)
        {
          const NnSensitivity *row = &g_array_index (rows, NnSensitivity, i);
          gsize n;

          g_assert_cmpfloat (row->amount, ==, amounts[(i - 1) % 3]);
          nn_params_peek (job.start, row->layer, NN_SLOT_WEIGHT, &n);
          g_assert_cmpuint (row->n_values, ==, kind == NN_PRUNE_WEIGHTS ? n : 8);
          g_assert_cmpuint (row->n_pruned, ==,
                            (guint64) (row->amount * (double) row->n_values + 0.5));
          if (row->amount == 0)
            g_assert_cmpfloat (row->loss, ==, base->loss);
          else
            g_assert_cmpfloat (row->loss, !=, base->loss);
          if (kind == NN_PRUNE_FILTERS && row->amount > 0)
            g_assert_cmpuint (row->flops, <, base->flops);
        }
      g_assert_null (nn_sensitivity (job.graph, job.start, &spec, &job.valid, workers, NULL, never,
                                     NULL, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/prune-schedule/amounts-follow-the-cubic", test_cubic);
  g_test_add_func ("/learn/prune-schedule/operations-are-met-to-the-nearest-filter",
                   test_operations);
  g_test_add_func ("/learn/prune-schedule/zeros-only-grow-to-the-amount", test_weights);
  g_test_add_func ("/learn/prune-schedule/filters-leave-in-rounds", test_filters);
  g_test_add_func ("/learn/prune-schedule/changes-hold-in-later-rounds",
                   test_changes_hold_in_later_rounds);
  g_test_add_func ("/learn/prune-schedule/cancelled-is-pruned-all-the-same", test_cancelled);
  g_test_add_func ("/learn/prune-schedule/threads-do-not-change-bits", test_threads);
  g_test_add_func ("/learn/importance/does-not-hang-on-where-scale-lies", test_importance);
  g_test_add_func ("/learn/importance/threads-do-not-change-bits", test_importance_threads);
  g_test_add_func ("/learn/sensitivity/rows-prune-one-layer-each", test_sensitivity);

  return g_test_run ();
}
