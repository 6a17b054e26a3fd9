/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the data set share. Internal to storage. */
#pragma once

#include "cvr-dataset.h"

G_BEGIN_DECLS

/* An item and where it stands, so that the look-up by id needs no second table to be renumbered. */
typedef struct
{
  CvrItem item; /* its name is a GRefString, shared between copies */
  guint   index;
} CvrEntry;

struct _CvrDataset
{
  gatomicrefcount ref_count;
  GPtrArray      *classes; /* of CvrClass */
  GPtrArray      *entries; /* of CvrEntry */
  GHashTable     *by_id;   /* &entry->item.id to CvrEntry */
  guint64         next_id;
  GArray         *counts;  /* of guint: items by label (from −1) and `used`, four a label */
};

/* How many items have @label and are used so. */
static inline guint *
cvr_dataset_cell (CvrDataset *self,
                  gint        label,
                  CvrSplit    used)
{
  return &g_array_index (self->counts, guint, 4 * (guint) (label + 1) + (guint) used);
}

/* Counts anew, after everything has changed. */
void cvr_dataset_recount (CvrDataset *self);

/* Where label @label is after a class came (@by 1) or went (−1) at @k. */
static inline gint
cvr_moved_label (gint  label,
                 guint k,
                 gint  by)
{
  if (by < 0 && label == (gint) k)
    return CVR_LABEL_NONE;

  return label >= (gint) k ? label + by : label;
}

G_END_DECLS
