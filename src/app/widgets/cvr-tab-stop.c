/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list with many items as one stop of the Tab key. */
#include "cvr-tab-stop.h"

#include "cvr-list-focus.h"

struct _CvrTabStop
{
  AdwBin   parent_instance;
  gboolean selects;
};

G_DEFINE_FINAL_TYPE (CvrTabStop, cvr_tab_stop, ADW_TYPE_BIN)

enum { PROP_0, PROP_SELECTS };

static gboolean
cvr_tab_stop_focus (GtkWidget       *widget,
                    GtkDirectionType direction)
{
  gboolean leaves = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (leaves && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  if (leaves && CVR_TAB_STOP (widget)->selects)
    cvr_list_select_some (widget);
  if (leaves && cvr_list_focus_selected (widget))
    return TRUE;

  return GTK_WIDGET_CLASS (cvr_tab_stop_parent_class)->focus (widget, direction);
}

static void
cvr_tab_stop_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_SELECTS)
    g_value_set_boolean (value, CVR_TAB_STOP (object)->selects);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_tab_stop_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_SELECTS)
    CVR_TAB_STOP (object)->selects = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_tab_stop_class_init (CvrTabStopClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = cvr_tab_stop_get_property;
  G_OBJECT_CLASS (klass)->set_property = cvr_tab_stop_set_property;
  GTK_WIDGET_CLASS (klass)->focus = cvr_tab_stop_focus;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), PROP_SELECTS,
    g_param_spec_boolean ("selects", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
cvr_tab_stop_init (CvrTabStop *self)
{
}
