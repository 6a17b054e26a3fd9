/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as text: rows of fields between commas, semicolons or tabs. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

/* @rows: of char**, each NULL-terminated UTF-8, blanks around a field removed, empty rows left
 * out. */
typedef struct
{
  GPtrArray *rows;
  char       separator;
} CvrCsv;

CvrCsv *cvr_csv_read (const guint8 *data, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void    cvr_csv_free (CvrCsv *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrCsv, cvr_csv_free)

G_END_DECLS
