/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization by slider, with what they cost and save. */
#pragma once

#include "cvr-compression.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_PAGE (cvr_compress_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressPage, cvr_compress_page, CVR, COMPRESS_PAGE, AdwBin)

void cvr_compress_page_set_project (CvrCompressPage *self,
                                    CvrProject *project);
/* Borrowed; NULL without a project. */
CvrCompression *cvr_compress_page_get_compression (CvrCompressPage *self);
/* For the sidebar; NULL: nothing compressed. */
char *cvr_compress_page_dup_line (CvrCompressPage *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
