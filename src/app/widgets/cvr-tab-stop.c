/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list with many items as one stop of the Tab key. */
#include "cvr-tab-stop.h"

struct _CvrTabStop
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (CvrTabStop, cvr_tab_stop, ADW_TYPE_BIN)

static gboolean
cvr_tab_stop_focus (GtkWidget       *widget,
                    GtkDirectionType direction)
{
  gboolean leaves = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (leaves && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;

  return GTK_WIDGET_CLASS (cvr_tab_stop_parent_class)->focus (widget, direction);
}

static void
cvr_tab_stop_class_init (CvrTabStopClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = cvr_tab_stop_focus;
}

static void
cvr_tab_stop_init (CvrTabStop *self)
{
}
