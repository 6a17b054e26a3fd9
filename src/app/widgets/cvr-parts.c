/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F6: the keyboard from one part of the window to the next. */
#include "cvr-parts.h"

#include "cvr-focus-note.h"
#include "cvr-list-focus.h"

static const char left_key[] = "cvr-parts-left";

/* The parts that are shown, in the order of the window, and where the keyboard is among them. */
typedef struct
{
  GPtrArray *parts;  /* of GtkWidget, borrowed */
  GtkWidget *focus;  /* (nullable) */
  guint      before; /* parts that lie before the focus */
  gboolean   in_one; /* it is in the one after them, not between two */
} Parts;

static gboolean
is_part (GtkWidget *widget)
{
  return gtk_widget_has_css_class (widget, CVR_PART)
         || g_str_equal (gtk_widget_get_css_name (widget), "toast");
}

static void
collect (Parts     *parts,
         GtkWidget *widget)
{
  guint n = parts->parts->len;

  /* What has a surface of its own comes and goes by itself. */
  if (!gtk_widget_get_mapped (widget) || GTK_IS_POPOVER (widget))
    return;
  if (widget == parts->focus)
    parts->before = n;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (parts, child);
  if (!is_part (widget) || parts->parts->len > n)
    return;
  g_ptr_array_add (parts->parts, widget);
  parts->in_one |= parts->focus != NULL
                   && (parts->focus == widget || gtk_widget_is_ancestor (parts->focus, widget));
}

/* A row that was the selected one, while now another is. */
static gboolean
is_left_behind (GtkWidget *widget)
{
  GtkWidget *list = gtk_widget_get_parent (widget);

  if (GTK_IS_LIST_BOX (list))
    return gtk_list_box_get_selected_row (GTK_LIST_BOX (list)) != NULL
           && widget != GTK_WIDGET (gtk_list_box_get_selected_row (GTK_LIST_BOX (list)));

  return GTK_IS_LIST_BASE (list)
         && !(gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_SELECTED);
}

static gboolean
enter (GtkWidget *part)
{
  g_autoptr (GtkWidget) before = cvr_focus_note_get (part, left_key);

  if (before != NULL && gtk_widget_get_mapped (before) && !is_left_behind (before)
      && (before == part || gtk_widget_is_ancestor (before, part)) && gtk_widget_grab_focus (before))
    return TRUE;

  return cvr_list_focus_selected (part) || gtk_widget_child_focus (part, GTK_DIR_TAB_FORWARD);
}

gboolean
cvr_parts_go (GtkWindow *window,
              gboolean   back)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  Parts parts = { .parts = found, .focus = gtk_window_get_focus (window) };
  guint n, first;

  g_return_val_if_fail (GTK_IS_WINDOW (window), FALSE);

  collect (&parts, GTK_WIDGET (window));
  n = found->len;
  if (n == 0)
    return FALSE;
  if (parts.in_one)
    cvr_focus_note_set (g_ptr_array_index (found, parts.before), left_key, parts.focus);
  /* Between two parts both are as near: the next is the one after it, the one before is before. */
  first = back ? parts.before + n - 1 : parts.before + (parts.in_one ? 1 : 0);
  for (guint i = 0; i < n; i++)
    {
      guint next = (back ? first + n - i : first + i) % n;

      if ((parts.in_one && next == parts.before) || !enter (g_ptr_array_index (found, next)))
        continue;
      gtk_window_set_focus_visible (window, TRUE);
      return TRUE;
    }

  return FALSE;
}
