/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `bench`: every figure is there, the networks are the peers', and the files can be read. */
#include "cli-run.h"

#include <string.h>

#define QUICK "--seconds", "0.02", "--batch", "2", "--threads", "1"

/* PyTorch's numbers of parameters of its networks of these names. */
static const struct { const char *name; gint64 parameters, first_side; } nets[] = {
  { "lenet5", 61706, 28 }, { "seed64", 1626442, 64 }, { "vgg-mini", 551018, 32 },
  { "resnet20", 272474, 32 },
};

static void
test_bench_measures_everything (void)
{
  static const char *const keys[] = {
    "train_images_per_s", "infer_images_per_s", "latency_ms", "int8_images_per_s",
    "int8_latency_ms", "sgemm_gflops", "train_fraction_of_sgemm", "infer_fraction_of_sgemm",
    "train_peak_mb",
  };
  g_autoptr (CliRun) run = cli_run ("bench", "--net", "lenet5", QUICK, "--json", NULL);
  JsonObject *done = cli_run_done (run);

  g_assert_cmpuint (run->lines->len, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (done, "net"), ==, "lenet5");
  g_assert_cmpint (json_object_get_int_member (done, "batch"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (done, "threads"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpfloat (json_object_get_double_member (done, keys[i]), >, 0);
}

static void
test_bench_measures_only_what_is_asked (void)
{
  g_autoptr (CliRun) run = cli_run ("bench", "--net", "lenet5", QUICK, "--only", "train,one",
                                    "--json", NULL);
  JsonObject *done = cli_run_done (run);

  g_assert_cmpfloat (json_object_get_double_member (done, "train_images_per_s"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (done, "latency_ms"), >, 0);
  g_assert_true (json_object_get_null_member (done, "infer_images_per_s"));
  g_assert_true (json_object_get_null_member (done, "sgemm_gflops"));
  g_assert_true (json_object_get_null_member (done, "train_fraction_of_sgemm"));
}

static void
test_bench_takes_all_networks (void)
{
  g_autoptr (CliRun) run = cli_run ("bench", QUICK, "--only", "one", "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("bench", QUICK, "--only", "one", NULL);

  g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "n"), ==, G_N_ELEMENTS (nets));
  g_assert_cmpuint (cli_run_count (run, "net"), ==, G_N_ELEMENTS (nets));
  g_assert_cmpint (text->status, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      JsonObject *line = run->lines->pdata[i];

      g_assert_cmpstr (json_object_get_string_member (line, "net"), ==, nets[i].name);
      g_assert_nonnull (strstr (text->out, nets[i].name));
    }
}

static void
test_bench_writes_the_peers_networks (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *path = g_build_filename (folder, "net.onnx", NULL);
  g_autofree char *small = g_build_filename (folder, "net8.onnx", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      g_autoptr (CliRun) info = NULL;
      JsonArray *shape;

      cli_run_ok (cli_run ("bench", "--net", nets[i].name, "--write-onnx", path, NULL));
      info = cli_run ("info", path, "--json", NULL);
      g_assert_cmpint (json_object_get_int_member (cli_run_done (info), "parameters"), ==,
                       nets[i].parameters);
      shape = json_object_get_array_member (
        json_array_get_object_element (json_object_get_array_member (cli_run_done (info), "inputs"),
                                       0), "shape");
      g_assert_cmpint (json_array_get_int_element (shape, 2), ==, nets[i].first_side);
      g_assert_cmpint (json_array_get_int_element (shape, 3), ==, nets[i].first_side);
    }

  {
    g_autoptr (CliRun) run = cli_run ("bench", "--net", "lenet5", "--write-onnx", small, "--int8",
                                      "--json", NULL);

    g_assert_cmpint (json_object_get_int_member (cli_run_done (run), "bytes"), <, 61706 * 2);
    cli_run_ok (cli_run ("info", small, NULL));
  }
  cli_remove (folder);
}

static void
test_bench_refuses (void)
{
  cli_run_fails (cli_run ("bench", "--net", "lenet6", NULL), 2, "lenet6");
  cli_run_fails (cli_run ("bench", "--batch", "0", NULL), 2, "--batch");
  cli_run_fails (cli_run ("bench", "--seconds", "-1", NULL), 2, "--seconds");
  cli_run_fails (cli_run ("bench", "--only", "train,joy", NULL), 2, "joy");
  cli_run_fails (cli_run ("bench", "--write-onnx", "x.onnx", NULL), 2, "--net");
  cli_run_fails (cli_run ("bench", "--net", "lenet5", "--int8", NULL), 2, "--int8");
  cli_run_fails (cli_run ("bench", "--net", "lenet5", "--write-onnx", "/nowhere/at/all.onnx", NULL),
                 1, "nowhere");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/bench/measures-everything", test_bench_measures_everything);
  g_test_add_func ("/cli/bench/measures-only-what-is-asked",
                   test_bench_measures_only_what_is_asked);
  g_test_add_func ("/cli/bench/takes-all-networks", test_bench_takes_all_networks);
  g_test_add_func ("/cli/bench/writes-the-peers-networks", test_bench_writes_the_peers_networks);
  g_test_add_func ("/cli/bench/refuses", test_bench_refuses);

  return g_test_run ();
}
