/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's camera and clips. */
#pragma once

#include "cvr-window.h"

G_BEGIN_DECLS

/* Adds the actions "win.camera" and "win.import-video". */
void cvr_capture_install   (CvrWindow *window);
/* Asks which moments of @file become pictures, then adds them. */
void cvr_capture_open_clip (CvrWindow *window, GFile *file);

G_END_DECLS
