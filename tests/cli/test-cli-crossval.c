/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `crossval`: its events, its numbers, its refusals. */
#include "cli-run.h"

#include <math.h>
#include <string.h>

#define TINY "crossval", "--data", "builtin:digits:60", "--arch", "perceptron", "--epochs", "2"

static void
test_mean_and_deviation_are_those_of_the_folds (void)
{
  g_autoptr (CliRun) run = cli_run (TINY, "--folds", "3", "--json", NULL);
  JsonObject *done = cli_run_done (run);
  double sum = 0, squares = 0, mean;
  gint64 n_valid = 0;

  g_assert_cmpuint (cli_run_count (run, "fold"), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *fold = run->lines->pdata[i];

      g_assert_cmpint (json_object_get_int_member (fold, "fold"), ==, i + 1);
      sum += json_object_get_double_member (fold, "accuracy");
      n_valid += json_object_get_int_member (fold, "valid");
    }
  g_assert_cmpint (n_valid, ==, 60);
  mean = json_object_get_double_member (done, "mean");
  g_assert_cmpfloat_with_epsilon (mean, sum / 3, 1e-12);
  for (guint i = 0; i < 3; i++)
    squares += pow (json_object_get_double_member (run->lines->pdata[i], "accuracy") - mean, 2);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (done, "deviation"),
                                  sqrt (squares / 2), 1e-12);
}

static void
test_threads_do_not_matter_and_seeds_do (void)
{
  g_autoptr (CliRun) one = cli_run (TINY, "--folds", "2", "--json", "--threads", "1", NULL);
  g_autoptr (CliRun) two = cli_run (TINY, "--folds", "2", "--json", "--threads", "2", NULL);
  g_autoptr (CliRun) other = cli_run (TINY, "--folds", "2", "--json", "--seed", "7", NULL);

  g_assert_cmpfloat (json_object_get_double_member (cli_run_done (one), "mean"), ==,
                     json_object_get_double_member (cli_run_done (two), "mean"));
  g_assert_cmpfloat (json_object_get_double_member (cli_run_done (one), "mean"), !=,
                     json_object_get_double_member (cli_run_done (other), "mean"));
}

static void
test_people_read_parts (void)
{
  g_autoptr (CliRun) run = cli_run (TINY, "--folds", "2", NULL);

  g_assert_cmpint (run->status, ==, 0);
  g_assert_nonnull (strstr (run->out, "Part 1 of 2"));
  g_assert_nonnull (strstr (run->out, "Mean "));
}

static void
test_what_cannot_be_is_refused (void)
{
  cli_run_fails (cli_run (TINY, "--folds", "1", NULL), 2, "--folds");
  cli_run_fails (cli_run (TINY, "--folds", "15", NULL), 1, "15 parts");
  cli_run_fails (cli_run (TINY, "--out", "x.onnx", NULL), 2, "--out");
  cli_run_fails (cli_run ("crossval", "--arch", "lenet5", NULL), 2, "--data");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/crossval/mean-and-deviation-are-those-of-the-folds",
                   test_mean_and_deviation_are_those_of_the_folds);
  g_test_add_func ("/cli/crossval/threads-do-not-matter-and-seeds-do",
                   test_threads_do_not_matter_and_seeds_do);
  g_test_add_func ("/cli/crossval/people-read-parts", test_people_read_parts);
  g_test_add_func ("/cli/crossval/what-cannot-be-is-refused", test_what_cannot_be_is_refused);

  return g_test_run ();
}
