/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of pictures and their classes: CSV with path, label and perhaps the part. */
#include "cvr-loading.h"

#include "cvr-csv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_TABLE = 64 << 20,
  PIXEL_COLUMNS = 32, /* so many columns are a picture written out, not a path and a label */
};

/* Which column says what; −1: none. */
typedef struct
{
  gint path, label, split;
} Columns;

static gint
find_column (char             **row,
             const char *const *names)
{
  for (gint c = 0; row[c] != NULL; c++)
    for (guint i = 0; names[i] != NULL; i++)
      if (g_ascii_strcasecmp (row[c], names[i]) == 0)
        return c;

  return -1;
}

/* The first row is a header when it names one of the columns. */
static gboolean
read_header (char   **row,
             Columns *columns)
{
  static const char *const paths[] = { "path",     "file", "filename", "file_name",  "filepath",
                                       "image",    "img",  "picture",  "image_path", "image_name",
                                       "image_id", "id",   "name",     NULL };
  static const char *const labels[] = { "label",      "class",   "category", "target", "labels",
                                        "class_name", "species", "breed",    NULL };
  static const char *const splits[] = { "split", "set", "subset", "part", NULL };
  gint path = find_column (row, paths), label = find_column (row, labels);

  if (path < 0 && label < 0)
    return FALSE;

  columns->split = find_column (row, splits);
  columns->label = label >= 0 ? label : path == 0 ? 1 : 0;
  columns->path = path >= 0 && path != columns->label ? path : columns->label == 0 ? 1 : 0;

  return TRUE;
}

static CvrSplit
parse_split (const char *word)
{
  if (g_ascii_strncasecmp (word, "train", 5) == 0)
    return CVR_SPLIT_TRAIN;
  if (g_ascii_strncasecmp (word, "val", 3) == 0)
    return CVR_SPLIT_VALID;

  return g_ascii_strncasecmp (word, "test", 4) == 0 ? CVR_SPLIT_TEST : CVR_SPLIT_AUTO;
}

/* The table being read and the files it may name. */
typedef struct
{
  CvrLoading *loading;
  guint       file;
  CvrCsv     *csv;
  Columns     columns;
  guint       first;   /* row behind the header */
  char       *folder;  /* of the table in the tree, with its slash; on disk when files are added */
  GHashTable *places;  /* path in the tree to number + 1 */
} Table;

/* "./a//b.png" and "a\b.png" as "a/b.png". */
static char *
clean (const char *path)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  g_autofree char *canonical = g_canonicalize_filename (slashes, "/");

  return g_strdup (canonical + 1);
}

static const char *
field (char **row,
       gint   column)
{
  if (column < 0)
    return NULL;
  for (gint c = 0; c < column; c++)
    if (row[c] == NULL)
      return NULL;

  return row[column] != NULL && row[column][0] != '\0' ? row[column] : NULL;
}

static guint
find_place (const Table *table,
            const char  *path)
{
  g_autofree char *beside = g_strconcat (table->folder, path, NULL);
  g_autofree char *cleaned = clean (beside);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (table->places, cleaned));

  return place;
}

/* Where a row's file lies; %NULL where there is none. Paths written on another system have
 * backslashes. */
static char *
find_on_disk (const char *folder,
              const char *path)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  const char *const spellings[] = { path, slashes };

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autofree char *disk = g_path_is_absolute (spellings[i])
                                  ? g_strdup (spellings[i])
                                  : g_build_filename (folder, spellings[i], NULL);

      if (g_file_test (disk, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&disk);
    }

  return NULL;
}

/* Adds the files that the table names to a tree that holds only the table. */
static void
add_named_files (Table      *table,
                 const char *folder)
{
  CvrTree *tree = table->loading->tree;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint r = table->first; r < table->csv->rows->len; r++)
    {
      const char *path = field (g_ptr_array_index (table->csv->rows, r), table->columns.path);
      g_autofree char *disk = NULL;

      if (path == NULL || g_cancellable_is_cancelled (table->loading->cancellable))
        continue;
      disk = find_on_disk (folder, path);
      if (disk != NULL)
        {
          char *name = clean (path);

          if (g_hash_table_add (seen, name))
            cvr_tree_add_disk (tree, disk, name);
        }
    }
}

static void
index_tree (Table *table)
{
  const CvrTree *tree = table->loading->tree;

  table->places = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < tree->files->len; i++)
    if (i != table->file)
      g_hash_table_insert (table->places, cvr_tree_file (tree, i)->path, GUINT_TO_POINTER (i + 1));
}

/* How many rows name a file of the tree. */
static guint
count_found (const Table *table)
{
  guint n = 0;

  for (guint r = table->first; r < table->csv->rows->len; r++)
    {
      const char *path = field (g_ptr_array_index (table->csv->rows, r), table->columns.path);

      n += path != NULL && find_place (table, path) > 0;
    }

  return n;
}

static void
apply_rows (Table *table)
{
  CvrLoading *loading = table->loading;

  for (guint i = 0; i < loading->tree->files->len; i++)
    loading->files[i].left_out = TRUE;

  for (guint r = table->first; r < table->csv->rows->len; r++)
    {
      char **row = g_ptr_array_index (table->csv->rows, r);
      const char *path = field (row, table->columns.path),
                 *label = field (row, table->columns.label);
      const char *split = field (row, table->columns.split);
      guint place = path != NULL ? find_place (table, path) : 0;
      CvrSourceFile *source;

      if (place == 0)
        {
          if (path != NULL)
            cvr_loading_skip (loading, table->file, path,
                              _("the table names it, but there is no such file"));
          continue;
        }
      source = &loading->files[place - 1];
      source->left_out = FALSE;
      source->class_name = label != NULL ? cvr_loading_string (loading, label) : NULL;
      if (split != NULL)
        source->split = parse_split (split);
    }
}

/* Without a header, the path comes first and the class second. */
static gboolean
open_table (Table   *table,
            GBytes  *bytes,
            GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  char **first;

  if (length > MAX_TABLE)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("the table is larger than %d MB, the most that is read"), MAX_TABLE >> 20);
      return FALSE;
    }
  table->csv = cvr_csv_read (data, length, error);
  if (table->csv == NULL)
    return FALSE;
  if (table->csv->rows->len == 0)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                           _("the table is empty"));
      return FALSE;
    }

  first = g_ptr_array_index (table->csv->rows, 0);
  if (g_strv_length (first) >= PIXEL_COLUMNS)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                           _("the table seems to hold pixel values; expected rows of a picture's "
                             "path and its class"));
      return FALSE;
    }
  table->columns = (Columns) { 0, 1, -1 };
  table->first = read_header (first, &table->columns) ? 1 : 0;

  return TRUE;
}

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->csv, cvr_csv_free);
  g_clear_pointer (&table->places, g_hash_table_unref);
  g_free (table->folder);
}

static gboolean
extend_tree (Table *table)
{
  CvrLoading *loading = table->loading;
  CvrTreeFile *self = cvr_tree_file (loading->tree, table->file);
  g_autofree char *folder = g_path_get_dirname (loading->spec->data);

  add_named_files (table, folder);
  cvr_tree_sort (loading->tree);
  g_ptr_array_find (loading->tree->files, self, &table->file);
  g_free (loading->files);
  loading->files = g_new0 (CvrSourceFile, loading->tree->files->len);

  return TRUE;
}

/**
 * cvr_loading_read_table:
 * @file: a table of the tree
 * @add_files: the tree holds the table alone: the files that it names, relative to itself, are
 * added
 *
 * Gives files the classes of the table and leaves out those that it does not name. A header is
 * optional; a column "split" with train, valid and test is honoured.
 *
 * Returns: %FALSE with @error set when it is no such table; %TRUE, changing nothing, when it names
 * no file of the tree.
 */
gboolean
cvr_loading_read_table (CvrLoading *self,
                        guint       file,
                        gboolean    add_files,
                        GError    **error)
{
  g_autoptr (GBytes) bytes = cvr_tree_read (self->tree, file, error);
  Table table = { self, file };
  const char *path = cvr_tree_file (self->tree, file)->path;
  gboolean ok;

  if (bytes == NULL)
    return FALSE;

  ok = open_table (&table, bytes, error);
  if (ok)
    {
      table.folder = g_strndup (path, (gsize) (cvr_loading_base (self, file) - path));
      if (add_files)
        extend_tree (&table);
      index_tree (&table);
      if (add_files || count_found (&table) > 0)
        apply_rows (&table);
    }
  table_clear (&table);

  return ok;
}
