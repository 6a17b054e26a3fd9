/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project as a list model's item. */
#include "cvr-image-item-private.h"

struct _CvrImageItem
{
  GObject   parent_instance;
  guint64     id;
  char       *name;
  CvrPicture *picture;
  CvrExtras  *extras;
  guint64     group;
  gint        label;
  CvrSplit    split, used;
};

G_DEFINE_FINAL_TYPE (CvrImageItem, cvr_image_item, G_TYPE_OBJECT)

enum
{
  PROP_LABEL = 1,
  PROP_NAME,
  PROP_SPLIT,
  PROP_EXTRAS,
  PROP_GROUP,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
cvr_image_item_finalize (GObject *object)
{
  CvrImageItem *self = CVR_IMAGE_ITEM (object);

  g_free (self->name);
  cvr_extras_unref (self->extras);
  cvr_picture_unref (self->picture);

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
      g_value_set_uint (value, self->used);
      break;
    case PROP_EXTRAS:
      g_value_set_pointer (value, self->extras);
      break;
    case PROP_GROUP:
      g_value_set_uint64 (value, self->group);
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
  props[PROP_EXTRAS] = g_param_spec_pointer ("extras", NULL, NULL, flags);
  props[PROP_GROUP] = g_param_spec_uint64 ("group", NULL, NULL, 0, G_MAXUINT64, 0, flags);
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
  self->picture = cvr_picture_ref (item->picture);
  self->extras = cvr_extras_ref (item->extras);
  self->group = item->group;
  self->label = item->label;
  self->split = item->split;
  self->used = item->used;

  return self;
}

gboolean
cvr_image_item_differs (CvrImageItem  *self,
                        const CvrItem *item)
{
  return self->label != item->label || self->used != item->used || self->split != item->split ||
         self->group != item->group ||
         (self->extras != item->extras && !cvr_extras_equal (self->extras, item->extras));
}

void
cvr_image_item_update (CvrImageItem  *self,
                       const CvrItem *item)
{
  gboolean label = self->label != item->label, group = self->group != item->group;
  gboolean split = self->used != item->used || self->split != item->split;
  gboolean extras = !cvr_extras_equal (self->extras, item->extras);

  self->label = item->label;
  self->split = item->split;
  self->used = item->used;
  self->group = item->group;
  if (extras)
    {
      cvr_extras_unref (self->extras);
      self->extras = cvr_extras_ref (item->extras);
    }

  g_object_freeze_notify (G_OBJECT (self));
  if (label)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
  if (split)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPLIT]);
  if (extras)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EXTRAS]);
  if (group)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_GROUP]);
  g_object_thaw_notify (G_OBJECT (self));
}

const guint64 *
cvr_image_item_id (CvrImageItem *self)
{
  return &self->id;
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

  return self->used;
}

CvrPicture *
cvr_image_item_get_picture (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), NULL);

  return self->picture;
}

CvrSplit
cvr_image_item_get_chosen_split (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), CVR_SPLIT_AUTO);

  return self->split;
}

const CvrExtras *
cvr_image_item_get_extras (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), NULL);

  return self->extras;
}

guint64
cvr_image_item_get_group (CvrImageItem *self)
{
  g_return_val_if_fail (CVR_IS_IMAGE_ITEM (self), 0);

  return self->group;
}
