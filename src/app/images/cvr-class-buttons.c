/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classes as buttons to label with. */
#include "cvr-class-buttons.h"

#include "cvr-labelling.h"

#include <glib/gi18n-lib.h>

/* With more classes than this only those with a key have a button. */
enum { MAX_BUTTONS = 24 };

/* Buttons in a line, where the names are short enough. */
enum { MIN_A_LINE = 4, MAX_A_LINE = 10 };

struct _CvrClassButtons
{
  AdwBin parent_instance;

  GtkFlowBox *box;
  gint        current;
};

G_DEFINE_FINAL_TYPE (CvrClassButtons, cvr_class_buttons, ADW_TYPE_BIN)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static gint
class_of (GtkWidget *button)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "class"));
}

static void
clicked_cb (CvrClassButtons *self,
            GtkWidget       *button)
{
  g_signal_emit (self, signals[CHOSEN], 0, class_of (button));
}

static GtkWidget *
make_button (CvrClassButtons *self,
             CvrProject      *project,
             guint            k)
{
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = cvr_swatch_new ((gint) k);
  const char *title = cvr_project_class_title (project, k);
  GtkWidget *label = gtk_label_new (title);

  cvr_labelling_show_class (CVR_SWATCH (swatch), cvr_project_get_dataset (project), (gint) k);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 12);
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "cvr-class-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_object_set_data (G_OBJECT (button), "class", GINT_TO_POINTER ((gint) k));
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);

  return button;
}

static void
cvr_class_buttons_class_init (CvrClassButtonsClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
cvr_class_buttons_init (CvrClassButtons *self)
{
  self->current = CVR_LABEL_NONE;
  self->box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (self->box, MAX_A_LINE);
  gtk_flow_box_set_column_spacing (self->box, 6);
  gtk_flow_box_set_row_spacing (self->box, 6);
  gtk_widget_set_halign (GTK_WIDGET (self->box), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self->box), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Classes: choose what the picture shows"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}

/**
 * cvr_class_buttons_set_project:
 * @project: whose classes can be chosen
 */
void
cvr_class_buttons_set_project (CvrClassButtons *self,
                               CvrProject      *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n = cvr_dataset_n_classes (dataset);
  gint current = self->current;
  GtkWidget *child;

  g_return_if_fail (CVR_IS_CLASS_BUTTONS (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_flow_box_remove (self->box, child);
  for (guint k = 0; k < n; k++)
    {
      if (n > MAX_BUTTONS && cvr_labelling_key_of (dataset, k) == 0)
        continue;
      gtk_flow_box_append (self->box, make_button (self, project, k));
      gtk_widget_set_focusable (gtk_widget_get_last_child (GTK_WIDGET (self->box)), FALSE);
    }
  /* A box in the middle is only as wide as it must be. */
  gtk_flow_box_set_min_children_per_line (self->box, CLAMP (n, 1, MIN_A_LINE));
  self->current = CVR_LABEL_NONE;
  cvr_class_buttons_set_current (self, current);
}

void
cvr_class_buttons_set_current (CvrClassButtons *self,
                               gint             k)
{
  g_return_if_fail (CVR_IS_CLASS_BUTTONS (self));

  if (self->current == k)
    return;
  self->current = k;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *button = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child));

      if (class_of (button) == k)
        gtk_widget_add_css_class (button, "cvr-current");
      else
        gtk_widget_remove_css_class (button, "cvr-current");
    }
}
