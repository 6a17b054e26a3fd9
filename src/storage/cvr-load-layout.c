/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the place of a file says: its class, and whether it trains, validates or tests. */
#include "cvr-loading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The first part of @path is @length bytes long. FALSE where it has only one part. */
static gboolean
first_part (const char *path,
            gsize      *length)
{
  const char *slash = strchr (path, '/');

  *length = slash != NULL ? (gsize) (slash - path) : 0;

  return slash != NULL;
}

static gboolean
is_word (const char        *text,
         gsize              length,
         const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strlen (words[i]) == length && g_ascii_strncasecmp (text, words[i], length) == 0)
      return TRUE;

  return FALSE;
}

/* What a folder's name says; AUTO for any other name. */
static CvrSplit
split_of_folder (const char *name,
                 gsize       length)
{
  static const char *const train[] = { "train", "training", NULL };
  static const char *const valid[] = { "valid", "val", "validation", NULL };
  static const char *const test[] = { "test", "testing", NULL };

  if (is_word (name, length, train))
    return CVR_SPLIT_TRAIN;
  if (is_word (name, length, valid))
    return CVR_SPLIT_VALID;

  return is_word (name, length, test) ? CVR_SPLIT_TEST : CVR_SPLIT_AUTO;
}

/**
 * cvr_split_of_word:
 * @word: (array length=length)
 *
 * Returns: what "train", "val2017" or "obj_test_data" in the name of a folder or a file says.
 */
CvrSplit
cvr_split_of_word (const char *word,
                   gsize       length)
{
  static const char before[] = "obj_", behind[] = "_data";
  const gsize frame = sizeof before - 1 + sizeof behind - 1;

  if (length > frame && g_ascii_strncasecmp (word, before, sizeof before - 1) == 0 &&
      g_ascii_strncasecmp (word + length - (sizeof behind - 1), behind, sizeof behind - 1) == 0)
    {
      word += sizeof before - 1;
      length -= frame;
    }
  while (length > 0 && g_ascii_isdigit (word[length - 1]))
    length--;

  return split_of_folder (word, length);
}

/* What the name of a file of many pictures says: "t10k-images-idx3-ubyte", "data_batch_1.bin". */
static CvrSplit
split_of_file (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (strstr (lower, "t10k") != NULL || strstr (lower, "test") != NULL)
    return CVR_SPLIT_TEST;
  if (strstr (lower, "valid") != NULL)
    return CVR_SPLIT_VALID;
  if (strstr (lower, "train") != NULL || g_str_has_prefix (lower, "data_batch"))
    return CVR_SPLIT_TRAIN;

  return CVR_SPLIT_AUTO;
}

static gboolean
matters (CvrFileKind kind)
{
  return cvr_loading_is_picture (kind) || cvr_loading_is_array (kind);
}

/* Whether every folder at the top is a part of the set. */
static gboolean
has_parts (const CvrTree *tree,
           gsize          skip)
{
  gboolean any = FALSE;

  for (guint i = 0; i < tree->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (tree, i);
      gsize n;

      if (!matters (file->kind) || !first_part (file->path + skip, &n))
        continue;
      if (split_of_folder (file->path + skip, n) == CVR_SPLIT_AUTO)
        return FALSE;
      any = TRUE;
    }

  return any;
}

/* Length of the one folder that everything lies in, with its slash, when it is only a wrapping: not
 * a part such as "train", and not itself the folder of a class, which has pictures right inside
 * (unless they stray beside parts). */
static gsize
find_wrapping (const CvrTree *tree)
{
  const char *name = NULL;
  gboolean pictures = FALSE;
  gsize length = 0;

  for (guint i = 0; i < tree->files->len; i++)
    {
      const CvrTreeFile *file = cvr_tree_file (tree, i);
      gsize n;

      if (!matters (file->kind))
        continue;
      if (!first_part (file->path, &n))
        return 0;
      if (name == NULL)
        {
          name = file->path;
          length = n;
        }
      if (n != length || strncmp (name, file->path, n) != 0)
        return 0;
      pictures = pictures || (cvr_loading_is_picture (file->kind) &&
                              strchr (file->path + n + 1, '/') == NULL);
    }

  if (name == NULL || split_of_folder (name, length) != CVR_SPLIT_AUTO)
    return 0;

  return !pictures || has_parts (tree, length + 1) ? length + 1 : 0;
}

/* See CvrLoadSpec.is_class. Returns: (nullable): the class of everything in the source. */
static const char *
class_of_source (CvrLoading *self)
{
  g_autofree char *base = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *name = NULL;
  gsize n;

  if (!self->spec->is_class)
    return NULL;
  for (guint i = 0; i < self->tree->files->len; i++)
    if (matters (cvr_tree_file (self->tree, i)->kind) &&
        first_part (cvr_tree_file (self->tree, i)->path, &n))
      return NULL;

  base = g_path_get_basename (self->spec->data);
  shown = g_filename_display_name (base);
  name = self->tree->archives->len > 0 ? cvr_without_ending (shown) : g_strdup (shown);

  return cvr_is_picture_folder (name, strlen (name)) ||
             split_of_folder (name, strlen (name)) != CVR_SPLIT_AUTO
           ? NULL
           : cvr_loading_string (self, name);
}

static void
place_file (CvrLoading *self,
            guint       i,
            const char *whole)
{
  const CvrTreeFile *file = cvr_tree_file (self->tree, i);
  CvrSourceFile *source = &self->files[i];
  const char *rest = file->path + self->skip;
  gsize n;

  if (self->parts && first_part (rest, &n))
    {
      source->split = split_of_folder (rest, n);
      rest += n + 1;
    }
  else if (cvr_loading_is_array (file->kind) && file->kind != CVR_FILE_NPY &&
           file->kind != CVR_FILE_DRAWINGS)
    {
      source->split = split_of_file (cvr_loading_base (self, i));
    }

  if (cvr_loading_is_picture (file->kind) && first_part (rest, &n))
    {
      g_autofree char *name = g_strndup (rest, n);

      source->class_name = cvr_loading_string (self, name);
    }
  else if (cvr_loading_is_picture (file->kind))
    {
      source->class_name = whole;
    }
}

/**
 * cvr_loading_lay_out:
 *
 * Reads classes and parts off the paths. One wrapping folder is passed over. Folders named train,
 * valid and test (in a few spellings) are parts when the top has no other folders; then comes the
 * folder of the class. A lone file is what its user says it is: its name decides nothing.
 */
void
cvr_loading_lay_out (CvrLoading *self)
{
  const char *whole;

  if (self->tree->is_file)
    return;

  self->skip = find_wrapping (self->tree);
  self->parts = has_parts (self->tree, self->skip);
  whole = class_of_source (self);
  for (guint i = 0; i < self->tree->files->len; i++)
    if (matters (cvr_tree_file (self->tree, i)->kind))
      place_file (self, i, whole);
}

/**
 * cvr_is_picture_folder:
 *
 * Returns: whether a folder of that name (not NUL-terminated) says no more than that there are
 * pictures in it.
 */
gboolean
cvr_is_picture_folder (const char *name,
                       gsize       length)
{
  static const char *const words[] = { "images",         "image",          "imgs", "img",
                                       "jpegimages",     "pictures",       "data", "photos",
                                       "obj_train_data", "obj_valid_data", "obj_test_data", NULL };

  return is_word (name, length, words);
}

/* Pictures in such a folder are answers to another question than ours: what each pixel shows. */
static gboolean
is_mask_folder (const char *name,
                gsize       length)
{
  static const char *const words[] = { "masks",
                                       "mask",
                                       "scribbles",
                                       "ground_truth",
                                       "annotations",
                                       "annotationsvisualization",
                                       "visualization",
                                       "segmentationclass",
                                       "segmentationclassnpy",
                                       "segmentationclassvisualization",
                                       "segmentationobject",
                                       "segmentationobjectnpy",
                                       "segmentationobjectvisualization",
                                       NULL };

  return is_word (name, length, words);
}

/**
 * cvr_is_in_masks:
 * @path: of a file in the tree
 */
gboolean
cvr_is_in_masks (const char *path)
{
  gsize n;

  for (; first_part (path, &n); path += n + 1)
    if (is_mask_folder (path, n))
      return TRUE;

  return FALSE;
}

/* Where there are label files, folders mean more: classes behind "images", parts at any depth,
 * masks. */
static void
place_again (CvrLoading *self,
             guint       i,
             GHashTable *classes)
{
  const CvrTreeFile *file = cvr_tree_file (self->tree, i);
  CvrSourceFile *source = &self->files[i];
  const char *name = NULL;
  gsize length = 0, n;
  g_autofree char *folder = NULL;

  if (source->said == NULL && cvr_is_in_masks (file->path + self->skip))
    {
      source->left_out = TRUE;
      cvr_loading_skip (self, i, cvr_loading_base (self, i),
                        _("lies in a folder of masks, which aren't pictures to learn from"));
      return;
    }
  for (const char *rest = file->path + self->skip; first_part (rest, &n); rest += n + 1)
    {
      CvrSplit split = cvr_split_of_word (rest, n);

      if (split != CVR_SPLIT_AUTO && source->split == CVR_SPLIT_AUTO)
        source->split = split;
      if (cvr_is_picture_folder (rest, n))
        name = NULL; /* what holds it is the set, not a class */
      else if (name == NULL && split == CVR_SPLIT_AUTO)
        {
          name = rest;
          length = n;
        }
    }

  folder = g_strndup (name != NULL ? name : "", name != NULL ? length : 0);
  source->class_name = folder[0] != '\0' && cvr_loading_is_picture (file->kind) &&
                           (source->said == NULL || g_hash_table_contains (classes, folder))
                         ? cvr_loading_string (self, folder)
                         : NULL;
}

/**
 * cvr_loading_settle:
 * @classes: (nullable): names that label files know; %NULL where there are no label files
 *
 * After the label files: what they say and what places say becomes one. Training items whose place
 * alone says so are left undecided unless something validates, so that some can be held out.
 */
void
cvr_loading_settle (CvrLoading *self,
                    GHashTable *classes)
{
  gboolean has_valid = FALSE;

  for (guint i = 0; i < self->tree->files->len; i++)
    {
      CvrSourceFile *source = &self->files[i];
      CvrFileKind kind = cvr_tree_file (self->tree, i)->kind;

      if (classes != NULL && !self->tree->is_file &&
          (cvr_loading_is_picture (kind) || kind == CVR_FILE_NPY))
        place_again (self, i, classes);
      has_valid = has_valid || source->split == CVR_SPLIT_VALID ||
                  (source->said != NULL && source->said->split == CVR_SPLIT_VALID);
    }

  for (guint i = 0; i < self->tree->files->len; i++)
    {
      CvrSourceFile *source = &self->files[i];

      if (!has_valid && source->split == CVR_SPLIT_TRAIN)
        source->split = CVR_SPLIT_AUTO;
      if (source->said != NULL && source->said->split != CVR_SPLIT_AUTO)
        source->split = source->said->split;
      if (source->said != NULL && source->said->class_name != NULL)
        source->class_name = source->said->class_name;
    }
}
