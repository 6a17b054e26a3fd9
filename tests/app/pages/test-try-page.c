/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawings and pictures that are asked about: answers, ink, explanations, adding to a class. */
#include "app-support.h"

#include "cvr-draw-pad.h"
#include "cvr-try-page.h"

typedef struct
{
  CvrProject *project;
  CvrTryPage *page;
  GtkWidget  *window;
} Fixture;

static gpointer
child (CvrTryPage *page,
       const char *name)
{
  return app_support_child (page, CVR_TYPE_TRY_PAGE, name);
}

static gboolean
has_answer (gpointer page)
{
  return g_str_equal (gtk_stack_get_visible_child_name (child (page, "answer_stack")), "bars");
}

static gboolean
has_heat (gpointer page)
{
  return gtk_picture_get_paintable (child (page, "heat")) != NULL;
}

static gboolean
has_size (gpointer pad)
{
  return gtk_widget_get_width (pad) > 0;
}

static Fixture
show_page (CvrProject *project)
{
  Fixture fixture = { .project = project,
                      .page = g_object_new (CVR_TYPE_TRY_PAGE, NULL),
                      .window = gtk_window_new () };

  gtk_window_set_default_size (GTK_WINDOW (fixture.window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture.window), GTK_WIDGET (fixture.page));
  cvr_try_page_set_project (fixture.page, project);
  gtk_window_present (GTK_WINDOW (fixture.window));

  return fixture;
}

static void
close_fixture (Fixture *fixture)
{
  CvrTryPage *page = g_object_ref (fixture->page);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  app_support_spin ();
  g_assert_finalize_object (page);
  app_support_close (fixture->project);
}

static CvrProject *
trained (void)
{
  CvrProject *project = app_support_pictures (3, 8);

  app_support_train (project, 1);

  return project;
}

/* A stroke across the sheet, as the pointer makes it. */
static void
draw (CvrDrawPad *pad)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (pad));
  double side = gtk_widget_get_width (GTK_WIDGET (pad));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_GESTURE_DRAG (controller))
        continue;
      g_signal_emit_by_name (controller, "drag-begin", side * 0.2, side * 0.3);
      g_signal_emit_by_name (controller, "drag-update", side * 0.5, side * 0.4);
      g_signal_emit_by_name (controller, "drag-end", side * 0.5, side * 0.4);
    }
  g_assert_false (cvr_draw_pad_is_empty (pad));
}

static void
test_drawing (void)
{
  Fixture fixture = show_page (trained ());
  CvrDrawPad *pad = child (fixture.page, "pad");
  g_autofree char *asked = g_strdup (gtk_label_get_text (child (fixture.page, "words")));

  g_assert_true (app_support_wait (has_size, pad, 10));
  g_assert_false (has_answer (fixture.page));
  g_assert_nonnull (
      strstr (gtk_label_get_text (child (fixture.page, "known")), "kind 1, kind 2, kind 3"));
  g_assert_false (gtk_widget_get_sensitive (child (fixture.page, "add_box")));
  draw (pad);
  g_assert_true (app_support_wait (has_answer, fixture.page, 30));
  g_assert_cmpstr (gtk_label_get_text (child (fixture.page, "words")), !=, asked);
  g_assert_nonnull (gtk_picture_get_paintable (child (fixture.page, "seen")));
  g_assert_true (gtk_widget_get_sensitive (child (fixture.page, "add_box")));
  g_assert_true (app_support_wait (has_heat, fixture.page, 30));
  g_assert_true (gtk_widget_get_sensitive (child (fixture.page, "opacity_scale")));

  g_signal_emit_by_name (child (fixture.page, "undo_stroke"), "clicked");
  g_assert_true (cvr_draw_pad_is_empty (pad));
  while (has_answer (fixture.page)) /* The sheet tells at the next frame. */
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (gtk_label_get_text (child (fixture.page, "words")), ==, asked);
  g_assert_null (gtk_picture_get_paintable (child (fixture.page, "seen")));
  g_assert_null (gtk_picture_get_paintable (child (fixture.page, "heat")));
  g_assert_false (gtk_widget_get_sensitive (child (fixture.page, "add_box")));
  close_fixture (&fixture);
}

typedef struct
{
  CvrDrawPad *pad;
  guint8      value;
} Paper;

/* What the pixels behind the ink are. */
static gboolean
is_of_paper (gpointer data)
{
  Paper *paper = data;
  g_autoptr (CvrImage) image = cvr_draw_pad_render (paper->pad, 32);

  return image->data[0] == paper->value;
}

/* The page looks at the pictures beside the main thread: the sheet may turn a moment later. */
static void
assert_paper (CvrProject *project,
              guint8      value)
{
  Fixture fixture = show_page (project);
  Paper paper = { child (fixture.page, "pad"), value };

  g_assert_true (app_support_wait (has_size, paper.pad, 10));
  draw (paper.pad);
  g_assert_true (app_support_wait (is_of_paper, &paper, 10));
  close_fixture (&fixture);
}

/* The sheet is dark where the project's pictures are, and light where they are light. */
static void
test_ink (void)
{
  CvrProject *light = app_support_project ();

  assert_paper (trained (), 0);
  cvr_project_add_class (light, "light");
  cvr_project_add_class (light, "lighter");
  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (CvrImage) image = cvr_image_new (12, 12, 1);

      memset (image->data, (int) (200 + 50 * (i % 2)), cvr_image_n_bytes (image));
      image->data[0] = (guint8) (200 + i); /* Not two alike. */
      cvr_project_add_image (light, image, "light", (gint) (i % 2), NULL, NULL);
    }
  cvr_project_wait (light);
  app_support_spin ();
  app_support_train (light, 1);
  assert_paper (light, 255);
}

static void
test_picture (void)
{
  Fixture fixture = show_page (trained ());
  g_autoptr (CvrImage) image = cvr_image_new (30, 50, 3);

  memset (image->data, 100, cvr_image_n_bytes (image));
  cvr_try_page_show_image (fixture.page, image, "from outside");
  g_assert_true (gtk_toggle_button_get_active (child (fixture.page, "picture_toggle")));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (fixture.page, "input_stack")), ==,
                   "picture");
  g_assert_true (app_support_wait (has_answer, fixture.page, 30));
  g_assert_cmpstr (gtk_label_get_text (child (fixture.page, "seen_size")), ==, "12 × 12");

  /* Every kind of explanation arrives, for every class. */
  for (guint method = 1; method < 3; method++)
    {
      gtk_drop_down_set_selected (child (fixture.page, "target"), method);
      gtk_drop_down_set_selected (child (fixture.page, "method"), method);
      g_assert_true (app_support_wait (has_heat, fixture.page, 30));
    }

  /* The drawing is a sheet of its own. */
  gtk_toggle_button_set_active (child (fixture.page, "draw_toggle"), TRUE);
  g_assert_false (has_answer (fixture.page));
  gtk_toggle_button_set_active (child (fixture.page, "picture_toggle"), TRUE);
  g_assert_true (app_support_wait (has_answer, fixture.page, 30));
  close_fixture (&fixture);
}

static void
test_add (void)
{
  Fixture fixture = show_page (trained ());
  CvrDataset *dataset = cvr_project_get_dataset (fixture.project);
  guint n_before = cvr_dataset_n_items (dataset);
  g_autoptr (CvrImage) image = cvr_image_new (12, 12, 1);
  const CvrItem *item;

  cvr_try_page_show_image (fixture.page, image, "from outside");
  gtk_drop_down_set_selected (child (fixture.page, "class_choice"), 2);
  g_signal_emit_by_name (child (fixture.page, "add"), "clicked");
  cvr_project_wait (fixture.project);
  dataset = cvr_project_get_dataset (fixture.project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, n_before + 1);
  item = cvr_dataset_item (dataset, n_before);
  g_assert_cmpint (item->label, ==, 2);
  g_assert_cmpstr (item->name, ==, "from outside");
  cvr_project_undo (fixture.project);
  cvr_project_wait (fixture.project);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture.project)), ==, n_before);
  close_fixture (&fixture);
}

/* Who trained on photos is asked for a picture, others for a drawing; a choice stays. */
static void
test_first_input (void)
{
  Fixture fixture = show_page (trained ());
  CvrSettings settings = *cvr_project_get_settings (fixture.project);

  g_assert_true (gtk_toggle_button_get_active (child (fixture.page, "draw_toggle")));
  settings.channels = 3;
  cvr_project_set_settings (fixture.project, &settings);
  cvr_project_wait (fixture.project);
  app_support_train (fixture.project, 1);
  app_support_spin ();
  g_assert_true (gtk_toggle_button_get_active (child (fixture.page, "picture_toggle")));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (fixture.page, "input_stack")), ==,
                   "none");
  gtk_toggle_button_set_active (child (fixture.page, "draw_toggle"), TRUE);
  app_support_train (fixture.project, 1);
  app_support_spin ();
  g_assert_true (gtk_toggle_button_get_active (child (fixture.page, "draw_toggle")));
  close_fixture (&fixture);
}

static void
test_empty (void)
{
  Fixture fixture = show_page (app_support_pictures (2, 2));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (fixture.page, "stack")), ==, "empty");
  close_fixture (&fixture);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/try/drawing-is-answered", test_drawing);
  g_test_add_func ("/app/try/ink-suits-the-pictures", test_ink);
  g_test_add_func ("/app/try/picture-is-answered-and-explained", test_picture);
  g_test_add_func ("/app/try/add-to-a-class", test_add);
  g_test_add_func ("/app/try/photos-are-given-drawings-are-drawn", test_first_input);
  g_test_add_func ("/app/try/empty-before-training", test_empty);

  return g_test_run ();
}
