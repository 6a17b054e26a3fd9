/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command stack, kept in the project's store: one value per action and a short index. */
#pragma once

#include "cvr-action.h"
#include "cvr-store.h"

G_BEGIN_DECLS

/* Actions remembered; older ones are pushed off. */
enum { CVR_UNDO_LIMIT = 200 };

/* Main thread. The caller opens and commits the transaction around every call that
 * takes an error. */
typedef struct _CvrUndo CvrUndo;

/* What only @action held (removed pictures, an other model) can go; inside the transaction. @done:
 * it stood on the done side of the stack (too old), else on the undone side (something else was
 * done instead). */
typedef void (*CvrUndoDropped) (const CvrAction *action, gboolean done, gpointer data);

/* @store is not held. A broken stack is begun anew. */
CvrUndo         *cvr_undo_new     (CvrStore *store, CvrUndoDropped dropped,
                                   gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_undo_free    (CvrUndo *self);
/* Before a transaction: what cvr_undo_go_back() goes back to. */
void             cvr_undo_remember (CvrUndo *self);
/* After a transaction was rolled back. Does not need a store that can be read just then. */
void             cvr_undo_go_back (CvrUndo *self);
gboolean         cvr_undo_is_empty (CvrUndo *self);
/* What undo, or redo, would take; borrowed until the stack changes; NULL: nothing. */
const CvrAction *cvr_undo_peek    (CvrUndo *self, gboolean back);
/* Every action that undo or redo can come to. */
void             cvr_undo_each    (CvrUndo *self,
                                   void (*see) (const CvrAction *action, gpointer data),
                                   gpointer data);
/* Takes @action where it succeeds; what was undone can't be redone any more. */
gboolean         cvr_undo_push    (CvrUndo *self, CvrAction *action, GError **error);
/* Moves over the action that cvr_undo_peek() shows. */
gboolean         cvr_undo_move    (CvrUndo *self, gboolean back, GError **error);
/* Takes @action in the place of the newest one (coalesced) where it succeeds. */
gboolean         cvr_undo_replace (CvrUndo *self, CvrAction *action, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrUndo, cvr_undo_free)

G_END_DECLS
