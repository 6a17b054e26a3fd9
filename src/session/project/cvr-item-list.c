/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screen shows of the project's pictures: a list of CvrImageItem that follows a data
 * set. */
#include "cvr-item-list.h"

#include "cvr-image-item-private.h"

/* With more runs of differences than this all of it is told at once: every listener looks at all of
 * its things each time. */
enum { MAX_RUNS = 64 };

/* While the list is brought up to date, listeners hear of one run after the other and must find the
 * list as if the later ones had not happened yet: what is shown then is the first @n_fresh of
 * @items and, behind them, @old from @n_passed on. Nothing is moved for that. */
struct _CvrItemList
{
  GObject     parent_instance;
  GPtrArray  *items;    /* of CvrImageItem, held; their ids ascend */
  GPtrArray  *old;      /* NULL but while the list is brought up to date */
  guint       n_fresh, n_passed;
};

static GType
get_item_type (GListModel *model)
{
  return CVR_TYPE_IMAGE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  CvrItemList *self = CVR_ITEM_LIST (model);

  return self->old != NULL ? self->n_fresh + self->old->len - self->n_passed : self->items->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  CvrItemList *self = CVR_ITEM_LIST (model);
  GPtrArray *items = self->items;

  if (self->old != NULL && position >= self->n_fresh)
    {
      position = position - self->n_fresh + self->n_passed;
      items = self->old;
    }

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CvrItemList, cvr_item_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
cvr_item_list_finalize (GObject *object)
{
  CvrItemList *self = CVR_ITEM_LIST (object);

  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (cvr_item_list_parent_class)->finalize (object);
}

static void
cvr_item_list_class_init (CvrItemListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_item_list_finalize;
}

static void
cvr_item_list_init (CvrItemList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

CvrItemList *
cvr_item_list_new (void)
{
  return g_object_new (CVR_TYPE_ITEM_LIST, NULL);
}

static guint64
id_at (GPtrArray *items,
       guint      index)
{
  return *cvr_image_item_id (g_ptr_array_index (items, index));
}

CvrImageItem *
cvr_item_list_find (CvrItemList *self,
                    guint64      id)
{
  guint low = 0, high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (id_at (self->items, middle) < id)
        low = middle + 1;
      else
        high = middle;
    }

  return low < self->items->len && id_at (self->items, low) == id ? self->items->pdata[low] : NULL;
}

/* The same objects where the pictures are the same, new ones for new pictures. */
static GPtrArray *
make_items (GPtrArray  *old,
            CvrDataset *dataset)
{
  guint n = cvr_dataset_n_items (dataset);
  GPtrArray *items = g_ptr_array_new_full (n, g_object_unref);
  guint j = 0;

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      while (j < old->len && id_at (old, j) < item->id)
        j++;
      if (j < old->len && id_at (old, j) == item->id)
        g_ptr_array_add (items, g_object_ref (g_ptr_array_index (old, j)));
      else
        g_ptr_array_add (items, cvr_image_item_new (item));
    }

  return items;
}

/* Goes on behind what is the same, then to the end of what differs. FALSE: nothing differs any
 * more. @first_i, @first_j: (out): where the run begins; @i, @j: where it ends. */
static gboolean
next_run (GPtrArray *fresh,
          GPtrArray *old,
          guint     *first_i,
          guint     *first_j,
          guint     *i,
          guint     *j)
{
  while (*i < fresh->len && *j < old->len && fresh->pdata[*i] == old->pdata[*j])
    {
      ++*i;
      ++*j;
    }
  *first_i = *i;
  *first_j = *j;
  while ((*i < fresh->len || *j < old->len) &&
         (*i == fresh->len || *j == old->len || fresh->pdata[*i] != old->pdata[*j]))
    if (*j == old->len || (*i < fresh->len && id_at (fresh, *i) < id_at (old, *j)))
      ++*i;
    else
      ++*j;

  return *i > *first_i || *j > *first_j;
}

static guint
count_runs (GPtrArray *fresh,
            GPtrArray *old)
{
  guint n = 0, first_i, first_j, i = 0, j = 0;

  while (n <= MAX_RUNS && next_run (fresh, old, &first_i, &first_j, &i, &j))
    n++;

  return n;
}

/* Everything from the first difference to the last. */
static void
tell_at_once (CvrItemList *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->old);
  GPtrArray *fresh = self->items;
  guint most = MIN (fresh->len, old->len), before = 0, after = 0;

  while (before < most && fresh->pdata[before] == old->pdata[before])
    before++;
  while (after < most - before &&
         fresh->pdata[fresh->len - 1 - after] == old->pdata[old->len - 1 - after])
    after++;
  g_list_model_items_changed (G_LIST_MODEL (self), before, old->len - before - after,
                              fresh->len - before - after);
}

/* One signal for every run of differences. */
static void
tell (CvrItemList *self)
{
  guint first_i, first_j, i = 0, j = 0;

  if (count_runs (self->items, self->old) > MAX_RUNS)
    {
      tell_at_once (self);
      return;
    }
  while (next_run (self->items, self->old, &first_i, &first_j, &i, &j))
    {
      self->n_fresh = i;
      self->n_passed = j;
      g_list_model_items_changed (G_LIST_MODEL (self), first_i, j - first_j, i - first_i);
    }
  g_clear_pointer (&self->old, g_ptr_array_unref);
}

/* FALSE: others have come or gone. @places: (out): of those that differ. */
static gboolean
has_same_items (CvrItemList *self,
                CvrDataset  *dataset,
                GArray      *places)
{
  guint n = self->items->len;

  if (n != cvr_dataset_n_items (dataset))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      if (id_at (self->items, i) != item->id)
        return FALSE;
      if (cvr_image_item_differs (self->items->pdata[i], item))
        g_array_append_val (places, i);
    }

  return TRUE;
}

static void
find_differing (GPtrArray  *items,
                CvrDataset *dataset,
                GArray     *places)
{
  g_array_set_size (places, 0);
  for (guint i = 0; i < items->len; i++)
    if (cvr_image_item_differs (items->pdata[i], cvr_dataset_item (dataset, i)))
      g_array_append_val (places, i);
}

void
cvr_item_list_sync (CvrItemList *self,
                    CvrDataset  *dataset)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) fresh = NULL;

  g_return_if_fail (self->old == NULL);

  /* Listeners may change @dataset: it is read before they hear of anything. */
  if (has_same_items (self, dataset, places))
    {
      fresh = g_ptr_array_ref (self->items);
    }
  else
    {
      fresh = make_items (self->items, dataset);
      find_differing (fresh, dataset, places);
    }
  for (guint i = 0; i < places->len; i++)
    {
      guint place = g_array_index (places, guint, i);

      g_object_freeze_notify (fresh->pdata[place]);
      cvr_image_item_update (fresh->pdata[place], cvr_dataset_item (dataset, place));
    }
  if (fresh != self->items)
    {
      self->old = g_steal_pointer (&self->items);
      self->items = g_ptr_array_ref (fresh);
      self->n_fresh = self->n_passed = 0;
      tell (self);
    }
  for (guint i = 0; i < places->len; i++)
    g_object_thaw_notify (fresh->pdata[g_array_index (places, guint, i)]);
}
