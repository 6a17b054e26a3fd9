/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keyboard on the selected item of a list. */
#include "cvr-list-focus.h"

#include <adwaita.h>

/* The first widget of that type in @widget, itself included, that the user can see. */
static GtkWidget *
find_shown (GtkWidget *widget,
            GType      type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_visible (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_shown (child, type);

  return found;
}

static GtkSelectionModel *
model_of (GtkWidget *list)
{
  if (GTK_IS_LIST_VIEW (list))
    return gtk_list_view_get_model (GTK_LIST_VIEW (list));

  return GTK_IS_GRID_VIEW (list) ? gtk_grid_view_get_model (GTK_GRID_VIEW (list)) : NULL;
}

/* Rows stand in the order of their items, but only those near what is shown have a widget. */
static GtkWidget *
first_selected_row (GtkWidget *list)
{
  GtkWidget *row = gtk_widget_get_first_child (list);

  while (row != NULL && !(gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED))
    row = gtk_widget_get_next_sibling (row);

  return row;
}

gboolean
cvr_list_focus_selected (GtkWidget *around)
{
  GtkWidget *list = find_shown (around, GTK_TYPE_LIST_BASE);
  GtkSelectionModel *model = list != NULL ? model_of (list) : NULL;
  g_autoptr (GtkBitset) selected = NULL;
  GtkWidget *row;

  if (model == NULL)
    return FALSE;
  selected = gtk_selection_model_get_selection (model);
  if (gtk_bitset_is_empty (selected))
    return FALSE;
  gtk_widget_activate_action (list, "list.scroll-to-item", "u", gtk_bitset_get_minimum (selected));
  row = first_selected_row (list);

  return row != NULL && gtk_widget_grab_focus (row);
}

void
cvr_list_select_some (GtkWidget *around)
{
  GtkWidget *list = find_shown (around, GTK_TYPE_LIST_BASE);
  GtkSelectionModel *model = list != NULL ? model_of (list) : NULL;
  g_autoptr (GtkBitset) selected = NULL;

  if (model == NULL || g_list_model_get_n_items (G_LIST_MODEL (model)) == 0)
    return;
  selected = gtk_selection_model_get_selection (model);
  if (gtk_bitset_is_empty (selected))
    gtk_selection_model_select_item (model, 0, TRUE);
}

/* A search field keeps Escape for itself. */
static void
close_by_escape (GtkWidget *popover)
{
  GtkWidget *search = find_shown (popover, GTK_TYPE_SEARCH_ENTRY);

  if (search == NULL)
    return;
  g_signal_handlers_disconnect_by_func (search, gtk_popover_popdown, popover);
  g_signal_connect_object (search, "stop-search", G_CALLBACK (gtk_popover_popdown), popover,
                           G_CONNECT_SWAPPED);
}

/* GTK asks for the focus only after this, and only where there is none in it yet. */
static gboolean
mapped_cb (GSignalInvocationHint *hint,
           guint                  n_values,
           const GValue          *values,
           gpointer               unused)
{
  GtkWidget *widget = g_value_get_object (values);

  if (!GTK_IS_POPOVER (widget)
      || (gtk_widget_get_ancestor (widget, GTK_TYPE_DROP_DOWN) == NULL
          && gtk_widget_get_ancestor (widget, ADW_TYPE_COMBO_ROW) == NULL))
    return G_SOURCE_CONTINUE;
  close_by_escape (widget);
  if (find_shown (widget, GTK_TYPE_TEXT) == NULL)
    cvr_list_focus_selected (widget);

  return G_SOURCE_CONTINUE;
}

void
cvr_list_focus_watch_popups (void)
{
  static gulong hook;

  if (hook != 0)
    return;
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  hook = g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, mapped_cb, NULL,
                                     NULL);
}
