/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keyboard gets to know of tooltips. */
#include "app-support.h"

#include "cvr-tell.h"

static GtkWidget *
find_popover (GtkWidget *place)
{
  for (GtkWidget *child = gtk_widget_get_first_child (place); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      return child;

  return NULL;
}

static gboolean
is_gone (gpointer place)
{
  return find_popover (place) == NULL;
}

static void
test_focus_is_told_about (void)
{
  GtkWidget *window = gtk_window_new (), *place = adw_toast_overlay_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_button_new_with_label ("A"), *mute = gtk_button_new_with_label ("B");
  GtkWidget *label;

  gtk_widget_set_tooltip_text (button, "What it does");
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), mute);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (place), box);
  gtk_window_set_child (GTK_WINDOW (window), place);
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();

  gtk_widget_grab_focus (mute);
  g_assert_false (cvr_tell_about_focus (GTK_WINDOW (window), place));
  gtk_widget_grab_focus (button);
  g_assert_true (cvr_tell_about_focus (GTK_WINDOW (window), place));
  label = gtk_popover_get_child (GTK_POPOVER (find_popover (place)));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "What it does");

  /* The focus stays, and takes the words with it where it goes. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == button);
  gtk_widget_grab_focus (mute);
  g_assert_true (app_support_wait (is_gone, place, 10));

  /* Open, it goes with its window. */
  gtk_widget_grab_focus (button);
  g_assert_true (cvr_tell_about_focus (GTK_WINDOW (window), place));
  gtk_window_destroy (GTK_WINDOW (window));
  app_support_spin ();
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/tell/focus-is-told-about", test_focus_is_told_about);

  return g_test_run ();
}
