/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of items and classes: writing. */
#include "cvr-store.h"

#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>

static gboolean
no_such_item (CvrStore *self,
              guint64   id,
              GError  **error)
{
  return cvr_store_refuse (self,
                           g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                                        _("“%s” has no picture with the number %u."), self->name,
                                        (guint) id),
                           error);
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

/* A statement that must meet exactly one item. */
static gboolean
finish_one (CvrStore     *self,
            sqlite3_stmt *statement,
            guint64       id,
            GError      **error)
{
  if (!cvr_store_finish (self, statement, error))
    return FALSE;

  return sqlite3_changes (self->db) == 1 || no_such_item (self, id, error);
}

static gboolean
put_row (CvrStore      *self,
         const CvrItem *item,
         gboolean       hidden,
         GError       **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO items (id, name, label, split, hidden, look, digest, group_id)"
      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE EXISTS (SELECT 1 FROM pictures WHERE id = ?1)"
      " ON CONFLICT (id) DO UPDATE SET name = ?2, label = ?3, split = ?4, hidden = ?5, look = ?6,"
      " digest = ?7, group_id = ?8",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) item->id);
  sqlite3_bind_text (statement, 2, item->name, -1, SQLITE_STATIC);
  bind_label (statement, 3, item->label);
  sqlite3_bind_int (statement, 4, (int) item->split);
  sqlite3_bind_int (statement, 5, hidden ? 1 : 0);
  sqlite3_bind_int64 (statement, 6, (gint64) item->look);
  sqlite3_bind_int64 (statement, 7, (gint64) item->digest);
  sqlite3_bind_int64 (statement, 8, (gint64) item->group);

  return finish_one (self, statement, item->id, error);
}

/**
 * cvr_store_put_item:
 *
 * Adds the row, or replaces the one of the same id.
 */
gboolean
cvr_store_put_item (CvrStore      *self,
                    const CvrItem *item,
                    gboolean       hidden,
                    GError       **error)
{
  return put_row (self, item, hidden, error) &&
         cvr_store_set_extras (self, item->id, item->extras, error);
}

/* @sql: sets ?2 of item ?1. */
static gboolean
set_number (CvrStore   *self,
            const char *sql,
            guint64     id,
            gint64      value,
            GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_int64 (statement, 2, value);

  return finish_one (self, statement, id, error);
}

gboolean
cvr_store_set_label (CvrStore *self,
                     guint64   id,
                     gint      label,
                     GError  **error)
{
  static const char sql[] = "UPDATE items SET label = nullif(?2, -1) WHERE id = ?1";

  return set_number (self, sql, id, label, error);
}

gboolean
cvr_store_set_split (CvrStore *self,
                     guint64   id,
                     CvrSplit  split,
                     GError  **error)
{
  static const char sql[] = "UPDATE items SET split = ?2 WHERE id = ?1";

  return set_number (self, sql, id, (gint64) split, error);
}

gboolean
cvr_store_set_group (CvrStore *self,
                     guint64   id,
                     guint64   group,
                     GError  **error)
{
  static const char sql[] = "UPDATE items SET group_id = ?2 WHERE id = ?1";

  return set_number (self, sql, id, (gint64) group, error);
}

gboolean
cvr_store_set_look (CvrStore *self,
                    guint64   id,
                    guint64   look,
                    guint64   digest,
                    GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "UPDATE items SET look = ?2, digest = ?3 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_int64 (statement, 2, (gint64) look);
  sqlite3_bind_int64 (statement, 3, (gint64) digest);

  return finish_one (self, statement, id, error);
}

/**
 * cvr_store_hide_item:
 *
 * A hidden item isn't shown, but keeps its id, its place and its picture.
 */
gboolean
cvr_store_hide_item (CvrStore *self,
                     guint64   id,
                     gboolean  hidden,
                     GError  **error)
{
  static const char sql[] = "UPDATE items SET hidden = ?2 WHERE id = ?1";

  return set_number (self, sql, id, hidden ? 1 : 0, error);
}

/* @sql: with ?1 alone; any number of rows. */
static gboolean
run_for (CvrStore   *self,
         const char *sql,
         guint64     id,
         GError    **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);

  return cvr_store_finish (self, statement, error);
}

gboolean
cvr_store_forget_item (CvrStore *self,
                       guint64   id,
                       GError  **error)
{
  static const char item[] = "DELETE FROM items WHERE id = ?1"; /* boxes and tags go along */
  static const char picture[] = "DELETE FROM pictures WHERE id = ?1";

  return run_for (self, item, id, error) && run_for (self, picture, id, error);
}

static gboolean
put_box (CvrStore     *self,
         guint64       id,
         guint         position,
         const CvrBox *box,
         GError      **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self,
                         "INSERT INTO boxes (item, position, label, x, y, width, height)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                         error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_int (statement, 2, (int) position);
  bind_label (statement, 3, box->label);
  sqlite3_bind_double (statement, 4, box->x);
  sqlite3_bind_double (statement, 5, box->y);
  sqlite3_bind_double (statement, 6, box->width);
  sqlite3_bind_double (statement, 7, box->height);

  return cvr_store_finish (self, statement, error);
}

static gboolean
put_tag (CvrStore   *self,
         guint64     id,
         const char *tag,
         GError    **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self, "INSERT INTO tags (item, tag) VALUES (?1, ?2)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_text (statement, 2, tag, -1, SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

static gboolean
put_note (CvrStore   *self,
          guint64     id,
          const char *note,
          GError    **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self, "UPDATE items SET note = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  if (note != NULL)
    sqlite3_bind_text (statement, 2, note, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, 2);

  return finish_one (self, statement, id, error);
}

/**
 * cvr_store_set_extras:
 * @extras: (nullable): boxes, tags and note from now on
 */
gboolean
cvr_store_set_extras (CvrStore        *self,
                      guint64          id,
                      const CvrExtras *extras,
                      GError         **error)
{
  static const char no_boxes[] = "DELETE FROM boxes WHERE item = ?1";
  static const char no_tags[] = "DELETE FROM tags WHERE item = ?1";
  gboolean ok = put_note (self, id, extras != NULL ? extras->note : NULL, error) &&
                run_for (self, no_boxes, id, error) && run_for (self, no_tags, id, error);

  for (guint i = 0; ok && extras != NULL && i < extras->n_boxes; i++)
    ok = put_box (self, id, i, &extras->boxes[i], error);
  for (guint i = 0; ok && extras != NULL && extras->tags[i] != NULL; i++)
    ok = put_tag (self, id, extras->tags[i], error);

  return ok;
}

static gboolean
put_class (CvrStore       *self,
           guint           k,
           const CvrClass *klass,
           GError        **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "INSERT INTO classes (position, name, colour, key, off) VALUES (?1, ?2, ?3, ?4, ?5)",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) k);
  sqlite3_bind_text (statement, 2, klass->name, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 3, klass->colour);
  sqlite3_bind_int (statement, 4, (int) klass->key);
  sqlite3_bind_int (statement, 5, klass->off ? 1 : 0);

  return cvr_store_finish (self, statement, error);
}

gboolean
cvr_store_set_classes (CvrStore       *self,
                       const CvrClass *classes,
                       guint           n_classes,
                       GError        **error)
{
  gboolean ok = cvr_store_run (self, "DELETE FROM classes", error);

  for (guint k = 0; ok && k < n_classes; k++)
    ok = put_class (self, k, &classes[k], error);

  return ok;
}

/* Ids whose stored label is another: compared in one walk, since a class that goes shifts those of
 * all behind it, and one that is renamed none. @at: id → place + 1. */
static gboolean
list_changed (CvrStore   *self,
              GHashTable *at,
              const gint *labels,
              GArray     *changed,
              GError    **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self, "SELECT id, ifnull(label, -1) FROM items", error);
  int code;

  if (statement == NULL)
    return FALSE;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      guint64 id = (guint64) sqlite3_column_int64 (statement, 0);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (at, &id));

      if (place > 0 && labels[place - 1] != sqlite3_column_int (statement, 1))
        {
          place--;
          g_array_append_val (changed, place);
        }
    }
  if (code != SQLITE_DONE)
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

static gboolean
set_box_label (CvrStore *self,
               guint64   id,
               guint     position,
               gint      label,
               GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "UPDATE boxes SET label = ?3 WHERE item = ?1 AND position = ?2 AND label IS NOT ?3",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  sqlite3_bind_int (statement, 2, (int) position);
  bind_label (statement, 3, label);

  return cvr_store_finish (self, statement, error);
}

/**
 * cvr_store_set_labels:
 *
 * Labels of many items, and of their boxes, after the classes changed.
 */
gboolean
cvr_store_set_labels (CvrStore         *self,
                      const guint64    *ids,
                      const gint       *labels,
                      CvrExtras *const *extras,
                      guint             n_ids,
                      GError          **error)
{
  g_autoptr (GHashTable) at = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean ok;

  for (guint i = 0; i < n_ids; i++)
    g_hash_table_insert (at, (gpointer) &ids[i], GUINT_TO_POINTER (i + 1));
  ok = n_ids == 0 || list_changed (self, at, labels, changed, error);
  for (guint i = 0; ok && i < changed->len; i++)
    {
      guint place = g_array_index (changed, guint, i);

      ok = cvr_store_set_label (self, ids[place], labels[place], error);
    }
  for (guint i = 0; ok && i < n_ids; i++)
    for (guint b = 0; ok && extras[i] != NULL && b < extras[i]->n_boxes; b++)
      ok = set_box_label (self, ids[i], b, extras[i]->boxes[b].label, error);

  return ok;
}
