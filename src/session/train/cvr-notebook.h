/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notebook: a card for every training of the project, and for every compressed network that was
 * kept. */
#pragma once

#include "cvr-history.h"
#include "cvr-job.h"
#include "cvr-run.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_CARD_RUN,
  CVR_CARD_VARIANT, /* a compressed network, made of a run's or of another variant's */
} CvrCardKind;

typedef enum
{
  CVR_CARD_RUNNING,
  CVR_CARD_ENDED,       /* the report's @stop says how */
  CVR_CARD_INTERRUPTED, /* with the program; perhaps it can go on: cvr_project_get_interrupted() */
  CVR_CARD_FAILED,
} CvrCardState;

enum { CVR_CARD_POINTS = 48 };

/* A thumbnail: at most CVR_CARD_POINTS points of a curve, evenly spread over its epochs. */
typedef struct
{
  guint n;
  float values[CVR_CARD_POINTS];
} CvrCardCurve;

/* A setting that was changed while it learned. */
typedef struct
{
  double x;    /* in epochs */
  char  *text; /* "batch 20 instead of 8", translated when it was made */
} CvrCardChange;

/* Of what it learned from, against another training. */
typedef struct
{
  guint n_relabelled;
  guint n_added;   /* pictures, or labels where there were none */
  guint n_removed; /* pictures, labels or classes that are off */
} CvrDataDifference;

/* Read only. */
typedef struct
{
  CvrCardKind  kind;
  CvrCardState state;
  gint64       started;    /* seconds since 1970 */
  CvrSettings  settings;   /* that it began with; of a variant: its run's */
  const CvrCardChange *changes; /* since then, in their order */
  guint        n_changes;
  gboolean     went_on;    /* it began with the network that was there */
  guint        n_planned;  /* epochs; the report has those that ran, and the best one */
  guint64      data;       /* fingerprint of pictures and labels; 0: not known */
  guint64      compared;   /* the card that was the newest run when it began; 0: not known */
  CvrDataDifference since; /* that one */
  CvrRunReport report;     /* up to now, while it runs; NaN: not known */
  CvrCardCurve loss, val_loss, accuracy, val_accuracy; /* of each epoch */
  guint64      parent;     /* the card that it was made of or went on from; 0: none, or unknown */
  /* Of a variant: */
  const char  *what;       /* what was done, translated when it was kept */
  guint64      bytes;      /* of the file that Export writes */
  double       ms;         /* one picture, on the computer where it was made; NaN */
} CvrCardFacts;

#define CVR_TYPE_RUN_CARD (cvr_run_card_get_type ())
G_DECLARE_FINAL_TYPE (CvrRunCard, cvr_run_card, CVR, RUN_CARD, GObject)

/* Main thread. Signal "changed": name, note, figures or state. */
guint64     cvr_run_card_get_id         (CvrRunCard *self);
const char *cvr_run_card_get_name       (CvrRunCard *self);
const char *cvr_run_card_get_note       (CvrRunCard *self); /* "": none */
const CvrCardFacts *cvr_run_card_get_facts (CvrRunCard *self);
/* Its network as people call it: "LeNet-5". */
const char *cvr_run_card_get_network    (CvrRunCard *self);
/* The epoch of it that is the project's network now; FALSE: none is. Of a variant always epoch 0. */
gboolean    cvr_run_card_is_present     (CvrRunCard *self, guint *epoch);
/* Networks of its epochs are stored: see cvr_epochs_list(). */
gboolean    cvr_run_card_has_epochs     (CvrRunCard *self);
/* "Stopped early after epoch 7 of 12": how it stands, in a few words. Translated. */
char       *cvr_run_card_dup_state      (CvrRunCard *self);
/* What differs in pictures and labels and in the settings, as sentence parts ("5 labels changed;
 * learning rate 0.01 instead of 0.001"), and what was changed while @self learned. Translated; "": nothing. */
char       *cvr_run_card_dup_difference (CvrRunCard *self, CvrRunCard *other);
/* The last of these alone. */
char       *cvr_run_card_dup_changes    (CvrRunCard *self);

/* A sentence where @self went on from @parent and is worse at the same pictures; NULL. Translated. */
char       *cvr_run_card_dup_setback    (CvrRunCard *self, CvrRunCard *parent);

/* A list of CvrRunCard, oldest first. */
#define CVR_TYPE_NOTEBOOK (cvr_notebook_get_type ())
G_DECLARE_FINAL_TYPE (CvrNotebook, cvr_notebook, CVR, NOTEBOOK, GObject)

/* Main thread. One for each project: cvr_project_get_notebook(). Cards come by themselves when a
 * training begins. */
CvrRunCard *cvr_notebook_find           (CvrNotebook *self, guint64 id); /* borrowed; NULL */
/* The newest run, which the curves of the training belong to; borrowed; NULL. */
CvrRunCard *cvr_notebook_get_newest_run (CvrNotebook *self);
/* The one whose network is the project's; borrowed; NULL: there is none. */
CvrRunCard *cvr_notebook_get_present    (CvrNotebook *self);
/* The run that learns, else the one that made the project's network as it is; borrowed; NULL: no
 * stored training made it. */
CvrRunCard *cvr_notebook_get_maker      (CvrNotebook *self);
/* Undoable; refused with the project's "failed" where that is read only. An empty name gives the one
 * that it had at first. */
void        cvr_notebook_rename         (CvrNotebook *self, guint64 id, const char *name);
void        cvr_notebook_set_note       (CvrNotebook *self, guint64 id, const char *note);
/* Not one that runs. Its networks leave the file when it can't be undone any more. */
void        cvr_notebook_remove         (CvrNotebook *self, guint64 id);
/* Its settings become the project's, and the network of @epoch (the best one for G_MAXUINT; the
 * nearest that is stored) the project's network: one undoable action. @done nullable: no result; an
 * error where it can't be read. NULL: there is no such card, or it has no network ("failed" said
 * so). */
CvrJob     *cvr_notebook_return_to      (CvrNotebook *self, guint64 id, guint epoch,
                                         GObject *owner, CvrJobDone done, gpointer user_data);
/* The whole curve. @done: (job, CvrHistory *result (owned), error). */
CvrJob     *cvr_notebook_read_history   (CvrNotebook *self, guint64 id, GObject *owner,
                                         CvrJobDone done, gpointer user_data);

/* What is known about a variant. @what: "60 % of the filters removed, 8 bits". */
typedef struct
{
  const char *name;  /* nullable: made of @what */
  const char *what;
  double      accuracy, loss; /* on validation pictures; NaN */
  guint       n_valid;
  guint64     bytes;
  double      ms;
} CvrVariant;

/* Keeps a compressed network beside its run, which the project's network is of; undoable. Returns
 * the number of its card; 0: refused ("failed" said why). */
guint64     cvr_notebook_keep_variant   (CvrNotebook *self, CvrModel *model,
                                         const CvrVariant *variant);

G_END_DECLS
