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
  GHashTable *pending; /* id → Request, owned */
  guint       side, capacity, n_running;

  GMutex      lock;    /* of what follows: workers take from it */
  GQueue      waiting; /* of Request, borrowed, newest first; links are inside the requests */
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

/* Workers at a time, and how long one goes on until it brings what it has. */
enum { MAX_RUNNING = 2, BRING_US = 16000 };

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
  void   (*ready) (gpointer data);
  gpointer data;
} Watcher;

typedef struct
{
  guint64     id;
  CvrPicture *picture;
  GdkTexture *texture;   /* made; NULL: not yet, or it can't be */
  GArray     *watchers;  /* of Watcher */
  gboolean    wanted;    /* also without a watcher */
  gboolean    taken;     /* by a worker, which alone changes it until it is brought */
  gboolean    forgotten; /* of another project by now: freed when it is brought */
  GList       link;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_object (&request->texture);
  cvr_picture_unref (request->picture);
  g_array_unref (request->watchers);
  g_free (request);
}

/* The newest first: it is what is looked at now. */
static Request *
take (CvrThumbnails *self)
{
  GList *link;

  g_mutex_lock (&self->lock);
  link = g_queue_pop_head_link (&self->waiting);
  if (link != NULL)
    ((Request *) link->data)->taken = TRUE;
  g_mutex_unlock (&self->lock);

  return link != NULL ? link->data : NULL;
}

static void
make_func (GTask        *task,
           gpointer      source,
           gpointer      unused,
           GCancellable *cancellable)
{
  CvrThumbnails *self = source;
  GPtrArray *made = g_ptr_array_new ();
  gint64 end = g_get_monotonic_time () + BRING_US;
  Request *request;

  while (g_get_monotonic_time () < end && (request = take (self)) != NULL)
    {
      g_autoptr (CvrImage) image = cvr_picture_read_small (request->picture, self->side, NULL);

      if (image != NULL)
        request->texture = cvr_texture_from_image (image, self->side);
      g_ptr_array_add (made, request);
    }

  g_task_return_pointer (task, made, (GDestroyNotify) g_ptr_array_unref);
}

static void run_worker (CvrThumbnails *self);

static void
bring (CvrThumbnails *self,
       Request       *request)
{
  guint64 id = request->id;

  if (!request->forgotten)
    g_hash_table_steal (self->pending, &id);
  if (request->texture != NULL && !request->forgotten)
    {
      keep (self, id, g_steal_pointer (&request->texture));
      for (guint i = 0; i < request->watchers->len; i++)
        {
          Watcher *watcher = &g_array_index (request->watchers, Watcher, i);

          watcher->ready (watcher->data);
        }
      g_signal_emit (self, signals[READY], 0, id);
    }
  request_free (request);
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      unused)
{
  CvrThumbnails *self = CVR_THUMBNAILS (source);
  g_autoptr (GPtrArray) made = g_task_propagate_pointer (G_TASK (result), NULL);

  self->n_running--;
  run_worker (self);
  for (guint i = 0; i < made->len; i++)
    bring (self, made->pdata[i]);
}

static void
run_worker (CvrThumbnails *self)
{
  g_autoptr (GTask) task = NULL;
  gboolean idle;

  g_mutex_lock (&self->lock);
  idle = g_queue_is_empty (&self->waiting);
  g_mutex_unlock (&self->lock);
  if (idle || self->n_running == MAX_RUNNING)
    return;

  self->n_running++;
  task = g_task_new (self, NULL, made_cb, NULL);
  g_task_run_in_thread (task, make_func);
}

/* Returns: (transfer none): what is under way for it. */
static Request *
ask (CvrThumbnails *self,
     guint64        id,
     CvrPicture    *picture)
{
  Request *request = g_hash_table_lookup (self->pending, &id);

  if (request != NULL)
    return request;

  request = g_new0 (Request, 1);
  request->id = id;
  request->picture = cvr_picture_ref (picture);
  request->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
  request->link.data = request;
  g_hash_table_insert (self->pending, &request->id, request);
  g_mutex_lock (&self->lock);
  g_queue_push_head_link (&self->waiting, &request->link);
  g_mutex_unlock (&self->lock);
  run_worker (self);

  return request;
}

static void
cvr_thumbnails_finalize (GObject *object)
{
  CvrThumbnails *self = CVR_THUMBNAILS (object);

  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->pending);
  g_mutex_clear (&self->lock);

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
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, request_free);
  g_queue_init (&self->order);
  g_queue_init (&self->waiting);
  g_mutex_init (&self->lock);
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

/* What is there, or can be made at once; NULL: neither. */
static GdkTexture *
find_or_make (CvrThumbnails *self,
              guint64        id,
              CvrPicture    *picture)
{
  Entry *entry = g_hash_table_lookup (self->entries, &id);
  g_autoptr (CvrImage) image = NULL;
  GdkTexture *texture;

  if (entry != NULL)
    {
      g_queue_unlink (&self->order, &entry->link);
      g_queue_push_head_link (&self->order, &entry->link);
      return entry->texture;
    }
  if (!cvr_picture_is_loaded (picture) ||
      (guint64) cvr_picture_facts (picture)->width * cvr_picture_facts (picture)->height >
        QUICK_PIXELS)
    return NULL;

  image = cvr_picture_read (picture, NULL);
  texture = cvr_texture_from_image (image, self->side);
  if (texture != NULL)
    keep (self, id, texture);

  return texture;
}

/**
 * cvr_thumbnails_get:
 * @item: whose picture
 *
 * Pictures never change under one id of a project, so a texture stays right as long as it is kept.
 *
 * Returns: (transfer none) (nullable): the texture
 */
GdkTexture *
cvr_thumbnails_get (CvrThumbnails *self,
                    CvrImageItem  *item)
{
  guint64 id = cvr_image_item_get_id (item);
  CvrPicture *picture = cvr_image_item_get_picture (item);
  GdkTexture *texture;

  g_return_val_if_fail (CVR_IS_THUMBNAILS (self), NULL);

  texture = find_or_make (self, id, picture);
  if (texture == NULL)
    ask (self, id, picture)->wanted = TRUE;

  return texture;
}

/**
 * cvr_thumbnails_watch:
 * @item: whose picture
 * @ready: called once with @data on the main thread
 *
 * Returns: (transfer none) (nullable): the texture; %NULL: it is on its way
 */
GdkTexture *
cvr_thumbnails_watch (CvrThumbnails *self,
                      CvrImageItem  *item,
                      void         (*ready) (gpointer data),
                      gpointer       data)
{
  guint64 id = cvr_image_item_get_id (item);
  CvrPicture *picture = cvr_image_item_get_picture (item);
  Watcher watcher = { ready, data };
  GdkTexture *texture;

  g_return_val_if_fail (CVR_IS_THUMBNAILS (self), NULL);

  texture = find_or_make (self, id, picture);
  if (texture == NULL)
    g_array_append_val (ask (self, id, picture)->watchers, watcher);

  return texture;
}

/**
 * cvr_thumbnails_unwatch:
 * @id: of the picture
 * @data: as it was given
 *
 * Nothing happens where nobody waits.
 */
void
cvr_thumbnails_unwatch (CvrThumbnails *self,
                        guint64        id,
                        gpointer       data)
{
  Request *request;
  gboolean drop;

  g_return_if_fail (CVR_IS_THUMBNAILS (self));

  request = g_hash_table_lookup (self->pending, &id);
  if (request == NULL)
    return;
  for (guint i = request->watchers->len; i > 0; i--)
    if (g_array_index (request->watchers, Watcher, i - 1).data == data)
      g_array_remove_index_fast (request->watchers, i - 1);

  g_mutex_lock (&self->lock);
  drop = !request->taken && !request->wanted && request->watchers->len == 0;
  if (drop)
    g_queue_unlink (&self->waiting, &request->link);
  g_mutex_unlock (&self->lock);
  if (drop)
    g_hash_table_remove (self->pending, &id);
}

/**
 * cvr_thumbnails_clear:
 *
 * Forgets all of them, and who waits: before another project, whose pictures have the same ids.
 */
void
cvr_thumbnails_clear (CvrThumbnails *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (CVR_IS_THUMBNAILS (self));

  g_hash_table_remove_all (self->entries);
  g_queue_init (&self->order);
  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Request *request = value;

      request->forgotten = request->taken;
      if (request->forgotten)
        g_hash_table_iter_steal (&iter);
    }
  g_queue_init (&self->waiting);
  g_mutex_unlock (&self->lock);
  g_hash_table_remove_all (self->pending);
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
