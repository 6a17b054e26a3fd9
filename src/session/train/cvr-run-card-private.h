/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card from inside: how the notebook fills it. Main thread. */
#pragma once

#include "cvr-kept-run.h"
#include "cvr-notebook.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

struct _CvrRunCard
{
  GObject      parent_instance;
  guint64      id;
  guint        number;   /* of its kind, from 1, for the name that it has at first */
  char        *name;     /* "": that one */
  char        *title;    /* what is shown */
  char        *note;
  gboolean     removed;  /* undo can bring it back */
  CvrCardFacts facts;
  GArray      *changes;  /* of CvrCardChange */
  char        *what;
  gboolean     is_present, has_epochs;
  guint        present_epoch;
};

CvrRunCard *cvr_run_card_new         (guint64 id, guint number, CvrCardKind kind,
                                      const CvrSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
/* NULL where it can't be read. */
CvrRunCard *cvr_run_card_from_row    (const CvrKeptRun *row) G_GNUC_WARN_UNUSED_RESULT;
/* Free with cvr_kept_run_free(). */
CvrKeptRun *cvr_run_card_to_row      (CvrRunCard *self) G_GNUC_WARN_UNUSED_RESULT;
/* Figures and thumbnails as they are by now. */
void        cvr_run_card_take_history (CvrRunCard *self, CvrHistory *history);
void        cvr_run_card_set_name    (CvrRunCard *self, const char *name);
void        cvr_run_card_set_note    (CvrRunCard *self, const char *note);
void        cvr_run_card_add_change  (CvrRunCard *self, double x, const char *text);
void        cvr_run_card_set_what    (CvrRunCard *self, const char *what);
void        cvr_run_card_emit_changed (CvrRunCard *self);

/* Members of a JSON object; also those of older projects. */
gboolean    cvr_run_report_get_json  (JsonObject *object, CvrRunReport *report, guint *n_planned);

G_END_DECLS
