/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the keyboard goes: from part to part, to the selected item, to the heir. */
#include "app-support.h"

#include "cvr-focus-heir.h"
#include "cvr-list-focus.h"
#include "cvr-parts.h"
#include "cvr-spoken-names.h"
#include "cvr-tab-stop.h"

static GtkWidget *
add_button (GtkWidget *box)
{
  GtkWidget *button = gtk_button_new_with_label ("b");

  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static GtkWindow *
show_window (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_child (window, child);
  gtk_window_present (window);
  app_support_spin ();

  return window;
}

/* Not while GTK still works on a frame of it. */
static void
close_window (GtkWindow *window)
{
  gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  app_support_spin ();
  gtk_window_destroy (window);
}

static GtkWidget *
add_part (GtkWidget *box)
{
  GtkWidget *part = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (part, CVR_PART);
  gtk_box_append (GTK_BOX (box), part);

  return part;
}

static void
test_parts (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *buttons[3][2];
  GtkWindow *window;

  gtk_widget_add_css_class (box, CVR_PART); /* gives way to those in it */
  for (guint i = 0; i < 3; i++)
    {
      GtkWidget *part = add_part (box);

      for (guint j = 0; j < 2; j++)
        buttons[i][j] = add_button (part);
    }
  add_part (box); /* takes no focus */
  window = show_window (box);

  gtk_window_set_focus (window, buttons[0][1]);
  gtk_window_set_focus_visible (window, FALSE);
  g_assert_true (cvr_parts_go (window, FALSE));
  g_assert_true (gtk_window_get_focus (window) == buttons[1][0]);
  g_assert_true (gtk_window_get_focus_visible (window));
  g_assert_true (cvr_parts_go (window, FALSE));
  g_assert_true (gtk_window_get_focus (window) == buttons[2][0]);
  g_assert_true (cvr_parts_go (window, FALSE)); /* round, and where it was left */
  g_assert_true (gtk_window_get_focus (window) == buttons[0][1]);
  g_assert_true (cvr_parts_go (window, TRUE));
  g_assert_true (gtk_window_get_focus (window) == buttons[2][0]);
  gtk_widget_set_visible (gtk_widget_get_parent (buttons[1][0]), FALSE);
  g_assert_true (cvr_parts_go (window, TRUE));
  g_assert_true (gtk_window_get_focus (window) == buttons[0][1]);
  close_window (window);
}

static GtkWidget *
make_drop_down (guint selected)
{
  const char *names[] = { "a", "b", "c", "d", NULL };
  GtkWidget *choice = gtk_drop_down_new_from_strings (names);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), selected);

  return choice;
}

static void
test_popup (void)
{
  GtkWidget *choice = make_drop_down (2), *focus;
  GtkWindow *window;

  cvr_list_focus_watch_popups ();
  window = show_window (choice);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gtk_widget_get_first_child (choice)), TRUE);
  app_support_spin ();
  focus = gtk_window_get_focus (window);
  g_assert_nonnull (focus);
  g_assert_nonnull (gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER));
  g_assert_true (gtk_widget_get_state_flags (focus) & GTK_STATE_FLAG_SELECTED);
  close_window (window);
}

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *item,
          gpointer            unused)
{
  gtk_list_item_set_child (item, gtk_label_new ("x"));
}

static void
check_tab_stop (gboolean selects)
{
  const char *names[] = { "a", "b", "c", "d", NULL };
  GtkMultiSelection *selection =
    gtk_multi_selection_new (G_LIST_MODEL (gtk_string_list_new (names)));
  GtkSelectionModel *model = GTK_SELECTION_MODEL (selection);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list = gtk_list_view_new (model, factory), *focus;
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *stop =
    g_object_new (CVR_TYPE_TAB_STOP, "child", scroller, "selects", selects, NULL);
  GtkWindow *window;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  gtk_widget_set_size_request (scroller, 100, 100);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  window = show_window (stop);
  gtk_window_set_focus (window, NULL);
  g_assert_true (gtk_widget_child_focus (stop, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_selection_model_is_selected (model, 0) == selects);
  gtk_window_set_focus (window, NULL);
  gtk_selection_model_select_item (model, 3, TRUE);
  g_assert_true (gtk_widget_child_focus (stop, GTK_DIR_TAB_FORWARD));
  focus = gtk_window_get_focus (window);
  g_assert_true (gtk_widget_get_parent (focus) == list);
  g_assert_true (gtk_widget_get_state_flags (focus) & GTK_STATE_FLAG_SELECTED);
  close_window (window);
}

static void
test_tab_stop (void)
{
  check_tab_stop (FALSE);
  check_tab_stop (TRUE);
}

/* As GTK does it: the page that comes takes the focus of the one that goes. */
static void
test_tabs (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *stack = gtk_stack_new ();
  GtkWidget *tabs = gtk_stack_switcher_new (), *pages[2], *tab;
  GtkWindow *window;

  for (guint i = 0; i < 2; i++)
    {
      pages[i] = gtk_entry_new ();
      gtk_stack_add_titled (GTK_STACK (stack), pages[i], i == 0 ? "0" : "1", "page");
    }
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (tabs), GTK_STACK (stack));
  cvr_focus_heir_tabs (GTK_STACK_SWITCHER (tabs));
  gtk_box_append (GTK_BOX (box), tabs);
  gtk_box_append (GTK_BOX (box), stack);
  window = show_window (box);
  gtk_widget_grab_focus (pages[0]);
  tab = gtk_widget_get_last_child (tabs);
  /* What a click does. */
  g_assert_true (gtk_widget_get_focus_on_click (tab));
  gtk_widget_grab_focus (tab);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tab), TRUE);
  app_support_spin ();
  g_assert_true (gtk_stack_get_visible_child (GTK_STACK (stack)) == pages[1]);
  g_assert_true (gtk_window_get_focus (window) == tab);
  close_window (window);
}

typedef struct
{
  GtkWindow *window;
  GtkWidget *widget;
} Place;

static gboolean
is_there (gpointer data)
{
  Place *place = data;

  return gtk_window_get_focus (place->window) == place->widget;
}

/* What is hidden loses the focus with the next frame. */
static void
assert_goes_to (GtkWindow *window,
                GtkWidget *widget)
{
  Place place = { window, widget };

  g_assert_true (app_support_wait (is_there, &place, 30));
}

static void
test_neighbour (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *first = add_button (box), *second = add_button (box), *third = add_button (box);
  GtkWindow *window = show_window (box);

  cvr_focus_heir_watch (window);
  gtk_window_set_focus (window, second);
  gtk_widget_set_sensitive (second, FALSE);
  assert_goes_to (window, third);
  gtk_widget_set_visible (third, FALSE);
  assert_goes_to (window, first);
  close_window (window);
}

static void
test_heir (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *heir = add_button (box), *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = add_button (inner);
  GtkWindow *window;

  gtk_box_append (GTK_BOX (box), inner);
  add_button (box);
  window = show_window (box);
  cvr_focus_heir_watch (window);
  cvr_focus_heir_set (inner, heir);
  gtk_window_set_focus (window, button);
  gtk_widget_set_sensitive (heir, FALSE);
  gtk_widget_set_sensitive (button, FALSE);
  app_support_spin ();
  g_assert_true (gtk_window_get_focus (window) != heir);
  gtk_widget_set_sensitive (heir, TRUE);
  assert_goes_to (window, heir);
  close_window (window);
}

static void
test_spoken_names (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = gtk_button_new_with_mnemonic ("_Train");
  GtkWidget *choice = make_drop_down (0);
  GtkWindow *window;

  cvr_spoken_names_watch ();
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), choice);
  window = show_window (box);
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button),
                                                    GTK_ACCESSIBLE_PROPERTY_LABEL));
  gtk_button_set_label (GTK_BUTTON (button), "_Continue");
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button),
                                                    GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_assert_true (gtk_test_accessible_has_relation (
    GTK_ACCESSIBLE (gtk_widget_get_first_child (choice)), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  close_window (window);
}

/* A remedy's button is hidden with what is around it, then taken out; its heir is greyed meanwhile. */
static void
test_taken_out (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *before = add_button (box), *heir = add_button (box);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = add_button (inner);
  GtkWindow *window;

  gtk_box_append (GTK_BOX (box), inner);
  window = show_window (box);
  cvr_focus_heir_watch (window);
  cvr_focus_heir_set (inner, heir);
  gtk_window_set_focus (window, button);
  gtk_widget_set_visible (inner, FALSE);
  gtk_widget_set_sensitive (heir, FALSE);
  app_support_spin ();
  gtk_box_remove (GTK_BOX (inner), button);
  app_support_spin ();
  g_assert_true (gtk_window_get_focus (window) != before);
  gtk_widget_set_sensitive (heir, TRUE);
  assert_goes_to (window, heir);
  close_window (window);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/focus/f6-goes-from-part-to-part", test_parts);
  g_test_add_func ("/app/focus/a-drop-down-opens-at-its-selected-entry", test_popup);
  g_test_add_func ("/app/focus/tab-comes-in-at-the-selected-item", test_tab_stop);
  g_test_add_func ("/app/focus/a-clicked-tab-has-it", test_tabs);
  g_test_add_func ("/app/focus/taken-out-after-it-was-hidden", test_taken_out);
  g_test_add_func ("/app/focus/spoken-names", test_spoken_names);
  g_test_add_func ("/app/focus/falls-to-the-nearest-neighbour", test_neighbour);
  g_test_add_func ("/app/focus/the-heir-waits-until-it-can-be-used", test_heir);

  return g_test_run ();
}
