/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawing of a network: order and distance of its boxes for hand-made and random graphs. */
#include "paint-canvas.h"

enum { MAX_BOXES = 60, MAX_INPUTS = 3 };

typedef struct
{
  CvrNodeBox  boxes[MAX_BOXES];
  CvrBoxPlace places[MAX_BOXES];
  gint        inputs[MAX_BOXES][MAX_INPUTS];
  guint       n;
} Net;

static void
net_add (Net  *net,
         guint channels,
         guint side,
         gint  first,
         gint  second)
{
  guint i = net->n++;

  net->inputs[i][0] = first;
  net->inputs[i][1] = second;
  net->boxes[i] = (CvrNodeBox) { .name = "conv", .op = "conv", .size = "16×14×14",
                                 .channels = channels, .height = side, .width = side,
                                 .n_inputs = (first >= 0) + (second >= 0),
                                 .inputs = net->inputs[i], .has_weights = i % 2 };
}

static void
assert_in_order (const Net *net,
                 double     width,
                 double     height)
{
  for (guint i = 0; i < net->n; i++)
    {
      const CvrBoxPlace *a = &net->places[i];

      g_assert_cmpfloat (a->x, >=, 0);
      g_assert_cmpfloat (a->x + a->width, <=, width);
      g_assert_cmpfloat (a->width, >, 0);
      g_assert_cmpfloat (a->height, >, 0);
      g_assert_cmpfloat (a->y, >=, 0);
      g_assert_cmpfloat (a->y + a->height, <=, height + 1e-6);
      for (guint j = 0; j < net->boxes[i].n_inputs; j++)
        g_assert_cmpfloat (net->places[net->boxes[i].inputs[j]].x
                           + net->places[net->boxes[i].inputs[j]].width, <, a->x);
      for (guint j = 0; j < i; j++)
        {
          const CvrBoxPlace *b = &net->places[j];

          g_assert_true (a->x + a->width <= b->x || b->x + b->width <= a->x ||
                         a->y + a->height <= b->y ||
                         b->y + b->height <= a->y);
        }
    }
}

static void
test_random_graphs_keep_order (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);

  for (guint round = 0; round < 200; round++)
    {
      Net net = { .n = 0 };
      guint n = (guint) g_test_rand_int_range (1, MAX_BOXES);
      double height = g_test_rand_double_range (120, 700), width;

      while (net.n < n)
        net_add (&net, (guint) g_test_rand_int_range (1, 512),
                 (guint) g_test_rand_int_range (1, 64),
                 net.n > 0 ? g_test_rand_int_range (-1, (gint) net.n) : -1, -1);
      for (guint i = 2; i < n; i++)
        if (net.boxes[i].n_inputs == 1 && g_test_rand_bit ())
          {
            net.inputs[i][1] = g_test_rand_int_range (0, (gint) i);
            net.boxes[i].n_inputs = 2;
          }
      width = cvr_paint_network_layout (net.boxes, net.n, height, &theme, net.places);
      assert_in_order (&net, width, height);
    }
}

static void
residual (Net *net)
{
  net->n = 0;
  net_add (net, 3, 32, -1, -1);
  net_add (net, 16, 32, 0, -1);
  net_add (net, 16, 32, 1, -1);
  net_add (net, 16, 32, 2, 1);
  net_add (net, 16, 8, 3, -1);
  net_add (net, 10, 1, 4, -1);
}

static void
test_size_follows_maps (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  Net net;

  residual (&net);
  cvr_paint_network_layout (net.boxes, net.n, 300, &theme, net.places);
  g_assert_cmpfloat (net.places[1].height, >, net.places[4].height);
  g_assert_cmpfloat_with_epsilon (net.places[1].height, net.places[2].height, 1e-9);
  g_assert_cmpfloat (net.places[1].width, >, net.places[0].width);
  g_assert_cmpfloat (net.places[5].width, <, net.places[0].width);
}

/* What skips a layer is drawn above it: pixels over the skipped box, none in a chain. */
static void
test_skip_is_drawn_above (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);

  for (guint skip = 0; skip < 2; skip++)
    {
      Net net;
      double width;
      cairo_t *cr;
      guint above = 0;

      residual (&net);
      net.boxes[3].n_inputs = 1 + skip;
      width = cvr_paint_network_layout (net.boxes, net.n, 300, &theme, net.places);
      cr = canvas_new (ceil (width), 300, 1, &theme);
      cvr_paint_network (cr, net.boxes, net.places, net.n, -1, -1, &theme);
      for (double y = 0.5; y < net.places[2].y - 3; y++)
        above += colour_distance (canvas_pixel (cr, net.places[2].x + net.places[2].width / 2, y),
                                  packed (theme.paper)) > 20;
      g_assert_cmpuint (above > 0, ==, skip);
      cairo_destroy (cr);
    }
}

/* What is kept is paler than what learns, and darker than what has nothing to learn. */
static void
test_frozen_is_paler (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  guint far[2];

  for (guint frozen = 0; frozen < 2; frozen++)
    {
      Net net;
      cairo_t *cr;
      double width;

      residual (&net);
      net.boxes[1].frozen = frozen;
      width = cvr_paint_network_layout (net.boxes, net.n, 300, &theme, net.places);
      cr = canvas_new (ceil (width), 300, 1, &theme);
      cvr_paint_network (cr, net.boxes, net.places, net.n, -1, -1, &theme);
      far[frozen] = colour_distance (canvas_pixel (cr, net.places[1].x + 2.5,
                                                   net.places[1].y + net.places[1].height / 2),
                                     packed (theme.paper));
      cairo_destroy (cr);
    }
  g_assert_cmpuint (far[1], <, far[0] * 2 / 3);
  g_assert_cmpuint (far[1], >, 50);
}

static void
test_box_at_point (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  Net net;
  double width;

  residual (&net);
  width = cvr_paint_network_layout (net.boxes, net.n, 300, &theme, net.places);
  for (guint i = 0; i < net.n; i++)
    g_assert_cmpint (cvr_paint_network_box (net.places, net.n,
                                            net.places[i].x + net.places[i].width / 2,
                                            net.places[i].y + net.places[i].height / 2), ==,
                                            (gint) i);
  g_assert_cmpint (cvr_paint_network_box (net.places, net.n, width + 50, 10), ==, -1);
  g_assert_cmpint (cvr_paint_network_box (net.places, 0, 1, 1), ==, -1);
}

static void
test_selection_changes_the_drawing (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  Net net;
  double width;
  guint lit[2];

  residual (&net);
  width = cvr_paint_network_layout (net.boxes, net.n, 300, &theme, net.places);
  for (gint selected = -1; selected <= 0; selected++)
    {
      cairo_t *cr = canvas_new (ceil (width), 300, 2, &theme);

      cvr_paint_network (cr, net.boxes, net.places, net.n, selected, 2, &theme);
      g_assert_cmpuint (count_painted (cr, &theme), >, 1000);
      lit[selected + 1] = count_pixels (cr, packed (theme.ink), 10);
      cairo_destroy (cr);
    }
  g_assert_cmpuint (lit[1], >, lit[0] + 500);
}

static void
test_nothing_and_nonsense (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  Net net = { .n = 0 };
  cairo_t *cr = canvas_new (50, 50, 1, &theme);

  g_assert_cmpfloat (cvr_paint_network_layout (net.boxes, 0, 100, &theme, net.places), ==, 0);
  cvr_paint_network (cr, net.boxes, net.places, 0, -1, -1, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), ==, 0);

  /* An input that comes later, and itself. */
  net_add (&net, 0, 0, 0, -1);
  net_add (&net, 4, 4, 5, 1);
  g_assert_cmpfloat (cvr_paint_network_layout (net.boxes, net.n, 100, &theme, net.places), >, 0);
  cvr_paint_network (cr, net.boxes, net.places, net.n, 9, 9, &theme);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/network/random-graphs-keep-order", test_random_graphs_keep_order);
  g_test_add_func ("/paint/network/size-follows-maps", test_size_follows_maps);
  g_test_add_func ("/paint/network/skip-is-drawn-above", test_skip_is_drawn_above);
  g_test_add_func ("/paint/network/frozen-is-paler", test_frozen_is_paler);
  g_test_add_func ("/paint/network/box-at-point", test_box_at_point);
  g_test_add_func ("/paint/network/selection-changes-the-drawing",
                   test_selection_changes_the_drawing);
  g_test_add_func ("/paint/network/nothing-and-nonsense", test_nothing_and_nonsense);

  return g_test_run ();
}
