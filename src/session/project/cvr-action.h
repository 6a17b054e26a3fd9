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
  CVR_ACTION_SPLIT,        /* other: the side's name */
  CVR_ACTION_TAG,
  CVR_ACTION_UNTAG,
  CVR_ACTION_BOXES,
  CVR_ACTION_NOTE,
  CVR_ACTION_COLOUR_CLASS,
  CVR_ACTION_KEY_CLASS,
  CVR_ACTION_CLASS_ON,
  CVR_ACTION_CLASS_OFF,
  CVR_ACTION_MERGE_CLASSES, /* detail: the one that goes, other: the one that stays */
  /* Cards of the notebook: detail: the number, other: the name. */
  CVR_ACTION_RENAME_RUN,
  CVR_ACTION_NOTE_RUN,
  CVR_ACTION_REMOVE_RUN,
  CVR_ACTION_RETURN_TO_RUN,
  CVR_ACTION_KEEP_VARIANT,
  CVR_N_ACTIONS,
} CvrActionKind;

typedef enum
{
  CVR_CHANGE_LABELS,       /* ids, before: old labels, after: new ones */
  CVR_CHANGE_ITEMS,        /* ids; they come or go whole, as the project keeps them */
  CVR_CHANGE_CLASS_ADD,    /* k, new_text, new_look */
  /* K, old_text, old_look; its items and boxes have lost their labels before. */
  CVR_CHANGE_CLASS_REMOVE,
  CVR_CHANGE_CLASS_SET,    /* k, both texts and looks */
  CVR_CHANGE_NAME,         /* of the project: old_text, new_text (nullable) */
  CVR_CHANGE_SETTINGS,     /* JSON: old_text, new_text */
  /* New_text: the store's key of the other model; doing and undoing swap it with the present
   * one. */
  CVR_CHANGE_MODEL,
  CVR_CHANGE_SPLITS,       /* ids, before: old CvrSplit, after: new one */
  CVR_CHANGE_TAG,          /* ids: those that change; new_text: the tag; comes or goes */
  CVR_CHANGE_EXTRAS,       /* ids, old_extras, new_extras */
  CVR_CHANGE_GROUPS,       /* ids, old_groups, new_groups; in memory only */
  CVR_CHANGE_RUN_NAME,     /* k: number of the card; old_text, new_text */
  CVR_CHANGE_RUN_NOTE,
  CVR_CHANGE_RUN_SHOWN,    /* k; comes or goes */
  CVR_N_CHANGES,
} CvrChangeKind;

/* A class but for its name. */
typedef struct
{
  gint     colour;
  guint    key;
  gboolean off;
} CvrClassLook;

typedef struct
{
  CvrChangeKind kind;
  GArray       *ids;     /* of guint64 */
  GArray       *before;  /* of gint */
  GArray       *after;   /* of gint */
  GPtrArray    *old_extras, *new_extras; /* of CvrExtras, nullable */
  GArray       *old_groups, *new_groups; /* of guint64 */
  gboolean      come;
  guint         k;
  char         *old_text, *new_text;
  CvrClassLook  old_look, new_look;
} CvrChange;

/* Counted, on one thread; immutable once it is done, and may be read by others then. */
typedef struct
{
  guint         ref_count;
  CvrActionKind kind;
  guint         count;   /* pictures, for the name */
  /* Class or tag; settings: the fields that changed; boxes, note: the picture's id; card of the
   * notebook: its number; nullable. */
  char         *detail;
  char         *other;   /* nullable */
  GPtrArray    *changes; /* of CvrChange, in the order of doing */
} CvrAction;

CvrAction *cvr_action_new        (CvrActionKind kind, guint count,
                                  const char *detail) G_GNUC_WARN_UNUSED_RESULT;
CvrAction *cvr_action_ref        (CvrAction *self);
void       cvr_action_unref      (CvrAction *self);
/* Adds an empty change at the end (borrowed). */
CvrChange *cvr_action_add        (CvrAction *self, CvrChangeKind kind);
CvrChange *cvr_action_add_texts  (CvrAction *self, CvrChangeKind kind, guint k,
                                  const char *old_text, const char *new_text);
/* Class @k from @before to @after; NULL: it comes, or goes. */
void       cvr_action_add_class  (CvrAction *self, guint k, const CvrClass *before,
                                  const CvrClass *after);
/* Labels and splits. */
void       cvr_change_add_value  (CvrChange *self, guint64 id, gint before, gint after);
void       cvr_change_add_item   (CvrChange *self, guint64 id);
void       cvr_change_add_extras (CvrChange *self, guint64 id, CvrExtras *before,
                                  CvrExtras *after);
void       cvr_change_add_group  (CvrChange *self, guint64 id, guint64 before, guint64 after);
/* The two sides of a class change (borrowed name). */
CvrClass   cvr_change_class      (const CvrChange *self, gboolean after);
/* @second follows @first closely and changes the same thing: both as one. Only where each has one
 * change, of settings or of one picture's extras. */
CvrAction *cvr_action_join       (const CvrAction *first,
                                  const CvrAction *second) G_GNUC_WARN_UNUSED_RESULT;
/* "Label 3 pictures": translated. */
char      *cvr_action_dup_name   (const CvrAction *self);
char      *cvr_action_to_json    (const CvrAction *self);
CvrAction *cvr_action_from_json  (const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrAction, cvr_action_unref)

G_END_DECLS
