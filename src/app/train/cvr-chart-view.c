/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart that is zoomed and read off with the pointer and the keys. */
#include "cvr-chart-view-private.h"

#include <math.h>

typedef struct
{
  CvrChart     chart;      /* as it was filled for the size below */
  int          width;
  double       text_size;
  gboolean     dark, contrast;
  gboolean     filled;

  gboolean     zoomed;
  CvrSpan      span;       /* while zoomed */
  double       hover;      /* NaN: none */
  gboolean     by_keys;    /* the arrows brought it there: it goes when they go elsewhere */
  CvrChartDrag drag;
} CvrChartViewPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CvrChartView, cvr_chart_view, CVR_TYPE_CANVAS)

enum { HOVER_X, ZOOMED, N_SIGNALS };

enum { READ_STEPS = 60 }; /* arrow presses from end to end */

static guint signals[N_SIGNALS];

static CvrSpan
whole_of (CvrChartView *self)
{
  return CVR_CHART_VIEW_GET_CLASS (self)->get_whole (self);
}

static double
smallest_of (CvrChartView *self)
{
  return CVR_CHART_VIEW_GET_CLASS (self)->smallest;
}

CvrSpan
cvr_chart_view_shown (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  return priv->zoomed ? cvr_span_zoom (priv->span, whole_of (self), 0, 1, smallest_of (self))
                      : whole_of (self);
}

static void
emit_zoomed (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_signal_emit (self, signals[ZOOMED], 0, priv->zoomed ? priv->span.low : (double) NAN,
                 priv->zoomed ? priv->span.high : (double) NAN);
}

void
cvr_chart_view_show_span (CvrChartView *self,
                          CvrSpan       span)
{
  CvrSpan whole = whole_of (self);

  if (cvr_span_is_whole (span, whole))
    cvr_chart_view_set_span (self, NAN, NAN);
  else
    cvr_chart_view_set_span (self, span.low, span.high);
  emit_zoomed (self);
}

void
cvr_chart_view_zoom_at (CvrChartView *self,
                        double        at,
                        double        factor)
{
  cvr_chart_view_show_span (self, cvr_span_zoom (cvr_chart_view_shown (self), whole_of (self), at,
                                                 factor, smallest_of (self)));
}

void
cvr_chart_view_move_by (CvrChartView *self,
                        double        share)
{
  CvrSpan span = cvr_chart_view_shown (self);

  cvr_chart_view_show_span (self, cvr_span_move (span, whole_of (self),
                                                 share * (span.high - span.low)));
}

/* The chart as it is drawn at this size; filled again where something has changed. */
static const CvrChart *
chart_for (CvrChartView   *self,
           int             width,
           const CvrTheme *theme)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  CvrChartViewClass *klass = CVR_CHART_VIEW_GET_CLASS (self);
  CvrSpan span = cvr_chart_view_shown (self);

  if (!priv->filled || priv->width != width || priv->text_size != theme->text_size
      || priv->dark != theme->dark || priv->contrast != theme->high_contrast)
    {
      priv->chart = (CvrChart) { .y_min = NAN, .y_max = NAN, .mark_x = NAN };
      klass->fill (self, theme, span, (guint) MAX (width, 1), &priv->chart);
      priv->width = width;
      priv->text_size = theme->text_size;
      priv->dark = theme->dark;
      priv->contrast = theme->high_contrast;
      priv->filled = TRUE;
    }
  priv->chart.x_low = span.low;
  priv->chart.x_high = span.high;
  priv->chart.hover_x = priv->hover;
  cvr_chart_drag_get_selection (&priv->drag, &priv->chart.select_low, &priv->chart.select_high);

  return &priv->chart;
}

/* Where values are read off: no further than there are any, as what is to come has none. NaN where
 * all that is shown is still to come. */
static double
read_place (const CvrChart *chart,
            double          x)
{
  double last = -INFINITY;

  for (guint c = 0; c < chart->n_curves; c++)
    if (chart->curves[c].n_points > 0)
      last = MAX (last, chart->curves[c].points[chart->curves[c].n_points - 1].x);

  if (!isfinite (last) || !(x > last)) /* NaN: nothing is read off */
    return x;

  return last >= chart->x_low ? last : NAN;
}

static void
cvr_chart_view_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  CvrChartView *self = CVR_CHART_VIEW (canvas);
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  CvrChart chart = *chart_for (self, (int) width, theme);
  g_autofree char *place = NULL;

  chart.hover_x = read_place (&chart, priv->hover);
  if (!isnan (chart.hover_x) && CVR_CHART_VIEW_GET_CLASS (self)->dup_place != NULL)
    chart.hover_label = place = CVR_CHART_VIEW_GET_CLASS (self)->dup_place (self, chart.hover_x);
  cvr_paint_chart (cr, width, height, &chart, theme);
}

/* Units at @x px; NaN beside the plot. */
static double
place_at (CvrChartView *self,
         double        x)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  double place = cvr_paint_chart_x (width, gtk_widget_get_height (GTK_WIDGET (self)),
                                    chart_for (self, width, &theme), &theme, x);

  return isnan (place) ? NAN : place;
}

double
cvr_chart_view_place_near (CvrChartView *self,
                           double        x)
{
  CvrSpan span = cvr_chart_view_shown (self);
  double at = place_at (self, x);

  if (!isnan (at))
    return at;

  return x > gtk_widget_get_width (GTK_WIDGET (self)) / 2.0 ? span.high : span.low;
}

/* Reading off */

static void
read_at (CvrChartView *self,
         double        x)
{
  cvr_chart_view_set_hover (self, x);
  g_signal_emit (self, signals[HOVER_X], 0, x);
}

static void
hover_cb (CvrChartView *self,
          double        x,
          double        y)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  double at = isnan (x) ? NAN : place_at (self, x);

  priv->by_keys = FALSE;
  read_at (self, isnan (at) ? NAN : at);
}

/* What a screen reader says when the arrows read off. */
static void
speak (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  CvrChart chart = *chart_for (self, gtk_widget_get_width (GTK_WIDGET (self)), &theme);
  g_autofree char *place = NULL;
  g_autofree char *values = NULL;

  chart.hover_x = read_place (&chart, priv->hover);
  if (!isnan (chart.hover_x) && CVR_CHART_VIEW_GET_CLASS (self)->dup_place != NULL)
    chart.hover_label = place = CVR_CHART_VIEW_GET_CLASS (self)->dup_place (self, chart.hover_x);
  values = cvr_paint_chart_values (&chart);
  cvr_canvas_set_description (CVR_CANVAS (self), values);
}

static void
read_by_keys (CvrChartView *self,
              double        x)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  priv->by_keys = TRUE;
  read_at (self, x);
  speak (self);
}

static void
focus_left_cb (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  if (priv->by_keys)
    read_at (self, NAN);
  priv->by_keys = FALSE;
}

/* Keys: (by, move): by how many steps, and whether what is shown moves or the place read off. */
static gboolean
arrow_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   unused)
{
  CvrChartView *self = CVR_CHART_VIEW (widget);
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  CvrSpan span = cvr_chart_view_shown (self);
  gint by;
  gboolean moves;
  double at;

  g_variant_get (args, "(ib)", &by, &moves);
  if (moves)
    {
      cvr_chart_view_move_by (self, by / 10.0);
      return TRUE;
    }
  at = isnan (priv->hover) ? (by > 0 ? span.low : span.high)
                           : priv->hover + by * (span.high - span.low) / READ_STEPS;
  read_by_keys (self, CLAMP (at, span.low, span.high));

  return TRUE;
}

/* (share): of what is shown, 0: its beginning, 1: its end. */
static gboolean
end_cb (GtkWidget *widget,
        GVariant  *args,
        gpointer   unused)
{
  CvrChartView *self = CVR_CHART_VIEW (widget);
  CvrSpan span = cvr_chart_view_shown (self);
  gint share;

  g_variant_get (args, "(i)", &share);
  read_by_keys (self, share == 0 ? span.low : span.high);

  return TRUE;
}

static gboolean
zoom_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   unused)
{
  gint way;

  g_variant_get (args, "(i)", &way);
  if (way == 0)
    cvr_chart_view_zoom_out (CVR_CHART_VIEW (widget));
  else
    cvr_chart_view_zoom (CVR_CHART_VIEW (widget),
                         way > 0 ? 1 / CVR_CHART_ZOOM_STEP : CVR_CHART_ZOOM_STEP);

  return TRUE;
}

/* Escape goes back a step: first the zoom, then what is read off; a third one is not for us. */
static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   unused)
{
  CvrChartView *self = CVR_CHART_VIEW (widget);
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  if (priv->zoomed)
    cvr_chart_view_zoom_out (self);
  else if (!isnan (priv->hover))
    read_at (self, NAN);
  else
    return FALSE;

  return TRUE;
}

static void
add_bindings (GtkWidgetClass *klass)
{
  static const struct { guint key; GdkModifierType state; gint by; gboolean moves; } arrows[] = {
    { GDK_KEY_Left, 0, -1, FALSE },
    { GDK_KEY_Right, 0, 1, FALSE },
    { GDK_KEY_KP_Left, 0, -1, FALSE },
    { GDK_KEY_KP_Right, 0, 1, FALSE },
    { GDK_KEY_Left, GDK_SHIFT_MASK, -1, TRUE },
    { GDK_KEY_Right, GDK_SHIFT_MASK, 1, TRUE },
    { GDK_KEY_Page_Up, 0, -10, TRUE },
    { GDK_KEY_Page_Down, 0, 10, TRUE },
  };
  static const struct { guint key; gint way; } zooms[] = {
    { GDK_KEY_plus, 1 },      { GDK_KEY_KP_Add, 1 }, { GDK_KEY_equal, 1 }, { GDK_KEY_minus, -1 },
    { GDK_KEY_KP_Subtract, -1 }, { GDK_KEY_0, 0 },      { GDK_KEY_KP_0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    gtk_widget_class_add_binding (klass, arrows[i].key, arrows[i].state, arrow_cb, "(ib)",
                                  arrows[i].by, arrows[i].moves);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    gtk_widget_class_add_binding (klass, zooms[i].key, 0, zoom_cb, "(i)", zooms[i].way);
  gtk_widget_class_add_binding (klass, GDK_KEY_Home, 0, end_cb, "(i)", 0);
  gtk_widget_class_add_binding (klass, GDK_KEY_End, 0, end_cb, "(i)", 1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
cvr_chart_view_class_init (CvrChartViewClass *klass)
{
  CVR_CANVAS_CLASS (klass)->draw = cvr_chart_view_draw;
  klass->smallest = 1e-6;
  add_bindings (GTK_WIDGET_CLASS (klass));
  signals[HOVER_X] = g_signal_new ("hover-x", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[ZOOMED] =
    g_signal_new ("zoomed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
cvr_chart_view_init (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  priv->hover = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_min_size (CVR_CANVAS (self), 260, 140);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  cvr_chart_drag_init (&priv->drag, self);
}

void
cvr_chart_view_changed (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_return_if_fail (CVR_IS_CHART_VIEW (self));

  priv->filled = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_chart_view_set_span (CvrChartView *self,
                         double        low,
                         double        high)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_return_if_fail (CVR_IS_CHART_VIEW (self));

  priv->zoomed = high > low;
  priv->span = (CvrSpan){ low, high };
  cvr_chart_view_changed (self);
}

gboolean
cvr_chart_view_get_span (CvrChartView *self,
                         CvrSpan      *span)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_return_val_if_fail (CVR_IS_CHART_VIEW (self), FALSE);

  *span = priv->span;

  return priv->zoomed;
}

void
cvr_chart_view_zoom (CvrChartView *self,
                     double        factor)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);
  CvrSpan span;

  g_return_if_fail (CVR_IS_CHART_VIEW (self));

  span = cvr_chart_view_shown (self);
  cvr_chart_view_zoom_at (self,
           isnan (priv->hover) ? (span.low + span.high) / 2 : priv->hover, factor);
}

void
cvr_chart_view_zoom_out (CvrChartView *self)
{
  g_return_if_fail (CVR_IS_CHART_VIEW (self));

  cvr_chart_view_set_span (self, NAN, NAN);
  emit_zoomed (self);
}

/**
 * cvr_chart_view_set_hover:
 * @x: where values are read off, or NaN
 */
void
cvr_chart_view_set_hover (CvrChartView *self,
                          double        x)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_return_if_fail (CVR_IS_CHART_VIEW (self));

  if (priv->hover == x || (isnan (priv->hover) && isnan (x)))
    return;
  priv->hover = x;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_chart_view_get_hover:
 *
 * Returns: the place read off; NaN when there is none
 */
double
cvr_chart_view_get_hover (CvrChartView *self)
{
  CvrChartViewPrivate *priv = cvr_chart_view_get_instance_private (self);

  g_return_val_if_fail (CVR_IS_CHART_VIEW (self), NAN);

  return priv->hover;
}
