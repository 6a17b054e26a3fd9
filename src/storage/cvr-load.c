/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a data set from wherever it is: finds out what is there, has it read, and puts the pieces
 * together in an order that depends on their names alone. */
#include "cvr-load.h"

#include "cvr-look.h"
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

void
cvr_loading_clear_item (CvrItem *item)
{
  cvr_picture_unref (item->picture);
  cvr_extras_unref (item->extras);
  g_free (item->name);
}

static void
loaded_clear (gpointer data)
{
  cvr_loading_clear_item (&((CvrLoaded *) data)->item);
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

/* Cancelled, failed, or enough has come. Any thread. */
gboolean
cvr_loading_is_over (CvrLoading *self)
{
  gboolean failed;

  g_mutex_lock (&self->lock);
  failed = self->failure != NULL;
  g_mutex_unlock (&self->lock);

  return failed || g_cancellable_is_cancelled (self->cancellable) ||
         (self->spec->enough != NULL && self->spec->enough (self->spec->enough_data));
}

/* The number of the picture that comes next; the loading thread's own. */
guint64
cvr_loading_number (CvrLoading *self)
{
  return self->spec->number != NULL ? self->spec->number (self->spec->keep_data) : 0;
}

static gboolean
is_known (CvrLoading *self,
          guint64     digest)
{
  return self->spec->known != NULL && g_hash_table_contains (self->spec->known, &digest);
}

/**
 * cvr_loading_keep:
 * @was_width: pixels, before it was scaled down
 * @was_height: pixels
 * @number: cvr_loading_number()
 * @item: (out): its picture, number, digest and look; no picture where it is not wanted because the
 *   same is there
 *
 * Any thread. Hands a decoded picture to whoever keeps it; a failure ends the loading.
 *
 * Returns: %FALSE when it could not be kept.
 */
gboolean
cvr_loading_keep (CvrLoading *self,
                  CvrImage   *image,
                  guint       was_width,
                  guint       was_height,
                  guint64     number,
                  CvrItem    *item)
{
  const CvrLoadSpec *spec = self->spec;
  g_autoptr (GError) error = NULL;

  item->id = number;
  item->digest = cvr_look_digest (image);
  if (spec->skip_same && is_known (self, item->digest))
    return TRUE;

  item->look = cvr_look_of (image);
  item->picture = spec->keep == NULL
                    ? cvr_picture_new_scaled (image, was_width, was_height)
                    : spec->keep (image, was_width, was_height, number, spec->keep_data, &error);
  if (item->picture != NULL)
    return TRUE;

  g_mutex_lock (&self->lock);
  if (self->failure == NULL)
    self->failure = g_steal_pointer (&error);
  g_mutex_unlock (&self->lock);

  return FALSE;
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

/* Owns @name. Only one thread at a time for one file. Returns: (nullable): the entry, until the
 * next one; %NULL when the picture could not be kept. */
CvrLoaded *
cvr_loading_add (CvrLoading *self,
                 guint       file,
                 CvrImage   *image,
                 guint       was_width,
                 guint       was_height,
                 guint64     number,
                 char       *name,
                 const char *class_name)
{
  CvrSourceFile *source = &self->files[file];
  CvrLoaded loaded = { .item.name = name, .class_name = class_name };

  if (!cvr_loading_keep (self, image, was_width, was_height, number, &loaded.item))
    {
      g_free (name);
      return NULL;
    }

  if (source->items == NULL)
    {
      source->items = g_array_new (FALSE, FALSE, sizeof (CvrLoaded));
      g_array_set_clear_func (source->items, loaded_clear);
    }
  g_array_append_val (source->items, loaded);

  return &g_array_index (source->items, CvrLoaded, source->items->len - 1);
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
put_note (GPtrArray **list,
          guint      *count,
          const char *note)
{
  if (*list == NULL)
    *list = g_ptr_array_new_with_free_func (g_free);
  ++*count;
  if ((*list)->len < MAX_SKIP_NOTES)
    g_ptr_array_add (*list, g_strdup (note));
}

void
cvr_load_report_skip (CvrLoadReport *report,
                      const char    *reason)
{
  put_note (&report->skipped, &report->n_skipped, reason);
}

void
cvr_load_report_note (CvrLoadReport *report,
                      const char    *note)
{
  put_note (&report->notes, &report->n_notes, note);
}

void
cvr_load_report_add (CvrLoadReport       *report,
                     const CvrLoadReport *more)
{
  guint n_skipped = report->n_skipped + more->n_skipped;
  guint n_notes = report->n_notes + more->n_notes;

  report->n_loaded += more->n_loaded;
  report->n_damaged += more->n_damaged;
  report->n_scaled += more->n_scaled;
  report->n_with_boxes += more->n_with_boxes;
  report->n_same += more->n_same;
  report->n_same_out += more->n_same_out;
  report->n_given += more->n_given;
  report->n_lost += more->n_lost;
  for (guint i = 0; more->skipped != NULL && i < more->skipped->len; i++)
    cvr_load_report_skip (report, g_ptr_array_index (more->skipped, i));
  for (guint i = 0; more->notes != NULL && i < more->notes->len; i++)
    cvr_load_report_note (report, g_ptr_array_index (more->notes, i));
  report->n_skipped = n_skipped;
  report->n_notes = n_notes;
}

static void
look_through_cb (guint    n_files,
                 gpointer data)
{
  cvr_loading_progress (data, n_files, 0, _("Looking through the files"));
}

/* Only one thread at a time for one file. */
void
cvr_loading_note (CvrLoading *self,
                  guint       file,
                  char       *note)
{
  CvrSourceFile *source = &self->files[file];

  if (source->notes == NULL)
    source->notes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (source->notes, note);
}

static void
loading_clear (CvrLoading *self)
{
  for (guint i = 0; self->files != NULL && i < self->tree->files->len; i++)
    {
      g_clear_pointer (&self->files[i].items, g_array_unref);
      g_clear_pointer (&self->files[i].skips, g_ptr_array_unref);
      g_clear_pointer (&self->files[i].notes, g_ptr_array_unref);
      g_clear_pointer (&self->files[i].bytes, g_bytes_unref);
      g_clear_pointer (&self->files[i].said, cvr_said_free);
    }
  g_free (self->files);
  g_clear_pointer (&self->tree, cvr_tree_free);
  g_string_chunk_free (self->strings);
  g_ptr_array_unref (self->classes);
  g_clear_pointer (&self->looks, g_hash_table_unref);
  cvr_there_free (self->there);
  g_clear_pointer (&self->given, g_array_unref);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_error (&self->failure);
  g_mutex_clear (&self->lock);
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

/**
 * cvr_load_is_single:
 * @path: in the system's encoding
 *
 * Returns: whether it is one picture or one label file, which is to be read together with others
 * that lie beside it or were chosen with it. Waits for the disk.
 */
gboolean
cvr_load_is_single (const char *path)
{
  CvrFileKind kind = cvr_tree_kind_of (path);

  return cvr_loading_is_picture (kind) || kind == CVR_FILE_LABELS || kind == CVR_FILE_TABLE;
}

/* One plain file for each path, as if they lay in one folder. */
static CvrTree *
gather_files (CvrLoading *self)
{
  CvrTree *tree = cvr_tree_new_empty (self->cancellable, look_through_cb, self);

  for (guint i = 0; self->spec->files[i] != NULL; i++)
    {
      g_autofree char *base = g_path_get_basename (self->spec->files[i]);
      g_autofree char *name = g_filename_display_name (base);

      cvr_tree_add_disk (tree, self->spec->files[i], name);
    }
  cvr_tree_sort (tree);

  return tree;
}

static gboolean
set_up (CvrLoading *self,
        GError    **error)
{
  self->tree = self->spec->files != NULL
                 ? gather_files (self)
                 : cvr_tree_new (self->spec->data, self->cancellable, look_through_cb, self, error);
  if (self->tree == NULL)
    return FALSE;

  if (self->tree->is_file && cvr_tree_file (self->tree, 0)->kind == CVR_FILE_IDX_IMAGES)
    add_partner (self);
  if ((self->tree->is_file || self->spec->files != NULL) && !self->spec->labels_only)
    cvr_loading_add_named (self);
  self->files = g_new0 (CvrSourceFile, MAX (1, self->tree->files->len));
  cvr_loading_lay_out (self);

  return cvr_loading_read_labels (self, error);
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
      "Quick, Draw! .npy or .ndjson files, a CSV table of path and label, or a Convisor project.");

  if (self->n_lost > 0 && self->there != NULL)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 ngettext ("“%1$s” names %2$u picture, which is neither with it nor in the "
                           "project (%3$s). Import the picture first.",
                           "“%1$s” names %2$u pictures, but none of them is with it or in the "
                           "project (the first one: %3$s). Import the pictures first.",
                           self->n_lost),
                 self->name, self->n_lost, self->first_lost);
  else if (self->spec->labels_only && report->n_skipped == 0)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 _("“%s” has no labels. Expected: CSV, JSON (Convisor, COCO, LabelMe), YOLO or "
                   "Pascal VOC."), self->name);
  else if (report->n_skipped > 0)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                 ngettext ("“%s” has no usable picture: %u file was skipped (%s).",
                           "“%s” has no usable picture: %u files were skipped, the first one: %s.",
                           report->n_skipped),
                 self->name, report->n_skipped,
                 (const char *) g_ptr_array_index (report->skipped, 0));
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

/* What was read, put together. */
static gboolean
finish_source (CvrLoading    *self,
               CvrDataset    *dataset,
               CvrLoadReport *report,
               GError       **error)
{
  cvr_loading_pair_idx (self);
  if (self->failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->failure));
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;

  cvr_loading_assemble (self, dataset, report);
  if (report->n_loaded > 0 || report->n_same > 0 || report->n_given > 0)
    return TRUE;
  if (cvr_loading_is_over (self))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The loading was cancelled."));
  else
    explain_empty (self, report, error);

  return FALSE;
}

static gboolean
load_source (CvrLoading    *self,
             CvrDataset    *dataset,
             CvrLoadReport *report,
             GError       **error)
{
  if (g_str_has_prefix (self->spec->data, builtin_prefix) && self->spec->files == NULL)
    return cvr_load_builtin (self, dataset, report, error);
  if (!set_up (self, error))
    return FALSE;
  if (cvr_loading_is_project (self) && !self->spec->labels_only)
    return cvr_loading_read_project (self, dataset, report, error);

  return (self->spec->labels_only || cvr_loading_read_files (self, error)) &&
         finish_source (self, dataset, report, error);
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

/* What pictures get that are there already. @labels: where each class of what was found is. */
static void
hand_labels_over (CvrLoading *self,
                  const gint *labels)
{
  for (guint i = 0; self->given != NULL && i < self->given->len; i++)
    {
      const CvrGiven *found = &g_array_index (self->given, CvrGiven, i);
      CvrGiven given = { .id = found->id, .split = found->split,
                         .label = found->label >= 0 ? labels[found->label] : CVR_LABEL_NONE,
                         .extras = cvr_load_relabel (found->extras, labels) };

      g_array_append_val (self->spec->given, given);
    }
}

/* Everything that was found goes into @dataset, under the numbers that it was given if it was. A
 * group is called by its first picture. */
static void
hand_over (CvrLoading *self,
           CvrDataset *dataset,
           CvrDataset *found)
{
  gboolean numbered = self->spec->number != NULL;
  g_autofree gint *labels = g_new (gint, MAX (1, cvr_dataset_n_classes (found)));
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                         g_free);

  for (guint k = 0; k < cvr_dataset_n_classes (found); k++)
    {
      const CvrClass *klass = cvr_dataset_class (found, k);

      labels[k] = cvr_dataset_find_class (dataset, klass->name);
      if (labels[k] >= 0)
        continue;
      labels[k] = (gint) cvr_dataset_n_classes (dataset);
      cvr_dataset_insert_class (dataset, (guint) labels[k], klass);
    }
  hand_labels_over (self, labels);

  for (guint i = 0; i < cvr_dataset_n_items (found); i++)
    {
      CvrItem item = *cvr_dataset_item (found, i);
      g_autoptr (CvrExtras) extras = cvr_load_relabel (item.extras, labels);

      guint64 group = item.group;
      const guint64 *known = g_hash_table_lookup (groups, &group);
      guint64 id;

      item.id = numbered ? item.id : 0;
      item.label = item.label >= 0 ? labels[item.label] : CVR_LABEL_NONE;
      item.extras = extras;
      item.group = known != NULL ? *known : 0;
      id = cvr_dataset_add_item (dataset, &item);
      if (group == 0 || known != NULL)
        continue;
      cvr_dataset_set_group (dataset, cvr_dataset_n_items (dataset) - 1, id);
      g_hash_table_insert (groups, g_memdup2 (&group, sizeof group), g_memdup2 (&id, sizeof id));
    }
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
  CvrLoadReport own = { .skipped = g_ptr_array_new_with_free_func (g_free) };
  CvrLoading self = { .spec = spec, .cancellable = cancellable };
  g_autofree char *base = NULL;
  gboolean ok;

  g_return_val_if_fail (dataset != NULL && spec != NULL && spec->data != NULL, FALSE);

  base = g_path_get_basename (spec->data);
  self.max_side = spec->max_side > 0 ? spec->max_side : DEFAULT_MAX_SIDE;
  self.name = g_filename_display_name (base);
  self.strings = g_string_chunk_new (1 << 12);
  self.classes = g_ptr_array_new ();
  g_mutex_init (&self.lock);

  if (spec->there != NULL && spec->given != NULL)
    {
      self.there = cvr_there_new (spec->there);
      self.given = g_array_new (FALSE, FALSE, sizeof (CvrGiven));
      g_array_set_clear_func (self.given, cvr_given_clear);
    }

  ok = load_source (&self, found, &own, &reason);
  if (ok)
    hand_over (&self, dataset, found);
  loading_clear (&self);
  if (!ok)
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
  g_clear_pointer (&report->notes, g_ptr_array_unref);
  *report = (CvrLoadReport) { 0 };
}
