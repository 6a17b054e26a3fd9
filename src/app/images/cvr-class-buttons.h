/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classes as buttons to label with. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_BUTTONS (cvr_class_buttons_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassButtons, cvr_class_buttons, CVR, CLASS_BUTTONS, AdwBin)

/* Signal "chosen" (int class). With many classes only those that a key gives have a button.
 * @project is read now, not kept; call again when its classes changed. */
void cvr_class_buttons_set_project (CvrClassButtons *self, CvrProject *project);
/* The button of class @k (−1: none) stands out. */
void cvr_class_buttons_set_current (CvrClassButtons *self, gint k);

G_END_DECLS
