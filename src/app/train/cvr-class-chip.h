/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class as a small chip, onto which pictures are dragged. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_CHIP (cvr_class_chip_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassChip, cvr_class_chip, CVR, CLASS_CHIP, AdwBin)

/* Signal "item-dropped" (CvrImageItem). */
GtkWidget *cvr_class_chip_new       (CvrProject   *project,
                                     guint         k) G_GNUC_WARN_UNUSED_RESULT;
guint      cvr_class_chip_get_class (CvrClassChip *self);

G_END_DECLS
