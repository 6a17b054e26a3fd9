/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `train`: its events, its file, its options, and stopping it. */
#include "cli-run.h"

#include <signal.h>
#include <string.h>

#define TINY "--data", "builtin:digits:120", "--arch", "lenet5"

static void
test_events_keep_the_contract (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("train", TINY, "--epochs", "2", "--out", out, "--json", NULL);
  JsonObject *start, *epoch, *done = cli_run_done (run);
  static const char *const keys[] = { "loss", "accuracy", "val_loss", "val_accuracy", "lr",
                                      "images_per_s", "seconds" };

  g_assert_cmpuint (cli_run_count (run, "start"), ==, 1);
  g_assert_cmpuint (cli_run_count (run, "epoch"), ==, 2);
  start = run->lines->pdata[0];
  g_assert_cmpint (json_object_get_int_member (start, "train")
                   + json_object_get_int_member (start, "valid"), ==, 120);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (start, "classes")), ==,
                    10);
  g_assert_cmpint (json_object_get_int_member (start, "parameters"), ==, 61706);
  g_assert_cmpint (json_object_get_int_member (start, "flops"), >, 100000);
  epoch = run->lines->pdata[1];
  g_assert_cmpint (json_object_get_int_member (epoch, "epoch"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpfloat (json_object_get_double_member (epoch, keys[i]), >=, 0);
  g_assert_cmpint (json_object_get_int_member (done, "best_epoch"), >=, 1);
  g_assert_cmpfloat (json_object_get_double_member (done, "val_accuracy"), <=, 1);
  g_assert_cmpfloat (json_object_get_double_member (done, "seconds"), >, 0);
  g_assert_cmpstr (json_object_get_string_member (done, "out"), ==, out);
  g_assert_true (g_file_test (out, G_FILE_TEST_IS_REGULAR));
  cli_remove (folder);
}

static void
test_text_goes_where_it_belongs (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("train", TINY, "--epochs", "2", "--out", out, NULL);
  g_autoptr (CliRun) quiet = cli_run ("--quiet", "train", TINY, "--epochs", "1", "--out", out,
                                      NULL);

  g_assert_nonnull (strstr (run->out, out));
  g_assert_null (strstr (run->out, "Epoch 1/2"));
  g_assert_nonnull (strstr (run->err, "Epoch 1/2"));
  g_assert_nonnull (strstr (run->err, "Epoch 2/2"));
  g_assert_null (strchr (run->err, '\r'));
  g_assert_cmpint (quiet->status, ==, 0);
  g_assert_cmpstr (quiet->err, ==, "");
  cli_remove (folder);
}

static void
test_threads_give_the_same_bytes (void)
{
  g_autofree char *folder = cli_folder ();
  const char *const threads[] = { "1", "2" };
  g_autofree char *contents[2] = { NULL, NULL };
  gsize lengths[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *out = g_build_filename (folder, threads[i], NULL);

      cli_run_ok (cli_run ("train", TINY, "--epochs", "2", "--augment", "flip,shift=0.2",
                           "--threads", threads[i], "--out", out, NULL));
      g_assert_true (g_file_get_contents (out, &contents[i], &lengths[i], NULL));
    }
  g_assert_cmpmem (contents[0], lengths[0], contents[1], lengths[1]);
  g_free (g_steal_pointer (&contents[1]));
  cli_remove (folder);
}

static void
test_seed_matters (void)
{
  g_autofree char *folder = cli_folder ();
  const char *const seeds[] = { "1", "2" };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize n_first, n_second;
  g_autofree char *a = g_build_filename (folder, seeds[0], NULL);
  g_autofree char *b = g_build_filename (folder, seeds[1], NULL);

  cli_run_ok (cli_run ("--seed", seeds[0], "train", TINY, "--epochs", "1", "--out", a, NULL));
  cli_run_ok (cli_run ("train", "--seed", seeds[1], TINY, "--epochs", "1", "--out", b, NULL));
  g_assert_true (g_file_get_contents (a, &first, &n_first, NULL));
  g_assert_true (g_file_get_contents (b, &second, &n_second, NULL));
  g_assert_true (n_first != n_second || memcmp (first, second, n_first) != 0);
  cli_remove (folder);
}

/* A long training, interrupted after its first epoch, ends well and leaves the best model. */
static void
test_interrupt_keeps_the_best (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  const char *const args[] = { "train", TINY, "--epochs", "9999", "--out", out, "--json", NULL };
  g_autoptr (GSubprocess) process = cli_start (args);
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;
  char *line;
  gboolean sent = FALSE;

  while ((line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, &error)) != NULL)
    {
      if (!sent && strstr (line, "\"epoch\"") != NULL)
        {
          g_subprocess_send_signal (process, SIGINT);
          sent = TRUE;
        }
      g_free (last);
      last = line;
    }
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_true (sent);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_nonnull (strstr (last, "\"event\":\"done\""));
  g_assert_nonnull (strstr (last, "\"stop\":\"cancelled\""));
  cli_run_ok (cli_run ("info", out, NULL));
  cli_remove (folder);
}

/* Interrupted and resumed, a training ends in the very bytes of one that ran through. */
static void
test_checkpoint_resumes_to_the_same_model (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *whole = g_build_filename (folder, "whole.onnx", NULL);
  g_autofree char *part = g_build_filename (folder, "part.onnx", NULL);
  g_autofree char *state = g_build_filename (folder, "state", NULL);
  const char *const args[] = { "train", TINY, "--epochs", "40", "--out", part, "--checkpoint",
                               state,
                               "--json", NULL };
  g_autoptr (GSubprocess) process = cli_start (args);
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (CliRun) again = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize n_first, n_second;
  char *line;

  while ((line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, NULL)) != NULL)
    {
      if (strstr (line, "\"epoch\":2,") != NULL)
        g_subprocess_send_signal (process, SIGTERM);
      g_free (line);
    }
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));

  again = cli_run ("train", TINY, "--epochs", "40", "--out", part, "--resume", state, "--json",
                   NULL);
  cli_run_done (again);
  /* It goes on after the epochs that were done. */
  g_assert_cmpint (json_object_get_int_member (again->lines->pdata[1], "epoch"), >, 2);
  cli_run_ok (cli_run ("train", TINY, "--epochs", "40", "--out", whole, NULL));
  g_assert_true (g_file_get_contents (whole, &first, &n_first, NULL));
  g_assert_true (g_file_get_contents (part, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
  cli_remove (folder);
}

static void
test_options_reach_the_training (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  g_autofree char *from = g_build_filename (folder, "from.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("train", "--data", "builtin:pets:60", "--arch", "lenet5",
                                    "--size", "32x32", "--grey", "--resize",
                                    "fill", "--optimizer", "momentum", "--momentum", "0.8", "--lr",
                                    "0.01", "--schedule", "cosine",
                                    "--loss", "huber", "--class-weights", "--clip", "1",
                                    "--weight-decay", "1e-4", "--l1", "1e-6",
                                    "--batch", "16", "--split", "0.3", "--epochs", "2", "--augment",
                                    "flip", "--recipe", "plain",
                                    "--out", out, "--json", NULL);
  g_autoptr (CliRun) info = NULL;
  g_autoptr (CliRun) tuned = NULL;
  JsonArray *inputs, *shape;
  JsonObject *start;

  cli_run_done (run);
  start = run->lines->pdata[0];
  g_assert_cmpint (json_object_get_int_member (start, "train") +
                   json_object_get_int_member (start, "valid"), ==, 60);
  /* A picture's side is drawn by a hash: 0.3 of 60 is 18, give or take four deviations. */
  g_assert_cmpint (ABS (json_object_get_int_member (start, "valid") - 18), <, 14);
  info = cli_run ("info", out, "--json", NULL);
  inputs = json_object_get_array_member (cli_run_done (info), "inputs");
  shape = json_object_get_array_member (json_array_get_object_element (inputs, 0), "shape");
  g_assert_cmpint (json_array_get_int_element (shape, 1), ==, 1);
  g_assert_cmpint (json_array_get_int_element (shape, 2), ==, 32);

  /* Another set of classes: the same body, a new head, the first layers frozen. */
  tuned = cli_run ("train", "--data", "builtin:digits:60", "--from", out, "--freeze", "2",
                   "--epochs", "1", "--out", from, "--json", NULL);
  cli_run_done (tuned);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (tuned->lines->pdata[0],
                                                                         "classes")), ==, 10);
  cli_remove (folder);
}

static void
test_early_stop_and_time_limit (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  g_autoptr (CliRun) early = cli_run ("train", TINY, "--lr", "1e-9", "--early-stop", "1",
                                      "--epochs", "5000", "--out", out, "--json", NULL);
  g_autoptr (CliRun) timed = cli_run ("train", TINY, "--time-limit", "0.4", "--epochs", "9999",
                                      "--out", out, "--json", NULL);

  g_assert_cmpstr (json_object_get_string_member (cli_run_done (early), "stop"), ==, "early");
  g_assert_cmpstr (json_object_get_string_member (cli_run_done (timed), "stop"), ==, "time");
  cli_remove (folder);
}

static void
test_folders_unite_and_validate (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *a = g_build_filename (folder, "a", NULL);
  g_autofree char *b = g_build_filename (folder, "b", NULL);
  g_autofree char *v = g_build_filename (folder, "v", NULL);
  g_autofree char *out = g_build_filename (folder, "m.onnx", NULL);
  g_autoptr (CliRun) run = NULL;
  JsonObject *start;

  cli_draw_set (a, 6);
  cli_draw_set (b, 4);
  cli_draw_set (v, 3);
  run = cli_run ("train", "--data", a, "--data", b, "--valid", v, "--arch", "lenet5", "--size",
                 "28", "--epochs", "1", "--out", out,
                 "--json", NULL);
  cli_run_done (run);
  start = run->lines->pdata[0];
  g_assert_cmpint (json_object_get_int_member (start, "train"), ==, 20);
  g_assert_cmpint (json_object_get_int_member (start, "valid"), ==, 6);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (start, "classes")), ==, 2);
  cli_remove (folder);
}

/* The recipe brings its network along; other options change parts of it. */
static void
test_recipe_brings_its_network (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "fast.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("train", "--data", "builtin:pets:60", "--recipe", "fast",
                                    "--size", "12x12", "--colour", "--epochs", "2", "--batch", "16",
                                    "--split", "0.2", "--out", out, "--json", NULL);
  g_autoptr (CliRun) again = NULL;
  g_autofree char *same = g_build_filename (folder, "fast-again.onnx", NULL);
  g_autofree char *first = NULL, *second = NULL;
  gsize length, other;

  cli_run_done (run);
  again = cli_run ("--threads", "3", "train", "--data", "builtin:pets:60", "--recipe", "fast",
                   "--size", "12x12", "--colour", "--epochs", "2", "--batch", "16", "--split",
                   "0.2", "--out", same, NULL);
  cli_run_ok (g_steal_pointer (&again));
  g_assert_true (g_file_get_contents (out, &first, &length, NULL));
  g_assert_true (g_file_get_contents (same, &second, &other, NULL));
  g_assert_cmpmem (first, length, second, other);
  for (gsize i = 0; i < length; i++)
    first[i] = first[i] == '\0' ? ' ' : first[i];
  g_assert_nonnull (g_strstr_len (first, (gssize) length, "\"arch\":\"speedy\""));
  g_assert_nonnull (g_strstr_len (first, (gssize) length, "\"recipe\":\"fast\""));
  cli_run_fails (cli_run ("train", "--data", "builtin:pets:60", "--recipe", "fast", "--from", out,
                          "--out", same, NULL), 2, "--from");
  cli_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/train/events-keep-the-contract", test_events_keep_the_contract);
  g_test_add_func ("/cli/train/text-goes-where-it-belongs", test_text_goes_where_it_belongs);
  g_test_add_func ("/cli/train/threads-give-the-same-bytes", test_threads_give_the_same_bytes);
  g_test_add_func ("/cli/train/seed-matters", test_seed_matters);
  g_test_add_func ("/cli/train/interrupt-keeps-the-best", test_interrupt_keeps_the_best);
  g_test_add_func ("/cli/train/checkpoint-resumes", test_checkpoint_resumes_to_the_same_model);
  g_test_add_func ("/cli/train/options-reach-the-training", test_options_reach_the_training);
  g_test_add_func ("/cli/train/early-stop-and-time-limit", test_early_stop_and_time_limit);
  g_test_add_func ("/cli/train/folders-unite-and-validate", test_folders_unite_and_validate);
  g_test_add_func ("/cli/train/recipe-brings-its-network", test_recipe_brings_its_network);

  return g_test_run ();
}
