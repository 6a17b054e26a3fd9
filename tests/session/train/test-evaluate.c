/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a model does, one picture's answer, and what is inside for it. */
#include "session-test.h"

#include "cvr-evaluate-views.h"
#include "cvr-evaluate.h"
#include "cvr-predict.h"

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
  fixture->dataset = session_test_dataset (90, 3);
  fixture->model = session_test_model (fixture->dataset, 1);
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

/* Every picture alone through cvr_predict(), counted by hand. */
static void
test_evaluation_is_what_single_predictions_say (Fixture      *fixture,
                                                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrEvaluation) evaluation = cvr_evaluate (
    fixture->model, fixture->dataset, CVR_SPLIT_AUTO, 0, fixture->workers, NULL, NULL, &error);
  guint n_right = 0;
  double loss = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (evaluation->n, ==, 90);
  g_assert_cmpuint (evaluation->n_unknown, ==, 0);
  g_assert_cmpuint (evaluation->n_classes, ==, 3);
  for (guint i = 0; i < 90; i++)
    {
      const CvrItem *item = cvr_dataset_item (fixture->dataset, i);
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);
      g_autoptr (CvrPrediction) prediction =
        cvr_predict (fixture->model, image, fixture->workers, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (evaluation->answers[i].id, ==, item->id);
      g_assert_cmpint (evaluation->answers[i].label, ==, item->label);
      g_assert_cmpint (evaluation->answers[i].predicted, ==, (gint) prediction->order[0]);
      /* One picture and a batch may be added up in different orders. */
      g_assert_cmpfloat_with_epsilon ((double) evaluation->answers[i].p,
                                      (double) prediction->p[prediction->order[0]], 1e-5);
      n_right += (gint) prediction->order[0] == item->label;
      loss -= log ((double) prediction->p[item->label]);
    }
  g_assert_cmpfloat_with_epsilon (evaluation->accuracy, n_right / 90.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (evaluation->loss, loss / 90, 1e-4);
  g_assert_cmpuint (nn_confusion_total (evaluation->confusion), ==, 90);
  for (guint k = 0; k < 3; k++)
    {
      g_assert_cmpfloat (evaluation->recall[k], ==, nn_confusion_recall (evaluation->confusion, k));
      g_assert_cmpfloat (evaluation->auc[k], >=, 0);
      g_assert_cmpfloat (evaluation->auc[k], <=, 1);
      g_assert_cmpfloat (evaluation->average_precision[k], >, 0);
      g_assert_cmpfloat (evaluation->average_precision[k], <=, 1);
      g_assert_cmpuint (evaluation->support[k], ==, 30);
    }
  for (guint i = 0; i < 90; i++)
    g_assert_cmpfloat (evaluation->probabilities[3 * i + (guint) evaluation->answers[i].predicted],
                       ==, evaluation->answers[i].p);
}

static void
test_only_the_asked_side_counts (Fixture      *fixture,
                                 gconstpointer data)
{
  g_autoptr (CvrEvaluation) evaluation = cvr_evaluate (
    fixture->model, fixture->dataset, CVR_SPLIT_VALID, 0, fixture->workers, NULL, NULL, NULL);
  g_autoptr (CvrEvaluation) few = cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_AUTO,
                                                12, fixture->workers, NULL, NULL, NULL);

  g_assert_cmpuint (evaluation->n, ==, cvr_dataset_count (fixture->dataset, -2, CVR_SPLIT_VALID));
  g_assert_cmpuint (few->n, ==, 12);
}

static void
test_classes_the_model_does_not_know_are_counted_apart (Fixture      *fixture,
                                                        gconstpointer data)
{
  g_autoptr (CvrEvaluation) evaluation = NULL;
  CvrClass klass = *cvr_dataset_class (fixture->dataset, 1);

  klass.name = (char *) "new";
  cvr_dataset_set_class (fixture->dataset, 1, &klass);
  evaluation = cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_AUTO, 0, fixture->workers,
                             NULL, NULL, NULL);
  g_assert_cmpuint (evaluation->n, ==, 60);
  g_assert_cmpuint (evaluation->n_unknown, ==, 30);
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
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_AUTO, 0,
                               fixture->workers, never_cb, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
}

static void
test_probabilities_add_up_and_are_ordered (Fixture      *fixture,
                                           gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (4, 3);
  g_autoptr (CvrPrediction) prediction =
    cvr_predict (fixture->model, image, fixture->workers, NULL);
  float sum = 0;

  for (guint k = 0; k < 3; k++)
    sum += prediction->p[k];
  g_assert_cmpfloat_with_epsilon ((double) sum, 1.0, 1e-5);
  g_assert_true (prediction->p[prediction->order[0]] >= prediction->p[prediction->order[1]]);
  g_assert_true (prediction->p[prediction->order[1]] >= prediction->p[prediction->order[2]]);
  g_assert_cmpfloat_with_epsilon ((double) prediction->anomaly,
                                  1 - (double) prediction->p[prediction->order[0]], 1e-6);
  g_assert_cmpuint (prediction->pixels->width, ==, SESSION_TEST_SIDE);
  g_assert_cmpfloat (prediction->ms, >=, 0);
}

/* A single dense layer whose weights are 0: the biases are the logits. */
static CvrModel *
model_with_logits (const float *logits,
                   gboolean     softmax)
{
  const char *const classes[] = { "cat", "dog", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (4, 4, 1);
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 4, 4));
  NnNode dense = nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE });
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  gsize n;

  nn_builder_output (builder, softmax ? nn_builder_softmax (builder, dense) : dense);
  graph = nn_builder_seal (builder, NULL);
  nn_builder_free (builder);
  params = nn_params_new (graph, 1, NULL);
  memset (nn_params_poke (params, dense, NN_SLOT_WEIGHT, &n), 0, 2 * 16 * sizeof (nn_real));
  memcpy (nn_params_poke (params, dense, NN_SLOT_BIAS, &n), logits, 2 * sizeof (nn_real));

  return cvr_model_new (graph, params, classes, &preprocess, NULL);
}

static void
test_doubts_follow_their_thresholds (void)
{
  /* Logit differences for p = 0.99, 0.80, 0.60 and 0.55 of two classes: ln (p / (1 − p)). */
  static const struct { double p; gboolean unsure; const char *words; } cases[] = {
    { 0.99, FALSE, "Almost certainly: dog." },
    { 0.80, FALSE, "Probably: dog." },
    { 0.60, FALSE, "I think: dog, though perhaps: cat." },
    { 0.55, TRUE, "I think: dog, but only just. Close behind: cat." },
  };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrImage) image = cvr_image_new (4, 4, 1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      float logits[] = { 0, (float) log (cases[i].p / (1 - cases[i].p)) };
      g_autoptr (CvrModel) model = model_with_logits (logits, FALSE);
      g_autoptr (CvrPrediction) prediction = cvr_predict (model, image, workers, NULL);
      g_autofree char *words = cvr_prediction_dup_words (prediction, model->classes);

      g_assert_cmpfloat_with_epsilon ((double) prediction->p[1], cases[i].p, 1e-5);
      g_assert_cmpint (prediction->unsure, ==, cases[i].unsure);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* A file from elsewhere may end in a softmax: its outputs are the probabilities, not once more
 * softened. */
static void
test_a_softmax_at_the_end_is_not_applied_twice (void)
{
  const float logits[] = { 2, 0 };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrModel) plain = model_with_logits (logits, FALSE);
  g_autoptr (CvrModel) soft = model_with_logits (logits, TRUE);
  g_autoptr (CvrImage) image = cvr_image_new (4, 4, 1);
  g_autoptr (CvrPrediction) a = cvr_predict (plain, image, workers, NULL);
  g_autoptr (CvrPrediction) b = cvr_predict (soft, image, workers, NULL);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrEvaluation) x = NULL;
  g_autoptr (CvrEvaluation) y = NULL;

  g_assert_cmpfloat_with_epsilon ((double) a->p[0], (double) b->p[0], 1e-6);
  cvr_dataset_add_class (dataset, "cat");
  cvr_dataset_add_class (dataset, "dog");
  for (guint i = 0; i < 6; i++)
    cvr_dataset_add_image (dataset, image, "x", (gint) (i % 3 == 0), CVR_SPLIT_AUTO);
  x = cvr_evaluate (plain, dataset, CVR_SPLIT_AUTO, 0, workers, NULL, NULL, NULL);
  y = cvr_evaluate (soft, dataset, CVR_SPLIT_AUTO, 0, workers, NULL, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (x->loss, y->loss, 1e-5);
  g_assert_cmpfloat_with_epsilon ((double) x->answers[0].p, (double) y->answers[0].p, 1e-5);
}

/* Tensors of imported networks have any axes; they are shown as maps or as a vector. */
static void
test_tensors_of_any_rank_are_shown (void)
{
  static const struct
  {
    NnShape shape, shown;
  } cases[] = {
    { { 0 }, { 2, { 1, 1 } } },
    { { 1, { 7 } }, { 2, { 1, 7 } } },
    { { 2, { 1, 7 } }, { 2, { 1, 7 } } },
    { { 2, { 3, 7 } }, { 2, { 1, 21 } } },
    { { 3, { 1, 5, 7 } }, { 4, { 1, 1, 5, 7 } } },
    { { 4, { 1, 3, 5, 7 } }, { 4, { 1, 3, 5, 7 } } },
    { { 4, { 2, 3, 5, 7 } }, { 4, { 1, 6, 5, 7 } } },
    { { 6, { 1, 2, 3, 2, 5, 7 } }, { 4, { 1, 12, 5, 7 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, cases[i].shape);
      g_autoptr (NnGraph) graph = NULL;
      NnShape shown;

      nn_builder_output (builder,
                         nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU }));
      graph = nn_builder_seal (builder, NULL);
      shown = cvr_maps_shape (graph, x);
      g_assert_true (nn_shape_equal (&shown, &cases[i].shown));
    }
}

static void
test_maps_are_the_networks_own_values (Fixture      *fixture,
                                       gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (5, 3);
  g_autoptr (CvrMaps) maps = cvr_maps_compute (fixture->model, image, fixture->workers, NULL);
  g_autoptr (NnExec) exec =
    nn_exec_new (fixture->model->graph, fixture->workers, 1, NN_EXEC_KEEP_ALL, NULL);

  g_assert_cmpuint (maps->n_nodes, ==, nn_graph_n_nodes (fixture->model->graph));
  cvr_preprocess_floats (&fixture->model->preprocess, maps->pixels, nn_exec_input (exec, 0));
  nn_exec_forward (exec, fixture->model->params, 1, 0);
  for (guint node = 0; node < maps->n_nodes; node++)
    {
      gsize n;

      g_assert_true (nn_shape_count (&maps->shapes[node], &n));
      g_assert_nonnull (maps->values[node]);
      g_assert_cmpmem (maps->values[node], n * sizeof (float), nn_exec_values (exec, (NnNode) node),
                       n * sizeof (float));
    }
}

static void
test_heat_covers_the_input_and_names_its_class (Fixture      *fixture,
                                                gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (3, 3);
  g_autoptr (CvrPrediction) prediction =
    cvr_predict (fixture->model, image, fixture->workers, NULL);

  for (guint kind = 0; kind < NN_N_EXPLAINS; kind++)
    {
      g_autoptr (GError) error = NULL;
      NnExplainSpec spec = { .kind = kind, .target = -1, .layer = NN_NODE_NONE };
      g_autoptr (NnExplanation) heat =
        cvr_heat_compute (fixture->model, image, &spec, fixture->workers, NULL, NULL, NULL,
                          &error);
      g_autoptr (NnExplanation) other = NULL;

      g_assert_no_error (error);
      g_assert_cmpuint (heat->width, ==, SESSION_TEST_SIDE);
      g_assert_cmpuint (heat->height, ==, SESSION_TEST_SIDE);
      g_assert_cmpint (heat->target, ==, (gint) prediction->order[0]);
      for (guint i = 0; i < heat->width * heat->height; i++)
        g_assert_true (isfinite (heat->map[i]));

      spec.target = 2;
      other = cvr_heat_compute (fixture->model, image, &spec, fixture->workers, NULL, NULL, NULL,
                          &error);
      g_assert_cmpint (other->target, ==, 2);
      spec.target = 3;
      g_assert_null (
        cvr_heat_compute (fixture->model, image, &spec, fixture->workers, NULL, NULL, NULL,
                          &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
    }
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

/* All pictures under all views, the same for any number of threads; a model that knows its pictures
 * knows them mirrored and shifted by a pixel as well, or nearly so. */
static void
test_views_are_averaged (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (NnWorkers) one = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrEvaluation) plain = cvr_evaluate (
    fixture->model, fixture->dataset, CVR_SPLIT_AUTO, 0, fixture->workers, NULL, NULL, &error);
  CvrViewsFigures figures, again;

  g_assert_true (cvr_evaluate_views (fixture->model, fixture->dataset, CVR_SPLIT_AUTO,
                                     fixture->workers, NULL, NULL, &figures, &error));
  g_assert_true (cvr_evaluate_views (fixture->model, fixture->dataset, CVR_SPLIT_AUTO, one, NULL,
                                     NULL, &again, &error));
  g_assert_cmpuint (figures.n, ==, plain->n);
  g_assert_cmpuint (figures.n_views, ==, 6);
  g_assert_cmpfloat (figures.loss, ==, again.loss);
  g_assert_cmpfloat (figures.loss, !=, plain->loss);
  g_test_message ("right %g as they are, %g by views", plain->accuracy, figures.accuracy);
  g_assert_cmpfloat (figures.accuracy, >, 1.2 / 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/session/evaluate/it-is-what-single-predictions-say",
       test_evaluation_is_what_single_predictions_say);
  add ("/session/evaluate/only-the-asked-side-counts", test_only_the_asked_side_counts);
  add ("/session/evaluate/classes-the-model-does-not-know-are-counted-apart",
       test_classes_the_model_does_not_know_are_counted_apart);
  add ("/session/evaluate/views-are-averaged", test_views_are_averaged);
  add ("/session/evaluate/cancelling-is-reported", test_cancelling_is_reported);
  add ("/session/predict/probabilities-add-up-and-are-ordered",
       test_probabilities_add_up_and_are_ordered);
  g_test_add_func ("/session/maps/tensors-of-any-rank-are-shown", test_tensors_of_any_rank_are_shown);
  g_test_add_func ("/session/predict/doubts-follow-their-thresholds",
                   test_doubts_follow_their_thresholds);
  g_test_add_func ("/session/predict/a-softmax-at-the-end-is-not-applied-twice",
                   test_a_softmax_at_the_end_is_not_applied_twice);
  add ("/session/maps/they-are-the-networks-own-values", test_maps_are_the_networks_own_values);
  add ("/session/heat/it-covers-the-input-and-names-its-class",
       test_heat_covers_the_input_and_names_its_class);

  return g_test_run ();
}
