/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Augmented versions of a picture: those a training sees, and the newest request's. */
#include "session-test.h"

#include "cvr-augment-preview.h"
#include "cvr-settings.h"
#include "cvr-source.h"

#include <string.h>

enum { N_VALUES = SESSION_TEST_SIDE * SESSION_TEST_SIDE };

static CvrPreprocess
preprocess (void)
{
  return cvr_preprocess_default (SESSION_TEST_SIDE, SESSION_TEST_SIDE, 1);
}

static CvrAugment
strong (void)
{
  CvrAugment augment = { { 0 } };

  augment.strength[CVR_AUGMENT_ROTATE] = 1;
  augment.strength[CVR_AUGMENT_NOISE] = 0.5f;
  augment.strength[CVR_AUGMENT_ALTERNATE] = 1;

  return augment;
}

/* What an observed training fetched of its item 0, epoch by epoch. */
typedef struct
{
  NnSource        source;
  const NnSource *inner;
  gint            epoch;
  float           seen[3][N_VALUES];
} Recorder;

static void
record_fetch (const NnSource *source,
              guint           index,
              CvrRng         *rng,
              nn_real        *x,
              gint32         *label,
              float          *values)
{
  Recorder *recorder = source->data;

  recorder->inner->fetch (recorder->inner, index, rng, x, label, values);
  if (index == 0)
    memcpy (recorder->seen[recorder->epoch], x, sizeof recorder->seen[0]);
}

static void
record_epoch (const NnSource *source,
              guint           epoch)
{
  Recorder *recorder = source->data;

  recorder->epoch = (gint) epoch;
  recorder->inner->begin_epoch (recorder->inner, epoch);
}

/* Three epochs of a real training, and the preview of its first picture. */
static void
test_versions_are_what_a_training_sees (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (12, 2);
  CvrSettings settings = session_test_settings (3);
  CvrPreprocess to_network = preprocess ();
  CvrAugment augment = strong ();
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (CvrSource) source =
    cvr_source_new (dataset, CVR_SPLIT_AUTO, &to_network, &augment, 0, NULL, &error);
  g_autoptr (NnGraph) graph = cvr_settings_graph (&settings, &to_network, 2, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, &error);
  NnTrainSpec spec = nn_train_spec_default ();
  Recorder recorder = { .source = *cvr_source_peek (source), .inner = cvr_source_peek (source) };
  NnTrainResult result = { 0 };
  g_autoptr (CvrImage) pixels = session_test_image (0, 2);

  spec.epochs = 3;
  spec.batch = 4;
  spec.seed = 77;
  recorder.source.fetch = record_fetch;
  recorder.source.begin_epoch = record_epoch;
  recorder.source.data = &recorder;
  g_assert_true (nn_train (graph, params, &spec, &recorder.source, NULL, workers, NULL, NULL,
                           &result, &error));
  g_assert_no_error (error);

  for (guint epoch = 0; epoch < 3; epoch++)
    {
      g_autoptr (CvrImage) version =
        cvr_augment_preview_version (&to_network, pixels, &augment, 77, epoch);
      float x[N_VALUES];

      cvr_preprocess_floats (&to_network, version, x);
      g_assert_cmpmem (x, sizeof x, recorder.seen[epoch], sizeof x);
      g_assert_false (cvr_image_equal (version, pixels));
    }
  nn_train_result_clear (&result);
}

typedef struct
{
  CvrAugmentPreview *preview;
  guint              n_changed;
} Watched;

static void
changed_cb (Watched *watched)
{
  watched->n_changed++;
}

static void
watched_init (Watched *watched)
{
  watched->preview = cvr_augment_preview_new ();
  watched->n_changed = 0;
  g_signal_connect_swapped (watched->preview, "changed", G_CALLBACK (changed_cb), watched);
}

static gboolean
is_idle (gpointer data)
{
  return !cvr_augment_preview_is_busy (((Watched *) data)->preview);
}

static void
test_the_newest_request_counts (void)
{
  Watched watched;
  g_autoptr (CvrImage) image = session_test_image (0, 2);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrPreprocess to_network = preprocess ();
  CvrAugment augment = { { 0 } };

  watched_init (&watched);
  for (guint i = 1; i <= 50; i++)
    {
      augment.strength[CVR_AUGMENT_ROTATE] = (float) i / 50;
      cvr_augment_preview_show (watched.preview, picture, &to_network, &augment, 1, 8);
      g_assert_true (cvr_augment_preview_is_busy (watched.preview));
    }
  session_test_wait (is_idle, &watched);

  /* One row was under way when the others came: of these only the last is made. */
  g_assert_cmpuint (watched.n_changed, ==, 2);
  g_assert_cmpuint (cvr_augment_preview_n_images (watched.preview), ==, 8);
  g_assert_cmpfloat (
    cvr_augment_preview_get_augment (watched.preview)->strength[CVR_AUGMENT_ROTATE], ==, 1);
  for (guint epoch = 0; epoch < 8; epoch++)
    {
      g_autoptr (CvrImage) version =
        cvr_augment_preview_version (&to_network, image, &augment, 1, epoch);

      g_assert_true (
        cvr_image_equal (cvr_augment_preview_get_image (watched.preview, epoch), version));
    }
  g_assert_finalize_object (watched.preview);
}

static void
test_a_drag_is_followed (void)
{
  Watched watched;
  g_autoptr (CvrImage) image = session_test_image (0, 2);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrPreprocess to_network = preprocess ();
  CvrAugment augment = { { 0 } };
  guint n_requests = 0;

  /* A new strength at every turn of the main loop: rows must come all the while. */
  watched_init (&watched);
  while (watched.n_changed < 10)
    {
      augment.strength[CVR_AUGMENT_NOISE] = (float) (n_requests++ % 100) / 100;
      cvr_augment_preview_show (watched.preview, picture, &to_network, &augment, 1, 8);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (n_requests, <, 10000000);
    }
  session_test_wait (is_idle, &watched);
  g_assert_finalize_object (watched.preview);
}

static void
test_another_picture_clears_at_once (void)
{
  Watched watched;
  g_autoptr (CvrImage) one = session_test_image (0, 2);
  g_autoptr (CvrImage) other = session_test_image (1, 2);
  g_autoptr (CvrPicture) first = cvr_picture_new (one);
  g_autoptr (CvrPicture) second = cvr_picture_new (other);
  CvrPreprocess to_network = preprocess ();
  CvrAugment off = { { 0 } };

  watched_init (&watched);
  cvr_augment_preview_show (watched.preview, first, &to_network, &off, 1, 3);
  session_test_wait (is_idle, &watched);
  g_assert_true (cvr_image_equal (cvr_augment_preview_get_image (watched.preview, 2), one));

  cvr_augment_preview_show (watched.preview, second, &to_network, &off, 1, 3);
  g_assert_cmpuint (cvr_augment_preview_n_images (watched.preview), ==, 0);
  session_test_wait (is_idle, &watched);
  g_assert_true (cvr_image_equal (cvr_augment_preview_get_image (watched.preview, 2), other));

  cvr_augment_preview_show (watched.preview, NULL, NULL, NULL, 0, 0);
  g_assert_cmpuint (cvr_augment_preview_n_images (watched.preview), ==, 0);
  g_assert_false (cvr_augment_preview_is_busy (watched.preview));
  g_assert_finalize_object (watched.preview);
}

static CvrImage *
refuse_to_read (gpointer data,
                guint64  id,
                guint    side,
                GError **error)
{
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "the disk is gone");

  return NULL;
}

static void
test_a_picture_that_cannot_be_read_says_why (void)
{
  const CvrPictureFacts facts = { 20, 20, 1, 20, 20, FALSE };
  g_autoptr (CvrPicture) picture = cvr_picture_new_stored (&facts, 1, refuse_to_read, NULL, NULL);
  CvrPreprocess to_network = preprocess ();
  CvrAugment augment = strong ();
  Watched watched;

  watched_init (&watched);
  cvr_augment_preview_show (watched.preview, picture, &to_network, &augment, 1, 3);
  session_test_wait (is_idle, &watched);
  g_assert_error (cvr_augment_preview_get_error (watched.preview), CVR_STORAGE_ERROR,
                  CVR_STORAGE_ERROR_IO);
  g_assert_cmpuint (cvr_augment_preview_n_images (watched.preview), ==, 0);
  g_assert_finalize_object (watched.preview);
}

static void
test_it_may_go_while_it_works (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (600, 400, 3);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrPreprocess to_network = cvr_preprocess_default (256, 256, 3);
  CvrAugment augment = strong ();
  Watched watched;

  watched_init (&watched);
  cvr_augment_preview_show (watched.preview, picture, &to_network, &augment, 1,
                            CVR_AUGMENT_PREVIEW_MOST);
  g_assert_finalize_object (watched.preview);
  session_test_settle ();
  g_assert_cmpuint (watched.n_changed, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/augment-preview/versions-are-what-a-training-sees",
                   test_versions_are_what_a_training_sees);
  g_test_add_func ("/session/augment-preview/the-newest-request-counts",
                   test_the_newest_request_counts);
  g_test_add_func ("/session/augment-preview/a-drag-is-followed", test_a_drag_is_followed);
  g_test_add_func ("/session/augment-preview/another-picture-clears-at-once",
                   test_another_picture_clears_at_once);
  g_test_add_func ("/session/augment-preview/a-picture-that-cannot-be-read-says-why",
                   test_a_picture_that_cannot_be_read_says_why);
  g_test_add_func ("/session/augment-preview/it-may-go-while-it-works",
                   test_it_may_go_while_it_works);

  return g_test_run ();
}
