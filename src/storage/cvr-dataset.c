/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelled pictures: an array of items with a look-up by id, and the array of classes. */
#include "cvr-dataset-private.h"

G_DEFINE_QUARK (cvr-storage-error-quark, cvr_storage_error)

static void
class_free (gpointer data)
{
  CvrClass *klass = data;

  g_free (klass->name);
  g_free (klass);
}

static CvrClass *
class_copy (const CvrClass *klass)
{
  CvrClass *copy = g_memdup2 (klass, sizeof *klass);

  copy->name = g_strdup (klass->name);

  return copy;
}

static CvrClass *
class_at (CvrDataset *self,
          guint       k)
{
  return g_ptr_array_index (self->classes, k);
}

static void
entry_free (gpointer data)
{
  CvrEntry *entry = data;

  cvr_picture_unref (entry->item.picture);
  cvr_extras_unref (entry->item.extras);
  g_ref_string_release (entry->item.name);
  g_free (entry);
}

static CvrEntry *
entry_at (CvrDataset *self,
          guint       index)
{
  return g_ptr_array_index (self->entries, index);
}

/* Everything as in @item, under @id; takes ownership of @name, a GRefString. */
static void
append (CvrDataset    *self,
        const CvrItem *item,
        guint64        id,
        char          *name)
{
  CvrEntry *entry = g_new0 (CvrEntry, 1);

  entry->item = *item;
  entry->item.id = id;
  entry->item.name = name;
  cvr_picture_ref (item->picture);
  cvr_extras_ref (item->extras);
  entry->index = self->entries->len;
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_id, &entry->item.id, entry);
  ++*cvr_dataset_cell (self, item->label, item->used);
}

void
cvr_dataset_recount (CvrDataset *self)
{
  g_array_set_size (self->counts, 0); /* what comes next is zero */
  g_array_set_size (self->counts, 4 * (self->classes->len + 1));
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &entry_at (self, i)->item;

      ++*cvr_dataset_cell (self, item->label, item->used);
    }
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
  self->classes = g_ptr_array_new_with_free_func (class_free);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->counts = g_array_new (FALSE, TRUE, sizeof (guint));
  self->next_id = 1;
  cvr_dataset_recount (self);

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
  g_array_unref (self->counts);
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
    g_ptr_array_add (copy->classes, class_copy (class_at (self, k)));
  cvr_dataset_recount (copy);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &entry_at (self, i)->item;

      append (copy, item, item->id, g_ref_string_acquire (item->name));
    }
  copy->next_id = self->next_id;

  return copy;
}

/**
 * cvr_dataset_copy_active:
 *
 * Returns: (transfer full): a copy without the classes that are switched off.
 */
CvrDataset *
cvr_dataset_copy_active (CvrDataset *self)
{
  CvrDataset *copy = cvr_dataset_copy (self);

  for (guint k = copy->classes->len; k > 0; k--)
    if (class_at (copy, k - 1)->off)
      cvr_dataset_remove_class (copy, k - 1);

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
  return k < self->classes->len ? class_at (self, k)->name : NULL;
}

/**
 * cvr_dataset_class:
 *
 * Returns: (nullable) (transfer none): %NULL where there is no class @k.
 */
const CvrClass *
cvr_dataset_class (CvrDataset *self,
                   guint       k)
{
  return k < self->classes->len ? class_at (self, k) : NULL;
}

/* A key that somebody chose comes before the places: the rest keep theirs. */
gint
cvr_dataset_class_of_key (CvrDataset *self,
                          guint       key)
{
  for (guint k = 0; k < self->classes->len; k++)
    if (class_at (self, k)->key == key)
      return key > 0 ? (gint) k : -1;

  return key > 0 && key <= self->classes->len && class_at (self, key - 1)->key == 0
           ? (gint) key - 1
           : -1;
}

gint
cvr_dataset_find_class (CvrDataset *self,
                        const char *name)
{
  for (guint k = 0; k < self->classes->len; k++)
    if (g_str_equal (class_at (self, k)->name, name))
      return (gint) k;

  return -1;
}

guint
cvr_dataset_add_class (CvrDataset *self,
                       const char *name)
{
  gint found = cvr_dataset_find_class (self, name);
  CvrClass klass = { .name = (char *) name, .colour = -1 };

  if (found >= 0)
    return (guint) found;

  g_ptr_array_add (self->classes, class_copy (&klass));
  g_array_set_size (self->counts, 4 * (self->classes->len + 1));

  return self->classes->len - 1;
}

/* Labels of items and boxes move when classes come or go: at @k by @by (1 or −1). With −1 what had
 * label @k has none. */
static void
move_labels (CvrDataset *self,
             guint       k,
             gint        by)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      CvrItem *item = &entry_at (self, i)->item;

      item->label = cvr_moved_label (item->label, k, by);
      if (item->extras != NULL && item->extras->n_boxes > 0)
        {
          CvrExtras *old = item->extras;
          g_autofree CvrBox *boxes = g_memdup2 (old->boxes, old->n_boxes * sizeof *boxes);

          for (guint j = 0; j < old->n_boxes; j++)
            boxes[j].label = cvr_moved_label (boxes[j].label, k, by);
          item->extras =
            cvr_extras_new (boxes, old->n_boxes, (const char *const *) old->tags, old->note);
          cvr_extras_unref (old);
        }
    }
  cvr_dataset_recount (self);
}

/**
 * cvr_dataset_insert_class:
 * @k: where the class shall stand, at most the number of classes
 *
 * Labels of @k and above move up by one.
 */
void
cvr_dataset_insert_class (CvrDataset     *self,
                          guint           k,
                          const CvrClass *klass)
{
  g_return_if_fail (k <= self->classes->len);

  g_ptr_array_insert (self->classes, (gint) k, class_copy (klass));
  move_labels (self, k, 1);
}

void
cvr_dataset_set_class (CvrDataset     *self,
                       guint           k,
                       const CvrClass *klass)
{
  CvrClass *old;

  g_return_if_fail (k < self->classes->len);

  old = class_at (self, k);
  g_ptr_array_index (self->classes, k) = class_copy (klass);
  class_free (old);
}

/**
 * cvr_dataset_remove_class:
 *
 * Its items and boxes stay, without a label; labels above @k move down by one.
 */
void
cvr_dataset_remove_class (CvrDataset *self,
                          guint       k)
{
  g_return_if_fail (k < self->classes->len);

  g_ptr_array_remove_index (self->classes, k);
  move_labels (self, k, -1);
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
  CvrEntry *entry = g_hash_table_lookup (self->by_id, &id);

  return entry != NULL ? (gint) entry->index : -1;
}

/**
 * cvr_dataset_add_item:
 * @item: id 0 for the next free one, else one that no item of the set has; name nullable; label a
 *   class, or %CVR_LABEL_NONE
 *
 * Returns: the item's id; 0, and nothing is added, when its id is taken.
 */
guint64
cvr_dataset_add_item (CvrDataset    *self,
                      const CvrItem *item)
{
  guint64 id = item->id != 0 ? item->id : self->next_id;
  CvrItem fresh = *item;

  g_return_val_if_fail (item->picture != NULL, 0);
  g_return_val_if_fail (item->label >= CVR_LABEL_NONE && item->label < (gint) self->classes->len, 0);
  g_return_val_if_fail (!g_hash_table_contains (self->by_id, &id), 0);

  self->next_id = MAX (self->next_id, id + 1);
  fresh.used = item->split;
  append (self, &fresh, id, g_ref_string_new (item->name != NULL ? item->name : ""));

  return id;
}

guint64
cvr_dataset_add_image (CvrDataset *self,
                       CvrImage   *image,
                       const char *name,
                       gint        label,
                       CvrSplit    split)
{
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrItem item = { .picture = picture, .name = (char *) name, .label = label, .split = split };

  return cvr_dataset_add_item (self, &item);
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
  CvrItem *item;

  g_return_if_fail (index < self->entries->len);
  g_return_if_fail (label >= CVR_LABEL_NONE && label < (gint) self->classes->len);

  item = &entry_at (self, index)->item;
  --*cvr_dataset_cell (self, item->label, item->used);
  item->label = label;
  ++*cvr_dataset_cell (self, item->label, item->used);
}

void
cvr_dataset_set_split (CvrDataset *self,
                       guint       index,
                       CvrSplit    split)
{
  g_return_if_fail (index < self->entries->len);

  entry_at (self, index)->item.split = split;
}

void
cvr_dataset_set_extras (CvrDataset *self,
                        guint       index,
                        CvrExtras  *extras)
{
  CvrItem *item;

  g_return_if_fail (index < self->entries->len);

  item = &entry_at (self, index)->item;
  cvr_extras_ref (extras);
  cvr_extras_unref (item->extras);
  item->extras = extras;
}

void
cvr_dataset_set_group (CvrDataset *self,
                       guint       index,
                       guint64     group)
{
  g_return_if_fail (index < self->entries->len);

  entry_at (self, index)->item.group = group;
}

void
cvr_dataset_set_look (CvrDataset *self,
                      guint       index,
                      guint64     look,
                      guint64     digest)
{
  g_return_if_fail (index < self->entries->len);

  entry_at (self, index)->item.look = look;
  entry_at (self, index)->item.digest = digest;
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
  const CvrItem *item;

  g_return_if_fail (index < self->entries->len);

  item = &entry_at (self, index)->item;
  --*cvr_dataset_cell (self, item->label, item->used);
  g_hash_table_remove (self->by_id, &item->id);
  g_ptr_array_remove_index (self->entries, index);
  for (guint i = index; i < self->entries->len; i++)
    entry_at (self, i)->index = i;
}

/**
 * cvr_dataset_count:
 * @label: a class, %CVR_LABEL_NONE for items without one, −2 for any
 * @used: a side, or %CVR_SPLIT_AUTO for any
 *
 * Looks at no item: it is kept count of.
 */
guint
cvr_dataset_count (CvrDataset *self,
                   gint        label,
                   CvrSplit    used)
{
  gint n_classes = (gint) self->classes->len;
  guint count = 0;

  for (gint k = label == -2 ? CVR_LABEL_NONE : label;
       k < n_classes && (label == -2 || k == label); k++)
    for (guint side = CVR_SPLIT_AUTO; side <= CVR_SPLIT_TEST; side++)
      if (used == CVR_SPLIT_AUTO || used == side)
        count += *cvr_dataset_cell (self, k, side);

  return count;
}

/* The same with labels @labels[old]. */
static CvrExtras *
relabelled (const CvrExtras *extras,
            const gint      *labels)
{
  g_autofree CvrBox *boxes = NULL;

  if (extras == NULL)
    return NULL;

  boxes = g_memdup2 (extras->boxes, extras->n_boxes * sizeof *boxes);
  for (guint i = 0; i < extras->n_boxes; i++)
    if (boxes[i].label >= 0)
      boxes[i].label = labels[boxes[i].label];

  return cvr_extras_new (boxes, extras->n_boxes, (const char *const *) extras->tags, extras->note);
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
    labels[k] = (gint) cvr_dataset_add_class (self, class_at (other, k)->name);

  for (guint i = 0; i < other->entries->len; i++)
    {
      CvrItem item = entry_at (other, i)->item;
      g_autoptr (CvrExtras) extras = relabelled (item.extras, labels);

      if (item.label >= 0)
        item.label = labels[item.label];
      item.extras = extras;
      append (self, &item, self->next_id++, g_ref_string_acquire (item.name));
    }
}
