/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sidebar beside the page: wide with words, or a narrow column of icons where room is short. A
 * page that is wider still is scrolled. */
#include "cvr-frame.h"

struct _CvrFrame
{
  GtkWidget parent_instance;

  GtkWidget         *wide, *narrow;
  GtkScrolledWindow *scroller; /* around the content */
  GtkWidget         *content;
  gboolean           is_wide;
};

G_DEFINE_FINAL_TYPE (CvrFrame, cvr_frame, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_WIDE, PROP_NARROW, PROP_CONTENT, N_PROPS };

static GParamSpec *props[N_PROPS];

static GtkWidget **
child_of (CvrFrame *self,
          guint     id)
{
  switch (id)
    {
    case PROP_WIDE:
      return &self->wide;
    case PROP_NARROW:
      return &self->narrow;
    case PROP_CONTENT:
      return &self->content;
    default:
      return NULL;
    }
}

static void
set_child (CvrFrame  *self,
           guint      id,
           GtkWidget *child)
{
  GtkWidget **place = child_of (self, id);

  if (*place == child)
    return;
  if (id == PROP_CONTENT)
    gtk_scrolled_window_set_child (self->scroller, child);
  else
    {
      g_clear_pointer (place, gtk_widget_unparent);
      if (child != NULL) /* before the content, as it is read */
        gtk_widget_insert_before (child, GTK_WIDGET (self), GTK_WIDGET (self->scroller));
    }
  *place = child;
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

/* The narrow column counts for the minimum, and of the content no more than CVR_FRAME_LEAST, so the
 * window can always be made small. */
static void
cvr_frame_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  CvrFrame *self = CVR_FRAME (widget);
  int side_min = 0, side_nat = 0, narrow_min = 0, content_min = 0, content_nat = 0;

  *minimum_baseline = *natural_baseline = -1;
  if (self->wide != NULL)
    gtk_widget_measure (self->wide, orientation, -1, &side_min, &side_nat, NULL, NULL);
  if (self->narrow != NULL)
    gtk_widget_measure (self->narrow, orientation, -1, &narrow_min, NULL, NULL, NULL);
  if (self->content != NULL)
    gtk_widget_measure (self->content, orientation, -1, &content_min, &content_nat, NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = narrow_min + MIN (content_min, CVR_FRAME_LEAST);
      *natural = side_nat + content_nat;
    }
  else
    {
      *minimum = MAX (narrow_min, content_min);
      *natural = MAX (side_nat, content_nat);
    }
}

static void
place_child (GtkWidget *child,
             int        x,
             int        width,
             int        height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, 0, width, height }, -1);
}

static void
cvr_frame_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  CvrFrame *self = CVR_FRAME (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int side = 0, wide_width = 0, content_min = 0;
  GtkWidget *shown;

  if (self->wide != NULL)
    gtk_widget_measure (self->wide, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &wide_width, NULL, NULL);
  if (self->content != NULL)
    gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &content_min, NULL, NULL,
                        NULL);

  self->is_wide = width >= CVR_FRAME_WIDE && width >= wide_width + content_min;
  shown = self->is_wide ? self->wide : self->narrow;
  if (self->wide != NULL)
    gtk_widget_set_child_visible (self->wide, self->is_wide);
  if (self->narrow != NULL)
    gtk_widget_set_child_visible (self->narrow, !self->is_wide);

  if (shown != NULL)
    {
      gtk_widget_measure (shown, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &side, NULL, NULL);
      place_child (shown, rtl ? width - side : 0, side, height);
    }
  if (self->content != NULL)
    place_child (GTK_WIDGET (self->scroller), rtl ? 0 : side, width - side, height);
}

static void
cvr_frame_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  GtkWidget **place = child_of (CVR_FRAME (object), id);

  if (place != NULL)
    g_value_set_object (value, *place);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_frame_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  if (child_of (CVR_FRAME (object), id) != NULL)
    set_child (CVR_FRAME (object), id, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_frame_dispose (GObject *object)
{
  CvrFrame *self = CVR_FRAME (object);

  g_clear_pointer (&self->wide, gtk_widget_unparent);
  g_clear_pointer (&self->narrow, gtk_widget_unparent);
  self->content = NULL;
  if (self->scroller != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->scroller)));

  G_OBJECT_CLASS (cvr_frame_parent_class)->dispose (object);
}

static void
cvr_frame_class_init (CvrFrameClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = cvr_frame_get_property;
  object_class->set_property = cvr_frame_set_property;
  object_class->dispose = cvr_frame_dispose;
  widget_class->measure = cvr_frame_measure;
  widget_class->size_allocate = cvr_frame_size_allocate;

  props[PROP_WIDE] = g_param_spec_object ("wide", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_NARROW] = g_param_spec_object ("narrow", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_frame_init (CvrFrame *self)
{
  self->scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_widget_set_parent (GTK_WIDGET (self->scroller), GTK_WIDGET (self));
}

/**
 * cvr_frame_is_wide:
 *
 * Returns: whether the sidebar with words was shown at the last allocation
 */
gboolean
cvr_frame_is_wide (CvrFrame *self)
{
  g_return_val_if_fail (CVR_IS_FRAME (self), FALSE);

  return self->is_wide;
}
