/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture beside what augmentation may make of it. */
#include "cvr-augment-strip.h"

#include "cvr-texture.h"

#include <glib/gi18n-lib.h>

struct _CvrAugmentStrip
{
  AdwBin parent_instance;

  GtkBox    *tiles;
  GtkLabel  *words;
  GtkWidget *again;
  guint      n_images;
};

G_DEFINE_FINAL_TYPE (CvrAugmentStrip, cvr_augment_strip, ADW_TYPE_BIN)

enum
{
  RESEED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
again_cb (CvrAugmentStrip *self)
{
  g_signal_emit (self, signals[RESEED], 0);
}

static const char *
kind_title (CvrAugmentKind kind)
{
  static const char *const titles[] = {
    [CVR_AUGMENT_FLIP] = N_("mirrored"),
    [CVR_AUGMENT_ROTATE] = N_("turned"),
    [CVR_AUGMENT_SHIFT] = N_("shifted"),
    [CVR_AUGMENT_ZOOM] = N_("zoomed"),
    [CVR_AUGMENT_CROP] = N_("cropped"),
    [CVR_AUGMENT_BRIGHTNESS] = N_("brighter and darker"),
    [CVR_AUGMENT_CONTRAST] = N_("more and less contrast"),
    [CVR_AUGMENT_SATURATION] = N_("more and less colour"),
    [CVR_AUGMENT_NOISE] = N_("noisy"),
    [CVR_AUGMENT_BLUR] = N_("blurred"),
    [CVR_AUGMENT_TRANSLATE] = N_("moved by whole pixels"),
    [CVR_AUGMENT_ALTERNATE] = N_("mirrored every other epoch"),
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (titles) == CVR_N_AUGMENTS);

  return _ (titles[kind]);
}

static GtkWidget *
make_tile (CvrImage   *image,
           const char *caption,
           int         scale_factor)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *label = gtk_label_new (caption);
  g_autoptr (GdkTexture) texture =
    cvr_texture_from_image (image, (guint) (CVR_AUGMENT_SIDE * scale_factor));

  gtk_picture_set_paintable (GTK_PICTURE (picture), GDK_PAINTABLE (texture));
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_widget_set_size_request (picture, CVR_AUGMENT_SIDE, CVR_AUGMENT_SIDE);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), caption);
  gtk_widget_add_css_class (picture, "cvr-plate");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

static void
cvr_augment_strip_class_init (CvrAugmentStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[RESEED] = g_signal_new ("reseed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-augment-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrAugmentStrip, tiles);
  gtk_widget_class_bind_template_child (widget_class, CvrAugmentStrip, words);
  gtk_widget_class_bind_template_child (widget_class, CvrAugmentStrip, again);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cvr_augment_strip_init (CvrAugmentStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_augment_strip_set_augment (self, NULL);
}

/**
 * cvr_augment_strip_new:
 *
 * Returns: (transfer floating): a strip without pictures
 */
GtkWidget *
cvr_augment_strip_new (void)
{
  return g_object_new (CVR_TYPE_AUGMENT_STRIP, NULL);
}

/**
 * cvr_augment_strip_set_images:
 * @images: (array length=n_images) (nullable): the original first
 */
void
cvr_augment_strip_set_images (CvrAugmentStrip *self,
                              CvrImage *const *images,
                              guint            n_images)
{
  GtkWidget *child;

  g_return_if_fail (CVR_IS_AUGMENT_STRIP (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->tiles))) != NULL)
    gtk_box_remove (self->tiles, child);
  self->n_images = n_images;
  for (guint i = 0; i < n_images; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      gtk_box_append (self->tiles, make_tile (images[i], i == 0 ? _("original") : number,
                                              gtk_widget_get_scale_factor (GTK_WIDGET (self))));
    }
  gtk_widget_set_sensitive (self->again, n_images > 1);
}

/**
 * cvr_augment_strip_set_augment:
 * @augment: (nullable): what the versions were made with
 */
void
cvr_augment_strip_set_augment (CvrAugmentStrip  *self,
                               const CvrAugment *augment)
{
  g_autoptr (GString) kinds = g_string_new (NULL);
  g_autofree char *words = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (CVR_IS_AUGMENT_STRIP (self));

  for (CvrAugmentKind kind = 0; augment != NULL && kind < CVR_N_AUGMENTS; kind++)
    if (augment->strength[kind] > 0)
      g_string_append_printf (kinds, "%s%s", kinds->len > 0 ? ", " : "", kind_title (kind));
  if (kinds->len > 0)
    /* Translators: what augmentation does, a list: "mirrored, turned". */
    words = g_strdup_printf (_("Each version is a bit different: %s"), kinds->str);
  else if (augment != NULL)
    words = g_strdup (_("No augmentation is on: nothing is changed"));
  gtk_label_set_text (self->words, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->words), words != NULL);
  if (words != NULL)
    /* Translators: %s is a sentence that says what augmentation does. */
    label = g_strdup_printf (_("The picture and its augmented versions. %s"), words);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
    label != NULL ? label : _("The picture and its augmented versions"), -1);
}

/**
 * cvr_augment_strip_n_images:
 *
 * Returns: how many pictures are shown, the original included
 */
guint
cvr_augment_strip_n_images (CvrAugmentStrip *self)
{
  g_return_val_if_fail (CVR_IS_AUGMENT_STRIP (self), 0);

  return self->n_images;
}
