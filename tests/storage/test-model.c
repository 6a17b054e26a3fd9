/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model files: everything needed to predict comes back, foreign files get sensible answers, and
 * what does not fit together is refused. */
#include "cvr-model.h"
#include "cvr-onnx.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const two_classes[] = { "ñandú", "a \"b\"\n[c]", NULL };

/* [1, @channels, 6, 8] → @outputs values, or maps where @maps. */
static NnGraph *
build_graph (guint    channels,
             guint    outputs,
             gboolean maps)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_maps (channels, 6, 8));
  NnGraph *graph;

  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  if (!maps)
    x = nn_builder_dense (builder, x, (NnDenseSpec) { outputs, TRUE });
  nn_builder_output (builder, x);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

static CvrPreprocess
some_preprocess (void)
{
  CvrPreprocess preprocess = cvr_preprocess_default (8, 6, 3);

  preprocess.resize = CVR_RESIZE_FILL;
  preprocess.scale = CVR_SCALE_STANDARDISE;
  for (guint c = 0; c < 3; c++)
    {
      preprocess.mean[c] = 0.1f + 0.11f * (float) c;
      preprocess.deviation[c] = 0.3f / (float) (c + 1);
    }

  return preprocess;
}

static CvrModel *
some_model (const char *training)
{
  g_autoptr (NnGraph) graph = build_graph (3, 2, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 5, &error);
  CvrPreprocess preprocess = some_preprocess ();

  g_assert_no_error (error);
  return cvr_model_new (graph, params, two_classes, &preprocess, training);
}

static void
assert_same_model (CvrModel *a,
                   CvrModel *b)
{
  g_assert_cmpuint (a->n_classes, ==, b->n_classes);
  g_assert_cmpstrv (a->classes, b->classes);
  g_assert_cmpstr (a->training, ==, b->training);
  g_assert_cmpuint (a->preprocess.width, ==, b->preprocess.width);
  g_assert_cmpuint (a->preprocess.height, ==, b->preprocess.height);
  g_assert_cmpuint (a->preprocess.channels, ==, b->preprocess.channels);
  g_assert_cmpint (a->preprocess.resize, ==, b->preprocess.resize);
  g_assert_cmpint (a->preprocess.scale, ==, b->preprocess.scale);
  for (guint c = 0; c < a->preprocess.channels; c++)
    {
      g_assert_true (a->preprocess.mean[c] == b->preprocess.mean[c]);
      g_assert_true (a->preprocess.deviation[c] == b->preprocess.deviation[c]);
    }
  g_assert_cmpmem (nn_params_peek_all (a->params), nn_params_n_values (a->params) * sizeof (float),
                   nn_params_peek_all (b->params), nn_params_n_values (b->params) * sizeof (float));
}

static void
test_save_and_load (void)
{
  static const char *const trainings[] = { NULL,
                                           "{\"arch\":\"lenet5\",\"seed\":7,\"note\":\"[[[{\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (trainings); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *dir = g_dir_make_tmp ("convisor-XXXXXX", &error);
      g_autofree char *path = g_build_filename (dir, "mödel.onnx", NULL);
      g_autoptr (CvrModel) model = some_model (trainings[i]);
      g_autoptr (CvrModel) loaded = NULL;

      g_assert_no_error (error);
      g_assert_true (cvr_model_save (model, path, &error));
      g_assert_no_error (error);
      loaded = cvr_model_load (path, &error);
      g_assert_no_error (error);
      assert_same_model (model, loaded);
      g_assert_true (nn_params_is_frozen (loaded->params));

      g_assert_cmpint (g_remove (path), ==, 0);
      g_assert_cmpint (g_rmdir (dir), ==, 0);
    }
}

static void
test_same_model_same_bytes (void)
{
  g_autoptr (CvrModel) a = some_model ("{\"seed\":7}");
  g_autoptr (CvrModel) b = some_model ("{\"seed\":7}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = cvr_model_to_bytes (a, &error);
  g_autoptr (GBytes) second = cvr_model_to_bytes (b, &error);
  gsize size;

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  g_assert_true (cvr_model_file_size (a, &size, &error));
  g_assert_cmpuint (size, ==, g_bytes_get_size (first));
}

static void
test_other_network_keeps_the_rest (void)
{
  g_autoptr (CvrModel) model = some_model ("{\"seed\":7}");
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrModel) other = NULL;

  graph = nn_graph_ref (model->graph);
  params = nn_params_new (graph, 99, &error);
  g_assert_no_error (error);
  other = cvr_model_with (model, graph, params);
  g_assert_true (other->params == params);
  g_assert_cmpstrv (other->classes, model->classes);
  g_assert_cmpstr (other->training, ==, model->training);
  g_assert_cmpfloat (other->preprocess.mean[2], ==, model->preprocess.mean[2]);
}

static void
test_truncated_anywhere_is_refused (void)
{
  g_autoptr (CvrModel) model = some_model ("{\"seed\":7}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_model_to_bytes (model, &error);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize n = 0; n < length; n++)
    {
      g_assert_null (cvr_model_from_bytes (data, n, "cut.onnx", &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "cut.onnx"));
      g_clear_error (&error);
    }
}

/* The ONNX file of a network with the given metadata, read as a model. */
static CvrModel *
read_with (NnGraph           *graph,
           const CvrOnnxMeta *metadata,
           guint              n_metadata,
           GError           **error)
{
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, metadata, n_metadata, NULL);

  return cvr_model_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                               "foreign.onnx", error);
}

static void
test_foreign_files_get_numbers_for_classes (void)
{
  g_autoptr (NnGraph) graph = build_graph (1, 3, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrModel) model = read_with (graph, NULL, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (model->n_classes, ==, 3);
  g_assert_cmpstrv (model->classes, ((const char *const[]) { "0", "1", "2", NULL }));
  g_assert_null (model->training);
  g_assert_cmpuint (model->preprocess.width, ==, 8);
  g_assert_cmpuint (model->preprocess.height, ==, 6);
  g_assert_cmpuint (model->preprocess.channels, ==, 1);
  g_assert_cmpint (model->preprocess.resize, ==, CVR_RESIZE_FIT);
  g_assert_cmpint (model->preprocess.scale, ==, CVR_SCALE_UNIT);
  g_assert_true (model->preprocess.mean[0] == 0 && model->preprocess.deviation[0] == 1);
}

static void
test_what_does_not_fit_is_refused (void)
{
  static const struct { const char *key, *value, *word; } cases[] = {
    { "convisor.classes", "[\"a\"]", "length 1" },
    { "convisor.classes", "[\"a\", 7]", "no name" },
    { "convisor.classes", "{}", "length 0" },
    { "convisor.classes", "[\"a\", ", "not JSON" },
    { "convisor.classes", "", "not JSON" },
    { "convisor.preprocess", "[]", "foreign.onnx" },
    { "convisor.preprocess", "{}", "foreign.onnx" },
    { "convisor.training", "[1]", "not a JSON object" },
  };
  g_autoptr (NnGraph) graph = build_graph (3, 2, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CvrOnnxMeta meta = { (char *) cases[i].key, (char *) cases[i].value };
      g_autoptr (GError) error = NULL;

      g_assert_null (read_with (graph, &meta, 1, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "foreign.onnx"));
      g_assert_nonnull (strstr (error->message, cases[i].word));
    }
}

/* A parser that calls itself for every bracket would leave the stack. */
static void
test_endless_brackets_are_refused (void)
{
  g_autoptr (NnGraph) graph = build_graph (3, 2, FALSE);
  g_autofree char *brackets = g_strnfill (2000000, '[');
  const CvrOnnxMeta meta = { (char *) "convisor.classes", brackets };
  g_autoptr (GError) error = NULL;

  g_assert_null (read_with (graph, &meta, 1, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
}

static void
test_other_sizes_are_refused (void)
{
  g_autoptr (NnGraph) graph = build_graph (3, 2, FALSE);
  CvrPreprocess preprocess = cvr_preprocess_default (9, 6, 3);
  g_autoptr (JsonNode) node = cvr_preprocess_to_json (&preprocess);
  g_autofree char *text = json_to_string (node, FALSE);
  const CvrOnnxMeta meta = { (char *) "convisor.preprocess", text };
  g_autoptr (GError) error = NULL;

  g_assert_null (read_with (graph, &meta, 1, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "9×6"));
}

static void
test_only_pictures_in_and_a_vector_out (void)
{
  g_autoptr (NnGraph) maps = build_graph (3, 2, TRUE);
  g_autoptr (NnGraph) two_channels = build_graph (2, 2, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (read_with (maps, NULL, 0, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "4×6×8"));
  g_clear_error (&error);
  g_assert_null (read_with (two_channels, NULL, 0, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "2×6×8"));
}

static void
test_missing_files_and_folders (void)
{
  g_autoptr (CvrModel) model = some_model (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_model_load ("/nowhere/model.onnx", &error));
  g_assert_nonnull (strstr (error->message, "model.onnx"));
  g_clear_error (&error);
  g_assert_null (cvr_model_load ("/dev/zero", &error));
  g_assert_nonnull (strstr (error->message, "zero"));
  g_clear_error (&error);
  g_assert_false (cvr_model_save (model, "/nowhere/model.onnx", &error));
  g_assert_nonnull (error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/model/save-and-load", test_save_and_load);
  g_test_add_func ("/storage/model/same-model-same-bytes", test_same_model_same_bytes);
  g_test_add_func ("/storage/model/other-network-keeps-the-rest",
                   test_other_network_keeps_the_rest);
  g_test_add_func ("/storage/model/truncated-anywhere-is-refused",
                   test_truncated_anywhere_is_refused);
  g_test_add_func ("/storage/model/foreign-files-get-numbers-for-classes",
                   test_foreign_files_get_numbers_for_classes);
  g_test_add_func ("/storage/model/what-does-not-fit-is-refused",
                   test_what_does_not_fit_is_refused);
  g_test_add_func ("/storage/model/endless-brackets-are-refused",
                   test_endless_brackets_are_refused);
  g_test_add_func ("/storage/model/other-sizes-are-refused", test_other_sizes_are_refused);
  g_test_add_func ("/storage/model/only-pictures-in-and-a-vector-out",
                   test_only_pictures_in_and_a_vector_out);
  g_test_add_func ("/storage/model/missing-files-and-folders", test_missing_files_and_folders);

  return g_test_run ();
}
