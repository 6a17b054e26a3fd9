/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures with numbers as labels: from a table to a network that answers with a number. */
#include "cli-run.h"

#include <math.h>
#include <string.h>

enum { N = 60, SIDE = 16 };

/* A square whose place is the number, and a Spanish table: semicolons, decimal commas. */
static char *
make_table (const char *folder)
{
  g_autoptr (GString) table = g_string_new ("archivo;etiqueta\n");
  char *path = g_build_filename (folder, "tabla.csv", NULL);

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.png", i);
      g_autofree char *picture = g_build_filename (folder, name, NULL);

      cli_draw (picture, i % 4, SIDE);
      g_string_append_printf (table, "%s;%u,5\n", name, 10 * (i % 4));
    }
  g_assert_true (g_file_set_contents (path, table->str, -1, NULL));

  return path;
}

static void
test_a_table_of_numbers_is_learned (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *table = make_table (folder);
  g_autofree char *out = g_build_filename (folder, "n.onnx", NULL);
  g_autofree char *picture = g_build_filename (folder, "02.png", NULL);
  JsonObject *done, *image;

  cli_run_ok (cli_run ("train", "--data", table, "--arch", "lenet5", "--predicts", "number",
                       "--epochs", "25", "--batch", "8", "--out", out, NULL));
  {
    g_autoptr (CliRun) run = cli_run ("evaluate", "--model", out, "--data", table, "--json", NULL);
    g_autoptr (CliRun) text = cli_run ("evaluate", "--model", out, "--data", table, NULL);

    done = cli_run_done (run);
    g_assert_cmpint (json_object_get_int_member (done, "n"), ==, N);
    g_test_message ("MAE %g", json_object_get_double_member (done, "mae"));
    /* Always guessing the mean is off by 10 and has an R² of 0. */
    g_assert_cmpfloat (json_object_get_double_member (done, "mae"), <, 5);
    g_assert_cmpfloat (json_object_get_double_member (done, "r2"), >, 0.5);
    g_assert_cmpfloat_with_epsilon (pow (json_object_get_double_member (done, "rmse"), 2),
                                    json_object_get_double_member (done, "mse"), 1e-9);
    g_assert_nonnull (strstr (text->out, "MAE"));
  }
  {
    g_autoptr (CliRun) run = cli_run ("predict", "--model", out, picture, "--json", NULL);

    cli_run_done (run);
    image = run->lines->pdata[0];
    g_assert_cmpfloat (fabs (json_object_get_double_member (image, "number") - 20.5), <, 8);
  }
  cli_remove (folder);
}

static void
test_names_are_no_numbers (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "n.onnx", NULL);

  cli_run_fails (cli_run ("train", "--data", "builtin:shapes:40", "--arch", "lenet5", "--predicts",
                          "number", "--out", out, NULL), 1, "only where every label is one");
  cli_run_fails (cli_run ("train", "--data", "builtin:digits:40", "--arch", "lenet5", "--predicts",
                          "weather", "--out", out, NULL), 2, "weather");
  cli_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/numbers/a-table-of-numbers-is-learned",
                   test_a_table_of_numbers_is_learned);
  g_test_add_func ("/cli/numbers/names-are-no-numbers", test_names_are_no_numbers);

  return g_test_run ();
}
