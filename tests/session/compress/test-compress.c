/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization, measured; and export with its proof. */
#include "session-test.h"

#include "cvr-compress.h"
#include "cvr-export.h"

#include <math.h>
#include <string.h>

typedef struct
{
  CvrDataset *dataset;
  CvrModel   *model;
  NnWorkers  *workers;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dataset = session_test_dataset (120, 3);
  fixture->model = session_test_model (fixture->dataset, 3);
  fixture->workers = nn_workers_new (2, FALSE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  cvr_dataset_unref (fixture->dataset);
  cvr_model_unref (fixture->model);
  nn_workers_unref (fixture->workers);
}

static CvrCompressed *
compress (Fixture               *fixture,
          const CvrCompressSpec *spec)
{
  g_autoptr (GError) error = NULL;
  CvrCompressed *result =
    cvr_compress (fixture->model, spec, fixture->dataset, NULL, fixture->workers, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);

  return result;
}

static void
test_nothing_asked_nothing_changed (Fixture      *fixture,
                                    gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = compress (fixture, &spec);

  g_assert_true (result->model == fixture->model);
  g_assert_cmpuint (result->n_changed, ==, 0);
  g_assert_cmpfloat (result->before.accuracy, ==, result->after.accuracy);
  g_assert_cmpuint (result->before.bytes, ==, result->after.bytes);
  g_assert_cmpuint (result->before.n, ==,
                    cvr_dataset_count (fixture->dataset, -2, CVR_SPLIT_VALID));
  g_assert_cmpfloat (result->before.ms, >, 0);
  g_assert_true (isnan (result->threshold));
}

static void
test_pruned_filters_leave_a_smaller_file_and_fewer_operations (Fixture      *fixture,
                                                               gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = NULL;
  g_autoptr (GBytes) file = NULL;

  spec.prune.amount = 0.5;
  result = compress (fixture, &spec);
  g_assert_cmpuint (result->after.flops, <, result->before.flops);
  g_assert_cmpuint (result->after.bytes, <, result->before.bytes);
  g_assert_cmpuint (result->after.n_values, <, result->before.n_values);
  /* The figure is the size of the file that is written. */
  file = cvr_model_to_bytes (result->model, NULL);
  g_assert_cmpuint (result->after.bytes, ==, g_bytes_get_size (file));
}

static void
test_pruned_weights_are_zeros_below_the_threshold (Fixture      *fixture,
                                                   gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = NULL;

  spec.prune.kind = NN_PRUNE_WEIGHTS;
  spec.prune.amount = 0.6;
  result = compress (fixture, &spec);
  g_assert_cmpuint (result->after.n_values, ==, result->before.n_values);
  /* Exactly the asked share, up to ties and rounding to a whole weight. */
  g_assert_cmpfloat_with_epsilon ((double) result->after.n_zero / (double) result->after.n_values,
                                  0.6, 0.01);
  g_assert_cmpfloat (result->threshold, >, 0);
  g_assert_cmpuint (result->after.packed_bytes, <, result->before.packed_bytes);
}

/* Counted once more by hand. */
static void
test_the_list_of_changed_answers_is_right (Fixture      *fixture,
                                           gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = NULL;
  g_autoptr (CvrEvaluation) before = NULL;
  g_autoptr (CvrEvaluation) after = NULL;
  guint n_changed = 0;

  spec.prune.kind = NN_PRUNE_WEIGHTS;
  spec.prune.amount = 0.97;
  spec.bits = 1;
  result = compress (fixture, &spec);
  before = cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_VALID, 0, fixture->workers,
                         NULL, NULL, NULL);
  after = cvr_evaluate (result->model, fixture->dataset, CVR_SPLIT_VALID, 0, fixture->workers, NULL,
                        NULL, NULL);
  for (guint i = 0; i < before->n; i++)
    if (before->answers[i].predicted != after->answers[i].predicted)
      {
        g_assert_cmpuint (n_changed, <, result->n_changed);
        g_assert_cmpuint (result->changed[n_changed].id, ==, before->answers[i].id);
        g_assert_cmpint (result->changed[n_changed].label, ==, before->answers[i].label);
        g_assert_cmpint (result->changed[n_changed].before, ==, before->answers[i].predicted);
        g_assert_cmpint (result->changed[n_changed].after, ==, after->answers[i].predicted);
        n_changed++;
      }
  g_assert_cmpuint (n_changed, ==, result->n_changed);
  g_assert_cmpuint (n_changed, >, 0);
  g_assert_cmpfloat_with_epsilon (result->after.accuracy, after->accuracy, 1e-12);
}

static void
test_every_bit_width_gives_a_smaller_estimate (Fixture      *fixture,
                                               gconstpointer data)
{
  static const guint bits[] = { 32, 16, 8, 4, 2, 1 };
  guint64 last = G_MAXUINT64;

  for (guint i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      CvrCompressSpec spec = cvr_compress_spec_default ();
      g_autoptr (CvrCompressed) result = NULL;

      spec.bits = bits[i];
      spec.max_items = 9;
      result = compress (fixture, &spec);
      g_assert_cmpuint (result->after.n, ==, 9);
      g_assert_cmpuint (result->after.packed_bytes, <, last);
      last = result->after.packed_bytes;
      g_assert_false (result->before.integer);
      g_assert_cmpint (result->after.integer, ==, bits[i] == 8); /* the others are simulated */
    }
}

static void
count_epochs_cb (const NnEvent *event,
                 gpointer       data)
{
  if (event->kind == NN_EVENT_EPOCH)
    ++*(guint *) data;
}

static void
test_fine_tuning_keeps_the_zeros_and_moves_the_rest (Fixture      *fixture,
                                                     gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  guint n_epochs = 0;
  NnObserver observer = { .event = count_epochs_cb, .data = &n_epochs };
  g_autoptr (CvrCompressed) plain = NULL;
  g_autoptr (CvrCompressed) tuned = NULL;
  g_autoptr (GError) error = NULL;

  spec.prune.kind = NN_PRUNE_WEIGHTS;
  spec.prune.amount = 0.8;
  plain = compress (fixture, &spec);
  spec.epochs = 2;
  tuned = cvr_compress (fixture->model, &spec, fixture->dataset, NULL, fixture->workers, &observer,
                        &error);
  g_assert_no_error (error);

  g_assert_cmpuint (n_epochs, ==, 2);
  g_assert_cmpuint (tuned->after.n_zero, >=, plain->after.n_zero);
  for (guint node = 0; node < nn_graph_n_nodes (fixture->model->graph); node++)
    {
      gsize n = 0;
      const nn_real *a = nn_params_peek (plain->model->params, (NnNode) node, NN_SLOT_WEIGHT, &n);
      const nn_real *b = nn_params_peek (tuned->model->params, (NnNode) node, NN_SLOT_WEIGHT, &n);
      gboolean moved = n == 0;

      for (gsize i = 0; i < n; i++)
        {
          if (a[i] == 0)
            g_assert_true (b[i] == 0);
          moved |= a[i] != b[i];
        }
      g_assert_true (moved);
    }
}

static void
test_a_cached_evaluation_gives_the_same_figures (Fixture      *fixture,
                                                 gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) first = NULL;
  g_autoptr (CvrCompressed) second = NULL;

  spec.bits = 4;
  first = compress (fixture, &spec);
  second = cvr_compress (fixture->model, &spec, fixture->dataset, first->before_evaluation,
                         fixture->workers, NULL, NULL);
  g_assert_true (second->before_evaluation == first->before_evaluation);
  g_assert_cmpfloat (first->before.accuracy, ==, second->before.accuracy);
  g_assert_cmpuint (first->n_changed, ==, second->n_changed);

  /* One that stands on other labels is not believed. */
  g_clear_pointer (&second, cvr_compressed_unref);
  for (guint i = 0; i < cvr_dataset_n_items (fixture->dataset); i++)
    cvr_dataset_set_label (fixture->dataset, i,
                           (cvr_dataset_item (fixture->dataset, i)->label + 1) % 3);
  second = cvr_compress (fixture->model, &spec, fixture->dataset, first->before_evaluation,
                         fixture->workers, NULL, NULL);
  g_assert_true (second->before_evaluation != first->before_evaluation);
}

static void
test_without_pictures_only_the_accuracy_is_missing (Fixture      *fixture,
                                                    gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrCompressed) result = NULL;

  spec.bits = 8;
  spec.prune.amount = 0.3;
  result = cvr_compress (fixture->model, &spec, NULL, NULL, fixture->workers, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->after.n, ==, 0);
  g_assert_true (isnan (result->after.accuracy));
  g_assert_cmpuint (result->after.bytes, <, result->before.bytes);
}

static void
test_bad_specs_are_refused_by_name (void)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (GError) error = NULL;

  spec.prune.amount = 1.2;
  g_assert_false (cvr_compress_spec_check (&spec, &error));
  g_assert_nonnull (strstr (error->message, "amount"));
  g_clear_error (&error);

  spec.prune.amount = (double) NAN;
  g_assert_false (cvr_compress_spec_check (&spec, &error));
  g_clear_error (&error);

  spec = cvr_compress_spec_default ();
  spec.bits = 5;
  g_assert_false (cvr_compress_spec_check (&spec, &error));
  g_assert_nonnull (strstr (error->message, "bits"));
}

static gboolean
never_cb (gpointer data)
{
  return FALSE;
}

static void
test_cancelling_is_reported (Fixture      *fixture,
                             gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  NnObserver observer = { .keep_going = never_cb };
  g_autoptr (GError) error = NULL;

  spec.bits = 8;
  g_assert_null (cvr_compress (fixture->model, &spec, fixture->dataset, NULL, fixture->workers,
                               &observer, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
}

static void
test_the_exported_file_answers_the_same (Fixture      *fixture,
                                         gconstpointer data)
{
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, "model.onnx", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  CvrExportProof proof;
  gsize length;

  g_assert_true (cvr_export_onnx (fixture->model, path, fixture->dataset, fixture->workers, NULL,
                                  NULL, &proof, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (proof.of, ==, 120);
  g_assert_cmpuint (proof.agree, ==, 120);
  /* The same weights and the same code: only the order of nodes may differ. */
  g_assert_cmpfloat (proof.largest_difference, <, 1e-4);
  g_assert_true (g_file_get_contents (path, &text, &length, &error));
  g_assert_cmpuint (proof.bytes, ==, length);

  g_assert_true (
    cvr_export_onnx (fixture->model, path, NULL, fixture->workers, NULL, NULL, &proof, &error));
  g_assert_cmpuint (proof.of, ==, 0);
  session_test_remove (folder);
}

static void
test_a_compressed_model_survives_export (Fixture      *fixture,
                                         gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, "small.onnx", NULL);
  g_autoptr (CvrCompressed) result = NULL;
  g_autoptr (GError) error = NULL;
  CvrExportProof proof;

  spec.prune.amount = 0.3;
  spec.bits = 8;
  result = compress (fixture, &spec);
  g_assert_true (cvr_export_onnx (result->model, path, fixture->dataset, fixture->workers, NULL,
                                  NULL, &proof, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (proof.agree, ==, proof.of);
  session_test_remove (folder);
}

static void
test_a_folder_that_is_not_there_is_named (Fixture      *fixture,
                                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CvrExportProof proof;

  g_assert_false (cvr_export_onnx (fixture->model, "/nonexistent-folder/model.onnx", NULL,
                                   fixture->workers, NULL, NULL, &proof, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "model.onnx"));
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

static void
test_every_weight_and_filter_is_in_the_histogram (Fixture      *fixture,
                                                  gconstpointer data)
{
  for (guint kind = NN_PRUNE_WEIGHTS; kind <= NN_PRUNE_FILTERS; kind++)
    {
      CvrCompressSpec spec = cvr_compress_spec_default ();
      g_autoptr (CvrCompressed) result = NULL;
      g_autoptr (GArray) layers = nn_prune_layers (fixture->model->graph, fixture->model->params,
                                                   (NnPruneKind) kind, NULL);
      guint64 total = 0, expected = 0, below = 0;

      spec.prune.kind = (NnPruneKind) kind;
      spec.prune.amount = 0.5;
      result = compress (fixture, &spec);
      for (guint i = 0; i < layers->len; i++)
        expected += g_array_index (layers, NnPruneLayer, i).n_values;
      for (guint i = 0; i < CVR_SIZE_BINS; i++)
        {
          total += result->sizes.counts[i];
          if ((i + 1.0) / CVR_SIZE_BINS * result->sizes.high <= result->threshold)
            below += result->sizes.counts[i];
        }
      g_assert_cmpuint (total, ==, expected);
      g_assert_cmpuint (result->sizes.counts[CVR_SIZE_BINS - 1], >=, 1);
      g_assert_cmpfloat (result->threshold, >, 0);
      /* What lies whole below the threshold is part of what went. */
      g_assert_cmpuint (below, <=, (guint64) (result->pruned * (double) total + 1));
      g_assert_cmpuint (below, >, total / 4);
    }
}

/* Little by little and by operations; then on the grids. Epochs are counted through. */
static void
test_learning_while_compressing (Fixture      *fixture,
                                 gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  guint n_epochs = 0;
  NnObserver observer = { .event = count_epochs_cb, .data = &n_epochs };
  g_autoptr (CvrCompressed) pruned = NULL;
  g_autoptr (CvrCompressed) aware = NULL;
  g_autoptr (GError) error = NULL;
  double left;

  spec.prune.amount = 0.5;
  spec.prune.by = NN_PRUNE_BY_OPERATIONS;
  spec.epochs = 3;
  spec.tune.gradual = TRUE;
  spec.tune.augment.strength[CVR_AUGMENT_TRANSLATE] = 0.5f;
  pruned = cvr_compress (fixture->model, &spec, fixture->dataset, NULL, fixture->workers, &observer,
                         &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_epochs, ==, 3);
  left = (double) pruned->after.flops / (double) pruned->before.flops;
  g_assert_cmpfloat (fabs (left - 0.5), <, 0.1);

  spec = cvr_compress_spec_default ();
  spec.bits = 4;
  spec.epochs = 2;
  spec.tune.aware = TRUE;
  n_epochs = 0;
  aware = cvr_compress (fixture->model, &spec, fixture->dataset, NULL, fixture->workers, &observer,
                        &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_epochs, ==, 2);
  g_assert_cmpuint (aware->after.packed_bytes, <, aware->before.packed_bytes / 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/session/compress/nothing-asked-nothing-changed", test_nothing_asked_nothing_changed);
  add ("/session/compress/pruned-filters-leave-a-smaller-file-and-fewer-operations",
       test_pruned_filters_leave_a_smaller_file_and_fewer_operations);
  add ("/session/compress/pruned-weights-are-zeros-below-the-threshold",
       test_pruned_weights_are_zeros_below_the_threshold);
  add ("/session/compress/the-list-of-changed-answers-is-right",
       test_the_list_of_changed_answers_is_right);
  add ("/session/compress/every-bit-width-gives-a-smaller-estimate",
       test_every_bit_width_gives_a_smaller_estimate);
  add ("/session/compress/fine-tuning-keeps-the-zeros-and-moves-the-rest",
       test_fine_tuning_keeps_the_zeros_and_moves_the_rest);
  add ("/session/compress/learning-goes-on-while-compressing", test_learning_while_compressing);
  add ("/session/compress/every-weight-and-filter-is-in-the-histogram",
       test_every_weight_and_filter_is_in_the_histogram);
  add ("/session/compress/a-cached-evaluation-gives-the-same-figures",
       test_a_cached_evaluation_gives_the_same_figures);
  add ("/session/compress/without-pictures-only-the-accuracy-is-missing",
       test_without_pictures_only_the_accuracy_is_missing);
  g_test_add_func ("/session/compress/bad-specs-are-refused-by-name",
                   test_bad_specs_are_refused_by_name);
  add ("/session/compress/cancelling-is-reported", test_cancelling_is_reported);
  add ("/session/export/the-exported-file-answers-the-same",
       test_the_exported_file_answers_the_same);
  add ("/session/export/a-compressed-model-survives-export",
       test_a_compressed_model_survives_export);
  add ("/session/export/a-folder-that-is-not-there-is-named",
       test_a_folder_that_is_not_there_is_named);

  return g_test_run ();
}
