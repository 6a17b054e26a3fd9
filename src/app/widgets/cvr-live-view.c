/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest picture of a camera or a clip, as large as there is room. */
#include "cvr-live-view.h"

struct _CvrLiveView
{
  GtkWidget   parent_instance;
  GdkTexture *texture;
  gboolean    mirrored;
};

G_DEFINE_FINAL_TYPE (CvrLiveView, cvr_live_view, GTK_TYPE_WIDGET)

static void
cvr_live_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  CvrLiveView *self = CVR_LIVE_VIEW (widget);
  const double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double scale, w, h;

  if (self->texture == NULL)
    return;
  scale = MIN (width / gdk_texture_get_width (self->texture),
               height / gdk_texture_get_height (self->texture));
  w = scale * gdk_texture_get_width (self->texture);
  h = scale * gdk_texture_get_height (self->texture);

  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) (width - w) / 2, (float) (height - h) / 2));
  if (self->mirrored)
    {
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) w, 0));
      gtk_snapshot_scale (snapshot, -1, 1);
    }
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (0, 0, (float) w, (float) h));
}

static void
cvr_live_view_dispose (GObject *object)
{
  g_clear_object (&CVR_LIVE_VIEW (object)->texture);

  G_OBJECT_CLASS (cvr_live_view_parent_class)->dispose (object);
}

static void
cvr_live_view_class_init (CvrLiveViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_live_view_dispose;
  widget_class->snapshot = cvr_live_view_snapshot;
  gtk_widget_class_set_css_name (widget_class, "liveview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_live_view_init (CvrLiveView *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * cvr_live_view_set_image:
 * @image: (nullable): an RGB picture
 */
void
cvr_live_view_set_image (CvrLiveView *self,
                         CvrImage    *image)
{
  g_return_if_fail (CVR_IS_LIVE_VIEW (self));
  g_return_if_fail (image == NULL || image->channels == 3);

  g_clear_object (&self->texture);
  if (image != NULL)
    {
      g_autoptr (GBytes) bytes =
        g_bytes_new_with_free_func (image->data, cvr_image_n_bytes (image),
                                    (GDestroyNotify) cvr_image_unref, cvr_image_ref (image));

      self->texture = gdk_memory_texture_new ((int) image->width, (int) image->height,
                                              GDK_MEMORY_R8G8B8, bytes, (gsize) image->width * 3);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_live_view_set_mirrored:
 * @mirrored: whoever stands before the camera finds left on the left
 */
void
cvr_live_view_set_mirrored (CvrLiveView *self,
                            gboolean     mirrored)
{
  g_return_if_fail (CVR_IS_LIVE_VIEW (self));

  self->mirrored = mirrored;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
