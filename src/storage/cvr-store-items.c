/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's classes, and its items with their pictures. */
#include "cvr-store.h"

#include "cvr-decode.h"
#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>

enum
{
  JPEG_ABOVE = 128, /* pixels of a side: larger pictures are kept as JPEG */
  JPEG_QUALITY = 95,
};

/* The picture as the file keeps it. PNG keeps every value; large photographs were lossy before. */
static GBytes *
encode (CvrImage *image,
        GError  **error)
{
  if (MAX (image->width, image->height) > JPEG_ABOVE)
    return cvr_image_encode_jpeg (image, JPEG_QUALITY, error);

  return cvr_image_encode_png (image, error);
}

static CvrImage *
decode (CvrStore     *self,
        sqlite3_stmt *statement,
        int           first_column,
        GError      **error)
{
  const guint8 *data = sqlite3_column_blob (statement, first_column);
  gsize length = (gsize) sqlite3_column_bytes (statement, first_column);
  int channels = sqlite3_column_int (statement, first_column + 1);
  g_autoptr (GError) reason = NULL;
  g_autoptr (CvrImage) image = cvr_image_decode (data, length, NULL, 0, &reason);
  CvrImage *converted = NULL;

  /* A colour picture without any colour comes back from the decoder as grey. */
  if (image != NULL && (channels == 1 || channels == 3))
    converted = cvr_image_convert (image, (guint) channels);
  if (converted == NULL)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                 _("“%s” is damaged: a picture in it can't be read (%s)."), self->name,
                 reason != NULL ? reason->message : _("unknown number of colours"));
  else
    converted->damaged = sqlite3_column_int (statement, first_column + 2) != 0;

  return converted;
}

static gboolean
load_classes (CvrStore   *self,
              CvrDataset *dataset,
              GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, "SELECT name FROM classes ORDER BY position",
                                               error);
  int code;

  if (statement == NULL)
    return FALSE;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    cvr_dataset_add_class (dataset, (const char *) sqlite3_column_text (statement, 0));
  if (code != SQLITE_DONE)
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

/* Items that are hidden keep their ids, so that they can come back. */
static gboolean
reserve_ids (CvrStore   *self,
             CvrDataset *dataset,
             GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, "SELECT ifnull(max(id), 0) FROM items", error);
  gboolean ok;

  if (statement == NULL)
    return FALSE;
  ok = sqlite3_step (statement) == SQLITE_ROW || cvr_store_fail (self, error);
  if (ok)
    cvr_dataset_reserve_ids (dataset, (guint64) sqlite3_column_int64 (statement, 0) + 1);
  sqlite3_reset (statement);

  return ok;
}

static gboolean
load_item (CvrStore     *self,
           CvrDataset   *dataset,
           sqlite3_stmt *statement,
           GError      **error)
{
  guint64 id = (guint64) sqlite3_column_int64 (statement, 0);
  int label = sqlite3_column_type (statement, 2) == SQLITE_NULL ? CVR_LABEL_NONE
                                                                : sqlite3_column_int (statement, 2);
  int split = sqlite3_column_int (statement, 3);
  g_autoptr (CvrImage) image = decode (self, statement, 4, error);

  if (image == NULL)
    return FALSE;
  if (label >= (int) cvr_dataset_n_classes (dataset))
    label = CVR_LABEL_NONE; /* its class was removed while it was hidden */
  cvr_dataset_add_item (dataset, id, image, (const char *) sqlite3_column_text (statement, 1),
                        label, (CvrSplit) split);

  return TRUE;
}

/**
 * cvr_store_load_dataset:
 * @dataset: an empty one
 *
 * Reads classes and items, hidden ones excepted, in the order in which they were put.
 */
gboolean
cvr_store_load_dataset (CvrStore   *self,
                        CvrDataset *dataset,
                        GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "SELECT i.id, i.name, i.label, i.split, p.bytes, p.channels, p.damaged"
      " FROM items AS i JOIN pictures AS p ON p.item = i.id"
      " WHERE i.hidden = 0 ORDER BY i.sequence",
      error);
  gboolean ok;
  int code = SQLITE_DONE;

  g_return_val_if_fail (cvr_dataset_n_items (dataset) == 0 && cvr_dataset_n_classes (dataset) == 0,
                        FALSE);

  if (statement == NULL || !load_classes (self, dataset, error))
    return FALSE;
  ok = TRUE;
  while (ok && (code = sqlite3_step (statement)) == SQLITE_ROW)
    ok = load_item (self, dataset, statement, error);
  if (ok && code != SQLITE_DONE)
    ok = cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return ok && reserve_ids (self, dataset, error);
}

static void
bind_label (sqlite3_stmt *statement,
            int           column,
            gint          label)
{
  if (label >= 0)
    sqlite3_bind_int (statement, column, label);
  else
    sqlite3_bind_null (statement, column);
}

static gboolean
put_row (CvrStore      *self,
         const CvrItem *item,
         GError       **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO items (id, name, label, split, hidden) VALUES (?1, ?2, ?3, ?4, 0)"
      " ON CONFLICT (id) DO UPDATE SET name = ?2, label = ?3, split = ?4, hidden = 0",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) item->id);
  sqlite3_bind_text (statement, 2, item->name, -1, SQLITE_STATIC);
  bind_label (statement, 3, item->label);
  sqlite3_bind_int (statement, 4, (int) item->split);

  return cvr_store_finish (self, statement, error);
}

static gboolean
put_picture (CvrStore      *self,
             const CvrItem *item,
             GBytes        *bytes,
             GError       **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO pictures (item, channels, damaged, bytes) VALUES (?1, ?2, ?3, ?4)"
      " ON CONFLICT (item) DO UPDATE SET channels = ?2, damaged = ?3, bytes = ?4",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) item->id);
  sqlite3_bind_int (statement, 2, (int) item->image->channels);
  sqlite3_bind_int (statement, 3, item->image->damaged);
  sqlite3_bind_blob64 (statement, 4, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

/**
 * cvr_store_put_item:
 *
 * Adds the item with its picture, or replaces the one of the same id (where it stood; a hidden one
 * is shown again). Label and class are stored as numbers: put the classes first.
 */
gboolean
cvr_store_put_item (CvrStore      *self,
                    const CvrItem *item,
                    GError       **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (item->id > 0 && item->image != NULL, FALSE);

  cvr_store_begin (self);
  bytes = encode (item->image, self->failure == NULL ? &self->failure : NULL);
  if (bytes != NULL && put_row (self, item, NULL))
    put_picture (self, item, bytes, NULL);

  return cvr_store_commit (self, error);
}

/* An update that must meet exactly one item. */
static gboolean
finish_one (CvrStore     *self,
            sqlite3_stmt *statement,
            guint64       id,
            GError      **error)
{
  g_autoptr (GError) reason = NULL;

  if (!cvr_store_finish (self, statement, error))
    return FALSE;
  if (sqlite3_changes (self->db) == 1)
    return TRUE;

  reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                        _("“%s” has no picture with the number %u."), self->name, (guint) id);
  if (self->depth > 0 && self->failure == NULL)
    self->failure = g_error_copy (reason);
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/**
 * cvr_store_set_item:
 *
 * Changes label and split of an item; its picture isn't touched.
 */
gboolean
cvr_store_set_item (CvrStore *self,
                    guint64   id,
                    gint      label,
                    CvrSplit  split,
                    GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "UPDATE items SET label = ?2, split = ?3 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  bind_label (statement, 2, label);
  sqlite3_bind_int (statement, 3, (int) split);

  return finish_one (self, statement, id, error);
}

/**
 * cvr_store_hide_item:
 *
 * A hidden item isn't loaded, but keeps its id, its place and its picture.
 */
gboolean
cvr_store_hide_item (CvrStore *self,
                     guint64   id,
                     gboolean  hidden,
                     GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, "UPDATE items SET hidden = ?2 WHERE id = ?1",
                                               error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_int (statement, 2, hidden ? 1 : 0);

  return finish_one (self, statement, id, error);
}

static gboolean
put_class (CvrStore   *self,
           guint       k,
           const char *name)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "INSERT INTO classes (position, name) VALUES (?1, ?2)", NULL);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) k);
  sqlite3_bind_text (statement, 2, name, -1, SQLITE_STATIC);

  return cvr_store_finish (self, statement, NULL);
}

static gboolean
put_label (CvrStore      *self,
           const CvrItem *item)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "UPDATE items SET label = ?2 WHERE id = ?1 AND label IS NOT ?2", NULL);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) item->id);
  bind_label (statement, 2, item->label);

  return cvr_store_finish (self, statement, NULL);
}

/**
 * cvr_store_set_classes:
 *
 * Takes over the names and order of the classes, and the labels of all items that @dataset has.
 * Hidden items keep theirs: undoing goes back through the same changes.
 */
gboolean
cvr_store_set_classes (CvrStore   *self,
                       CvrDataset *dataset,
                       GError    **error)
{
  gboolean ok;
  guint n_classes = cvr_dataset_n_classes (dataset);

  cvr_store_begin (self);
  ok = cvr_store_run (self, "DELETE FROM classes", NULL);
  for (guint k = 0; ok && k < n_classes; k++)
    ok = put_class (self, k, cvr_dataset_class_name (dataset, k));
  for (guint i = 0; ok && i < cvr_dataset_n_items (dataset); i++)
    ok = put_label (self, cvr_dataset_item (dataset, i));

  return cvr_store_commit (self, error);
}

/**
 * cvr_store_clear_items:
 *
 * Removes every item for good, hidden ones too; the bytes are overwritten.
 */
gboolean
cvr_store_clear_items (CvrStore *self,
                       GError  **error)
{
  cvr_store_begin (self);
  if (cvr_store_run (self, "DELETE FROM pictures", NULL))
    cvr_store_run (self, "DELETE FROM items", NULL);

  return cvr_store_commit (self, error);
}

/* Ids of the hidden items that aren't in @keep. */
static gboolean
list_forgotten (CvrStore   *self,
                GHashTable *keep,
                GArray     *ids,
                GError    **error)
{
  sqlite3_stmt *statement =
    cvr_store_prepare (self, "SELECT id FROM items WHERE hidden = 1", error);
  int code;

  if (statement == NULL)
    return FALSE;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      guint64 id = (guint64) sqlite3_column_int64 (statement, 0);

      if (!g_hash_table_contains (keep, &id))
        g_array_append_val (ids, id);
    }
  if (code != SQLITE_DONE)
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

/**
 * cvr_store_forget_hidden:
 * @keep: a set of pointers to guint64: ids of hidden items that may still come back
 *
 * Removes every other hidden item with its picture for good; the bytes are overwritten.
 */
gboolean
cvr_store_forget_hidden (CvrStore   *self,
                         GHashTable *keep,
                         GError    **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  sqlite3_stmt *statement;

  if (!list_forgotten (self, keep, ids, error))
    return FALSE;
  if (ids->len == 0)
    return TRUE;

  cvr_store_begin (self);
  statement = cvr_store_prepare (self, "DELETE FROM items WHERE id = ?1", NULL);
  for (guint i = 0; statement != NULL && i < ids->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, (gint64) g_array_index (ids, guint64, i));
      cvr_store_finish (self, statement, NULL);
    }

  return cvr_store_commit (self, error);
}

/**
 * cvr_store_get_image:
 *
 * Returns: (transfer full) (nullable): the picture of an item, hidden or not.
 */
CvrImage *
cvr_store_get_image (CvrStore *self,
                     guint64   id,
                     GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT bytes, channels, damaged FROM pictures WHERE item = ?1", error);
  CvrImage *image = NULL;
  int code;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    image = decode (self, statement, 0, error);
  else if (code == SQLITE_DONE)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                 _("“%s” has no picture with the number %u."), self->name, (guint) id);
  else
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return image;
}
