/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the pictures that label files speak of: by path, else by name in the folder that
 * corresponds to the label file's own. */
#include "cvr-loading.h"

#include <string.h>

struct _CvrJoin
{
  CvrLoading *loading;
  GHashTable *paths;      /* of a picture (borrowed) → its file + 1 */
  GHashTable *names;      /* without folders, and without ending → the first such file + 1 */
  guint      *next;       /* for every file: the next one of the same name + 1 */
  guint      *next_stem;  /* the same without ending */
  char      **kin;        /* for every picture: its folder without words that mean nothing */
};

/* How well a picture's folder fits a label file's. */
typedef enum
{
  FIT_NONE,
  FIT_MASK,   /* it only has the name, and is more likely an answer than a picture */
  FIT_NAME,   /* it only has the name */
  FIT_SPLIT,  /* the corresponding folder of the split that the label file is about */
  FIT_FOLDER, /* the corresponding folder */
  FIT_SAME,   /* the same folder */
} Fit;

/* "./a//b.png" and "a\b.png" as "a/b.png". */
char *
cvr_path_clean (const char *path)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  g_autofree char *canonical = g_canonicalize_filename (slashes, "/");

  return g_strdup (canonical + 1);
}

/* A file's name without what follows the last dot. */
char *
cvr_path_dup_stem (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name ? g_strndup (name, (gsize) (dot - name)) : g_strdup (name);
}

/* What follows the last slash. */
const char *
cvr_path_base (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

static gboolean
is_empty_word (const char *part)
{
  static const char *const words[] = { "labels", "label", "annotations", "annotation", "annots",
                                       "xmls",   "xml",   "json",        "txt",        NULL };
  g_autofree char *lower = g_ascii_strdown (part, -1);

  return cvr_is_picture_folder (part, strlen (part)) || g_strv_contains (words, lower);
}

/* The folder of @path without the words that only say that pictures or labels are in it. */
static char *
dup_kin (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  GString *kin = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i++)
    if (!is_empty_word (parts[i]))
      g_string_append_printf (kin, "%s/", parts[i]);

  return g_string_free (kin, FALSE);
}

static void
put_name (CvrJoin *self,
          guint   *next,
          char    *key,
          guint    file)
{
  next[file] = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, key));
  g_hash_table_insert (self->names, key, GUINT_TO_POINTER (file + 1));
}

/* Names and stems share a table: a stem is written with a slash, which no name has. */
CvrJoin *
cvr_join_new (CvrLoading *loading)
{
  CvrJoin *self = g_new0 (CvrJoin, 1);
  guint n = loading->tree->files->len;

  self->loading = loading;
  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->next = g_new0 (guint, MAX (1, n));
  self->next_stem = g_new0 (guint, MAX (1, n));
  self->kin = g_new0 (char *, n + 1);

  for (guint i = n; i > 0; i--)
    {
      const CvrTreeFile *file = cvr_tree_file (loading->tree, i - 1);
      const char *base = cvr_path_base (file->path);
      g_autofree char *stem = cvr_path_dup_stem (base);

      if (!cvr_loading_is_picture (file->kind))
        continue;
      g_hash_table_insert (self->paths, file->path, GUINT_TO_POINTER (i));
      put_name (self, self->next, g_strdup (base), i - 1);
      put_name (self, self->next_stem, g_strconcat (stem, "/", NULL), i - 1);
      self->kin[i - 1] = dup_kin (file->path);
    }

  return self;
}

void
cvr_join_free (CvrJoin *self)
{
  g_hash_table_unref (self->paths);
  g_hash_table_unref (self->names);
  g_free (self->next);
  g_free (self->next_stem);
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    g_free (self->kin[i]);
  g_free (self->kin);
  g_free (self);
}

/* @path below @folder (with its slash, @length bytes) or any folder that holds it. */
static gint
find_below (CvrJoin    *self,
            const char *folder,
            gsize       length,
            const char *path)
{
  for (;;)
    {
      g_autofree char *joined = g_strdup_printf ("%.*s%s", (int) length, folder, path);
      g_autofree char *cleaned = cvr_path_clean (joined);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->paths, cleaned));

      if (place > 0)
        return (gint) place - 1;
      if (length == 0)
        return -1;
      for (length--; length > 0 && folder[length - 1] != '/'; length--)
        ;
    }
}

/* What is behind the first folder, then the second …: paths of another computer begin with folders
 * that aren't here. */
static gint
find_path (CvrJoin    *self,
           const char *folder,
           gsize       length,
           const char *path)
{
  g_autofree char *slashes = g_strdelimit (g_strdup (path), "\\", '/');
  gint place = find_below (self, folder, length, slashes);
  const char *rest = slashes;

  while (place < 0 && (rest = strchr (rest, '/')) != NULL)
    if (*++rest != '\0')
      place = find_below (self, folder, length, rest);

  return place;
}

static CvrSplit
split_of_path (const char *path)
{
  for (const char *slash; (slash = strchr (path, '/')) != NULL; path = slash + 1)
    {
      CvrSplit split = cvr_split_of_word (path, (gsize) (slash - path));

      if (split != CVR_SPLIT_AUTO)
        return split;
    }

  return CVR_SPLIT_AUTO;
}

static Fit
fit_of (CvrJoin    *self,
        guint       picture,
        const char *folder,
        gsize       length,
        const char *kin,
        CvrSplit    hint)
{
  const char *path = cvr_tree_file (self->loading->tree, picture)->path;
  gsize own = (gsize) (cvr_path_base (path) - path);
  gsize n_kin = strlen (kin);

  if (own == length && strncmp (path, folder, length) == 0)
    return FIT_SAME;
  if (g_ascii_strcasecmp (self->kin[picture], kin) == 0)
    return FIT_FOLDER;
  if (hint != CVR_SPLIT_AUTO && strncmp (self->kin[picture], kin, n_kin) == 0 &&
      split_of_path (self->kin[picture] + n_kin) == hint)
    return FIT_SPLIT;

  return cvr_is_in_masks (path) ? FIT_MASK : FIT_NAME;
}

/* The best of those that share a name. */
static gint
find_name (CvrJoin     *self,
           const char  *key,
           const guint *next,
           const char  *label_path,
           CvrSplit     hint)
{
  g_autofree char *kin = dup_kin (label_path);
  gsize length = (gsize) (cvr_path_base (label_path) - label_path);
  Fit best = FIT_NONE;
  gint found = -1;

  for (guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, key)); place > 0;
       place = next[place - 1])
    {
      Fit fit = fit_of (self, place - 1, label_path, length, kin, hint);

      if (fit == best)
        found = -2;
      if (fit <= best)
        continue;
      best = fit;
      found = (gint) place - 1;
    }

  return found;
}

gint
cvr_join_find (CvrJoin    *self,
               guint       file,
               const char *path,
               CvrSplit    hint)
{
  const char *own = cvr_tree_file (self->loading->tree, file)->path;
  gsize length = (gsize) (cvr_path_base (own) - own);
  gint found = -1;
  g_autofree char *cleaned = path != NULL ? cvr_path_clean (path) : NULL;
  g_autofree char *stem = NULL;
  g_autofree char *key = NULL;

  if (path != NULL)
    {
      found = find_path (self, own, length, path);
      if (found == -1)
        found = find_name (self, cvr_path_base (cleaned), self->next, own, hint);
      if (found != -1)
        return found;
    }

  stem = cvr_path_dup_stem (cvr_path_base (path != NULL ? cleaned : own));
  key = g_strconcat (stem, "/", NULL);
  found = find_name (self, key, self->next_stem, own, hint);
  if (found == -1 && path != NULL) /* "12.5" is a whole name as it stands */
    {
      g_free (key);
      key = g_strconcat (cvr_path_base (cleaned), "/", NULL);
      found = find_name (self, key, self->next_stem, own, hint);
    }

  return found;
}
