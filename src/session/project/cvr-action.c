/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be undone: actions, each a list of changes that know both sides. */
#include "cvr-action.h"

#include <glib/gi18n-lib.h>

static void
change_free (gpointer data)
{
  CvrChange *self = data;

  g_array_unref (self->ids);
  g_array_unref (self->before);
  g_array_unref (self->after);
  g_array_unref (self->old_groups);
  g_array_unref (self->new_groups);
  g_ptr_array_unref (self->old_extras);
  g_ptr_array_unref (self->new_extras);
  g_free (self->old_text);
  g_free (self->new_text);
  g_free (self);
}

static void
extras_free (gpointer extras)
{
  cvr_extras_unref (extras);
}

CvrAction *
cvr_action_new (CvrActionKind kind,
                guint         count,
                const char   *detail)
{
  CvrAction *self = g_new0 (CvrAction, 1);

  self->ref_count = 1;
  self->kind = kind;
  self->count = count;
  self->detail = g_strdup (detail);
  self->changes = g_ptr_array_new_with_free_func (change_free);

  return self;
}

CvrAction *
cvr_action_ref (CvrAction *self)
{
  self->ref_count++;

  return self;
}

void
cvr_action_unref (CvrAction *self)
{
  if (self == NULL || --self->ref_count > 0)
    return;

  g_free (self->detail);
  g_free (self->other);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

CvrChange *
cvr_action_add (CvrAction    *self,
                CvrChangeKind kind)
{
  CvrChange *change = g_new0 (CvrChange, 1);

  change->kind = kind;
  change->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  change->before = g_array_new (FALSE, FALSE, sizeof (gint));
  change->after = g_array_new (FALSE, FALSE, sizeof (gint));
  change->old_groups = g_array_new (FALSE, FALSE, sizeof (guint64));
  change->new_groups = g_array_new (FALSE, FALSE, sizeof (guint64));
  change->old_extras = g_ptr_array_new_with_free_func (extras_free);
  change->new_extras = g_ptr_array_new_with_free_func (extras_free);
  change->old_look.colour = change->new_look.colour = -1;
  g_ptr_array_add (self->changes, change);

  return change;
}

CvrChange *
cvr_action_add_texts (CvrAction    *self,
                      CvrChangeKind kind,
                      guint         k,
                      const char   *old_text,
                      const char   *new_text)
{
  CvrChange *change = cvr_action_add (self, kind);

  change->k = k;
  change->old_text = g_strdup (old_text);
  change->new_text = g_strdup (new_text);

  return change;
}

static CvrClassLook
look_of (const CvrClass *klass)
{
  return (CvrClassLook) { klass->colour, klass->key, klass->off };
}

void
cvr_action_add_class (CvrAction      *self,
                      guint           k,
                      const CvrClass *before,
                      const CvrClass *after)
{
  CvrChange *change = cvr_action_add_texts (self,
                                            before == NULL  ? CVR_CHANGE_CLASS_ADD
                                            : after == NULL ? CVR_CHANGE_CLASS_REMOVE
                                                            : CVR_CHANGE_CLASS_SET,
                                            k, before != NULL ? before->name : NULL,
                                            after != NULL ? after->name : NULL);

  if (before != NULL)
    change->old_look = look_of (before);
  if (after != NULL)
    change->new_look = look_of (after);
}

CvrClass
cvr_change_class (const CvrChange *self,
                  gboolean         after)
{
  const CvrClassLook *look = after ? &self->new_look : &self->old_look;

  return (CvrClass) { after ? self->new_text : self->old_text, look->colour, look->key,
                      look->off };
}

void
cvr_change_add_value (CvrChange *self,
                      guint64    id,
                      gint       before,
                      gint       after)
{
  g_array_append_val (self->ids, id);
  g_array_append_val (self->before, before);
  g_array_append_val (self->after, after);
}

void
cvr_change_add_item (CvrChange *self,
                     guint64    id)
{
  g_array_append_val (self->ids, id);
}

void
cvr_change_add_extras (CvrChange *self,
                       guint64    id,
                       CvrExtras *before,
                       CvrExtras *after)
{
  g_array_append_val (self->ids, id);
  g_ptr_array_add (self->old_extras, cvr_extras_ref (before));
  g_ptr_array_add (self->new_extras, cvr_extras_ref (after));
}

void
cvr_change_add_group (CvrChange *self,
                      guint64    id,
                      guint64    before,
                      guint64    after)
{
  g_array_append_val (self->ids, id);
  g_array_append_val (self->old_groups, before);
  g_array_append_val (self->new_groups, after);
}

/* Returns: (transfer full) */
CvrAction *
cvr_action_join (const CvrAction *first,
                 const CvrAction *second)
{
  const CvrChange *begin = g_ptr_array_index (first->changes, 0);
  const CvrChange *end = g_ptr_array_index (second->changes, 0);
  CvrAction *joined = cvr_action_new (first->kind, first->count, first->detail);
  CvrChange *change;

  g_return_val_if_fail (begin->kind == end->kind && begin->k == end->k, joined);

  joined->other = g_strdup (first->other);
  change = cvr_action_add_texts (joined, begin->kind, begin->k, begin->old_text, end->new_text);
  if (begin->kind == CVR_CHANGE_EXTRAS)
    cvr_change_add_extras (change, g_array_index (begin->ids, guint64, 0),
                           g_ptr_array_index (begin->old_extras, 0),
                           g_ptr_array_index (end->new_extras, 0));

  return joined;
}

/* Names with a number of pictures. */
static char *
dup_counted (const CvrAction *self)
{
  guint n = self->count;

  switch (self->kind)
    {
    case CVR_ACTION_LABEL:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Label %u picture", "Label %u pictures", n), n);
    case CVR_ACTION_REMOVE:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Remove %u picture", "Remove %u pictures", n), n);
    case CVR_ACTION_TAG:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Tag %1$u picture “%2$s”",
                                           "Tag %1$u pictures “%2$s”", n),
                              n, self->detail);
    case CVR_ACTION_UNTAG:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Take the tag “%2$s” off %1$u picture",
                                           "Take the tag “%2$s” off %1$u pictures", n),
                              n, self->detail);
    case CVR_ACTION_IMPORT:
    case CVR_ACTION_ADD:
    default:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Add %u picture", "Add %u pictures", n), n);
    }
}

static char *
dup_split_name (const CvrAction *self)
{
  guint n = self->count;
  const char *format;

  if (g_strcmp0 (self->other, "train") == 0)
    format = g_dngettext (GETTEXT_PACKAGE, "Move %u picture to training",
                          "Move %u pictures to training", n);
  else if (g_strcmp0 (self->other, "valid") == 0)
    format = g_dngettext (GETTEXT_PACKAGE, "Move %u picture to validation",
                          "Move %u pictures to validation", n);
  else if (g_strcmp0 (self->other, "test") == 0)
    format = g_dngettext (GETTEXT_PACKAGE, "Move %u picture to the test",
                          "Move %u pictures to the test", n);
  else
    format = g_dngettext (GETTEXT_PACKAGE, "Let %u picture be divided by itself",
                          "Let %u pictures be divided by themselves", n);

  return g_strdup_printf (format, n);
}

static char *
dup_class_name (const CvrAction *self)
{
  switch (self->kind)
    {
    case CVR_ACTION_ADD_CLASS:
      return g_strdup_printf (_("Add the class “%s”"), self->detail);
    case CVR_ACTION_RENAME_CLASS:
      return g_strdup_printf (_("Rename the class “%s”"), self->detail);
    case CVR_ACTION_REMOVE_CLASS:
      return g_strdup_printf (_("Remove the class “%s”"), self->detail);
    case CVR_ACTION_COLOUR_CLASS:
      return g_strdup_printf (_("Colour the class “%s”"), self->detail);
    case CVR_ACTION_KEY_CLASS:
      return g_strdup_printf (_("Change the key of the class “%s”"), self->detail);
    case CVR_ACTION_CLASS_ON:
      return g_strdup_printf (_("Switch on the class “%s”"), self->detail);
    case CVR_ACTION_CLASS_OFF:
      return g_strdup_printf (_("Switch off the class “%s”"), self->detail);
    case CVR_ACTION_MERGE_CLASSES:
    default:
      return g_strdup_printf (_("Merge the class “%1$s” into “%2$s”"), self->detail, self->other);
    }
}

static char *
dup_run_name (const CvrAction *self)
{
  const char *name = self->other != NULL ? self->other : "";

  switch (self->kind)
    {
    case CVR_ACTION_RENAME_RUN:
      return g_strdup_printf (_("Rename “%s”"), name);
    case CVR_ACTION_NOTE_RUN:
      return g_strdup_printf (_("Write a note on “%s”"), name);
    case CVR_ACTION_REMOVE_RUN:
      return g_strdup_printf (_("Remove “%s” from the notebook"), name);
    case CVR_ACTION_RETURN_TO_RUN:
      return g_strdup_printf (_("Return to “%s”"), name);
    case CVR_ACTION_KEEP_VARIANT:
    default:
      return g_strdup_printf (_("Keep “%s”"), name);
    }
}

/* Returns: (transfer full) */
char *
cvr_action_dup_name (const CvrAction *self)
{
  switch (self->kind)
    {
    case CVR_ACTION_LABEL:
    case CVR_ACTION_REMOVE:
    case CVR_ACTION_IMPORT:
    case CVR_ACTION_ADD:
    case CVR_ACTION_TAG:
    case CVR_ACTION_UNTAG:
      return dup_counted (self);
    case CVR_ACTION_SPLIT:
      return dup_split_name (self);
    case CVR_ACTION_ADD_CLASS:
    case CVR_ACTION_RENAME_CLASS:
    case CVR_ACTION_REMOVE_CLASS:
    case CVR_ACTION_COLOUR_CLASS:
    case CVR_ACTION_KEY_CLASS:
    case CVR_ACTION_CLASS_ON:
    case CVR_ACTION_CLASS_OFF:
    case CVR_ACTION_MERGE_CLASSES:
      return dup_class_name (self);
    case CVR_ACTION_RENAME_RUN:
    case CVR_ACTION_NOTE_RUN:
    case CVR_ACTION_REMOVE_RUN:
    case CVR_ACTION_RETURN_TO_RUN:
    case CVR_ACTION_KEEP_VARIANT:
      return dup_run_name (self);
    case CVR_ACTION_BOXES:
      return g_strdup (_("Draw boxes"));
    case CVR_ACTION_NOTE:
      return g_strdup (_("Write a note"));
    case CVR_ACTION_SETTINGS:
      return g_strdup (_("Change the settings"));
    case CVR_ACTION_MODEL:
    case CVR_N_ACTIONS:
    default:
      return g_strdup (_("Change the network"));
    }
}
