/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bounded reader over bytes in memory: every parser reads through it and checks once at the end of
 * each record whether anything ran past the end. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CvrReader:
 *
 * A cursor over @length bytes. Reading past the end yields zero, sets @overrun for good and moves no
 * further, so a parser may read a whole header and test @overrun once. Plain value; the bytes are
 * borrowed.
 */
typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         position;
  gboolean      overrun;
} CvrReader;

CvrReader     cvr_reader_new       (const guint8 *data,
                                    gsize         length);
gsize         cvr_reader_left      (const CvrReader *reader);
const guint8 *cvr_reader_take      (CvrReader *reader,
                                    gsize      n_bytes);
void          cvr_reader_skip      (CvrReader *reader,
                                    gsize      n_bytes);
guint8        cvr_reader_u8        (CvrReader *reader);
guint16       cvr_reader_u16_be    (CvrReader *reader);
guint16       cvr_reader_u16_le    (CvrReader *reader);
guint32       cvr_reader_u32_be    (CvrReader *reader);
guint32       cvr_reader_u32_le    (CvrReader *reader);

G_END_DECLS
