/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that hold many small pictures each: IDX, CIFAR-10, NumPy arrays and drawings. */
#include "cvr-loading.h"

#include "cvr-cifar.h"
#include "cvr-idx.h"
#include "cvr-npy.h"
#include "cvr-pixel-table.h"
#include "cvr-quickdraw.h"
#include "cvr-sketch.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { SKETCH_SIDE = 28 }; /* as the published bitmaps of the same drawings */

/* A block of pictures of one size. */
typedef struct
{
  gsize         n_items;
  gsize         width, height, channels;
  const guint8 *pixels; /* [n_items, height, width, channels] */
} Block;

gboolean
cvr_loading_is_array (CvrFileKind kind)
{
  return kind == CVR_FILE_IDX_IMAGES || kind == CVR_FILE_IDX_LABELS || kind == CVR_FILE_CIFAR ||
         kind == CVR_FILE_CIFAR_META || kind == CVR_FILE_NPY || kind == CVR_FILE_DRAWINGS ||
         kind == CVR_FILE_PIXELS;
}

/* The file's name without what says how it is stored. */
static char *
stem_of (CvrLoading *self,
         guint       file)
{
  const char *base = cvr_loading_base (self, file);
  const char *dot = strrchr (base, '.');

  return dot != NULL && dot != base ? g_strndup (base, (gsize) (dot - base)) : g_strdup (base);
}

static const guint8 *
pixels_at (const Block *block,
           gsize        i)
{
  return block->pixels + i * block->width * block->height * block->channels;
}

/* Adds picture @i of the block, which is at @pixels, scaled down where that was asked for. FALSE:
 * that was the last one, for there is no memory or the loading is over. */
static gboolean
add_picture (CvrLoading   *self,
             guint         file,
             const Block  *block,
             const guint8 *pixels,
             gsize         i,
             const char   *stem,
             const char   *class_name)
{
  g_autoptr (CvrImage) image = cvr_image_new ((guint) block->width, (guint) block->height,
                                              (guint) block->channels);
  g_autoptr (CvrImage) small = NULL;

  if (image == NULL || cvr_loading_is_over (self))
    return FALSE;

  cvr_loading_progress (self, i, block->n_items, _("Reading pictures"));
  memcpy (image->data, pixels, cvr_image_n_bytes (image));
  small = cvr_image_limit (image, self->max_side);
  if (small == NULL)
    return FALSE;

  return cvr_loading_add (self, file, small, image->width, image->height,
                          cvr_loading_number (self),
                          g_strdup_printf ("%s %u", stem, (guint) i + 1), class_name) != NULL;
}

static gboolean
check_block (CvrLoading  *self,
             guint        file,
             const Block *block)
{
  const char *reason = NULL;

  if (block->n_items == 0)
    reason = _("holds no pictures");
  else if (block->width < 1 || block->height < 1 || block->width > CVR_IMAGE_MAX_SIDE ||
           block->height > CVR_IMAGE_MAX_SIDE)
    reason = _("its pictures have no usable size");
  else if (block->n_items > G_MAXINT32)
    reason = _("holds more than 2,147,483,647 pictures");
  if (reason != NULL)
    cvr_loading_skip (self, file, cvr_loading_base (self, file), reason);

  return reason == NULL;
}

/* @dims: [N, H, W], [N, H, W, 1 or 3] or [N, D] with a square D. */
static gboolean
block_of (const gsize  *dims,
          guint         n_dims,
          const guint8 *pixels,
          Block        *block)
{
  gsize side = 0;

  *block = (Block) { n_dims > 0 ? dims[0] : 0, 0, 0, 1, pixels };
  if (n_dims == 2)
    {
      while (side * side < dims[1] && side < CVR_IMAGE_MAX_SIDE)
        side++;
      block->width = block->height = side;
      return side * side == dims[1];
    }

  block->height = n_dims >= 3 ? dims[1] : 0;
  block->width = n_dims >= 3 ? dims[2] : 0;
  block->channels = n_dims == 4 ? dims[3] : 1;

  return n_dims == 3 || (n_dims == 4 && (dims[3] == 1 || dims[3] == 3));
}

static void
read_npy (CvrLoading *self,
          guint       file,
          GBytes     *bytes)
{
  static const char published[] = "full_numpy_bitmap_"; /* how Quick, Draw! names its files */
  g_autofree char *stem = stem_of (self, file);
  g_autoptr (GError) error = NULL;
  const char *class_name = stem;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrNpy npy;
  Block block;

  if (!cvr_npy_read (data, length, &npy, &error))
    {
      cvr_loading_skip (self, file, cvr_loading_base (self, file), error->message);
      return;
    }
  if (!block_of (npy.dims, npy.n_dims, npy.values, &block))
    {
      cvr_loading_skip (
          self, file, cvr_loading_base (self, file),
          _("expected an array of N × 784, N × height × width, or with 3 colours behind"));
      return;
    }
  if (!check_block (self, file, &block))
    return;

  if (g_str_has_prefix (class_name, published))
    class_name += strlen (published);
  if (self->tree->is_file && self->spec->label != NULL)
    class_name = self->spec->label;
  class_name = cvr_loading_string (self, class_name);
  for (gsize i = 0; i < block.n_items; i++)
    if (!add_picture (self, file, &block, pixels_at (&block, i), i, stem, class_name))
      break;
}

static gboolean
is_blank (const char *line,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (line[i]))
      return FALSE;

  return TRUE;
}

static void
read_drawings (CvrLoading *self,
               guint       file,
               GBytes     *bytes)
{
  g_autofree char *stem = stem_of (self, file);
  gsize length;
  const char *line = g_bytes_get_data (bytes, &length);
  const char *end = line + length;
  guint number = 0;

  while (line < end && !cvr_loading_is_over (self))
    {
      const char *stop = memchr (line, '\n', (gsize) (end - line));
      gsize n = (gsize) ((stop != NULL ? stop : end) - line);
      g_autoptr (CvrDrawing) drawing = NULL;
      g_autoptr (CvrImage) image = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *name = g_strdup_printf ("%s %u", stem, ++number);

      if (!is_blank (line, n))
        {
          drawing = cvr_quickdraw_read ((const guint8 *) line, n, &error);
          if (drawing != NULL)
            image = cvr_sketch_draw ((const float *) drawing->points->data,
                                     (const guint *) drawing->lengths->data, drawing->lengths->len,
                                     MIN (SKETCH_SIDE, self->max_side));
          if (image != NULL)
            cvr_loading_add (
                self, file, image, image->width, image->height, cvr_loading_number (self),
                g_steal_pointer (&name),
                cvr_loading_string (self, drawing->word != NULL ? drawing->word : stem));
          else
            cvr_loading_skip (self, file, name,
                              error != NULL ? error->message : _("not enough memory for it"));
        }
      line += n + 1;
    }
}

/* The standard names, unless the set brings its own. */
static void
name_cifar_classes (CvrLoading *self)
{
  for (guint k = 0; k < CVR_CIFAR_N_CLASSES && self->classes->len < CVR_CIFAR_N_CLASSES; k++)
    g_ptr_array_add (self->classes, (gpointer) cvr_loading_string (self, cvr_cifar_classes[k]));
}

static void
read_cifar (CvrLoading *self,
            guint       file,
            GBytes     *bytes)
{
  g_autofree char *stem = stem_of (self, file);
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint n_records;

  if (!cvr_cifar_check (data, length, &n_records, &error))
    {
      cvr_loading_skip (self, file, cvr_loading_base (self, file), error->message);
      return;
    }

  for (guint i = 0; i < n_records; i++)
    {
      g_autoptr (CvrImage) image = cvr_image_new (CVR_CIFAR_SIDE, CVR_CIFAR_SIDE, 3);
      g_autoptr (CvrImage) small = NULL;
      guint label;

      if (image == NULL || cvr_loading_is_over (self))
        return;
      cvr_loading_progress (self, i, n_records, _("Reading pictures"));
      label = cvr_cifar_record (data, i, image->data);
      small = cvr_image_limit (image, self->max_side);
      if (small == NULL)
        return;
      if (cvr_loading_add (self, file, small, image->width, image->height,
                           cvr_loading_number (self), g_strdup_printf ("%s %u", stem, i + 1),
                           g_ptr_array_index (self->classes, label)) == NULL)
        return;
    }
}

/* Picks up the ten names. FALSE where the file has none. */
static gboolean
read_meta (CvrLoading *self,
           GBytes     *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_auto (GStrv) names = cvr_cifar_meta (data, length);

  for (guint k = 0; names != NULL && names[k] != NULL && self->classes->len < CVR_CIFAR_N_CLASSES;
       k++)
    g_ptr_array_add (self->classes, (gpointer) cvr_loading_string (self, names[k]));

  return names != NULL;
}

/**
 * cvr_idx_partner:
 * @name: of a file of images
 *
 * Returns: (transfer full) (nullable): the name that its file of labels has, by the custom of
 * MNIST.
 */
char *
cvr_idx_partner (const char *name)
{
  GString *partner;

  if (strstr (name, "images") == NULL)
    return NULL;

  partner = g_string_new (name);
  g_string_replace (partner, "images", "labels", 1);
  g_string_replace (partner, "idx3", "idx1", 1);

  return g_string_free (partner, FALSE);
}

static char *
dup_unpacked (const char *path)
{
  static const char *const endings[] = { ".gz", ".xz", ".bz2" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      return g_strndup (path, strlen (path) - strlen (endings[i]));

  return g_strdup (path);
}

/**
 * cvr_load_is_partner:
 * @path: in the system's encoding
 * @sources: (array zero-terminated=1): paths that were chosen with it
 *
 * Returns: whether it has the labels of IDX images among @sources, which find it by themselves.
 * Waits for the disk.
 */
gboolean
cvr_load_is_partner (const char        *path,
                     const char *const *sources)
{
  g_autofree char *plain = dup_unpacked (path);

  if (strstr (path, "labels") == NULL || cvr_tree_kind_of (path) != CVR_FILE_IDX_LABELS)
    return FALSE;

  for (guint i = 0; sources[i] != NULL; i++)
    {
      g_autofree char *images = dup_unpacked (sources[i]);
      g_autofree char *name = g_path_get_basename (images);
      g_autofree char *folder = g_path_get_dirname (images);
      g_autofree char *partner = cvr_idx_partner (name);
      g_autofree char *whole = partner != NULL ? g_build_filename (folder, partner, NULL) : NULL;

      if (whole != NULL && g_str_equal (whole, plain)
          && cvr_tree_kind_of (sources[i]) == CVR_FILE_IDX_IMAGES)
        return TRUE;
    }

  return FALSE;
}

static guint
count_kind (CvrLoading *self,
            CvrFileKind kind,
            gint       *last)
{
  guint n = 0;

  for (guint i = 0; i < self->tree->files->len; i++)
    if (cvr_tree_file (self->tree, i)->kind == kind)
      {
        *last = (gint) i;
        n++;
      }

  return n;
}

/* The labels that belong to a file of images, or −1. */
static gint
find_labels (CvrLoading *self,
             guint       images)
{
  const char *path = cvr_tree_file (self->tree, images)->path;
  gsize folder = (gsize) (cvr_loading_base (self, images) - path);
  g_autofree char *name = cvr_idx_partner (path + folder);
  gint only_images, only_labels;

  for (guint i = 0; name != NULL && i < self->tree->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (self->tree, i);

      if (file->kind == CVR_FILE_IDX_LABELS && strncmp (file->path, path, folder) == 0 &&
          g_str_equal (file->path + folder, name))
        return (gint) i;
    }

  return count_kind (self, CVR_FILE_IDX_IMAGES, &only_images) == 1 &&
         count_kind (self, CVR_FILE_IDX_LABELS, &only_labels) == 1 ? only_labels : -1;
}

static gboolean
read_idx (CvrLoading *self,
          guint       file,
          CvrIdx     *idx)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (self->files[file].bytes, &length);

  if (cvr_idx_read (data, length, idx, &error))
    return TRUE;
  cvr_loading_skip (self, file, cvr_loading_base (self, file), error->message);

  return FALSE;
}

/* Classes of IDX files are the numbers themselves, and all of them from 0 on exist. */
const char *
cvr_loading_class_of_number (CvrLoading *self,
                             guint       number)
{
  while (self->classes->len <= number)
    {
      g_autofree char *name = g_strdup_printf ("%u", self->classes->len);

      g_ptr_array_add (self->classes, (gpointer) cvr_loading_string (self, name));
    }

  return g_ptr_array_index (self->classes, number);
}

/* Rows up to the first one that is none come in. */
static void
read_pixels (CvrLoading *self,
             guint       file,
             GBytes     *bytes)
{
  g_autofree char *stem = stem_of (self, file);
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 *pixels = NULL;
  CvrPixelTable table;
  guint label = 0, n = 0;

  if (cvr_pixel_table_open (&table, data, length, &error))
    {
      pixels = g_malloc ((gsize) table.side * table.side);
      while (cvr_pixel_table_next (&table, pixels, &label, &error))
        {
          const Block block = { 0, table.side, table.side, 1, pixels };
          const char *class_name = table.label_at >= 0 ? cvr_loading_class_of_number (self, label)
                                                       : NULL;

          if (!add_picture (self, file, &block, pixels, n++, stem, class_name))
            break;
        }
      g_free (pixels);
    }
  if (error != NULL)
    cvr_loading_skip (self, file, cvr_loading_base (self, file), error->message);
}

static void
add_idx (CvrLoading *self,
         guint       images,
         gint        labels)
{
  g_autofree char *stem = stem_of (self, images);
  gsize dims[CVR_IDX_MAX_DIMS];
  CvrIdx pictures, numbers = { 0 };
  Block block;

  if (!read_idx (self, images, &pictures))
    return;
  for (guint d = 0; d < pictures.n_dims; d++)
    dims[d] = pictures.dims[d];
  if (!block_of (dims, pictures.n_dims, pictures.values, &block))
    block.n_items = 0;
  if (!check_block (self, images, &block))
    return;

  if (labels >= 0 && self->files[labels].bytes != NULL)
    {
      if (!read_idx (self, (guint) labels, &numbers))
        return;
      if (numbers.n_values != block.n_items)
        {
          g_autofree char *reason = g_strdup_printf (
              _("has %u pictures, but “%s” has %u labels"), (guint) block.n_items,
              cvr_loading_base (self, (guint) labels), (guint) numbers.n_values);

          cvr_loading_skip (self, images, cvr_loading_base (self, images), reason);
          return;
        }
    }
  for (gsize i = 0; i < block.n_items; i++)
    if (!add_picture (self, images, &block, pixels_at (&block, i), i, stem,
                      numbers.values != NULL
                        ? cvr_loading_class_of_number (self, numbers.values[i])
                        : NULL))
      break;
}

/**
 * cvr_loading_pair_idx:
 *
 * Once every file was read: unites images and labels.
 */
void
cvr_loading_pair_idx (CvrLoading *self)
{
  for (guint i = 0; i < self->tree->files->len; i++)
    if (cvr_tree_file (self->tree, i)->kind == CVR_FILE_IDX_IMAGES && self->files[i].bytes != NULL)
      {
        add_idx (self, i, find_labels (self, i));
        g_clear_pointer (&self->files[i].bytes, g_bytes_unref);
      }
}

/**
 * cvr_loading_read_array:
 * @bytes: the whole file
 *
 * Takes what one file of many pictures holds.
 */
void
cvr_loading_read_array (CvrLoading *self,
                        guint       file,
                        GBytes     *bytes)
{
  switch (cvr_tree_file (self->tree, file)->kind)
    {
    case CVR_FILE_IDX_IMAGES:
    case CVR_FILE_IDX_LABELS:
      self->files[file].bytes = g_bytes_ref (bytes);
      break;
    case CVR_FILE_CIFAR_META:
      if (!read_meta (self, bytes))
        cvr_loading_skip (self, file, cvr_loading_base (self, file),
                          _("does not hold ten class names"));
      break;
    case CVR_FILE_CIFAR:
      name_cifar_classes (self);
      read_cifar (self, file, bytes);
      break;
    case CVR_FILE_NPY:
      read_npy (self, file, bytes);
      break;
    case CVR_FILE_DRAWINGS:
      read_drawings (self, file, bytes);
      break;
    case CVR_FILE_PIXELS:
      read_pixels (self, file, bytes);
      break;
    default:
      break;
    }
}
