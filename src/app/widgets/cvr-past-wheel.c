/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders of pages that scroll. */
#include "cvr-past-wheel.h"

void
cvr_past_wheel (GtkRange *range)
{
  g_autoptr (GListModel) controllers = NULL;
  guint n;

  g_return_if_fail (GTK_IS_RANGE (range));

  controllers = gtk_widget_observe_controllers (GTK_WIDGET (range));
  n = g_list_model_get_n_items (controllers);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}
