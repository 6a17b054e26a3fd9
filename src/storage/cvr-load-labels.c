/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files beside pictures: finds out which files are some, reads them, and gives what they say
 * to their pictures. */
#include "cvr-load-reading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_LABELS = 128 << 20,     /* bytes of a label file */
  MAX_TEXT = 8 << 20,         /* of a file of names or a list */
  MAX_TEXTS = 256 << 20,      /* of all of them */
};

static gboolean
may_be_labels (CvrFileKind kind)
{
  return kind == CVR_FILE_LABELS || kind == CVR_FILE_TABLE;
}

static gboolean
has_ending (const char *name,
            const char *ending)
{
  gsize n = strlen (name), m = strlen (ending);

  return n > m && g_ascii_strcasecmp (name + n - m, ending) == 0;
}

static void
parse (CvrReading        *self,
       guint              file,
       const char *const *names,
       GBytes            *bytes)
{
  CvrCandidate *candidate = &self->candidates[file];
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  candidate->labels = cvr_labels_read (candidate->kind, data, length, names, &error);
  if (candidate->labels == NULL)
    cvr_loading_skip (self->loading, file, cvr_loading_base (self->loading, file), error->message);
}

/* Label files are read at once, texts are kept: YOLO's need their names, and lists are told by what
 * they name. */
static gboolean
visit_candidate (guint         file,
                 GBytes       *bytes,
                 const GError *reason,
                 gpointer      data)
{
  CvrReading *self = data;
  CvrCandidate *candidate = &self->candidates[file];
  const char *name = cvr_loading_base (self->loading, file);
  gsize length = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (bytes == NULL)
    cvr_loading_skip (self->loading, file, name, reason->message);
  else if (length > 0 && cvr_labels_sniff (g_bytes_get_data (bytes, NULL), length,
                                           &candidate->kind) &&
           candidate->kind != CVR_LABELS_YOLO)
    parse (self, file, NULL, bytes);
  else if (length > 0 && length <= MAX_TEXT && !has_ending (name, ".json") &&
           !has_ending (name, ".xml") && !has_ending (name, ".csv"))
    {
      if (self->n_text + length > MAX_TEXTS)
        cvr_loading_skip (self->loading, file, name,
                          _("there are too many label texts; load the set in several parts"));
      else
        candidate->text = g_bytes_ref (bytes);
      self->n_text += candidate->text != NULL ? length : 0;
    }
  else if (cvr_tree_file (self->loading->tree, file)->kind == CVR_FILE_TABLE && length > 0 &&
           self->loading->tree->is_file)
    parse (self, file, NULL, bytes); /* whose error says what is missing */

  return !cvr_loading_is_over (self->loading);
}

static gboolean
visit_candidates (CvrReading *self,
                  GError    **error)
{
  CvrLoading *loading = self->loading;
  CvrTree *tree = loading->tree;
  g_autofree gboolean *wanted = g_new0 (gboolean, MAX (1, tree->files->len));
  guint64 most = tree->limits.max_entry;
  gboolean any = FALSE, ok;

  for (guint i = 0; i < tree->files->len; i++)
    {
      wanted[i] = may_be_labels (cvr_tree_file (tree, i)->kind);
      any = any || wanted[i];
    }
  if (!any)
    return TRUE;

  tree->limits.max_entry = MAX_LABELS;
  ok = cvr_tree_visit (tree, wanted, visit_candidate, self, error);
  tree->limits.max_entry = most;

  return ok;
}

/* "obj.names", "classes.txt", or a YAML file that has a member "names". */
static gboolean
may_be_names (const char *name,
              GBytes     *text)
{
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  if (has_ending (name, ".yaml") || has_ending (name, ".yml"))
    return g_strstr_len (data, (gssize) length, "names") != NULL;

  return has_ending (name, ".names") || g_ascii_strcasecmp (name, "classes.txt") == 0 ||
         g_ascii_strcasecmp (name, "class_names.txt") == 0;
}

/* Files that name YOLO's classes. */
static void
read_names (CvrReading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      CvrCandidate *candidate = &self->candidates[i];
      const char *name = cvr_loading_base (self->loading, i);
      gsize length;
      const guint8 *data;

      if (candidate->text == NULL || !may_be_names (name, candidate->text))
        continue;
      data = g_bytes_get_data (candidate->text, &length);
      candidate->names = cvr_labels_read_names (data, length, NULL);
      if (candidate->names == NULL)
        continue;
      self->loading->files[i].used = TRUE;
      g_array_append_val (self->named, i);
    }
}

/* Length of @path's folder, with its slash. */
static gsize
folder_length (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? (gsize) (slash - path) + 1 : 0;
}

/* The names in the folder of @path or the nearest one above it; else the only ones there are. */
static const char *const *
find_names (CvrReading *self,
            const char *path)
{
  char **found = NULL;
  gsize nearest = 0;

  for (guint n = 0; n < self->named->len; n++)
    {
      guint file = g_array_index (self->named, guint, n);
      const char *other = cvr_tree_file (self->loading->tree, file)->path;
      gsize length = folder_length (other);

      if (strncmp (path, other, length) == 0 && (found == NULL || length >= nearest))
        {
          found = self->candidates[file].names;
          nearest = length;
        }
    }
  if (found == NULL && self->named->len == 1)
    found = self->candidates[g_array_index (self->named, guint, 0)].names;

  return (const char *const *) found;
}

static void
read_yolo (CvrReading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      CvrCandidate *candidate = &self->candidates[i];

      if (candidate->text == NULL || candidate->names != NULL ||
          candidate->kind != CVR_LABELS_YOLO)
        continue;
      parse (self, i, find_names (self, cvr_tree_file (self->loading->tree, i)->path),
             candidate->text);
      g_clear_pointer (&candidate->text, g_bytes_unref);
    }
}

/* A text whose name is a split and whose lines name pictures: YOLO's train.txt, VOC's
 * ImageSets/Main/val.txt. A line may say more behind a blank. */
static void
read_list (CvrReading *self,
           guint       file,
           CvrSplit    split)
{
  gsize length;
  const char *data = g_bytes_get_data (self->candidates[file].text, &length);
  g_autofree char *text = g_utf8_make_valid (data, (gssize) length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gint found = line[0] != '\0' ? cvr_join_find (self->join, file, line, split) : -1;

      if (found == -1 && line[0] != '\0')
        {
          line[strcspn (line, " \t")] = '\0';
          found = cvr_join_find (self->join, file, line, split);
        }
      if (found >= 0)
        {
          self->loading->files[found].split = split;
          self->loading->files[file].used = TRUE;
        }
    }
}

static void
read_lists (CvrReading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      const char *name = cvr_loading_base (self->loading, i);
      const char *dot = strrchr (name, '.');
      CvrSplit split = dot != NULL ? cvr_split_of_word (name, (gsize) (dot - name))
                                   : CVR_SPLIT_AUTO;

      if (self->candidates[i].text != NULL && self->candidates[i].names == NULL &&
          has_ending (name, ".txt") && split != CVR_SPLIT_AUTO)
        read_list (self, i, split);
    }
}

/* Names that a file of names declares belong to the set, too. "classes.txt", which lists nothing
 * else, gives them their order. */
static void
add_declared (CvrReading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    for (char **name = self->candidates[i].names; name != NULL && *name != NULL; name++)
      {
        const char *kept = cvr_loading_string (self->loading, *name);

        g_hash_table_add (self->classes, (gpointer) kept);
        if (g_ascii_strcasecmp (cvr_loading_base (self->loading, i), "classes.txt") == 0 &&
            !g_ptr_array_find (self->loading->classes, kept, NULL))
          g_ptr_array_add (self->loading->classes, (gpointer) kept);
      }
}

/* Pictures that a lone table doesn't name come in as they are: somebody may want to label them. */
static void
note_unnamed (CvrReading *self)
{
  CvrLoading *loading = self->loading;
  guint n = 0;

  if (self->n_joined != 1 || self->table < 0)
    return;

  for (guint i = 0; i < loading->tree->files->len; i++)
    n += cvr_loading_is_picture (cvr_tree_file (loading->tree, i)->kind) &&
         loading->files[i].said == NULL && !loading->files[i].left_out;
  if (n > 0)
    cvr_loading_note (loading, (guint) self->table,
                      g_strdup_printf (
                        ngettext ("%1$s says nothing of %2$u picture beside it, which came in "
                                  "without its help",
                                  "%1$s says nothing of %2$u pictures beside it, which came in "
                                  "without its help", n),
                        cvr_loading_base (loading, (guint) self->table), n));
}

static void
reading_clear (CvrReading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      g_clear_pointer (&self->candidates[i].labels, cvr_labels_free);
      g_clear_pointer (&self->candidates[i].text, g_bytes_unref);
      g_strfreev (self->candidates[i].names);
    }
  g_free (self->candidates);
  g_hash_table_unref (self->classes);
  g_array_unref (self->named);
  cvr_join_free (self->join);
}

/**
 * cvr_loading_read_labels:
 *
 * Reads all label files of the tree and settles every picture's class and split.
 *
 * Returns: %FALSE with @error set only when cancelled; what can't be read is noted.
 */
gboolean
cvr_loading_read_labels (CvrLoading *self,
                         GError    **error)
{
  CvrReading reading = { .loading = self, .table = -1 };
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean ok;

  reading.candidates = g_new0 (CvrCandidate, MAX (1, self->tree->files->len));
  reading.classes = g_hash_table_new (g_str_hash, g_str_equal);
  reading.named = g_array_new (FALSE, FALSE, sizeof (guint));
  reading.join = cvr_join_new (self);
  reading.alone = self->only_labels;

  ok = visit_candidates (&reading, error);
  if (ok)
    {
      read_names (&reading);
      read_yolo (&reading);
      for (guint i = 0; i < self->tree->files->len; i++)
        if (reading.candidates[i].labels != NULL)
          cvr_reading_join (&reading, i, lost);
      if (reading.n_joined > 0)
        {
          read_lists (&reading);
          add_declared (&reading);
        }
      cvr_loading_settle (self, reading.n_joined > 0 ? reading.classes : NULL);
      note_unnamed (&reading);
    }
  reading_clear (&reading);

  return ok;
}
