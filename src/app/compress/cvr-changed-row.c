/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture whose answer a compression changed, as a list item. */
#include "cvr-changed-row.h"

#include <string.h>

struct _CvrChangedRow
{
  GObject parent_instance;

  CvrImageItem    *item;
  CvrChangedAnswer answer;
  char            *text;
  guint            paints[2];
};

G_DEFINE_FINAL_TYPE (CvrChangedRow, cvr_changed_row, G_TYPE_OBJECT)

static void
cvr_changed_row_dispose (GObject *object)
{
  CvrChangedRow *self = CVR_CHANGED_ROW (object);

  g_clear_object (&self->item);
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (cvr_changed_row_parent_class)->dispose (object);
}

static void
cvr_changed_row_class_init (CvrChangedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_changed_row_dispose;
}

static void
cvr_changed_row_init (CvrChangedRow *self)
{
}

/**
 * cvr_changed_row_new:
 *
 * Returns: (transfer full): an immutable row
 */
CvrChangedRow *
cvr_changed_row_new (CvrImageItem           *item,
                     const CvrChangedAnswer *answer,
                     const char             *text,
                     const guint             paints[2])
{
  CvrChangedRow *self = g_object_new (CVR_TYPE_CHANGED_ROW, NULL);

  self->item = g_object_ref (item);
  self->answer = *answer;
  self->text = g_strdup (text);
  memcpy (self->paints, paints, sizeof self->paints);

  return self;
}

CvrImageItem *
cvr_changed_row_get_item (CvrChangedRow *self)
{
  return self->item;
}

const char *
cvr_changed_row_get_text (CvrChangedRow *self)
{
  return self->text;
}

const guint *
cvr_changed_row_get_paints (CvrChangedRow *self)
{
  return self->paints;
}

gboolean
cvr_changed_row_is_better (CvrChangedRow *self)
{
  return self->answer.after == self->answer.label;
}

gboolean
cvr_changed_row_is_worse (CvrChangedRow *self)
{
  return self->answer.before == self->answer.label;
}

gboolean
cvr_changed_row_equal (CvrChangedRow *self,
                       CvrChangedRow *other)
{
  return self->item == other->item && self->answer.label == other->answer.label &&
         g_str_equal (self->text, other->text) &&
         memcmp (self->paints, other->paints, sizeof self->paints) == 0;
}
