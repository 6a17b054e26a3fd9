/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something beside the content, where there is room for it. */
#include "cvr-aside.h"

struct _CvrAside
{
  GtkWidget parent_instance;

  GtkWidget *content, *side;
  int        room;
  gboolean   shown;
};

G_DEFINE_FINAL_TYPE (CvrAside, cvr_aside, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_CONTENT, PROP_SIDE, PROP_ROOM, N_PROPS };

static GParamSpec *props[N_PROPS];

static int
side_width (CvrAside *self)
{
  int minimum = 0, natural = 0;

  if (self->side != NULL && gtk_widget_get_visible (self->side))
    gtk_widget_measure (self->side, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);

  return natural;
}

/* The side never counts: it leaves before anything gets too narrow. */
static void
cvr_aside_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  CvrAside *self = CVR_ASIDE (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (self->content != NULL)
    gtk_widget_measure (self->content, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*natural, self->room) + side_width (self);
}

static void
cvr_aside_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  CvrAside *self = CVR_ASIDE (widget);
  int side = side_width (self);
  gboolean right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  self->shown = side > 0 && width >= self->room + side;
  if (!self->shown)
    side = 0;
  if (self->side != NULL)
    {
      gtk_widget_set_child_visible (self->side, self->shown);
      if (self->shown)
        gtk_widget_size_allocate (
          self->side, &(GtkAllocation){ right ? 0 : width - side, 0, side, height }, -1);
    }
  if (self->content != NULL)
    gtk_widget_size_allocate (
      self->content, &(GtkAllocation){ right ? side : 0, 0, width - side, height }, baseline);
}

static void
cvr_aside_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  CvrAside *self = CVR_ASIDE (object);

  switch (id)
    {
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_SIDE:
      g_value_set_object (value, self->side);
      break;
    case PROP_ROOM:
      g_value_set_int (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_child (CvrAside   *self,
           GtkWidget **place,
           GtkWidget  *child)
{
  if (*place == child)
    return;
  g_clear_pointer (place, gtk_widget_unparent);
  *place = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
cvr_aside_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  CvrAside *self = CVR_ASIDE (object);

  switch (id)
    {
    case PROP_CONTENT:
      set_child (self, &self->content, g_value_get_object (value));
      break;
    case PROP_SIDE:
      set_child (self, &self->side, g_value_get_object (value));
      break;
    case PROP_ROOM:
      self->room = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_aside_dispose (GObject *object)
{
  CvrAside *self = CVR_ASIDE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->side, gtk_widget_unparent);

  G_OBJECT_CLASS (cvr_aside_parent_class)->dispose (object);
}

static void
cvr_aside_class_init (CvrAsideClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = cvr_aside_dispose;
  object_class->get_property = cvr_aside_get_property;
  object_class->set_property = cvr_aside_set_property;
  widget_class->measure = cvr_aside_measure;
  widget_class->size_allocate = cvr_aside_size_allocate;
  props[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_SIDE] = g_param_spec_object ("side", NULL, NULL, GTK_TYPE_WIDGET, flags);
  props[PROP_ROOM] = g_param_spec_int ("room", NULL, NULL, 0, G_MAXINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_aside_init (CvrAside *self)
{
}

gboolean
cvr_aside_is_shown (CvrAside *self)
{
  g_return_val_if_fail (CVR_IS_ASIDE (self), FALSE);

  return self->shown;
}
