/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class as a small chip, onto which pictures are dragged. */
#include "cvr-class-chip.h"

#include "cvr-labelling.h"

struct _CvrClassChip
{
  AdwBin parent_instance;

  guint k;
};

G_DEFINE_FINAL_TYPE (CvrClassChip, cvr_class_chip, ADW_TYPE_BIN)

enum { ITEM_DROPPED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
drop_cb (CvrClassChip *self,
         const GValue *value)
{
  g_signal_emit (self, signals[ITEM_DROPPED], 0, g_value_get_object (value));

  return TRUE;
}

static void
cvr_class_chip_class_init (CvrClassChipClass *klass)
{
  signals[ITEM_DROPPED] =
    g_signal_new ("item-dropped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, CVR_TYPE_IMAGE_ITEM);
}

static void
cvr_class_chip_init (CvrClassChip *self)
{
  GtkDropTarget *target = gtk_drop_target_new (CVR_TYPE_IMAGE_ITEM, GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_add_css_class (GTK_WIDGET (self), "cvr-chip");
}

/**
 * cvr_class_chip_new:
 * @k: class
 *
 * Returns: (transfer floating): the chip, with the class's name and look of now
 */
GtkWidget *
cvr_class_chip_new (CvrProject *project,
                    guint       k)
{
  CvrClassChip *self = g_object_new (CVR_TYPE_CLASS_CHIP, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = cvr_swatch_new (-1);
  GtkWidget *label = gtk_label_new (cvr_project_class_title (project, k));

  self->k = k;
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
  cvr_labelling_show_class (CVR_SWATCH (swatch), cvr_project_get_dataset (project), (gint) k);
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  adw_bin_set_child (ADW_BIN (self), box);

  return GTK_WIDGET (self);
}

/**
 * cvr_class_chip_get_class:
 *
 * Returns: the class
 */
guint
cvr_class_chip_get_class (CvrClassChip *self)
{
  g_return_val_if_fail (CVR_IS_CLASS_CHIP (self), 0);

  return self->k;
}
