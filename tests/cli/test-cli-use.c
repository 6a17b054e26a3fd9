/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that use a model: lists, info, evaluate, predict, explain, maps, filters, prune,
 * quantize, export. One small model serves them all. */
#include "cli-run.h"

#include <locale.h>
#include <math.h>
#include <string.h>

typedef struct
{
  char *folder, *model, *picture;
} Fixture;

static Fixture shared;

static char *
in_folder (const char *name)
{
  return g_build_filename (shared.folder, name, NULL);
}

static void
test_datasets_lists_all_builtin (void)
{
  g_autoptr (CliRun) run = cli_run ("datasets", "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("datasets", NULL);
  static const char *const names[] = { "doodles", "digits", "pets", "shapes", "textures" };

  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "n"), ==, 5);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (json_object_get_string_member (run->lines->pdata[i], "name"), ==, names[i]);
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (run->lines->pdata[i],
                                                                             "classes")), >=, 2);
      g_assert_nonnull (strstr (text->out, names[i]));
    }
}

static void
test_archs_count_for_the_input (void)
{
  g_autoptr (CliRun) run = cli_run ("archs", "--size", "28x28", "--grey", "--classes", "10",
                                    "--json", NULL);
  g_autoptr (CliRun) small = cli_run ("archs", "--size", "4", "--json", NULL);
  gboolean found = FALSE;

  cli_run_done (run);
  for (guint i = 0; i + 1 < run->lines->len; i++)
    if (strcmp (json_object_get_string_member (run->lines->pdata[i], "name"), "lenet5") == 0)
      {
        found = TRUE;
        g_assert_cmpint (json_object_get_int_member (run->lines->pdata[i], "parameters"), ==,
                         61706);
      }
  g_assert_true (found);
  /* A picture too small for some: said, not failed. */
  cli_run_done (small);
  g_assert_nonnull (strstr (small->out, "\"reason\""));
}

static void
test_info_lists_layers (void)
{
  g_autoptr (CliRun) run = cli_run ("info", shared.model, "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("info", shared.model, NULL);
  JsonObject *done = cli_run_done (run);
  JsonArray *layers = json_object_get_array_member (done, "layers");
  gint64 parameters = 0, flops = 0;

  for (guint i = 0; i < json_array_get_length (layers); i++)
    {
      JsonObject *layer = json_array_get_object_element (layers, i);

      parameters += json_object_get_int_member (layer, "parameters");
      flops += json_object_get_int_member (layer, "flops");
      g_assert_true (json_object_has_member (layer, "op"));
      g_assert_cmpint (json_object_get_int_member (layer, "receptive_field"), >=, 1);
      g_assert_nonnull (strstr (text->out, json_object_get_string_member (layer, "name")));
    }
  g_assert_cmpint (parameters, ==, json_object_get_int_member (done, "parameters"));
  g_assert_cmpint (flops, ==, json_object_get_int_member (done, "flops"));
  g_assert_cmpint (json_object_get_int_member (done, "activation_bytes"), >, 0);
}

static void
test_evaluate_adds_up (void)
{
  g_autoptr (CliRun) run = cli_run ("evaluate", "--model", shared.model, "--data",
                                    "builtin:digits:100", "--json", NULL);
  JsonObject *done = cli_run_done (run);
  JsonArray *confusion = json_object_get_array_member (done, "confusion");
  static const char *const lists[] = { "precision", "recall", "f1", "auc", "classes", "support" };
  JsonObject *macro = json_object_get_object_member (done, "macro");
  gint64 sum = 0, diagonal = 0;
  double recall = 0;

  for (guint t = 0; t < 10; t++)
    for (guint p = 0; p < 10; p++)
      {
        gint64 count = json_array_get_int_element (json_array_get_array_element (confusion, t), p);

        sum += count;
        diagonal += t == p ? count : 0;
      }
  g_assert_cmpint (sum, ==, 100);
  g_assert_cmpint (json_object_get_int_member (done, "n"), ==, 100);
  g_assert_cmpint (json_object_get_int_member (done, "skipped"), ==, 0);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (done, "accuracy"),
                                  diagonal / 100.0, 1e-9);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, lists[i])), ==,
                      10);
  for (guint k = 0; k < 10; k++)
    recall += json_array_get_double_element (json_object_get_array_member (done, "recall"), k) / 10;
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (macro, "recall"), recall, 1e-9);
  /* Weighted by their pictures, the classes' recalls are the accuracy. */
  g_assert_cmpfloat_with_epsilon (
    json_object_get_double_member (json_object_get_object_member (done, "weighted"), "recall"),
    diagonal / 100.0, 1e-9);
  g_assert_cmpfloat (json_object_get_double_member (done, "ece"), <=, 1);
  g_assert_cmpfloat (json_object_get_double_member (done, "brier"), <=, 1);
}

/* ONNX Runtime gets 4,887 of these 4,999 digits right with this file. */
static void
test_evaluate_agrees_with_a_known_figure (void)
{
  const char *given = g_getenv ("CONVISOR_SHARED");
  g_autofree char *root = given != NULL
                            ? g_strdup (given)
                            : g_build_filename (g_getenv ("CONVISOR_SOURCE"), "..", "shared", NULL);
  g_autofree char *model = g_build_filename (root, "data", "onnx-models",
                                             "vnncomp-Convnet_maxpool.onnx", NULL);
  g_autofree char *data = g_build_filename (root, "data", "mnist", NULL);
  g_autoptr (CliRun) run = NULL;
  JsonObject *done;

  if (!g_file_test (model, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared data are not here; set CONVISOR_SHARED");
      return;
    }
  run = cli_run ("evaluate", "--model", model, "--data", data, "--json", NULL);
  done = cli_run_done (run);
  g_assert_cmpint (json_object_get_int_member (done, "n"), ==, 4999);
  /* Two answers either way: sums in another order. */
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (done, "accuracy") * 4999, 4887, 2);
}

static void
test_evaluate_counts_the_unreadable (void)
{
  g_autofree char *set = in_folder ("broken");
  g_autofree char *model = in_folder ("bars.onnx");
  g_autofree char *bad = NULL;
  g_autoptr (CliRun) run = NULL;

  cli_draw_set (set, 6);
  bad = g_build_filename (set, "bar", "broken.png", NULL);
  g_assert_true (g_file_set_contents (bad, "\x89PNG\r\n\x1a\nnothing more", -1, NULL));
  cli_run_ok (cli_run ("train", "-q", "--data", set, "--arch", "lenet5", "--size", "28", "--epochs",
                       "1", "--out", model, NULL));
  run = cli_run ("evaluate", "--model", model, "--data", set, "--json", NULL);
  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "skipped"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "n"), ==, 12);
  g_assert_nonnull (strstr (run->err, "broken.png"));
}

static void
test_predict_one_line_a_picture (void)
{
  g_autoptr (CliRun) run = cli_run ("predict", "--model", shared.model, shared.picture,
                                    shared.picture, "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("predict", "--model", shared.model, "--top", "2",
                                     shared.picture, NULL);
  JsonObject *image;
  JsonArray *top;
  double sum = 0, last = 1;

  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "n"), ==, 2);
  g_assert_cmpuint (cli_run_count (run, "image"), ==, 2);
  image = run->lines->pdata[0];
  g_assert_cmpstr (json_object_get_string_member (image, "path"), ==, shared.picture);
  top = json_object_get_array_member (image, "top");
  g_assert_cmpuint (json_array_get_length (top), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      double p = json_object_get_double_member (json_array_get_object_element (top, i), "p");

      g_assert_cmpfloat (p, <=, last);
      last = p;
      sum += p;
    }
  g_assert_cmpfloat (sum, <=, 1 + 1e-6);
  g_assert_true (json_object_has_member (image, "unsure"));
  g_assert_true (json_object_has_member (image, "tags"));
  last = json_object_get_double_member (json_array_get_object_element (top, 0), "p");
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (image, "anomaly"), 1 - last, 1e-6);
  g_assert_cmpint (text->status, ==, 0);
  g_assert_nonnull (strstr (text->out, "%"));
}

static void
test_predict_goes_on_after_a_broken_one (void)
{
  g_autofree char *missing = in_folder ("missing.png");
  g_autoptr (CliRun) run = cli_run ("predict", "--model", shared.model, missing, shared.picture,
                                    "--json", NULL);

  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpuint (run->lines->len, ==, 3);
  g_assert_true (json_object_has_member (run->lines->pdata[0], "error"));
  g_assert_true (json_object_has_member (run->lines->pdata[1], "top"));
  g_assert_cmpint (json_object_get_int_member (run->lines->pdata[2], "n"), ==, 1);
  g_assert_nonnull (strstr (run->err, "missing.png"));
}

static void
test_explain_writes_pictures (void)
{
  static const char *const methods[] = { "grad-cam", "saliency", "smoothgrad", "integrated",
                                         "guided",   "deconv",   "occlusion" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *out = in_folder (methods[i]);
      g_autoptr (CliRun) run = cli_run ("explain", "--model", shared.model, "--image",
                                        shared.picture, "--method", methods[i], "--class",
                                        "3", "--out", out, "--json", NULL);
      int width, height;

      g_assert_cmpstr (json_object_get_string_member (cli_run_done (run), "class"), ==, "3");
      g_assert_cmpstr (json_object_get_string_member (cli_run_done (run), "method"), ==,
                       methods[i]);
      cli_png (out, &width, &height);
      g_assert_cmpint (width, >, 800);
      g_assert_cmpint (height, >, 400);
    }
}

/* With many steps the parts add up to the rise from the baseline. */
static void
test_explain_integrates (void)
{
  static const char *const baselines[] = { "black", "mean", "blurred" };

  for (guint i = 0; i < G_N_ELEMENTS (baselines); i++)
    {
      g_autofree char *out = in_folder ("integrated.png");
      g_autoptr (CliRun) run = cli_run ("explain", "--model", shared.model, "--image",
                                        shared.picture, "--method", "integrated", "--baseline",
                                        baselines[i], "--steps", "600", "--out", out, "--json", NULL);
      JsonObject *done = cli_run_done (run);
      double rise = json_object_get_double_member (done, "rise");

      g_assert_cmpfloat (fabs (json_object_get_double_member (done, "sum") - rise), <,
                         0.02 + 0.02 * fabs (rise));
    }
}

static void
test_maps_of_all_and_of_one (void)
{
  g_autofree char *all = in_folder ("all.png");
  g_autofree char *one = in_folder ("one.png");
  g_autofree char *index = in_folder ("index.png");
  int width, height, one_width, one_height, index_width, index_height;

  cli_run_ok (cli_run ("maps", "--model", shared.model, "--image", shared.picture, "--out", all,
                       NULL));
  cli_run_ok (cli_run ("maps", "--model", shared.model, "--image", shared.picture, "--layer",
                       "conv1", "--out", one, NULL));
  cli_run_ok (cli_run ("maps", "--model", shared.model, "--image", shared.picture, "--layer", "#1",
                       "--out", index, NULL));
  cli_png (all, &width, &height);
  cli_png (one, &one_width, &one_height);
  cli_png (index, &index_width, &index_height);
  g_assert_cmpint (height, >, 4 * one_height);
  g_assert_cmpint (one_width, ==, index_width);
  g_assert_cmpint (one_height, ==, index_height);
}

static void
test_filters_of_a_convolution (void)
{
  g_autofree char *out = in_folder ("filters.png");
  g_autoptr (CliRun) run = cli_run ("filters", "--model", shared.model, "--layer", "conv2", "--out",
                                    out, "--json", NULL);
  int width, height;

  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "filters"), ==, 16);
  cli_png (out, &width, &height);
  /* 16 filters in rows of 8. */
  g_assert_cmpint (width, >, 3 * height);
  cli_run_fails (cli_run ("filters", "--model", shared.model, "--layer", "relu1", "--out", out,
                          NULL), 2, "relu1");
}

static void
assert_measure (JsonObject *done,
                const char *key,
                gboolean    accuracy)
{
  JsonObject *measure = json_object_get_object_member (done, key);

  g_assert_cmpint (json_object_get_int_member (measure, "bytes"), >, 1000);
  g_assert_cmpint (json_object_get_int_member (measure, "flops"), >, 1000);
  g_assert_cmpfloat (json_object_get_double_member (measure, "ms"), >, 0);
  g_assert_cmpint (json_object_get_null_member (measure, "accuracy"), ==, !accuracy);
}

static void
test_prune_makes_smaller (void)
{
  g_autofree char *out = in_folder ("pruned.onnx");
  g_autoptr (CliRun) run = cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--kind",
                                    "filters", "--scope", "layer", "--data",
                                    "builtin:digits:100", "--epochs", "1", "--out", out, "--json",
                                    NULL);
  g_autoptr (CliRun) compared = NULL;
  JsonObject *done = cli_run_done (run), *both;

  assert_measure (done, "before", TRUE);
  assert_measure (done, "after", TRUE);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (done, "after"),
                                               "bytes"), <,
                   json_object_get_int_member (json_object_get_object_member (done, "before"),
                                               "bytes"));
  g_assert_cmpint (json_object_get_int_member (done, "changed"), <=,
                   json_object_get_int_member (done, "n"));
  compared = cli_run ("info", shared.model, out, "--json", NULL);
  both = cli_run_done (compared);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (both, "a"),
                                               "parameters"), >,
                   json_object_get_int_member (json_object_get_object_member (both, "b"),
                                               "parameters"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (both, "changed")), >, 0);
}

static void
test_prune_without_data_measures_sizes (void)
{
  g_autofree char *out = in_folder ("zeros.onnx");
  g_autoptr (CliRun) run = cli_run ("prune", "--model", shared.model, "--amount", "0.9", "--kind",
                                    "weights", "--out", out, "--json", NULL);
  JsonObject *done = cli_run_done (run);

  assert_measure (done, "before", FALSE);
  assert_measure (done, "after", FALSE);
  g_assert_true (json_object_get_null_member (done, "changed"));
  g_assert_cmpint (json_object_get_int_member (done, "n"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (done, "after"),
                                               "zeros"), >, 50000);
}

static void
test_quantize_makes_smaller (void)
{
  g_autofree char *out = in_folder ("int8.onnx");
  g_autofree char *half = in_folder ("half.onnx");
  g_autoptr (CliRun) run = cli_run ("quantize", "--model", shared.model, "--bits", "8",
                                    "--per-tensor", "--data", "builtin:digits:100",
                                    "--calibration", "percentile", "--percentile", "99.9",
                                    "--out", out, "--json", NULL);
  g_autoptr (CliRun) coarse = cli_run ("quantize", "--model", shared.model, "--bits", "4",
                                       "--data", "builtin:digits:100", "--calibration", "entropy",
                                       "--out", half, "--json", NULL);
  JsonObject *done = cli_run_done (run);

  assert_measure (done, "after", TRUE);
  g_assert_false (json_object_get_boolean_member (done, "simulated"));
  g_assert_true (json_object_get_boolean_member (cli_run_done (coarse), "simulated"));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (done, "after"),
                                               "bytes") * 3, <,
                   json_object_get_int_member (json_object_get_object_member (done, "before"),
                                               "bytes"));
  cli_run_ok (cli_run ("quantize", "--model", shared.model, "--bits", "16", "--out", half, NULL));
  /* The compressed files are models like any other. */
  cli_run_ok (cli_run ("predict", "--model", out, shared.picture, NULL));
  cli_run_ok (cli_run ("predict", "--model", half, shared.picture, NULL));
}

/* The mean answer to several views is reported beside the plain figures, which stay. */
static void
test_evaluate_tta_is_apart (void)
{
  g_autoptr (CliRun) plain = cli_run ("evaluate", "--model", shared.model, "--data",
                                      "builtin:digits:60", "--json", NULL);
  g_autoptr (CliRun) run = cli_run ("evaluate", "--model", shared.model, "--data",
                                    "builtin:digits:60", "--tta", "--json", NULL);
  JsonObject *without = cli_run_done (plain), *with = cli_run_done (run), *tta;

  g_assert_false (json_object_has_member (without, "tta"));
  g_assert_cmpfloat (json_object_get_double_member (without, "loss"), ==,
                     json_object_get_double_member (with, "loss"));
  tta = json_object_get_object_member (with, "tta");
  g_assert_cmpint (json_object_get_int_member (tta, "views"), ==, 6);
  g_assert_cmpfloat (json_object_get_double_member (tta, "loss"), >, 0);
}

/* Gradually and by operations: half of them go, to the nearest filter. */
static void
test_prune_gradually_by_operations (void)
{
  g_autofree char *out = in_folder ("gradual.onnx");
  g_autoptr (CliRun) run = cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--by",
                                    "operations", "--schedule", "gradual", "--epochs", "2",
                                    "--augment", "shift=0.2", "--data", "builtin:digits:60",
                                    "--out", out, "--json", NULL);
  JsonObject *done = cli_run_done (run);
  gint64 before = json_object_get_int_member (json_object_get_object_member (done, "before"),
                                              "flops");
  gint64 after = json_object_get_int_member (json_object_get_object_member (done, "after"),
                                             "flops");

  g_assert_cmpint (10 * after, >, 4 * before);
  g_assert_cmpint (10 * after, <, 6 * before);
}

/* A line for the untouched model, then one for each layer that has filters to lose. */
static void
test_sensitivity_has_a_line_for_each_layer (void)
{
  g_autoptr (CliRun) run = cli_run ("prune", "--model", shared.model, "--sensitivity", "--amount",
                                    "0.5", "--data", "builtin:digits:60", "--json", NULL);
  JsonObject *done = cli_run_done (run), *first, *second;

  g_assert_cmpint (json_object_get_int_member (done, "rows"), ==, run->lines->len - 1);
  g_assert_cmpuint (run->lines->len, >, 3);
  first = run->lines->pdata[0];
  second = run->lines->pdata[1];
  g_assert_true (json_object_get_null_member (first, "layer"));
  g_assert_cmpstr (json_object_get_string_member (second, "layer"), ==, "conv1");
  g_assert_cmpfloat (json_object_get_double_member (second, "amount"), ==, 0.5);
  g_assert_cmpint (json_object_get_int_member (second, "flops"), <,
                   json_object_get_int_member (first, "flops"));
}

static void
test_quantize_aware (void)
{
  g_autofree char *out = in_folder ("aware.onnx");
  g_autoptr (CliRun) run = cli_run ("quantize", "--model", shared.model, "--bits", "4", "--aware",
                                    "--epochs", "1", "--data", "builtin:digits:60", "--out", out,
                                    "--json", NULL);
  JsonObject *done = cli_run_done (run);

  assert_measure (done, "after", TRUE);
  cli_run_ok (cli_run ("predict", "--model", out, shared.picture, NULL));
}

static void
test_export_proves_itself (void)
{
  g_autofree char *out = in_folder ("export.onnx");
  g_autoptr (CliRun) run = cli_run ("export", "--model", shared.model, "--to", "onnx", "--out", out,
                                    "--check", "builtin:digits:50",
                                    "--json", NULL);
  g_autoptr (CliRun) plain = NULL;
  JsonObject *done = cli_run_done (run);

  g_assert_cmpint (json_object_get_int_member (done, "agree"), ==, 50);
  g_assert_cmpint (json_object_get_int_member (done, "of"), ==, 50);
  g_assert_cmpfloat (json_object_get_double_member (done, "largest_difference"), <, 1e-4);
  g_assert_cmpint (json_object_get_int_member (done, "bytes"), >, 100000);
  plain = cli_run ("export", "--model", shared.model, "--to", "onnx", "--out", out, "--json", NULL);
  g_assert_true (json_object_get_null_member (cli_run_done (plain), "largest_difference"));
}

static void
test_numbers_do_not_follow_the_locale (void)
{
  const char *const args[] = { "evaluate", "--model", shared.model, "--data", "builtin:digits:50",
                               "--json", NULL };
  g_autofree char *old = g_strdup (setlocale (LC_ALL, NULL));
  gboolean there = setlocale (LC_ALL, "es_ES.UTF-8") != NULL;
  g_autoptr (CliRun) plain = NULL;
  g_autoptr (CliRun) spanish = NULL;

  setlocale (LC_ALL, old);
  if (!there)
    {
      g_test_skip ("This machine has no locale es_ES.UTF-8");
      return;
    }
  plain = cli_run_in (NULL, 0, args);
  spanish = cli_run_in ("es_ES.UTF-8", 0, args);
  cli_run_done (spanish);
  g_assert_cmpstr (spanish->out, ==, plain->out);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  shared.folder = cli_folder ();
  shared.model = cli_model (shared.folder);
  shared.picture = in_folder ("picture.png");
  cli_draw (shared.picture, 3, 28);
  g_test_add_func ("/cli/datasets/lists-all-builtin", test_datasets_lists_all_builtin);
  g_test_add_func ("/cli/archs/count-for-the-input", test_archs_count_for_the_input);
  g_test_add_func ("/cli/info/lists-layers", test_info_lists_layers);
  g_test_add_func ("/cli/evaluate/adds-up", test_evaluate_adds_up);
  g_test_add_func ("/cli/evaluate/agrees-with-a-known-figure",
                   test_evaluate_agrees_with_a_known_figure);
  g_test_add_func ("/cli/evaluate/counts-the-unreadable", test_evaluate_counts_the_unreadable);
  g_test_add_func ("/cli/predict/one-line-a-picture", test_predict_one_line_a_picture);
  g_test_add_func ("/cli/predict/goes-on-after-a-broken-one",
                   test_predict_goes_on_after_a_broken_one);
  g_test_add_func ("/cli/explain/writes-pictures", test_explain_writes_pictures);
  g_test_add_func ("/cli/explain/integrated-gradients-are-complete", test_explain_integrates);
  g_test_add_func ("/cli/maps/of-all-and-of-one", test_maps_of_all_and_of_one);
  g_test_add_func ("/cli/filters/of-a-convolution", test_filters_of_a_convolution);
  g_test_add_func ("/cli/prune/makes-smaller", test_prune_makes_smaller);
  g_test_add_func ("/cli/prune/without-data-measures-sizes",
                   test_prune_without_data_measures_sizes);
  g_test_add_func ("/cli/evaluate/tta-is-reported-apart", test_evaluate_tta_is_apart);
  g_test_add_func ("/cli/prune/gradually-by-operations", test_prune_gradually_by_operations);
  g_test_add_func ("/cli/prune/sensitivity-has-a-line-for-each-layer",
                   test_sensitivity_has_a_line_for_each_layer);
  g_test_add_func ("/cli/quantize/makes-smaller", test_quantize_makes_smaller);
  g_test_add_func ("/cli/quantize/aware-writes-a-model", test_quantize_aware);
  g_test_add_func ("/cli/export/proves-itself", test_export_proves_itself);
  g_test_add_func ("/cli/json/numbers-do-not-follow-the-locale",
                   test_numbers_do_not_follow_the_locale);

  status = g_test_run ();
  cli_remove (shared.folder);
  g_free (shared.folder);
  g_free (shared.model);
  g_free (shared.picture);

  return status;
}
