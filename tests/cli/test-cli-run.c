/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `run`: arrays through any ONNX file. */
#include "cli-run.h"

#include <string.h>

/* A file of the fuzz corpus with two inputs, maps and a shape, and two outputs. */
static char *
network (void)
{
  return g_build_filename (g_getenv ("CONVISOR_SOURCE"), "tests", "fuzz", "corpus", "onnx",
                           "one-run.onnx", NULL);
}

/* (transfer full): the path of a NumPy array. @header: type and shape in NumPy's words */
static char *
array (const char   *folder,
       const char   *name,
       const char   *header,
       gconstpointer values,
       gsize         length)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 start[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (guint8) strlen (header), 0 };

  g_byte_array_append (bytes, start, sizeof start);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (bytes, values, (guint) length);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));

  return path;
}

static void
test_arrays_in_arrays_out (void)
{
  static const gint64 wanted[] = { 1, 2, 4, 4 };
  g_autofree char *folder = cli_folder (), *model = network ();
  float values[32] = { 0, 1, 2, 3 };
  g_autofree char *x = array (
    folder, "x.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 4, 4), }\n", values,
    sizeof values);
  g_autofree char *shape = array (folder, "s.npy",
                                  "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }\n",
                                  wanted, sizeof wanted);
  g_autofree char *y = g_build_filename (folder, "y.npy", NULL);
  g_autofree char *z = g_build_filename (folder, "z.pb", NULL);
  g_autofree char *written = NULL;
  g_autoptr (CliRun) run = cli_run ("run", model, "--input", x, "--input", shape, "--out", y,
                                    "--out", z, "--json", NULL);
  JsonObject *done = cli_run_done (run);
  JsonArray *outputs = json_object_get_array_member (done, "outputs");
  JsonObject *second = json_array_get_object_element (outputs, 1);
  JsonArray *extents = json_object_get_array_member (second, "shape");
  gsize length;

  g_assert_cmpint (run->status, ==, 0);
  g_assert_cmpuint (json_array_get_length (outputs), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (second, "name"), ==, "z");
  g_assert_cmpuint (json_array_get_length (extents), ==, 4);
  g_assert_cmpint (json_array_get_int_element (extents, 1), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (done, "ms"), >, 0);
  g_assert_true (g_file_get_contents (y, &written, &length, NULL));
  g_assert_cmpmem (written, 6, "\x93NUMPY", 6);
  g_assert_true (g_file_test (z, G_FILE_TEST_IS_REGULAR));

  cli_run_fails (cli_run ("run", model, "--input", x, "--input", shape, "--out", y, NULL), 2,
                 "outputs");
  cli_run_fails (cli_run ("run", model, "--input", x, "--out", y, "--out", z, NULL), 1, "inputs");
  cli_run_fails (cli_run ("run", model, "--input", shape, "--input", x, "--out", y, "--out", z,
                          NULL), 1, "takes values of");
  cli_run_fails (cli_run ("run", model, "--input", x, "--input", shape, "--out", y, "--out", z,
                          "--int8", NULL), 1, "integers");
  cli_run_fails (cli_run ("run", model, "--input", model, "--input", shape, "--out", y, "--out", z,
                          NULL), 1, "one-run.onnx");
  cli_run_fails (cli_run ("run", model, "--out", y, NULL), 2, "--input");
  cli_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/run/arrays-in-arrays-out", test_arrays_in_arrays_out);

  return g_test_run ();
}
