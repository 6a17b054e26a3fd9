/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawing pad gives its drawing the place and the size that networks expect. */
#include "app-support.h"

#include "cvr-draw-pad.h"

enum
{
  SHEET = 200,  /* pixels of the pad on screen */
  SIDE = 100,   /* pixels of the rendered picture */
};

/* First and last column and row of the ink. */
typedef struct
{
  int left, top, right, bottom;
} Box;

static Box
find_ink (CvrImage *image)
{
  Box box = { SIDE, SIDE, -1, -1 };

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      if (image->data[y * SIDE + x] >= 128)
        box =
          (Box) { MIN (box.left, x), MIN (box.top, y), MAX (box.right, x), MAX (box.bottom, y) };

  return box;
}

/* On a sheet of SHEET pixels, as large as in a window. */
static CvrDrawPad *
make_pad (void)
{
  CvrDrawPad *pad = g_object_ref_sink (g_object_new (CVR_TYPE_DRAW_PAD, NULL));

  gtk_widget_measure (GTK_WIDGET (pad), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (pad), SHEET, SHEET, -1, NULL);

  return pad;
}

static GtkGesture *
find_drag (CvrDrawPad *pad)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (pad));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        return GTK_GESTURE (controller);
    }

  return NULL;
}

/* A stroke as a hand makes it, in fractions of the sheet. */
static void
draw (CvrDrawPad *pad,
      double      x,
      double      y,
      double      dx,
      double      dy)
{
  GtkGesture *drag = find_drag (pad);

  g_assert_nonnull (drag);
  g_signal_emit_by_name (drag, "drag-begin", x * SHEET, y * SHEET);
  if (dx != 0 || dy != 0)
    g_signal_emit_by_name (drag, "drag-update", dx * SHEET, dy * SHEET);
  g_signal_emit_by_name (drag, "drag-end", dx * SHEET, dy * SHEET);
}

/* One pixel for the rounding of an edge. */
static void
assert_near (int value,
             int wanted)
{
  g_assert_cmpint (ABS (value - wanted), <=, 1);
}

static void
test_any_place_and_size_give_the_same_picture (void)
{
  /* Left, top and side of a square that is drawn. */
  static const double squares[][3] = { { 0.02, 0.02, 0.3 },
                                       { 0.6, 0.65, 0.3 },
                                       { 0.01, 0.01, 0.97 } };

  for (guint i = 0; i < G_N_ELEMENTS (squares); i++)
    {
      double x = squares[i][0], y = squares[i][1], side = squares[i][2];
      g_autoptr (CvrDrawPad) pad = make_pad ();
      g_autoptr (CvrImage) image = NULL;
      Box box;

      draw (pad, x, y, side, 0);
      draw (pad, x, y + side, side, 0);
      image = cvr_draw_pad_render (pad, SIDE);
      box = find_ink (image);

      /* 86 of 100 pixels, 7 free on each side. */
      assert_near (box.left, 7);
      assert_near (box.top, 7);
      assert_near (box.right, 92);
      assert_near (box.bottom, 92);
      g_assert_cmpuint (image->data[50 * SIDE + 50], ==, 0); /* The pen has not grown with it. */
    }
}

static void
test_the_shape_is_kept (void)
{
  g_autoptr (CvrDrawPad) pad = make_pad ();
  g_autoptr (CvrImage) image = NULL;
  Box box;

  draw (pad, 0.1, 0.1, 0.4, 0);
  draw (pad, 0.1, 0.2, 0.4, 0);
  image = cvr_draw_pad_render (pad, SIDE);
  box = find_ink (image);
  assert_near (box.left, 7);
  assert_near (box.right, 92);
  /* A quarter as high: 0.795 / 4 between the lines, and the pen. */
  assert_near (box.bottom - box.top + 1, 26);
  assert_near (box.top + box.bottom, SIDE - 1);
}

static void
test_a_speck_is_not_blown_up (void)
{
  g_autoptr (CvrDrawPad) pad = make_pad ();
  g_autoptr (CvrImage) image = NULL;
  g_autoptr (CvrImage) dot = NULL;
  Box box;

  draw (pad, 0.9, 0.1, 0, 0.1);
  image = cvr_draw_pad_render (pad, SIDE);
  box = find_ink (image);
  assert_near (box.bottom - box.top + 1, 36); /* 3 × 10, and the pen. */
  assert_near (box.left + box.right, SIDE - 1);

  cvr_draw_pad_clear (pad);
  draw (pad, 0.9, 0.1, 0, 0);
  dot = cvr_draw_pad_render (pad, SIDE);
  box = find_ink (dot);
  assert_near (box.right - box.left + 1, 6);
  assert_near (box.left + box.right, SIDE - 1);
  assert_near (box.top + box.bottom, SIDE - 1);
}

static void
test_an_empty_sheet_is_paper (void)
{
  g_autoptr (CvrDrawPad) pad = make_pad ();
  g_autoptr (CvrImage) dark = cvr_draw_pad_render (pad, SIDE);
  g_autoptr (CvrImage) light = NULL;

  g_assert_true (cvr_draw_pad_is_empty (pad));
  cvr_draw_pad_set_light_ink (pad, FALSE);
  light = cvr_draw_pad_render (pad, SIDE);
  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      g_assert_cmpuint (dark->data[i], ==, 0);
      g_assert_cmpuint (light->data[i], ==, 255);
    }
}

static void
test_keys_draw (void)
{
  g_autoptr (CvrDrawPad) pad = make_pad ();
  g_autoptr (CvrImage) line = NULL;
  Box box;

  app_support_press (GTK_WIDGET (pad), GDK_KEY_Left); /* the pen is up */
  g_assert_true (cvr_draw_pad_is_empty (pad));
  app_support_press (GTK_WIDGET (pad), GDK_KEY_space);
  for (guint i = 0; i < 8; i++)
    app_support_press (GTK_WIDGET (pad), GDK_KEY_Right);
  app_support_press (GTK_WIDGET (pad), GDK_KEY_space);
  app_support_press (GTK_WIDGET (pad), GDK_KEY_Down);
  line = cvr_draw_pad_render (pad, SIDE);
  box = find_ink (line);
  g_assert_cmpint (box.right - box.left, >, 70); /* a line across, as wide as it gets enlarged */
  g_assert_cmpint (box.bottom - box.top, <, 10);
  app_support_press (GTK_WIDGET (pad), GDK_KEY_space);
  app_support_press (GTK_WIDGET (pad), GDK_KEY_BackSpace);
  app_support_press (GTK_WIDGET (pad), GDK_KEY_Right); /* the one that went was the one being drawn */
  g_assert_false (cvr_draw_pad_is_empty (pad));
  app_support_press (GTK_WIDGET (pad), GDK_KEY_Delete);
  g_assert_true (cvr_draw_pad_is_empty (pad));
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/draw-pad/any-place-and-size-give-the-same-picture",
                   test_any_place_and_size_give_the_same_picture);
  g_test_add_func ("/app/draw-pad/the-shape-is-kept", test_the_shape_is_kept);
  g_test_add_func ("/app/draw-pad/a-speck-is-not-blown-up", test_a_speck_is_not_blown_up);
  g_test_add_func ("/app/draw-pad/an-empty-sheet-is-paper", test_an_empty_sheet_is_paper);
  g_test_add_func ("/app/draw-pad/keys-draw", test_keys_draw);

  return g_test_run ();
}
