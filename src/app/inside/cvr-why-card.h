/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way of asking why: its picture, what it means and where it misleads. */
#pragma once

#include "cvr-inspection.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_WHY_CARD (cvr_why_card_get_type ())
G_DECLARE_FINAL_TYPE (CvrWhyCard, cvr_why_card, CVR, WHY_CARD, AdwBin)

GtkWidget    *cvr_why_card_new         (NnExplainKind kind) G_GNUC_WARN_UNUSED_RESULT;
/* NULL lets go of it. */
void          cvr_why_card_set_project (CvrWhyCard *self, CvrProject *project);
void          cvr_why_card_set_active  (CvrWhyCard *self, gboolean active);
/* @model nullable: the project's. */
void          cvr_why_card_look_at     (CvrWhyCard *self, CvrImage *image, CvrModel *model);
/* −1: the answer. */
void          cvr_why_card_set_target  (CvrWhyCard *self, gint target);
/* How much of the picture shows through: 0 … 1. */
void          cvr_why_card_set_opacity (CvrWhyCard *self, double opacity);
/* Borrowed; NULL before the first. */
NnExplanation *cvr_why_card_get_result (CvrWhyCard *self);
void          cvr_why_card_set_kind    (CvrWhyCard *self, NnExplainKind kind);

G_END_DECLS
