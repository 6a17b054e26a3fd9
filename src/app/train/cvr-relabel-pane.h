/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that a network answered, each with what it said, and their labels to mend: by number
 * keys, from a list, or dragged onto a class. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_RELABEL_PANE (cvr_relabel_pane_get_type ())
G_DECLARE_FINAL_TYPE (CvrRelabelPane, cvr_relabel_pane, CVR, RELABEL_PANE, AdwBin)

/* Signal "picked" (guint64 id): this picture alone is selected; 0: none or several. */

/* What is to be shown: begin, add, end. */
void        cvr_relabel_pane_begin       (CvrRelabelPane *self);
/* @caption: (transfer full): under the picture. One that was removed since is left out. */
void        cvr_relabel_pane_add         (CvrRelabelPane *self, guint64 id, char *caption);
/* Returns how many there are. */
guint       cvr_relabel_pane_end         (CvrRelabelPane *self);
void        cvr_relabel_pane_set_heading (CvrRelabelPane *self, const char *text);
/* Keyboard focus to the first picture, or to those that are selected. */
void        cvr_relabel_pane_enter       (CvrRelabelPane *self);
/* Selects a picture that is shown, alone. */
void        cvr_relabel_pane_pick        (CvrRelabelPane *self, guint64 id);
/* A number key; FALSE: not one of a class. */
gboolean    cvr_relabel_pane_key         (CvrRelabelPane *self, guint key);
/* @project nullable. */
void        cvr_relabel_pane_set_project (CvrRelabelPane *self, CvrProject *project);
/* (transfer none): of CvrImageItem. */
GListModel *cvr_relabel_pane_get_items   (CvrRelabelPane *self);

G_END_DECLS
