/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tab through the widgets in a flow box. */
#include "cvr-flow.h"

struct _CvrFlow
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (CvrFlow, cvr_flow, ADW_TYPE_BIN)

static gboolean
cvr_flow_focus (GtkWidget       *widget,
                GtkDirectionType direction)
{
  GtkWidget *box = adw_bin_get_child (ADW_BIN (widget));
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkWidget *place;

  if (box == NULL || (!forward && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (cvr_flow_parent_class)->focus (widget, direction);

  place = gtk_widget_get_focus_child (box);
  if (place == NULL)
    place = forward ? gtk_widget_get_first_child (box) : gtk_widget_get_last_child (box);
  for (; place != NULL; place = forward ? gtk_widget_get_next_sibling (place)
                                        : gtk_widget_get_prev_sibling (place))
    {
      GtkWidget *child = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (place));

      if (gtk_widget_get_mapped (place) && gtk_widget_is_sensitive (place)
          && gtk_widget_child_focus (child, direction))
        return TRUE;
    }

  return FALSE;
}

static void
cvr_flow_class_init (CvrFlowClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = cvr_flow_focus;
}

static void
cvr_flow_init (CvrFlow *self)
{
}
