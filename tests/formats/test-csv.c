/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: separators, quotes, line ends and encodings. */
#include "cvr-csv.h"

#include <string.h>

static CvrCsv *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  CvrCsv *csv = cvr_csv_read ((const guint8 *) text, strlen (text), &error);

  g_assert_no_error (error);

  return csv;
}

static char **
row (CvrCsv *csv,
     guint   r)
{
  g_assert_cmpuint (r, <, csv->rows->len);

  return g_ptr_array_index (csv->rows, r);
}

static void
test_finds_the_separator (void)
{
  static const struct
  {
    const char *text;
    char        separator;
  } cases[] = {
    { "a.png,cat\nb;c.png,dog\n", ',' },
    { "a.png;cat\nb,c.png;dog\n", ';' },
    { "a.png\tcat\nb.png\tdog", '\t' },
    { "\"a;b;c.png\",cat\n", ',' },
    { "a.png\n", ',' },
    { "sep=;\r\na.png;b,c,d\n", ';' },
    { "SEP=\t\na,b,c.png\tcat\n", '\t' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrCsv) csv = read_text (cases[i].text);

      g_assert_cmpint (csv->separator, ==, cases[i].separator);
    }
}

static void
test_keeps_what_quotes_hold (void)
{
  g_autoptr (CvrCsv) csv = read_text ("\"a, b.png\",\"say \"\"cat\"\"\"\r\n\"two\nlines\",dog\r\n");

  g_assert_cmpuint (csv->rows->len, ==, 2);
  g_assert_cmpstr (row (csv, 0)[0], ==, "a, b.png");
  g_assert_cmpstr (row (csv, 0)[1], ==, "say \"cat\"");
  g_assert_null (row (csv, 0)[2]);
  g_assert_cmpstr (row (csv, 1)[0], ==, "two\nlines");
}

static void
test_takes_all_line_ends_and_blanks (void)
{
  g_autoptr (CvrCsv) csv = read_text ("a , 1\r\nb,2\rc,3\n\n , \nd,");

  g_assert_cmpuint (csv->rows->len, ==, 4);
  g_assert_cmpstr (row (csv, 0)[0], ==, "a");
  g_assert_cmpstr (row (csv, 0)[1], ==, "1");
  g_assert_cmpstr (row (csv, 1)[1], ==, "2");
  g_assert_cmpstr (row (csv, 2)[0], ==, "c");
  g_assert_cmpstr (row (csv, 3)[0], ==, "d");
  g_assert_cmpstr (row (csv, 3)[1], ==, "");
}

static void
test_reads_encodings (void)
{
  g_autoptr (CvrCsv) marked = read_text ("\xef\xbb\xbfpath,label\n");
  g_autoptr (CvrCsv) latin = read_text ("ni\xf1o.png,\xe1rbol\n");
  static const guint8 utf16[] = { 0xff, 0xfe, 'a', 0, ',', 0, 'b', 0 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (row (marked, 0)[0], ==, "path");
  g_assert_cmpstr (row (latin, 0)[0], ==, "niño.png");
  g_assert_cmpstr (row (latin, 0)[1], ==, "árbol");
  g_assert_null (cvr_csv_read (utf16, sizeof utf16, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
}

static void
test_bounds_fields_and_columns (void)
{
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autofree char *field = g_strnfill (70000, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrCsv) csv = NULL;

  for (guint i = 0; i < 785; i++)
    g_string_append_printf (wide, "%s%u", i > 0 ? "," : "", i);
  csv = read_text (wide->str);
  g_assert_cmpuint (csv->rows->len, ==, 1);
  g_assert_cmpuint (g_strv_length (row (csv, 0)), ==, 32);

  g_assert_null (cvr_csv_read ((const guint8 *) field, 70000, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE);
}

static void
test_empty_is_no_rows (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrCsv) csv = cvr_csv_read (NULL, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (csv->rows->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/csv/finds-the-separator", test_finds_the_separator);
  g_test_add_func ("/formats/csv/keeps-what-quotes-hold", test_keeps_what_quotes_hold);
  g_test_add_func ("/formats/csv/takes-all-line-ends-and-blanks",
                   test_takes_all_line_ends_and_blanks);
  g_test_add_func ("/formats/csv/reads-encodings", test_reads_encodings);
  g_test_add_func ("/formats/csv/bounds-fields-and-columns", test_bounds_fields_and_columns);
  g_test_add_func ("/formats/csv/empty-is-no-rows", test_empty_is_no_rows);

  return g_test_run ();
}
