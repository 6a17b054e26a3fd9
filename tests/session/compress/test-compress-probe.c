/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures that come soon and get exact: the same in the end as those of cvr_compress(). */
#include "session-test.h"

#include "cvr-answers.h"
#include "cvr-compress-probe.h"

#include <math.h>

typedef struct
{
  CvrDataset       *dataset;
  CvrModel         *model;
  NnWorkers        *workers;
  CvrCompressProbe *probe;
  GPtrArray        *told;     /* of CvrCompressed */
  guint             n_wanted; /* tells until no more is wanted; 0: no end */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dataset = session_test_dataset (400, 3);
  fixture->model = session_test_model (fixture->dataset, 2);
  fixture->workers = nn_workers_new (2, FALSE);
  fixture->probe = cvr_compress_probe_new (fixture->model, fixture->dataset, fixture->workers);
  fixture->told = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_compressed_unref);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  cvr_compress_probe_free (fixture->probe);
  cvr_dataset_unref (fixture->dataset);
  cvr_model_unref (fixture->model);
  nn_workers_unref (fixture->workers);
  g_ptr_array_unref (fixture->told);
}

static void
told_cb (CvrCompressed *partial,
         gpointer       data)
{
  Fixture *fixture = data;

  g_ptr_array_add (fixture->told, partial);
}

static gboolean
wanted_cb (gpointer data)
{
  Fixture *fixture = data;

  return fixture->n_wanted == 0 || fixture->told->len < fixture->n_wanted;
}

static CvrCompressed *
run (Fixture               *fixture,
     const CvrCompressSpec *spec,
     guint                  max_pictures)
{
  CvrProbeCalls calls = { told_cb, wanted_cb, NULL, fixture, 0 };
  g_autoptr (GError) error = NULL;
  CvrCompressed *result = cvr_compress_probe_run (fixture->probe, spec, max_pictures, &calls,
                                                  &error);

  g_assert_no_error (error);

  return result;
}

/* A spec of each kind; @i counts them, FALSE after the last. */
static gboolean
next_spec (guint            i,
           CvrCompressSpec *spec)
{
  *spec = cvr_compress_spec_default ();
  switch (i)
    {
    case 0:
      return TRUE;
    case 1:
      spec->prune.amount = 0.5;
      return TRUE;
    case 2:
      spec->prune.kind = NN_PRUNE_WEIGHTS;
      spec->prune.amount = 0.8;
      return TRUE;
    case 3:
      spec->prune.scope = NN_PRUNE_EACH;
      spec->layers[0] = 50;
      spec->layers[2] = 30;
      return TRUE;
    case 4:
      spec->bits = 8;
      spec->calibration = NN_CALIBRATION_ENTROPY;
      return TRUE;
    case 5:
      spec->prune.amount = 0.3;
      spec->bits = 4;
      spec->per_channel = FALSE;
      return TRUE;
    case 6:
      spec->bits = 16;
      return TRUE;
    default:
      return FALSE;
    }
}

/* However the slices fall: accuracy, answers that changed and sizes are those of one evaluation of
 * the whole. Losses are sums of the same numbers in another order and, of ever so wrong answers,
 * taken from a probability in single precision. */
static void
test_exact_in_the_end (Fixture      *fixture,
                       gconstpointer data)
{
  CvrCompressSpec spec;

  for (guint i = 0; next_spec (i, &spec); i++)
    {
      g_autoptr (CvrCompressed) result = run (fixture, &spec, 0);
      g_autoptr (CvrCompressed) whole = cvr_compress (fixture->model, &spec, fixture->dataset,
                                                      NULL, fixture->workers, NULL, NULL);

      g_assert_true (cvr_compressed_is_exact (result));
      g_assert_cmpuint (result->after.n, ==, whole->after.n);
      g_assert_cmpfloat (result->before.accuracy, ==, whole->before.accuracy);
      g_assert_cmpfloat (result->after.accuracy, ==, whole->after.accuracy);
      g_assert_cmpfloat_with_epsilon (result->after.loss, whole->after.loss, 1e-4);
      g_assert_cmpuint (result->after.bytes, ==, whole->after.bytes);
      g_assert_cmpuint (result->after.packed_bytes, ==, whole->after.packed_bytes);
      g_assert_cmpuint (result->after.flops, ==, whole->after.flops);
      g_assert_cmpuint (result->after.n_zero, ==, whole->after.n_zero);
      g_assert_true (result->after.integer == whole->after.integer);
      g_assert_cmpfloat (result->after.ms, >, 0);
      g_assert_cmpuint (result->n_changed, ==, whole->n_changed);
      for (guint j = 0; j < result->n_changed; j++)
        {
          g_assert_cmpuint (result->changed[j].id, ==, whole->changed[j].id);
          g_assert_cmpint (result->changed[j].after, ==, whole->changed[j].after);
        }
      for (guint j = 0; j < 9; j++)
        {
          g_assert_cmpuint (result->before_confusion->counts[j], ==,
                            whole->before_confusion->counts[j]);
          g_assert_cmpuint (result->after_confusion->counts[j], ==,
                            whole->after_confusion->counts[j]);
        }
    }
}

/* What is told stands on ever more pictures, and says so; both networks on the same ones. */
static void
test_told_figures_say_on_how_many (Fixture      *fixture,
                                   gconstpointer data)
{
  CvrCompressSpec spec;

  for (guint i = 0; next_spec (i, &spec); i++)
    {
      g_autoptr (CvrCompressed) result = NULL;
      guint last = 0;

      g_ptr_array_set_size (fixture->told, 0);
      result = run (fixture, &spec, 0);
      g_assert_cmpuint (fixture->told->len, >, 0);
      for (guint j = 0; j < fixture->told->len; j++)
        {
          const CvrCompressed *partial = fixture->told->pdata[j];

          g_assert_cmpuint (partial->after.n, >, last);
          g_assert_cmpuint (partial->after.n, ==, partial->before.n);
          g_assert_cmpuint (partial->n_pictures, ==, result->n_pictures);
          g_assert_cmpuint (nn_confusion_total (partial->after_confusion), ==, partial->after.n);
          g_assert_cmpuint (partial->n_changed, <=, partial->after.n);
          g_assert_cmpfloat (partial->after.ms, >, 0);
          g_assert_true (cvr_compress_spec_equal (&partial->spec, &spec));
          last = partial->after.n;
        }
    }
}

static void
test_the_first_figures_come_though_nothing_is_wanted (Fixture      *fixture,
                                                      gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrProbeCalls calls = { told_cb, wanted_cb, NULL, fixture, 0 };
  g_autoptr (GError) error = NULL;

  spec.prune.amount = 0.4;
  fixture->n_wanted = 1;
  g_assert_null (cvr_compress_probe_run (fixture->probe, &spec, 0, &calls, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->told->len, ==, 1);
}

/* Where pictures would come late: bytes and operations first, on no pictures; the rest as ever. */
static void
test_sizes_come_before_late_pictures (Fixture      *fixture,
                                      gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrProbeCalls calls = { told_cb, wanted_cb, NULL, fixture, 1 };
  g_autoptr (CvrCompressed) result = NULL;
  g_autoptr (GError) error = NULL;
  const CvrCompressed *first;

  spec.prune.amount = 0.5;
  result = cvr_compress_probe_run (fixture->probe, &spec, 0, &calls, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->told->len, >, 1);
  first = fixture->told->pdata[0];
  g_assert_cmpuint (first->after.n, ==, 0);
  g_assert_cmpuint (first->n_pictures, ==, result->n_pictures);
  g_assert_false (cvr_compressed_is_exact (first));
  g_assert_true (isnan (first->after.accuracy) && isnan (first->after.loss));
  g_assert_true (isnan (first->after.ms));
  g_assert_cmpuint (first->n_changed, ==, 0);
  g_assert_cmpuint (first->after.bytes, ==, result->after.bytes);
  g_assert_cmpuint (first->after.packed_bytes, ==, result->after.packed_bytes);
  g_assert_cmpuint (first->after.flops, ==, result->after.flops);
  g_assert_cmpuint (first->after.flops, <, first->before.flops);
  g_assert_cmpmem (&first->sizes, sizeof first->sizes, &result->sizes, sizeof result->sizes);
  for (guint i = 1; i < fixture->told->len; i++)
    g_assert_cmpuint (((CvrCompressed *) fixture->told->pdata[i])->after.n, >, 0);

  /* Nothing is computed for the untouched network. */
  g_ptr_array_set_size (fixture->told, 0);
  spec.prune.amount = 0;
  cvr_compressed_unref (cvr_compress_probe_run (fixture->probe, &spec, 0, &calls, &error));
  g_assert_cmpuint (((CvrCompressed *) fixture->told->pdata[0])->after.n, >, 0);
}

/* A slider that moves on is followed by the sizes, but not for ever by them alone. */
static void
test_sizes_do_not_keep_pictures_away (Fixture      *fixture,
                                      gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrProbeCalls calls = { told_cb, wanted_cb, NULL, fixture, 1 };
  gint64 begin = g_get_monotonic_time ();
  guint n_runs = 0, n_looks = 0;

  fixture->n_wanted = 1;
  do
    {
      g_autoptr (GError) error = NULL;

      g_ptr_array_set_size (fixture->told, 0);
      spec.prune.amount = 0.1 + 0.1 * (n_runs++ % 8);
      g_assert_null (cvr_compress_probe_run (fixture->probe, &spec, 0, &calls, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
      g_assert_cmpuint (fixture->told->len, >, 0);
      g_assert_cmpuint (((CvrCompressed *) fixture->told->pdata[0])->after.n, ==, 0);
      n_looks += fixture->told->len > 1 ? 1 : 0;
      g_assert_true (n_runs > 1 || n_looks == 1);
    }
  while (n_looks < 2);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 30 * G_USEC_PER_SEC);
  g_test_message ("%u runs until pictures were looked at again", n_runs);
}

static gboolean
never_cb (gpointer data)
{
  return FALSE;
}

static void
test_it_ends_at_once_when_it_has_to (Fixture      *fixture,
                                     gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  CvrProbeCalls calls = { told_cb, NULL, never_cb, fixture, 0 };
  g_autoptr (GError) error = NULL;

  spec.prune.amount = 0.4;
  g_assert_null (cvr_compress_probe_run (fixture->probe, &spec, 0, &calls, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->told->len, ==, 0);
}

static void
test_fewer_pictures_where_that_is_asked (Fixture      *fixture,
                                         gconstpointer data)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = NULL;

  spec.prune.amount = 0.3;
  result = run (fixture, &spec, 20);
  g_assert_cmpuint (result->after.n, ==, 20);
  g_assert_cmpuint (result->n_pictures, ==, 20);
  g_assert_cmpuint (cvr_compress_probe_n_pictures (fixture->probe), >, 20);
}

static void
test_without_pictures_only_the_accuracy_is_missing (Fixture      *fixture,
                                                    gconstpointer data)
{
  g_autoptr (CvrCompressProbe) probe = cvr_compress_probe_new (fixture->model, NULL,
                                                               fixture->workers);
  CvrCompressSpec spec = cvr_compress_spec_default ();
  g_autoptr (CvrCompressed) result = NULL;

  spec.prune.amount = 0.5;
  spec.bits = 8;
  result = cvr_compress_probe_run (probe, &spec, 0, NULL, NULL);
  g_assert_nonnull (result);
  g_assert_true (isnan (result->after.accuracy));
  g_assert_cmpuint (result->after.n, ==, 0);
  g_assert_cmpuint (result->after.bytes, <, result->before.bytes);
}

/* Every beginning of the order has its share of each class, to one picture. */
static void
test_every_beginning_is_balanced (Fixture      *fixture,
                                  gconstpointer data)
{
  g_autoptr (CvrSource) source =
    cvr_source_new (fixture->dataset, CVR_SPLIT_AUTO, &fixture->model->preprocess, NULL, 0, NULL,
                    NULL);
  g_autofree guint *order = cvr_answers_order (source);
  g_autofree gboolean *seen = g_new0 (gboolean, 400);
  guint counts[3] = { 0 };

  for (guint i = 0; i < 400; i++)
    {
      g_assert_false (seen[order[i]]);
      seen[order[i]] = TRUE;
      counts[cvr_source_label (source, order[i])]++;
      for (guint k = 0; k < 3; k++)
        g_assert_cmpfloat (fabs (counts[k] - (i + 1) / 3.0), <=, 1.0 + 1e-9);
    }
}

static void
test_specs_are_compared_by_what_comes_of_them (void)
{
  CvrCompressSpec a = cvr_compress_spec_default (), b = a;

  b.prune.kind = NN_PRUNE_WEIGHTS;
  b.per_channel = FALSE;
  g_assert_true (cvr_compress_spec_equal (&a, &b)); /* nothing is pruned, nothing rounded */
  g_assert_false (cvr_compress_spec_changes (&b));
  a.bits = b.bits = 8;
  g_assert_false (cvr_compress_spec_equal (&a, &b));
  b.per_channel = TRUE;
  a.prune.amount = b.prune.amount = 0.5;
  g_assert_false (cvr_compress_spec_equal (&a, &b));
  a = b;
  a.prune.scope = b.prune.scope = NN_PRUNE_EACH;
  g_assert_false (cvr_compress_spec_prunes (&a)); /* the one amount doesn't count there */
  b.layers[3] = 1;
  g_assert_true (cvr_compress_spec_prunes (&b));
  g_assert_false (cvr_compress_spec_equal (&a, &b));
}

static void
add (const char *name,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/session/compress-probe/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("exact-in-the-end", test_exact_in_the_end);
  add ("told-figures-say-on-how-many-they-stand", test_told_figures_say_on_how_many);
  add ("the-first-figures-come-though-nothing-is-wanted",
       test_the_first_figures_come_though_nothing_is_wanted);
  add ("sizes-come-before-late-pictures", test_sizes_come_before_late_pictures);
  add ("sizes-do-not-keep-pictures-away", test_sizes_do_not_keep_pictures_away);
  add ("it-ends-at-once-when-it-has-to", test_it_ends_at_once_when_it_has_to);
  add ("fewer-pictures-where-that-is-asked", test_fewer_pictures_where_that_is_asked);
  add ("without-pictures-only-the-accuracy-is-missing",
       test_without_pictures_only_the_accuracy_is_missing);
  add ("every-beginning-is-balanced", test_every_beginning_is_balanced);
  g_test_add_func ("/session/compress-probe/specs-are-compared-by-what-comes-of-them",
                   test_specs_are_compared_by_what_comes_of_them);

  return g_test_run ();
}
