/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window remembers between two starts. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* NULL where the schema isn't installed: everything then starts with its default. */
GSettings *cvr_app_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
