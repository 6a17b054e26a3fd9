/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets the keyboard when what has it is greyed, hidden or taken away. */
#include "cvr-focus-heir.h"

#include "cvr-focus-note.h"

static const char heir_key[] = "cvr-focus-heir";

typedef struct
{
  GtkWindow *window; /* whose data this is */
  GPtrArray *path;   /* what has the keyboard, or had it, then what is around it, without the
                      * window: by now it may have been taken out */
  GtkWidget *awaited; /* an heir that is greyed for now; NULL: none */
  guint      idle;
} Watch;

static gboolean hand_on_cb (gpointer data);

static void
hand_on_soon (Watch *watch)
{
  if (watch->idle == 0)
    watch->idle = g_idle_add (hand_on_cb, watch);
}

static void
await (Watch     *watch,
       GtkWidget *heir) /* (nullable) */
{
  if (watch->awaited == heir)
    return;
  if (watch->awaited != NULL)
    g_signal_handlers_disconnect_by_func (watch->awaited, hand_on_soon, watch);
  g_set_object (&watch->awaited, heir);
  if (heir != NULL)
    g_signal_connect_swapped (heir, "state-flags-changed", G_CALLBACK (hand_on_soon), watch);
}

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  await (watch, NULL);
  g_clear_handle_id (&watch->idle, g_source_remove);
  g_ptr_array_unref (watch->path);
  g_free (watch);
}

static gboolean
can_be_used (GtkWidget *widget)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_is_sensitive (widget);
}

static gpointer
nth (Watch *watch,
     guint  i)
{
  return i < watch->path->len ? g_ptr_array_index (watch->path, i) : NULL;
}

/* A menu that closes hands the keyboard back by itself. */
static gboolean
is_fallen (Watch     *watch,
           GtkWidget *focus)
{
  GtkWidget *lost = nth (watch, 0);

  return lost != NULL && lost != focus && !can_be_used (lost)
         && (focus == NULL || focus == GTK_WIDGET (watch->window)
             || (GTK_IS_SCROLLED_WINDOW (focus) && g_ptr_array_find (watch->path, focus, NULL)));
}

static void
remember (Watch     *watch,
          GtkWidget *focus)
{
  g_ptr_array_set_size (watch->path, 0);
  for (; focus != NULL && focus != GTK_WIDGET (watch->window);
       focus = gtk_widget_get_parent (focus))
    g_ptr_array_add (watch->path, g_object_ref (focus));
}

static gboolean
enter (GtkWidget        *widget,
       GtkDirectionType  direction)
{
  return can_be_used (widget) && gtk_widget_child_focus (widget, direction);
}

static gboolean
to_neighbour (GtkWidget *widget)
{
  for (GtkWidget *next = gtk_widget_get_next_sibling (widget); next != NULL;
       next = gtk_widget_get_next_sibling (next))
    if (enter (next, GTK_DIR_TAB_FORWARD))
      return TRUE;
  for (GtkWidget *before = gtk_widget_get_prev_sibling (widget); before != NULL;
       before = gtk_widget_get_prev_sibling (before))
    if (enter (before, GTK_DIR_TAB_BACKWARD))
      return TRUE;

  return FALSE;
}

/* The first heir that is shown; (transfer full); NULL: none */
static GtkWidget *
find_heir (Watch *watch)
{
  GtkWidget *heir = NULL;

  for (guint i = 0; i < watch->path->len && heir == NULL; i++)
    {
      heir = cvr_focus_note_get (nth (watch, i), heir_key);
      if (heir != NULL && (!gtk_widget_get_mapped (heir) || heir == nth (watch, 0)))
        g_clear_object (&heir);
    }

  return heir;
}

/* Something that was taken out has no neighbours: what is left around it is near too. */
static gboolean
to_nearest (Watch *watch)
{
  for (guint i = 0; i < watch->path->len; i++)
    {
      GtkWidget *widget = nth (watch, i), *around = nth (watch, i + 1);
      gboolean left = around != NULL && gtk_widget_get_parent (widget) != around;

      if (left ? enter (around, GTK_DIR_TAB_FORWARD) : to_neighbour (widget))
        return TRUE;
    }

  return FALSE;
}

/* When everything that goes with it has been hidden, shown and laid out. */
static gboolean
hand_on_cb (gpointer data)
{
  Watch *watch = data;
  gboolean fallen = is_fallen (watch, gtk_window_get_focus (watch->window));
  g_autoptr (GtkWidget) heir = fallen ? find_heir (watch) : NULL;

  watch->idle = 0;
  await (watch, heir != NULL && !gtk_widget_is_sensitive (heir) ? heir : NULL);
  if (watch->awaited != NULL)
    return G_SOURCE_REMOVE;
  if (fallen && (heir == NULL || !gtk_widget_grab_focus (heir)))
    to_nearest (watch);
  remember (watch, gtk_window_get_focus (watch->window));

  return G_SOURCE_REMOVE;
}

static void
focus_cb (Watch *watch)
{
  GtkWidget *focus = gtk_window_get_focus (watch->window);

  if (is_fallen (watch, focus))
    hand_on_soon (watch);
  else
    {
      await (watch, NULL);
      remember (watch, focus);
    }
}

void
cvr_focus_heir_watch (GtkWindow *window)
{
  Watch *watch = g_new0 (Watch, 1);

  g_return_if_fail (GTK_IS_WINDOW (window));

  watch->window = window;
  watch->path = g_ptr_array_new_with_free_func (g_object_unref);
  g_object_set_data_full (G_OBJECT (window), "cvr-focus-watch", watch, watch_free);
  g_signal_connect_swapped (window, "notify::focus-widget", G_CALLBACK (focus_cb), watch);
}

void
cvr_focus_heir_set (GtkWidget *widget,
                    GtkWidget *heir)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && GTK_IS_WIDGET (heir));

  cvr_focus_note_set (widget, heir_key, heir);
}

void
cvr_focus_heir_tabs (GtkStackSwitcher *tabs)
{
  g_return_if_fail (GTK_IS_STACK_SWITCHER (tabs));

  for (GtkWidget *tab = gtk_widget_get_first_child (GTK_WIDGET (tabs)); tab != NULL;
       tab = gtk_widget_get_next_sibling (tab))
    gtk_widget_set_focus_on_click (tab, TRUE);
}
