/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a network that predicts numbers does: its errors, and each answer against the truth. */
#pragma once

#include "cvr-evaluate.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_NUMBERS_VIEW (cvr_numbers_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrNumbersView, cvr_numbers_view, CVR, NUMBERS_VIEW, AdwBin)

/* @evaluation nullable, of numbers; held. */
void cvr_numbers_view_set (CvrNumbersView *self, CvrEvaluation *evaluation);

G_END_DECLS
