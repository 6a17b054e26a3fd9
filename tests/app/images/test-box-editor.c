/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes are drawn, chosen, moved and resized by mouse and keyboard, and never leave the picture. */
#include "app-support.h"

#include "cvr-box-editor.h"
#include "cvr-box-shape.h"

#include <math.h>

/* The picture lies in the widget ten times as large, without a margin. */
enum { COLUMNS = 40, ROWS = 30, SCALE = 10 };

typedef struct
{
  CvrBoxEditor *editor;
  CvrImage     *picture;
  CvrDataset   *dataset;
  guint         n_changed, n_selected, n_done;
} Fixture;

static void
count_cb (CvrBoxEditor *editor,
          guint        *n)
{
  (*n)++;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  static const char *const names[] = { "cat", "dog", "fish" };

  fixture->editor = g_object_ref_sink (CVR_BOX_EDITOR (cvr_box_editor_new ()));
  fixture->picture = cvr_image_new (COLUMNS, ROWS, 3);
  fixture->dataset = cvr_dataset_new ();
  for (guint k = 0; k < 3; k++)
    cvr_dataset_add_class (fixture->dataset, names[k]);
  cvr_box_editor_set_classes (fixture->editor, fixture->dataset);
  gtk_widget_measure (GTK_WIDGET (fixture->editor), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL,
                      NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (fixture->editor), COLUMNS * SCALE, ROWS * SCALE, -1, NULL);
  cvr_box_editor_set_picture (fixture->editor, fixture->picture);
  g_signal_connect (fixture->editor, "changed", G_CALLBACK (count_cb), &fixture->n_changed);
  g_signal_connect (fixture->editor, "selected-changed", G_CALLBACK (count_cb),
                    &fixture->n_selected);
  g_signal_connect (fixture->editor, "done", G_CALLBACK (count_cb), &fixture->n_done);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->editor);
  cvr_image_unref (fixture->picture);
  cvr_dataset_unref (fixture->dataset);
}

/* In pixels of the picture. */
static CvrBox
make_box (gint   label,
          double x,
          double y,
          double width,
          double height)
{
  return (CvrBox) { label, x / COLUMNS, y / ROWS, width / COLUMNS, height / ROWS };
}

static void
assert_box (Fixture *fixture,
            guint    index,
            gint     label,
            double   x,
            double   y,
            double   width,
            double   height)
{
  guint n;
  const CvrBox *boxes = cvr_box_editor_get_boxes (fixture->editor, &n);

  g_assert_cmpuint (index, <, n);
  g_assert_cmpint (boxes[index].label, ==, label);
  g_assert_cmpfloat_with_epsilon (boxes[index].x * COLUMNS, x, 1e-9);
  g_assert_cmpfloat_with_epsilon (boxes[index].y * ROWS, y, 1e-9);
  g_assert_cmpfloat_with_epsilon (boxes[index].width * COLUMNS, width, 1e-9);
  g_assert_cmpfloat_with_epsilon (boxes[index].height * ROWS, height, 1e-9);
}

static guint
n_boxes (Fixture *fixture)
{
  guint n;

  cvr_box_editor_get_boxes (fixture->editor, &n);

  return n;
}

/* The editor's own, not one of its parent class: the newest stand first. */
static GtkEventController *
find_controller (Fixture *fixture,
                 GType    type)
{
  GtkWidget *widget = GTK_WIDGET (fixture->editor);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  GtkEventController *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (found == NULL && G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        found = controller;
    }
  g_assert_nonnull (found);

  return found;
}

static gboolean
key (Fixture        *fixture,
     guint           keyval,
     GdkModifierType state)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed",
                         keyval, 0, state, &handled);

  return handled;
}

static void
let_go (Fixture *fixture)
{
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-released",
                         0, 0, 0);
}

/* From and by pixels of the picture, in three steps. */
static void
drag_only (Fixture *fixture,
           double   x,
           double   y,
           double   dx,
           double   dy)
{
  GtkEventController *drag = find_controller (fixture, GTK_TYPE_GESTURE_DRAG);

  g_signal_emit_by_name (drag, "drag-begin", x * SCALE, y * SCALE);
  for (guint i = 1; i <= 3 && (dx != 0 || dy != 0); i++)
    g_signal_emit_by_name (drag, "drag-update", dx * SCALE * i / 3, dy * SCALE * i / 3);
}

static void
drag (Fixture *fixture,
      double   x,
      double   y,
      double   dx,
      double   dy)
{
  drag_only (fixture, x, y, dx, dy);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_DRAG), "drag-end",
                         dx * SCALE, dy * SCALE);
}

static void
test_drag_draws (Fixture      *fixture,
                 gconstpointer data)
{
  cvr_box_editor_set_current_class (fixture->editor, 1);
  drag (fixture, 5, 6, 10, 8);
  g_assert_cmpuint (n_boxes (fixture), ==, 1);
  assert_box (fixture, 0, 1, 5, 6, 10, 8);
  g_assert_cmpuint (fixture->n_changed, ==, 1); /* Once, not with every motion. */
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 0);

  /* To the upper left, and far out of the picture. */
  drag (fixture, 30, 20, -100, -100);
  assert_box (fixture, 1, 1, 0, 0, 30, 20);
  g_assert_cmpuint (fixture->n_changed, ==, 2);

  /* A click on free ground draws nothing and takes the selection away. */
  drag (fixture, 38, 28, 0.2, 0.2);
  g_assert_cmpuint (n_boxes (fixture), ==, 2);
  g_assert_cmpuint (fixture->n_changed, ==, 2);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, -1);
}

static void
test_click_takes_the_smallest_then_the_next (Fixture      *fixture,
                                             gconstpointer data)
{
  const CvrBox boxes[] = { make_box (0, 0, 0, 30, 30), make_box (1, 10, 10, 5, 5),
                           make_box (2, 5, 5, 15, 15) };

  cvr_box_editor_set_boxes (fixture->editor, boxes, 3);
  drag (fixture, 12, 12, 0, 0);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 1);
  drag (fixture, 12, 12, 0, 0);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 2);
  drag (fixture, 12, 12, 0, 0);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 0);
  drag (fixture, 12, 12, 0, 0);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 1);
  g_assert_cmpuint (fixture->n_selected, ==, 4);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
}

static void
test_drag_moves_the_selected_one (Fixture      *fixture,
                                  gconstpointer data)
{
  const CvrBox boxes[] = { make_box (0, 2.5, 3, 20, 20), make_box (1, 8, 8, 4, 4) };

  cvr_box_editor_set_boxes (fixture->editor, boxes, 2);
  cvr_box_editor_select (fixture->editor, 0);
  /* The large one is selected: it moves, although a smaller one lies there. By whole pixels. */
  drag (fixture, 10, 10, 3.2, -1);
  assert_box (fixture, 0, 0, 5.5, 2, 20, 20);
  drag (fixture, 15, 15, 1000, 1000);
  assert_box (fixture, 0, 0, 20, 10, 20, 20);
  assert_box (fixture, 1, 1, 8, 8, 4, 4);
  g_assert_cmpuint (fixture->n_changed, ==, 2);
}

static void
test_handles_resize (Fixture      *fixture,
                     gconstpointer data)
{
  const CvrBox box = make_box (0, 10, 10, 10, 10);
  /* The place of each handle, and what is left after it was pulled by (2, 3). */
  static const double wanted[8][6] = { { 10, 10, 12, 13, 8, 7 },   { 15, 10, 10, 13, 10, 7 },
                                       { 20, 10, 10, 13, 12, 7 },  { 20, 15, 10, 10, 12, 10 },
                                       { 20, 20, 10, 10, 12, 13 }, { 15, 20, 10, 10, 10, 13 },
                                       { 10, 20, 12, 10, 8, 13 },  { 10, 15, 12, 10, 8, 10 } };

  for (guint i = 0; i < 8; i++)
    {
      const double *w = wanted[i];

      cvr_box_editor_set_boxes (fixture->editor, &box, 1);
      cvr_box_editor_select (fixture->editor, 0);
      drag (fixture, w[0], w[1], 2, 3);
      assert_box (fixture, 0, 0, w[2], w[3], w[4], w[5]);
    }

  /* No side passes the other: a pixel is left. */
  cvr_box_editor_set_boxes (fixture->editor, &box, 1);
  cvr_box_editor_select (fixture->editor, 0);
  drag (fixture, 20, 20, -30, -30);
  assert_box (fixture, 0, 0, 10, 10, 1, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 9);
}

static void
test_escape_undoes_the_drag (Fixture      *fixture,
                             gconstpointer data)
{
  const CvrBox box = make_box (2, 10, 10, 10, 10);

  cvr_box_editor_set_boxes (fixture->editor, &box, 1);
  cvr_box_editor_select (fixture->editor, 0);
  drag_only (fixture, 15, 15, 5, 5);
  assert_box (fixture, 0, 2, 15, 15, 10, 10);
  g_assert_true (key (fixture, GDK_KEY_Escape, 0));
  assert_box (fixture, 0, 2, 10, 10, 10, 10);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_DRAG), "drag-update", 80.0,
                         80.0);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_DRAG), "drag-end", 80.0, 80.0);
  assert_box (fixture, 0, 2, 10, 10, 10, 10);

  drag_only (fixture, 30, 2, 5, 5);
  g_assert_cmpuint (n_boxes (fixture), ==, 2);
  g_assert_true (key (fixture, GDK_KEY_Escape, 0));
  g_assert_cmpuint (n_boxes (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 0);

  /* Without a drag it lets go of the selection, then it is somebody else's. */
  cvr_box_editor_select (fixture->editor, 0);
  g_assert_true (key (fixture, GDK_KEY_Escape, 0));
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, -1);
  g_assert_false (key (fixture, GDK_KEY_Escape, 0));
}

static void
test_all_by_keyboard (Fixture      *fixture,
                      gconstpointer data)
{
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (fixture->editor)));
  g_assert_false (key (fixture, GDK_KEY_Tab, 0)); /* No box: on to the next widget. */
  g_assert_true (key (fixture, GDK_KEY_2, 0));
  g_assert_cmpint (cvr_box_editor_get_current_class (fixture->editor), ==, 1);
  g_assert_true (key (fixture, GDK_KEY_n, 0));
  assert_box (fixture, 0, 1, 15, 11, 10, 8);
  g_assert_cmpuint (fixture->n_changed, ==, 1);

  /* A held key is one change. */
  for (guint i = 0; i < 4; i++)
    g_assert_true (key (fixture, GDK_KEY_Left, 0));
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  let_go (fixture);
  g_assert_cmpuint (fixture->n_changed, ==, 2);
  assert_box (fixture, 0, 1, 11, 11, 10, 8);
  key (fixture, GDK_KEY_Down, GDK_SHIFT_MASK);
  assert_box (fixture, 0, 1, 11, 21, 10, 8);
  key (fixture, GDK_KEY_Down, GDK_SHIFT_MASK);
  assert_box (fixture, 0, 1, 11, 22, 10, 8);
  key (fixture, GDK_KEY_Right, GDK_CONTROL_MASK);
  key (fixture, GDK_KEY_Up, GDK_CONTROL_MASK);
  assert_box (fixture, 0, 1, 11, 22, 11, 7);
  key (fixture, GDK_KEY_Up, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  assert_box (fixture, 0, 1, 11, 22, 11, 1);
  let_go (fixture);
  g_assert_cmpuint (fixture->n_changed, ==, 3);

  g_assert_true (key (fixture, GDK_KEY_KP_3, 0));
  assert_box (fixture, 0, 2, 11, 22, 11, 1);
  g_assert_true (key (fixture, GDK_KEY_0, 0));
  assert_box (fixture, 0, CVR_LABEL_NONE, 11, 22, 11, 1);
  g_assert_false (key (fixture, GDK_KEY_7, 0)); /* No class has it. */
  g_assert_cmpuint (fixture->n_changed, ==, 5);

  key (fixture, GDK_KEY_N, GDK_SHIFT_MASK);
  g_assert_cmpuint (n_boxes (fixture), ==, 2);
  g_assert_true (key (fixture, GDK_KEY_Delete, 0));
  g_assert_cmpuint (n_boxes (fixture), ==, 1);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 0);
  g_assert_true (key (fixture, GDK_KEY_Delete, 0));
  g_assert_cmpuint (n_boxes (fixture), ==, 0);
  g_assert_false (key (fixture, GDK_KEY_Delete, 0));
  g_assert_true (key (fixture, GDK_KEY_Return, 0));
  g_assert_cmpuint (fixture->n_done, ==, 1);
}

static void
test_tab_walks_and_leaves (Fixture      *fixture,
                           gconstpointer data)
{
  const CvrBox boxes[] = { make_box (0, 0, 0, 5, 5), make_box (1, 5, 5, 5, 5),
                           make_box (-1, 9, 9, 5, 5) };

  cvr_box_editor_set_boxes (fixture->editor, boxes, 3);
  for (gint i = 0; i < 3; i++)
    {
      g_assert_true (key (fixture, GDK_KEY_Tab, 0));
      g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, i);
    }
  g_assert_false (key (fixture, GDK_KEY_Tab, 0));
  g_assert_true (key (fixture, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK));
  g_assert_true (key (fixture, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK));
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 0);
  g_assert_false (key (fixture, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK));
}

static void
test_chosen_keys_count (Fixture      *fixture,
                        gconstpointer data)
{
  CvrClass fish = { "fish", -1, 1, FALSE };

  cvr_dataset_set_class (fixture->dataset, 2, &fish);
  cvr_box_editor_set_classes (fixture->editor, fixture->dataset);
  g_assert_true (key (fixture, GDK_KEY_1, 0));
  g_assert_cmpint (cvr_box_editor_get_current_class (fixture->editor), ==, 2);
  g_assert_false (key (fixture, GDK_KEY_3, 0));
}

static void
test_read_only_shows_only (Fixture      *fixture,
                           gconstpointer data)
{
  const CvrBox box = make_box (0, 10, 10, 10, 10);

  cvr_box_editor_set_boxes (fixture->editor, &box, 1);
  g_object_set (fixture->editor, "read-only", TRUE, NULL);
  g_assert_true (key (fixture, GDK_KEY_Tab, 0));
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, 0);
  key (fixture, GDK_KEY_Left, 0);
  key (fixture, GDK_KEY_n, 0);
  key (fixture, GDK_KEY_2, 0);
  key (fixture, GDK_KEY_Delete, 0);
  let_go (fixture);
  drag (fixture, 15, 15, 5, 5);
  drag (fixture, 2, 2, 5, 5);
  cvr_box_editor_label (fixture->editor, 1);
  assert_box (fixture, 0, 0, 10, 10, 10, 10);
  g_assert_cmpuint (n_boxes (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
}

static void
test_it_says_what_is_selected (Fixture      *fixture,
                               gconstpointer data)
{
  const CvrBox boxes[] = { make_box (0, 0, 0, 5, 5), make_box (-1, 5, 6, 7, 8) };

  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (fixture->editor)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (fixture->editor, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Picture without boxes");
  cvr_box_editor_set_boxes (fixture->editor, boxes, 2);
  gtk_test_accessible_assert_property (fixture->editor, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Picture with 2 boxes");
  cvr_box_editor_select (fixture->editor, 0);
  gtk_test_accessible_assert_property (fixture->editor, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Box 1 of 2: cat");
  cvr_box_editor_select (fixture->editor, 1);
  gtk_test_accessible_assert_property (fixture->editor, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Box 2 of 2: no label");
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (fixture->editor)), ==,
                   "7 × 8 pixels, from the left 5, from the top 6");
}

/* Another picture: what a held key did to the old one is told before it goes. */
static void
test_nothing_is_lost_with_the_picture (Fixture      *fixture,
                                       gconstpointer data)
{
  const CvrBox box = make_box (0, 10, 10, 10, 10);
  g_autoptr (CvrImage) next = cvr_image_new (4, 4, 1);

  cvr_box_editor_set_boxes (fixture->editor, &box, 1);
  cvr_box_editor_select (fixture->editor, 0);
  key (fixture, GDK_KEY_Left, 0);
  cvr_box_editor_set_picture (fixture->editor, next);
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  g_assert_cmpuint (n_boxes (fixture), ==, 0);
  g_assert_cmpint (cvr_box_editor_get_selected (fixture->editor), ==, -1);
  cvr_box_editor_set_picture (fixture->editor, NULL);
  g_assert_true (key (fixture, GDK_KEY_Return, 0));
  g_assert_false (key (fixture, GDK_KEY_n, 0));
  drag (fixture, 3, 3, 5, 5);
  g_assert_cmpuint (n_boxes (fixture), ==, 0);
}

static void
assert_inside (const CvrBox *box,
               guint         columns,
               guint         rows)
{
  g_assert_cmpfloat (box->x, >=, 0);
  g_assert_cmpfloat (box->y, >=, 0);
  g_assert_cmpfloat (box->x + box->width, <=, 1);
  g_assert_cmpfloat (box->y + box->height, <=, 1);
  g_assert_cmpfloat (box->width * columns, >=, 1 - 1e-9);
  g_assert_cmpfloat (box->height * rows, >=, 1 - 1e-9);
}

/* Whatever is done to a box, it stays in the picture and a pixel large. */
static void
test_random_changes_stay_inside (void)
{
  for (guint round = 0; round < 300; round++)
    {
      guint columns = (guint) g_test_rand_int_range (1, 60);
      guint rows = (guint) g_test_rand_int_range (1, 4000);
      CvrBox box = { 0, g_test_rand_double_range (-1, 2), g_test_rand_double_range (-1, 2),
                     g_test_rand_double_range (-1, 2), g_test_rand_double_range (-1, 2) };

      box = cvr_box_shape_inside (&box, columns, rows);
      assert_inside (&box, columns, rows);
      for (guint i = 0; i < 40; i++)
        {
          double dx = g_test_rand_double_range (-80, 80), dy = g_test_rand_double_range (-80, 80);
          CvrSides sides = cvr_box_shape_sides ((guint) g_test_rand_int_range (0, 8));

          if (i % 3 == 0)
            box = cvr_box_shape_move (&box, dx, dy, columns, rows);
          else if (i % 3 == 1)
            box = cvr_box_shape_resize (&box, sides, dx, dy, columns, rows);
          else
            box = cvr_box_shape_between (dx, dy, dx + dy, dy - dx, columns, rows);
          assert_inside (&box, columns, rows);
        }
    }
}

static void
test_what_is_no_number_becomes_one (void)
{
  CvrBox box = { 3, NAN, INFINITY, -INFINITY, NAN };

  box = cvr_box_shape_inside (&box, 10, 10);
  assert_inside (&box, 10, 10);
  g_assert_cmpint (box.label, ==, 3);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "drag-draws", test_drag_draws },
    { "click-takes-the-smallest-then-the-next", test_click_takes_the_smallest_then_the_next },
    { "drag-moves-the-selected-one", test_drag_moves_the_selected_one },
    { "handles-resize", test_handles_resize },
    { "escape-undoes-the-drag", test_escape_undoes_the_drag },
    { "all-by-keyboard", test_all_by_keyboard },
    { "tab-walks-and-leaves", test_tab_walks_and_leaves },
    { "chosen-keys-count", test_chosen_keys_count },
    { "read-only-shows-only", test_read_only_shows_only },
    { "says-what-is-selected", test_it_says_what_is_selected },
    { "nothing-is-lost-with-the-picture", test_nothing_is_lost_with_the_picture },
  };

  app_support_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/app/box-editor/", tests[i].path, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  g_test_add_func ("/app/box-shape/random-changes-stay-inside", test_random_changes_stay_inside);
  g_test_add_func ("/app/box-shape/what-is-no-number-becomes-one",
                   test_what_is_no_number_becomes_one);

  return g_test_run ();
}
