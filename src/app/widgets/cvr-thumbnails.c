/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small textures of the project's pictures: made when first seen, large ones beside the main
 * thread, the newest kept. */
#include "cvr-thumbnails.h"

#include "cvr-texture.h"

#include <gio/gio.h>

struct _CvrThumbnails
{
  GObject parent_instance;

  GHashTable *entries; /* id → Entry */
  GQueue      order;   /* of Entry, last used first; links are inside the entries */
  GHashTable *pending; /* ids under way */
  guint       side, capacity;
};

typedef struct
{
  guint64     id;
  GdkTexture *texture;
  GList       link;
} Entry;

G_DEFINE_FINAL_TYPE (CvrThumbnails, cvr_thumbnails, G_TYPE_OBJECT)

enum { READY, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Up to this many pixels a texture takes well under a millisecond and is made at once. */
enum { QUICK_PIXELS = 128 * 128 };

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->texture);
  g_free (entry);
}

static void
keep (CvrThumbnails *self,
      guint64        id,
      GdkTexture    *texture)
{
  Entry *entry = g_new0 (Entry, 1);

  while (self->order.length >= self->capacity)
    {
      Entry *oldest = self->order.tail->data;

      g_queue_unlink (&self->order, &oldest->link);
      g_hash_table_remove (self->entries, &oldest->id);
    }
  entry->id = id;
  entry->texture = texture;
  entry->link.data = entry;
  g_queue_push_head_link (&self->order, &entry->link);
  g_hash_table_insert (self->entries, &entry->id, entry);
}

typedef struct
{
  guint64   id;
  guint     side;
  CvrImage *image;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_image_unref (request->image);
  g_free (request);
}

static void
make_func (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  Request *request = data;

  g_task_return_pointer (task, cvr_texture_from_image (request->image, request->side),
                         g_object_unref);
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      unused)
{
  CvrThumbnails *self = CVR_THUMBNAILS (source);
  Request *request = g_task_get_task_data (G_TASK (result));
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), NULL);

  g_hash_table_remove (self->pending, &request->id);
  if (texture == NULL)
    return;
  keep (self, request->id, texture);
  g_signal_emit (self, signals[READY], 0, request->id);
}

static void
ask (CvrThumbnails *self,
     guint64        id,
     CvrImage      *image)
{
  g_autoptr (GTask) task = NULL;
  Request *request;
  guint64 *key;

  if (g_hash_table_contains (self->pending, &id))
    return;
  key = g_new (guint64, 1);
  *key = id;
  g_hash_table_add (self->pending, key);

  request = g_new0 (Request, 1);
  request->id = id;
  request->side = self->side;
  request->image = cvr_image_ref (image);
  task = g_task_new (self, NULL, made_cb, NULL);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, make_func);
}

static void
cvr_thumbnails_finalize (GObject *object)
{
  CvrThumbnails *self = CVR_THUMBNAILS (object);

  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->pending);

  G_OBJECT_CLASS (cvr_thumbnails_parent_class)->finalize (object);
}

static void
cvr_thumbnails_class_init (CvrThumbnailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_thumbnails_finalize;
  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
cvr_thumbnails_init (CvrThumbnails *self)
{
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->order);
}

/**
 * cvr_thumbnails_new:
 * @side: px of the long side
 * @capacity: textures kept, at least 1
 */
CvrThumbnails *
cvr_thumbnails_new (guint side,
                    guint capacity)
{
  CvrThumbnails *self;

  g_return_val_if_fail (side > 0 && capacity > 0, NULL);

  self = g_object_new (CVR_TYPE_THUMBNAILS, NULL);
  self->side = side;
  self->capacity = capacity;

  return self;
}

/**
 * cvr_thumbnails_get:
 * @item: whose picture
 *
 * Pictures never change under one id, so a texture stays right as long as it is kept.
 *
 * Returns: (transfer none) (nullable): the texture
 */
GdkTexture *
cvr_thumbnails_get (CvrThumbnails *self,
                    CvrImageItem  *item)
{
  guint64 id = cvr_image_item_get_id (item);
  CvrImage *image = cvr_image_item_get_image (item);
  Entry *entry;

  g_return_val_if_fail (CVR_IS_THUMBNAILS (self), NULL);

  entry = g_hash_table_lookup (self->entries, &id);
  if (entry != NULL)
    {
      g_queue_unlink (&self->order, &entry->link);
      g_queue_push_head_link (&self->order, &entry->link);
      return entry->texture;
    }

  if ((guint64) image->width * image->height <= QUICK_PIXELS)
    {
      GdkTexture *texture = cvr_texture_from_image (image, self->side);

      if (texture != NULL)
        keep (self, id, texture);
      return texture;
    }
  ask (self, id, image);

  return NULL;
}

/**
 * cvr_thumbnails_n_kept:
 *
 * Returns: how many textures are held, never more than the capacity
 */
guint
cvr_thumbnails_n_kept (CvrThumbnails *self)
{
  g_return_val_if_fail (CVR_IS_THUMBNAILS (self), 0);

  return self->order.length;
}
