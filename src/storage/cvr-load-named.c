/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files alone: the pictures that they name lie beside them on the disk. */
#include "cvr-loading.h"

#include <string.h>

enum { MAX_LABELS = 128 << 20 }; /* bytes */

/* Where a named file lies, seen from the label file's folder; %NULL where there is none. */
static char *
find_on_disk (const char *folder,
              const char *path)
{
  static const char *const below[] = { "", "images", "JPEGImages", "..", "../images",
                                       "../Images", "../JPEGImages" };
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  const char *const spellings[] = { path, slashes };

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    for (guint b = 0; b < G_N_ELEMENTS (below); b++)
      {
        g_autofree char *disk = g_path_is_absolute (spellings[i])
                                  ? g_strdup (spellings[i])
                                  : g_build_filename (folder, below[b], spellings[i], NULL);

        if (g_file_test (disk, G_FILE_TEST_IS_REGULAR))
          return g_steal_pointer (&disk);
      }

  return NULL;
}

/* The picture that has the label file's name and an ending of its own. */
static char *
find_by_stem (const char *folder,
              const char *name)
{
  static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG",
                                         ".bmp", ".tif",  ".gif", ".webp" };
  const char *dot = strrchr (name, '.');
  gsize n = dot != NULL ? (gsize) (dot - name) : strlen (name);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *base = g_strdup_printf ("%.*s%s", (int) n, name, endings[i]);
      char *disk = find_on_disk (folder, base);

      if (disk != NULL)
        return disk;
    }

  return NULL;
}

/* Its path in the tree; what lies above the label file's folder can't be told apart by it. */
static char *
tree_path (const char *path)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  g_autofree char *canonical = g_canonicalize_filename (slashes, "/");

  return g_strdup (canonical + 1);
}

static CvrLabels *
read_labels (const char *disk)
{
  g_autofree char *contents = NULL;
  CvrLabelsKind kind;
  gsize length;

  if (!cvr_check_file_size (disk, MAX_LABELS, NULL) ||
      !g_file_get_contents (disk, &contents, &length, NULL) ||
      !cvr_labels_sniff ((const guint8 *) contents, length, &kind))
    return NULL;

  return cvr_labels_read (kind, (const guint8 *) contents, length, NULL, NULL);
}

/* The pictures that one label file is about. @seen: their paths in the tree so far. */
static void
add_named_by (CvrLoading *self,
              guint       file,
              GHashTable *seen)
{
  const char *label_disk = cvr_tree_file (self->tree, file)->disk;
  g_autofree char *folder = g_path_get_dirname (label_disk);
  g_autoptr (CvrLabels) labels = read_labels (label_disk);

  for (guint i = 0; labels != NULL && i < labels->pictures->len; i++)
    {
      const CvrLabelled *labelled = g_ptr_array_index (labels->pictures, i);
      g_autofree char *disk = NULL;
      char *path;

      if (cvr_loading_is_over (self))
        return;
      if (labelled->path != NULL)
        disk = find_on_disk (folder, labelled->path);
      path = disk != NULL ? tree_path (labelled->path) : NULL;
      if (disk == NULL && labels->pictures->len == 1 &&
          (disk = find_by_stem (folder, cvr_loading_base (self, file))) != NULL)
        path = g_path_get_basename (disk);
      if (path != NULL && g_hash_table_add (seen, path))
        cvr_tree_add_disk (self->tree, disk, path);
    }
}

/**
 * cvr_loading_add_named:
 *
 * Where the tree is nothing but label files on the disk: adds the pictures that they are about.
 */
void
cvr_loading_add_named (CvrLoading *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = self->tree->files->len;

  for (guint i = 0; i < n; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (self->tree, i);

      if (file->disk == NULL || (file->kind != CVR_FILE_TABLE && file->kind != CVR_FILE_LABELS))
        return;
    }
  self->only_labels = TRUE;
  for (guint i = 0; i < n; i++)
    add_named_by (self, i, seen);
  cvr_tree_sort (self->tree);
}
