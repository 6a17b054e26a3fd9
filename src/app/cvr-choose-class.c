/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class of the project by typing its name: what grid and queue share. */
#include "cvr-choose-class.h"

#include "cvr-class-search.h"

enum { N_KEYS = 9 };

typedef struct
{
  CvrProject    *project;
  CvrClassChosen chosen;
  gpointer       data;
} Choice;

static void
choice_free (gpointer  data,
             GClosure *closure)
{
  Choice *choice = data;

  g_object_unref (choice->project);
  g_free (choice);
}

static void
chosen_cb (CvrClassSearch *search,
           int             k,
           const char     *new_name,
           Choice         *choice)
{
  if (k < 0 && new_name != NULL)
    k = (int) cvr_project_add_class (choice->project, new_name);
  if (k >= 0 && k < (int) cvr_dataset_n_classes (cvr_project_get_dataset (choice->project)))
    choice->chosen (k, choice->data);
}

/* The keyboard goes back to where it was: else the next key would meet a button of the header. */
static void
unparent_cb (gpointer search)
{
  GtkWidget *before = g_object_get_data (search, "focus-before");

  if (gtk_widget_get_parent (search) != NULL)
    gtk_widget_unparent (search);
  if (before != NULL && gtk_widget_get_mapped (before))
    gtk_widget_grab_focus (before);
  g_object_unref (search);
}

/* What it closes with is told after "closed". */
static void
closed_cb (GtkWidget *search)
{
  g_idle_add_once (unparent_cb, g_object_ref (search));
}

/* A popover's parent lets go of it. */
static void
anchor_gone_cb (GtkWidget *search)
{
  if (gtk_widget_get_parent (search) != NULL)
    gtk_widget_unparent (search);
}

void
cvr_choose_class (GtkWidget     *anchor,
                  CvrProject    *project,
                  const char    *typed,
                  CvrClassChosen chosen,
                  gpointer       data)
{
  g_autoptr (CvrDataset) classes = cvr_titled_classes (project);
  GtkWidget *search = cvr_class_search_new ();
  GtkRoot *root = gtk_widget_get_root (anchor);
  GtkWidget *before = root != NULL ? gtk_root_get_focus (root) : NULL;
  Choice *choice = g_new0 (Choice, 1);

  choice->project = g_object_ref (project);
  choice->chosen = chosen;
  choice->data = data;
  g_signal_connect_data (search, "chosen", G_CALLBACK (chosen_cb), choice, choice_free, 0);
  g_signal_connect (search, "closed", G_CALLBACK (closed_cb), NULL);
  g_signal_connect_object (anchor, "destroy", G_CALLBACK (anchor_gone_cb), search,
                           G_CONNECT_SWAPPED);
  if (before != NULL)
    g_object_set_data_full (G_OBJECT (search), "focus-before", g_object_ref (before),
                            g_object_unref);
  gtk_widget_set_parent (search, anchor);
  g_object_set (search, "can-create", !cvr_project_is_read_only (project), NULL);
  cvr_class_search_set_classes (CVR_CLASS_SEARCH (search), classes);
  cvr_class_search_open (CVR_CLASS_SEARCH (search), typed);
}

gboolean
cvr_choose_class_key (GtkWidget     *anchor,
                      CvrProject    *project,
                      guint          key,
                      CvrClassChosen chosen,
                      gpointer       data)
{
  gunichar letter = gdk_keyval_to_unicode (key);
  char typed[8] = { 0 };

  if (key != GDK_KEY_slash && key != GDK_KEY_KP_Divide)
    {
      if (!g_unichar_isalpha (letter)
          || cvr_dataset_n_classes (cvr_project_get_dataset (project)) <= N_KEYS)
        return FALSE;
      g_unichar_to_utf8 (letter, typed);
    }
  cvr_choose_class (anchor, project, typed[0] != '\0' ? typed : NULL, chosen, data);

  return TRUE;
}

CvrDataset *
cvr_titled_classes (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  CvrDataset *classes = cvr_dataset_new ();

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      CvrClass klass = *cvr_dataset_class (dataset, k);

      klass.name = (char *) cvr_project_class_title (project, k);
      cvr_dataset_insert_class (classes, k, &klass);
    }

  return classes;
}
