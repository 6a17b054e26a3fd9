/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project in a grid: thumbnail, class, caption; it can be dragged onto a
 * class. */
#include "cvr-picture-tile.h"

#include "cvr-labelling.h"
#include "cvr-texture.h"

#include <glib/gi18n-lib.h>

struct _CvrPictureTile
{
  AdwBin parent_instance;

  GtkPicture    *picture;
  CvrSwatch     *swatch;
  GtkLabel      *caption; /* NULL: there never was one */
  CvrThumbnails *thumbnails;
  CvrProject    *project;
  CvrImageItem  *item;
  gulong         label_handler;
};

G_DEFINE_FINAL_TYPE (CvrPictureTile, cvr_picture_tile, ADW_TYPE_BIN)

static void
show_label (CvrPictureTile *self)
{
  gint k = self->item != NULL ? cvr_image_item_get_label (self->item) : CVR_LABEL_NONE;
  const char *title = k >= 0 ? cvr_project_class_title (self->project, (guint) k) : _("no label");
  g_autofree char *words = NULL;

  if (self->item == NULL)
    return;
  cvr_labelling_show_class (self->swatch, cvr_project_get_dataset (self->project), k);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), TRUE);
  /* Translators: file name, class. */
  words = g_strdup_printf (_("%s: %s"), cvr_image_item_get_name (self->item), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* Asked when it is wanted: giving every tile its text asks the display where the pointer is. */
static gboolean
tooltip_cb (CvrPictureTile *self,
            int             x,
            int             y,
            gboolean        by_keyboard,
            GtkTooltip     *tooltip)
{
  gint k = self->item != NULL ? cvr_image_item_get_label (self->item) : CVR_LABEL_NONE;
  g_autofree char *words = NULL;

  if (self->item == NULL)
    return FALSE;
  words = g_strdup_printf (_("%s: %s"), cvr_image_item_get_name (self->item),
                           k >= 0 ? cvr_project_class_title (self->project, (guint) k)
                                  : _("no label"));
  gtk_tooltip_set_text (tooltip, words);

  return TRUE;
}

static void
ready_cb (gpointer data)
{
  CvrPictureTile *self = data;

  gtk_picture_set_paintable (self->picture,
                             GDK_PAINTABLE (cvr_thumbnails_get (self->thumbnails, self->item)));
}

/* As large as the texture will be: a size that comes later would lay out the window again. */
static GdkPaintable *
make_room (const CvrPictureFacts *facts)
{
  guint longer = MAX (MAX (facts->width, facts->height), 1);
  guint by = longer > CVR_TILE_SIDE ? CVR_TILE_SIDE
                                    : longer * cvr_texture_scale (longer, CVR_TILE_SIDE);

  return gdk_paintable_new_empty ((int) ((facts->width * (guint64) by + longer / 2) / longer),
                                  (int) ((facts->height * (guint64) by + longer / 2) / longer));
}

static void
show_texture (CvrPictureTile *self)
{
  GdkTexture *texture = cvr_thumbnails_watch (self->thumbnails, self->item, ready_cb, self);
  g_autoptr (GdkPaintable) shown =
    texture != NULL ? g_object_ref (GDK_PAINTABLE (texture))
                    : make_room (cvr_picture_facts (cvr_image_item_get_picture (self->item)));

  gtk_picture_set_paintable (self->picture, shown);
}

static GdkContentProvider *
prepare_cb (CvrPictureTile *self)
{
  return self->item != NULL ? gdk_content_provider_new_typed (CVR_TYPE_IMAGE_ITEM, self->item)
                            : NULL;
}

static void
drag_begin_cb (CvrPictureTile *self,
               GdkDrag        *drag,
               GtkDragSource  *source)
{
  GdkPaintable *paintable = gtk_picture_get_paintable (self->picture);

  if (paintable != NULL)
    gtk_drag_source_set_icon (source, paintable, CVR_TILE_SIDE / 2, CVR_TILE_SIDE / 2);
}

static void
show_caption (CvrPictureTile *self,
              const char     *caption)
{
  if (self->caption == NULL && caption != NULL)
    {
      self->caption = GTK_LABEL (gtk_label_new (""));
      gtk_label_set_ellipsize (self->caption, PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (self->caption, 12);
      gtk_widget_add_css_class (GTK_WIDGET (self->caption), "caption");
      gtk_widget_add_css_class (GTK_WIDGET (self->caption), "numeric");
      gtk_box_append (GTK_BOX (adw_bin_get_child (ADW_BIN (self))), GTK_WIDGET (self->caption));
    }
  if (self->caption == NULL)
    return;
  gtk_label_set_text (self->caption, caption != NULL ? caption : "");
  gtk_widget_set_visible (GTK_WIDGET (self->caption), caption != NULL);
}

/* It stays when the tile is emptied: it mostly gets another picture of the same project. */
static void
show_project (CvrPictureTile *self,
              CvrProject     *project)
{
  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_set_object (&self->project, project);
  if (project != NULL)
    g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (show_label), self);
}

static void
cvr_picture_tile_dispose (GObject *object)
{
  CvrPictureTile *self = CVR_PICTURE_TILE (object);

  cvr_picture_tile_bind (self, NULL, NULL, NULL);
  show_project (self, NULL);
  g_clear_object (&self->thumbnails);

  G_OBJECT_CLASS (cvr_picture_tile_parent_class)->dispose (object);
}

static void
cvr_picture_tile_class_init (CvrPictureTileClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_picture_tile_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_picture_tile_init (CvrPictureTile *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkDragSource *source = gtk_drag_source_new ();

  self->picture = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_content_fit (self->picture, GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), CVR_TILE_SIDE, CVR_TILE_SIDE);
  gtk_widget_set_can_target (GTK_WIDGET (self->picture), FALSE);
  self->swatch = CVR_SWATCH (cvr_swatch_new (-1));
  gtk_widget_set_halign (GTK_WIDGET (self->swatch), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self->swatch), GTK_ALIGN_END);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), FALSE);
  gtk_widget_set_can_target (GTK_WIDGET (self->swatch), FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->picture));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->swatch));
  gtk_box_append (GTK_BOX (box), overlay);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "cvr-tile");
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (tooltip_cb), NULL);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}

/**
 * cvr_picture_tile_new:
 * @thumbnails: where textures come from
 *
 * Returns: (transfer floating): a tile that shows nothing yet
 */
GtkWidget *
cvr_picture_tile_new (CvrThumbnails *thumbnails)
{
  CvrPictureTile *self = g_object_new (CVR_TYPE_PICTURE_TILE, NULL);

  self->thumbnails = g_object_ref (thumbnails);

  return GTK_WIDGET (self);
}

/**
 * cvr_picture_tile_bind:
 * @project: (nullable): names the classes
 * @item: (nullable): the picture
 * @caption: (nullable): a line under it
 */
void
cvr_picture_tile_bind (CvrPictureTile *self,
                       CvrProject     *project,
                       CvrImageItem   *item,
                       const char     *caption)
{
  g_return_if_fail (CVR_IS_PICTURE_TILE (self));

  if (self->item != NULL)
    {
      g_clear_signal_handler (&self->label_handler, self->item);
      cvr_thumbnails_unwatch (self->thumbnails, cvr_image_item_get_id (self->item), self);
    }
  if (project == NULL)
    item = NULL;
  g_set_object (&self->item, item);
  if (self->item == NULL)
    return;

  show_project (self, project);
  self->label_handler = g_signal_connect_swapped (self->item, "notify::label",
                                                  G_CALLBACK (show_label), self);
  show_caption (self, caption);
  show_label (self);
  show_texture (self);
}

static void
grid_pressed_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 GtkGridView     *grid)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *picked = gtk_widget_pick (widget, x, y, GTK_PICK_DEFAULT);

  gtk_grid_view_set_enable_rubberband (
    grid, picked == NULL || gtk_widget_get_ancestor (picked, CVR_TYPE_PICTURE_TILE) == NULL);
}

/**
 * cvr_picture_tile_guard_grid:
 * @grid: a grid of tiles, inside another widget
 *
 * A pull at a tile drags it, a pull at the ground draws the rubber band. GTK would start both, and
 * forget the band when the drag takes the pointer away.
 */
void
cvr_picture_tile_guard_grid (GtkGridView *grid)
{
  GtkGesture *gesture = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (grid_pressed_cb), grid, 0);
  gtk_widget_add_controller (gtk_widget_get_parent (GTK_WIDGET (grid)),
                             GTK_EVENT_CONTROLLER (gesture));
}

/**
 * cvr_picture_tile_get_item:
 *
 * Returns: (transfer none) (nullable): the picture shown
 */
CvrImageItem *
cvr_picture_tile_get_item (CvrPictureTile *self)
{
  g_return_val_if_fail (CVR_IS_PICTURE_TILE (self), NULL);

  return self->item;
}
