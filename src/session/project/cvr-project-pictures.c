/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that come and go: the data set stays in order of the ids, whatever is undone when. */
#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

void
cvr_project_keep_hidden (CvrProject    *self,
                         const CvrItem *item)
{
  cvr_project_take_hidden (self, cvr_item_copy (item));
}

void
cvr_project_take_hidden (CvrProject *self,
                         CvrItem    *item)
{
  g_hash_table_replace (self->hidden, g_memdup2 (&item->id, sizeof item->id), item);
}

/* What @action brought and the disk refused is not there any more. */
void
cvr_project_drop_hidden (CvrProject      *self,
                         const CvrAction *action)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      for (guint j = 0; change->kind == CVR_CHANGE_ITEMS && change->come && j < change->ids->len;
           j++)
        g_hash_table_remove (self->hidden, &g_array_index (change->ids, guint64, j));
    }
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const CvrItem *x = *(const CvrItem *const *) a, *y = *(const CvrItem *const *) b;

  return (x->id > y->id) - (x->id < y->id);
}

static gboolean
suits (CvrProject    *self,
       const CvrItem *item,
       GError       **error)
{
  gint n_classes = (gint) cvr_dataset_n_classes (self->dataset);
  gint label = item->label;

  for (guint i = 0; item->extras != NULL && i < item->extras->n_boxes; i++)
    label = MAX (label, item->extras->boxes[i].label);
  if (label < n_classes)
    return TRUE;

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("Picture “%1$s” belongs to class %2$d, but there are only %3$d."), item->name,
               label, n_classes);
  return FALSE;
}

/* Items of @change that aren't there yet (borrowed from the hidden ones), in order of their ids.
 * NULL with an error when one can't be had. */
static GPtrArray *
gather_items (CvrProject      *self,
              const CvrChange *change,
              GError         **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_sized_new (change->ids->len);

  for (guint i = 0; i < change->ids->len; i++)
    {
      guint64 id = g_array_index (change->ids, guint64, i);
      CvrItem *item = g_hash_table_lookup (self->hidden, &id);

      if (cvr_dataset_find_item (self->dataset, id) >= 0)
        continue;
      if (item == NULL)
        {
          g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                               _("A picture of this step is no longer in the project's file."));
          return NULL;
        }
      if (!suits (self, item, error))
        return NULL;
      g_ptr_array_add (items, item);
    }
  g_ptr_array_sort (items, compare_items);

  return g_steal_pointer (&items);
}

/* When more than this are freed at once it is done beside the main thread. */
enum { MANY = 4096 };

static gpointer
free_items (gpointer items)
{
  g_ptr_array_unref (items);

  return NULL;
}

/* Takes @items, whose pictures and extras are counted atomically. */
static void
free_later (GPtrArray *items)
{
  if (items->len > MANY)
    g_thread_unref (g_thread_new ("convisor-free", free_items, items));
  else
    free_items (items);
}

/* Nothing has changed when it fails. */
gboolean
cvr_project_show_items (CvrProject      *self,
                        const CvrChange *change,
                        GError         **error)
{
  GPtrArray *items = gather_items (self, change, error);

  if (items == NULL)
    return FALSE;

  cvr_dataset_merge_items (self->dataset, (const CvrItem *const *) items->pdata, items->len);
  for (guint i = 0; i < items->len; i++)
    {
      gpointer id;

      if (g_hash_table_steal_extended (self->hidden, &((CvrItem *) items->pdata[i])->id, &id, NULL))
        g_free (id);
      else
        items->pdata[i] = NULL; /* named twice */
    }
  g_ptr_array_set_free_func (items, cvr_item_free);
  free_later (items);

  return TRUE;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

/* They stay whole, for undo. */
void
cvr_project_hide_items (CvrProject      *self,
                        const CvrChange *change)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < change->ids->len; i++)
    {
      gint found =
        cvr_dataset_find_item (self->dataset, g_array_index (change->ids, guint64, i));
      guint place = (guint) found;

      if (found < 0)
        continue;
      cvr_project_keep_hidden (self, cvr_dataset_item (self->dataset, place));
      g_array_append_val (places, place);
    }
  g_array_sort (places, compare_places);
  cvr_dataset_remove_items (self->dataset, (const guint *) places->data, places->len);
}
