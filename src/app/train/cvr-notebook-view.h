/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notebook: a card for every training, and what is done with them. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_NOTEBOOK_VIEW (cvr_notebook_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrNotebookView, cvr_notebook_view, CVR, NOTEBOOK_VIEW, AdwBin)

void        cvr_notebook_view_set_project (CvrNotebookView *self, CvrProject *project);
/* The card that is shown; borrowed; NULL: none. */
CvrRunCard *cvr_notebook_view_get_card    (CvrNotebookView *self);
/* Puts a card into the comparison or takes it out. */
void        cvr_notebook_view_compare     (CvrNotebookView *self, guint64 id, gboolean with);

G_END_DECLS
