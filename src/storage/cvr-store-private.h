/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the store share. Internal to storage. */
#pragma once

#include "cvr-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _CvrStore
{
  sqlite3    *db;
  char       *path;
  char       *name;    /* of the file, for messages */
  gboolean    is_new;
  gboolean    is_read_only;
  gboolean    is_open; /* between begin and commit */
  guint32     counter; /* of the file's changes, when the transaction began */
  GError     *failure; /* the first one inside the transaction */
  GHashTable *statements; /* SQL text (static) to sqlite3_stmt */
};

gboolean      cvr_store_fail    (CvrStore *self, GError **error);
/* The same with an error of one's own; takes it. */
gboolean      cvr_store_refuse  (CvrStore *self, GError *reason, GError **error);
gboolean      cvr_store_run     (CvrStore *self, const char *sql, GError **error);
sqlite3_stmt *cvr_store_prepare (CvrStore *self, const char *sql, GError **error);
gboolean      cvr_store_finish  (CvrStore *self, sqlite3_stmt *statement, GError **error);
/* The bytes in a column; never NULL. */
GBytes       *cvr_store_column  (sqlite3_stmt *statement, int column);

/* SHA-256 over @data, then @more: what a row holds besides. */
void          cvr_store_sum     (gconstpointer data, gsize length, gconstpointer more,
                                 gsize more_length, guint8 sum[CVR_STORE_SUM]);
/* What cvr_store_sum() takes as @more for a picture. */
enum { CVR_STORE_NUMBERS = 64 };
void          cvr_store_pack    (const CvrStoredPicture *picture,
                                 guint8 numbers[CVR_STORE_NUMBERS]);

G_END_DECLS
