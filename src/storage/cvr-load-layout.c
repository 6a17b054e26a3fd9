/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the place of a file says: its class, and whether it trains, validates or tests. */
#include "cvr-loading.h"

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
is_picture (CvrFileKind kind)
{
  return kind == CVR_FILE_PICTURE || kind == CVR_FILE_PICTURE_NAME;
}

static gboolean
matters (CvrFileKind kind)
{
  return is_picture (kind) || cvr_loading_is_array (kind) || kind == CVR_FILE_TABLE;
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
      pictures = pictures || (is_picture (file->kind) && strchr (file->path + n + 1, '/') == NULL);
    }

  if (name == NULL || split_of_folder (name, length) != CVR_SPLIT_AUTO)
    return 0;

  return !pictures || has_parts (tree, length + 1) ? length + 1 : 0;
}

static void
place_file (CvrLoading *self,
            guint       i,
            gsize       skip,
            gboolean    parts)
{
  const CvrTreeFile *file = cvr_tree_file (self->tree, i);
  CvrSourceFile *source = &self->files[i];
  const char *rest = file->path + skip;
  gsize n;

  if (parts && first_part (rest, &n))
    {
      source->split = split_of_folder (rest, n);
      rest += n + 1;
    }
  else if (cvr_loading_is_array (file->kind) && file->kind != CVR_FILE_NPY &&
           file->kind != CVR_FILE_DRAWINGS)
    {
      source->split = split_of_file (cvr_loading_base (self, i));
    }

  if (is_picture (file->kind) && first_part (rest, &n))
    {
      g_autofree char *name = g_strndup (rest, n);

      source->class_name = cvr_loading_string (self, name);
    }
}

/**
 * cvr_loading_lay_out:
 *
 * Reads classes and parts off the paths. One wrapping folder is passed over. Folders named train,
 * valid and test (in a few spellings) are parts when the top has no other folders; then comes the
 * folder of the class. Training items are left undecided unless there is a validation part, so that
 * some of them can be held out. A lone file is what its user says it is: its name decides nothing.
 */
void
cvr_loading_lay_out (CvrLoading *self)
{
  gsize skip;
  gboolean parts, has_valid = FALSE;

  if (self->tree->is_file)
    return;

  skip = find_wrapping (self->tree);
  parts = has_parts (self->tree, skip);
  for (guint i = 0; i < self->tree->files->len; i++)
    if (matters (cvr_tree_file (self->tree, i)->kind))
      {
        place_file (self, i, skip, parts);
        has_valid = has_valid || self->files[i].split == CVR_SPLIT_VALID;
      }

  for (guint i = 0; !has_valid && i < self->tree->files->len; i++)
    if (self->files[i].split == CVR_SPLIT_TRAIN)
      self->files[i].split = CVR_SPLIT_AUTO;
}
