/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelled pictures in memory: an array of items with a look-up by id, and the array of class
 * names. */
#include "cvr-dataset.h"

#include <math.h>

/* An item and where it stands, so that the look-up by id needs no second table to be renumbered. */
typedef struct
{
  CvrItem item; /* its name is a GRefString, shared between copies */
  guint   index;
} Entry;

struct _CvrDataset
{
  gatomicrefcount ref_count;
  GPtrArray      *classes; /* of char* */
  GPtrArray      *entries; /* of Entry */
  GHashTable     *by_id;   /* &entry->item.id to Entry */
  guint64         next_id;
};

enum
{
  SIZE_MULTIPLE = 4,
  EMPTY_SIDE = 28, /* suggested where there are no pictures yet */
};

G_DEFINE_QUARK (cvr-storage-error-quark, cvr_storage_error)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  cvr_image_unref (entry->item.image);
  g_ref_string_release (entry->item.name);
  g_free (entry);
}

static Entry *
entry_at (CvrDataset *self,
          guint       index)
{
  return g_ptr_array_index (self->entries, index);
}

/* Takes ownership of @name, a GRefString. */
static void
append (CvrDataset *self,
        guint64     id,
        CvrImage   *image,
        char       *name,
        gint        label,
        CvrSplit    split,
        CvrSplit    used)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->item = (CvrItem) { id, cvr_image_ref (image), name, label, split, used };
  entry->index = self->entries->len;
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_id, &entry->item.id, entry);
}

/**
 * cvr_dataset_new:
 *
 * Returns: (transfer full): a data set without classes and items.
 */
CvrDataset *
cvr_dataset_new (void)
{
  CvrDataset *self = g_new0 (CvrDataset, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->classes = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->next_id = 1;

  return self;
}

CvrDataset *
cvr_dataset_ref (CvrDataset *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
cvr_dataset_unref (CvrDataset *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->classes);
  g_free (self);
}

/**
 * cvr_dataset_copy:
 *
 * Returns: (transfer full): the same classes and items, ids kept; pictures and names are shared.
 * May be handed to another thread.
 */
CvrDataset *
cvr_dataset_copy (CvrDataset *self)
{
  CvrDataset *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = cvr_dataset_new ();
  for (guint k = 0; k < self->classes->len; k++)
    g_ptr_array_add (copy->classes, g_strdup (g_ptr_array_index (self->classes, k)));
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &entry_at (self, i)->item;

      append (copy, item->id, item->image, g_ref_string_acquire (item->name), item->label,
              item->split, item->used);
    }
  copy->next_id = self->next_id;

  return copy;
}

guint
cvr_dataset_n_classes (CvrDataset *self)
{
  return self->classes->len;
}

/**
 * cvr_dataset_class_name:
 *
 * Returns: (nullable) (transfer none): %NULL where there is no class @k.
 */
const char *
cvr_dataset_class_name (CvrDataset *self,
                        guint       k)
{
  return k < self->classes->len ? g_ptr_array_index (self->classes, k) : NULL;
}

gint
cvr_dataset_find_class (CvrDataset *self,
                        const char *name)
{
  for (guint k = 0; k < self->classes->len; k++)
    if (g_str_equal (g_ptr_array_index (self->classes, k), name))
      return (gint) k;

  return -1;
}

guint
cvr_dataset_add_class (CvrDataset *self,
                       const char *name)
{
  gint found = cvr_dataset_find_class (self, name);

  if (found >= 0)
    return (guint) found;

  g_ptr_array_add (self->classes, g_strdup (name));

  return self->classes->len - 1;
}

/**
 * cvr_dataset_insert_class:
 * @k: where the class shall stand, at most the number of classes
 *
 * Labels of @k and above move up by one.
 */
void
cvr_dataset_insert_class (CvrDataset *self,
                          guint       k,
                          const char *name)
{
  g_return_if_fail (k <= self->classes->len);

  g_ptr_array_insert (self->classes, (gint) k, g_strdup (name));
  for (guint i = 0; i < self->entries->len; i++)
    {
      CvrItem *item = &entry_at (self, i)->item;

      if (item->label >= (gint) k)
        item->label++;
    }
}

void
cvr_dataset_rename_class (CvrDataset *self,
                          guint       k,
                          const char *name)
{
  char *old;

  g_return_if_fail (k < self->classes->len);

  old = g_ptr_array_index (self->classes, k);
  g_ptr_array_index (self->classes, k) = g_strdup (name);
  g_free (old);
}

/**
 * cvr_dataset_remove_class:
 *
 * Its items stay, without a label; labels above @k move down by one.
 */
void
cvr_dataset_remove_class (CvrDataset *self,
                          guint       k)
{
  g_return_if_fail (k < self->classes->len);

  g_ptr_array_remove_index (self->classes, k);
  for (guint i = 0; i < self->entries->len; i++)
    {
      CvrItem *item = &entry_at (self, i)->item;

      if (item->label == (gint) k)
        item->label = CVR_LABEL_NONE;
      else if (item->label > (gint) k)
        item->label--;
    }
}

guint
cvr_dataset_n_items (CvrDataset *self)
{
  return self->entries->len;
}

/**
 * cvr_dataset_item:
 *
 * Returns: (transfer none): borrowed until the item is removed or the data set goes away.
 */
const CvrItem *
cvr_dataset_item (CvrDataset *self,
                  guint       index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);

  return &entry_at (self, index)->item;
}

gint
cvr_dataset_find_item (CvrDataset *self,
                       guint64     id)
{
  Entry *entry = g_hash_table_lookup (self->by_id, &id);

  return entry != NULL ? (gint) entry->index : -1;
}

/**
 * cvr_dataset_add_item:
 * @id: 0 for the next free one; else one that no item of the set has
 * @name: (nullable): copied
 * @label: a class, or %CVR_LABEL_NONE
 *
 * Returns: the item's id; 0, and nothing is added, when @id is taken.
 */
guint64
cvr_dataset_add_item (CvrDataset *self,
                      guint64     id,
                      CvrImage   *image,
                      const char *name,
                      gint        label,
                      CvrSplit    split)
{
  g_return_val_if_fail (image != NULL, 0);
  g_return_val_if_fail (label >= CVR_LABEL_NONE && label < (gint) self->classes->len, 0);
  g_return_val_if_fail (id == 0 || !g_hash_table_contains (self->by_id, &id), 0);

  if (id == 0)
    id = self->next_id;
  self->next_id = MAX (self->next_id, id + 1);
  append (self, id, image, g_ref_string_new (name != NULL ? name : ""), label, split, split);

  return id;
}

/**
 * cvr_dataset_reserve_ids:
 * @first_free: the next id given out is at least this one
 *
 * For a set that was read back: ids of removed items that may return stay taken.
 */
void
cvr_dataset_reserve_ids (CvrDataset *self,
                         guint64     first_free)
{
  self->next_id = MAX (self->next_id, first_free);
}

void
cvr_dataset_set_label (CvrDataset *self,
                       guint       index,
                       gint        label)
{
  g_return_if_fail (index < self->entries->len);
  g_return_if_fail (label >= CVR_LABEL_NONE && label < (gint) self->classes->len);

  entry_at (self, index)->item.label = label;
}

void
cvr_dataset_set_split (CvrDataset *self,
                       guint       index,
                       CvrSplit    split)
{
  g_return_if_fail (index < self->entries->len);

  entry_at (self, index)->item.split = split;
}

/**
 * cvr_dataset_remove_item:
 *
 * The items behind it move up; its id is not given out again.
 */
void
cvr_dataset_remove_item (CvrDataset *self,
                         guint       index)
{
  g_return_if_fail (index < self->entries->len);

  g_hash_table_remove (self->by_id, &entry_at (self, index)->item.id);
  g_ptr_array_remove_index (self->entries, index);
  for (guint i = index; i < self->entries->len; i++)
    entry_at (self, i)->index = i;
}

/**
 * cvr_dataset_count:
 * @label: a class, %CVR_LABEL_NONE for items without one, −2 for any
 * @used: a side, or %CVR_SPLIT_AUTO for any
 */
guint
cvr_dataset_count (CvrDataset *self,
                   gint        label,
                   CvrSplit    used)
{
  guint count = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &entry_at (self, i)->item;

      count += (label == -2 || item->label == label) &&
               (used == CVR_SPLIT_AUTO || item->used == used);
    }

  return count;
}

/* SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
 * the output for the state @seed + @id golden gammas. */
static guint64
mix (guint64 seed,
     guint64 id)
{
  guint64 z = seed + id * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/* What is known of the undecided items of one class while they are divided. */
typedef struct
{
  Entry  *lowest;  /* goes to validation when chance sends none there */
  Entry  *highest; /* stays in training when chance leaves none there */
  guint64 low, high;
  guint   n_items, n_valid;
} ClassSides;

static void
divide_item (Entry      *entry,
             ClassSides *sides,
             guint64     threshold,
             guint64     seed)
{
  guint64 hash = mix (seed, entry->item.id);

  entry->item.used = hash < threshold ? CVR_SPLIT_VALID : CVR_SPLIT_TRAIN;
  sides->n_valid += entry->item.used == CVR_SPLIT_VALID;
  if (sides->n_items == 0 || hash < sides->low)
    {
      sides->low = hash;
      sides->lowest = entry;
    }
  if (sides->n_items == 0 || hash > sides->high)
    {
      sides->high = hash;
      sides->highest = entry;
    }
  sides->n_items++;
}

static gboolean
names_validation (CvrDataset *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &entry_at (self, i)->item;

      if (item->label >= 0 && item->split == CVR_SPLIT_VALID)
        return TRUE;
    }

  return FALSE;
}

/**
 * cvr_dataset_split:
 * @valid_fraction: 0 … 1, share of the undecided items of each class that validates
 * @seed: decides which
 *
 * Decides where every item is used. An undecided item validates when a hash of @seed and its id
 * falls below @valid_fraction, so it keeps its side whatever else comes and goes and the share is
 * met on average. A class of two or more always gets at least one item on each side that
 * @valid_fraction asks for. Items without a label are not used.
 */
void
cvr_dataset_split (CvrDataset *self,
                   double      valid_fraction,
                   guint64     seed)
{
  double fraction = CLAMP (valid_fraction, 0.0, 1.0);
  guint64 threshold = fraction >= 1.0 ? G_MAXUINT64 : (guint64) ldexp (fraction, 64);
  g_autofree ClassSides *sides = g_new0 (ClassSides, MAX (1, self->classes->len));

  if (names_validation (self))
    threshold = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = entry_at (self, i);

      if (entry->item.label < 0)
        entry->item.used = CVR_SPLIT_AUTO;
      else if (entry->item.split != CVR_SPLIT_AUTO)
        entry->item.used = entry->item.split;
      else
        divide_item (entry, &sides[entry->item.label], threshold, seed);
    }

  if (threshold == 0)
    return;

  for (guint k = 0; k < self->classes->len; k++)
    if (sides[k].n_items >= 2 && sides[k].n_valid == 0)
      sides[k].lowest->item.used = CVR_SPLIT_VALID;
    else if (sides[k].n_items >= 2 && sides[k].n_valid == sides[k].n_items && fraction < 1.0)
      sides[k].highest->item.used = CVR_SPLIT_TRAIN;
    else if (sides[k].n_items == 1 && fraction < 1.0)
      sides[k].lowest->item.used = CVR_SPLIT_TRAIN;
}

/**
 * cvr_dataset_unite:
 *
 * Adds every item of @other behind the items of @self, under new ids; pictures are shared, classes
 * united by name. @other stays as it is.
 */
void
cvr_dataset_unite (CvrDataset *self,
                   CvrDataset *other)
{
  g_autofree gint *labels = g_new (gint, MAX (1, other->classes->len));

  g_return_if_fail (self != other);

  for (guint k = 0; k < other->classes->len; k++)
    labels[k] = (gint) cvr_dataset_add_class (self, g_ptr_array_index (other->classes, k));

  for (guint i = 0; i < other->entries->len; i++)
    {
      const CvrItem *item = &entry_at (other, i)->item;

      append (self, self->next_id++, item->image, g_ref_string_acquire (item->name),
              item->label >= 0 ? labels[item->label] : CVR_LABEL_NONE, item->split, item->used);
    }
}

static int
compare_sides (gconstpointer a,
               gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

/* Side of a square that suits pictures of different sizes: their median long side. */
static guint
suggest_side (CvrDataset *self,
              guint       max_side)
{
  g_autofree guint *sides = g_new (guint, self->entries->len);
  guint side;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrImage *image = entry_at (self, i)->item.image;

      sides[i] = MAX (image->width, image->height);
    }
  qsort (sides, self->entries->len, sizeof *sides, compare_sides);

  side = (sides[self->entries->len / 2] + SIZE_MULTIPLE / 2) / SIZE_MULTIPLE * SIZE_MULTIPLE;

  return CLAMP (side, SIZE_MULTIPLE, MAX (SIZE_MULTIPLE, max_side / SIZE_MULTIPLE * SIZE_MULTIPLE));
}

/**
 * cvr_dataset_suggest_size:
 * @max_side: upper bound of a side, in pixels
 * @width: (out): pixels
 * @height: (out): pixels
 * @channels: (out): 1 when every picture is grey, else 3
 *
 * The pictures' common size when they share one of at most @max_side a side; else a square of the
 * median long side, a multiple of 4.
 */
void
cvr_dataset_suggest_size (CvrDataset *self,
                          guint       max_side,
                          guint      *width,
                          guint      *height,
                          guint      *channels)
{
  gboolean common = TRUE, grey = TRUE;
  const CvrImage *first;

  *width = *height = MIN (EMPTY_SIDE, max_side);
  *channels = 1;
  if (self->entries->len == 0)
    return;

  first = entry_at (self, 0)->item.image;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrImage *image = entry_at (self, i)->item.image;

      common = common && image->width == first->width && image->height == first->height;
      grey = grey && image->channels == 1;
    }

  *channels = grey ? 1 : 3;
  if (common && MAX (first->width, first->height) <= max_side)
    {
      *width = first->width;
      *height = first->height;
    }
  else
    {
      *width = *height = suggest_side (self, max_side);
    }
}
