/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of several trainings over each other. */
#include "cvr-overlay-view.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  char    *name;
  GArray  *points; /* of CvrCurvePoint */
  gint     paint;
  gboolean dashed;
} Line;

struct _CvrOverlayView
{
  CvrChartView parent_instance;

  GArray        *lines;  /* of Line */
  GArray        *curves; /* of CvrCurve, as it was filled last */
  CvrOverlayAxis axis;
  double         x_max;
  gboolean       percent;
  char          *y_label, *empty_label;
};

G_DEFINE_FINAL_TYPE (CvrOverlayView, cvr_overlay_view, CVR_TYPE_CHART_VIEW)

enum { PROP_0, PROP_EMPTY_LABEL, N_PROPS };

static GParamSpec *props[N_PROPS];

static void
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_array_unref (line->points);
}

static CvrSpan
cvr_overlay_view_get_whole (CvrChartView *view)
{
  return (CvrSpan){ 0, CVR_OVERLAY_VIEW (view)->x_max };
}

static CvrRgba
colour_of (const Line     *line,
           const CvrTheme *theme)
{
  if (line->paint == CVR_OVERLAY_LEARNING)
    return theme->training;
  if (line->paint == CVR_OVERLAY_UNSEEN)
    return theme->validation;

  return cvr_paint_class_colour (theme, (guint) line->paint);
}

static void
cvr_overlay_view_fill (CvrChartView   *view,
                       const CvrTheme *theme,
                       CvrSpan         span,
                       guint           n_columns,
                       CvrChart       *chart)
{
  CvrOverlayView *self = CVR_OVERLAY_VIEW (view);

  g_array_set_size (self->curves, 0);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      CvrCurve curve = { .points = (const CvrCurvePoint *) (gpointer) line->points->data,
                         .n_points = line->points->len,
                         .colour = colour_of (line, theme),
                         .dots = !line->dashed,
                         .dashed = line->dashed,
                         .label = line->name };

      g_array_append_val (self->curves, curve);
    }
  chart->curves = (const CvrCurve *) (gpointer) self->curves->data;
  chart->n_curves = self->curves->len;
  chart->percent = self->percent;
  chart->y_label = self->y_label;
  chart->empty_label = self->empty_label;
  chart->x_label = self->axis == CVR_OVERLAY_EPOCHS ? _("epochs") : _("pictures it learned from");
}

static char *
cvr_overlay_view_dup_place (CvrChartView *view,
                            double        x)
{
  guint place = (guint) MAX (floor (x + 0.5), 0);

  if (CVR_OVERLAY_VIEW (view)->axis == CVR_OVERLAY_PICTURES)
    return g_strdup_printf (ngettext ("%'u picture", "%'u pictures", place), place);

  return g_strdup_printf (_("After epoch %u"), MAX (place, 1));
}

static void
cvr_overlay_view_finalize (GObject *object)
{
  CvrOverlayView *self = CVR_OVERLAY_VIEW (object);

  g_array_unref (self->lines);
  g_array_unref (self->curves);
  g_free (self->y_label);
  g_free (self->empty_label);

  G_OBJECT_CLASS (cvr_overlay_view_parent_class)->finalize (object);
}

static void
cvr_overlay_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_EMPTY_LABEL)
    g_value_set_string (value, CVR_OVERLAY_VIEW (object)->empty_label);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_overlay_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CvrOverlayView *self = CVR_OVERLAY_VIEW (object);

  if (id != PROP_EMPTY_LABEL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_free (self->empty_label);
  self->empty_label = g_value_dup_string (value);
  cvr_chart_view_changed (CVR_CHART_VIEW (self));
}

static void
cvr_overlay_view_class_init (CvrOverlayViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  CvrChartViewClass *chart_class = CVR_CHART_VIEW_CLASS (klass);

  object_class->finalize = cvr_overlay_view_finalize;
  object_class->get_property = cvr_overlay_view_get_property;
  object_class->set_property = cvr_overlay_view_set_property;
  props[PROP_EMPTY_LABEL] = g_param_spec_string ("empty-label", NULL, NULL, NULL,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  chart_class->get_whole = cvr_overlay_view_get_whole;
  chart_class->fill = cvr_overlay_view_fill;
  chart_class->dup_place = cvr_overlay_view_dup_place;
  chart_class->smallest = 0.1;
}

static void
cvr_overlay_view_init (CvrOverlayView *self)
{
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_set_clear_func (self->lines, line_clear);
  self->curves = g_array_new (FALSE, FALSE, sizeof (CvrCurve));
  self->x_max = 1;
}

/* What a screen reader says: the last value of each line. */
static void
describe (CvrOverlayView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      double last;

      if (line->points->len == 0)
        continue;
      last = g_array_index (line->points, CvrCurvePoint, line->points->len - 1).mean;
      if (self->percent)
        {
          g_autofree char *percent = cvr_words_percent (last, 0);

          /* Translators: name of a training, its accuracy. */
          g_string_append_printf (text, _("%1$s: %2$s. "), line->name, percent);
        }
      else
        /* Translators: name of a training, its loss. */
        g_string_append_printf (text, _("%s: %.3f. "), line->name, last);
    }
  cvr_canvas_set_description (CVR_CANVAS (self), text->len > 0 ? text->str : _("No values yet"));
}

static void
add_line (CvrOverlayView       *self,
          const CvrOverlayLine *given)
{
  Line line = { g_strdup (given->name), g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint)),
                given->paint, given->dashed };

  for (guint i = 0; i < given->n; i++)
    {
      CvrCurvePoint point = { given->x[i], given->values[i], given->values[i], given->values[i] };

      if (!isfinite (given->values[i]))
        continue;
      g_array_append_val (line.points, point);
      self->x_max = MAX (self->x_max, given->x[i]);
    }
  g_array_append_val (self->lines, line);
}

void
cvr_overlay_view_set (CvrOverlayView       *self,
                      const CvrOverlayLine *lines,
                      guint                 n_lines,
                      CvrOverlayAxis        axis,
                      double                x_max,
                      gboolean              percent,
                      const char           *y_label)
{
  g_return_if_fail (CVR_IS_OVERLAY_VIEW (self));

  g_array_set_size (self->lines, 0);
  self->axis = axis;
  self->x_max = x_max > 0 ? x_max : 1;
  self->percent = percent;
  g_free (self->y_label);
  self->y_label = g_strdup (y_label);
  for (guint i = 0; i < n_lines; i++)
    add_line (self, &lines[i]);
  if (isnan (cvr_chart_view_get_hover (CVR_CHART_VIEW (self))))
    describe (self);
  cvr_chart_view_changed (CVR_CHART_VIEW (self));
}
