/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many items that come into a data set or leave it at once: nothing is made anew. */
#include "cvr-dataset-private.h"

static void
renumber (CvrDataset *self,
          guint       from)
{
  for (guint i = from; i < self->entries->len; i++)
    ((CvrEntry *) g_ptr_array_index (self->entries, i))->index = i;
}

/**
 * cvr_dataset_merge_items:
 * @items: (array length=n): as for cvr_dataset_add_item(), their ids ascend and are new
 *
 * The items of @self are in order of their ids too, and so are all of them after it.
 */
void
cvr_dataset_merge_items (CvrDataset           *self,
                         const CvrItem *const *items,
                         guint                 n)
{
  g_autofree gpointer *fresh = NULL;
  guint i = self->entries->len, j, to;

  for (j = 0; j < n; j++)
    cvr_dataset_add_item (self, items[j]);
  n = self->entries->len - i;
  if (n == 0 || i == 0)
    return;

  fresh = g_memdup2 (self->entries->pdata + i, n * sizeof *fresh);
  /* From the back, where there is room. */
  for (j = n, to = i + n; j > 0; to--)
    if (i > 0 && ((CvrEntry *) self->entries->pdata[i - 1])->item.id >
                   ((CvrEntry *) fresh[j - 1])->item.id)
      self->entries->pdata[to - 1] = self->entries->pdata[--i];
    else
      self->entries->pdata[to - 1] = fresh[--j];
  renumber (self, to);
}

/**
 * cvr_dataset_remove_items:
 * @places: (array length=n): indices, ascending, each once
 *
 * The others move up; ids are not given out again.
 */
void
cvr_dataset_remove_items (CvrDataset  *self,
                          const guint *places,
                          guint        n)
{
  guint to = n > 0 ? places[0] : 0, next = 0;

  if (n == 0)
    return;
  g_return_if_fail (places[n - 1] < self->entries->len);

  for (guint i = to; i < self->entries->len; i++)
    {
      gpointer entry = self->entries->pdata[i];

      if (next < n && places[next] == i)
        {
          /* What leaves goes behind what stays, for the array to free. */
          next++;
          continue;
        }
      self->entries->pdata[i] = self->entries->pdata[to];
      self->entries->pdata[to++] = entry;
    }
  for (guint i = to; i < self->entries->len; i++)
    {
      const CvrItem *item = &((CvrEntry *) self->entries->pdata[i])->item;

      --*cvr_dataset_cell (self, item->label, item->used);
      g_hash_table_remove (self->by_id, &item->id);
    }
  g_ptr_array_set_size (self->entries, (gint) to);
  renumber (self, places[0]);
}
