/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that have just been captured, the last one first; a click removes one. */
#include "cvr-capture-strip.h"

#include "cvr-texture.h"

#include <glib/gi18n-lib.h>

enum { THUMBNAIL_SIDE = 88 }; /* px */

/* They wait in memory until they are added. */
static const gsize max_bytes = 256 * 1000 * 1000;

typedef struct
{
  CvrImage  *image;
  char      *name;
  GtkWidget *button;
} Taken;

struct _CvrCaptureStrip
{
  AdwBin      parent_instance;
  GtkFlowBox *box;
  GPtrArray  *taken;   /* of Taken, oldest first */
  gsize       n_bytes;
};

G_DEFINE_FINAL_TYPE (CvrCaptureStrip, cvr_capture_strip, ADW_TYPE_BIN)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
taken_free (gpointer data)
{
  Taken *taken = data;

  cvr_image_unref (taken->image);
  g_free (taken->name);
  g_free (taken);
}

static void
remove_cb (GtkButton       *button,
           CvrCaptureStrip *self)
{
  for (guint i = 0; i < self->taken->len; i++)
    {
      Taken *taken = g_ptr_array_index (self->taken, i);

      if (taken->button != GTK_WIDGET (button))
        continue;
      self->n_bytes -= cvr_image_n_bytes (taken->image);
      gtk_flow_box_remove (self->box, gtk_widget_get_parent (taken->button));
      g_ptr_array_remove_index (self->taken, i);
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }
}

static GtkWidget *
make_thumbnail (CvrCaptureStrip *self,
                const Taken     *taken)
{
  g_autoptr (GdkTexture) texture = cvr_texture_from_image (taken->image, THUMBNAIL_SIDE);
  /* Translators: %s is the name of a picture. */
  g_autofree char *label = g_strdup_printf (_("Remove %s"), taken->name);
  GtkWidget *picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_size_request (picture, THUMBNAIL_SIDE, THUMBNAIL_SIDE * 3 / 4);
  gtk_button_set_child (GTK_BUTTON (button), picture);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);

  return button;
}

static void
cvr_capture_strip_dispose (GObject *object)
{
  g_clear_pointer (&CVR_CAPTURE_STRIP (object)->taken, g_ptr_array_unref);

  G_OBJECT_CLASS (cvr_capture_strip_parent_class)->dispose (object);
}

static void
cvr_capture_strip_class_init (CvrCaptureStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_capture_strip_dispose;
  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_CAPTURE_STRIP, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_capture_strip_init (CvrCaptureStrip *self)
{
  self->taken = g_ptr_array_new_with_free_func (taken_free);
  self->box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->box, TRUE);
  gtk_flow_box_set_min_children_per_line (self->box, 2);
  gtk_flow_box_set_max_children_per_line (self->box, 2);
  gtk_widget_set_valign (GTK_WIDGET (self->box), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Captured pictures, the last one first"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}

/**
 * cvr_capture_strip_add:
 * @image: an RGB picture
 * @name: what it will be called
 *
 * Returns: whether there was room
 */
gboolean
cvr_capture_strip_add (CvrCaptureStrip *self,
                       CvrImage        *image,
                       const char      *name)
{
  Taken *taken;

  g_return_val_if_fail (CVR_IS_CAPTURE_STRIP (self), FALSE);
  g_return_val_if_fail (image != NULL && name != NULL, FALSE);

  if (cvr_capture_strip_is_full (self))
    return FALSE;
  taken = g_new0 (Taken, 1);
  taken->image = cvr_image_ref (image);
  taken->name = g_strdup (name);
  taken->button = make_thumbnail (self, taken);
  g_ptr_array_add (self->taken, taken);
  self->n_bytes += cvr_image_n_bytes (image);
  gtk_flow_box_insert (self->box, taken->button, 0);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

/**
 * cvr_capture_strip_count:
 *
 * Returns: how many there are
 */
guint
cvr_capture_strip_count (CvrCaptureStrip *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE_STRIP (self), 0);

  return self->taken->len;
}

/**
 * cvr_capture_strip_is_full:
 *
 * Returns: whether no more fit in memory
 */
gboolean
cvr_capture_strip_is_full (CvrCaptureStrip *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE_STRIP (self), TRUE);

  return self->n_bytes >= max_bytes;
}

/**
 * cvr_capture_strip_image:
 * @k: below cvr_capture_strip_count()
 *
 * Returns: (transfer none): the picture
 */
CvrImage *
cvr_capture_strip_image (CvrCaptureStrip *self,
                         guint            k)
{
  return ((Taken *) g_ptr_array_index (self->taken, k))->image;
}

/**
 * cvr_capture_strip_name:
 * @k: below cvr_capture_strip_count()
 *
 * Returns: (transfer none): its name
 */
const char *
cvr_capture_strip_name (CvrCaptureStrip *self,
                        guint            k)
{
  return ((Taken *) g_ptr_array_index (self->taken, k))->name;
}
