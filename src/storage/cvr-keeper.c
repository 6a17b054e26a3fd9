/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project's queue and thread: opening, committing, closing. */
#include "cvr-keeper-private.h"

#include <glib/gi18n-lib.h>

void
cvr_waiting_free (CvrWaiting *entry)
{
  cvr_stored_picture_clear (&entry->picture);
  cvr_batch_free (entry->batch);
  g_clear_error (&entry->error);
  g_free (entry);
}

void
cvr_keeper_lock_db (CvrKeeper *self)
{
  g_atomic_int_inc (&self->n_readers);
  g_mutex_lock (&self->db_lock);
  g_atomic_int_add (&self->n_readers, -1);
}

void
cvr_keeper_let_readers (CvrKeeper *self)
{
  if (g_atomic_int_get (&self->n_readers) == 0)
    return;

  g_mutex_unlock (&self->db_lock);
  g_thread_yield ();
  g_mutex_lock (&self->db_lock);
}

void
cvr_keeper_begin (CvrKeeper *self)
{
  g_mutex_lock (&self->db_lock);
  if (self->in_transaction)
    return;

  while (g_atomic_int_get (&self->n_copiers) > 0) /* who would never get in between otherwise */
    {
      g_mutex_unlock (&self->db_lock);
      g_thread_yield ();
      g_mutex_lock (&self->db_lock);
    }
  cvr_store_begin (self->store);
  self->in_transaction = TRUE;
}

gboolean
cvr_keeper_check_open (CvrKeeper *self,
                       GError   **error)
{
  if (self->store != NULL)
    return TRUE;

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is closed."), self->name);
  return FALSE;
}

gboolean
cvr_keeper_lock_calm (CvrKeeper *self,
                      GError   **error)
{
  g_atomic_int_inc (&self->n_copiers);
  g_mutex_lock (&self->db_lock);
  while (self->in_transaction)
    g_cond_wait (&self->transaction_ended, &self->db_lock);
  g_atomic_int_add (&self->n_copiers, -1);
  if (cvr_keeper_check_open (self, error))
    return TRUE;

  g_mutex_unlock (&self->db_lock);
  return FALSE;
}

void
cvr_keeper_unlock_calm (CvrKeeper *self)
{
  g_mutex_unlock (&self->db_lock);
}

/* Main thread. Calls the @done of what is finished, in order. */
static void
tell (CvrKeeper *self)
{
  CvrWaiting *entry;

  for (;;)
    {
      g_mutex_lock (&self->lock);
      self->told = FALSE;
      entry = g_queue_pop_head (&self->finished);
      if (entry != NULL)
        self->n_waiting--;
      g_mutex_unlock (&self->lock);
      if (entry == NULL)
        return;
      if (entry->done != NULL)
        entry->done (entry->error, entry->data);
      cvr_waiting_free (entry);
    }
}

static gboolean
tell_cb (gpointer keeper)
{
  tell (keeper);

  return G_SOURCE_REMOVE;
}

/* @lock is held. */
static void
call_main (CvrKeeper *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->told)
    return;

  self->told = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, cvr_keeper_ref (self), (GDestroyNotify) cvr_keeper_unref);
  g_source_attach (source, NULL);
}

/* Values that were put come from the file now, or were never put. @lock is held. */
static void
forget_values (CvrKeeper *self,
               CvrBatch  *batch)
{
  for (guint i = 0; i < batch->ops->len; i++)
    {
      const CvrOp *op = &g_array_index (batch->ops, CvrOp, i);

      if (op->kind == CVR_OP_VALUE &&
          g_hash_table_lookup (self->values, op->value->key) == op->value)
        g_hash_table_remove (self->values, op->value->key);
    }
}

/* Takes @entry, a batch whose fate is in @error. @lock is held. */
static void
finish (CvrKeeper  *self,
        CvrWaiting *entry)
{
  forget_values (self, entry->batch);
  g_queue_push_tail (&self->finished, entry);
  call_main (self);
}

/* All of them in one transaction. */
static gboolean
write_together (CvrKeeper   *self,
                CvrWaiting **entries,
                guint        n_entries,
                GError     **error)
{
  gboolean ok = TRUE;

  cvr_keeper_begin (self);
  for (guint i = 0; ok && i < n_entries; i++)
    ok = cvr_batch_apply (entries[i]->batch, self, error);
  if (ok)
    ok = cvr_store_commit (self->store, error);
  else
    cvr_store_roll_back (self->store);
  self->in_transaction = FALSE;
  g_cond_broadcast (&self->transaction_ended);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

/* One that can't be written doesn't take along those before it: the others are tried one by one.
 * Returns: how many were written. */
static guint
write_entries (CvrKeeper *self,
               GPtrArray *entries,
               GError   **error)
{
  CvrWaiting **all = (CvrWaiting **) entries->pdata;
  guint n = 0;

  if (entries->len > 1 && write_together (self, all, entries->len, NULL))
    return entries->len;
  while (n < entries->len && write_together (self, all + n, 1, error))
    n++;

  return n;
}

/* The batches at the head of the queue, those that are going to fail first. @lock is held. */
static GPtrArray *
take_batches (CvrKeeper *self)
{
  GPtrArray *entries = g_ptr_array_new ();
  CvrWaiting *entry;

  while ((entry = g_queue_peek_head (&self->queue)) != NULL && entry->batch != NULL)
    {
      if (entry->error == NULL && self->failure != NULL)
        entry->error = g_error_copy (self->failure);
      if (entry->error != NULL && entries->len > 0)
        break;
      g_queue_pop_head (&self->queue);
      if (entry->error != NULL)
        finish (self, entry);
      else
        g_ptr_array_add (entries, entry);
    }

  return entries;
}

static void
write_batches (CvrKeeper *self)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  guint n_written;

  g_mutex_lock (&self->lock);
  entries = take_batches (self);
  g_mutex_unlock (&self->lock);

  n_written = write_entries (self, entries, &error);
  for (guint i = 0; i < entries->len; i++)
    cvr_batch_shed (((CvrWaiting *) g_ptr_array_index (entries, i))->batch);

  g_mutex_lock (&self->lock);
  if (n_written < entries->len)
    self->failure = g_error_copy (error);
  else if (n_written > 0)
    g_clear_error (&self->picture_failure); /* there is room again */
  for (guint i = 0; i < entries->len; i++)
    {
      CvrWaiting *entry = g_ptr_array_index (entries, i);

      if (i >= n_written)
        entry->error = g_error_copy (error);
      finish (self, entry);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gpointer
work (gpointer data)
{
  CvrKeeper *self = data;
  g_autoptr (GArray) bulk = g_array_new (FALSE, FALSE, sizeof (guint64));
  gboolean ended = FALSE;

  while (!ended)
    {
      CvrWaiting *entry;

      g_mutex_lock (&self->lock);
      while (g_queue_is_empty (&self->queue) && bulk->len == 0 && !self->closing)
        g_cond_wait (&self->changed, &self->lock);
      entry = g_queue_peek_head (&self->queue);
      if (entry != NULL && entry->batch == NULL)
        g_queue_pop_head (&self->queue);
      g_mutex_unlock (&self->lock);

      if (entry != NULL && entry->batch == NULL)
        {
          cvr_keeper_write_picture (self, entry, bulk);
          continue;
        }
      cvr_keeper_end_bulk (self, bulk);
      if (entry != NULL)
        write_batches (self);
      g_mutex_lock (&self->lock);
      ended = self->closing && g_queue_is_empty (&self->queue);
      g_mutex_unlock (&self->lock);
    }

  return NULL;
}

/* Takes @store. */
static CvrKeeper *
new_keeper (CvrStore *store,
            guint64   next_id)
{
  CvrKeeper *self = g_new0 (CvrKeeper, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (cvr_store_path (store));
  self->name = g_strdup (cvr_store_name (store));
  self->is_new = cvr_store_is_new (store);
  self->store = store;
  self->next_id = next_id;
  g_mutex_init (&self->db_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->transaction_ended);
  g_cond_init (&self->changed);
  self->pictures = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->values = g_hash_table_new (g_str_hash, g_str_equal);
  self->lost = cvr_keeper_new_lost ();
  self->thread = g_thread_new ("keeper", work, self);

  return self;
}

/**
 * cvr_keeper_open:
 * @path: in the system's encoding
 *
 * Pictures that an import left without an item are removed. Errors: those of cvr_store_open().
 *
 * Returns: (transfer full) (nullable): the live project.
 */
CvrKeeper *
cvr_keeper_open (const char *path,
                 GError    **error)
{
  g_autoptr (CvrStore) store = cvr_store_open (path, error);
  guint64 next_id = store != NULL ? cvr_store_next_id (store, error) : 0;

  if (next_id == 0)
    return NULL;

  cvr_store_forget_loose (store, NULL); /* where it fails they only take room */

  return new_keeper (g_steal_pointer (&store), next_id);
}

/**
 * cvr_keeper_open_read_only:
 * @path: in the system's encoding
 *
 * Errors: those of cvr_store_open_read_only().
 *
 * Returns: (transfer full) (nullable): a project to look at.
 */
CvrKeeper *
cvr_keeper_open_read_only (const char *path,
                           GError    **error)
{
  g_autoptr (CvrStore) store = cvr_store_open_read_only (path, error);
  guint64 next_id = store != NULL ? cvr_store_next_id (store, error) : 0;

  return next_id > 0 ? new_keeper (g_steal_pointer (&store), next_id) : NULL;
}

CvrKeeper *
cvr_keeper_ref (CvrKeeper *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * cvr_keeper_close:
 *
 * Writes what waits and calls what is to be called. Main thread. Blocks.
 */
void
cvr_keeper_close (CvrKeeper *self)
{
  GThread *thread;

  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  thread = g_steal_pointer (&self->thread);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (thread == NULL)
    return;

  g_thread_join (thread);
  g_mutex_lock (&self->db_lock);
  while (self->n_backups > 0)
    g_cond_wait (&self->transaction_ended, &self->db_lock);
  g_clear_pointer (&self->store, cvr_store_close);
  g_mutex_unlock (&self->db_lock);
  tell (self);
}

void
cvr_keeper_unref (CvrKeeper *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  cvr_keeper_close (self);
  g_queue_clear_full (&self->queue, (GDestroyNotify) cvr_waiting_free); /* came while it closed */
  g_mutex_clear (&self->db_lock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->transaction_ended);
  g_cond_clear (&self->changed);
  g_hash_table_unref (self->pictures);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->lost);
  g_clear_error (&self->failure);
  g_clear_error (&self->picture_failure);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

gboolean
cvr_keeper_is_new (CvrKeeper *self)
{
  return self->is_new;
}

const char *
cvr_keeper_path (CvrKeeper *self)
{
  return self->path;
}

gboolean
cvr_keeper_load (CvrKeeper  *self,
                 CvrDataset *dataset,
                 GHashTable *hidden,
                 GError    **error)
{
  gboolean ok;

  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) &&
       cvr_store_load (self->store, dataset, hidden, cvr_keeper_make_picture, self, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

/* TRUE: @key has been put and that isn't in the file yet. */
static gboolean
find_value (CvrKeeper  *self,
            const char *key,
            GBytes    **bytes)
{
  CvrWaitingValue *value;

  g_mutex_lock (&self->lock);
  while ((value = g_hash_table_lookup (self->values, key)) != NULL && value->make != NULL &&
         value->bytes == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (value != NULL)
    *bytes = value->bytes != NULL ? g_bytes_ref (value->bytes) : NULL;
  g_mutex_unlock (&self->lock);

  return value != NULL;
}

/**
 * cvr_keeper_read:
 * @bytes: (out) (transfer full) (nullable): %NULL where there is none, which is no error
 */
gboolean
cvr_keeper_read (CvrKeeper  *self,
                 const char *key,
                 GBytes    **bytes,
                 GError    **error)
{
  gboolean ok;

  *bytes = NULL;
  if (find_value (self, key, bytes))
    return TRUE;
  cvr_keeper_lock_db (self);
  ok = cvr_keeper_check_open (self, error) && cvr_store_get (self->store, key, bytes, error);
  g_mutex_unlock (&self->db_lock);

  return ok;
}

GBytes *
cvr_keeper_get (CvrKeeper  *self,
                const char *key)
{
  GBytes *bytes;

  return cvr_keeper_read (self, key, &bytes, NULL) ? bytes : NULL;
}

/**
 * cvr_keeper_commit:
 * @batch: (transfer full)
 */
void
cvr_keeper_commit (CvrKeeper *self,
                   CvrBatch  *batch,
                   CvrKept    done,
                   gpointer   data)
{
  CvrWaiting *entry = g_new0 (CvrWaiting, 1);

  entry->batch = batch;
  entry->done = done;
  entry->data = data;
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  for (guint i = 0; i < batch->ops->len; i++)
    {
      const CvrOp *op = &g_array_index (batch->ops, CvrOp, i);

      if (op->kind == CVR_OP_VALUE)
        g_hash_table_replace (self->values, op->value->key, op->value);
    }
  if (self->closing)
    {
      entry->error =
          g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is closed."), self->name);
      finish (self, entry);
    }
  else
    {
      g_queue_push_tail (&self->queue, entry);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * cvr_keeper_go_on:
 *
 * After a failure, once what failed was taken back: what was handed in until now fails still, what
 * comes from now on is tried.
 */
void
cvr_keeper_go_on (CvrKeeper *self)
{
  g_mutex_lock (&self->lock);
  for (GList *l = self->queue.head; self->failure != NULL && l != NULL; l = l->next)
    {
      CvrWaiting *entry = l->data;

      if (entry->batch != NULL && entry->error == NULL)
        entry->error = g_error_copy (self->failure);
    }
  g_clear_error (&self->failure);
  g_mutex_unlock (&self->lock);
}

guint
cvr_keeper_n_waiting (CvrKeeper *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_waiting;
  g_mutex_unlock (&self->lock);

  return n;
}

void
cvr_keeper_flush (CvrKeeper *self)
{
  gboolean finished;

  for (;;)
    {
      g_mutex_lock (&self->lock);
      while (self->n_waiting > 0 && g_queue_is_empty (&self->finished))
        g_cond_wait (&self->changed, &self->lock);
      finished = self->n_waiting == 0;
      g_mutex_unlock (&self->lock);
      if (finished)
        return;
      tell (self);
    }
}
