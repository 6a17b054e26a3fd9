/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training sees of one picture: its augmented versions, by the project's settings. */
#include "cvr-augment-row.h"

#include "cvr-augment-preview.h"
#include "cvr-augment-strip.h"

#include <glib/gi18n-lib.h>

struct _CvrAugmentRow
{
  AdwBin parent_instance;

  CvrAugmentStrip   *strip;
  CvrAugmentPreview *preview;
  CvrProject        *project;
  CvrPicture        *picture;
  CvrImage          *original; /* NULL: not read yet */
  guint64            shuffles; /* how often other versions were asked for */
};

G_DEFINE_FINAL_TYPE (CvrAugmentRow, cvr_augment_row, ADW_TYPE_BIN)

enum { N_VERSIONS = 5 };

static void
show (CvrAugmentRow *self)
{
  guint n = cvr_augment_preview_n_images (self->preview);
  g_autofree CvrImage **images = g_new (CvrImage *, n + 1);

  if (self->original == NULL)
    {
      cvr_augment_strip_set_images (self->strip, NULL, 0);
      return;
    }
  images[0] = self->original;
  for (guint i = 0; i < n; i++)
    images[i + 1] = cvr_augment_preview_get_image (self->preview, i);
  cvr_augment_strip_set_images (self->strip, images, n + 1);
}

static void
ask (CvrAugmentRow *self)
{
  const CvrSettings *settings;
  CvrPreprocess preprocess;

  if (self->project == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  settings = cvr_project_get_settings (self->project);
  cvr_augment_strip_set_augment (self->strip, &settings->augment);
  if (self->picture == NULL || cvr_augment_is_off (&settings->augment)
      || !cvr_settings_preprocess_size (settings, cvr_project_get_dataset (self->project),
                                        &preprocess, NULL))
    cvr_augment_preview_show (self->preview, NULL, NULL, NULL, 0, 0);
  else
    cvr_augment_preview_show (self->preview, self->picture, &preprocess, &settings->augment,
                              settings->seed + self->shuffles, N_VERSIONS);
  show (self);
}

static void
reseed_cb (CvrAugmentRow *self)
{
  self->shuffles++;
  ask (self);
}

static void
cvr_augment_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cvr_augment_row_parent_class)->map (widget);
  ask (CVR_AUGMENT_ROW (widget));
}

static void
cvr_augment_row_dispose (GObject *object)
{
  CvrAugmentRow *self = CVR_AUGMENT_ROW (object);

  cvr_augment_row_set_project (self, NULL);
  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  g_clear_object (&self->preview);

  G_OBJECT_CLASS (cvr_augment_row_parent_class)->dispose (object);
}

static void
cvr_augment_row_class_init (CvrAugmentRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_augment_row_dispose;
  GTK_WIDGET_CLASS (klass)->map = cvr_augment_row_map;
}

static void
cvr_augment_row_init (CvrAugmentRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new (_("What training sees of it"));

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  self->strip = CVR_AUGMENT_STRIP (cvr_augment_strip_new ());
  g_signal_connect_swapped (self->strip, "reseed", G_CALLBACK (reseed_cb), self);
  self->preview = cvr_augment_preview_new ();
  g_signal_connect_swapped (self->preview, "changed", G_CALLBACK (show), self);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->strip));
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * cvr_augment_row_set_project:
 * @project: (nullable): whose settings are followed
 */
void
cvr_augment_row_set_project (CvrAugmentRow *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_AUGMENT_ROW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_pointer (&self->picture, cvr_picture_unref);
  g_clear_pointer (&self->original, cvr_image_unref);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (ask), self);
  ask (self);
}

/**
 * cvr_augment_row_set_picture:
 * @picture: (nullable): the one to vary
 * @original: (nullable): as it is, once it was read
 */
void
cvr_augment_row_set_picture (CvrAugmentRow *self,
                             CvrPicture    *picture,
                             CvrImage      *original)
{
  g_return_if_fail (CVR_IS_AUGMENT_ROW (self));

  if (self->picture == picture && self->original == original)
    return;
  if (picture != NULL)
    cvr_picture_ref (picture);
  g_clear_pointer (&self->picture, cvr_picture_unref);
  self->picture = picture;
  if (original != NULL)
    cvr_image_ref (original);
  g_clear_pointer (&self->original, cvr_image_unref);
  self->original = original;
  ask (self);
}
