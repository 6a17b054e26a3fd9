/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command stack: in memory, and kept in the project's file as one value per action and a short
 * index. */
#pragma once

#include "cvr-action.h"
#include "cvr-keeper.h"

G_BEGIN_DECLS

enum
{
  CVR_UNDO_LIMIT = 1000,        /* actions remembered; older ones are pushed off */
  CVR_UNDO_MOST_IDS = 4000000,  /* pictures that these name together, for the memory it takes */
};

/* Main thread. */
typedef struct _CvrUndo CvrUndo;
/* The stack as it was at some moment. */
typedef struct _CvrUndoMark CvrUndoMark;

/* What only @action held (an other model) leaves the file with @batch. @done: it was done, not
 * undone. */
typedef void (*CvrUndoDropped) (const CvrAction *action, gboolean done, CvrBatch *batch,
                                gpointer data);

/* Reads all of it; waits for the disk. @keeper is not held. Beyond a step that can't be read
 * nothing is in reach. */
CvrUndo         *cvr_undo_new     (CvrKeeper *keeper, CvrUndoDropped dropped,
                                   gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_undo_free    (CvrUndo *self);
gboolean         cvr_undo_is_empty (CvrUndo *self);
/* What undo, or redo, would take; borrowed until the stack changes; NULL: nothing. */
const CvrAction *cvr_undo_peek    (CvrUndo *self, gboolean back);
/* Every action that undo or redo can come to. */
void             cvr_undo_each    (CvrUndo *self,
                                   void (*see) (const CvrAction *action, gpointer data),
                                   gpointer data);

/* Each of these changes the stack at once and writes that into @batch. */
/* Holds @action; what was undone can't be redone any more. */
void             cvr_undo_push    (CvrUndo *self, CvrBatch *batch, CvrAction *action);
/* Moves over the action that cvr_undo_peek() shows. */
void             cvr_undo_move    (CvrUndo *self, CvrBatch *batch, gboolean back);
/* Holds @action in the place of the newest one (coalesced). */
void             cvr_undo_replace (CvrUndo *self, CvrBatch *batch, CvrAction *action);
/* Takes out every action that @speaks, with all that are further away from the present. */
void             cvr_undo_forget  (CvrUndo *self, CvrBatch *batch,
                                   gboolean (*speaks) (const CvrAction *action, gpointer data),
                                   gpointer data);

CvrUndoMark     *cvr_undo_mark      (CvrUndo *self) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_undo_mark_free (CvrUndoMark *mark);
/* In memory; for batches that could not be written. */
void             cvr_undo_restore   (CvrUndo *self, const CvrUndoMark *mark);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrUndo, cvr_undo_free)

G_END_DECLS
