/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches: recorded on the main thread, applied on the keeper's. */
#include "cvr-keeper-private.h"

/**
 * cvr_item_copy:
 * @item: its picture may be %NULL
 *
 * Returns: (transfer full): shares picture and extras; to free with cvr_item_free().
 */
CvrItem *
cvr_item_copy (const CvrItem *item)
{
  CvrItem *copy = g_memdup2 (item, sizeof *item);

  copy->picture = item->picture != NULL ? cvr_picture_ref (item->picture) : NULL;
  copy->name = g_strdup (item->name);
  copy->extras = cvr_extras_ref (item->extras);

  return copy;
}

void
cvr_item_free (gpointer item)
{
  CvrItem *self = item;

  if (self == NULL)
    return;

  cvr_picture_unref (self->picture);
  cvr_extras_unref (self->extras);
  g_free (self->name);
  g_free (self);
}

static CvrOp *
record (CvrBatch *self,
        CvrOpKind kind,
        guint64   id)
{
  CvrOp op = { .kind = kind, .id = id };

  g_array_append_val (self->ops, op);

  return &g_array_index (self->ops, CvrOp, self->ops->len - 1);
}

static void
value_free (CvrWaitingValue *value)
{
  if (value->free_data != NULL)
    value->free_data (value->data);
  g_clear_pointer (&value->bytes, g_bytes_unref);
  g_free (value->key);
  g_free (value);
}

static void
classes_free (CvrOpClasses *classes)
{
  g_array_unref (classes->classes);
  g_array_unref (classes->ids);
  g_array_unref (classes->labels);
  g_ptr_array_unref (classes->extras);
  g_free (classes);
}

static void
clear_op (gpointer data)
{
  CvrOp *op = data;

  if (op->kind == CVR_OP_ITEM)
    cvr_item_free (op->item);
  else if (op->kind == CVR_OP_EXTRAS)
    cvr_extras_unref (op->extras);
  else if (op->kind == CVR_OP_CLASSES)
    classes_free (op->classes);
  else if (op->kind == CVR_OP_VALUE || op->kind == CVR_OP_EPOCH)
    value_free (op->value);
  else if (op->kind == CVR_OP_RUN)
    cvr_kept_run_free (op->run);
}

void
cvr_batch_shed (CvrBatch *self)
{
  for (guint i = 0; i < self->ops->len; i++)
    {
      CvrOp *op = &g_array_index (self->ops, CvrOp, i);

      if (op->kind == CVR_OP_VALUE || op->kind == CVR_OP_EPOCH)
        continue;
      clear_op (op);
      op->kind = CVR_OP_FORGET; /* which owns nothing */
    }
}

CvrBatch *
cvr_batch_new (void)
{
  CvrBatch *self = g_new0 (CvrBatch, 1);

  self->ops = g_array_new (FALSE, FALSE, sizeof (CvrOp));
  g_array_set_clear_func (self->ops, clear_op);

  return self;
}

void
cvr_batch_free (CvrBatch *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->ops);
  g_free (self);
}

void
cvr_batch_put_item (CvrBatch      *self,
                    const CvrItem *item,
                    gboolean       hidden)
{
  CvrItem light = *item;
  CvrOp *op;

  g_return_if_fail (item->id > 0);

  light.picture = NULL;
  op = record (self, CVR_OP_ITEM, item->id);
  op->number = hidden ? 1 : 0;
  op->item = cvr_item_copy (&light);
}

void
cvr_batch_set_hidden (CvrBatch *self,
                      guint64   id,
                      gboolean  hidden)
{
  record (self, CVR_OP_HIDDEN, id)->number = hidden ? 1 : 0;
}

void
cvr_batch_set_label (CvrBatch *self,
                     guint64   id,
                     gint      label)
{
  record (self, CVR_OP_LABEL, id)->number = label;
}

void
cvr_batch_set_split (CvrBatch *self,
                     guint64   id,
                     CvrSplit  split)
{
  record (self, CVR_OP_SPLIT, id)->number = (gint64) split;
}

void
cvr_batch_set_group (CvrBatch *self,
                     guint64   id,
                     guint64   group)
{
  record (self, CVR_OP_GROUP, id)->number = (gint64) group;
}

void
cvr_batch_set_look (CvrBatch *self,
                    guint64   id,
                    guint64   look,
                    guint64   digest)
{
  CvrOp *op = record (self, CVR_OP_LOOK, id);

  op->number = (gint64) look;
  op->digest = digest;
}

void
cvr_batch_set_extras (CvrBatch        *self,
                      guint64          id,
                      const CvrExtras *extras)
{
  record (self, CVR_OP_EXTRAS, id)->extras = cvr_extras_ref ((CvrExtras *) extras);
}

static void
clear_class (gpointer data)
{
  g_free (((CvrClass *) data)->name);
}

static void
unref_extras (gpointer extras)
{
  cvr_extras_unref (extras);
}

/**
 * cvr_batch_set_classes:
 *
 * Takes over the classes, and the labels of all items that @dataset has, those of their boxes too.
 * Hidden items keep theirs: undoing goes back through the same changes.
 */
void
cvr_batch_set_classes (CvrBatch   *self,
                       CvrDataset *dataset)
{
  CvrOpClasses *all = g_new0 (CvrOpClasses, 1);
  guint n = cvr_dataset_n_items (dataset);

  all->classes = g_array_new (FALSE, FALSE, sizeof (CvrClass));
  g_array_set_clear_func (all->classes, clear_class);
  all->ids = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n);
  all->labels = g_array_sized_new (FALSE, FALSE, sizeof (gint), n);
  all->extras = g_ptr_array_new_full (n, unref_extras);
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      CvrClass klass = *cvr_dataset_class (dataset, k);

      klass.name = g_strdup (klass.name);
      g_array_append_val (all->classes, klass);
    }
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      gboolean boxed = item->extras != NULL && item->extras->n_boxes > 0;

      g_array_append_val (all->ids, item->id);
      g_array_append_val (all->labels, item->label);
      g_ptr_array_add (all->extras, boxed ? cvr_extras_ref (item->extras) : NULL);
    }
  record (self, CVR_OP_CLASSES, 0)->classes = all;
}

static CvrWaitingValue *
record_value (CvrBatch   *self,
              const char *key)
{
  CvrWaitingValue *value = g_new0 (CvrWaitingValue, 1);

  value->key = g_strdup (key);
  record (self, CVR_OP_VALUE, 0)->value = value;

  return value;
}

void
cvr_batch_put_run (CvrBatch         *self,
                   const CvrKeptRun *run)
{
  record (self, CVR_OP_RUN, run->id)->run = cvr_kept_run_copy (run);
}

void
cvr_batch_forget_run (CvrBatch *self,
                      guint64   id)
{
  record (self, CVR_OP_FORGET_RUN, id);
}

void
cvr_batch_put_epoch (CvrBatch      *self,
                     guint64        run,
                     guint          epoch,
                     GBytes *       (*make) (gpointer data, GError **error),
                     gpointer       data,
                     GDestroyNotify free_data)
{
  CvrWaitingValue *value = g_new0 (CvrWaitingValue, 1);
  CvrOp *op = record (self, CVR_OP_EPOCH, run);

  value->make = make;
  value->data = data;
  value->free_data = free_data;
  op->number = epoch;
  op->value = value;
}

void
cvr_batch_forget_epoch (CvrBatch *self,
                        guint64   run,
                        guint     epoch)
{
  record (self, CVR_OP_FORGET_EPOCH, run)->number = epoch;
}

void
cvr_batch_put (CvrBatch   *self,
               const char *key,
               GBytes     *bytes)
{
  record_value (self, key)->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

/**
 * cvr_batch_put_made:
 * @make: called once, on the keeper's thread, where the batch comes to its turn; %NULL with an
 * error fails the batch
 * @free_data: called on the main thread, after the batch is done
 */
void
cvr_batch_put_made (CvrBatch      *self,
                    const char    *key,
                    GBytes *       (*make) (gpointer data, GError **error),
                    gpointer       data,
                    GDestroyNotify free_data)
{
  CvrWaitingValue *value = record_value (self, key);

  value->make = make;
  value->data = data;
  value->free_data = free_data;
}

void
cvr_batch_forget (CvrBatch *self,
                  guint64   id)
{
  record (self, CVR_OP_FORGET, id);
}

/* Written out on the thread once; a second try of the batch has the bytes already. */
static gboolean
make_value (CvrWaitingValue *value,
            CvrKeeper       *keeper,
            GError         **error)
{
  GBytes *bytes;

  if (value->make == NULL || value->bytes != NULL)
    return TRUE;
  g_mutex_unlock (&keeper->db_lock);
  bytes = value->make (value->data, error);
  g_mutex_lock (&keeper->db_lock);
  g_mutex_lock (&keeper->lock); /* cvr_keeper_get() looks at it */
  value->bytes = bytes;
  g_cond_broadcast (&keeper->changed);
  g_mutex_unlock (&keeper->lock);

  return bytes != NULL;
}

static gboolean
put_item (const CvrOp *op,
          CvrKeeper   *keeper,
          GError     **error)
{
  if (cvr_keeper_was_lost (keeper, op->id, error))
    return FALSE;

  return cvr_store_put_item (keeper->store, op->item, op->number != 0, error);
}

static gboolean
set_classes (const CvrOpClasses *all,
             CvrStore           *store,
             GError            **error)
{
  return cvr_store_set_classes (store, (const CvrClass *) (void *) all->classes->data,
                                all->classes->len, error) &&
         cvr_store_set_labels (store, (const guint64 *) (void *) all->ids->data,
                               (const gint *) (void *) all->labels->data,
                               (CvrExtras *const *) all->extras->pdata, all->ids->len, error);
}

static gboolean
apply (const CvrOp *op,
       CvrKeeper   *keeper,
       GError     **error)
{
  CvrStore *store = keeper->store;

  switch (op->kind)
    {
    case CVR_OP_ITEM:
      return put_item (op, keeper, error);
    case CVR_OP_HIDDEN:
      return cvr_store_hide_item (store, op->id, op->number != 0, error);
    case CVR_OP_LABEL:
      return cvr_store_set_label (store, op->id, (gint) op->number, error);
    case CVR_OP_SPLIT:
      return cvr_store_set_split (store, op->id, (CvrSplit) op->number, error);
    case CVR_OP_GROUP:
      return cvr_store_set_group (store, op->id, (guint64) op->number, error);
    case CVR_OP_LOOK:
      return cvr_store_set_look (store, op->id, (guint64) op->number, op->digest, error);
    case CVR_OP_EXTRAS:
      return cvr_store_set_extras (store, op->id, op->extras, error);
    case CVR_OP_CLASSES:
      return set_classes (op->classes, store, error);
    case CVR_OP_VALUE:
      return make_value (op->value, keeper, error) &&
             cvr_store_put (store, op->value->key, op->value->bytes, error);
    case CVR_OP_RUN:
      return cvr_store_put_run (store, op->run, error);
    case CVR_OP_EPOCH:
      return make_value (op->value, keeper, error) &&
             cvr_store_put_checkpoint (store, op->id, (guint) op->number, op->value->bytes, error);
    case CVR_OP_FORGET_RUN:
      return cvr_store_forget_run (store, op->id, error);
    case CVR_OP_FORGET_EPOCH:
      return cvr_store_forget_checkpoint (store, op->id, (guint) op->number, error);
    case CVR_OP_FORGET:
    default:
      return cvr_store_forget_item (store, op->id, error);
    }
}

gboolean
cvr_batch_apply (CvrBatch  *self,
                 CvrKeeper *keeper,
                 GError   **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < self->ops->len; i++)
    {
      ok = apply (&g_array_index (self->ops, CvrOp, i), keeper, error);
      cvr_keeper_let_readers (keeper);
    }

  return ok;
}
