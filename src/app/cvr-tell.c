/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tooltip says, for who works with the keyboard: GTK 4 shows them to the pointer only. */
#include "cvr-tell.h"

enum { WIDTH_CHARS = 44 };

static const char popover_key[] = "cvr-tell";

static const char *
find_text (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_tooltip_text (widget) != NULL)
      return gtk_widget_get_tooltip_text (widget);

  return NULL;
}

static GtkPopover *
make_popover (const char *text)
{
  GtkPopover *popover = GTK_POPOVER (gtk_popover_new ());
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  gtk_popover_set_child (popover, label);
  /* The focus stays where it is: what comes next is meant for it. */
  gtk_popover_set_autohide (popover, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  -1);

  return popover;
}

/* The next key takes it away, and does what it does; Escape does nothing else. */
static gboolean
key_cb (GtkPopover           *popover,
        guint                 key,
        guint                 code,
        GdkModifierType       state,
        GtkEventControllerKey *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (event != NULL && gdk_key_event_is_modifier (event))
    return FALSE;
  gtk_popover_popdown (popover);

  return key == GDK_KEY_Escape;
}

static void
watch_keys (GtkPopover *popover,
            GtkWidget  *place)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), popover, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (place, keys);
  g_object_set_data (G_OBJECT (popover), "keys", keys);
}

static void
remove_popover (GtkWidget *place)
{
  GtkPopover *popover = g_object_steal_data (G_OBJECT (place), popover_key);

  if (popover == NULL)
    return;
  gtk_widget_remove_controller (place, g_object_get_data (G_OBJECT (popover), "keys"));
  gtk_widget_unparent (GTK_WIDGET (popover));
}

/* GTK still works with it while it is told that it has closed. */
static gboolean
remove_cb (gpointer data)
{
  remove_popover (data);

  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkWidget *place)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remove_cb, g_object_ref (place), g_object_unref);
}

/**
 * cvr_tell_about_focus:
 * @place: a child of @window that fills it
 *
 * Shows what the tooltip of the focused widget says, until the next key or until the focus moves.
 *
 * Returns: whether there is something to say
 */
gboolean
cvr_tell_about_focus (GtkWindow *window,
                      GtkWidget *place)
{
  GtkPopover *popover = g_object_get_data (G_OBJECT (place), popover_key);
  GtkWidget *focus = gtk_window_get_focus (window);
  const char *text = find_text (focus);
  graphene_rect_t bounds;

  g_return_val_if_fail (GTK_IS_WINDOW (window), FALSE);

  if (popover != NULL)
    {
      gtk_popover_popdown (popover);
      return TRUE;
    }
  if (text == NULL || !gtk_widget_compute_bounds (focus, place, &bounds))
    return FALSE;

  popover = make_popover (text);
  gtk_widget_set_parent (GTK_WIDGET (popover), place);
  gtk_popover_set_pointing_to (popover,
                               &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y,
                                                (int) bounds.size.width,
                                                (int) bounds.size.height });
  g_object_set_data (G_OBJECT (place), popover_key, popover);
  watch_keys (popover, place);
  g_signal_connect_object (popover, "closed", G_CALLBACK (closed_cb), place, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::focus-widget", G_CALLBACK (gtk_popover_popdown),
                           popover, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "destroy", G_CALLBACK (remove_popover), popover, 0);
  gtk_popover_popup (popover);

  return TRUE;
}
