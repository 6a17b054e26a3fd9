/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A widget that lets a painter draw it: theme, pointer and what a screen reader is told. */
#include "cvr-canvas.h"

#include <adwaita.h>
#include <math.h>

typedef struct
{
  CvrCanvasDraw  draw;
  gpointer       data;
  GDestroyNotify free_data;
  int            min_width, min_height;
  char          *label, *description;
  double         entered[2];  /* where in the window the pointer came in, NaN: it has moved since */
} CvrCanvasPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (CvrCanvas, cvr_canvas, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_MIN_WIDTH, PROP_MIN_HEIGHT, PROP_LABEL, PROP_DESCRIPTION, N_PROPS };
enum { HOVER, PRESSED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
place_in_window (CvrCanvas *self,
                 double     x,
                 double     y,
                 double     place[2])
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  if (window == NULL ||
      !gtk_widget_translate_coordinates (GTK_WIDGET (self), window, x, y, &place[0], &place[1]))
    place[0] = place[1] = NAN;
}

/* Also where the page has moved under a pointer that rests: that asks for nothing. */
static void
enter_cb (CvrCanvas *self,
          double     x,
          double     y)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  place_in_window (self, x, y, priv->entered);
}

static void
motion_cb (CvrCanvas *self,
           double     x,
           double     y)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);
  double place[2];

  place_in_window (self, x, y, place);
  if (fabs (place[0] - priv->entered[0]) < 0.5 && fabs (place[1] - priv->entered[1]) < 0.5)
    return;
  priv->entered[0] = priv->entered[1] = NAN;
  g_signal_emit (self, signals[HOVER], 0, x, y);
}

static void
leave_cb (CvrCanvas *self)
{
  g_signal_emit (self, signals[HOVER], 0, (double) NAN, (double) NAN);
}

static void
pressed_cb (CvrCanvas *self,
            int        n_press,
            double     x,
            double     y)
{
  if (gtk_widget_get_focusable (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[PRESSED], 0, x, y, n_press);
}

static void
cvr_canvas_real_draw (CvrCanvas      *self,
                      cairo_t        *cr,
                      double          width,
                      double          height,
                      const CvrTheme *theme)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  if (priv->draw != NULL)
    priv->draw (cr, width, height, theme, priv->data);
}

static void
cvr_canvas_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (CVR_CANVAS (widget));

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? priv->min_width
                                                                  : priv->min_height;
  *minimum_baseline = *natural_baseline = -1;
}

static void
cvr_canvas_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  CvrCanvas *self = CVR_CANVAS (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  CvrTheme theme;
  cairo_t *cr;

  if (width <= 0 || height <= 0)
    return;

  theme = cvr_app_theme (widget);
  cr =
    gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  CVR_CANVAS_GET_CLASS (self)->draw (self, cr, width, height, &theme);
  cairo_destroy (cr);
}

static void
cvr_canvas_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (CVR_CANVAS (object));

  switch (id)
    {
    case PROP_MIN_WIDTH:
      g_value_set_int (value, priv->min_width);
      break;
    case PROP_MIN_HEIGHT:
      g_value_set_int (value, priv->min_height);
      break;
    case PROP_LABEL:
      g_value_set_string (value, priv->label);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, priv->description);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_canvas_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  CvrCanvas *self = CVR_CANVAS (object);
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  switch (id)
    {
    case PROP_MIN_WIDTH:
      cvr_canvas_set_min_size (self, g_value_get_int (value), priv->min_height);
      break;
    case PROP_MIN_HEIGHT:
      cvr_canvas_set_min_size (self, priv->min_width, g_value_get_int (value));
      break;
    case PROP_LABEL:
      cvr_canvas_set_label (self, g_value_get_string (value));
      break;
    case PROP_DESCRIPTION:
      cvr_canvas_set_description (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_canvas_finalize (GObject *object)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (CVR_CANVAS (object));

  if (priv->free_data != NULL)
    priv->free_data (priv->data);
  g_free (priv->label);
  g_free (priv->description);

  G_OBJECT_CLASS (cvr_canvas_parent_class)->finalize (object);
}

static void
cvr_canvas_class_init (CvrCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = cvr_canvas_get_property;
  object_class->set_property = cvr_canvas_set_property;
  object_class->finalize = cvr_canvas_finalize;
  widget_class->measure = cvr_canvas_measure;
  widget_class->snapshot = cvr_canvas_snapshot;
  klass->draw = cvr_canvas_real_draw;

  props[PROP_MIN_WIDTH] = g_param_spec_int ("min-width", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_MIN_HEIGHT] = g_param_spec_int ("min-height", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  props[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[HOVER] = g_signal_new ("hover", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[PRESSED] =
    g_signal_new ("pressed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_INT);

  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_canvas_init (CvrCanvas *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  AdwStyleManager *manager = adw_style_manager_get_default ();
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  priv->entered[0] = priv->entered[1] = NAN;
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
}

/**
 * cvr_canvas_set_draw:
 * @draw: (nullable): called for every frame that needs it; must not change the widget
 * @free_data: (nullable): frees @data with the canvas
 *
 * Call gtk_widget_queue_draw() when what is drawn has changed.
 */
void
cvr_canvas_set_draw (CvrCanvas      *self,
                     CvrCanvasDraw   draw,
                     gpointer        data,
                     GDestroyNotify  free_data)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  g_return_if_fail (CVR_IS_CANVAS (self));

  if (priv->free_data != NULL)
    priv->free_data (priv->data);
  priv->draw = draw;
  priv->data = data;
  priv->free_data = free_data;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_canvas_set_min_size:
 *
 * The size asked for, in application pixels; more is taken where it is given (hexpand, vexpand).
 */
void
cvr_canvas_set_min_size (CvrCanvas *self,
                         int        width,
                         int        height)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);
  gboolean width_changed = priv->min_width != width, height_changed = priv->min_height != height;

  g_return_if_fail (CVR_IS_CANVAS (self));

  priv->min_width = width;
  priv->min_height = height;
  if (width_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MIN_WIDTH]);
  if (height_changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MIN_HEIGHT]);
  if (width_changed || height_changed)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * cvr_canvas_set_label:
 * @label: (nullable): what the picture is, in few words
 */
void
cvr_canvas_set_label (CvrCanvas  *self,
                      const char *label)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  g_return_if_fail (CVR_IS_CANVAS (self));

  if (g_strcmp0 (priv->label, label) == 0)
    return;
  g_free (priv->label);
  priv->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

/**
 * cvr_canvas_set_description:
 * @description: (nullable): what it shows at present, in a sentence
 */
void
cvr_canvas_set_description (CvrCanvas  *self,
                            const char *description)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  g_return_if_fail (CVR_IS_CANVAS (self));

  if (g_strcmp0 (priv->description, description) == 0)
    return;
  g_free (priv->description);
  priv->description = g_strdup (description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DESCRIPTION]);
}

/**
 * cvr_canvas_get_description:
 *
 * Returns: (nullable): what a screen reader is told
 */
const char *
cvr_canvas_get_description (CvrCanvas *self)
{
  CvrCanvasPrivate *priv = cvr_canvas_get_instance_private (self);

  g_return_val_if_fail (CVR_IS_CANVAS (self), NULL);

  return priv->description;
}
