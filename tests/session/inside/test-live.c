/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows the project beside the main thread: compression and inspection. */
#include "session-test.h"

#include "cvr-compression.h"
#include "cvr-inspection.h"

#include <math.h>

typedef struct
{
  char           *folder;
  CvrProject     *project;
  CvrCompression *compression;
  CvrInspection  *inspection;
  guint           n_changed;
  guint           largest_n;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture->folder = session_test_folder ();
  path = g_build_filename (fixture->folder, "current.convisor", NULL);
  fixture->project = cvr_project_open (path, NULL, NULL);
  g_assert_nonnull (fixture->project);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->compression != NULL)
    g_assert_finalize_object (fixture->compression);
  if (fixture->inspection != NULL)
    g_assert_finalize_object (fixture->inspection);
  cvr_project_close (fixture->project);
  g_assert_finalize_object (fixture->project);
  session_test_remove (fixture->folder);
  g_free (fixture->folder);
}

/* The model and pictures of bars come into the project one by one. */
static void
fill (Fixture *fixture,
      guint    n)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  g_autoptr (CvrModel) model = session_test_model (dataset, 2);

  for (guint k = 0; k < 3; k++)
    cvr_project_add_class (fixture->project, model->classes[k]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 3);

      cvr_project_add_image (fixture->project, image, "bar", (gint) (i % 3), NULL, NULL);
    }
  cvr_project_wait (fixture->project);
  cvr_project_set_model (fixture->project, model);
  cvr_project_wait (fixture->project);
}

static void
compression_changed_cb (Fixture *fixture)
{
  CvrCompressed *result = cvr_compression_get_result (fixture->compression);

  fixture->n_changed++;
  if (result != NULL)
    fixture->largest_n = MAX (fixture->largest_n, result->after.n);
}

static gboolean
is_compressed (gpointer data)
{
  return !cvr_compression_is_working (((Fixture *) data)->compression);
}

static void
begin_compression (Fixture *fixture)
{
  fixture->compression = cvr_compression_new (fixture->project);
  g_signal_connect_swapped (fixture->compression, "changed", G_CALLBACK (compression_changed_cb),
                            fixture);
}

static void
test_the_newest_spec_wins (Fixture      *fixture,
                           gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  fill (fixture, 30);
  begin_compression (fixture);
  g_assert_null (cvr_compression_get_result (fixture->compression));
  for (guint i = 1; i <= 20; i++)
    {
      spec.prune.amount = i / 40.0;
      cvr_compression_set_spec (fixture->compression, &spec);
      g_assert_true (cvr_compression_is_working (fixture->compression));
      g_main_context_iteration (NULL, FALSE);
    }
  session_test_wait (is_compressed, fixture);
  g_assert_null (cvr_compression_get_error (fixture->compression));
  g_assert_cmpfloat (cvr_compression_get_result (fixture->compression)->spec.prune.amount, ==, 0.5);
  g_assert_cmpfloat (cvr_compression_get_spec (fixture->compression)->prune.amount, ==, 0.5);
  g_assert_cmpuint (fixture->n_changed, >=, 2);

  /* The same spec again is no work. */
  cvr_compression_set_spec (fixture->compression, &spec);
  g_assert_false (cvr_compression_is_working (fixture->compression));
}

static void
test_it_follows_the_model (Fixture      *fixture,
                           gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (CvrModel) other = session_test_model (dataset, 1);
  CvrCompressSpec spec = cvr_compress_spec_default ();

  fill (fixture, 12);
  begin_compression (fixture);
  spec.bits = 8;
  cvr_compression_set_spec (fixture->compression, &spec);
  session_test_wait (is_compressed, fixture);
  g_assert_true (cvr_compression_get_result (fixture->compression)->before_model ==
                 cvr_project_get_model (fixture->project));

  cvr_project_set_model (fixture->project, other);
  cvr_project_wait (fixture->project);
  g_assert_null (cvr_compression_get_result (fixture->compression));
  session_test_wait (is_compressed, fixture);
  g_assert_true (cvr_compression_get_result (fixture->compression)->before_model == other);
}

static void
test_figures_on_few_pictures_then_on_all (Fixture      *fixture,
                                       gconstpointer data)
{
  const char *const sources[] = { "builtin:digits:1200", NULL };
  g_autoptr (CvrJob) job =
    g_object_ref (cvr_project_import (fixture->project, sources, NULL, FALSE, NULL, NULL, NULL));
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrSettings settings = session_test_settings (1);
  guint n_valid;

  while (cvr_job_is_running (job))
    g_main_context_iteration (NULL, TRUE);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, NULL));
  while (cvr_project_get_model (fixture->project) == NULL)
    g_main_context_iteration (NULL, TRUE);
  n_valid = cvr_dataset_count (cvr_project_get_dataset (fixture->project), -2, CVR_SPLIT_VALID);
  g_assert_cmpuint (n_valid, >, 200);

  begin_compression (fixture);
  spec.bits = 4;
  cvr_compression_set_spec (fixture->compression, &spec);
  while (cvr_compression_get_result (fixture->compression) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->n_pictures, ==, n_valid);
  g_assert_true (cvr_compression_is_working (fixture->compression));
  session_test_wait (is_compressed, fixture);
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->after.n, ==, n_valid);
  g_assert_true (cvr_compression_is_exact (fixture->compression));
}

static void
test_it_learns_on_where_it_is_told_to (Fixture      *fixture,
                                       gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrCompressed *result;
  guint64 flops;

  fill (fixture, 40);
  begin_compression (fixture);
  spec.prune.amount = 0.4;
  cvr_compression_set_spec (fixture->compression, &spec);
  session_test_wait (is_compressed, fixture);
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->spec.epochs, ==, 0);
  flops = cvr_compression_get_result (fixture->compression)->after.flops;

  cvr_compression_fine_tune (fixture->compression, 2);
  g_assert_nonnull (cvr_compression_get_tuning (fixture->compression));
  session_test_wait (is_compressed, fixture);
  g_assert_null (cvr_compression_get_tuning (fixture->compression));
  g_assert_null (cvr_compression_get_error (fixture->compression));
  result = cvr_compression_get_result (fixture->compression);
  g_assert_cmpuint (result->spec.epochs, ==, 2);
  g_assert_cmpfloat (result->spec.prune.amount, ==, 0.4);
  /* The same filters went: it is that network which learned. */
  g_assert_cmpuint (result->after.flops, ==, flops);
  g_assert_true (cvr_compression_is_exact (fixture->compression));

  /* The same sliders without it, again. */
  cvr_compression_set_spec (fixture->compression, &spec);
  session_test_wait (is_compressed, fixture);
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->spec.epochs, ==, 0);

  /* And with it, without learning again. */
  spec.epochs = 2;
  g_assert_true (cvr_compression_recall (fixture->compression, &spec));
  g_assert_true (cvr_compression_get_result (fixture->compression) == result);
  spec.epochs = 3;
  g_assert_false (cvr_compression_recall (fixture->compression, &spec));
  cvr_compression_set_spec (fixture->compression, &spec);
  session_test_wait (is_compressed, fixture);

  /* Cancelled, it leaves what was there. */
  cvr_compression_fine_tune (fixture->compression, 100);
  cvr_job_cancel (cvr_compression_get_tuning (fixture->compression));
  session_test_wait (is_compressed, fixture);
  g_assert_null (cvr_compression_get_error (fixture->compression));
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->spec.epochs, ==, 0);
}

typedef struct
{
  guint    n;
  gboolean in_order;
} Studied;

static void
studied_cb (CvrCompression *compression,
            guint           place,
            CvrCompressed  *result,
            Studied        *studied)
{
  studied->in_order &= place == studied->n++;
  g_assert_cmpfloat (result->spec.prune.amount, ==, place / 10.0);
  g_assert_cmpuint (result->after.n, ==, result->n_pictures);
}

/* Whatever the sliders do meanwhile, each member comes once. */
static void
test_a_study_goes_on_between_specs (Fixture      *fixture,
                                    gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrStudySpec members[8];
  Studied studied = { 0, TRUE };
  guint n_done, n_specs, n_moves = 0;

  fill (fixture, 30);
  begin_compression (fixture);
  cvr_compression_set_spec (fixture->compression, &spec);
  g_signal_connect (fixture->compression, "studied", G_CALLBACK (studied_cb), &studied);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      members[i] = (CvrStudySpec) { cvr_compress_spec_default (), 0 };
      members[i].spec.prune.amount = i / 10.0;
    }
  cvr_compression_study (fixture->compression, members, G_N_ELEMENTS (members));
  g_assert_true (cvr_compression_get_study (fixture->compression, &n_done, &n_specs));
  g_assert_cmpuint (n_specs, ==, G_N_ELEMENTS (members));
  while (cvr_compression_get_study (fixture->compression, &n_done, &n_specs))
    {
      if (n_done > n_moves)
        {
          spec.bits = n_moves++ % 2 == 0 ? 8 : 16;
          cvr_compression_set_spec (fixture->compression, &spec);
        }
      g_main_context_iteration (NULL, TRUE);
    }
  session_test_wait (is_compressed, fixture);
  g_assert_cmpuint (studied.n, ==, G_N_ELEMENTS (members));
  g_assert_true (studied.in_order);
  g_assert_cmpuint (cvr_compression_get_result (fixture->compression)->spec.bits, ==, spec.bits);
  g_assert_true (cvr_compression_is_exact (fixture->compression));
}

static void
counted_cb (CvrCompression *compression,
            guint           place,
            CvrCompressed  *result,
            Studied        *studied)
{
  studied->in_order &= place == studied->n++;
}

static void
forget_cb (Studied *studied)
{
  studied->n = 0;
}

/* Whoever draws curves of it has thrown away what was of other pictures. */
static void
test_a_study_begins_again_with_other_pictures (Fixture      *fixture,
                                               gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrImage) image = session_test_image (40, 3);
  CvrStudySpec members[300]; /* so many that they don't all come at once */
  Studied studied = { 0, TRUE };
  guint n_done, n_specs;
  gboolean changed = FALSE;

  fill (fixture, 30);
  begin_compression (fixture);
  cvr_compression_set_spec (fixture->compression, &spec);
  g_signal_connect (fixture->compression, "studied", G_CALLBACK (counted_cb), &studied);
  g_signal_connect_swapped (fixture->project, "images-changed", G_CALLBACK (forget_cb), &studied);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      members[i] = (CvrStudySpec) { cvr_compress_spec_default (), 0 };
      members[i].spec.prune.amount = (i % 9) / 10.0;
    }
  cvr_compression_study (fixture->compression, members, G_N_ELEMENTS (members));
  while (cvr_compression_get_study (fixture->compression, &n_done, &n_specs))
    {
      if (n_done > 0 && !changed)
        {
          changed = TRUE;
          cvr_project_add_image (fixture->project, image, "bar", 1, NULL, NULL);
        }
      g_main_context_iteration (NULL, TRUE);
    }
  session_test_wait (is_compressed, fixture);
  g_assert_true (changed && studied.in_order);
  g_assert_cmpuint (studied.n, ==, G_N_ELEMENTS (members));
  g_assert_true (cvr_compression_is_exact (fixture->compression));
}

/* Faster than anybody can look: what was exact before is so again. */
static void
test_away_and_back_is_exact_again (Fixture      *fixture,
                                   gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  fill (fixture, 30);
  begin_compression (fixture);
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < 3; i++)
        {
          spec.prune.amount = i == 1 ? 0.3 : 0.2;
          cvr_compression_set_spec (fixture->compression, &spec);
        }
      session_test_wait (is_compressed, fixture);
      g_assert_true (cvr_compression_is_exact (fixture->compression));
      g_assert_cmpfloat (cvr_compression_get_result (fixture->compression)->spec.prune.amount, ==,
                         0.2);
    }
}

static void
test_nothing_is_worked_out_while_nobody_looks (Fixture      *fixture,
                                               gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  fill (fixture, 12);
  begin_compression (fixture);
  cvr_compression_set_active (fixture->compression, FALSE);
  spec.prune.amount = 0.2;
  cvr_compression_set_spec (fixture->compression, &spec);
  g_assert_false (cvr_compression_is_working (fixture->compression));
  cvr_compression_set_active (fixture->compression, TRUE);
  g_assert_true (cvr_compression_is_working (fixture->compression));
  cvr_compression_set_active (fixture->compression, FALSE);
  cvr_compression_set_active (fixture->compression, TRUE);
  session_test_wait (is_compressed, fixture);
  g_assert_true (cvr_compression_is_exact (fixture->compression));
}

static void
test_disposed_while_it_works_nothing_follows (Fixture      *fixture,
                                              gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  fill (fixture, 12);
  begin_compression (fixture);
  spec.prune.amount = 0.2;
  cvr_compression_set_spec (fixture->compression, &spec);
  g_assert_finalize_object (fixture->compression);
  fixture->compression = NULL;
  session_test_settle ();
}

/* Inspection. */

static gboolean
has_prediction (gpointer data)
{
  return cvr_inspection_get_prediction (((Fixture *) data)->inspection) != NULL;
}

static void
test_results_belong_to_the_newest_picture (Fixture      *fixture,
                                           gconstpointer data)
{
  g_autoptr (CvrPrediction) direct = NULL;
  g_autoptr (CvrImage) last = session_test_image (29, 3);

  fill (fixture, 6);
  fixture->inspection = cvr_inspection_new (
    fixture->project, CVR_INSPECT_PREDICTION | CVR_INSPECT_MAPS | CVR_INSPECT_HEAT);
  cvr_inspection_set_active (fixture->inspection, TRUE);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 3);

      cvr_inspection_set_image (fixture->inspection, i == 29 ? last : image);
      g_assert_null (cvr_inspection_get_prediction (fixture->inspection));
      g_main_context_iteration (NULL, FALSE);
    }
  session_test_wait (has_prediction, fixture);
  g_assert_no_error (cvr_inspection_get_error (fixture->inspection));
  direct = cvr_predict (cvr_project_get_model (fixture->project), last,
                        cvr_project_quick_workers (fixture->project), NULL);
  for (guint k = 0; k < 3; k++)
    g_assert_true (cvr_inspection_get_prediction (fixture->inspection)->p[k] == direct->p[k]);
  g_assert_true (cvr_inspection_get_model (fixture->inspection) ==
                 cvr_project_get_model (fixture->project));
  g_assert_nonnull (cvr_inspection_get_maps (fixture->inspection));
  g_assert_cmpint (cvr_inspection_get_heat (fixture->inspection)->target, ==,
                   (gint) direct->order[0]);
}

static gboolean
explains_two (gpointer data)
{
  NnExplanation *heat = cvr_inspection_get_heat (((Fixture *) data)->inspection);

  return heat != NULL && heat->target == 2;
}

static void
test_another_heat_is_computed_when_asked (Fixture      *fixture,
                                          gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (0, 3);

  fill (fixture, 6);
  fixture->inspection =
    cvr_inspection_new (fixture->project, CVR_INSPECT_PREDICTION | CVR_INSPECT_HEAT);
  cvr_inspection_set_image (fixture->inspection, image);
  session_test_settle ();
  g_assert_null (cvr_inspection_get_prediction (fixture->inspection)); /* Asleep. */
  cvr_inspection_set_active (fixture->inspection, TRUE);
  cvr_inspection_set_heat (fixture->inspection, NN_EXPLAIN_OCCLUSION, 2);
  session_test_wait (explains_two, fixture);
  g_assert_null (cvr_inspection_get_maps (fixture->inspection)); /* Not asked for. */

  cvr_inspection_set_image (fixture->inspection, NULL);
  g_assert_null (cvr_inspection_get_prediction (fixture->inspection));
}

static gboolean
is_idle (gpointer data)
{
  return !cvr_inspection_is_busy (((Fixture *) data)->inspection);
}

/* Nothing new comes until something else is asked, or the same again. */
static void
test_a_heat_is_stopped (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (0, 3);

  fill (fixture, 6);
  fixture->inspection =
    cvr_inspection_new (fixture->project, CVR_INSPECT_PREDICTION | CVR_INSPECT_HEAT);
  cvr_inspection_set_heat (fixture->inspection, NN_EXPLAIN_INTEGRATED, 1);
  cvr_inspection_set_image (fixture->inspection, image);
  cvr_inspection_set_active (fixture->inspection, TRUE);
  g_assert_nonnull (cvr_inspection_get_job (fixture->inspection));
  cvr_inspection_stop (fixture->inspection);
  session_test_wait (is_idle, fixture);
  g_assert_true (cvr_inspection_is_stopped (fixture->inspection));
  g_assert_false (cvr_inspection_is_whole (fixture->inspection));
  g_assert_no_error (cvr_inspection_get_error (fixture->inspection));
  cvr_inspection_set_active (fixture->inspection, FALSE);
  cvr_inspection_set_active (fixture->inspection, TRUE);
  g_assert_null (cvr_inspection_get_job (fixture->inspection));

  cvr_inspection_go_on (fixture->inspection);
  session_test_wait (is_idle, fixture);
  g_assert_true (cvr_inspection_is_whole (fixture->inspection));
  cvr_inspection_stop (fixture->inspection);
  cvr_inspection_set_heat (fixture->inspection, NN_EXPLAIN_OCCLUSION, 1);
  g_assert_false (cvr_inspection_is_whole (fixture->inspection)); /* Another question. */
  session_test_wait (is_idle, fixture);
  g_assert_true (cvr_inspection_is_whole (fixture->inspection));
}

static gboolean
sees_a_snapshot (gpointer data)
{
  Fixture *fixture = data;
  CvrModel *model = cvr_inspection_get_model (fixture->inspection);

  return model != NULL && model != cvr_project_get_model (fixture->project);
}

static gboolean
sees_the_model (gpointer data)
{
  Fixture *fixture = data;

  return cvr_project_get_model (fixture->project) != NULL &&
         cvr_inspection_get_model (fixture->inspection) == cvr_project_get_model (fixture->project);
}

static void
test_it_follows_a_training (Fixture      *fixture,
                            gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (1, 3);
  CvrSettings settings = session_test_settings (5000);

  fill (fixture, 30);
  fixture->inspection = cvr_inspection_new (fixture->project, CVR_INSPECT_PREDICTION);
  cvr_inspection_set_image (fixture->inspection, image);
  cvr_inspection_set_active (fixture->inspection, TRUE);
  session_test_wait (sees_the_model, fixture);

  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, NULL));
  session_test_wait (sees_a_snapshot, fixture);
  cvr_training_stop (cvr_project_get_training (fixture->project));
  session_test_wait (sees_the_model, fixture);
}

static void
test_without_a_model_nothing_is_seen (Fixture      *fixture,
                                      gconstpointer data)
{
  g_autoptr (CvrImage) image = session_test_image (1, 3);

  fixture->inspection = cvr_inspection_new (fixture->project, CVR_INSPECT_PREDICTION);
  cvr_inspection_set_active (fixture->inspection, TRUE);
  cvr_inspection_set_image (fixture->inspection, image);
  session_test_settle ();
  g_assert_null (cvr_inspection_get_prediction (fixture->inspection));
  fill (fixture, 6);
  session_test_wait (has_prediction, fixture);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/session/compression/the-newest-spec-wins", test_the_newest_spec_wins },
    { "/session/compression/it-follows-the-model", test_it_follows_the_model },
    { "/session/compression/figures-on-few-pictures-then-on-all",
      test_figures_on_few_pictures_then_on_all },
    { "/session/compression/it-learns-on-where-it-is-told-to",
      test_it_learns_on_where_it_is_told_to },
    { "/session/compression/a-study-goes-on-between-specs", test_a_study_goes_on_between_specs },
    { "/session/compression/a-study-begins-again-with-other-pictures",
      test_a_study_begins_again_with_other_pictures },
    { "/session/compression/away-and-back-is-exact-again", test_away_and_back_is_exact_again },
    { "/session/compression/nothing-is-worked-out-while-nobody-looks",
      test_nothing_is_worked_out_while_nobody_looks },
    { "/session/compression/disposed-while-it-works-nothing-follows",
      test_disposed_while_it_works_nothing_follows },
    { "/session/inspection/results-belong-to-the-newest-picture",
      test_results_belong_to_the_newest_picture },
    { "/session/inspection/another-heat-is-computed-when-asked",
      test_another_heat_is_computed_when_asked },
    { "/session/inspection/a-heat-is-stopped-and-begun-again", test_a_heat_is_stopped },
    { "/session/inspection/it-follows-a-training", test_it_follows_a_training },
    { "/session/inspection/without-a-model-nothing-is-seen", test_without_a_model_nothing_is_seen },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
