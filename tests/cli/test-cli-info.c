/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `info` of one model and of two, and `export --check`. */
#include "cli-run.h"

#include <string.h>

typedef struct
{
  char *folder, *plain, *rounded, *thinner;
} Fixture;

static Fixture shared;

/* The member of "differences" that tells of a layer; NULL: none does. */
static JsonObject *
difference_of (JsonObject *done,
               const char *name)
{
  JsonArray *all = json_object_get_array_member (done, "differences");

  for (guint i = 0; i < json_array_get_length (all); i++)
    if (strcmp (json_object_get_string_member (json_array_get_object_element (all, i), "name"),
                name) == 0)
      return json_array_get_object_element (all, i);

  return NULL;
}

static gint64
side_int (JsonObject *difference,
          const char *side,
          const char *key)
{
  g_assert_nonnull (difference);

  return json_object_get_int_member (json_object_get_object_member (difference, side), key);
}

static void
test_info_names_ends_and_fields (void)
{
  g_autoptr (CliRun) run = cli_run ("info", shared.plain, "--json", NULL);
  JsonObject *done = cli_run_done (run);
  JsonObject *input = json_array_get_object_element (json_object_get_array_member (done, "inputs"),
                                                     0);
  JsonArray *layers = json_object_get_array_member (done, "layers");
  JsonObject *conv = json_array_get_object_element (layers, 1);

  g_assert_cmpstr (json_object_get_string_member (input, "name"), ==, "input");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (input, "shape")), ==, 4);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, "outputs")), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (conv, "name"), ==, "conv1");
  g_assert_cmpint (json_object_get_int_member (conv, "receptive_field"), ==, 5);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (conv, "out")), ==, 3);
}

/* Protocol buffers by hand: a field of bytes, and one of a number below 128. */
static void
put_bytes (GByteArray *to,
           guint8      number,
           const void *bytes,
           gsize       length)
{
  const guint8 head[] = { (guint8) (number << 3 | 2), (guint8) (length | 128),
                          (guint8) (length >> 7) };

  g_assert_cmpuint (length, <, 1 << 14);
  g_byte_array_append (to, head, sizeof head);
  g_byte_array_append (to, bytes, (guint) length);
}

static void
put_text (GByteArray *to,
          guint8      number,
          const char *text)
{
  put_bytes (to, number, text, strlen (text));
}

static void
put_number (GByteArray *to,
            guint8      number,
            guint8      value)
{
  const guint8 bytes[] = { (guint8) (number << 3), value };

  g_byte_array_append (to, bytes, sizeof bytes);
}

/* Takes @part. */
static void
put_part (GByteArray *to,
          guint8      number,
          GByteArray *part)
{
  put_bytes (to, number, part->data, part->len);
  g_byte_array_unref (part);
}

static void
put_node (GByteArray        *graph,
          const char        *op,
          const char *const *inputs,
          const char        *output)
{
  GByteArray *node = g_byte_array_new ();

  for (guint i = 0; inputs[i] != NULL; i++)
    put_text (node, 1, inputs[i]);
  put_text (node, 2, output);
  put_text (node, 4, op);
  put_part (graph, 1, node);
}

/* Floats of [N, 3]. */
static void
put_end (GByteArray *graph,
         guint8      number,
         const char *name)
{
  GByteArray *end = g_byte_array_new (), *type = g_byte_array_new ();
  GByteArray *tensor = g_byte_array_new (), *shape = g_byte_array_new ();
  GByteArray *open = g_byte_array_new (), *three = g_byte_array_new ();

  put_text (open, 2, "N");
  put_number (three, 1, 3);
  put_part (shape, 1, open);
  put_part (shape, 1, three);
  put_number (tensor, 1, 1);
  put_part (tensor, 2, shape);
  put_part (type, 1, tensor);
  put_text (end, 1, name);
  put_part (end, 2, type);
  put_part (graph, number, end);
}

/* sum = left + right, positive = relu (sum): two ways in and two out. */
static void
write_two_ways (const char *path)
{
  g_autoptr (GByteArray) model = g_byte_array_new ();
  GByteArray *graph = g_byte_array_new (), *opset = g_byte_array_new ();

  put_node (graph, "Add", (const char *const[]) { "left", "right", NULL }, "sum");
  put_node (graph, "Relu", (const char *const[]) { "sum", NULL }, "positive");
  put_text (graph, 2, "two ways");
  put_end (graph, 11, "left");
  put_end (graph, 11, "right");
  put_end (graph, 12, "positive");
  put_end (graph, 12, "sum");
  put_number (opset, 2, 13);
  put_number (model, 1, 8);
  put_part (model, 7, graph);
  put_part (model, 8, opset);
  g_assert_true (g_file_set_contents (path, (const char *) model->data, model->len, NULL));
}

static void
test_info_takes_any_network (void)
{
  g_autofree char *path = g_build_filename (shared.folder, "two-ways.onnx", NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) text = NULL;
  JsonArray *inputs, *outputs, *shape;

  write_two_ways (path);
  run = cli_run ("info", path, "--json", NULL);
  text = cli_run ("info", path, NULL);
  inputs = json_object_get_array_member (cli_run_done (run), "inputs");
  outputs = json_object_get_array_member (cli_run_done (run), "outputs");

  g_assert_cmpuint (json_array_get_length (inputs), ==, 2);
  g_assert_cmpuint (json_array_get_length (outputs), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (inputs, 1),
                                                  "name"), ==, "right");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (outputs, 0),
                                                  "name"), ==, "positive");
  shape = json_object_get_array_member (json_array_get_object_element (outputs, 1), "shape");
  g_assert_cmpint (json_array_get_int_element (shape, 1), ==, 3);
  g_assert_nonnull (strstr (text->out, "right: float32 N×3"));
  cli_run_ok (cli_run ("info", path, shared.plain, NULL));
}

static void
test_compare_finds_nothing_between_a_model_and_itself (void)
{
  g_autoptr (CliRun) run = cli_run ("info", shared.plain, shared.plain, "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("info", shared.plain, shared.plain, NULL);
  JsonObject *done = cli_run_done (run);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, "changed")), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (done, "differences")), ==,
                    0);
  g_assert_nonnull (strstr (text->out, "No layer"));
}

static void
test_compare_tells_bits_and_operators (void)
{
  g_autoptr (CliRun) run = cli_run ("info", shared.plain, shared.rounded, "--json", NULL);
  g_autoptr (CliRun) text = cli_run ("info", shared.plain, shared.rounded, NULL);
  JsonObject *done = cli_run_done (run);
  JsonObject *conv = difference_of (done, "conv1");
  JsonArray *operators = json_object_get_array_member (done, "operators");
  gint64 fake_quants = 0;

  g_assert_cmpint (side_int (conv, "a", "bits"), ==, 32);
  g_assert_cmpint (side_int (conv, "b", "bits"), ==, 8);
  g_assert_cmpfloat (json_object_get_double_member (conv, "largest_difference"), >, 0);
  g_assert_null (difference_of (done, "pool1"));
  g_assert_false (json_object_has_member (difference_of (done, "input_quant"), "a"));
  for (guint i = 0; i < json_array_get_length (operators); i++)
    {
      JsonObject *op = json_array_get_object_element (operators, i);

      if (strcmp (json_object_get_string_member (op, "op"), "fake-quant") == 0)
        {
          fake_quants = json_object_get_int_member (op, "b");
          g_assert_cmpint (json_object_get_int_member (op, "a"), ==, 0);
        }
    }
  g_assert_cmpint (fake_quants, >, 0);
  g_assert_nonnull (strstr (text->out, "32 → 8 bits"));
}

static void
test_compare_tells_filters_and_zeros (void)
{
  g_autofree char *zeros = g_build_filename (shared.folder, "zeros.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("info", shared.plain, shared.thinner, "--json", NULL);
  g_autoptr (CliRun) sparse = NULL;
  JsonObject *done = cli_run_done (run), *layer;

  layer = difference_of (done, "conv2");
  g_assert_cmpint (side_int (layer, "b", "parameters"), <, side_int (layer, "a", "parameters"));
  g_assert_true (json_object_get_null_member (layer, "largest_difference"));
  g_assert_nonnull (difference_of (done, "relu2"));

  cli_run_ok (cli_run ("prune", "--model", shared.plain, "--amount", "0.5", "--kind", "weights",
                       "--out", zeros, NULL));
  sparse = cli_run ("info", shared.plain, zeros, "--json", NULL);
  layer = difference_of (cli_run_done (sparse), "fc3");
  g_assert_nonnull (layer);
  layer = json_object_get_object_member (layer, "b");
  g_assert_cmpfloat (json_object_get_double_member (layer, "zeros"), >, 0.2);
}

static void
test_export_is_checked_on_pictures (void)
{
  g_autofree char *out = g_build_filename (shared.folder, "out.onnx", NULL);
  g_autoptr (CliRun) run = cli_run ("export", "--model", shared.plain, "--to", "onnx", "--out", out,
                                    "--check", "builtin:digits:40", "--json", NULL);
  JsonObject *done = cli_run_done (run);

  g_assert_cmpint (json_object_get_int_member (done, "of"), ==, 40);
  g_assert_cmpint (json_object_get_int_member (done, "agree"), ==, 40);
  g_assert_cmpfloat (json_object_get_double_member (done, "largest_difference"), <, 1e-5);
  g_assert_cmpint (json_object_get_int_member (done, "bytes"), >, 61706 * 4);
}

static void
set_up (void)
{
  shared.folder = cli_folder ();
  shared.plain = g_build_filename (shared.folder, "plain.onnx", NULL);
  shared.rounded = g_build_filename (shared.folder, "rounded.onnx", NULL);
  shared.thinner = g_build_filename (shared.folder, "thinner.onnx", NULL);
  cli_run_ok (cli_run ("bench", "--net", "lenet5", "--write-onnx", shared.plain, NULL));
  cli_run_ok (cli_run ("bench", "--net", "lenet5", "--write-onnx", shared.rounded, "--int8", NULL));
  cli_run_ok (cli_run ("prune", "--model", shared.plain, "--amount", "0.3", "--kind", "filters",
                       "--out", shared.thinner, NULL));
}

static void
tear_down (void)
{
  cli_remove (shared.folder);
  g_free (shared.folder);
  g_free (shared.plain);
  g_free (shared.rounded);
  g_free (shared.thinner);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/info/names-ends-and-fields", test_info_names_ends_and_fields);
  g_test_add_func ("/cli/info/takes-any-network", test_info_takes_any_network);
  g_test_add_func ("/cli/info/compare-finds-nothing-between-a-model-and-itself",
                   test_compare_finds_nothing_between_a_model_and_itself);
  g_test_add_func ("/cli/info/compare-tells-bits-and-operators",
                   test_compare_tells_bits_and_operators);
  g_test_add_func ("/cli/info/compare-tells-filters-and-zeros",
                   test_compare_tells_filters_and_zeros);
  g_test_add_func ("/cli/info/export-is-checked-on-pictures", test_export_is_checked_on_pictures);

  set_up ();
  status = g_test_run ();
  tear_down ();

  return status;
}
