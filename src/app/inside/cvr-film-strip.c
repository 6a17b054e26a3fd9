/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a strip to choose from. */
#include "cvr-film-strip.h"

#include "cvr-labelling.h"
#include "cvr-read-picture.h"

/* px */
enum { SIDE = 56 };

/* Asked when it is wanted: giving every picture its text asks the display where the pointer is. */
static gboolean
tooltip_cb (GtkWidget   *frame,
            int          x,
            int          y,
            gboolean     by_keyboard,
            GtkTooltip  *tooltip,
            GtkListItem *item)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  CvrProject *project = g_object_get_data (G_OBJECT (frame), "project");
  gint label = image_item != NULL ? cvr_image_item_get_label (image_item) : CVR_LABEL_NONE;

  if (image_item == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, label >= 0 ? cvr_project_class_title (project, (guint) label)
                                            : cvr_image_item_get_name (image_item));

  return TRUE;
}

/* The class's look of now, where a picture is shown. */
static void
show_class (GtkListItem *item)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  GtkWidget *frame = gtk_list_item_get_child (item);
  CvrProject *project = g_object_get_data (G_OBJECT (frame), "project");
  CvrSwatch *swatch = CVR_SWATCH (gtk_widget_get_last_child (frame));

  if (image_item != NULL)
    cvr_labelling_show_class (swatch, cvr_project_get_dataset (project),
                              cvr_image_item_get_label (image_item));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          CvrProject               *project)
{
  GtkWidget *frame = gtk_overlay_new ();
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *swatch = cvr_swatch_new (-1);

  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_overlay_set_child (GTK_OVERLAY (frame), picture);
  gtk_widget_set_halign (swatch, GTK_ALIGN_START);
  gtk_widget_set_valign (swatch, GTK_ALIGN_END);
  gtk_widget_set_can_target (swatch, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (frame), swatch);
  g_object_set_data_full (G_OBJECT (frame), "project", g_object_ref (project), g_object_unref);
  gtk_widget_set_has_tooltip (frame, TRUE);
  g_signal_connect_object (frame, "query-tooltip", G_CALLBACK (tooltip_cb), item, 0);
  g_signal_connect_object (project, "classes-changed", G_CALLBACK (show_class), item,
                           G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, frame);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  GtkOverlay *frame = GTK_OVERLAY (gtk_list_item_get_child (item));
  GtkPicture *picture = GTK_PICTURE (gtk_overlay_get_child (frame));

  cvr_show_picture (picture, cvr_image_item_get_picture (image_item), SIDE);
  gtk_picture_set_alternative_text (picture, cvr_image_item_get_name (image_item));
  g_signal_connect_swapped (image_item, "notify::label", G_CALLBACK (show_class), item);
  show_class (item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), show_class, item);
}

/**
 * cvr_film_strip_factory_new:
 *
 * Returns: (transfer full): makes a small picture of each item with its class's colour and key; the
 * class's name is the tooltip
 */
GtkListItemFactory *
cvr_film_strip_factory_new (CvrProject *project)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), g_object_ref (project),
                         (GClosureNotify) G_CALLBACK (g_object_unref), 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  return factory;
}
