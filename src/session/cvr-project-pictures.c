/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that come and go: data set and list stay in order of the ids, whatever
 * is undone when. */
#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

/* Fewer than this many are taken out one by one; more are left out of a new data set. */
enum { ONE_BY_ONE = 64 };

void
cvr_project_keep_hidden (CvrProject *self,
                         guint64     id,
                         CvrImage   *image)
{
  g_hash_table_replace (self->hidden, g_memdup2 (&id, sizeof id), cvr_image_ref (image));
}

static CvrDataset *
new_with_classes (CvrProject *self)
{
  CvrDataset *dataset = cvr_dataset_new ();

  for (guint k = 0; k < cvr_dataset_n_classes (self->dataset); k++)
    cvr_dataset_insert_class (dataset, k, cvr_dataset_class_name (self->dataset, k));
  cvr_dataset_reserve_ids (dataset, self->next_id);

  return dataset;
}

static void
copy_item (CvrDataset    *dataset,
           const CvrItem *item)
{
  cvr_dataset_add_item (dataset, item->id, item->image, item->name, item->label, item->split);
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const CvrItem *x = a, *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

static void
clear_item (gpointer item)
{
  g_clear_pointer (&((CvrItem *) item)->image, cvr_image_unref);
}

/* Items of @change with their pictures, in order of their ids. NULL with an error when one can't be
 * had. */
static GArray *
gather_items (CvrProject      *self,
              const CvrChange *change,
              GError         **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (CvrItem));
  gint n_classes = (gint) cvr_dataset_n_classes (self->dataset);

  g_array_set_clear_func (items, clear_item);
  for (guint i = 0; i < change->ids->len; i++)
    {
      CvrItem item = {
        .id = g_array_index (change->ids, guint64, i),
        .name = g_ptr_array_index (change->names, i),
        .label = g_array_index (change->before, gint, i),
        .split = (CvrSplit) g_array_index (change->after, gint, i),
      };
      CvrImage *kept = g_hash_table_lookup (self->hidden, &item.id);

      if (cvr_dataset_find_item (self->dataset, item.id) >= 0)
        continue;
      if (item.label >= n_classes)
        {
          g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                       _("Picture “%1$s” belongs to class %2$d, but there are only %3$d."),
                       item.name, item.label, n_classes);
          return NULL;
        }
      item.image =
        kept != NULL ? cvr_image_ref (kept) : cvr_store_get_image (self->store, item.id, error);
      if (item.image == NULL)
        return NULL;
      g_array_append_val (items, item);
    }
  g_array_sort (items, compare_items);

  return g_steal_pointer (&items);
}

/* Old and new items merged by id; appending when all new ones come last, as they
 * nearly always do. */
static void
merge_items (CvrProject *self,
             GArray     *items)
{
  guint n_old = cvr_dataset_n_items (self->dataset);
  const CvrItem *last = n_old > 0 ? cvr_dataset_item (self->dataset, n_old - 1) : NULL;
  g_autoptr (CvrDataset) merged = NULL;
  guint i = 0, j = 0;

  if (items->len == 0)
    return;
  if (last == NULL || last->id < g_array_index (items, CvrItem, 0).id)
    {
      for (; j < items->len; j++)
        copy_item (self->dataset, &g_array_index (items, CvrItem, j));
      return;
    }

  merged = new_with_classes (self);
  while (i < n_old || j < items->len)
    if (j == items->len || (i < n_old && cvr_dataset_item (self->dataset, i)->id <
                                           g_array_index (items, CvrItem, j).id))
      copy_item (merged, cvr_dataset_item (self->dataset, i++));
    else
      copy_item (merged, &g_array_index (items, CvrItem, j++));
  cvr_dataset_unref (self->dataset);
  self->dataset = g_steal_pointer (&merged);
}

/* One splice for every run of neighbours; places in the list are those in the data set. */
static void
list_items (CvrProject *self,
            GArray     *items)
{
  g_autoptr (GPtrArray) run = g_ptr_array_new_with_free_func (g_object_unref);
  guint start = 0;

  for (guint i = 0; i < items->len; i++)
    {
      guint64 id = g_array_index (items, CvrItem, i).id;
      guint place = (guint) cvr_dataset_find_item (self->dataset, id);
      CvrImageItem *object;

      if (run->len > 0 && place != start + run->len)
        {
          g_list_store_splice (self->items, start, 0, run->pdata, run->len);
          g_ptr_array_set_size (run, 0);
        }
      if (run->len == 0)
        start = place;
      object = cvr_image_item_new (cvr_dataset_item (self->dataset, place));
      g_ptr_array_add (run, object);
      g_hash_table_replace (self->by_id, g_memdup2 (&id, sizeof id), object);
      g_hash_table_remove (self->hidden, &id);
    }
  if (run->len > 0)
    g_list_store_splice (self->items, start, 0, run->pdata, run->len);
}

/* Memory only. Nothing has changed when it fails. */
gboolean
cvr_project_show_items (CvrProject      *self,
                        const CvrChange *change,
                        GError         **error)
{
  g_autoptr (GArray) items = gather_items (self, change, error);

  if (items == NULL)
    return FALSE;

  merge_items (self, items);
  list_items (self, items);

  return TRUE;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

static void
leave_out (CvrProject *self,
           GArray     *places)
{
  g_autoptr (CvrDataset) rest = NULL;
  guint next = 0;

  if (places->len <= ONE_BY_ONE)
    {
      for (guint i = places->len; i > 0; i--)
        cvr_dataset_remove_item (self->dataset, g_array_index (places, guint, i - 1));
      return;
    }

  rest = new_with_classes (self);
  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    if (next < places->len && g_array_index (places, guint, next) == i)
      next++;
    else
      copy_item (rest, cvr_dataset_item (self->dataset, i));
  cvr_dataset_unref (self->dataset);
  self->dataset = g_steal_pointer (&rest);
}

/* Memory only; the pictures stay at hand for undo. */
void
cvr_project_hide_items (CvrProject      *self,
                        const CvrChange *change)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < change->ids->len; i++)
    {
      guint64 id = g_array_index (change->ids, guint64, i);
      gint found = cvr_dataset_find_item (self->dataset, id);
      guint place = (guint) found;

      if (found < 0)
        continue;
      cvr_project_keep_hidden (self, id, cvr_dataset_item (self->dataset, place)->image);
      g_hash_table_remove (self->by_id, &id);
      g_array_append_val (places, place);
    }
  g_array_sort (places, compare_places);

  /* From the end, so that the places before stay what they are. */
  for (guint end = places->len; end > 0;)
    {
      guint begin = end - 1;

      while (begin > 0 &&
             g_array_index (places, guint, begin - 1) + 1 == g_array_index (places, guint, begin))
        begin--;
      g_list_store_splice (self->items, g_array_index (places, guint, begin), end - begin, NULL, 0);
      end = begin;
    }
  leave_out (self, places);
}
