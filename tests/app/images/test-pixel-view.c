/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture can be looked at down to the numbers of its pixels, by wheel, keys and channel. */
#include "app-support.h"

#include "cvr-pixel-view.h"
#include "cvr-zoom.h"

#include <math.h>

static const CvrZoomRoom room = { 100, 50, 400, 400, 64 };

static void
test_whole_fits (void)
{
  CvrZoomRoom tall = { 10, 1000, 400, 400, 64 }, tiny = { 2, 2, 400, 400, 64 };
  CvrZoomRoom none = { 10, 10, 0, 400, 64 }, empty = { 0, 0, 400, 400, 64 };

  g_assert_cmpfloat (cvr_zoom_whole (&room), ==, 4);
  g_assert_cmpfloat (cvr_zoom_whole (&tall), ==, 0.4);
  g_assert_cmpfloat (cvr_zoom_whole (&tiny), ==, 64);
  g_assert_cmpfloat (cvr_zoom_whole (&none), ==, 0);
  g_assert_cmpfloat (cvr_zoom_whole (&empty), ==, 0);
  g_assert_cmpfloat (cvr_zoom_snap (1.7), ==, 1.7);
  g_assert_cmpfloat (cvr_zoom_snap (5.9), ==, 5);
}

static void
test_what_is_pointed_at_stays (void)
{
  CvrZoom zoom = cvr_zoom_to (&room, &(CvrZoom) { 0 }, 4, 0, 0);

  /* In the middle of the height: 200 of 400 px. */
  g_assert_cmpfloat (zoom.left, ==, 0);
  g_assert_cmpfloat (zoom.top, ==, 100);
  /* Here all of the height just fits: that goes first. */
  zoom = cvr_zoom_to (&room, &zoom, 8, 150, 220);
  g_assert_cmpfloat (zoom.top, ==, 0);
  for (double scale = 16; scale <= 64; scale *= 2)
    {
      double column = (150 - zoom.left) / zoom.scale, row = (220 - zoom.top) / zoom.scale;

      zoom = cvr_zoom_to (&room, &zoom, scale, 150, 220);
      g_assert_cmpfloat (zoom.scale, ==, scale);
      /* To the pixel of the screen. */
      g_assert_cmpfloat_with_epsilon (zoom.left + column * scale, 150, 1);
      g_assert_cmpfloat_with_epsilon (zoom.top + row * scale, 220, 1);
    }
  zoom = cvr_zoom_to (&room, &zoom, 1000, 0, 0);
  g_assert_cmpfloat (zoom.scale, ==, 64);
  zoom = cvr_zoom_to (&room, &zoom, 0.001, 0, 0);
  g_assert_cmpfloat (zoom.scale, ==, 4);
}

static void
test_no_gap_beside_a_large_picture (void)
{
  for (guint i = 0; i < 500; i++)
    {
      CvrZoom zoom = { 0, 0, g_test_rand_int_range (4, 65) };

      zoom = cvr_zoom_move (&room, &zoom, g_test_rand_double_range (-9000, 9000),
                            g_test_rand_double_range (-9000, 9000));
      g_assert_cmpfloat (zoom.left, <=, 0);
      g_assert_cmpfloat (zoom.left + 100 * zoom.scale, >=, 400);
      if (50 * zoom.scale >= 400)
        {
          g_assert_cmpfloat (zoom.top, <=, 0);
          g_assert_cmpfloat (zoom.top + 50 * zoom.scale, >=, 400);
        }
      zoom = cvr_zoom_show (&room, &zoom, 70, 20);
      g_assert_cmpfloat (zoom.left + 70 * zoom.scale, >=, 0);
      g_assert_cmpfloat (zoom.left + 71 * zoom.scale, <=, 400);
    }
}

static void
test_channels_read_known_colours (void)
{
  /* Orange, and its numbers: H 30°, S 100 %, V 100 %; C 0, M 50, Y 100, K 0 %. */
  static const struct { CvrPixelChannel channel; gint16 number; } wanted[] = {
    { CVR_PIXEL_RED, 255 }, { CVR_PIXEL_GREEN, 128 }, { CVR_PIXEL_BLUE, 0 },
    { CVR_PIXEL_HUE, 30 },  { CVR_PIXEL_SATURATION, 100 }, { CVR_PIXEL_VALUE, 100 },
    { CVR_PIXEL_CYAN, 0 },  { CVR_PIXEL_MAGENTA, 50 }, { CVR_PIXEL_YELLOW, 100 },
    { CVR_PIXEL_BLACK, 0 }, { CVR_PIXEL_GREY, 151 },
  };
  const guint8 orange[] = { 255, 128, 0 };
  gint16 numbers[CVR_PIXEL_MAX_EACH];

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_cmpuint (cvr_pixel_channel_read (wanted[i].channel, orange, numbers), ==, 1);
      g_assert_cmpint (numbers[0], ==, wanted[i].number);
    }
  g_assert_cmpuint (cvr_pixel_channel_read (CVR_PIXEL_COLOUR, orange, numbers), ==, 3);
  g_assert_cmpint (numbers[1], ==, 128);
}

static void
test_channels_show_themselves_alone (void)
{
  static const struct { CvrPixelChannel channel; guint32 rgb; } wanted[] = {
    { CVR_PIXEL_COLOUR, 0x804000 }, { CVR_PIXEL_RED, 0x800000 },  { CVR_PIXEL_GREEN, 0x004000 },
    { CVR_PIXEL_BLUE, 0x000000 },   { CVR_PIXEL_HUE, 0xff8000 },
    { CVR_PIXEL_SATURATION, 0xffffff }, { CVR_PIXEL_VALUE, 0x808080 },  { CVR_PIXEL_CYAN, 0xffffff }, { CVR_PIXEL_YELLOW, 0xffff00 },
    { CVR_PIXEL_BLACK, 0x808080 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      guint8 rgb[] = { 0x80, 0x40, 0 };

      cvr_pixel_channel_show (wanted[i].channel, rgb);
      g_assert_cmphex ((guint) rgb[0] << 16 | (guint) rgb[1] << 8 | rgb[2], ==, wanted[i].rgb);
    }
}

/* What is remembered of a shade is what it would be worked out to be. */
static void
test_remembered_shades_are_right (void)
{
  enum { N = 20000 };
  g_autofree guint8 *pixels = g_new (guint8, 3 * N);

  for (CvrPixelChannel channel = 0; channel < CVR_N_PIXEL_CHANNELS; channel++)
    {
      g_autoptr (CvrPixelShades) shades = cvr_pixel_shades_new (channel);
      g_autofree guint8 *shown = NULL;

      for (guint i = 0; i < 3 * N; i++)
        pixels[i] = (guint8) (i % 7 == 0 ? g_test_rand_int_range (0, 3)
                                         : g_test_rand_int_range (0, 256));
      shown = g_memdup2 (pixels, 3 * N);
      cvr_pixel_shades_show (shades, shown, N);
      for (guint i = 0; i < N; i++)
        {
          cvr_pixel_channel_show (channel, pixels + 3 * i);
          g_assert_cmpmem (pixels + 3 * i, 3, shown + 3 * i, 3);
        }
    }
}

static CvrImage *
make_picture (guint columns,
              guint rows)
{
  CvrImage *image = cvr_image_new (columns, rows, 3);

  for (guint i = 0; i < columns * rows; i++)
    {
      image->data[3 * i] = (guint8) (i % columns);
      image->data[3 * i + 1] = (guint8) (i / columns);
      image->data[3 * i + 2] = 100;
    }

  return image;
}

static void
test_levels_count_every_pixel (void)
{
  g_autoptr (CvrImage) image = make_picture (20, 10);

  for (CvrPixelChannel channel = 0; channel < CVR_N_PIXEL_CHANNELS; channel++)
    {
      g_autofree CvrPixelLevels *levels = g_new (CvrPixelLevels, 1);
      guint least, most;
      double mean;

      cvr_pixel_levels_count (levels, channel, image);
      g_assert_cmpuint (levels->n_channels, ==, channel == CVR_PIXEL_COLOUR ? 3 : 1);
      for (guint c = 0; c < levels->n_channels; c++)
        {
          guint64 n = 0;

          for (guint i = 0; i < levels->n_levels[c]; i++)
            n += levels->counts[c][i];
          g_assert_cmpuint (n, ==, 200);
        }
      g_assert_true (cvr_pixel_levels_summary (levels, 0, &least, &mean, &most));
      if (channel == CVR_PIXEL_COLOUR || channel == CVR_PIXEL_RED)
        {
          g_assert_cmpuint (least, ==, 0);
          g_assert_cmpuint (most, ==, 19);
          g_assert_cmpfloat_with_epsilon (mean, 9.5, 1e-9);
        }
    }
}

static void
test_words_are_equally_long (void)
{
  g_autoptr (CvrImage) image = make_picture (120, 90);
  g_autofree char *first = cvr_pixel_words (image, 0, 0, FALSE);
  g_autofree char *last = cvr_pixel_words (image, 119, 89, FALSE);

  g_assert_cmpint (g_utf8_strlen (first, -1), ==, g_utf8_strlen (last, -1));
  g_assert_nonnull (strstr (last, "x\u00a0119"));
  g_assert_nonnull (strstr (last, "G\u00a0\u200789"));
  g_assert_nonnull (strstr (last, "#775964"));
}

static CvrPixelView *
make_view (CvrImage *picture)
{
  CvrPixelView *view = g_object_ref_sink (CVR_PIXEL_VIEW (cvr_pixel_view_new ()));

  gtk_widget_measure (GTK_WIDGET (view), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (view), 800, 700, -1, NULL);
  cvr_pixel_view_set_picture (view, picture);

  return view;
}

static void
press (GtkWidget      *widget,
       guint           key,
       GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !found; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      GListModel *shortcuts =
        GTK_IS_SHORTCUT_CONTROLLER (controller) ? G_LIST_MODEL (controller) : NULL;

      for (guint j = 0; shortcuts != NULL && !found && j < g_list_model_get_n_items (shortcuts);
           j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, j);
          GtkKeyvalTrigger *trigger = GTK_KEYVAL_TRIGGER (gtk_shortcut_get_trigger (shortcut));

          if (gtk_keyval_trigger_get_keyval (trigger) == key
              && gtk_keyval_trigger_get_modifiers (trigger) == modifiers)
            found = gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                  gtk_shortcut_get_arguments (shortcut));
        }
    }
  g_assert_true (found);
}

static void
test_keys_point_and_zoom (void)
{
  g_autoptr (CvrImage) image = make_picture (60, 40);
  CvrPixelView *view = make_view (image);
  GtkWidget *sheet = GTK_WIDGET (cvr_pixel_view_get_sheet (view));
  const CvrZoom *zoom = cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (sheet));
  double whole = zoom->scale;
  guint column, row;

  g_assert_true (gtk_widget_get_focusable (sheet));
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (sheet)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_cmpfloat (whole, >, 1);
  g_assert_true (cvr_zoom_view_is_whole (CVR_ZOOM_VIEW (sheet)));
  press (sheet, GDK_KEY_Right, 0);
  press (sheet, GDK_KEY_Down, GDK_SHIFT_MASK);
  g_assert_true (cvr_pixel_sheet_get_pixel (CVR_PIXEL_SHEET (sheet), &column, &row));
  g_assert_cmpuint (column, ==, 31);
  g_assert_cmpuint (row, ==, 30);
  g_assert_nonnull (strstr (cvr_canvas_get_description (CVR_CANVAS (sheet)), "#1F1E64"));

  for (guint i = 0; i < 20; i++)
    press (sheet, GDK_KEY_plus, 0);
  g_assert_cmpfloat (zoom->scale, ==, CVR_ZOOM_HIGHEST);
  for (guint i = 0; i < 9; i++)
    press (sheet, GDK_KEY_Down, GDK_SHIFT_MASK);
  g_assert_true (cvr_pixel_sheet_get_pixel (CVR_PIXEL_SHEET (sheet), &column, &row));
  g_assert_cmpuint (row, ==, 39);
  /* It can be seen. */
  g_assert_cmpfloat (zoom->top + 40 * zoom->scale, <=, gtk_widget_get_height (sheet));
  g_assert_cmpfloat (zoom->top + 39 * zoom->scale, >=, 0);
  press (sheet, GDK_KEY_minus, 0);
  g_assert_cmpfloat (zoom->scale, <, CVR_ZOOM_HIGHEST);
  press (sheet, GDK_KEY_0, GDK_CONTROL_MASK);
  g_assert_cmpfloat (zoom->scale, ==, whole);
  g_assert_finalize_object (view);
}

static void
test_pointer_reads_the_pixel_under_it (void)
{
  g_autoptr (CvrImage) image = make_picture (60, 40);
  CvrPixelView *view = make_view (image);
  CvrPixelSheet *sheet = cvr_pixel_view_get_sheet (view);
  const CvrZoom *zoom = cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (sheet));
  guint column, row;

  g_signal_emit_by_name (sheet, "hover", zoom->left + 12.5 * zoom->scale,
                         zoom->top + 7.5 * zoom->scale);
  g_assert_true (cvr_pixel_sheet_get_pixel (sheet, &column, &row));
  g_assert_cmpuint (column, ==, 12);
  g_assert_cmpuint (row, ==, 7);
  /* It stays when the pointer leaves, or is beside the picture. */
  g_signal_emit_by_name (sheet, "hover", (double) NAN, (double) NAN);
  g_signal_emit_by_name (sheet, "hover", zoom->left - 5, zoom->top);
  g_assert_true (cvr_pixel_sheet_get_pixel (sheet, &column, &row));
  g_assert_cmpuint (column, ==, 12);
  g_assert_finalize_object (view);
}

static void
test_wheel_zooms_to_the_pointer (void)
{
  g_autoptr (CvrImage) image = make_picture (60, 40);
  CvrPixelView *view = make_view (image);
  CvrZoomView *sheet = CVR_ZOOM_VIEW (cvr_pixel_view_get_sheet (view));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (sheet));
  const CvrZoom *zoom = cvr_zoom_view_get_zoom (sheet);
  /* In the middle from left to right: there is room beside the picture at first. */
  double x = zoom->left + 30 * zoom->scale, y = zoom->top + 25.5 * zoom->scale, column, row;

  g_signal_emit_by_name (sheet, "hover", x, y);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      for (guint turn = 0; GTK_IS_EVENT_CONTROLLER_SCROLL (controller) && turn < 6; turn++)
        {
          g_signal_emit_by_name (controller, "scroll", 0.0, -1.0, &handled);
          g_assert_true (handled);
        }
    }
  g_assert_cmpfloat (zoom->scale, >=, CVR_PIXEL_MAX_EACH * 8);
  g_assert_true (cvr_zoom_view_locate (sheet, x, y, &column, &row));
  g_assert_cmpfloat_with_epsilon (column, 30, 0.1);
  g_assert_cmpint ((int) row, ==, 25);
  g_assert_finalize_object (view);
}

static void
find_histogram (GtkWidget  *widget,
                CvrCanvas **found)
{
  if (G_OBJECT_TYPE (widget) == CVR_TYPE_CANVAS)
    *found = CVR_CANVAS (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    find_histogram (child, found);
}

static gboolean
is_counted (gpointer data)
{
  return cvr_canvas_get_description (data) != NULL && *cvr_canvas_get_description (data) != '\0';
}

static void
test_large_pictures_are_counted_beside (void)
{
  g_autoptr (CvrImage) small = make_picture (20, 10);
  g_autoptr (CvrImage) large = make_picture (250, 200);
  CvrPixelView *view = make_view (small);
  CvrCanvas *histogram = NULL;

  find_histogram (GTK_WIDGET (view), &histogram);
  g_assert_cmpstr (cvr_canvas_get_description (histogram), ==,
                   "Red: from 0 to 19, 9.5 on average; Green: from 0 to 9, 4.5 on average; "
                   "Blue: from 100 to 100, 100.0 on average");
  cvr_pixel_view_set_picture (view, large);
  g_assert_false (is_counted (histogram));
  cvr_pixel_view_set_channel (view, CVR_PIXEL_GREEN);
  g_assert_true (app_support_wait (is_counted, histogram, 10));
  g_assert_cmpstr (cvr_canvas_get_description (histogram), ==,
                   "Green: from 0 to 199, 99.5 on average");

  /* Gone while it counts: no harm. */
  cvr_pixel_view_set_channel (view, CVR_PIXEL_HUE);
  cvr_pixel_view_set_picture (view, NULL);
  g_assert_false (is_counted (histogram));
  cvr_pixel_view_set_picture (view, large);
  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *) &view);
  g_object_unref (view);
  while (view != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static guint
find_toggles (GtkWidget *widget,
              guint      n)
{
  if (GTK_IS_TOGGLE_BUTTON (widget))
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (widget), TRUE);
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n = find_toggles (child, n);

  return n;
}

static void
test_buttons_choose_the_channel (void)
{
  g_autoptr (CvrImage) image = make_picture (5, 4);
  CvrPixelView *view = make_view (image);
  CvrPixelSheet *sheet = cvr_pixel_view_get_sheet (view);

  g_assert_cmpint (cvr_pixel_view_get_channel (view), ==, CVR_PIXEL_COLOUR);
  gtk_test_accessible_assert_property (sheet, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Pixels of the picture: Colour");
  /* Presses each in turn; the last one stays. */
  g_assert_cmpuint (find_toggles (GTK_WIDGET (view), 0), ==, CVR_N_PIXEL_CHANNELS);
  g_assert_cmpint (cvr_pixel_view_get_channel (view), ==, CVR_PIXEL_GREY);
  cvr_pixel_view_set_channel (view, CVR_PIXEL_HUE);
  gtk_test_accessible_assert_property (sheet, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Pixels of the picture: Hue");
  g_assert_finalize_object (view);
}

static gboolean
is_drawn (gpointer data)
{
  return *(guint *) data >= 3;
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  cvr_zoom_view_zoom (CVR_ZOOM_VIEW (widget), 2);
  (*(guint *) data)++;

  return G_SOURCE_CONTINUE;
}

/* On a screen, in every channel, from the whole down to the numbers. */
static void
test_it_draws (void)
{
  g_autoptr (CvrImage) image = make_picture (200, 150);
  GtkWidget *window = gtk_window_new (), *view = cvr_pixel_view_new ();
  CvrPixelSheet *sheet = cvr_pixel_view_get_sheet (CVR_PIXEL_VIEW (view));
  guint n_frames = 0;

  gtk_window_set_default_size (GTK_WINDOW (window), 700, 600);
  gtk_window_set_child (GTK_WINDOW (window), view);
  cvr_pixel_view_set_picture (CVR_PIXEL_VIEW (view), image);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_add_tick_callback (GTK_WIDGET (sheet), frame_cb, &n_frames, NULL);
  for (CvrPixelChannel channel = 0; channel < CVR_N_PIXEL_CHANNELS; channel++)
    {
      n_frames = 0;
      cvr_pixel_view_set_channel (CVR_PIXEL_VIEW (view), channel);
      g_assert_true (app_support_wait (is_drawn, &n_frames, 10));
    }
  g_assert_cmpfloat (cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (sheet))->scale, ==, CVR_ZOOM_HIGHEST);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/zoom/whole-fits", test_whole_fits);
  g_test_add_func ("/app/zoom/what-is-pointed-at-stays", test_what_is_pointed_at_stays);
  g_test_add_func ("/app/zoom/no-gap-beside-a-large-picture", test_no_gap_beside_a_large_picture);
  g_test_add_func ("/app/pixel-channel/reads-known-colours", test_channels_read_known_colours);
  g_test_add_func ("/app/pixel-channel/shows-itself-alone", test_channels_show_themselves_alone);
  g_test_add_func ("/app/pixel-channel/remembered-shades-are-right",
                   test_remembered_shades_are_right);
  g_test_add_func ("/app/pixel-channel/levels-count-every-pixel", test_levels_count_every_pixel);
  g_test_add_func ("/app/pixel-channel/words-are-equally-long", test_words_are_equally_long);
  g_test_add_func ("/app/pixel-view/keys-point-and-zoom", test_keys_point_and_zoom);
  g_test_add_func ("/app/pixel-view/pointer-reads-the-pixel-under-it",
                   test_pointer_reads_the_pixel_under_it);
  g_test_add_func ("/app/pixel-view/wheel-zooms-to-the-pointer", test_wheel_zooms_to_the_pointer);
  g_test_add_func ("/app/pixel-view/large-pictures-are-counted-beside",
                   test_large_pictures_are_counted_beside);
  g_test_add_func ("/app/pixel-view/buttons-choose-the-channel", test_buttons_choose_the_channel);
  g_test_add_func ("/app/pixel-view/draws", test_it_draws);

  return g_test_run ();
}
