/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be undone: actions, each a list of changes that know both sides. Plain records, kept as
 * JSON. */
#pragma once

#include "cvr-dataset.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_ACTION_LABEL,
  CVR_ACTION_REMOVE,
  CVR_ACTION_IMPORT,
  CVR_ACTION_ADD,
  CVR_ACTION_ADD_CLASS,
  CVR_ACTION_RENAME_CLASS,
  CVR_ACTION_REMOVE_CLASS,
  CVR_ACTION_SETTINGS,
  CVR_ACTION_MODEL,
  CVR_N_ACTIONS,
} CvrActionKind;

typedef enum
{
  CVR_CHANGE_LABELS,       /* ids, before: old labels, after: new ones */
  CVR_CHANGE_ITEMS,        /* ids, names, before: labels, after: splits; come or go */
  CVR_CHANGE_CLASS_ADD,    /* k, new_text */
  CVR_CHANGE_CLASS_REMOVE, /* k, old_text; its items have lost their labels before */
  CVR_CHANGE_CLASS_RENAME, /* k, old_text, new_text */
  CVR_CHANGE_NAME,         /* of the project: old_text, new_text (nullable) */
  CVR_CHANGE_SETTINGS,     /* JSON: old_text, new_text */
  /* New_text: the store's key of the other model; doing and undoing swap it with
   * the present one. */
  CVR_CHANGE_MODEL,
  CVR_N_CHANGES,
} CvrChangeKind;

typedef struct
{
  CvrChangeKind kind;
  GArray       *ids;     /* of guint64 */
  GArray       *before;  /* of gint */
  GArray       *after;   /* of gint */
  GPtrArray    *names;   /* of char* */
  gboolean      come;
  guint         k;
  char         *old_text, *new_text;
} CvrChange;

typedef struct
{
  CvrActionKind kind;
  guint         count;   /* pictures, for the name */
  char         *detail;  /* class name; settings: the fields that changed; nullable */
  GPtrArray    *changes; /* of CvrChange, in the order of doing */
} CvrAction;

CvrAction *cvr_action_new        (CvrActionKind kind, guint count,
                                  const char *detail) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_action_free       (CvrAction *self);
/* Adds an empty change at the end (borrowed). */
CvrChange *cvr_action_add        (CvrAction *self, CvrChangeKind kind);
CvrChange *cvr_action_add_texts  (CvrAction *self, CvrChangeKind kind, guint k,
                                  const char *old_text, const char *new_text);
void       cvr_change_add_label  (CvrChange *self, guint64 id, gint before, gint after);
void       cvr_change_add_item   (CvrChange *self, guint64 id, const char *name, gint label,
                                  CvrSplit split);
/* "Label 3 pictures": translated. */
char      *cvr_action_dup_name   (const CvrAction *self);
char      *cvr_action_to_json    (const CvrAction *self);
CvrAction *cvr_action_from_json  (const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrAction, cvr_action_free)

G_END_DECLS
