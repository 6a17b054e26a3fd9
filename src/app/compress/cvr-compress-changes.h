/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a compression did to the answers: the pictures, before → after, and the confusion matrix. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_CHANGES (cvr_compress_changes_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressChanges, cvr_compress_changes, CVR, COMPRESS_CHANGES, AdwBin)

/* @result nullable: nothing is known yet. Rows that stay the same keep their places. */
void  cvr_compress_changes_show       (CvrCompressChanges *self,
                                       CvrProject         *project,
                                       CvrCompressed      *result);
guint cvr_compress_changes_n_pictures (CvrCompressChanges *self);

G_END_DECLS
