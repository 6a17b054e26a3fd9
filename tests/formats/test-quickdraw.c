/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quick, Draw! lines: raw and simplified strokes, and lines that are none. */
#include "cvr-quickdraw.h"

#include <string.h>

static CvrDrawing *
read_line (const char *line,
           GError    **error)
{
  return cvr_quickdraw_read ((const guint8 *) line, strlen (line), error);
}

static void
test_reads_simplified (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDrawing) drawing = read_line (
      "{\"word\":\"cat\",\"countrycode\":\"ES\",\"recognized\":true,\"key_id\":\"1\","
      "\"drawing\":[[[0,10,20],[5,6,7]],[[30],[40]]]}",
      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (drawing->word, ==, "cat");
  g_assert_cmpuint (drawing->lengths->len, ==, 2);
  g_assert_cmpuint (g_array_index (drawing->lengths, guint, 0), ==, 3);
  g_assert_cmpuint (g_array_index (drawing->lengths, guint, 1), ==, 1);
  g_assert_cmpfloat (g_array_index (drawing->points, CvrStrokePoint, 2).x, ==, 20);
  g_assert_cmpfloat (g_array_index (drawing->points, CvrStrokePoint, 2).y, ==, 7);
  g_assert_cmpfloat (g_array_index (drawing->points, CvrStrokePoint, 3).y, ==, 40);
}

static void
test_reads_raw (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDrawing) drawing = read_line (
      " { \"key_id\" : null , \"drawing\" : [ [ [1.5, -2e1] , [3, 4.25], [0, 17] ] ] ,"
      " \"word\" : \"\\u00f1and\\u00fa \\\"x\\\"\", \"more\": {\"a\": [1, {\"b\": []}]} } ",
      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (drawing->word, ==, "ñandú \"x\"");
  g_assert_cmpfloat (g_array_index (drawing->points, CvrStrokePoint, 1).x, ==, -20);
  g_assert_cmpfloat (g_array_index (drawing->points, CvrStrokePoint, 1).y, ==, 4.25);
}

static void
test_word_may_be_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDrawing) drawing = read_line ("{\"drawing\":[[[1],[2]]]}", &error);

  g_assert_no_error (error);
  g_assert_null (drawing->word);
}

static void
test_refuses (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *nested = g_strconcat ("{\"a\":", deep, NULL);
  const char *const lines[] = {
    "", "{}", "[]", "null", "{\"drawing\":[]}", "{\"drawing\":[[[],[]]]}",
    "{\"word\":\"cat\"}",
    "{\"drawing\":[[[1,2],[3]]]}",        /* fewer y than x */
    "{\"drawing\":[[[1],[3,4]]]}",        /* more y than x */
    "{\"drawing\":[[[1]]]}",              /* no y */
    "{\"drawing\":[[[1e999],[0]]]}", "{\"drawing\":[[[1e7],[0]]]}", "{\"drawing\":[[[nan],[0]]]}",
    "{\"drawing\":[[[1],[2]]]",           /* not closed */
    "{\"word\":\"\xff\",\"drawing\":[[[1],[2]]]}",
    "{\"word\":\"\\q\",\"drawing\":[[[1],[2]]]}",
    nested,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_line (lines[i], &error));
      g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
    }
}

static void
test_refuses_every_cut (void)
{
  static const char line[] = "{\"word\":\"cat\",\"drawing\":[[[0,10],[5,6]]]}";

  for (gsize n = 0; n < sizeof line - 1; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (line, n);
      g_autoptr (GError) error = NULL;

      g_assert_null (cvr_quickdraw_read (copy, n, &error));
      g_assert_nonnull (error);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/quickdraw/reads-simplified", test_reads_simplified);
  g_test_add_func ("/formats/quickdraw/reads-raw", test_reads_raw);
  g_test_add_func ("/formats/quickdraw/word-may-be-missing", test_word_may_be_missing);
  g_test_add_func ("/formats/quickdraw/refuses", test_refuses);
  g_test_add_func ("/formats/quickdraw/refuses-every-cut", test_refuses_every_cut);

  return g_test_run ();
}
