/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: limits, JSON, and what they mean for a data set. */
#include "session-test.h"

#include "cvr-settings.h"

#include <math.h>

static void
test_default_is_usable (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_settings_check (&settings, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (settings.arch, ==, "lenet5");
  g_assert_cmpuint (settings.epochs, ==, 20);
  g_assert_cmpuint (settings.batch, ==, 32);
  g_assert_cmpint (settings.optim.kind, ==, NN_OPTIM_ADAM);
}

static void
test_json_brings_every_field_back (void)
{
  CvrSettings settings = cvr_settings_default ();
  CvrSettings read = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;

  g_strlcpy (settings.arch, "resnet8", sizeof settings.arch);
  settings.width = 24;
  settings.height = 20;
  settings.channels = 3;
  settings.resize = CVR_RESIZE_STRETCH;
  settings.scale = CVR_SCALE_STANDARDISE;
  settings.augment.strength[CVR_AUGMENT_FLIP] = 0.3f;
  settings.augment.strength[CVR_AUGMENT_NOISE] = 1.0f;
  settings.optim = nn_optim_spec_default (NN_OPTIM_NESTEROV);
  settings.optim.lr = 0.0123f;
  settings.optim.momentum = 0.77f;
  settings.optim.weight_decay = 1e-4f;
  settings.optim.l1 = 1e-6f;
  settings.optim.clip_norm = 5.0f;
  settings.schedule = nn_schedule_spec_default (NN_SCHEDULE_COSINE);
  settings.loss = NN_LOSS_HUBER;
  settings.class_weights = TRUE;
  settings.dropout = 0.25f;
  settings.epochs = 33;
  settings.batch = 17;
  settings.early_stop = 4;
  settings.n_frozen = 2;
  settings.valid_fraction = 0.15;
  settings.time_limit = 12.5;
  settings.seed = G_MAXUINT64 - 5; /* More than a double holds. */

  json = cvr_settings_to_json (&settings);
  g_assert_true (cvr_settings_from_json (&read, json, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (read.seed, ==, G_MAXUINT64 - 5);
  g_assert_true (read.optim.lr == settings.optim.lr);
  g_assert_true (read.augment.strength[CVR_AUGMENT_FLIP] == 0.3f);
  g_assert_cmpint (read.schedule.kind, ==, NN_SCHEDULE_COSINE);
  again = cvr_settings_to_json (&read);
  g_assert_cmpstr (again, ==, json);
  g_assert_true (cvr_settings_equal (&settings, &read));

  read.batch++;
  g_assert_false (cvr_settings_equal (&settings, &read));
}

static void
test_unknown_keys_are_ignored_and_missing_ones_default (void)
{
  CvrSettings read = { 0 };
  CvrSettings expected = cvr_settings_default ();
  g_autoptr (GError) error = NULL;

  expected.epochs = 3;
  g_assert_true (
    cvr_settings_from_json (&read, "{\"epochs\":3,\"colour_of_the_sky\":\"blue\"}", &error));
  g_assert_no_error (error);
  g_assert_true (cvr_settings_equal (&read, &expected));
}

static void
test_bad_json_is_refused_by_name (void)
{
  static const struct { const char *json, *name; } cases[] = {
    { "{\"epochs\":0}", "epochs" },           { "{\"epochs\":\"many\"}", "epochs" },
    { "{\"epochs\":-1}", "epochs" },          { "{\"batch\":0}", "batch" },
    { "{\"arch\":\"nothing\"}", "arch" },     { "{\"optimizer\":\"magic\"}", "optimizer" },
    { "{\"lr\":\"fast\"}", "lr" },            { "{\"valid_fraction\":0.95}", "valid_fraction" },
    { "{\"channels\":2}", "channels" },       { "{\"width\":28}", "height" },
    { "{\"width\":2000,\"height\":28}", "width" }, { "{\"resize\":\"crush\"}", "resize" },
    { "{\"scale\":3}", "scale" },             { "{\"dropout\":2}", "dropout" },
    { "{\"class_weights\":1}", "class_weights" }, { "{\"schedule\":\"later\"}", "schedule" },
    { "{\"loss\":\"weight\"}", "loss" },      { "{\"time_limit\":-3}", "time_limit" },
    { "[]", "settings" },                      { "{", "settings" },
    { "", "settings" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CvrSettings settings = cvr_settings_default ();
      CvrSettings before = settings;
      g_autoptr (GError) error = NULL;

      g_assert_false (cvr_settings_from_json (&settings, cases[i].json, &error));
      g_assert_nonnull (error);
      g_test_message ("%s → %s", cases[i].json, error->message);
      g_assert_nonnull (strstr (error->message, cases[i].name));
      g_assert_true (cvr_settings_equal (&settings, &before));
    }
}

static void
test_a_learning_rate_that_is_no_number_is_refused (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (GError) error = NULL;

  settings.optim.lr = (float) NAN;
  g_assert_false (cvr_settings_check (&settings, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
}

static void
test_size_comes_from_the_pictures (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrDataset) dataset = session_test_dataset (12, 3);
  g_autoptr (GError) error = NULL;
  CvrPreprocess preprocess;

  g_assert_true (cvr_settings_preprocess (&settings, dataset, &preprocess, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (preprocess.width, ==, SESSION_TEST_SIDE);
  g_assert_cmpuint (preprocess.height, ==, SESSION_TEST_SIDE);
  g_assert_cmpuint (preprocess.channels, ==, 1);

  settings.width = 20;
  settings.height = 16;
  settings.channels = 3;
  g_assert_true (cvr_settings_preprocess (&settings, dataset, &preprocess, &error));
  g_assert_cmpuint (preprocess.width, ==, 20);
  g_assert_cmpuint (preprocess.height, ==, 16);
  g_assert_cmpuint (preprocess.channels, ==, 3);
}

/* The definition, with one pass over exactly the training pictures' own pixels. */
static void
test_standardise_takes_the_training_pictures_alone (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  g_autoptr (GError) error = NULL;
  CvrPreprocess preprocess;
  double sum = 0, squares = 0, n = 0;

  settings.scale = CVR_SCALE_STANDARDISE;
  g_assert_true (cvr_settings_preprocess (&settings, dataset, &preprocess, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, NULL);

      if (item->used != CVR_SPLIT_TRAIN)
        continue;
      for (gsize p = 0; p < cvr_image_n_bytes (image); p++)
        {
          double value = image->data[p] / 255.0;

          sum += value;
          squares += value * value;
          n++;
        }
    }
  g_assert_cmpfloat (n, >, 0);
  /* Single precision keeps seven digits. */
  g_assert_cmpfloat_with_epsilon ((double) preprocess.mean[0], sum / n, 1e-6);
  g_assert_cmpfloat_with_epsilon ((double) preprocess.deviation[0],
                                  sqrt (squares / n - sum * sum / n / n), 1e-6);
}

static void
test_network_fits_the_pictures_and_classes (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrDataset) dataset = session_test_dataset (12, 3);
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (GError) error = NULL;
  CvrPreprocess preprocess;
  NnShape output;

  g_assert_true (cvr_settings_preprocess_size (&settings, dataset, &preprocess, &error));
  graph = cvr_settings_graph (&settings, &preprocess, 3, &error);
  g_assert_no_error (error);
  output = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  g_assert_cmpuint (output.dims[1], ==, 3);
}

/* What a recipe is tuned for, read back from text like any other settings. */
static void
test_recipe_reads_back (void)
{
  CvrSettings settings = cvr_settings_default (), again;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  cvr_settings_use_recipe (&settings, NN_RECIPE_FAST);
  g_assert_true (cvr_settings_check (&settings, &error));
  g_assert_cmpstr (settings.arch, ==, "speedy");
  g_assert_cmpint (settings.scale, ==, CVR_SCALE_STANDARDISE);
  json = cvr_settings_to_json (&settings);
  g_assert_true (cvr_settings_from_json (&again, json, &error));
  g_assert_no_error (error);
  g_assert_true (cvr_settings_equal (&settings, &again));
  g_assert_cmpint (again.recipe, ==, NN_RECIPE_FAST);
  g_assert_cmpfloat (again.label_smoothing, ==, 0.2f);
}

static void
test_augmentation_is_told_in_words (void)
{
  CvrSettings settings = cvr_settings_default (), other = settings;
  g_autofree char *one = NULL;
  g_autofree char *many = NULL;
  g_autofree char *none = NULL;
  g_auto (GStrv) rows = NULL;

  settings.augment.strength[CVR_AUGMENT_ROTATE] = 0.3f;
  other.augment.strength[CVR_AUGMENT_ROTATE] = 0.2f;
  one = cvr_settings_dup_difference (&settings, &other);
  g_assert_cmpstr (one, ==, "augmentation: turn 0.3 instead of 0.2");
  settings.augment.strength[CVR_AUGMENT_SHIFT] = 0.3f;
  many = cvr_settings_dup_difference (&settings, &other);
  g_assert_cmpstr (many, ==, "other augmentation");
  other.augment = (CvrAugment){ 0 };
  none = cvr_settings_dup_difference (&other, &settings);
  g_assert_cmpstr (none, ==, "no augmentation");

  rows = cvr_settings_dup_rows (&settings);
  g_assert_true (g_strv_contains ((const char *const *) rows, "turn 0.3, shift 0.3"));
}

static void
test_an_opened_network_is_the_network (void)
{
  CvrSettings settings = cvr_settings_default ();
  g_auto (GStrv) ours = cvr_settings_dup_rows (&settings);
  g_auto (GStrv) opened = NULL;

  g_assert_true (g_strv_contains ((const char *const *) ours, "LeNet-5"));
  g_strlcpy (settings.base, "resnet18", sizeof settings.base);
  opened = cvr_settings_dup_rows (&settings);
  g_assert_cmpstr (opened[0], ==, ours[0]);
  g_assert_cmpstr (opened[1], ==, "resnet18");
  g_assert_false (g_strv_contains ((const char *const *) opened, "LeNet-5"));
  g_assert_cmpuint (g_strv_length (opened), ==, g_strv_length (ours));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/settings/default-is-usable", test_default_is_usable);
  g_test_add_func ("/session/settings/augmentation-is-told-in-words",
                   test_augmentation_is_told_in_words);
  g_test_add_func ("/session/settings/an-opened-network-is-the-network",
                   test_an_opened_network_is_the_network);
  g_test_add_func ("/session/settings/json-brings-every-field-back",
                   test_json_brings_every_field_back);
  g_test_add_func ("/session/settings/unknown-keys-are-ignored-and-missing-ones-default",
                   test_unknown_keys_are_ignored_and_missing_ones_default);
  g_test_add_func ("/session/settings/bad-json-is-refused-by-name",
                   test_bad_json_is_refused_by_name);
  g_test_add_func ("/session/settings/a-learning-rate-that-is-no-number-is-refused",
                   test_a_learning_rate_that_is_no_number_is_refused);
  g_test_add_func ("/session/settings/size-comes-from-the-pictures",
                   test_size_comes_from_the_pictures);
  g_test_add_func ("/session/settings/standardise-takes-the-training-pictures-alone",
                   test_standardise_takes_the_training_pictures_alone);
  g_test_add_func ("/session/settings/network-fits-the-pictures-and-classes",
                   test_network_fits_the_pictures_and_classes);
  g_test_add_func ("/session/settings/recipe-reads-back", test_recipe_reads_back);

  return g_test_run ();
}
