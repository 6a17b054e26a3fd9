/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a data set from wherever it is: finds out what is there, has it read, and puts the pieces
 * together in an order that depends on their names alone. */
#include "cvr-load.h"

#include "cvr-loading.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

enum
{
  DEFAULT_MAX_SIDE = 1024,
  MAX_SKIP_NOTES = 1000,
  PROGRESS_PER_SECOND = 20,
};

static const char builtin_prefix[] = "builtin:";

static void
loaded_clear (gpointer data)
{
  CvrLoaded *loaded = data;

  cvr_image_unref (loaded->image);
  g_free (loaded->name);
}

/* Tells the caller how far it is, unless it was told just now. */
void
cvr_loading_progress (CvrLoading *self,
                      guint64     done,
                      guint64     total,
                      const char *what)
{
  gint64 now = g_get_monotonic_time ();

  if (self->spec->progress == NULL ||
      now - self->last_progress < G_USEC_PER_SEC / PROGRESS_PER_SECOND)
    return;
  self->last_progress = now;
  self->spec->progress (done, total, what, self->spec->progress_data);
}

/* Returns: (transfer none): the one copy of @string that lives as long as the loading. */
const char *
cvr_loading_string (CvrLoading *self,
                    const char *string)
{
  return g_string_chunk_insert_const (self->strings, string);
}

/* Returns: (transfer none): the file's name without folders. */
const char *
cvr_loading_base (CvrLoading *self,
                  guint       file)
{
  const char *path = cvr_tree_file (self->tree, file)->path;
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* Takes a reference of @image and owns @name. Only one thread at a time for one file. */
void
cvr_loading_add (CvrLoading *self,
                 guint       file,
                 CvrImage   *image,
                 char       *name,
                 const char *class_name)
{
  CvrSourceFile *source = &self->files[file];
  CvrLoaded loaded = { cvr_image_ref (image), name, class_name, source->split };

  if (source->items == NULL)
    {
      source->items = g_array_new (FALSE, FALSE, sizeof (CvrLoaded));
      g_array_set_clear_func (source->items, loaded_clear);
    }
  g_array_append_val (source->items, loaded);
}

/* @name: (nullable): %NULL when @reason starts with it. Only one thread at a time for one file. */
void
cvr_loading_skip (CvrLoading *self,
                  guint       file,
                  const char *name,
                  const char *reason)
{
  CvrSourceFile *source = &self->files[file];

  if (source->skips == NULL)
    source->skips = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (source->skips,
                   name != NULL ? g_strdup_printf ("%s: %s", name, reason) : g_strdup (reason));
}

static void
note_skip (CvrLoadReport *report,
           const char    *note)
{
  report->n_skipped++;
  if (report->skipped->len < MAX_SKIP_NOTES)
    g_ptr_array_add (report->skipped, g_strdup (note));
}

static void
look_through_cb (guint    n_files,
                 gpointer data)
{
  cvr_loading_progress (data, n_files, 0, _("Looking through the files"));
}

static void
loading_clear (CvrLoading *self)
{
  for (guint i = 0; self->files != NULL && i < self->tree->files->len; i++)
    {
      g_clear_pointer (&self->files[i].items, g_array_unref);
      g_clear_pointer (&self->files[i].skips, g_ptr_array_unref);
      g_clear_pointer (&self->files[i].bytes, g_bytes_unref);
    }
  g_free (self->files);
  g_clear_pointer (&self->tree, cvr_tree_free);
  g_string_chunk_free (self->strings);
  g_ptr_array_unref (self->classes);
  g_free (self->name);
}

/* A lone IDX file: its partner lies beside it, compressed or not. */
static void
add_partner (CvrLoading *self)
{
  static const char *const endings[] = { "", ".gz", ".xz", ".bz2" };
  g_autofree char *partner = cvr_idx_partner (cvr_tree_file (self->tree, 0)->path);
  g_autofree char *folder = g_path_get_dirname (self->spec->data);

  for (guint i = 0; partner != NULL && i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *name = g_strconcat (partner, endings[i], NULL);
      g_autofree char *disk = g_build_filename (folder, name, NULL);

      if (g_file_test (disk, G_FILE_TEST_IS_REGULAR))
        {
          cvr_tree_add_disk (self->tree, disk, name);
          cvr_tree_sort (self->tree);
          return;
        }
    }
}

/* A table decides alone when it is what was named, or the only table of its source. */
static gboolean
read_tables (CvrLoading *self,
             GError    **error)
{
  gint table = -1;
  guint n_tables = 0;

  for (guint i = 0; i < self->tree->files->len; i++)
    if (cvr_tree_file (self->tree, i)->kind == CVR_FILE_TABLE)
      {
        table = (gint) i;
        n_tables++;
      }
  if (n_tables != 1)
    return TRUE;
  if (self->tree->is_file)
    {
      gboolean on_disk = cvr_tree_file (self->tree, (guint) table)->disk != NULL;
      gboolean ok = cvr_loading_read_table (self, (guint) table, on_disk, error);

      if (!ok)
        g_prefix_error (error, "“%s”: ", self->name);
      return ok;
    }

  cvr_loading_read_table (self, (guint) table, FALSE,
                          NULL); /* any other table is no business of ours */

  return TRUE;
}

static gboolean
set_up (CvrLoading *self,
        GError    **error)
{
  self->tree = cvr_tree_new (self->spec->data, self->cancellable, look_through_cb, self, error);
  if (self->tree == NULL)
    return FALSE;

  if (self->tree->is_file && cvr_tree_file (self->tree, 0)->kind == CVR_FILE_IDX_IMAGES)
    add_partner (self);
  self->files = g_new0 (CvrSourceFile, MAX (1, self->tree->files->len));
  cvr_loading_lay_out (self);

  return read_tables (self, error);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return cvr_natural_compare (*(const char *const *) a, *(const char *const *) b);
}

/* Classes whose order the source gives come first, the others by name. */
static void
add_classes (CvrLoading *self,
             CvrDataset *dataset)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; i < self->tree->files->len; i++)
    for (guint j = 0; self->files[i].items != NULL && j < self->files[i].items->len; j++)
      {
        CvrLoaded *loaded = &g_array_index (self->files[i].items, CvrLoaded, j);

        if (loaded->class_name == NULL)
          loaded->class_name = self->spec->label;
        if (loaded->class_name != NULL && g_hash_table_add (seen, (gpointer) loaded->class_name))
          g_ptr_array_add (others, (gpointer) loaded->class_name);
      }
  g_ptr_array_sort (others, compare_names);

  for (guint k = 0; k < self->classes->len; k++)
    cvr_dataset_add_class (dataset, g_ptr_array_index (self->classes, k));
  for (guint k = 0; k < others->len; k++)
    cvr_dataset_add_class (dataset, g_ptr_array_index (others, k));
}

/* Everything in the tree's order, whichever thread was done first. */
static void
assemble (CvrLoading    *self,
          CvrDataset    *dataset,
          CvrLoadReport *report)
{
  g_autoptr (GHashTable) labels = g_hash_table_new (g_str_hash, g_str_equal);

  add_classes (self, dataset);
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_hash_table_insert (labels, (gpointer) cvr_dataset_class_name (dataset, k),
                         GUINT_TO_POINTER (k));

  for (guint i = 0; i < self->tree->problems->len; i++)
    note_skip (report, g_ptr_array_index (self->tree->problems, i));
  for (guint i = 0; i < self->tree->files->len; i++)
    {
      CvrSourceFile *source = &self->files[i];

      for (guint j = 0; source->items != NULL && j < source->items->len; j++)
        {
          const CvrLoaded *loaded = &g_array_index (source->items, CvrLoaded, j);
          gint label = CVR_LABEL_NONE;

          if (loaded->class_name != NULL)
            label = (gint) GPOINTER_TO_UINT (g_hash_table_lookup (labels, loaded->class_name));
          cvr_dataset_add_item (dataset, 0, loaded->image, loaded->name, label, loaded->split);
          report->n_loaded++;
          report->n_damaged += loaded->image->damaged;
        }
      for (guint j = 0; source->skips != NULL && j < source->skips->len; j++)
        note_skip (report, g_ptr_array_index (source->skips, j));
    }
}

static gboolean
has_kind (const CvrLoading *self,
          CvrFileKind       kind)
{
  for (guint i = 0; i < self->tree->files->len; i++)
    if (cvr_tree_file (self->tree, i)->kind == kind)
      return TRUE;

  return FALSE;
}

/* Nothing usable: says what was there and what would have been welcome. */
static void
explain_empty (const CvrLoading    *self,
               const CvrLoadReport *report,
               GError             **error)
{
  const char *expected = _ (
      "Expected: pictures in one folder or archive per class, IDX files, CIFAR-10 binary files, "
      "Quick, Draw! .npy or .ndjson files, or a CSV table of path and label.");

  if (report->n_skipped > 0)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 ngettext ("“%s” has no usable picture: %u file was skipped (%s).",
                           "“%s” has no usable picture: %u files were skipped, the first one: %s.",
                           report->n_skipped),
                 self->name, report->n_skipped,
                 (const char *) g_ptr_array_index (report->skipped, 0));
  else if (has_kind (self, CVR_FILE_PROJECT))
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 _("“%s” is a Convisor project, which this version can't read as a data set. %s"),
                 self->name, expected);
  else if (has_kind (self, CVR_FILE_MODEL))
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 _("“%s” is a model (ONNX), not a data set. %s"), self->name, expected);
  else if (has_kind (self, CVR_FILE_IDX_LABELS))
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 _("“%s” has labels but no pictures; name the file of images, and the labels "
                   "beside it are found."),
                 self->name);
  else if (self->tree->files->len == 0)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY, _("“%s” is empty. %s"),
                 self->name, expected);
  else
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 ngettext ("“%s” has no pictures: %u file of another kind was found. %s",
                           "“%s” has no pictures: %u files of other kinds were found. %s",
                           self->tree->files->len),
                 self->name, self->tree->files->len, expected);
}

static gboolean
load_source (CvrDataset        *dataset,
             const CvrLoadSpec *spec,
             CvrLoadReport     *report,
             GCancellable      *cancellable,
             GError           **error)
{
  g_autofree char *base = g_path_get_basename (spec->data);
  CvrLoading self = { .spec = spec, .cancellable = cancellable };
  gboolean ok;

  self.max_side = spec->max_side > 0 ? spec->max_side : DEFAULT_MAX_SIDE;
  self.name = g_filename_display_name (base);
  self.strings = g_string_chunk_new (1 << 12);
  self.classes = g_ptr_array_new ();

  ok = set_up (&self, error) && cvr_loading_read_files (&self, error);
  if (ok)
    {
      cvr_loading_pair_idx (&self);
      assemble (&self, dataset, report);
      if (report->n_loaded == 0)
        {
          explain_empty (&self, report, error);
          ok = FALSE;
        }
    }
  loading_clear (&self);

  return ok;
}

/* Cancelling has its code in this layer's domain, wherever it was noticed. */
static void
translate_cancelled (GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (*error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_STOPPED))
    return;

  g_clear_error (error);
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED,
                       _("The loading was cancelled."));
}

/**
 * cvr_load:
 * @report: (out) (nullable): free with cvr_load_report_clear(), also after an error
 * @cancellable: (nullable)
 *
 * Reads one source whole. After an error @dataset is as it was.
 */
gboolean
cvr_load (CvrDataset        *dataset,
          const CvrLoadSpec *spec,
          CvrLoadReport     *report,
          GCancellable      *cancellable,
          GError           **error)
{
  g_autoptr (CvrDataset) found = cvr_dataset_new ();
  g_autoptr (GError) reason = NULL;
  CvrLoadReport own = { 0 };
  gboolean ok;

  g_return_val_if_fail (dataset != NULL && spec != NULL && spec->data != NULL, FALSE);

  own.skipped = g_ptr_array_new_with_free_func (g_free);
  if (g_str_has_prefix (spec->data, builtin_prefix))
    ok = cvr_load_builtin (found, spec, &own, cancellable, &reason);
  else
    ok = load_source (found, spec, &own, cancellable, &reason);

  if (ok)
    cvr_dataset_unite (dataset, found);
  else
    {
      translate_cancelled (&reason);
      g_propagate_error (error, g_steal_pointer (&reason));
    }
  if (report != NULL)
    *report = own;
  else
    cvr_load_report_clear (&own);

  return ok;
}

void
cvr_load_report_clear (CvrLoadReport *report)
{
  g_clear_pointer (&report->skipped, g_ptr_array_unref);
  report->n_loaded = report->n_damaged = report->n_skipped = 0;
}
