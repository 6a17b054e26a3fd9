/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong usage and bad input: a sentence, the right exit status, and nothing half-written. */
#include "cli-run.h"

#include <glib/gstdio.h>
#include <string.h>

#define DATA "--data", "builtin:digits:40"

typedef struct
{
  char *folder, *model, *out, *picture;
} Fixture;

static Fixture shared;

static void
test_usage_ends_with_two (void)
{
  g_autoptr (CliRun) bare = cli_run ("--json", NULL);

  g_assert_cmpint (bare->status, ==, 2);
  cli_run_fails (cli_run ("frobnicate", NULL), 2, "frobnicate");
  cli_run_fails (cli_run ("--frobnicate", NULL), 2, "--frobnicate");
  cli_run_fails (cli_run ("train", "--frobnicate", NULL), 2, "--frobnicate");
  cli_run_fails (cli_run ("train", "--out", shared.out, NULL), 2, "--data");
  cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", NULL), 2, "--out");
  cli_run_fails (cli_run ("train", DATA, "--out", shared.out, NULL), 2, "--arch");
  cli_run_fails (cli_run ("datasets", "extra", NULL), 2, "extra");
  cli_run_fails (cli_run ("--threads", "-3", "datasets", NULL), 2, "--threads");
  cli_run_fails (cli_run ("datasets", "--seed", "-1", NULL), 2, "--seed");
  cli_run_fails (cli_run ("info", NULL), 2, "info");
  cli_run_fails (cli_run ("predict", "--model", shared.model, NULL), 2, "picture");
  cli_run_fails (cli_run ("archs", "--size", "0x7", NULL), 2, "0x7");
  cli_run_fails (cli_run ("archs", "--size", "7x8x9", NULL), 2, "7x8x9");
  cli_run_fails (cli_run ("archs", "--grey", "--colour", NULL), 2, "--grey");
}

static void
test_wrong_settings_are_usage (void)
{
  const struct { const char *option, *value, *words; } cases[] = {
    { "--arch", "alexnut", "lenet5" },      { "--optimizer", "adamant", "adamant" },
      { "--schedule", "bus", "bus" },
    { "--loss", "weight", "weight" },       { "--resize", "squeeze", "squeeze" },
    { "--augment", "teleport", "teleport" },
    { "--size", "ab", "ab" },               { "--epochs", "0", "--epochs" },
    { "--batch", "-7", "--batch" },
    { "--lr", "0", "--lr" },                { "--lr", "-1", "--lr" },
    { "--split", "1.5", "valid_fraction" },
    { "--momentum", "-0.1", "--momentum" }, { "--dropout", "2", "dropout" },
    { "--recipe", "grandmother", "fast, plain" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", "--out", shared.out, cases[i].option,
                            cases[i].value, NULL), 2,
                   cases[i].words);
  g_assert_false (g_file_test (shared.out, G_FILE_TEST_EXISTS));
}

static void
test_what_is_not_there_is_named (void)
{
  cli_run_fails (cli_run ("explain", "--model", shared.model, "--image", shared.picture, "--method",
                          "lime", "--out", shared.out,
                          NULL), 2, "grad-cam");
  cli_run_fails (cli_run ("explain", "--model", shared.model, "--image", shared.picture, "--method",
                          "integrated", "--baseline", "white", "--out", shared.out, NULL),
                 2, "white");
  cli_run_fails (cli_run ("explain", "--model", shared.model, "--image", shared.picture, "--method",
                          "integrated", "--steps", "-3", "--out", shared.out, NULL),
                 2, "-3");
  cli_run_fails (cli_run ("explain", "--model", shared.model, "--image", shared.picture, "--method",
                          "smoothgrad", "--noise", "11", "--out", shared.out, NULL),
                 2, "11");
  cli_run_fails (cli_run ("explain", "--model", shared.model, "--image", shared.picture, "--class",
                          "dragon", "--out", shared.out, NULL),
                 2, "dragon");
  cli_run_fails (cli_run ("export", "--model", shared.model, "--to", "tflite", "--out", shared.out,
                          NULL), 2, "tflite");
  cli_run_fails (cli_run ("quantize", "--model", shared.model, "--bits", "7", "--out", shared.out,
                          NULL), 2, "--bits");
  cli_run_fails (cli_run ("quantize", "--model", shared.model, "--bits", "8", "--aware", "--out",
                          shared.out, NULL), 2, "--data");
  cli_run_fails (cli_run ("quantize", "--model", shared.model, "--bits", "8", "--calibration",
                          "guess", "--out", shared.out, NULL), 2, "min-max, percentile, entropy");
  cli_run_fails (cli_run ("quantize", "--model", shared.model, "--bits", "8", "--percentile", "50",
                          "--out", shared.out, NULL), 2, "--percentile");
  cli_run_fails (cli_run ("quantize", "--model", shared.model, "--bits", "8", "--epochs", "2",
                          "--out", shared.out, NULL), 2, "--aware");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--schedule",
                          "never", "--out", shared.out, NULL), 2, "once, gradual");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--kind", "weights",
                          "--by", "operations", "--out", shared.out, NULL), 2, "operations");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--schedule",
                          "gradual", "--out", shared.out, NULL), 2, "--data");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--recipe", "slow",
                          "--out", shared.out, NULL), 2, "fast, plain");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--sensitivity", NULL), 2, "--data");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--out", shared.out, NULL), 2,
                 "--amount");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "1.5", "--out", shared.out,
                          NULL), 2, "1.5");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--kind", "hairs",
                          "--out", shared.out, NULL), 2, "hairs");
  cli_run_fails (cli_run ("prune", "--model", shared.model, "--amount", "0.5", "--epochs", "1",
                          "--out", shared.out, NULL), 2, "--data");
  cli_run_fails (cli_run ("maps", "--model", shared.model, "--image", shared.picture, "--layer",
                          "conv9", "--out", shared.out, NULL), 2,
                 "conv9");
  cli_run_fails (cli_run ("maps", "--model", shared.model, "--image", shared.picture, "--layer",
                          "fc3", "--out", shared.out, NULL), 2,
                 "fc3");
  g_assert_false (g_file_test (shared.out, G_FILE_TEST_EXISTS));
}

static void
test_bad_data_gets_a_sentence (void)
{
  g_autofree char *empty = g_build_filename (shared.folder, "empty", NULL);
  g_autofree char *one = g_build_filename (shared.folder, "one", NULL);
  g_autofree char *one_class = g_build_filename (one, "only", NULL);
  g_autofree char *text = g_build_filename (shared.folder, "notes.txt", NULL);

  g_assert_cmpint (g_mkdir (empty, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (one_class, 0755), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%u.png", one_class, i);

      cli_draw (name, i, 16);
    }
  g_assert_true (g_file_set_contents (text, "shopping list", -1, NULL));

  cli_run_fails (cli_run ("train", "-q", "--data", empty, "--arch", "lenet5", "--out", shared.out,
                          NULL), 1, "empty");
  cli_run_fails (cli_run ("train", "-q", "--data", one, "--arch", "lenet5", "--size", "28", "--out",
                          shared.out, NULL), 1, "class");
  cli_run_fails (cli_run ("train", "-q", "--data", text, "--arch", "lenet5", "--out", shared.out,
                          NULL), 1, "notes.txt");
  cli_run_fails (cli_run ("train", "-q", "--data", "/nowhere/at/all", "--arch", "lenet5", "--out",
                          shared.out, NULL), 1, "“all”");
  cli_run_fails (cli_run ("train", "-q", "--data", "builtin:unicorns", "--arch", "lenet5", "--out",
                          shared.out, NULL), 1, "unicorns");
  g_assert_false (g_file_test (shared.out, G_FILE_TEST_EXISTS));
}

static void
test_bad_models_get_a_sentence (void)
{
  g_autofree char *cut = g_build_filename (shared.folder, "cut.onnx", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (shared.model, &bytes, &length, NULL));
  for (guint i = 1; i <= 4; i++)
    {
      g_assert_true (g_file_set_contents (cut, bytes, (gssize) (length * i / 5), NULL));
      cli_run_fails (cli_run ("info", cut, NULL), 1, "cut.onnx");
    }
  cli_run_fails (cli_run ("info", shared.picture, NULL), 1, "picture.png");
  cli_run_fails (cli_run ("evaluate", "--model", "/nowhere/m.onnx", DATA, NULL), 1,
                 "/nowhere/m.onnx");
  cli_run_fails (cli_run ("predict", "-q", "--model", shared.folder, shared.picture, NULL), 1,
                 "convisor-cli");
}

/* Before a minute of training, not after it: an absurd number of epochs would never end. */
static void
test_out_is_checked_first (void)
{
  cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", "--epochs", "9999", "--out",
                          "/nowhere/m.onnx", NULL), 1, "/nowhere");
  cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", "--epochs", "9999", "--out",
                          shared.folder, NULL), 1, shared.folder);
  cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", "--epochs", "9999", "--out",
                          "/dev/full", NULL), 1, "/dev/full");
  cli_run_fails (cli_run ("train", DATA, "--arch", "lenet5", "--epochs", "9999", "--out",
                          shared.out, "--checkpoint", "/nowhere/state", NULL),
                 1, "/nowhere");
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* A file that can't grow past 40 kB stands for a full disk. */
static void
test_full_disk_leaves_nothing_half (void)
{
  g_autofree char *sub = g_build_filename (shared.folder, "full", NULL);
  g_autofree char *out = g_build_filename (sub, "m.onnx", NULL);
  const char *const args[] = { "train", "-q", DATA, "--arch", "lenet5", "--epochs", "1", "--out",
                               out, NULL };
  g_autofree char *kept = NULL;

  g_assert_cmpint (g_mkdir (sub, 0755), ==, 0);
  cli_run_fails (cli_run_in (NULL, 40000, args), 1, "m.onnx");
  g_assert_cmpuint (count_files (sub), ==, 0);

  /* What was there before stays whole. */
  g_assert_true (g_file_set_contents (out, "earlier", -1, NULL));
  cli_run_fails (cli_run_in (NULL, 40000, args), 1, "m.onnx");
  g_assert_true (g_file_get_contents (out, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "earlier");
  g_assert_cmpuint (count_files (sub), ==, 1);
}

static void
test_help_and_version_succeed (void)
{
  static const char *const commands[] = { "demo", "datasets", "archs", "train", "evaluate",
                                          "predict", "explain", "maps", "filters",
                                          "prune", "quantize", "export", "info" };
  g_autoptr (CliRun) version = cli_run ("--version", NULL);
  g_autoptr (CliRun) help = cli_run ("--help", NULL);

  g_assert_cmpint (version->status, ==, 0);
  g_assert_true (g_str_has_prefix (version->out, "convisor-cli "));
  g_assert_cmpint (help->status, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (CliRun) run = cli_run (commands[i], "--help", NULL);

      g_assert_nonnull (strstr (help->out, commands[i]));
      g_assert_cmpint (run->status, ==, 0);
      g_assert_nonnull (strstr (run->out, commands[i]));
      g_assert_nonnull (strstr (run->out, "--threads"));
      g_assert_cmpstr (run->err, ==, "");
    }
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  shared.folder = cli_folder ();
  shared.model = cli_model (shared.folder);
  shared.out = g_build_filename (shared.folder, "out", NULL);
  shared.picture = g_build_filename (shared.folder, "picture.png", NULL);
  cli_draw (shared.picture, 1, 28);
  g_test_add_func ("/cli/errors/usage-ends-with-two", test_usage_ends_with_two);
  g_test_add_func ("/cli/errors/wrong-settings-are-usage", test_wrong_settings_are_usage);
  g_test_add_func ("/cli/errors/what-is-not-there-is-named", test_what_is_not_there_is_named);
  g_test_add_func ("/cli/errors/bad-data-gets-a-sentence", test_bad_data_gets_a_sentence);
  g_test_add_func ("/cli/errors/bad-models-get-a-sentence", test_bad_models_get_a_sentence);
  g_test_add_func ("/cli/errors/out-is-checked-first", test_out_is_checked_first);
  g_test_add_func ("/cli/errors/full-disk-leaves-nothing-half", test_full_disk_leaves_nothing_half);
  g_test_add_func ("/cli/help/and-version-succeed", test_help_and_version_succeed);

  status = g_test_run ();
  cli_remove (shared.folder);
  g_free (shared.folder);
  g_free (shared.model);
  g_free (shared.out);
  g_free (shared.picture);

  return status;
}
