/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What label files say goes to the pictures that they mean. */
#include "cvr-load-reading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Whether the kind speaks of one picture, that of its own name. */
static gboolean
is_of_one (CvrLabelsKind kind)
{
  return kind == CVR_LABELS_LABELME || kind == CVR_LABELS_YOLO || kind == CVR_LABELS_VOC;
}

static CvrSaid *
said_of (CvrReading *self,
         guint       picture)
{
  CvrSourceFile *source = &self->loading->files[picture];

  if (source->said == NULL)
    source->said = cvr_said_new ();

  return source->said;
}

static CvrSplit
parse_split (const char *word)
{
  return word == NULL ? CVR_SPLIT_AUTO : cvr_split_of_word (word, strlen (word));
}

static const char *
class_of (CvrReading      *self,
          const CvrLabels *labels,
          gint             label)
{
  return label >= 0 && (guint) label < labels->classes->len
           ? cvr_loading_string (self->loading, g_ptr_array_index (labels->classes, label))
           : NULL;
}

static void
add_boxes (CvrReading        *self,
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

      cvr_said_add_box (said, n_before, &box);
    }
}

/* What @file says of one picture goes to what others said of it before. @name: the picture's. */
static void
unite (CvrReading        *self,
       guint              file,
       CvrSaid           *said,
       const char        *name,
       const CvrLabels   *labels,
       const CvrLabelled *labelled)
{
  const char *class_name = class_of (self, labels, labelled->label);

  if (said->class_name == NULL)
    said->class_name = class_name;
  else if (class_name != NULL && class_name != said->class_name)
    cvr_loading_note (self->loading, file,
                      g_strdup_printf (_("%1$s: another label file says “%2$s” of %3$s; its “%4$s” "
                                         "was left out"),
                                       cvr_loading_base (self->loading, file), said->class_name,
                                       name, class_name));
  if (said->split == CVR_SPLIT_AUTO)
    said->split = parse_split (labelled->split);
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
note_lost (CvrReading *self,
           guint       file,
           const char *path,
           gint        found,
           GHashTable *lost)
{
  CvrLoading *loading = self->loading;
  const char *name = path != NULL ? path : cvr_loading_base (loading, file);

  if (!g_hash_table_add (lost, g_strdup (name)))
    return;
  if (loading->n_lost++ == 0)
    loading->first_lost = cvr_loading_string (loading, name);
  if (path == NULL)
    cvr_loading_skip (loading, file, name,
                      found == -2 ? _("several pictures could be meant")
                                  : _("there is no picture that it could be about"));
  else
    cvr_loading_skip (loading, file, name,
                      found == -2 ? _("a label file names it, but several pictures are called so")
                                  : _("a label file names it, but there is no such picture"));
}

static void
note_classes (CvrReading         *self,
              const CvrCandidate *candidate)
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

/* A picture of the source; −1: none is meant, −2: several could be. */
static gint
find_here (CvrReading        *self,
           guint              file,
           const CvrLabelled *labelled,
           CvrSplit           hint)
{
  gint found;

  if (self->loading->spec->labels_only)
    return -1;

  found = cvr_join_find (self->join, file, labelled->path, hint);
  if (found == -1 && labelled->path != NULL && is_of_one (self->candidates[file].kind))
    found = cvr_join_find (self->join, file, NULL, hint);

  return found;
}

/* The same among the pictures that are there already. */
static gint
find_there (CvrReading        *self,
            guint              file,
            const CvrLabelled *labelled)
{
  const CvrCandidate *candidate = &self->candidates[file];
  CvrThere *there = self->loading->there;
  const char *own = cvr_loading_base (self->loading, file);
  gint found = -1;

  if (labelled->path != NULL)
    found = cvr_there_find (there, candidate->labels, labelled->path);
  if (found == -1 && (labelled->path == NULL || is_of_one (candidate->kind)))
    found = cvr_there_find (there, candidate->labels, own);

  return found;
}

/* Pictures that aren't in the source: @missing has their places in the label file. A file that
 * speaks of some in the source doesn't mean others that happen to be called the same. */
static void
join_there (CvrReading   *self,
            guint         file,
            const GArray *missing,
            CvrSplit      hint,
            GHashTable   *lost)
{
  const CvrCandidate *candidate = &self->candidates[file];
  CvrThere *there = self->loading->there;
  gboolean may_be = there != NULL && (missing->len == candidate->labels->pictures->len ||
                                      self->alone);

  for (guint i = 0; i < missing->len; i++)
    {
      const CvrLabelled *labelled = g_ptr_array_index (candidate->labels->pictures,
                                                       g_array_index (missing, guint, i));
      gint found = may_be ? find_there (self, file, labelled) : -1;
      CvrSaid *said;

      if (found < 0)
        {
          note_lost (self, file, labelled->path, found, lost);
          continue;
        }
      said = cvr_there_said (there, (guint) found);
      unite (self, file, said, labelled->path != NULL ? labelled->path : "", candidate->labels,
             labelled);
      if (said->split == CVR_SPLIT_AUTO)
        said->split = hint;
    }
}

/* Finds the pictures that @file speaks of in the source. @missing: (of guint): gets the places of
 * the others in the label file. Returns: how many there are. */
static guint
join_here (CvrReading *self,
           guint       file,
           GArray     *missing,
           CvrSplit    hint,
           GHashTable *lost)
{
  const CvrLabels *labels = self->candidates[file].labels;
  guint n_found = 0;

  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *labelled = g_ptr_array_index (labels->pictures, i);
      gint found = find_here (self, file, labelled, hint);

      if (found == -1)
        g_array_append_val (missing, i);
      else if (found < 0)
        note_lost (self, file, labelled->path, found, lost);
      else
        {
          unite (self, file, said_of (self, (guint) found),
                 cvr_loading_base (self->loading, (guint) found), labels, labelled);
          if (hint != CVR_SPLIT_AUTO)
            self->loading->files[found].split = hint;
          n_found++;
        }
    }

  return n_found;
}

/* What our own form says of a class beside its name. */
static void
keep_looks (CvrReading      *self,
            const CvrLabels *labels)
{
  CvrLoading *loading = self->loading;

  for (guint k = 0; k < labels->looks->len; k++)
    {
      const CvrLabelsLook *look = &g_array_index (labels->looks, CvrLabelsLook, k);

      if (look->colour < 0 && look->key == 0 && !look->off)
        continue;
      if (loading->looks == NULL)
        loading->looks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
      g_hash_table_insert (loading->looks, (gpointer) class_of (self, labels, (gint) k),
                           g_memdup2 (look, sizeof *look));
    }
}

/**
 * cvr_reading_join:
 * @file: a label file that was read
 * @lost: (element-type utf8): names that no picture has, so that each is said once
 *
 * Gives what it says to its pictures, in the source or among those that are there already.
 */
void
cvr_reading_join (CvrReading *self,
                  guint       file,
                  GHashTable *lost)
{
  const CvrCandidate *candidate = &self->candidates[file];
  const char *name = cvr_loading_base (self->loading, file);
  CvrSplit hint = is_of_one (candidate->kind) ? CVR_SPLIT_AUTO : hint_of (name);
  g_autoptr (GArray) missing = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_found = join_here (self, file, missing, hint, lost);

  keep_looks (self, candidate->labels);
  join_there (self, file, missing, hint, lost);

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
