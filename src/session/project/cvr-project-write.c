/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an action writes: always what memory says after it, so the same for doing, undoing and
 * redoing. */
#include "cvr-project-private.h"

#include "cvr-notebook-private.h"

/* Calls @write with every item of @change that is in the data set. */
static void
each_item (CvrProject      *self,
           const CvrChange *change,
           CvrBatch        *batch,
           void           (*write) (CvrBatch *batch, const CvrItem *item))
{
  for (guint i = 0; i < change->ids->len; i++)
    {
      gint place =
        cvr_dataset_find_item (self->dataset, g_array_index (change->ids, guint64, i));

      if (place >= 0)
        write (batch, cvr_dataset_item (self->dataset, (guint) place));
    }
}

static void
write_label (CvrBatch      *batch,
             const CvrItem *item)
{
  cvr_batch_set_label (batch, item->id, item->label);
}

static void
write_split (CvrBatch      *batch,
             const CvrItem *item)
{
  cvr_batch_set_split (batch, item->id, item->split);
}

static void
write_extras (CvrBatch      *batch,
              const CvrItem *item)
{
  cvr_batch_set_extras (batch, item->id, item->extras);
}

static void
write_group (CvrBatch      *batch,
             const CvrItem *item)
{
  cvr_batch_set_group (batch, item->id, item->group);
}

/* Rows of hidden pictures are those that they had when they left, as in memory. */
static void
write_items (CvrProject      *self,
             const CvrChange *change,
             CvrBatch        *batch,
             gboolean         fresh)
{
  for (guint i = 0; i < change->ids->len; i++)
    {
      guint64 id = g_array_index (change->ids, guint64, i);
      gint place = cvr_dataset_find_item (self->dataset, id);

      if (place >= 0 && fresh)
        cvr_batch_put_item (batch, cvr_dataset_item (self->dataset, (guint) place), FALSE);
      else
        cvr_batch_set_hidden (batch, id, place < 0);
    }
}

static void
write_model (CvrProject *self,
             const char *key,
             CvrBatch   *batch)
{
  CvrOtherModel present = cvr_project_present (self);

  cvr_project_put_model (batch, "model", &present);
  cvr_project_put_model (batch, key, g_hash_table_lookup (self->models, key));
}

static void
write_change (CvrProject      *self,
              CvrBatch        *batch,
              const CvrChange *change,
              gboolean         fresh)
{
  g_autofree char *text = NULL;

  switch (change->kind)
    {
    case CVR_CHANGE_LABELS:
      each_item (self, change, batch, write_label);
      break;
    case CVR_CHANGE_ITEMS:
      write_items (self, change, batch, fresh);
      break;
    case CVR_CHANGE_SPLITS:
      each_item (self, change, batch, write_split);
      break;
    case CVR_CHANGE_TAG:
    case CVR_CHANGE_EXTRAS:
      each_item (self, change, batch, write_extras);
      break;
    case CVR_CHANGE_GROUPS:
      each_item (self, change, batch, write_group);
      break;
    case CVR_CHANGE_NAME:
      cvr_project_put_text (batch, "name", self->name);
      break;
    case CVR_CHANGE_SETTINGS:
      text = cvr_settings_to_json (&self->settings);
      cvr_project_put_text (batch, "settings", text);
      break;
    case CVR_CHANGE_MODEL:
      write_model (self, change->new_text, batch);
      break;
    case CVR_CHANGE_RUN_NAME:
    case CVR_CHANGE_RUN_NOTE:
    case CVR_CHANGE_RUN_SHOWN:
      cvr_notebook_put (self->notebook, change->k, batch);
      break;
    case CVR_CHANGE_CLASS_ADD:
    case CVR_CHANGE_CLASS_REMOVE:
    case CVR_CHANGE_CLASS_SET:
    case CVR_N_CHANGES:
    default:
      break; /* Written together, before everything that speaks of classes. */
    }
}

void
cvr_project_write (CvrProject      *self,
                   CvrBatch        *batch,
                   const CvrAction *action,
                   gboolean         fresh)
{
  for (guint i = 0; i < action->changes->len; i++)
    {
      const CvrChange *change = g_ptr_array_index (action->changes, i);

      if (change->kind == CVR_CHANGE_CLASS_ADD || change->kind == CVR_CHANGE_CLASS_REMOVE ||
          change->kind == CVR_CHANGE_CLASS_SET)
        {
          cvr_batch_set_classes (batch, self->dataset);
          break;
        }
    }

  for (guint i = 0; i < action->changes->len; i++)
    write_change (self, batch, g_ptr_array_index (action->changes, i), fresh);
  cvr_project_put_counters (self, batch);
}
