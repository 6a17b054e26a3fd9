/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project as a list model's item. */
#include "cvr-image-item-private.h"

struct _CvrImageItem
{
  GObject   parent_instance;
  guint64   id;
  char     *name;
  CvrImage *image;
  gint      label;
  guint     split; /* CvrSplit in use */
};

G_DEFINE_FINAL_TYPE (CvrImageItem, cvr_image_item, G_TYPE_OBJECT)

enum
{
  PROP_LABEL = 1,
  PROP_NAME,
  PROP_SPLIT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
cvr_image_item_finalize (GObject *object)
{
  CvrImageItem *self = CVR_IMAGE_ITEM (object);

  g_free (self->name);
  g_clear_pointer (&self->image, cvr_image_unref);

  G_OBJECT_CLASS (cvr_image_item_parent_class)->finalize (object);
}

static void
cvr_image_item_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CvrImageItem *self = CVR_IMAGE_ITEM (object);

  switch (prop_id)
    {
    case PROP_LABEL:
      g_value_set_int (value, self->label);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_SPLIT:
      g_value_set_uint (value, self->split);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
cvr_image_item_class_init (CvrImageItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = cvr_image_item_finalize;
  object_class->get_property = cvr_image_item_get_property;

  props[PROP_LABEL] =
    g_param_spec_int ("label", NULL, NULL, CVR_LABEL_NONE, G_MAXINT, CVR_LABEL_NONE, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_SPLIT] =
    g_param_spec_uint ("split", NULL, NULL, CVR_SPLIT_AUTO, CVR_SPLIT_TEST, CVR_SPLIT_AUTO, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_image_item_init (CvrImageItem *self)
{
  self->label = CVR_LABEL_NONE;
}

CvrImageItem *
cvr_image_item_new (const CvrItem *item)
{
  CvrImageItem *self = g_object_new (CVR_TYPE_IMAGE_ITEM, NULL);

  self->id = item->id;
  self->name = g_strdup (item->name);
  self->image = cvr_image_ref (item->image);
  self->label = item->label;
  self->split = item->used;

  return self;
}

gboolean
cvr_image_item_set_label (CvrImageItem *self,
                          gint          label)
{
  if (self->label == label)
    return FALSE;

  self->label = label;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);

  return TRUE;
}

gboolean
cvr_image_item_set_split (CvrImageItem *self,
                          guint         split)
{
  if (self->split == split)
    return FALSE;

  self->split = split;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPLIT]);

  return TRUE;
}

guint64
cvr_image_item_get_id (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), 0);

  return self->id;
}

const char *
cvr_image_item_get_name (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), NULL);

  return self->name;
}

gint
cvr_image_item_get_label (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), CVR_LABEL_NONE);

  return self->label;
}

guint
cvr_image_item_get_split (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), CVR_SPLIT_AUTO);

  return self->split;
}

CvrImage *
cvr_image_item_get_image (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), NULL);

  return self->image;
}
