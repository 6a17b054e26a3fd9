/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `project`: a project file made, filled, labelled and read from scripts. */
#include "cli-run.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder, *project, *pictures;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->folder = cli_folder ();
  self->project = g_build_filename (self->folder, "Pets.convisor", NULL);
  self->pictures = g_build_filename (self->folder, "set", NULL);
  g_assert_cmpint (g_mkdir (self->pictures, 0700), ==, 0);
  cli_draw_set (self->pictures, 4);
  cli_run_ok (cli_run ("project", "new", self->project, NULL));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  cli_remove (self->folder);
  g_free (self->folder);
  g_free (self->project);
  g_free (self->pictures);
}

static gint64
number (CliRun     *run,
        const char *key)
{
  return json_object_get_int_member (cli_run_done (run), key);
}

static guint
n_classes (CliRun *run)
{
  return json_array_get_length (
    json_object_get_array_member (cli_run_done (run), "classes"));
}

static void
test_fill_and_label (Fixture      *self,
                     gconstpointer data)
{
  g_autofree char *out = g_build_filename (self->folder, "labels.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CliRun) added = cli_run ("project", "add", self->project, "--data", self->pictures,
                                      "--json", NULL);
  g_autoptr (CliRun) again = cli_run ("project", "add", self->project, "--data", self->pictures,
                                      "--skip-same", "--json", NULL);
  g_autoptr (CliRun) labelled = NULL;
  g_autoptr (CliRun) info = NULL;
  g_autoptr (CliRun) exported = NULL;

  g_assert_cmpint (number (added, "changed"), ==, 8);
  g_assert_cmpint (number (added, "pictures"), ==, 8);
  g_assert_cmpuint (n_classes (added), ==, 2);
  g_assert_cmpint (number (again, "changed"), ==, 0);
  g_assert_cmpint (number (again, "pictures"), ==, 8);

  labelled = cli_run ("project", "label", self->project, "--label", "odd", "*", "--json", NULL);
  g_assert_cmpint (number (labelled, "changed"), ==, 8);
  info = cli_run ("project", "info", self->project, "--json", NULL);
  g_assert_cmpuint (n_classes (info), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (cli_run_done (info), "name"), ==, "Pets");
  g_assert_cmpint (number (info, "unlabelled"), ==, 0);

  exported = cli_run ("project", "export-labels", self->project, "--out", out, "--json", NULL);
  g_assert_cmpint (number (exported, "changed"), ==, 8);
  g_assert_true (g_file_get_contents (out, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, ",odd"));
}

/* Labels that were taken out, changed in a spreadsheet, and brought back. */
static void
test_labels_come_back_from_a_file (Fixture      *self,
                                   gconstpointer data)
{
  g_autofree char *out = g_build_filename (self->folder, "labels.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (CliRun) labelled = NULL;
  g_autoptr (CliRun) again = NULL;

  cli_run_ok (cli_run ("project", "add", self->project, "--data", self->pictures, NULL));
  cli_run_ok (cli_run ("project", "label", self->project, "--label", "odd", "*", NULL));
  cli_run_ok (cli_run ("project", "export-labels", self->project, "--out", out, NULL));
  g_assert_true (g_file_get_contents (out, &text, NULL, NULL));
  changed = g_string_new (text);
  g_string_replace (changed, ",odd", ",even", 3);
  g_string_append (changed, "nobody.png,even,,,\n");
  g_assert_true (g_file_set_contents (out, changed->str, -1, NULL));

  labelled = cli_run ("project", "label", self->project, "--file", out, "--json", NULL);
  g_assert_cmpint (number (labelled, "changed"), ==, 3);
  g_assert_cmpint (number (labelled, "pictures"), ==, 8);
  g_assert_nonnull (strstr (labelled->err, "nobody.png: a label file names it"));
  again = cli_run ("project", "label", self->project, "--file", out, "--json", NULL);
  g_assert_cmpint (number (again, "changed"), ==, 0);

  g_assert_true (g_file_set_contents (out, "path,label\nnobody.png,even\n", -1, NULL));
  cli_run_fails (cli_run ("project", "label", self->project, "--file", out, NULL), 1,
                 "“labels.csv” names 1 picture");
  cli_run_fails (cli_run ("project", "label", self->project, "--file", out, "--label", "x", NULL),
                 2, "don't go together");
}

static void
test_train_reads_it (Fixture      *self,
                     gconstpointer data)
{
  g_autofree char *out = g_build_filename (self->folder, "m.onnx", NULL);

  cli_run_ok (cli_run ("project", "add", self->project, "--data", self->pictures, NULL));
  cli_run_ok (cli_run ("train", "--data", self->project, "--arch", "lenet5", "--epochs", "1",
                       "--out", out, NULL));
}

static void
test_refusals (Fixture      *self,
               gconstpointer data)
{
  g_autofree char *odd = g_build_filename (self->folder, "Odd.convisor", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (odd, "this is no project, whatever its name says", -1, NULL));
  cli_run_fails (cli_run ("project", "new", self->project, NULL), 2, "is there already");
  cli_run_fails (cli_run ("project", "info", odd, NULL), 1, "Odd.convisor");
  cli_run_fails (cli_run ("project", "info", "nowhere.convisor", NULL), 1, "nowhere.convisor");
  cli_run_fails (cli_run ("project", "sing", self->project, NULL), 2, "sing");
  cli_run_fails (cli_run ("project", NULL), 2, "missing");
  cli_run_fails (cli_run ("project", "label", self->project, "--label", "x", "nobody", NULL), 1,
                 "nobody");
  cli_run_fails (cli_run ("project", "export-labels", self->project, "--to", "stone", "--out", "x",
                          NULL),
                 2, "stone");
  /* What was refused was not touched. */
  g_assert_true (g_file_get_contents (odd, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "this is no project"));
}

static void
add (const char *name,
     void       (*test) (Fixture *self, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/cli/project/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("fill-and-label", test_fill_and_label);
  add ("labels-come-back-from-a-file", test_labels_come_back_from_a_file);
  add ("train-reads-it", test_train_reads_it);
  add ("refusals", test_refusals);

  return g_test_run ();
}
