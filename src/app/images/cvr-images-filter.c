/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures the page Images shows, and in which order: a list model over the project's. */
#include "cvr-images-filter.h"

#include "cvr-images-order.h"

#include <string.h>

struct _CvrImagesFilter
{
  GObject parent_instance;

  GListModel *items;
  GPtrArray  *all;      /* what is in @items, referenced; NULL: to be read again */
  CvrDataset *dataset;
  GPtrArray  *shown;    /* of CvrImageItem, referenced */
  GHashTable *answers;  /* id → CvrAnswer */

  gint          label;
  guint         show;
  char         *tag, *text;
  char         *folded; /* text without capitals; NULL: any */
  CvrImagesSort sort;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CvrImagesFilter, cvr_images_filter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { CRITERIA_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

enum
{
  ANY_SPLIT = CVR_SHOW_TRAIN | CVR_SHOW_VALID | CVR_SHOW_TEST,
  ALL_SHOWS = (1 << CVR_N_SHOWS) - 1,
};

/* More pictures than this come in one piece: inserting them one by one moves the rest each time. */
enum { MAX_ADDED = 256 };

/* List model */

static GType
get_item_type (GListModel *model)
{
  return CVR_TYPE_IMAGE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return CVR_IMAGES_FILTER (model)->shown->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  GPtrArray *shown = CVR_IMAGES_FILTER (model)->shown;

  return position < shown->len ? g_object_ref (shown->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* Order */

static guint64
key_of (CvrImagesFilter *self,
        const CvrItem   *item,
        gint             label)
{
  const CvrAnswer *answer;

  switch (self->sort)
    {
    case CVR_SORT_CLASS:
      return label >= 0 ? (guint64) label : G_MAXUINT64;
    case CVR_SORT_DOUBT:
      answer = cvr_images_filter_answer (self, item->id);
      return answer != NULL ? (guint64) (1e9 * CLAMP (answer->p, 0, 1)) : G_MAXUINT64;
    case CVR_SORT_ALIKE:
      return item->group != 0 ? item->group : G_MAXUINT64;
    case CVR_SORT_ARRIVAL:
    case CVR_SORT_NAME:
    default:
      return 0;
    }
}

/* Conditions */

static gboolean
split_fits (guint show,
            guint split)
{
  return (split == CVR_SPLIT_TRAIN && show & CVR_SHOW_TRAIN)
         || (split == CVR_SPLIT_VALID && show & CVR_SHOW_VALID)
         || (split == CVR_SPLIT_TEST && show & CVR_SHOW_TEST);
}

static gboolean
answer_fits (CvrImagesFilter *self,
             guint64          id,
             gint             label)
{
  const CvrAnswer *answer = cvr_images_filter_answer (self, id);

  if (self->show & CVR_SHOW_WRONG && (answer == NULL || label < 0 || answer->predicted == label))
    return FALSE;

  return !(self->show & CVR_SHOW_DOUBTFUL) || (answer != NULL && answer->p < CVR_DOUBTFUL);
}

/* The label is what the screen shows of it: on disk already. */
static gboolean
fits (CvrImagesFilter *self,
      CvrImageItem    *item,
      const CvrItem   *facts)
{
  gint label = cvr_image_item_get_label (item);
  guint show = self->show;

  if (self->label != CVR_FILTER_ANY_CLASS && label != self->label)
    return FALSE;
  if (show & ANY_SPLIT && !split_fits (show, cvr_image_item_get_split (item)))
    return FALSE;
  if (show & (CVR_SHOW_WRONG | CVR_SHOW_DOUBTFUL) && !answer_fits (self, facts->id, label))
    return FALSE;
  if (show & CVR_SHOW_BOXES && (facts->extras == NULL || facts->extras->n_boxes == 0))
    return FALSE;
  if (show & CVR_SHOW_NOTE && (facts->extras == NULL || facts->extras->note == NULL))
    return FALSE;
  if (show & CVR_SHOW_ALIKE && facts->group == 0)
    return FALSE;
  if (show & CVR_SHOW_DAMAGED && !cvr_picture_facts (facts->picture)->damaged)
    return FALSE;
  if (self->tag != NULL && !cvr_extras_has_tag (facts->extras, self->tag))
    return FALSE;

  return self->folded == NULL || cvr_images_name_has (facts->name, self->folded);
}

/* What changed */

static void
splice (CvrImagesFilter *self,
        guint            position,
        guint            n_removed,
        gpointer        *added,
        guint            n_added)
{
  if (n_removed > 0)
    g_ptr_array_remove_range (self->shown, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (self->shown, (gint) (position + i), g_object_ref (added[i]));
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* Everything from @start on up to the ends of what changed, in one piece. */
static void
replace_middle (CvrImagesFilter *self,
                GPtrArray       *fresh,
                guint            start,
                guint            old_end,
                guint            new_end)
{
  GPtrArray *old = self->shown;

  self->shown = g_ptr_array_ref (fresh);
  g_list_model_items_changed (G_LIST_MODEL (self), start, old_end - start, new_end - start);
  cvr_images_drop_later (old);
}

/* Told in small pieces, so that selection and scrolling stay where they are. */
static void
become (CvrImagesFilter *self,
        GPtrArray       *fresh)
{
  g_autoptr (GArray) hunks = cvr_images_changes (self->shown, fresh);
  guint n_added = 0;

  for (guint i = 0; i < hunks->len; i++)
    n_added += g_array_index (hunks, CvrListChange, i).n_new;
  if (hunks->len == 1 || n_added > MAX_ADDED)
    {
      const CvrListChange *first = &g_array_index (hunks, CvrListChange, 0);
      const CvrListChange *last = &g_array_index (hunks, CvrListChange, hunks->len - 1);

      replace_middle (self, fresh, first->old_start, last->old_start + last->n_old,
                      last->new_start + last->n_new);
      return;
    }
  for (guint i = hunks->len; i > 0; i--)
    {
      const CvrListChange *hunk = &g_array_index (hunks, CvrListChange, i - 1);

      splice (self, hunk->old_start, hunk->n_old, fresh->pdata + hunk->new_start, hunk->n_new);
    }
}

static void
items_changed_cb (CvrImagesFilter *self)
{
  g_clear_pointer (&self->all, g_ptr_array_unref);
}

static void
read_items (CvrImagesFilter *self)
{
  guint n = self->items != NULL ? g_list_model_get_n_items (self->items) : 0;

  if (self->all != NULL)
    return;
  self->all = g_ptr_array_new_full (n, g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->all, g_list_model_get_item (self->items, i));
}

/* What fits, in order. */
static GArray *
make_rows (CvrImagesFilter *self)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (CvrImagesRow), self->all->len);

  for (guint i = 0, next = 0; i < self->all->len; i++)
    {
      CvrImageItem *item = self->all->pdata[i];
      const CvrItem *facts =
        cvr_images_find_facts (self->dataset, cvr_image_item_get_id (item), &next);
      CvrImagesRow row;

      /* One that has just been removed and leaves the screen when that is on disk. */
      if (facts == NULL || !fits (self, item, facts))
        continue;
      row = (CvrImagesRow) { .item = item, .place = i,
                             .name = self->sort == CVR_SORT_NAME ? facts->name : NULL,
                             .key = key_of (self, facts, cvr_image_item_get_label (item)) };
      g_array_append_val (rows, row);
    }
  if (self->sort != CVR_SORT_ARRIVAL)
    g_array_sort (rows, cvr_images_compare_rows);

  return rows;
}

/* It does already, and is to go on: nothing to look at, which is the state that most labels are
 * given in. */
static gboolean
shows_all (CvrImagesFilter *self)
{
  guint n = self->all->len;

  return self->sort == CVR_SORT_ARRIVAL && self->label == CVR_FILTER_ANY_CLASS && self->show == 0 &&
         self->tag == NULL && self->folded == NULL && self->shown->len == n && n > 0 &&
         cvr_dataset_n_items (self->dataset) == n &&
         memcmp (self->all->pdata, self->shown->pdata, n * sizeof *self->all->pdata) == 0;
}

static void
refresh (CvrImagesFilter *self)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GPtrArray) fresh = NULL;

  read_items (self);
  if (shows_all (self))
    return;
  rows = make_rows (self);
  if (cvr_images_is_order_of (rows, self->shown))
    return;
  fresh = g_ptr_array_new_full (rows->len, g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (fresh, g_object_ref (g_array_index (rows, CvrImagesRow, i).item));

  become (self, fresh);
}

static void
changed (CvrImagesFilter *self)
{
  refresh (self);
  g_signal_emit (self, signals[CRITERIA_CHANGED], 0);
}

static void
cvr_images_filter_finalize (GObject *object)
{
  CvrImagesFilter *self = CVR_IMAGES_FILTER (object);

  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_object (&self->items);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->answers);
  g_free (self->tag);
  g_free (self->text);
  g_free (self->folded);

  G_OBJECT_CLASS (cvr_images_filter_parent_class)->finalize (object);
}

static void
cvr_images_filter_class_init (CvrImagesFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_images_filter_finalize;
  signals[CRITERIA_CHANGED] =
    g_signal_new ("criteria-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
cvr_images_filter_init (CvrImagesFilter *self)
{
  self->label = CVR_FILTER_ANY_CLASS;
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  self->answers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

CvrImagesFilter *
cvr_images_filter_new (void)
{
  return g_object_new (CVR_TYPE_IMAGES_FILTER, NULL);
}

/**
 * cvr_images_filter_set_source:
 * @items: (nullable): all pictures, as CvrImageItem
 * @dataset: (nullable): what is known of them
 */
void
cvr_images_filter_set_source (CvrImagesFilter *self,
                              GListModel      *items,
                              CvrDataset      *dataset)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (items == NULL || dataset == NULL)
    items = NULL;
  if (self->items != items)
    {
      if (self->items != NULL)
        g_signal_handlers_disconnect_by_data (self->items, self);
      g_set_object (&self->items, items);
      if (items != NULL)
        g_signal_connect_swapped (items, "items-changed", G_CALLBACK (items_changed_cb), self);
      items_changed_cb (self);
    }
  if (self->dataset != dataset)
    {
      g_clear_pointer (&self->dataset, cvr_dataset_unref);
      self->dataset = dataset != NULL ? cvr_dataset_ref (dataset) : NULL;
    }
  refresh (self);
}

/**
 * cvr_images_filter_set_answers:
 * @answers: (array length=n_answers) (nullable): one a picture at most
 */
void
cvr_images_filter_set_answers (CvrImagesFilter *self,
                               const CvrAnswer *answers,
                               guint            n_answers)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  g_hash_table_remove_all (self->answers);
  for (guint i = 0; i < n_answers; i++)
    {
      CvrAnswer *answer = g_memdup2 (&answers[i], sizeof (CvrAnswer));

      g_hash_table_replace (self->answers, &answer->id, answer);
    }
  if (self->sort == CVR_SORT_DOUBT || self->show & (CVR_SHOW_WRONG | CVR_SHOW_DOUBTFUL))
    refresh (self);
}

const CvrAnswer *
cvr_images_filter_answer (CvrImagesFilter *self,
                          guint64          id)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), NULL);

  return g_hash_table_lookup (self->answers, &id);
}

guint
cvr_images_filter_n_all (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), 0);

  return self->items != NULL ? g_list_model_get_n_items (self->items) : 0;
}

/**
 * cvr_images_filter_find:
 * @position: (out): where it stands
 */
gboolean
cvr_images_filter_find (CvrImagesFilter *self,
                        guint64          id,
                        guint           *position)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), FALSE);

  for (guint i = 0; i < self->shown->len; i++)
    if (cvr_image_item_get_id (self->shown->pdata[i]) == id)
      {
        *position = i;
        return TRUE;
      }

  return FALSE;
}

void
cvr_images_filter_set_class (CvrImagesFilter *self,
                             gint             k)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (self->label == k)
    return;
  self->label = k;
  changed (self);
}

gint
cvr_images_filter_get_class (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), CVR_FILTER_ANY_CLASS);

  return self->label;
}

void
cvr_images_filter_set_show (CvrImagesFilter *self,
                            CvrImagesShow    condition,
                            gboolean         on)
{
  guint show;

  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  show = on ? self->show | condition : self->show & ~(guint) condition;
  if (show == self->show)
    return;
  self->show = show;
  changed (self);
}

guint
cvr_images_filter_get_show (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), 0);

  return self->show;
}

/* FALSE: @place says so already. */
static gboolean
replace_text (char      **place,
              const char *text)
{
  if (text != NULL && text[0] == '\0')
    text = NULL;
  if (g_strcmp0 (*place, text) == 0)
    return FALSE;
  g_free (*place);
  *place = g_strdup (text);

  return TRUE;
}

void
cvr_images_filter_set_tag (CvrImagesFilter *self,
                           const char      *tag)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (replace_text (&self->tag, tag))
    changed (self);
}

const char *
cvr_images_filter_get_tag (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), NULL);

  return self->tag;
}

static gboolean
replace_search (CvrImagesFilter *self,
                const char      *text)
{
  if (!replace_text (&self->text, text))
    return FALSE;
  g_free (self->folded);
  self->folded = self->text != NULL ? g_utf8_casefold (self->text, -1) : NULL;

  return TRUE;
}

void
cvr_images_filter_set_text (CvrImagesFilter *self,
                            const char      *text)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (replace_search (self, text))
    changed (self);
}

const char *
cvr_images_filter_get_text (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), NULL);

  return self->text;
}

void
cvr_images_filter_set_sort (CvrImagesFilter *self,
                            CvrImagesSort    sort)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));
  g_return_if_fail (sort < CVR_N_SORTS);

  if (self->sort == sort)
    return;
  self->sort = sort;
  changed (self);
}

CvrImagesSort
cvr_images_filter_get_sort (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), CVR_SORT_ARRIVAL);

  return self->sort;
}

gboolean
cvr_images_filter_is_narrow (CvrImagesFilter *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_FILTER (self), FALSE);

  return self->show != 0 || self->tag != NULL || self->text != NULL;
}

void
cvr_images_filter_clear (CvrImagesFilter *self)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  if (!cvr_images_filter_is_narrow (self))
    return;
  self->show = 0;
  replace_text (&self->tag, NULL);
  replace_search (self, NULL);
  changed (self);
}

/**
 * cvr_images_filter_set_all:
 * @show: CvrImagesShow together; what isn't known is left out
 * @tag: (nullable): any
 * @text: (nullable): any
 *
 * Conditions and order at once.
 */
void
cvr_images_filter_set_all (CvrImagesFilter *self,
                           guint            show,
                           CvrImagesSort    sort,
                           const char      *tag,
                           const char      *text)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER (self));

  self->show = show & ALL_SHOWS;
  self->sort = sort < CVR_N_SORTS ? sort : CVR_SORT_ARRIVAL;
  replace_text (&self->tag, tag);
  replace_search (self, text);
  changed (self);
}
