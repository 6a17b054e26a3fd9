/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project file's form: how it is recognised, its tables, and the way from older ones. Internal
 * to storage. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

gboolean cvr_store_check_file  (const char *path, const char *name, gboolean *is_new,
                                GError **error);
gboolean cvr_store_check_form  (sqlite3 *db, const char *name, GError **error);
gboolean cvr_store_check_pages (sqlite3 *db, const char *path, const char *name, GError **error);
gboolean cvr_store_migrate     (sqlite3 *db, const char *name, GError **error);

G_END_DECLS
