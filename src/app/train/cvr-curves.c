/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss above accuracy over one time axis, with what zooms them. */
#include "cvr-curves.h"

#include "cvr-curve-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrCurves
{
  AdwBin parent_instance;

  CvrCurveView    *loss, *accuracy;
  GtkToggleButton *epochs;
  GtkWidget       *out, *all;
  GtkLabel        *shown;
};

G_DEFINE_FINAL_TYPE (CvrCurves, cvr_curves, ADW_TYPE_BIN)

static const double button_factor = 2;

/* What of the axis is shown, and what can be done about it. */
static void
update_zoom (CvrCurves *self)
{
  CvrSpan span;
  gboolean zoomed = cvr_chart_view_get_span (CVR_CHART_VIEW (self->loss), &span);
  g_autofree char *text = NULL;

  if (zoomed)
    /* Translators: first and last place of what is shown of a curve. */
    text = g_strdup_printf (_("epochs %.1f to %.1f"), span.low, span.high);
  gtk_label_set_text (self->shown, text != NULL ? text : "");
  gtk_widget_set_sensitive (self->out, zoomed);
  gtk_widget_set_sensitive (self->all, zoomed);
}

static CvrChartView *
other_of (CvrCurves    *self,
          CvrChartView *view)
{
  return CVR_CHART_VIEW ((gpointer) view == (gpointer) self->loss ? self->accuracy : self->loss);
}

static void
hover_cb (CvrCurves    *self,
          double        x,
          CvrChartView *view)
{
  cvr_chart_view_set_hover (other_of (self, view), x);
}

static void
zoomed_cb (CvrCurves    *self,
           double        low,
           double        high,
           CvrChartView *view)
{
  cvr_chart_view_set_span (other_of (self, view), low, high);
  update_zoom (self);
}

static void
in_cb (CvrCurves *self)
{
  cvr_chart_view_zoom (CVR_CHART_VIEW (self->loss), 1 / button_factor);
}

static void
out_cb (CvrCurves *self)
{
  cvr_chart_view_zoom (CVR_CHART_VIEW (self->loss), button_factor);
}

static void
all_cb (CvrCurves *self)
{
  cvr_chart_view_zoom_out (CVR_CHART_VIEW (self->loss));
}

static void
by_cb (CvrCurves *self)
{
  gboolean by_epoch = gtk_toggle_button_get_active (self->epochs);

  cvr_curve_view_set_by_epoch (self->loss, by_epoch);
  cvr_curve_view_set_by_epoch (self->accuracy, by_epoch);
}

static void
cvr_curves_class_init (CvrCurvesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CURVE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-curves.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, loss);
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, accuracy);
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, epochs);
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, out);
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, all);
  gtk_widget_class_bind_template_child (widget_class, CvrCurves, shown);
  gtk_widget_class_bind_template_callback (widget_class, hover_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoomed_cb);
  gtk_widget_class_bind_template_callback (widget_class, in_cb);
  gtk_widget_class_bind_template_callback (widget_class, out_cb);
  gtk_widget_class_bind_template_callback (widget_class, all_cb);
  gtk_widget_class_bind_template_callback (widget_class, by_cb);
}

static void
cvr_curves_init (CvrCurves *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_zoom (self);
}

/* A network that predicts numbers is never simply right: its loss has the room of both. */
static gboolean
counts_right (CvrHistory *history)
{
  return history == NULL || cvr_history_n_points (history, CVR_SERIES_LOSS) == 0
         || cvr_history_n_points (history, CVR_SERIES_ACCURACY) > 0;
}

void
cvr_curves_set_history (CvrCurves  *self,
                        CvrHistory *history,
                        guint       n_epochs)
{
  g_return_if_fail (CVR_IS_CURVES (self));

  cvr_curve_view_set_history (self->loss, history, n_epochs);
  cvr_curve_view_set_history (self->accuracy, history, n_epochs);
  gtk_widget_set_visible (GTK_WIDGET (self->accuracy), counts_right (history));
  cvr_curve_view_set_alone (self->loss, !counts_right (history));
  update_zoom (self);
}
