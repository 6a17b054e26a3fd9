/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the session's tests share. */
#include "session-test.h"

#include "nn-archs.h"

#include <glib/gstdio.h>

static const char *const names[] = { "left", "middle", "right", "far" };

CvrImage *
session_test_image (guint index,
                    guint n_classes)
{
  CvrRng rng = cvr_rng_new (7, index);
  CvrImage *image = cvr_image_new (SESSION_TEST_SIDE, SESSION_TEST_SIDE, 1);
  guint width = SESSION_TEST_SIDE / n_classes;
  guint k = index % n_classes;

  for (guint y = 0; y < SESSION_TEST_SIDE; y++)
    for (guint x = 0; x < SESSION_TEST_SIDE; x++)
      image->data[y * SESSION_TEST_SIDE + x] =
        (guint8) (cvr_rng_below (&rng, 60) + (x / width == k ? 150 : 0));

  return image;
}

CvrDataset *
session_test_dataset (guint n,
                      guint n_classes)
{
  CvrDataset *dataset = cvr_dataset_new ();

  g_assert_cmpuint (n_classes, <=, G_N_ELEMENTS (names));
  for (guint k = 0; k < n_classes; k++)
    cvr_dataset_add_class (dataset, names[k]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, n_classes);
      g_autofree char *name = g_strdup_printf ("picture %u", i);

      cvr_dataset_add_image (dataset, image, name, (gint) (i % n_classes), CVR_SPLIT_AUTO);
    }
  cvr_dataset_split (dataset, 0.25, 0, 1);

  return dataset;
}

CvrSettings
session_test_settings (guint epochs)
{
  CvrSettings settings = cvr_settings_default ();

  settings.epochs = epochs;
  settings.batch = 8;
  settings.valid_fraction = 0.25;
  settings.optim.lr = 0.005f;

  return settings;
}

CvrModel *
session_test_model (CvrDataset *dataset,
                    guint       epochs)
{
  CvrSettings settings = session_test_settings (epochs);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  CvrRunSpec spec = { .settings = &settings, .dataset = dataset, .workers = workers };
  g_autoptr (CvrRun) run = cvr_run_new (&spec, &error);
  CvrModel *model = NULL;

  g_assert_no_error (error);
  g_assert_true (cvr_run_train (run, &model, NULL, &error));
  g_assert_no_error (error);

  return model;
}

char *
session_test_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("convisor-session-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

void
session_test_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        session_test_remove (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static gboolean
too_late_cb (gpointer data)
{
  g_error ("The test waited for a minute in vain.");
  return G_SOURCE_REMOVE;
}

void
session_test_wait (gboolean (*done) (gpointer data),
                   gpointer data)
{
  guint watch = g_timeout_add_seconds (60, too_late_cb, NULL);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watch);
}

void
session_test_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Threads have the names that their jobs gave them. */
static gboolean
no_job_runs_cb (gpointer data)
{
  static const char tasks[] = "/proc/self/task";
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, name, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_has_prefix (comm, "convisor-job"))
        return FALSE;
    }

  return TRUE;
}

void
session_test_join (void)
{
  session_test_wait (no_job_runs_cb, NULL);
  session_test_settle ();
}

CvrMaps *
session_test_maps (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 28, 28);
  g_autoptr (NnGraph) graph = nn_arch_build ("lenet5", &input, 3, -1, &error);

  g_assert_no_error (error);

  return session_test_maps_of (graph, 3);
}

CvrMaps *
session_test_maps_of (NnGraph *graph,
                      guint    n_classes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 7, &error);
  const char *classes[] = { "a", "b", "c", NULL };
  NnShape input = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  CvrPreprocess preprocess = cvr_preprocess_default (input.dims[3], input.dims[2], 1);
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrImage) image = cvr_image_new (input.dims[3], input.dims[2], 1);
  NnWorkers *workers = nn_workers_new (1, FALSE);
  CvrMaps *maps;

  g_assert_cmpuint (n_classes, <, G_N_ELEMENTS (classes));
  classes[n_classes] = NULL;
  model = cvr_model_new (graph, params, classes, &preprocess, NULL);
  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) g_test_rand_int_range (0, 256);
  maps = cvr_maps_compute (model, image, workers, &error);
  g_assert_no_error (error);
  nn_workers_unref (workers);

  return maps;
}

NnNode
session_test_node (CvrMaps    *maps,
                   const char *name)
{
  NnNode node = nn_graph_find (maps->model->graph, name);

  g_assert_cmpint (node, !=, NN_NODE_NONE);

  return node;
}
