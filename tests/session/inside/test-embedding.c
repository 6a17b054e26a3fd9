/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures laid out in the plane, and pictures that channels like: computed, and as live objects.
 */
#include "model-test.h"

#include "cvr-embedding.h"
#include "cvr-maximise.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char       *folder;
  CvrProject *project;
  CvrDataset *dataset;
  CvrModel   *model;
  NnWorkers  *workers;
  GObject    *live;
  guint       n_changed;
} Fixture;

static void
added_cb (guint64  id,
          gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
all_added (gpointer data)
{
  return *(guint *) data == 12;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autofree char *path = NULL;
  guint n_added = 0;

  fixture->folder = session_test_folder ();
  path = g_build_filename (fixture->folder, "current.convisor", NULL);
  fixture->project = cvr_project_open (path, NULL, NULL);
  g_assert_nonnull (fixture->project);
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 3);

      cvr_project_add_image (fixture->project, image, "bar", CVR_LABEL_NONE, added_cb, &n_added);
    }
  session_test_wait (all_added, &n_added);

  fixture->dataset = session_test_dataset (60, 3);
  fixture->model = model_test_new ();
  fixture->workers = nn_workers_new (2, FALSE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->live != NULL)
    g_assert_finalize_object (fixture->live);
  cvr_dataset_unref (fixture->dataset);
  cvr_model_unref (fixture->model);
  nn_workers_unref (fixture->workers);
  cvr_project_close (fixture->project);
  g_assert_finalize_object (fixture->project);
  session_test_remove (fixture->folder);
  g_free (fixture->folder);
}

static CvrEmbeddingSpec
spec_of (Fixture         *fixture,
         CvrEmbeddingKind kind)
{
  return (CvrEmbeddingSpec) { .kind = kind,
                              .node = nn_graph_find (fixture->model->graph, "pool1"),
                              .flatten = TRUE };
}

/* How many of the pictures lie nearest to one of their own class. */
static guint
n_at_home (const CvrEmbedded *embedded,
           CvrDataset        *dataset)
{
  guint n = 0;

  for (guint i = 0; i < embedded->n; i++)
    {
      guint nearest = i == 0;
      gint places[2];

      for (guint j = 0; j < embedded->n; j++)
        if (j != i && hypotf (embedded->xy[2 * i] - embedded->xy[2 * j],
                              embedded->xy[2 * i + 1] - embedded->xy[2 * j + 1]) <
                        hypotf (embedded->xy[2 * i] - embedded->xy[2 * nearest],
                                embedded->xy[2 * i + 1] - embedded->xy[2 * nearest + 1]))
          nearest = j;
      places[0] = cvr_dataset_find_item (dataset, embedded->ids[i]);
      places[1] = cvr_dataset_find_item (dataset, embedded->ids[nearest]);
      n += cvr_dataset_item (dataset, (guint) places[0])->label ==
           cvr_dataset_item (dataset, (guint) places[1])->label;
    }

  return n;
}

static void
count_cb (CvrEmbedded *now,
          gpointer     data)
{
  (*(guint *) data)++;
  cvr_embedded_unref (now);
}

/* Bars at three places fall into three heaps, whichever way. */
static void
test_classes_lie_together (Fixture      *fixture,
                           gconstpointer data)
{
  for (guint kind = 0; kind <= CVR_EMBEDDING_TSNE; kind++)
    {
      CvrEmbeddingSpec spec = spec_of (fixture, kind);
      guint n_told = 0;
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrEmbedded) embedded =
        cvr_embedding_compute (fixture->model, fixture->dataset, &spec, fixture->workers, NULL,
                               count_cb, &n_told, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (embedded->n, ==, 60);
      g_assert_cmpuint (n_at_home (embedded, fixture->dataset), >=, 58);
      if (kind == CVR_EMBEDDING_PCA)
        {
          g_assert_cmpfloat (embedded->explained[0], >, embedded->explained[1]);
          g_assert_cmpfloat (embedded->explained[0] + embedded->explained[1], <=, 1);
        }
      else
        g_assert_cmpfloat (embedded->divergence, >, 0);
    }
}

/* However few: each has its place, or it is said how many there must be. */
static void
test_few (Fixture      *fixture,
          gconstpointer data)
{
  static const guint counts[] = { 1, 2, 3, 5 };

  for (guint kind = 0; kind <= CVR_EMBEDDING_TSNE; kind++)
    for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
      {
        CvrEmbeddingSpec spec = spec_of (fixture, kind);
        g_autoptr (GError) error = NULL;
        g_autoptr (CvrEmbedded) embedded = NULL;

        spec.max_pictures = counts[c];
        embedded = cvr_embedding_compute (fixture->model, fixture->dataset, &spec, fixture->workers,
                                          NULL, NULL, NULL, &error);
        if (counts[c] < (kind == CVR_EMBEDDING_TSNE ? 4 : 2))
          {
            g_assert_nonnull (error);
            g_assert_null (embedded);
            continue;
          }
        g_assert_no_error (error);
        g_assert_cmpuint (embedded->n, ==, counts[c]);
        for (guint i = 0; i < 2 * counts[c]; i++)
          g_assert_true (isfinite (embedded->xy[i]));
      }
}

/* The same sample and the same places for any threads; another seed draws others. */
static void
test_sample (Fixture      *fixture,
             gconstpointer data)
{
  CvrEmbeddingSpec spec = spec_of (fixture, CVR_EMBEDDING_TSNE);
  CvrEmbedded *seen[3];

  spec.max_pictures = 20;
  spec.iterations = 30;
  spec.flatten = FALSE;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (1 + i % 2, FALSE);

      spec.seed = i == 2;
      seen[i] = cvr_embedding_compute (fixture->model, fixture->dataset, &spec, workers, NULL, NULL,
                                       NULL, NULL);
      g_assert_cmpuint (seen[i]->n, ==, 20);
      for (guint j = 1; j < 20; j++)
        g_assert_cmpuint (seen[i]->ids[j], >, seen[i]->ids[j - 1]);
    }
  g_assert_cmpmem (seen[0]->xy, 40 * sizeof (float), seen[1]->xy, 40 * sizeof (float));
  g_assert_true (memcmp (seen[0]->ids, seen[2]->ids, 20 * sizeof (guint64)) != 0);
  for (guint i = 0; i < 3; i++)
    cvr_embedded_unref (seen[i]);
}

static gboolean
stop_cb (gpointer data)
{
  guint *left = data;

  return (*left)-- > 0;
}

static void
test_stops (Fixture      *fixture,
            gconstpointer data)
{
  CvrEmbeddingSpec spec = spec_of (fixture, CVR_EMBEDDING_TSNE);

  for (guint after = 0; after < 12; after++)
    {
      guint left = after;
      CvrWatch watch = { NULL, stop_cb, &left };
      g_autoptr (GError) error = NULL;

      g_assert_null (cvr_embedding_compute (fixture->model, fixture->dataset, &spec,
                                            fixture->workers, &watch, NULL, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
changed_cb (Fixture *fixture)
{
  fixture->n_changed++;
}

static gboolean
embedding_is_idle (gpointer data)
{
  return !cvr_embedding_is_running (CVR_EMBEDDING (((Fixture *) data)->live));
}

static void
test_live (Fixture      *fixture,
           gconstpointer data)
{
  CvrEmbeddingSpec spec = spec_of (fixture, CVR_EMBEDDING_TSNE);
  CvrEmbedding *embedding = cvr_embedding_new (fixture->project);
  CvrEmbedded *result;

  fixture->live = G_OBJECT (embedding);
  g_signal_connect_swapped (embedding, "changed", G_CALLBACK (changed_cb), fixture);
  g_assert_null (cvr_embedding_get_result (embedding));
  cvr_embedding_start (embedding, fixture->model, &spec);
  g_assert_true (cvr_embedding_is_running (embedding));
  cvr_embedding_start (embedding, fixture->model, &spec); /* the first is forgotten */
  session_test_wait (embedding_is_idle, fixture);
  g_assert_no_error (cvr_embedding_get_error (embedding));
  result = cvr_embedding_get_result (embedding);
  g_assert_cmpuint (result->n, ==, 12);
  g_assert_cmpuint (result->iteration, ==, result->n_iterations);
  g_assert_cmpuint (fixture->n_changed, >=, 3);

  cvr_embedding_start (embedding, fixture->model, &spec);
  cvr_embedding_stop (embedding);
  g_assert_false (cvr_embedding_is_running (embedding));
  session_test_settle ();
  g_assert_null (cvr_embedding_get_error (embedding));

  spec.node = 0;
  spec.max_pictures = 3;
  cvr_embedding_start (embedding, fixture->model, &spec);
  session_test_wait (embedding_is_idle, fixture);
  g_assert_error (cvr_embedding_get_error (embedding), NN_ERROR, NN_ERROR_DATA);
}

static gboolean
maximise_is_idle (gpointer data)
{
  return cvr_maximise_get_job (CVR_MAXIMISE (((Fixture *) data)->live)) == NULL;
}

/* The network's class rises; the picture is there at the network's size while it is made. */
static void
test_maximise (Fixture      *fixture,
               gconstpointer data)
{
  CvrMaximise *maximise = cvr_maximise_new (fixture->project);
  NnGraph *graph = fixture->model->graph;
  NnMaximiseSpec spec = nn_maximise_default (graph, nn_graph_output (graph, 0), 1);

  fixture->live = G_OBJECT (maximise);
  g_signal_connect_swapped (maximise, "changed", G_CALLBACK (changed_cb), fixture);
  g_assert_null (cvr_maximise_get_image (maximise));
  g_assert_null (cvr_maximise_get_job (maximise));
  cvr_maximise_start (maximise, fixture->model, &spec);
  session_test_wait (maximise_is_idle, fixture);
  g_assert_no_error (cvr_maximise_get_error (maximise));
  g_assert_cmpuint (cvr_maximise_get_image (maximise)->width, ==, SESSION_TEST_SIDE);
  g_assert_cmpfloat (cvr_maximise_get_value (maximise), >, cvr_maximise_get_before (maximise));
  g_assert_cmpfloat (cvr_maximise_get_largest (maximise), >=, cvr_maximise_get_value (maximise));
  g_assert_null (cvr_maximise_get_job (maximise));

  spec.steps = 100000;
  cvr_maximise_start (maximise, fixture->model, &spec);
  cvr_maximise_stop (maximise);
  g_assert_null (cvr_maximise_get_job (maximise));
}

/* Gone in the middle: nothing is told afterwards, and the project closes. */
static void
test_leaves (Fixture      *fixture,
             gconstpointer data)
{
  CvrEmbeddingSpec spec = spec_of (fixture, CVR_EMBEDDING_TSNE);
  NnGraph *graph = fixture->model->graph;
  NnMaximiseSpec wish = nn_maximise_default (graph, nn_graph_output (graph, 0), 1);
  CvrEmbedding *embedding = cvr_embedding_new (fixture->project);
  CvrMaximise *maximise = cvr_maximise_new (fixture->project);

  spec.iterations = wish.steps = 1000000;
  g_signal_connect_swapped (embedding, "changed", G_CALLBACK (changed_cb), fixture);
  cvr_embedding_start (embedding, fixture->model, &spec);
  cvr_maximise_start (maximise, fixture->model, &wish);
  fixture->n_changed = 0;
  g_assert_finalize_object (embedding);
  g_assert_finalize_object (maximise);
  session_test_settle ();
  g_assert_cmpuint (fixture->n_changed, ==, 0);
}

/* However the one before was turned and whichever axis came first, the next lies as it did. */
static void
test_follows_axes (Fixture      *fixture,
                   gconstpointer data)
{
  CvrEmbeddingSpec spec = spec_of (fixture, CVR_EMBEDDING_PCA);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrEmbedded) plain = cvr_embedding_compute (
    fixture->model, fixture->dataset, &spec, fixture->workers, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint way = 0; way < 8; way++)
    {
      g_autofree float *xy = g_new (float, 2 * plain->n);
      g_autoptr (CvrEmbedded) followed = NULL;
      guint first = way / 4;

      for (guint i = 0; i < plain->n; i++)
        {
          xy[2 * i] = plain->xy[2 * i + first] * (way & 1 ? -1 : 1);
          xy[2 * i + 1] = plain->xy[2 * i + 1 - first] * (way & 2 ? -1 : 1);
        }
      spec.like = &(CvrEmbedded) { .n = plain->n, .ids = plain->ids, .xy = xy };
      followed = cvr_embedding_compute (fixture->model, fixture->dataset, &spec, fixture->workers,
                                        NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (followed->xy, 2 * plain->n * sizeof (float), xy,
                       2 * plain->n * sizeof (float));
      g_assert_cmpfloat (followed->explained[first], ==, plain->explained[0]);
    }
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
  add ("/session/embedding/classes-lie-together", test_classes_lie_together);
  add ("/session/embedding/however-few-each-has-its-place", test_few);
  add ("/session/embedding/same-sample-same-places", test_sample);
  add ("/session/embedding/stops-at-any-time", test_stops);
  add ("/session/embedding/axes-follow-those-before", test_follows_axes);
  add ("/session/embedding/lives-starts-anew-and-stops", test_live);
  add ("/session/maximise/makes-a-picture-and-stops", test_maximise);
  add ("/session/maximise/and-embedding-leave-in-the-middle", test_leaves);

  return g_test_run ();
}
