/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a strip to choose from. */
#include "cvr-film-strip.h"

#include "cvr-read-picture.h"

/* px */
enum { SIDE = 56 };

/* Asked when it is wanted: giving every picture its text asks the display where the pointer is. */
static gboolean
tooltip_cb (GtkWidget   *picture,
            int          x,
            int          y,
            gboolean     by_keyboard,
            GtkTooltip  *tooltip,
            GtkListItem *item)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  CvrProject *project = g_object_get_data (G_OBJECT (picture), "project");
  gint label = image_item != NULL ? cvr_image_item_get_label (image_item) : CVR_LABEL_NONE;

  if (image_item == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, label >= 0 ? cvr_project_class_title (project, (guint) label)
                                            : cvr_image_item_get_name (image_item));

  return TRUE;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          CvrProject               *project)
{
  GtkWidget *picture = gtk_picture_new ();

  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  g_object_set_data_full (G_OBJECT (picture), "project", g_object_ref (project), g_object_unref);
  gtk_widget_set_has_tooltip (picture, TRUE);
  g_signal_connect_object (picture, "query-tooltip", G_CALLBACK (tooltip_cb), item, 0);
  gtk_list_item_set_child (item, picture);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  GtkPicture *picture = GTK_PICTURE (gtk_list_item_get_child (item));

  cvr_show_picture (picture, cvr_image_item_get_picture (image_item), SIDE);
  gtk_picture_set_alternative_text (picture, cvr_image_item_get_name (image_item));
}

/**
 * cvr_film_strip_factory_new:
 *
 * Returns: (transfer full): makes a small picture of each item, its class as the tooltip
 */
GtkListItemFactory *
cvr_film_strip_factory_new (CvrProject *project)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), g_object_ref (project),
                         (GClosureNotify) G_CALLBACK (g_object_unref), 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);

  return factory;
}
