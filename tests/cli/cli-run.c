/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the built program as a user would, and reads what it said. */
#include "cli-run.h"

#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

static void
limit_files (gpointer data)
{
  guint64 limit = *(const guint64 *) data;
  struct rlimit rlimit = { limit, limit };

  if (limit > 0)
    setrlimit (RLIMIT_FSIZE, &rlimit);
}

static char **
command (const char *const *args)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *program = g_getenv ("CONVISOR_CLI");

  g_assert_nonnull (program);
  g_strv_builder_add (builder, program);
  g_strv_builder_addv (builder, (const char **) args);

  return g_strv_builder_end (builder);
}

static void
parse_lines (CliRun *run)
{
  g_auto (GStrv) lines = g_strsplit (run->out, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;

      if (lines[i][0] == '\0')
        continue;
      node = json_from_string (lines[i], &error);
      g_assert_no_error (error);
      g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
      g_assert_true (json_object_has_member (json_node_get_object (node), "event"));
      g_ptr_array_add (run->lines, json_node_dup_object (node));
    }
}

CliRun *
cli_run_in (const char        *locale,
            guint64            file_limit,
            const char *const *args)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = command (args);
  CliRun *run = g_new0 (CliRun, 1);

  g_subprocess_launcher_set_child_setup (launcher, limit_files, &file_limit, NULL);
  if (locale != NULL)
    {
      g_subprocess_launcher_setenv (launcher, "LC_ALL", locale, TRUE);
      g_subprocess_launcher_unsetenv (launcher, "LANGUAGE");
    }
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run->out, &run->err, &error);
  g_assert_no_error (error);
  run->status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  run->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  if (g_strv_contains (args, "--json"))
    parse_lines (run);

  return run;
}

CliRun *
cli_run (const char *first,
         ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  va_list rest;

  va_start (rest, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (rest, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (rest);
  g_ptr_array_add (args, NULL);

  return cli_run_in (NULL, 0, (const char *const *) args->pdata);
}

void
cli_run_free (CliRun *run)
{
  g_free (run->out);
  g_free (run->err);
  g_ptr_array_unref (run->lines);
  g_free (run);
}

JsonObject *
cli_run_done (const CliRun *run)
{
  JsonObject *last;

  if (run->status != 0)
    g_test_message ("%s", run->err);
  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpuint (run->lines->len, >, 0);
  last = run->lines->pdata[run->lines->len - 1];
  g_assert_cmpstr (json_object_get_string_member (last, "event"), ==, "done");

  return last;
}

guint
cli_run_count (const CliRun *run,
               const char   *event)
{
  guint n = 0;

  for (guint i = 0; i < run->lines->len; i++)
    n += g_strcmp0 (json_object_get_string_member (run->lines->pdata[i], "event"), event) == 0;

  return n;
}

void
cli_run_ok (CliRun *run)
{
  if (run->status != 0)
    g_test_message ("%s", run->err);
  g_assert_cmpint (run->status, ==, 0);
  cli_run_free (run);
}

void
cli_run_fails (CliRun     *run,
               int         status,
               const char *words)
{
  if (strstr (run->err, words) == NULL || run->status != status)
    g_test_message ("%d: %s", run->status, run->err);
  g_assert_cmpint (run->status, ==, status);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_nonnull (strstr (run->err, words));
  cli_run_free (run);
}

GSubprocess *
cli_start (const char *const *args)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = command (args);
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  GSubprocess *process = g_subprocess_newv ((const char *const *) argv, flags, &error);

  g_assert_no_error (error);

  return process;
}

char *
cli_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("convisor-cli-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

void
cli_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        cli_remove (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}

void
cli_draw (const char *path,
          guint       k,
          guint       side)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) side,
                                                         (int) side);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 0.2, 0.2, 0.2);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0.9, 0.9, 0.9);
  cairo_rectangle (cr, 1 + k % 5, 1 + k * 3 % 5, side / 2.0, k % 2 == 0 ? side / 2.0 : side / 5.0);
  cairo_fill (cr);
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

void
cli_draw_set (const char *folder,
              guint       n)
{
  static const char *const classes[] = { "square", "bar" };

  for (guint c = 0; c < 2; c++)
    {
      g_autofree char *sub = g_build_filename (folder, classes[c], NULL);

      g_assert_cmpint (g_mkdir_with_parents (sub, 0755), ==, 0);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *name = g_strdup_printf ("%s/%u.png", sub, i);

          cli_draw (name, 2 * i + c, 16);
        }
    }
}

char *
cli_model (const char *folder)
{
  char *path = g_build_filename (folder, "model.onnx", NULL);

  cli_run_ok (cli_run ("train", "-q", "--data", "builtin:digits:200", "--arch", "lenet5",
                       "--epochs", "2", "--out", path, NULL));

  return path;
}

void
cli_png (const char *path,
         int        *width,
         int        *height)
{
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  *width = cairo_image_surface_get_width (surface);
  *height = cairo_image_surface_get_height (surface);
  cairo_surface_destroy (surface);
}
