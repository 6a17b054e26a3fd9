/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels for pictures that are there already: which of them a label file means, and what they
 * get. */
#include "cvr-loading.h"

#include "cvr-save-private.h"

#include <glib/gi18n-lib.h>

struct _CvrThere
{
  CvrDataset *dataset;
  GHashTable *names;     /* name, and name without ending and a slash → first such place + 1 */
  guint      *next;      /* for every picture: the next one of the same name + 1 */
  guint      *next_stem; /* the same without ending */
  GHashTable *digests;   /* as pointer to guint64, borrowed → place + 1 */
  char      **stems;     /* of every picture as taking out writes them; NULL: not yet */
  GHashTable *written;   /* these, borrowed → place + 1; NULL: not yet */
  const CvrLabels *labels; /* whose names @named are */
  GHashTable *named;     /* stems of all pictures of a label file */
  GHashTable *said;      /* place + 1 → CvrSaid, owned */
  GArray     *places;    /* of guint: keys of @said, in order */
};

static void
put_name (CvrThere *self,
          guint    *next,
          char     *key,
          guint     place)
{
  next[place] = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, key));
  g_hash_table_insert (self->names, key, GUINT_TO_POINTER (place + 1));
}

/* @dataset: held. For one thread. */
CvrThere *
cvr_there_new (CvrDataset *dataset)
{
  CvrThere *self = g_new0 (CvrThere, 1);

  self->dataset = cvr_dataset_ref (dataset);
  self->said = g_hash_table_new_full (NULL, NULL, NULL, cvr_said_free);
  self->places = g_array_new (FALSE, FALSE, sizeof (guint));

  return self;
}

/* Most sources have no label files, and nobody asks. */
static void
look_up (CvrThere *self)
{
  guint n = cvr_dataset_n_items (self->dataset);

  if (self->names != NULL)
    return;

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->next = g_new0 (guint, MAX (1, n));
  self->next_stem = g_new0 (guint, MAX (1, n));
  self->digests = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = n; i > 0; i--)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i - 1);
      const char *base = cvr_path_base (item->name);
      g_autofree char *stem = cvr_path_dup_stem (base);

      put_name (self, self->next, g_strdup (base), i - 1);
      put_name (self, self->next_stem, g_strconcat (stem, "/", NULL), i - 1);
      if (item->digest != 0)
        g_hash_table_insert (self->digests, (gpointer) &item->digest, GUINT_TO_POINTER (i));
    }
}

void
cvr_there_free (CvrThere *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  g_clear_pointer (&self->written, g_hash_table_unref);
  g_strfreev (self->stems);
  g_clear_pointer (&self->named, g_hash_table_unref);
  g_hash_table_unref (self->said);
  g_array_unref (self->places);
  g_free (self->next);
  g_free (self->next_stem);
  cvr_dataset_unref (self->dataset);
  g_free (self);
}

/* Pictures of one name are told apart by what taking their labels out would call them. */
static void
write_names (CvrThere *self)
{
  g_autoptr (GHashTable) taken = NULL;
  guint n = cvr_dataset_n_items (self->dataset);

  if (self->written != NULL)
    return;

  taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->written = g_hash_table_new (g_str_hash, g_str_equal);
  self->stems = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *stem = cvr_save_stem (cvr_dataset_item (self->dataset, i)->name);

      self->stems[i] = cvr_save_name (taken, stem);
      g_hash_table_insert (self->written, self->stems[i], GUINT_TO_POINTER (i + 1));
    }
}

/* The picture that taking out would call @stem. */
static gint
find_written (CvrThere   *self,
              const char *stem)
{
  write_names (self);

  return (gint) GPOINTER_TO_UINT (g_hash_table_lookup (self->written, stem)) - 1;
}

/* Whether @labels name all pictures of a chain as taking out would write them. */
static gboolean
names_all (CvrThere        *self,
           const CvrLabels *labels,
           guint            first,
           const guint     *next)
{
  if (self->labels != labels)
    {
      g_clear_pointer (&self->named, g_hash_table_unref);
      self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      self->labels = labels;
      for (guint i = 0; i < labels->pictures->len; i++)
        {
          const CvrLabelled *labelled = g_ptr_array_index (labels->pictures, i);

          if (labelled->path != NULL)
            g_hash_table_add (self->named, cvr_save_stem (cvr_path_base (labelled->path)));
        }
    }

  write_names (self);
  for (guint place = first; place > 0; place = next[place - 1])
    if (!g_hash_table_contains (self->named, self->stems[place - 1]))
      return FALSE;

  return TRUE;
}

/**
 * cvr_there_find:
 * @labels: the label file
 * @path: what it calls the picture
 *
 * By file name, else by the name without its ending, else by the name that the picture has in label
 * files that this program writes. Several pictures of one name are told apart only in a file that
 * names each of them as this program would.
 *
 * Returns: the picture's place; −1: there is none, −2: several might be meant.
 */
gint
cvr_there_find (CvrThere        *self,
                const CvrLabels *labels,
                const char      *path)
{
  g_autofree char *cleaned = cvr_path_clean (path);
  const char *base = cvr_path_base (cleaned);
  g_autofree char *plain = cvr_save_stem (base);
  g_autofree char *stem = cvr_path_dup_stem (base);
  g_autofree char *stem_key = g_strconcat (stem, "/", NULL);
  g_autofree char *whole_key = g_strconcat (base, "/", NULL);
  const char *const keys[] = { base, stem_key, whole_key }; /* "12.5" is a whole name, too */

  look_up (self);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const guint *next = i == 0 ? self->next : self->next_stem;
      guint first = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, keys[i]));

      if (first == 0)
        continue;
      if (next[first - 1] == 0)
        return (gint) first - 1;

      return names_all (self, labels, first, next) ? find_written (self, plain) : -2;
    }

  return find_written (self, plain);
}

/* (transfer none): what is said of the picture at @place; empty at first. */
CvrSaid *
cvr_there_said (CvrThere *self,
                guint     place)
{
  CvrSaid *said = g_hash_table_lookup (self->said, GUINT_TO_POINTER (place + 1));

  if (said == NULL)
    {
      said = cvr_said_new ();
      said->orientation = CVR_ORIENTATION_UNKNOWN;
      g_hash_table_insert (self->said, GUINT_TO_POINTER (place + 1), said);
      g_array_append_val (self->places, place);
    }

  return said;
}

/* (transfer full): the same again. */
static CvrSaid *
said_copy (const CvrSaid *from)
{
  CvrSaid *self = cvr_said_new ();

  self->class_name = from->class_name;
  self->split = from->split;
  self->note = g_strdup (from->note);
  for (guint t = 0; t < from->tags->len; t++)
    g_ptr_array_add (self->tags, g_strdup (g_ptr_array_index (from->tags, t)));
  g_array_append_vals (self->boxes, from->boxes->data, from->boxes->len);

  return self;
}

/**
 * cvr_there_give_same:
 * @said: of a picture that didn't come in because it is there already
 *
 * What label files of the same source say by name counts more.
 */
void
cvr_there_give_same (CvrThere      *self,
                     guint64        digest,
                     const CvrSaid *said,
                     guint          orientation)
{
  gpointer key;
  CvrSaid *copy;
  guint place;

  look_up (self);
  key = g_hash_table_lookup (self->digests, &digest);
  if (key == NULL || g_hash_table_contains (self->said, key))
    return;

  copy = said_copy (said);
  copy->orientation = orientation;
  place = GPOINTER_TO_UINT (key) - 1;
  g_hash_table_insert (self->said, key, copy);
  g_array_append_val (self->places, place);
}

static void
add_class (CvrLoading *self,
           CvrDataset *dataset,
           const char *name)
{
  if (name != NULL)
    cvr_loading_add_class (self, dataset, name);
}

/**
 * cvr_loading_give:
 * @dataset: gets the classes that are said
 *
 * Once everything is assembled: fills the caller's list of pictures that are there already.
 */
void
cvr_loading_give (CvrLoading    *self,
                  CvrDataset    *dataset,
                  CvrLoadReport *report)
{
  CvrThere *there = self->there;

  for (guint i = 0; there != NULL && i < there->places->len; i++)
    {
      guint place = g_array_index (there->places, guint, i);
      const CvrSaid *said = g_hash_table_lookup (there->said, GUINT_TO_POINTER (place + 1));
      const CvrItem *item = cvr_dataset_item (there->dataset, place);
      CvrGiven given = { .id = item->id, .split = said->split };
      guint n_left_out;

      add_class (self, dataset, said->class_name);
      for (guint b = 0; b < said->boxes->len; b++)
        add_class (self, dataset, g_array_index (said->boxes, CvrSaidBox, b).class_name);
      given.label = said->class_name != NULL ? cvr_dataset_find_class (dataset, said->class_name)
                                             : CVR_LABEL_NONE;
      given.extras = cvr_said_extras (said, cvr_picture_facts (item->picture), said->orientation,
                                      dataset, &n_left_out);
      cvr_loading_note_boxes (item->name, n_left_out, report);
      g_array_append_val (self->given, given);
    }
  report->n_given = self->given->len;
}

void
cvr_given_clear (gpointer data)
{
  CvrGiven *given = data;

  cvr_extras_unref (given->extras);
}
