/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first minute, in a few sentences. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_HELP_WINDOW (cvr_help_window_get_type ())
G_DECLARE_FINAL_TYPE (CvrHelpWindow, cvr_help_window, CVR, HELP_WINDOW, AdwWindow)

CvrHelpWindow *cvr_help_window_new (GtkWindow *parent, const char *topic)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
