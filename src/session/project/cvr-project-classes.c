/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does to classes: each call one undoable action. */
#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

/* A name that no class has yet. */
static char *
dup_free_class_name (CvrProject *self)
{
  for (guint i = cvr_dataset_n_classes (self->dataset) + 1;; i++)
    {
      g_autofree char *name = g_strdup_printf (_("Class %u"), i);

      if (cvr_dataset_find_class (self->dataset, name) < 0)
        return g_steal_pointer (&name);
    }
}

/**
 * cvr_project_add_class:
 * @name: blanks around it are taken off; an empty one gets a name
 *
 * Returns: its index; that of the existing class where there is one of this name.
 */
guint
cvr_project_add_class (CvrProject *self,
                       const char *name)
{
  g_autofree char *clean = g_strstrip (g_strdup (name));
  guint k = cvr_dataset_n_classes (self->dataset);
  CvrClass klass = { .colour = -1 };
  CvrAction *action;
  gint found;

  g_return_val_if_fail (self->keeper != NULL && name != NULL, 0);

  if (*clean == '\0')
    {
      g_free (clean);
      clean = dup_free_class_name (self);
    }
  found = cvr_dataset_find_class (self->dataset, clean);
  if (found >= 0)
    return (guint) found;

  klass.name = clean;
  action = cvr_action_new (CVR_ACTION_ADD_CLASS, 0, clean);
  cvr_action_add_class (action, k, NULL, &klass);
  cvr_project_do (self, action, NULL, NULL);

  return k;
}

static gboolean
is_free_name (CvrProject *self,
              const char *name)
{
  g_autoptr (GError) error = NULL;

  if (*name == '\0')
    error = g_error_new_literal (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                                 _("A class needs a name."));
  else if (cvr_dataset_find_class (self->dataset, name) >= 0)
    error = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                         _("There is a class “%s” already. Give this one another name."), name);
  if (error == NULL)
    return TRUE;

  cvr_project_fail (self, error);
  /* Whoever shows the refused name shows the old one again. */
  self->touched |= CVR_TOUCHED_CLASSES;
  if (self->n_live == 0)
    cvr_project_settle (self);

  return FALSE;
}

/* A name that another class has, or none at all, is refused with "failed". */
void
cvr_project_rename_class (CvrProject *self,
                          guint       k,
                          const char *name)
{
  g_autofree char *clean = g_strstrip (g_strdup (name));
  const CvrClass *before;
  CvrClass after;
  CvrAction *action;

  g_return_if_fail (self->keeper != NULL && name != NULL);
  g_return_if_fail (k < cvr_dataset_n_classes (self->dataset));

  before = cvr_dataset_class (self->dataset, k);
  if (g_str_equal (before->name, clean) || !is_free_name (self, clean))
    return;

  after = *before;
  after.name = clean;
  action = cvr_action_new (CVR_ACTION_RENAME_CLASS, 0, before->name);
  cvr_action_add_class (action, k, before, &after);
  cvr_project_do (self, action, NULL, NULL);
}

/* What the change is called: the switch weighs most, then the key. */
static CvrActionKind
kind_of_look (const CvrClass *before,
              const CvrClass *after)
{
  if (before->off != after->off)
    return after->off ? CVR_ACTION_CLASS_OFF : CVR_ACTION_CLASS_ON;

  return before->key != after->key ? CVR_ACTION_KEY_CLASS : CVR_ACTION_COLOUR_CLASS;
}

void
cvr_project_set_class_look (CvrProject *self,
                            guint       k,
                            gint        colour,
                            guint       key,
                            gboolean    off)
{
  const CvrClass *before;
  CvrClass after;
  CvrAction *action;

  g_return_if_fail (self->keeper != NULL && k < cvr_dataset_n_classes (self->dataset));
  g_return_if_fail (colour >= -1 && key <= 9);

  before = cvr_dataset_class (self->dataset, k);
  after = (CvrClass) { before->name, colour, key, off != FALSE };
  if (before->colour == colour && before->key == key && before->off == after.off)
    return;

  action = cvr_action_new (kind_of_look (before, &after), 0, before->name);
  for (guint i = 0; key > 0 && i < cvr_dataset_n_classes (self->dataset); i++)
    {
      const CvrClass *loser = cvr_dataset_class (self->dataset, i);
      CvrClass without = *loser;

      without.key = 0;
      if (i != k && loser->key == key)
        cvr_action_add_class (action, i, loser, &without);
    }
  cvr_action_add_class (action, k, before, &after);
  cvr_project_do (self, action, NULL, NULL);
}

/* (transfer full) (nullable): the same with class @to in the place of @from; NULL where no box has
 * that. */
static CvrExtras *
relabelled (const CvrExtras *extras,
            gint             from,
            gint             to)
{
  g_autofree CvrBox *boxes = NULL;
  gboolean any = FALSE;

  if (extras == NULL || extras->n_boxes == 0)
    return NULL;

  boxes = g_memdup2 (extras->boxes, extras->n_boxes * sizeof *boxes);
  for (guint i = 0; i < extras->n_boxes; i++)
    if (boxes[i].label == from)
      {
        boxes[i].label = to;
        any = TRUE;
      }

  return any ? cvr_extras_new (boxes, extras->n_boxes, (const char *const *) extras->tags,
                               extras->note)
             : NULL;
}

/* Everything of class @from becomes @to's (a class, or CVR_LABEL_NONE), then @from goes. */
static void
add_leaving (CvrProject *self,
             CvrAction  *action,
             guint       from,
             gint        to)
{
  CvrChange *labels = cvr_action_add (action, CVR_CHANGE_LABELS);
  CvrChange *boxes = cvr_action_add (action, CVR_CHANGE_EXTRAS);

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      g_autoptr (CvrExtras) after = relabelled (item->extras, (gint) from, to);

      if (item->label == (gint) from)
        cvr_change_add_value (labels, item->id, item->label, to);
      if (after != NULL)
        cvr_change_add_extras (boxes, item->id, item->extras, after);
    }
  cvr_action_add_class (action, from, cvr_dataset_class (self->dataset, from), NULL);
}

void
cvr_project_merge_classes (CvrProject *self,
                           guint       from,
                           guint       into)
{
  CvrAction *action;

  g_return_if_fail (self->keeper != NULL);
  g_return_if_fail (from != into && from < cvr_dataset_n_classes (self->dataset) &&
                    into < cvr_dataset_n_classes (self->dataset));

  action =
    cvr_action_new (CVR_ACTION_MERGE_CLASSES, 0, cvr_dataset_class_name (self->dataset, from));
  action->other = g_strdup (cvr_dataset_class_name (self->dataset, into));
  add_leaving (self, action, from, (gint) into);
  cvr_project_do (self, action, NULL, NULL);
}

/* Its pictures and boxes stay, without a label. */
void
cvr_project_remove_class (CvrProject *self,
                          guint       k)
{
  const char *name = cvr_dataset_class_name (self->dataset, k);
  CvrAction *action;

  g_return_if_fail (self->keeper != NULL && name != NULL);

  action = cvr_action_new (CVR_ACTION_REMOVE_CLASS, 0, name);
  add_leaving (self, action, k, CVR_LABEL_NONE);
  cvr_project_do (self, action, NULL, NULL);
}
