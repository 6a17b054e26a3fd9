/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project fills its notebook. Main thread. */
#pragma once

#include "cvr-keeper.h"
#include "cvr-notebook.h"

G_BEGIN_DECLS

typedef struct _CvrTrained CvrTrained; /* see cvr-project-private.h */

struct _CvrNotebook
{
  GObject     parent_instance;
  gpointer    project;  /* CvrProject, borrowed: the notebook is a part of it; NULL: it is gone */
  GHashTable *all;      /* number (as pointer to guint64) to CvrRunCard, those that undo can bring
                         * back too */
  GPtrArray  *shown;    /* of CvrRunCard, in the order of their numbers */
  GHashTable *dirty;    /* cards (borrowed) whose "changed" is due */
  guint64     next_id;
  guint64     running;  /* the card that learns now; 0: none */
  guint64     learned;  /* the run that began last; 0: not known */
  CvrTrained *learned_from; /* NULL: not known */
};

/* @project: CvrProject, borrowed. */
CvrNotebook *cvr_notebook_new        (gpointer project) G_GNUC_WARN_UNUSED_RESULT;
/* The project goes. */
void        cvr_notebook_close       (CvrNotebook *self);
/* @runs: of CvrKeptRun. One that was running when it was written was interrupted. */
void        cvr_notebook_restore     (CvrNotebook *self, const GPtrArray *runs);
guint64     cvr_notebook_get_next_id (CvrNotebook *self);
void        cvr_notebook_set_next_id (CvrNotebook *self, guint64 next_id);
/* Also one that was removed; borrowed; NULL. */
CvrRunCard *cvr_notebook_find_any    (CvrNotebook *self, guint64 id);
/* Its row. */
void        cvr_notebook_put         (CvrNotebook *self, guint64 id, CvrBatch *batch);
/* What it has in the file goes for good. */
void        cvr_notebook_drop        (CvrNotebook *self, guint64 id, CvrBatch *batch);
/* "run/7/history": where something that belongs to a card stands in the file. */
char       *cvr_notebook_dup_key     (guint64 id, const char *what) G_GNUC_WARN_UNUSED_RESULT;
/* The list and the cards as they are now: emits what is due. */
void        cvr_notebook_tell        (CvrNotebook *self);

/* In memory; told later. */
void        cvr_notebook_apply_name  (CvrNotebook *self, guint64 id, const char *name);
void        cvr_notebook_apply_note  (CvrNotebook *self, guint64 id, const char *note);
void        cvr_notebook_apply_shown (CvrNotebook *self, guint64 id, gboolean shown);
/* A new card, not in the list yet. */
CvrRunCard *cvr_notebook_add         (CvrNotebook *self, CvrCardKind kind,
                                      const CvrSettings *settings);

/* What run @id learned from: the next one is compared with it. @trained nullable. */
void        cvr_notebook_set_learned (CvrNotebook *self, guint64 id, CvrTrained *trained);
/* A training begins; its row is in @batch. @trained nullable: what it learns from. */
void        cvr_notebook_begin       (CvrNotebook *self, const CvrSettings *settings,
                                      gboolean went_on, CvrTrained *trained, CvrBatch *batch);
/* One that was interrupted goes on. FALSE: there is no such card. */
gboolean    cvr_notebook_begin_again (CvrNotebook *self, guint64 id, CvrBatch *batch);
/* An epoch has ended. */
void        cvr_notebook_update      (CvrNotebook *self, CvrHistory *history, CvrBatch *batch);
/* @report: (nullable). */
void        cvr_notebook_end         (CvrNotebook *self, CvrHistory *history,
                                      const CvrRunReport *report, CvrCardState state,
                                      CvrBatch *batch);

G_END_DECLS
