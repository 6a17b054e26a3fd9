/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading classes and items: three walks in the order of ids, side by side. */
#include "cvr-store.h"

#include "cvr-keeper.h"
#include "cvr-store-private.h"

/* One load. @boxes and @tags stand on their next row while @box_code and @tag_code say so. */
typedef struct
{
  CvrStore           *store;
  CvrDataset         *dataset;
  GHashTable         *hidden; /* nullable */
  CvrStoreMakePicture make;
  gpointer            data;
  sqlite3_stmt       *items, *boxes, *tags;
  int                 box_code, tag_code;
  GArray             *some_boxes; /* of the present item */
  GPtrArray          *some_tags;
} Load;

static gboolean
load_classes (CvrStore   *self,
              CvrDataset *dataset,
              GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT name, colour, key, off FROM classes ORDER BY position", error);
  int code;

  if (statement == NULL)
    return FALSE;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      CvrClass klass = { (char *) sqlite3_column_text (statement, 0),
                         sqlite3_column_int (statement, 1),
                         (guint) sqlite3_column_int (statement, 2),
                         sqlite3_column_int (statement, 3) != 0 };

      cvr_dataset_insert_class (dataset, cvr_dataset_n_classes (dataset), &klass);
    }
  if (code != SQLITE_DONE)
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

/* A hidden item speaks of the classes that there were when it left; whoever brings it back has
 * brought these back before. A shown one can't be of a class that there isn't. */
static gint
known_label (Load         *load,
             sqlite3_stmt *statement,
             int           column)
{
  int label = sqlite3_column_type (statement, column) == SQLITE_NULL
                  ? CVR_LABEL_NONE
                  : sqlite3_column_int (statement, column);

  return sqlite3_column_int (load->items, 4) != 0 ||
                 label < (int) cvr_dataset_n_classes (load->dataset)
             ? label
             : CVR_LABEL_NONE;
}

static CvrBox
take_box (Load *load)
{
  return (CvrBox){ known_label (load, load->boxes, 1), sqlite3_column_double (load->boxes, 2),
                   sqlite3_column_double (load->boxes, 3), sqlite3_column_double (load->boxes, 4),
                   sqlite3_column_double (load->boxes, 5) };
}

/* Walks boxes and tags up to item @id and keeps its own. */
static CvrExtras *
take_extras (Load       *load,
             guint64     id,
             const char *note)
{
  g_array_set_size (load->some_boxes, 0);
  g_ptr_array_set_size (load->some_tags, 0);
  while (load->box_code == SQLITE_ROW && (guint64) sqlite3_column_int64 (load->boxes, 0) <= id)
    {
      CvrBox box = take_box (load);

      if ((guint64) sqlite3_column_int64 (load->boxes, 0) == id)
        g_array_append_val (load->some_boxes, box);
      load->box_code = sqlite3_step (load->boxes);
    }
  while (load->tag_code == SQLITE_ROW && (guint64) sqlite3_column_int64 (load->tags, 0) <= id)
    {
      if ((guint64) sqlite3_column_int64 (load->tags, 0) == id)
        g_ptr_array_add (load->some_tags,
                         g_strdup ((const char *) sqlite3_column_text (load->tags, 1)));
      load->tag_code = sqlite3_step (load->tags);
    }
  if (load->some_boxes->len == 0 && load->some_tags->len == 0 && note == NULL)
    return NULL;
  g_ptr_array_add (load->some_tags, NULL);

  return cvr_extras_new ((const CvrBox *) (void *) load->some_boxes->data, load->some_boxes->len,
                         (const char *const *) load->some_tags->pdata, note);
}

static void
add (Load    *load,
     CvrItem *item,
     gboolean hidden)
{
  if (!hidden)
    cvr_dataset_add_item (load->dataset, item);
  else if (load->hidden != NULL)
    g_hash_table_insert (load->hidden, g_memdup2 (&item->id, sizeof item->id),
                         cvr_item_copy (item));
}

static void
take_item (Load *load)
{
  sqlite3_stmt *row = load->items;
  const CvrPictureFacts facts = {
    (guint) sqlite3_column_int (row, 9), (guint) sqlite3_column_int (row, 10),
    (guint) sqlite3_column_int (row, 11), (guint) sqlite3_column_int (row, 12),
    (guint) sqlite3_column_int (row, 13), sqlite3_column_int (row, 14) != 0,
  };
  CvrItem item = {
    .id = (guint64) sqlite3_column_int64 (row, 0),
    .name = (char *) sqlite3_column_text (row, 1),
    .label = known_label (load, row, 2),
    .split = (CvrSplit) sqlite3_column_int (row, 3),
    .look = (guint64) sqlite3_column_int64 (row, 5),
    .digest = (guint64) sqlite3_column_int64 (row, 6),
    .group = (guint64) sqlite3_column_int64 (row, 7),
  };

  item.extras = take_extras (load, item.id, (const char *) sqlite3_column_text (row, 8));
  item.picture = load->make (load->data, item.id, &facts);
  add (load, &item, sqlite3_column_int (row, 4) != 0);
  cvr_picture_unref (item.picture);
  cvr_extras_unref (item.extras);
}

static gboolean
is_well (int code)
{
  return code == SQLITE_ROW || code == SQLITE_DONE;
}

static gboolean
load_items (Load    *load,
            GError **error)
{
  int code;

  load->box_code = sqlite3_step (load->boxes);
  load->tag_code = sqlite3_step (load->tags);
  while ((code = sqlite3_step (load->items)) == SQLITE_ROW)
    take_item (load);

  return (code == SQLITE_DONE && is_well (load->box_code) && is_well (load->tag_code)) ||
         cvr_store_fail (load->store, error);
}

static gboolean
prepare (Load    *load,
         GError **error)
{
  load->items = cvr_store_prepare (
      load->store,
      "SELECT i.id, i.name, i.label, i.split, i.hidden, i.look, i.digest, i.group_id, i.note,"
      " p.width, p.height, p.channels, p.was_width, p.was_height, p.damaged"
      " FROM items AS i JOIN pictures AS p ON p.id = i.id ORDER BY i.id",
      error);
  load->boxes = load->items == NULL ? NULL
                                    : cvr_store_prepare (load->store,
                                                         "SELECT item, label, x, y, width, height"
                                                         " FROM boxes ORDER BY item, position",
                                                         error);
  load->tags = load->boxes == NULL ? NULL
                                   : cvr_store_prepare (load->store,
                                                        "SELECT item, tag FROM tags"
                                                        " ORDER BY item, tag",
                                                        error);

  return load->tags != NULL;
}

/**
 * cvr_store_load:
 * @dataset: an empty one
 * @make: gives the picture of an item; its bytes aren't read
 */
gboolean
cvr_store_load (CvrStore           *self,
                CvrDataset         *dataset,
                GHashTable         *hidden,
                CvrStoreMakePicture make,
                gpointer            data,
                GError            **error)
{
  Load load = { .store = self, .dataset = dataset, .hidden = hidden, .make = make, .data = data };
  guint64 next;
  gboolean ok;

  g_return_val_if_fail (cvr_dataset_n_items (dataset) == 0 && cvr_dataset_n_classes (dataset) == 0,
                        FALSE);

  next = cvr_store_next_id (self, error);
  if (next == 0 || !prepare (&load, error) || !load_classes (self, dataset, error))
    return FALSE;

  load.some_boxes = g_array_new (FALSE, FALSE, sizeof (CvrBox));
  load.some_tags = g_ptr_array_new_with_free_func (g_free);
  ok = load_items (&load, error);
  sqlite3_reset (load.items);
  sqlite3_reset (load.boxes);
  sqlite3_reset (load.tags);
  g_array_unref (load.some_boxes);
  g_ptr_array_unref (load.some_tags);
  cvr_dataset_reserve_ids (dataset, next);

  return ok;
}
