/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: two methods side by side, for any class. */
#include "cvr-why-view.h"

#include "cvr-labelling.h"
#include "cvr-why-card.h"

#include <glib/gi18n-lib.h>

enum { MANY = 20 }; /* classes, from which on they are searched */

struct _CvrWhyView
{
  AdwBin parent_instance;

  GtkDropDown *target;
  GtkScale    *opacity;
  CvrWhyCard  *cards[2];

  CvrProject *project;
  NnGraph    *graph; /* that the classes are of */
};

G_DEFINE_FINAL_TYPE (CvrWhyView, cvr_why_view, ADW_TYPE_BIN)

static void
target_changed_cb (CvrWhyView *self)
{
  guint chosen = gtk_drop_down_get_selected (self->target);

  for (guint i = 0; i < 2; i++)
    cvr_why_card_set_target (self->cards[i],
                             chosen == GTK_INVALID_LIST_POSITION ? -1 : (gint) chosen - 1);
}

static void
opacity_changed_cb (CvrWhyView *self)
{
  for (guint i = 0; i < 2; i++)
    cvr_why_card_set_opacity (self->cards[i], gtk_range_get_value (GTK_RANGE (self->opacity)));
}

static void
list_classes (CvrWhyView *self,
              CvrModel   *model)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _("The answer"));
  for (guint k = 0; k < model->n_classes; k++)
    gtk_string_list_append (names, cvr_labelling_model_title (self->project, model, k));
  gtk_drop_down_set_model (self->target, G_LIST_MODEL (names));
  gtk_drop_down_set_enable_search (self->target, model->n_classes > MANY);
}

static void
cvr_why_view_dispose (GObject *object)
{
  CvrWhyView *self = CVR_WHY_VIEW (object);

  if (adw_bin_get_child (ADW_BIN (self)) != NULL)
    cvr_why_view_set_project (self, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_why_view_parent_class)->dispose (object);
}

static void
cvr_why_view_class_init (CvrWhyViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_why_view_dispose;
}

static GtkWidget *
make_label (const char *text,
            GtkWidget  *target)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_mnemonic_widget (GTK_LABEL (label), target);

  return label;
}

static GtkWidget *
make_head (CvrWhyView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->target = GTK_DROP_DOWN (gtk_drop_down_new (
      NULL, gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string")));
  g_signal_connect_swapped (self->target, "notify::selected", G_CALLBACK (target_changed_cb), self);
  self->opacity = GTK_SCALE (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05));
  gtk_range_set_value (GTK_RANGE (self->opacity), 0.75);
  gtk_widget_set_size_request (GTK_WIDGET (self->opacity), 140, -1);
  g_signal_connect_swapped (self->opacity, "value-changed", G_CALLBACK (opacity_changed_cb), self);
  gtk_box_append (GTK_BOX (head), make_label (_("What speaks _for"), GTK_WIDGET (self->target)));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->target));
  gtk_box_append (GTK_BOX (head), make_label (_("_Over the picture"), GTK_WIDGET (self->opacity)));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->opacity));

  return head;
}

static void
cvr_why_view_init (CvrWhyView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  static const NnExplainKind first[] = { NN_EXPLAIN_GRAD_CAM, NN_EXPLAIN_INTEGRATED };

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
  gtk_widget_set_vexpand (pair, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      self->cards[i] = CVR_WHY_CARD (cvr_why_card_new (first[i]));
      gtk_box_append (GTK_BOX (pair), GTK_WIDGET (self->cards[i]));
    }
  gtk_box_append (GTK_BOX (box), make_head (self));
  gtk_box_append (GTK_BOX (box), pair);
  adw_bin_set_child (ADW_BIN (self), box);
}

void
cvr_why_view_set_project (CvrWhyView *self,
                          CvrProject *project)
{
  g_return_if_fail (CVR_IS_WHY_VIEW (self));

  self->project = project; /* The page holds it. */
  g_clear_pointer (&self->graph, nn_graph_unref);
  for (guint i = 0; i < 2; i++)
    cvr_why_card_set_project (self->cards[i], project);
}

void
cvr_why_view_set_active (CvrWhyView *self,
                         gboolean    active)
{
  g_return_if_fail (CVR_IS_WHY_VIEW (self));

  for (guint i = 0; i < 2; i++)
    cvr_why_card_set_active (self->cards[i], active);
}

void
cvr_why_view_look_at (CvrWhyView *self,
                      CvrImage   *image,
                      CvrModel   *model,
                      gboolean    fixed)
{
  g_return_if_fail (CVR_IS_WHY_VIEW (self));

  if (model != NULL && model->graph != self->graph)
    {
      g_clear_pointer (&self->graph, nn_graph_unref);
      self->graph = nn_graph_ref (model->graph);
      list_classes (self, model);
    }
  for (guint i = 0; i < 2; i++)
    cvr_why_card_look_at (self->cards[i], image, fixed ? model : NULL);
}
