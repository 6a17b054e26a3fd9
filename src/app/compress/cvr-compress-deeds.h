/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done with the compressed network: keep it, use it, go back, let it learn. */
#pragma once

#include "cvr-compression.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_DEEDS (cvr_compress_deeds_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressDeeds, cvr_compress_deeds, CVR, COMPRESS_DEEDS, AdwBin)

/* Signal "original": back to the untouched network.
 * @project, @compression: (nullable): both or none; they are held */
void cvr_compress_deeds_set_project (CvrCompressDeeds *self, CvrProject *project,
                                     CvrCompression *compression);

G_END_DECLS
