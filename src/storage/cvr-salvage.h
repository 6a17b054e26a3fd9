/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows out of the bytes of a damaged project file, page by page and without SQLite, which loses all
 * that stands below a damaged page. Internal to storage. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tables of the newest version, then those of the first. */
typedef enum
{
  CVR_SALVAGE_CLASS,
  CVR_SALVAGE_ITEM,
  CVR_SALVAGE_PICTURE,
  CVR_SALVAGE_BOX,
  CVR_SALVAGE_TAG,
  CVR_SALVAGE_VALUE,
  CVR_SALVAGE_RUN,
  CVR_SALVAGE_CHECKPOINT,
  CVR_SALVAGE_CLASS_1,
  CVR_SALVAGE_ITEM_1,
  CVR_SALVAGE_PICTURE_1,
  CVR_SALVAGE_VALUE_1,
} CvrSalvageTable;

enum { CVR_SALVAGE_COLUMNS = 10 };

/* A column: SQLite's serial type, and where it stands in the payload. */
typedef struct
{
  guint64 serial;
  gsize   offset, length;
} CvrSalvageColumn;

typedef struct
{
  CvrSalvageTable  table;
  gboolean         is_pointed; /* a page lists it; else it was found by its looks */
  gint64           rowid;
  guint            n_columns;
  CvrSalvageColumn columns[CVR_SALVAGE_COLUMNS];
  const guint8    *payload; /* borrowed */
} CvrSalvageRow;

/* Valid during the call. FALSE ends the search. */
typedef gboolean (*CvrSalvageSee) (const CvrSalvageRow *row, gpointer data);

/* Calls @see for everything that has the form of a row, as often as it is found: what has a
 * checksum must be checked by it, what has none may be nonsense. Any thread. FALSE: @see ended
 * it. */
gboolean cvr_salvage       (const guint8 *data, gsize length, guint page_size, CvrSalvageSee see,
                            gpointer user_data);
/* Size of a page as the header says; the usual one where it says nonsense. */
guint    cvr_salvage_page_size (const guint8 *data, gsize length);
gboolean cvr_salvage_is_null (const CvrSalvageRow *row, guint column);
gint64   cvr_salvage_int   (const CvrSalvageRow *row, guint column);
double   cvr_salvage_real  (const CvrSalvageRow *row, guint column);
/* (transfer full) (nullable): NULL for NULL; what isn't UTF-8 is made it. */
char    *cvr_salvage_text  (const CvrSalvageRow *row, guint column) G_GNUC_WARN_UNUSED_RESULT;
GBytes  *cvr_salvage_bytes (const CvrSalvageRow *row, guint column) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
