/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a strip to choose from. */
#include "cvr-film-strip.h"

#include "cvr-texture.h"

/* px */
enum { SIDE = 56 };

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *picture = gtk_picture_new ();

  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_list_item_set_child (item, picture);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         CvrProject               *project)
{
  CvrImageItem *image_item = gtk_list_item_get_item (item);
  GtkPicture *picture = GTK_PICTURE (gtk_list_item_get_child (item));
  const char *name = cvr_image_item_get_name (image_item);
  gint label = cvr_image_item_get_label (image_item);
  g_autoptr (GdkTexture) texture =
      cvr_texture_from_image (cvr_image_item_get_image (image_item), SIDE);

  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (picture, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (picture),
                               label >= 0 ? cvr_project_class_title (project, (guint) label) : name);
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

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cb), g_object_ref (project),
                         (GClosureNotify) G_CALLBACK (g_object_unref), 0);

  return factory;
}
