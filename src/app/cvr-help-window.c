/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first minute, in a few sentences. */
#include "cvr-help-window.h"

struct _CvrHelpWindow
{
  AdwWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (CvrHelpWindow, cvr_help_window, ADW_TYPE_WINDOW)

static void
cvr_help_window_class_init (CvrHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-help-window.ui");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cvr_help_window_init (CvrHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cvr_help_window_new:
 * @parent: (nullable): the window it belongs to
 *
 * Returns: (transfer none): kept by GTK until it is closed
 */
CvrHelpWindow *
cvr_help_window_new (GtkWindow *parent)
{
  return g_object_new (CVR_TYPE_HELP_WINDOW, "transient-for", parent, NULL);
}
