/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the place of what an evaluation says while there is none: why not, and what to do. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_UNEVALUATED (cvr_unevaluated_get_type ())
G_DECLARE_FINAL_TYPE (CvrUnevaluated, cvr_unevaluated, CVR, UNEVALUATED, AdwBin)

/* @later: said while it learns; @title and @first: before the first training. Translated. */
void cvr_unevaluated_update (CvrUnevaluated *self, CvrProject *project, const char *later,
                             const char *title, const char *first);

G_END_DECLS
