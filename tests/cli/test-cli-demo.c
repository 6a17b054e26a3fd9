/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `demo`: every stage in order, the files, and a report that is whole and needs nothing else. */
#include "cli-run.h"

#include <cairo.h>
#include <string.h>

static void
open_cb (GMarkupParseContext *context,
         const char          *element,
         const char         **names,
         const char         **values,
         gpointer             data,
         GError             **error)
{
  GHashTable *counts = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, element));

  g_hash_table_replace (counts, g_strdup (element), GUINT_TO_POINTER (n + 1));
  for (guint i = 0; names[i] != NULL; i++)
    {
      /* Nothing is fetched from anywhere. */
      if (strcmp (names[i], "src") == 0 || strcmp (names[i], "srcset") == 0)
        g_assert_true (g_str_has_prefix (values[i], "data:image/png;base64,"));
      g_assert_cmpstr (names[i], !=, "href");
    }
}

static cairo_status_t
read_cb (void          *closure,
         unsigned char *data,
         unsigned int   length)
{
  GBytes **left = closure;
  gsize size = g_bytes_get_size (*left);
  GBytes *rest;

  if (size < length)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, g_bytes_get_data (*left, NULL), length);
  rest = g_bytes_new_from_bytes (*left, length, size - length);
  g_bytes_unref (*left);
  *left = rest;

  return CAIRO_STATUS_SUCCESS;
}

/* Every embedded picture decodes. Returns how many there are. */
static guint
decode_pictures (const char *html)
{
  static const char mark[] = "data:image/png;base64,";
  guint n = 0;

  for (const char *at = strstr (html, mark); at != NULL; at = strstr (at, mark))
    {
      const char *end;
      g_autofree char *text = NULL;
      g_autofree guchar *data = NULL;
      g_autoptr (GBytes) bytes = NULL;
      cairo_surface_t *surface;
      gsize length;

      at += strlen (mark);
      end = strchr (at, '"');
      text = g_strndup (at, (gsize) (end - at));
      data = g_base64_decode (text, &length);
      bytes = g_bytes_new (data, length);
      surface = cairo_image_surface_create_from_png_stream (read_cb, &bytes);
      g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
      g_assert_cmpint (cairo_image_surface_get_width (surface), >, 50);
      cairo_surface_destroy (surface);
      n++;
    }

  return n;
}

static void
check_report (const char *path)
{
  static const GMarkupParser parser = { .start_element = open_cb };
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, counts, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *html = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &html, &length, NULL));
  g_assert_true (g_utf8_validate (html, (gssize) length, NULL));
  g_markup_parse_context_parse (context, html, (gssize) length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  /* Samples, two charts, two networks, filters, maps, matrix and three heat maps; each in light and
   * dark. */
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "img")), ==, 11);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "source")), ==, 11);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "table")), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "section")), ==, 8);
  g_assert_cmpuint (decode_pictures (html), ==, 22);
}

static void
test_stages_and_report (void)
{
  g_autofree char *folder = cli_folder ();
  g_autofree char *out = g_build_filename (folder, "new", "demo", NULL);
  g_autoptr (CliRun) run = cli_run ("demo", "--data", "builtin:doodles:300", "--epochs", "2",
                                    "--out", out, "--json", NULL);
  JsonObject *done = cli_run_done (run);
  static const char *const stages[] = { "train", "evaluate", "explain", "prune", "quantize",
                                        "export", "export", "export" };
  static const char *const files[] = { "model.onnx", "model-pruned.onnx",
                                       "model-pruned-8bit.onnx" };
  guint stage = 0;

  for (guint i = 0; i < run->lines->len; i++)
    {
      JsonObject *line = run->lines->pdata[i];

      if (strcmp (json_object_get_string_member (line, "event"), "stage") != 0)
        continue;
      g_assert_cmpstr (json_object_get_string_member (line, "stage"), ==, stages[stage]);
      if (strcmp (stages[stage], "export") == 0)
        g_assert_cmpint (json_object_get_int_member (line, "agree"), ==,
                         json_object_get_int_member (line, "of"));
      stage++;
    }
  g_assert_cmpuint (stage, ==, G_N_ELEMENTS (stages));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (out, files[i], NULL);

      cli_run_ok (cli_run ("info", path, NULL));
    }
  check_report (json_object_get_string_member (done, "report"));
  cli_remove (folder);
}

static void
test_unwritable_folder_is_refused_first (void)
{
  cli_run_fails (cli_run ("demo", "--out", "/dev/null/demo", NULL), 1, "/dev/null/demo");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/demo/stages-and-report", test_stages_and_report);
  g_test_add_func ("/cli/demo/unwritable-folder-is-refused-first",
                   test_unwritable_folder_is_refused_first);

  return g_test_run ();
}
