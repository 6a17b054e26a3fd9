/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was loaded becomes one action: classes, pictures, and labels of pictures that are there. */
#include "cvr-import-action.h"

#include "cvr-project-private.h"

/* Everything that is there leaves: pictures, then classes from the last. */
static void
add_leaving (CvrProject *self,
             CvrAction  *action)
{
  CvrChange *leave = cvr_action_add (action, CVR_CHANGE_ITEMS);

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    cvr_change_add_item (leave, cvr_dataset_item (self->dataset, i)->id);
  for (guint k = cvr_dataset_n_classes (self->dataset); k > 0; k--)
    cvr_action_add_class (action, k - 1, cvr_dataset_class (self->dataset, k - 1), NULL);
}

static gboolean
is_key_taken (CvrDataset *dataset,
              guint       key)
{
  for (guint k = 0; key > 0 && k < cvr_dataset_n_classes (dataset); k++)
    if (cvr_dataset_class (dataset, k)->key == key)
      return TRUE;

  return FALSE;
}

/* Classes that are missing, in the order of the loaded ones. Returns: (transfer full): where each
 * of these is. */
static gint *
add_classes (CvrProject *self,
             CvrAction  *action,
             CvrDataset *loaded,
             gboolean    replace)
{
  guint n_loaded = cvr_dataset_n_classes (loaded);
  guint n_there = replace ? 0 : cvr_dataset_n_classes (self->dataset);
  gint *places = g_new (gint, MAX (n_loaded, 1));

  for (guint k = 0; k < n_loaded; k++)
    {
      const CvrClass *klass = cvr_dataset_class (loaded, k);
      CvrClass added;

      places[k] = replace ? -1 : cvr_dataset_find_class (self->dataset, klass->name);
      if (places[k] >= 0)
        continue;
      places[k] = (gint) n_there;
      added = *klass;
      if (!replace && is_key_taken (self->dataset, klass->key))
        added.key = 0;
      cvr_action_add_class (action, n_there++, NULL, &added);
    }

  return places;
}

/* The loaded pictures. They are hidden ones first: the action then only lets them out, like any
 * redo. */
static void
add_items (CvrProject *self,
           CvrAction  *action,
           GPtrArray  *items,
           const gint *places)
{
  CvrChange *come = cvr_action_add (action, CVR_CHANGE_ITEMS);

  come->come = TRUE;
  for (guint i = 0; i < items->len; i++)
    {
      CvrItem *item = g_steal_pointer (&items->pdata[i]);
      CvrExtras *extras = cvr_load_relabel (item->extras, places);

      if (item->label >= 0)
        item->label = places[item->label];
      cvr_extras_unref (item->extras);
      item->extras = extras;
      cvr_change_add_item (come, item->id);
      cvr_project_take_hidden (self, item);
    }
}

/* What the label files say, over what was known: boxes and note take the place of others, tags come
 * to others. */
static CvrExtras *
unite_extras (const CvrExtras *before,
              const CvrExtras *said)
{
  const CvrExtras *boxes = said->n_boxes > 0 || before == NULL ? said : before;
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  for (guint t = 0; before != NULL && before->tags[t] != NULL; t++)
    g_ptr_array_add (tags, before->tags[t]);
  for (guint t = 0; said->tags[t] != NULL; t++)
    g_ptr_array_add (tags, said->tags[t]);
  g_ptr_array_add (tags, NULL);

  return cvr_extras_new (boxes->boxes, boxes->n_boxes, (const char *const *) tags->pdata,
                         said->note != NULL || before == NULL ? said->note : before->note);
}

/* The changes of labels, sides and extras that label files mean for pictures that are there. */
typedef struct
{
  CvrChange *labels, *splits, *extras;
} Changes;

/* TRUE: something changes. */
static gboolean
give (const CvrItem  *item,
      const CvrGiven *given,
      const gint     *places,
      Changes        *changes)
{
  g_autoptr (CvrExtras) said = cvr_load_relabel (given->extras, places);
  g_autoptr (CvrExtras) extras = said != NULL ? unite_extras (item->extras, said)
                                              : cvr_extras_ref (item->extras);
  gint label = given->label >= 0 ? places[given->label] : item->label;
  CvrSplit split = given->split != CVR_SPLIT_AUTO ? given->split : item->split;
  gboolean same = cvr_extras_equal (extras, item->extras);

  if (label != item->label)
    cvr_change_add_value (changes->labels, item->id, item->label, label);
  if (split != item->split)
    cvr_change_add_value (changes->splits, item->id, (gint) item->split, (gint) split);
  if (!same)
    cvr_change_add_extras (changes->extras, item->id, item->extras, extras);

  return label != item->label || split != item->split || !same;
}

/* Pictures that left meanwhile get nothing. Returns: how many change. */
static guint
add_given (CvrProject   *self,
           CvrAction    *action,
           const GArray *all,
           const gint   *places)
{
  Changes changes;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint n = 0;

  if (all->len == 0)
    return 0;

  changes.labels = cvr_action_add (action, CVR_CHANGE_LABELS);
  changes.splits = cvr_action_add (action, CVR_CHANGE_SPLITS);
  changes.extras = cvr_action_add (action, CVR_CHANGE_EXTRAS);
  for (guint i = 0; i < all->len; i++)
    {
      const CvrGiven *given = &g_array_index (all, CvrGiven, i);
      gint place = cvr_dataset_find_item (self->dataset, given->id);
      const CvrItem *item = place >= 0 ? cvr_dataset_item (self->dataset, (guint) place) : NULL;

      /* Of several sources the first one counts. */
      if (item != NULL && g_hash_table_add (seen, (gpointer) item))
        n += give (item, given, places, &changes);
    }

  return n;
}

/**
 * cvr_import_make_action:
 * @replace: everything that is there leaves first
 * @name: what the project is called where it has no name or is replaced
 * @classes: labels of @items and @given are places in it
 * @items: (element-type CvrItem): the pictures; taken out of it
 * @given: (element-type CvrGiven): labels of pictures that are there
 * @n_labelled: (out): how many of these change
 *
 * Main thread.
 *
 * Returns: (transfer full) (nullable): %NULL: nothing changes
 */
CvrAction *
cvr_import_make_action (CvrProject   *project,
                        gboolean      replace,
                        const char   *name,
                        CvrDataset   *classes,
                        GPtrArray    *items,
                        const GArray *given,
                        guint        *n_labelled)
{
  guint n = items->len;
  g_autoptr (CvrAction) action = cvr_action_new (n > 0 ? CVR_ACTION_IMPORT : CVR_ACTION_LABEL, n,
                                                 NULL);
  g_autofree gint *places = NULL;

  if (replace)
    add_leaving (project, action);
  if (n > 0 && (replace || project->name == NULL))
    cvr_action_add_texts (action, CVR_CHANGE_NAME, 0, project->name, name);
  places = add_classes (project, action, classes, replace);
  if (n > 0)
    add_items (project, action, items, places);
  *n_labelled = add_given (project, action, given, places);
  if (n == 0 && *n_labelled == 0)
    return NULL;
  if (n == 0)
    action->count = *n_labelled;

  return g_steal_pointer (&action);
}
