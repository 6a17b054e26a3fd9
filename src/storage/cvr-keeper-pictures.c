/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures on their way into the project and out of it. */
#include "cvr-keeper-private.h"

#include <glib/gi18n-lib.h>

enum
{
  MAX_WAITING = 16 << 20, /* bytes that wait to be written */
  BULK = 4096,            /* pictures in one transaction */
  SHORT_BULK = 64,        /* the same while somebody waits for its end */
};

static gboolean
find_waiting (CvrKeeper        *self,
              guint64           id,
              CvrStoredPicture *picture)
{
  CvrWaiting *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->pictures, &id);
  if (entry != NULL)
    {
      *picture = entry->picture;
      g_bytes_ref (picture->bytes);
    }
  g_mutex_unlock (&self->lock);

  return entry != NULL;
}

static gboolean
find_written (CvrKeeper        *self,
              guint64           id,
              CvrStoredPicture *picture,
              GError          **error)
{
  gboolean ok;

  if (cvr_keeper_was_lost (self, id, error))
    return FALSE;
  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) &&
       cvr_store_get_picture (self->store, id, picture, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

/* "picture 17" where its item is gone too. */
static char *
dup_picture_name (CvrKeeper *self,
                  guint64    id)
{
  char *name = NULL;

  cvr_keeper_lock_db (self);
  if (self->store != NULL)
    name = cvr_store_get_name (self->store, id);
  g_mutex_unlock (&self->db_lock);

  return name != NULL ? name : g_strdup_printf (_("picture %u"), (guint) id);
}

/* CvrPictureRead. Decoding happens outside all locks. */
static CvrImage *
read_cb (gpointer data,
         guint64  id,
         guint    side,
         GError **error)
{
  CvrKeeper *self = data;
  g_auto (CvrStoredPicture) picture = { 0 };
  g_autoptr (GError) reason = NULL;
  CvrImage *image = NULL;

  if (!find_waiting (self, id, &picture) && !find_written (self, id, &picture, error))
    return NULL;
  if (cvr_store_is_whole (&picture))
    image = cvr_store_decode (&picture, side, &reason);
  if (image == NULL)
    {
      g_autofree char *name = dup_picture_name (self, id);

      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("“%s” is damaged: its picture “%s” can't be read (%s)."), self->name, name,
                   reason != NULL ? reason->message : _("its bytes are not what was written"));
    }

  return image;
}

/**
 * cvr_keeper_picture_bytes:
 * @ending: (out): of the kind of file that the bytes are, such as ".jpg"
 *
 * Any thread; waits for the disk. For taking pictures out without encoding them again.
 *
 * Returns: (transfer full) (nullable): a whole picture file; %NULL without an error where the
 * picture is kept as bare pixels.
 */
GBytes *
cvr_keeper_picture_bytes (CvrKeeper   *self,
                          guint64      id,
                          const char **ending,
                          GError     **error)
{
  g_auto (CvrStoredPicture) picture = { 0 };

  if (!find_waiting (self, id, &picture) && !find_written (self, id, &picture, error))
    return NULL;
  if (picture.form == CVR_STORE_RAW || !cvr_store_is_whole (&picture))
    return NULL; /* reading it says what is wrong */
  *ending = picture.form == CVR_STORE_PNG ? ".png" : ".jpg";

  return g_bytes_ref (picture.bytes);
}

CvrPicture *
cvr_keeper_make_picture (gpointer               keeper,
                         guint64                id,
                         const CvrPictureFacts *facts)
{
  return cvr_picture_new_stored (facts, id, read_cb, cvr_keeper_ref (keeper),
                                 (GDestroyNotify) cvr_keeper_unref);
}

gboolean
cvr_keeper_was_lost (CvrKeeper *self,
                     guint64    id,
                     GError   **error)
{
  const GError *reason;

  g_mutex_lock (&self->lock);
  reason = g_hash_table_lookup (self->lost, &id);
  if (reason != NULL)
    g_propagate_error (error, g_error_copy (reason));
  g_mutex_unlock (&self->lock);

  return reason != NULL;
}

guint64
cvr_keeper_take_id (CvrKeeper *self)
{
  guint64 id;

  g_mutex_lock (&self->lock);
  id = self->next_id++;
  g_mutex_unlock (&self->lock);

  return id;
}

/* @taken, or the next number where that is 0, once there is room. 0: closed, or pictures of before
 * could not be written. */
static guint64
wait_for_room (CvrKeeper *self,
               guint64    taken,
               GError   **error)
{
  guint64 id = 0;

  g_mutex_lock (&self->lock);
  while (self->waiting_bytes > MAX_WAITING && !self->closing && self->picture_failure == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (self->picture_failure != NULL)
    g_propagate_error (error, g_steal_pointer (&self->picture_failure));
  else if (self->closing)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is closed."), self->name);
  else
    id = taken > 0 ? taken : self->next_id++;
  g_mutex_unlock (&self->lock);

  return id;
}

static CvrPicture *
add_picture (CvrKeeper *self,
             CvrImage  *image,
             guint      was_width,
             guint      was_height,
             guint64    taken,
             guint64   *id,
             GError   **error)
{
  g_auto (CvrStoredPicture) picture = { 0 };
  CvrWaiting *entry;

  if (!cvr_store_encode (image, was_width, was_height, &picture, error) ||
      (*id = wait_for_room (self, taken, error)) == 0)
    return NULL;
  cvr_store_number (&picture, *id);

  entry = g_new0 (CvrWaiting, 1);
  entry->picture = picture;
  g_bytes_ref (entry->picture.bytes);
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->queue, entry);
  g_hash_table_insert (self->pictures, &entry->picture.id, entry);
  self->waiting_bytes += g_bytes_get_size (entry->picture.bytes);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return cvr_keeper_make_picture (self, *id, &picture.facts);
}

/**
 * cvr_keeper_add_picture:
 * @was_width: pixels, before it was scaled down
 * @was_height: pixels
 * @id: (out): its number, for the item
 *
 * Any thread. A failure to write shows here, for one of the pictures that follow, and at the batch
 * that brings the item.
 *
 * Returns: (transfer full) (nullable): readable at once.
 */
CvrPicture *
cvr_keeper_add_picture (CvrKeeper *self,
                        CvrImage  *image,
                        guint      was_width,
                        guint      was_height,
                        guint64   *id,
                        GError   **error)
{
  return add_picture (self, image, was_width, was_height, 0, id, error);
}

/**
 * cvr_keeper_add_numbered:
 * @id: of cvr_keeper_take_id()
 *
 * The same under a number that was taken before, so that pictures that several threads read keep
 * their order.
 */
CvrPicture *
cvr_keeper_add_numbered (CvrKeeper *self,
                         CvrImage  *image,
                         guint      was_width,
                         guint      was_height,
                         guint64    id,
                         GError   **error)
{
  guint64 same;

  return add_picture (self, image, was_width, was_height, id, &same, error);
}

static void
free_error (gpointer error)
{
  g_error_free (error);
}

GHashTable *
cvr_keeper_new_lost (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_error);
}

/* The transaction with @bulk failed. */
static void
lose (CvrKeeper    *self,
      GArray       *bulk,
      const GError *reason)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < bulk->len; i++)
    g_hash_table_insert (self->lost,
                         g_memdup2 (&g_array_index (bulk, guint64, i), sizeof (guint64)),
                         g_error_copy (reason));
  g_clear_error (&self->picture_failure);
  self->picture_failure = g_error_copy (reason);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_array_set_size (bulk, 0);
}

/* Read from the file from now on. */
static void
leave_queue (CvrKeeper  *self,
             CvrWaiting *entry)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->pictures, &entry->picture.id);
  self->waiting_bytes -= g_bytes_get_size (entry->picture.bytes);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  cvr_waiting_free (entry);
}

void
cvr_keeper_end_bulk (CvrKeeper *self,
                     GArray    *bulk)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_mutex_lock (&self->db_lock);
  if (!self->in_transaction)
    {
      g_mutex_unlock (&self->db_lock);
      return;
    }
  ok = cvr_store_commit (self->store, &error);
  self->in_transaction = FALSE;
  g_cond_broadcast (&self->transaction_ended);
  g_mutex_unlock (&self->db_lock);

  if (!ok)
    lose (self, bulk, error);
  g_array_set_size (bulk, 0);
}

void
cvr_keeper_write_picture (CvrKeeper  *self,
                          CvrWaiting *entry,
                          GArray     *bulk)
{
  gboolean ok;

  cvr_keeper_begin (self);
  ok = cvr_store_put_picture (self->store, &entry->picture, NULL);
  cvr_keeper_let_readers (self);
  g_mutex_unlock (&self->db_lock);

  g_array_append_val (bulk, entry->picture.id);
  if (!ok || bulk->len >= BULK ||
      (bulk->len >= SHORT_BULK && g_atomic_int_get (&self->n_copiers) > 0))
    cvr_keeper_end_bulk (self, bulk);
  leave_queue (self, entry);
}
