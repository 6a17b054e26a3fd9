/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files beside pictures: finds out which files are some, reads them, and gives what they say
 * to their pictures. */
#include "cvr-loading.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_LABELS = 128 << 20,     /* bytes of a label file */
  MAX_TEXT = 8 << 20,         /* of a file of names or a list */
  MAX_TEXTS = 256 << 20,      /* of all of them */
};

/* What one file turned out to be. */
typedef struct
{
  CvrLabelsKind kind;
  CvrLabels    *labels; /* NULL: no label file */
  GBytes       *text;   /* YOLO, names and lists wait for each other */
  char        **names;  /* of YOLO's classes */
} Candidate;

typedef struct
{
  CvrLoading *loading;
  Candidate  *candidates; /* as many as files */
  gsize       n_text;     /* bytes kept */
  GArray     *named;      /* of guint: files of names, which are few */
  CvrJoin    *join;
  GHashTable *classes;    /* names that label files know, in the loading's strings */
  guint       n_joined;   /* label files with at least one picture */
  gint        table;      /* the one table with pictures; −1 none, −2 several */
} Reading;

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

/* Whether the kind speaks of one picture, that of its own name. */
static gboolean
is_of_one (CvrLabelsKind kind)
{
  return kind == CVR_LABELS_LABELME || kind == CVR_LABELS_YOLO || kind == CVR_LABELS_VOC;
}

static void
parse (Reading           *self,
       guint              file,
       const char *const *names,
       GBytes            *bytes)
{
  Candidate *candidate = &self->candidates[file];
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
  Reading *self = data;
  Candidate *candidate = &self->candidates[file];
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
visit_candidates (Reading *self,
                  GError **error)
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
read_names (Reading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      Candidate *candidate = &self->candidates[i];
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
find_names (Reading    *self,
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
read_yolo (Reading *self)
{
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    {
      Candidate *candidate = &self->candidates[i];

      if (candidate->text == NULL || candidate->names != NULL ||
          candidate->kind != CVR_LABELS_YOLO)
        continue;
      parse (self, i, find_names (self, cvr_tree_file (self->loading->tree, i)->path),
             candidate->text);
      g_clear_pointer (&candidate->text, g_bytes_unref);
    }
}

static CvrSaid *
said_of (Reading *self,
         guint    picture)
{
  CvrSourceFile *source = &self->loading->files[picture];

  if (source->said == NULL)
    {
      source->said = g_new0 (CvrSaid, 1);
      source->said->tags = g_ptr_array_new_with_free_func (g_free);
      source->said->boxes = g_array_new (FALSE, FALSE, sizeof (CvrSaidBox));
    }

  return source->said;
}

static CvrSplit
parse_split (const char *word)
{
  return word == NULL ? CVR_SPLIT_AUTO : cvr_split_of_word (word, strlen (word));
}

/* Two files say the same box, but for rounding to pixels. */
static gboolean
is_same_box (const CvrSaidBox *a,
             const CvrSaidBox *b)
{
  double slack_x = 1.5, slack_y = 1.5;
  double w = 1, h = 1;

  if (a->class_name != b->class_name || a->source == b->source)
    return FALSE;
  if (a->in_pixels != b->in_pixels)
    {
      const CvrSaidBox *sized = a->of_width > 0 ? a : b;

      if (sized->of_width == 0 || sized->of_height == 0)
        return FALSE;
      w = sized->of_width;
      h = sized->of_height;
    }
  else if (!a->in_pixels)
    {
      slack_x = slack_y = 1e-5;
    }

  return fabs (a->x * (a->in_pixels ? 1 : w) - b->x * (b->in_pixels ? 1 : w)) <= slack_x &&
         fabs (a->y * (a->in_pixels ? 1 : h) - b->y * (b->in_pixels ? 1 : h)) <= slack_y &&
         fabs (a->width * (a->in_pixels ? 1 : w) - b->width * (b->in_pixels ? 1 : w)) <= slack_x &&
         fabs (a->height * (a->in_pixels ? 1 : h) - b->height * (b->in_pixels ? 1 : h)) <= slack_y;
}

static const char *
class_of (Reading         *self,
          const CvrLabels *labels,
          gint             label)
{
  return label >= 0 && (guint) label < labels->classes->len
           ? cvr_loading_string (self->loading, g_ptr_array_index (labels->classes, label))
           : NULL;
}

static void
add_boxes (Reading           *self,
           guint              file,
           const CvrLabels   *labels,
           const CvrLabelled *labelled,
           CvrSaid           *said)
{
  guint n_before = said->boxes->len;

  for (guint b = 0; b < labelled->boxes->len; b++)
    {
      const CvrLabelBox *from = &g_array_index (labelled->boxes, CvrLabelBox, b);
      CvrSaidBox box = { class_of (self, labels, (gint) from->label),
                         from->x, from->y, from->width, from->height,
                         labelled->in_pixels, labelled->width, labelled->height, file };
      gboolean there = FALSE;

      for (guint i = 0; !there && i < n_before; i++)
        there = is_same_box (&box, &g_array_index (said->boxes, CvrSaidBox, i));
      if (!there)
        g_array_append_val (said->boxes, box);
    }
}

/* What @file says of one picture goes to what others said of it before. */
static void
unite (Reading           *self,
       guint              file,
       guint              picture,
       const CvrLabels   *labels,
       const CvrLabelled *labelled,
       CvrSplit           hint)
{
  CvrSourceFile *source = &self->loading->files[picture];
  CvrSaid *said = said_of (self, picture);
  const char *class_name = class_of (self, labels, labelled->label);

  if (said->class_name == NULL)
    said->class_name = class_name;
  else if (class_name != NULL && class_name != said->class_name)
    cvr_loading_note (self->loading, file,
                      g_strdup_printf (_("%1$s: another label file says “%2$s” of %3$s; its “%4$s” "
                                         "was left out"),
                                       cvr_loading_base (self->loading, file), said->class_name,
                                       cvr_loading_base (self->loading, picture), class_name));
  if (said->split == CVR_SPLIT_AUTO)
    said->split = parse_split (labelled->split);
  if (hint != CVR_SPLIT_AUTO)
    source->split = hint;
  if (said->note == NULL && labelled->note != NULL && labelled->note[0] != '\0')
    said->note = g_strdup (labelled->note);
  for (guint t = 0; t < labelled->tags->len; t++)
    g_ptr_array_add (said->tags, g_strdup (g_ptr_array_index (labelled->tags, t)));
  add_boxes (self, file, labels, labelled, said);
}

/* "instances_val2017.json" is about validation; "labels.csv" is about everything. */
static CvrSplit
hint_of (const char *name)
{
  for (const char *word = name; *word != '\0';)
    {
      gsize n = 0;
      CvrSplit split;

      while (g_ascii_isalnum (word[n]))
        n++;
      split = cvr_split_of_word (word, n);
      if (n > 0 && split != CVR_SPLIT_AUTO)
        return split;
      word += MAX (n, 1);
    }

  return CVR_SPLIT_AUTO;
}

static void
note_lost (Reading    *self,
           guint       file,
           const char *path,
           gint        found,
           GHashTable *lost)
{
  const char *name = path != NULL ? path : cvr_loading_base (self->loading, file);

  if (!g_hash_table_add (lost, g_strdup (name)))
    return;
  if (path == NULL)
    cvr_loading_skip (self->loading, file, name,
                      found == -2 ? _("several pictures could be meant")
                                  : _("there is no picture that it could be about"));
  else
    cvr_loading_skip (self->loading, file, name,
                      found == -2 ? _("a label file names it, but several pictures are called so")
                                  : _("a label file names it, but there is no such picture"));
}

static void
note_classes (Reading         *self,
              const Candidate *candidate)
{
  gboolean ordered = candidate->kind == CVR_LABELS_JSON || candidate->kind == CVR_LABELS_COCO ||
                     candidate->kind == CVR_LABELS_YOLO;

  for (guint k = 0; k < candidate->labels->classes->len; k++)
    {
      const char *name = class_of (self, candidate->labels, (gint) k);

      g_hash_table_add (self->classes, (gpointer) name);
      if (ordered && !g_ptr_array_find (self->loading->classes, name, NULL))
        g_ptr_array_add (self->loading->classes, (gpointer) name);
    }
}

static void
join_file (Reading    *self,
           guint       file,
           GHashTable *lost)
{
  const Candidate *candidate = &self->candidates[file];
  const char *name = cvr_loading_base (self->loading, file);
  CvrSplit hint = is_of_one (candidate->kind) ? CVR_SPLIT_AUTO : hint_of (name);
  guint n_found = 0;

  for (guint i = 0; i < candidate->labels->pictures->len; i++)
    {
      const CvrLabelled *labelled = g_ptr_array_index (candidate->labels->pictures, i);
      gint found = cvr_join_find (self->join, file, labelled->path, hint);

      if (found == -1 && labelled->path != NULL && is_of_one (candidate->kind))
        found = cvr_join_find (self->join, file, NULL, hint);
      if (found >= 0)
        unite (self, file, (guint) found, candidate->labels, labelled, hint);
      else
        note_lost (self, file, labelled->path, found, lost);
      n_found += found >= 0;
    }

  for (guint i = 0; i < candidate->labels->problems->len; i++)
    {
      const char *problem = g_ptr_array_index (candidate->labels->problems, i);

      cvr_loading_note (self->loading, file, g_strdup_printf (_("%1$s: %2$s"), name, problem));
    }
  /* What it names in vain was noted one by one. */
  self->loading->files[file].used = n_found > 0 || candidate->labels->pictures->len > 0;
  if (n_found == 0)
    return;
  self->n_joined++;
  note_classes (self, candidate);
  if (candidate->kind == CVR_LABELS_CSV)
    self->table = self->table == -1 ? (gint) file : -2;
}

/* A text whose name is a split and whose lines name pictures: YOLO's train.txt, VOC's
 * ImageSets/Main/val.txt. A line may say more behind a blank. */
static void
read_list (Reading *self,
           guint    file,
           CvrSplit split)
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
read_lists (Reading *self)
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
add_declared (Reading *self)
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

/* A lone table decides which pictures come in. */
static void
leave_out_unnamed (Reading *self)
{
  if (self->n_joined != 1 || self->table < 0)
    return;
  for (guint i = 0; i < self->loading->tree->files->len; i++)
    self->loading->files[i].left_out |= self->loading->files[i].said == NULL;
}

static void
reading_clear (Reading *self)
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
  Reading reading = { .loading = self, .table = -1 };
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean ok;

  reading.candidates = g_new0 (Candidate, MAX (1, self->tree->files->len));
  reading.classes = g_hash_table_new (g_str_hash, g_str_equal);
  reading.named = g_array_new (FALSE, FALSE, sizeof (guint));
  reading.join = cvr_join_new (self);

  ok = visit_candidates (&reading, error);
  if (ok)
    {
      read_names (&reading);
      read_yolo (&reading);
      for (guint i = 0; i < self->tree->files->len; i++)
        if (reading.candidates[i].labels != NULL)
          join_file (&reading, i, lost);
      if (reading.n_joined > 0)
        {
          read_lists (&reading);
          add_declared (&reading);
          leave_out_unnamed (&reading);
        }
      cvr_loading_settle (self, reading.n_joined > 0 ? reading.classes : NULL);
    }
  reading_clear (&reading);

  return ok;
}
