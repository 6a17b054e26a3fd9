/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate finder: its curve, what it suggests, and a button that takes it. */
#include "cvr-finder-view.h"

#include "cvr-canvas.h"
#include "cvr-finder.h"
#include "cvr-paint-xy.h"
#include "cvr-tooltip.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrFinderView
{
  AdwBin parent_instance;

  CvrCanvas      *canvas;
  GtkLabel       *sentence, *waits;
  GtkButton      *start, *take, *take_bold;
  GtkProgressBar *progress;

  CvrProject     *project;
  CvrLrFinder    *finder;
  char           *why_not;
  gboolean        ran;
  double          hover;
};

G_DEFINE_FINAL_TYPE (CvrFinderView, cvr_finder_view, ADW_TYPE_BIN)

enum { RUNNING_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Single steps that run away would press everything else flat. */
static const double headroom = 1.25, most_risen = 1.5; /* times the loss at the start */

static const char state_key[] = "experiment/rate";

/* The steepest place may lie close to where it explodes: the smaller one comes first. */
static double
smaller (CvrLrAdvice advice)
{
  return fmin (advice.steepest, advice.careful);
}

/* NaN: there is one only. */
static double
larger (CvrLrAdvice advice)
{
  return advice.steepest < advice.careful || advice.careful < advice.steepest
           ? fmax (advice.steepest, advice.careful)
           : (double) NAN;
}

/* Two figures are all that such a measurement bears. */
static double
round_rate (double rate)
{
  double unit = pow (10, floor (log10 (rate)) - 1);

  return floor (rate / unit + 0.5) * unit;
}

/* Chart */

typedef struct
{
  double    *x, *loss, *smoothed;
  CvrXyCurve curves[2];
  CvrXyChart chart;
} Prepared;

/* Steps that ran away would press the fall that matters flat. */
static double
highest_shown (const CvrLrPoint *points,
               guint             n)
{
  double highest = -INFINITY, begun = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      highest = MAX (highest, points[i].smoothed);
      if (i <= n / 10)
        begun = MAX (begun, points[i].smoothed);
    }

  return headroom * MIN (highest, most_risen * begun);
}

static void
prepare (CvrFinderView  *self,
         const CvrTheme *theme,
         Prepared       *prepared)
{
  guint n = 0;
  const CvrLrPoint *points =
    self->finder != NULL ? cvr_lr_finder_get_points (self->finder, &n) : NULL;
  CvrLrRange range = cvr_lr_range_default ();
  double highest = highest_shown (points, n);

  prepared->x = g_new (double, MAX (n, 1));
  prepared->loss = g_new (double, MAX (n, 1));
  prepared->smoothed = g_new (double, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      prepared->x[i] = points[i].lr;
      prepared->loss[i] = points[i].loss <= highest ? points[i].loss : NAN;
      /* It leaves the chart through its top. */
      prepared->smoothed[i] = i > 0 && points[i - 1].smoothed > highest
                                ? (double) NAN
                                : MIN (points[i].smoothed, highest);
    }
  prepared->curves[0] = (CvrXyCurve){ .x = prepared->x, .y = prepared->loss, .n = n,
                                      .colour = theme->dim, .style = CVR_XY_CLOUD,
                                      .label = _("each step") };
  prepared->curves[1] = (CvrXyCurve){ .x = prepared->x, .y = prepared->smoothed, .n = n,
                                      .colour = theme->training, .style = CVR_XY_LINE,
                                      .label = _("running mean") };
  prepared->chart = cvr_paint_xy_chart ();
  prepared->chart.curves = prepared->curves;
  prepared->chart.n_curves = G_N_ELEMENTS (prepared->curves);
  prepared->chart.log_x = TRUE;
  prepared->chart.x_low = range.low;
  prepared->chart.x_high = range.high;
  if (n > 0)
    prepared->chart.y_high = highest;
  prepared->chart.x_label = _("learning rate");
  prepared->chart.y_label = _("Loss: how wrong it is");
  prepared->chart.empty_label = self->why_not != NULL ? self->why_not
                                                      : _("Press Start: the curve appears here");
  prepared->chart.hover_x = self->hover;
  prepared->chart.mark_x = n > 0 ? smaller (cvr_lr_finder_get_advice (self->finder)) : NAN;
  prepared->chart.mark_label = _("suggested");
}

static void
prepared_clear (Prepared *prepared)
{
  g_free (prepared->x);
  g_free (prepared->loss);
  g_free (prepared->smoothed);
}

static void
draw (cairo_t        *cr,
      double          width,
      double          height,
      const CvrTheme *theme,
      gpointer        data)
{
  Prepared prepared;

  prepare (data, theme, &prepared);
  cvr_paint_xy (cr, width, height, &prepared.chart, theme);
  prepared_clear (&prepared);
}

static void
hover_cb (CvrFinderView *self,
          double         x,
          double         y)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self->canvas));
  Prepared prepared;

  prepare (self, &theme, &prepared);
  self->hover = isnan (x) ? NAN
                          : cvr_paint_xy_x (gtk_widget_get_width (GTK_WIDGET (self->canvas)),
                                            gtk_widget_get_height (GTK_WIDGET (self->canvas)),
                                            &prepared.chart, &theme, x);
  prepared_clear (&prepared);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* State */

static void
keep_points (CvrFinderView *self)
{
  g_autofree char *text = cvr_lr_finder_to_json (self->finder);

  if (text != NULL && !cvr_project_is_read_only (self->project))
    cvr_project_keep_result (self->project, state_key, text);
}

/* What the last search came to, from the project's file. */
static void
restore_points (CvrFinderView *self)
{
  g_autofree char *text = cvr_project_get_state (self->project, state_key);
  g_autoptr (GError) error = NULL;

  if (text != NULL && !cvr_lr_finder_from_json (self->finder, text, &error))
    g_message ("%s", error->message);
}

/* Which way the smaller and the larger one were found. */
static void
explain (CvrFinderView *self,
         CvrLrAdvice    advice)
{
  static const char *const reasons[] = {
    N_("Where the loss falls fastest becomes the project's learning rate"),
    N_("A tenth of where the loss is lowest becomes the project's learning rate"),
  };
  gboolean tenth = !(advice.steepest <= advice.careful);

  cvr_tooltip_set (GTK_WIDGET (self->take), _(reasons[tenth]));
  cvr_tooltip_set (GTK_WIDGET (self->take_bold), _(reasons[!tenth]));
}

static void
show_rate (GtkButton  *button,
           const char *format,
           double      rate,
           gboolean    shown)
{
  g_autofree char *number = cvr_words_number (isfinite (rate) ? round_rate (rate) : 0);
  g_autofree char *label = g_strdup_printf (format, number);

  gtk_button_set_label (button, label);
  gtk_widget_set_visible (GTK_WIDGET (button), shown && isfinite (rate));
}

static void
update (CvrFinderView *self)
{
  gboolean runs = cvr_finder_view_is_running (self);
  g_autofree char *sentence = NULL;
  const GError *error;
  CvrLrAdvice advice;
  guint n;

  if (self->finder == NULL)
    return;
  error = cvr_lr_finder_get_error (self->finder);
  sentence = cvr_lr_finder_dup_sentence (self->finder);
  cvr_lr_finder_get_points (self->finder, &n);
  advice = n > 0 ? cvr_lr_finder_get_advice (self->finder) : (CvrLrAdvice){ NAN, NAN, FALSE };
  gtk_label_set_text (self->sentence, error != NULL   ? error->message
                                      : n > 0 || runs ? sentence
                                                      : "");
  /* Translators: a learning rate. */
  show_rate (self->take, _("_Take %s"), smaller (advice), !runs);
  show_rate (self->take_bold, _("Take the bolder one: %s"), larger (advice), !runs);
  explain (self, advice);
  gtk_button_set_label (self->start, runs ? _("_Stop") : n > 0 ? _("_Again") : _("_Start"));
  gtk_label_set_text (self->waits, n > 0 && !runs && self->why_not != NULL ? self->why_not : "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), runs || self->why_not == NULL);
  cvr_tooltip_set (GTK_WIDGET (self->start), runs ? _("Stop and keep the curve") : self->why_not);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), runs ? 1 : 0);
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (cvr_lr_finder_get_fraction (self->finder), 0, 1));
  cvr_canvas_set_description (self->canvas, sentence);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
  if (runs != self->ran)
    {
      self->ran = runs;
      if (!runs)
        keep_points (self);
      g_signal_emit (self, signals[RUNNING_CHANGED], 0);
    }
}

static void
start_cb (CvrFinderView *self)
{
  CvrModel *base = NULL;
  g_autoptr (GError) error = NULL;

  if (cvr_lr_finder_is_running (self->finder))
    cvr_lr_finder_stop (self->finder);
  else if (!cvr_project_get_base (self->project, FALSE, &base, &error) ||
           !cvr_lr_finder_start (self->finder, cvr_project_get_settings (self->project),
                                 cvr_project_get_dataset (self->project), base, NULL, &error))
    cvr_show_error (GTK_WIDGET (self), _("It can't start"), error->message);
  update (self);
}

static void
take (CvrFinderView *self,
      double         rate)
{
  CvrSettings settings = *cvr_project_get_settings (self->project);
  g_autofree char *number = cvr_words_number (round_rate (rate));
  g_autofree char *text = NULL;

  settings.optim.lr = (float) round_rate (rate);
  cvr_project_set_settings (self->project, &settings);
  text = g_strdup_printf (_("The learning rate is %s now"), number);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Train"), "win.train");
}

static void
take_cb (CvrFinderView *self)
{
  take (self, smaller (cvr_lr_finder_get_advice (self->finder)));
}

static void
take_bold_cb (CvrFinderView *self)
{
  take (self, larger (cvr_lr_finder_get_advice (self->finder)));
}

static void
cvr_finder_view_dispose (GObject *object)
{
  CvrFinderView *self = CVR_FINDER_VIEW (object);

  cvr_finder_view_set_project (self, NULL);
  g_clear_pointer (&self->why_not, g_free);

  G_OBJECT_CLASS (cvr_finder_view_parent_class)->dispose (object);
}

static void
cvr_finder_view_class_init (CvrFinderViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->dispose = cvr_finder_view_dispose;
  signals[RUNNING_CHANGED] = g_signal_new ("running-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-finder-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, canvas);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, waits);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, start);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, take);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, take_bold);
  gtk_widget_class_bind_template_child (widget_class, CvrFinderView, progress);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_bold_cb);
}

static void
cvr_finder_view_init (CvrFinderView *self)
{
  self->hover = NAN;
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_canvas_set_draw (self->canvas, draw, self, NULL);
  g_signal_connect_object (self->canvas, "hover", G_CALLBACK (hover_cb), self, G_CONNECT_SWAPPED);
}

void
cvr_finder_view_set_project (CvrFinderView *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_FINDER_VIEW (self));

  if (self->project == project)
    return;
  if (self->finder != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->finder, self);
      cvr_lr_finder_stop (self->finder);
      g_clear_object (&self->finder);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  self->finder = cvr_lr_finder_new (cvr_project_workers (project));
  self->ran = FALSE;
  restore_points (self);
  g_signal_connect_swapped (self->finder, "changed", G_CALLBACK (update), self);
  update (self);
}

gboolean
cvr_finder_view_is_running (CvrFinderView *self)
{
  g_return_val_if_fail (CVR_IS_FINDER_VIEW (self), FALSE);

  return self->finder != NULL && cvr_lr_finder_is_running (self->finder);
}

void
cvr_finder_view_set_why_not (CvrFinderView *self,
                             const char    *why_not)
{
  g_return_if_fail (CVR_IS_FINDER_VIEW (self));

  g_free (self->why_not);
  self->why_not = g_strdup (why_not);
  update (self);
}
