/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the store share. Internal to storage. */
#pragma once

#include "cvr-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _CvrStore
{
  sqlite3    *db;
  char       *name;    /* of the file, for messages */
  gboolean    is_new;
  guint       depth;   /* of begin … commit */
  GError     *failure; /* the first one inside the transaction */
  GHashTable *statements; /* SQL text (static) to sqlite3_stmt */
};

gboolean      cvr_store_fail    (CvrStore *self, GError **error);
gboolean      cvr_store_run     (CvrStore *self, const char *sql, GError **error);
sqlite3_stmt *cvr_store_prepare (CvrStore *self, const char *sql, GError **error);
gboolean      cvr_store_finish  (CvrStore *self, sqlite3_stmt *statement, GError **error);

G_END_DECLS
