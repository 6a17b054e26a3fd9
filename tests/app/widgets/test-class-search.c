/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes found by what is typed, and a picture beside its augmented versions. */
#include "app-support.h"

#include "cvr-augment-strip.h"
#include "cvr-class-match.h"
#include "cvr-class-search.h"

static const char *const names[] = { "Gato",   "perro", "árbol",       "Ñandú",
                                     "carro",  "ano",   "gato montés", "bicicleta (roja)",
                                     "Straße", "año" };

static void
assert_matches (const char *typed,
                const char *wanted)
{
  g_autoptr (GArray) found = cvr_class_match (names, G_N_ELEMENTS (names), typed);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", g_array_index (found, guint, i));
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_match_order (void)
{
  assert_matches ("", "0 1 2 3 4 5 6 7 8 9");
  assert_matches (NULL, "0 1 2 3 4 5 6 7 8 9");
  /* Accents and case don't count. */
  assert_matches ("ARB", "2");
  assert_matches ("nan", "3");
  assert_matches ("ñAN", "3");
  assert_matches ("strasse", "8");
  assert_matches ("  gato ", "0 6");
  assert_matches ("an", "5 9 3");
  /* Beginnings first, then words, then the rest. */
  assert_matches ("ro", "7 1 4");
  assert_matches ("mont", "6");
  assert_matches ("r", "7 1 2 4 8");
  assert_matches ("xyz", "");
  assert_matches ("bad \xff bytes", "");
}

static void
test_match_same (void)
{
  const guint n = G_N_ELEMENTS (names);

  g_assert_true (cvr_class_match_same (names, n, "gato"));
  g_assert_true (cvr_class_match_same (names, n, " ÁRBOL "));
  g_assert_true (cvr_class_match_same (names, n, "   "));
  g_assert_true (cvr_class_match_same (names, n, NULL));
  g_assert_false (cvr_class_match_same (names, n, "gat"));
  /* Another word in Spanish. */
  g_assert_false (cvr_class_match_same (names, n, "arbol"));
  g_assert_true (cvr_class_match_same (names, n, "año"));
  g_assert_false (cvr_class_match_same (names, 5, "ano"));
}

typedef struct
{
  GtkWidget      *window, *parent;
  CvrClassSearch *search;
  CvrDataset     *dataset;
  guint           n_chosen;
  gint            k;
  char           *name;
} Fixture;

static void
chosen_cb (CvrClassSearch *search,
           gint            k,
           const char     *name,
           Fixture        *fixture)
{
  fixture->n_chosen++;
  fixture->k = k;
  g_free (fixture->name);
  fixture->name = g_strdup (name);
}

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data) && gtk_widget_get_width (data) > 0;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dataset = cvr_dataset_new ();
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    cvr_dataset_add_class (fixture->dataset, names[k]);
  fixture->window = gtk_window_new ();
  fixture->parent = gtk_button_new_with_label ("here");
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->parent);
  fixture->search = CVR_CLASS_SEARCH (g_object_ref_sink (cvr_class_search_new ()));
  gtk_widget_set_parent (GTK_WIDGET (fixture->search), fixture->parent);
  cvr_class_search_set_classes (fixture->search, fixture->dataset);
  g_signal_connect (fixture->search, "chosen", G_CALLBACK (chosen_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  g_assert_true (app_support_wait (is_mapped, fixture->window, 10));
}

/* GTK holds a popover that has just been opened and closed for a frame: the button and the test are
 * left then. */
static gboolean
is_let_go (gpointer data)
{
  return G_OBJECT (data)->ref_count == 2;
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_true (app_support_wait (is_let_go, fixture->search, 10));
  gtk_widget_unparent (GTK_WIDGET (fixture->search));
  g_assert_finalize_object (fixture->search);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  cvr_dataset_unref (fixture->dataset);
  g_free (fixture->name);
}

static GtkWidget *
find_widget (GtkWidget *widget,
             GType      type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);

  return found;
}

/* A key in the entry that the popover listens to before the entry does. */
static gboolean
key (Fixture *fixture,
     guint    keyval)
{
  GtkWidget *entry = find_widget (GTK_WIDGET (fixture->search), GTK_TYPE_SEARCH_ENTRY);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (entry);
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller) && !handled
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }

  return handled;
}

static void
enter (Fixture *fixture)
{
  g_signal_emit_by_name (find_widget (GTK_WIDGET (fixture->search), GTK_TYPE_SEARCH_ENTRY),
                         "activate");
}

static void
test_type_and_enter (Fixture      *fixture,
                     gconstpointer data)
{
  cvr_class_search_open (fixture->search, "Ar");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->search)));
  /* árbol, carro, and a new class. */
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 3);
  g_assert_cmpint (cvr_class_search_get_row (fixture->search), ==, 0);
  enter (fixture);
  g_assert_cmpuint (fixture->n_chosen, ==, 1);
  g_assert_cmpint (fixture->k, ==, 2);
  g_assert_null (fixture->name);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->search)));
}

static void
test_arrows_choose (Fixture      *fixture,
                    gconstpointer data)
{
  cvr_class_search_open (fixture->search, NULL);
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, G_N_ELEMENTS (names));
  g_assert_true (key (fixture, GDK_KEY_Up)); /* Stays at the first. */
  g_assert_cmpint (cvr_class_search_get_row (fixture->search), ==, 0);
  g_assert_true (key (fixture, GDK_KEY_Down));
  g_assert_true (key (fixture, GDK_KEY_Down));
  g_assert_cmpint (cvr_class_search_get_row (fixture->search), ==, 2);
  g_assert_true (key (fixture, GDK_KEY_Page_Down));
  g_assert_cmpint (cvr_class_search_get_row (fixture->search), ==, 9);
  g_assert_false (key (fixture, GDK_KEY_Left)); /* The entry's. */
  enter (fixture);
  g_assert_cmpint (fixture->k, ==, 9);
}

static void
test_a_new_name_becomes_a_class (Fixture      *fixture,
                                 gconstpointer data)
{
  cvr_class_search_open (fixture->search, "  tortuga ");
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 1);
  enter (fixture);
  g_assert_cmpint (fixture->k, ==, -1);
  g_assert_cmpstr (fixture->name, ==, "tortuga");

  /* What is there already is not offered anew, even in another case. */
  cvr_class_search_set_text (fixture->search, "PERRO");
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 1);
  g_object_set (fixture->search, "can-create", FALSE, NULL);
  cvr_class_search_set_text (fixture->search, "tortuga");
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 0);
  g_assert_cmpint (cvr_class_search_get_row (fixture->search), ==, -1);
  enter (fixture);
  g_assert_cmpuint (fixture->n_chosen, ==, 1);
}

static void
test_a_thousand_classes (Fixture      *fixture,
                         gconstpointer data)
{
  GtkWidget *list = find_widget (GTK_WIDGET (fixture->search), GTK_TYPE_LIST_BOX);

  for (guint k = 0; k < 1000; k++)
    {
      g_autofree char *name = g_strdup_printf ("class %u", k);

      cvr_dataset_add_class (fixture->dataset, name);
    }
  cvr_class_search_set_classes (fixture->search, fixture->dataset);
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 40);
  cvr_class_search_set_text (fixture->search, "99");
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 20);
  cvr_class_search_set_text (fixture->search, "class 997");
  g_assert_cmpuint (cvr_class_search_n_rows (fixture->search), ==, 1);
  /* By mouse. */
  g_signal_emit_by_name (list, "row-activated",
                         gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_cmpint (fixture->k, ==, (gint) G_N_ELEMENTS (names) + 997);
}

static void
count_cb (CvrAugmentStrip *strip,
          guint           *n)
{
  (*n)++;
}

static void
test_strip (void)
{
  CvrAugmentStrip *strip =
    g_object_ref_sink (CVR_AUGMENT_STRIP (cvr_augment_strip_new ()));
  GtkWidget *again = find_widget (GTK_WIDGET (strip), GTK_TYPE_BUTTON);
  CvrImage *images[8];
  CvrAugment augment = { { 0 } };
  GdkPaintable *paintable;
  guint n = 0;

  g_signal_connect (strip, "reseed", G_CALLBACK (count_cb), &n);
  g_assert_false (gtk_widget_get_sensitive (again));
  for (guint i = 0; i < 8; i++)
    images[i] = cvr_image_new (28, 20, i % 2 ? 3 : 1);
  cvr_augment_strip_set_images (strip, images, 8);
  g_assert_cmpuint (cvr_augment_strip_n_images (strip), ==, 8);
  /* 84 px of room: three times as large. */
  paintable = gtk_picture_get_paintable (
    GTK_PICTURE (find_widget (GTK_WIDGET (strip), GTK_TYPE_PICTURE)));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), ==, 84);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (paintable), ==, 60);
  g_signal_emit_by_name (again, "clicked");
  g_assert_cmpuint (n, ==, 1);

  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (strip)), ==,
                   GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (strip, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The picture and its augmented versions");
  cvr_augment_strip_set_augment (strip, &augment);
  gtk_test_accessible_assert_property (strip, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The picture and its augmented versions. "
                                       "No augmentation is on: nothing is changed");
  augment.strength[CVR_AUGMENT_FLIP] = 1;
  augment.strength[CVR_AUGMENT_NOISE] = 0.1f;
  cvr_augment_strip_set_augment (strip, &augment);
  gtk_test_accessible_assert_property (strip, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The picture and its augmented versions. "
                                       "Each version is a bit different: mirrored, noisy");

  cvr_augment_strip_set_images (strip, NULL, 0);
  g_assert_cmpuint (cvr_augment_strip_n_images (strip), ==, 0);
  g_assert_null (find_widget (GTK_WIDGET (strip), GTK_TYPE_PICTURE));
  for (guint i = 0; i < 8; i++)
    cvr_image_unref (images[i]);
  g_assert_finalize_object (strip);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/class-match/beginnings-first", test_match_order);
  g_test_add_func ("/app/class-match/accents-make-other-words", test_match_same);
  g_test_add ("/app/class-search/type-and-enter", Fixture, NULL, set_up, test_type_and_enter,
              tear_down);
  g_test_add ("/app/class-search/arrows-choose", Fixture, NULL, set_up, test_arrows_choose,
              tear_down);
  g_test_add ("/app/class-search/a-new-name-becomes-a-class", Fixture, NULL, set_up,
              test_a_new_name_becomes_a_class, tear_down);
  g_test_add ("/app/class-search/a-thousand-classes", Fixture, NULL, set_up,
              test_a_thousand_classes, tear_down);
  g_test_add_func ("/app/augment-strip/shows-and-says", test_strip);

  return g_test_run ();
}
