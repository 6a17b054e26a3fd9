/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What looks inside over one picture or many: gradients, facts of channels, exciting pictures. */
#include "model-test.h"

#include "cvr-exciting.h"
#include "cvr-gradients.h"
#include "cvr-predict.h"
#include "cvr-rng.h"
#include "cvr-unit-facts.h"

#include <math.h>
#include <string.h>

enum { SIDE = SESSION_TEST_SIDE };

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
  fixture->dataset = session_test_dataset (30, 3);
  fixture->model = model_test_new ();
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

static NnNode
node_of (Fixture    *fixture,
         const char *name)
{
  NnNode node = nn_graph_find (fixture->model->graph, name);

  g_assert_cmpint (node, !=, NN_NODE_NONE);

  return node;
}

/* The model with weights that leave no ties between pixels of equal levels. */
static CvrModel *
stirred (Fixture *fixture)
{
  g_autoptr (NnParams) params = nn_params_copy (fixture->model->params);
  float *weights = nn_params_poke (params, node_of (fixture, "conv1"), NN_SLOT_WEIGHT, NULL);
  CvrRng rng = cvr_rng_new (3, 0);

  for (guint i = 0; i < 36; i++)
    weights[i] += (float) cvr_rng_between (&rng, -0.2, 0.2);

  return cvr_model_with (fixture->model, fixture->model->graph, params);
}

/* The loss of the picture with the model's weights, one of them moved. */
static double
loss_with (Fixture  *fixture,
           CvrModel *original,
           CvrImage *image,
           NnNode    node,
           gsize     i,
           double    by)
{
  g_autoptr (NnParams) params = nn_params_copy (original->params);
  g_autoptr (CvrGradients) gradients = NULL;
  g_autoptr (CvrModel) model = NULL;

  nn_params_poke (params, node, NN_SLOT_WEIGHT, NULL)[i] += (float) by;
  model = cvr_model_with (original, original->graph, params);
  gradients =
    cvr_gradients_compute (model, image, CVR_GRADIENTS_OF_LOSS, 1, fixture->workers, NULL);

  return gradients->value;
}

/* Differences of the loss; single precision leaves three digits. */
static void
test_gradients_of_weights (Fixture      *fixture,
                           gconstpointer data)
{
  static const char *const names[] = { "conv1", "fc1" };
  g_autoptr (CvrImage) image = session_test_image (4, 3);
  g_autoptr (CvrModel) model = stirred (fixture);
  g_autoptr (CvrGradients) gradients = cvr_gradients_compute (
    model, image, CVR_GRADIENTS_OF_LOSS, 1, fixture->workers, NULL);

  g_assert_cmpint (gradients->target, ==, 1);
  for (guint k = 0; k < 2; k++)
    {
      NnNode node = node_of (fixture, names[k]);

      g_assert_nonnull (gradients->weights[node]);
      for (gsize i = 0; i < gradients->n_weights[node]; i += 1 + gradients->n_weights[node] / 20)
        {
          double step = 1.0 / 1024;
          double slope = (loss_with (fixture, model, image, node, i, step) -
                          loss_with (fixture, model, image, node, i, -step)) / (2 * step);

          g_assert_cmpfloat (fabs (slope - (double) gradients->weights[node][i]), <,
                             0.01 + 0.02 * fabs (slope));
        }
    }
  g_assert_cmpuint (gradients->n_biases[node_of (fixture, "conv1")], ==, 4);
  g_assert_null (gradients->weights[node_of (fixture, "relu1")]);
}

/* The class's output rises by one with its own bias, and with each value before "fc1" by its
 * weight. */
static void
test_gradients_of_output (Fixture      *fixture,
                          gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (5, 3);
  g_autoptr (CvrMaps) maps = cvr_maps_compute (fixture->model, image, fixture->workers, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrGradients) gradients = cvr_gradients_compute (
    fixture->model, image, CVR_GRADIENTS_OF_OUTPUT, 2, fixture->workers, &error);
  NnNode fc = node_of (fixture, "fc1"), pool = node_of (fixture, "pool1");
  const float *weights = nn_params_peek (fixture->model->params, fc, NN_SLOT_WEIGHT, NULL);

  g_assert_no_error (error);
  g_assert_cmpfloat (gradients->value, ==, (double) maps->values[fc][2]);
  for (guint k = 0; k < 3; k++)
    g_assert_cmpfloat (gradients->biases[fc][k], ==, k == 2);
  for (guint i = 0; i < 4 * 36; i++)
    {
      g_assert_cmpfloat (gradients->maps[pool][i], ==, weights[2 * 144 + i]);
      g_assert_cmpfloat_with_epsilon (gradients->weights[fc][2 * 144 + i], maps->values[pool][i],
                                      1e-6);
      g_assert_cmpfloat (gradients->weights[fc][i], ==, 0);
    }
  g_assert_nonnull (gradients->maps[0]);
  g_assert_null (cvr_gradients_compute (fixture->model, image, CVR_GRADIENTS_OF_LOSS, 3,
                                        fixture->workers, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
}

static void
test_unit_facts (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrUnitFacts) facts =
    cvr_unit_facts_compute (fixture->model, fixture->dataset, 0, fixture->workers, NULL, &error);
  NnNode conv = node_of (fixture, "conv1"), relu = node_of (fixture, "relu1");
  const CvrLayerFacts *layer = facts->layers[conv];

  g_assert_no_error (error);
  g_assert_cmpuint (facts->n_pictures, ==, 30);
  g_assert_cmpuint (layer->n_units, ==, 4);
  g_assert_cmpint (layer->seen_at, ==, relu);
  g_assert_cmpuint (layer->n_dead, ==, 1);
  g_assert_true (layer->units[3].dead && !layer->units[0].dead);
  g_assert_true (facts->layers[relu]->units[3].dead);
  g_assert_cmpuint (layer->n_twins, ==, 2);
  g_assert_cmpint (layer->units[0].twin, ==, 1);
  g_assert_cmpint (layer->units[1].twin, ==, 0);
  g_assert_cmpfloat_with_epsilon (layer->units[0].likeness, 1, 1e-6);
  g_assert_cmpint (layer->units[2].twin, ==, -1);
  g_assert_cmpuint (layer->values.n, ==, 30 * 4 * SIDE * SIDE);
  g_assert_cmpuint (facts->layers[relu]->units[3].n_zeros, ==, 30 * SIDE * SIDE);
  g_assert_cmpuint (layer->weights.n, ==, 36);
  /* The middle pixel is the picture itself, and twice that. */
  g_assert_cmpuint (layer->units[1].n, ==, 30 * SIDE * SIDE);
  g_assert_cmpfloat_with_epsilon (layer->units[1].sum, 2 * layer->units[0].sum, 1e-3);
  g_assert_cmpfloat (layer->units[0].low, >=, 0);
  g_assert_cmpfloat (layer->units[3].high, <, 0);
  g_assert_cmpint (facts->layers[node_of (fixture, "fc1")]->seen_at, ==, NN_NODE_NONE);
  g_assert_null (facts->layers[0]);
}

static void
test_unit_facts_of_weights (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr (CvrUnitFacts) facts = cvr_unit_facts_of_weights (fixture->model);
  const CvrLayerFacts *layer = facts->layers[node_of (fixture, "conv1")];

  g_assert_cmpuint (facts->n_pictures, ==, 0);
  g_assert_cmpuint (layer->n_twins, ==, 2);
  g_assert_cmpuint (layer->n_dead, ==, 0);
  g_assert_cmpuint (layer->weights.n, ==, 36);
  g_assert_cmpuint (layer->values.n, ==, 0);
}

/* The channel's largest value in the picture, and the value at the place that was named. */
static void
largest_of (Fixture             *fixture,
            NnNode               node,
            guint                channel,
            guint                picture,
            const CvrExcitement *at,
            float               *most,
            float               *there)
{
  g_autoptr (CvrImage) image = session_test_image (picture, 3);
  g_autoptr (CvrMaps) maps = cvr_maps_compute (fixture->model, image, fixture->workers, NULL);
  const NnShape *shape = &maps->shapes[node];
  guint width = shape->rank == 4 ? shape->dims[3] : 1;
  gsize plane = shape->rank == 4 ? (gsize) width * shape->dims[2] : 1;
  const float *values = maps->values[node] + channel * plane;

  *most = values[0];
  *there = values[at->y * width + at->x];
  for (gsize j = 1; j < plane; j++)
    *most = MAX (*most, values[j]);
}

/* Against all maps of all pictures, one by one. These passes round anew: equals may change
 * places. */
static void
test_exciting (Fixture      *fixture,
               gconstpointer data)
{
  static const char *const names[] = { "conv1", "pool1", "fc1" };

  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      NnNode node = node_of (fixture, names[k]);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrExciting) exciting = cvr_exciting_find (
        fixture->model, fixture->dataset, node, 5, 0, fixture->workers, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (exciting->n_best, ==, 5);
      g_assert_cmpuint (exciting->n_pictures, ==, 30);
      for (guint c = 0; c < exciting->n_channels; c++)
        for (guint b = 0; b < 5; b++)
          {
            const CvrExcitement *found = &cvr_exciting_of (exciting, c)[b];
            guint n_above = 0, n_beside = 0;

            for (guint i = 0; i < 30; i++)
              {
                float most, there;

                largest_of (fixture, node, c, i, found, &most, &there);
                n_above += most > found->value + 1e-5f;
                n_beside += most > found->value - 1e-5f;
                if (cvr_dataset_item (fixture->dataset, i)->id == found->id)
                  g_assert_cmpfloat_with_epsilon (there, found->value, 1e-5);
              }
            g_assert_cmpuint (n_above, <=, b);
            g_assert_cmpuint (n_beside, >, b);
          }
    }
}

/* A patch in a picture that is wider than the network's input. */
static void
test_exciting_patch (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrImage) image = cvr_image_new (48, 24, 1);
  g_autoptr (CvrExciting) exciting = NULL;
  const CvrExcitement *found;

  /* One bright block: at the network's 12 × 6 it is the pixel (7, 2), below three dark rows. */
  for (guint y = 8; y < 12; y++)
    memset (image->data + y * 48 + 28, 255, 4);
  cvr_dataset_add_image (dataset, image, "block", CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  exciting = cvr_exciting_find (fixture->model, dataset, node_of (fixture, "conv1"), 3, 0,
                                fixture->workers, NULL, NULL);
  g_assert_cmpuint (exciting->n_best, ==, 1);
  found = cvr_exciting_of (exciting, 0);
  g_assert_cmpuint (found->x, ==, 7);
  g_assert_cmpuint (found->y, ==, 5);
  g_assert_cmpuint (found->seen.left, ==, 6);
  g_assert_cmpuint (found->seen.right, ==, 9);
  g_assert_cmpuint (found->seen.top, ==, 4);
  g_assert_cmpuint (found->seen.bottom, ==, 7);
  g_assert_cmpfloat_with_epsilon (found->box_x, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->box_width, 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->box_y, 1.0 / 6, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->box_height, 0.5, 1e-9);
}

static gboolean
stop_cb (gpointer data)
{
  return FALSE;
}

static void
test_stopped_and_empty (Fixture      *fixture,
                        gconstpointer data)
{
  CvrWatch stop = { NULL, stop_cb, NULL };
  g_autoptr (CvrDataset) empty = cvr_dataset_new ();
  NnNode conv = node_of (fixture, "conv1");
  g_autoptr (GError) first = NULL, second = NULL, third = NULL, fourth = NULL;

  g_assert_null (
    cvr_unit_facts_compute (fixture->model, fixture->dataset, 0, fixture->workers, &stop, &first));
  g_assert_error (first, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (cvr_exciting_find (fixture->model, fixture->dataset, conv, 3, 0, fixture->workers,
                                    &stop, &second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (
    cvr_exciting_find (fixture->model, empty, conv, 3, 0, fixture->workers, NULL, &third));
  g_assert_error (third, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_null (
    cvr_unit_facts_compute (fixture->model, empty, 0, fixture->workers, NULL, &fourth));
  g_assert_error (fourth, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/session/gradients/of-weights-are-slopes-of-the-loss", test_gradients_of_weights);
  add ("/session/gradients/of-an-output-are-weights-and-maps", test_gradients_of_output);
  add ("/session/unit-facts/dead-units-twins-and-spreads", test_unit_facts);
  add ("/session/unit-facts/of-weights-need-no-picture", test_unit_facts_of_weights);
  add ("/session/exciting/the-pictures-with-the-largest-values", test_exciting);
  add ("/session/exciting/the-patch-lies-in-the-picture", test_exciting_patch);
  add ("/session/pass/stops-and-says-when-there-is-no-picture", test_stopped_and_empty);

  return g_test_run ();
}
