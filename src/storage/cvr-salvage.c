/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds rows in the pages of an SQLite file as https://www.sqlite.org/fileformat2.html describes
 * them: table leaves (kind 13) through their cell pointers, and rows that carry a checksum wherever
 * they stand. */
#include "cvr-salvage.h"

#include "cvr-bytes.h"

#include <string.h>

enum
{
  USUAL_PAGE = 4096,
  LEAF = 13,
  MAX_VARINT = 9,
  SHA256_SERIAL = 32 * 2 + 12,
  WORK = 8, /* times the file's length: as much is put together before a hostile file is left */
};

/* N: NULL, for what is the row's number. I: integer, J: or NULL. R: real. T: text, U: or NULL. S: a
 * SHA-256. B: bytes. */
static const struct
{
  const char *columns;
  gboolean    summed; /* wherever it stands, it can be told from nonsense */
} tables[] = {
  [CVR_SALVAGE_CLASS] = { "NTIII", FALSE },
  [CVR_SALVAGE_ITEM] = { "NTJIIIIIU", FALSE },
  [CVR_SALVAGE_PICTURE] = { "NIIIIIIISB", TRUE },
  [CVR_SALVAGE_BOX] = { "IIJRRRR", FALSE },
  [CVR_SALVAGE_TAG] = { "IT", FALSE },
  [CVR_SALVAGE_VALUE] = { "TSB", TRUE },
  [CVR_SALVAGE_RUN] = { "NITUTUU", FALSE },
  [CVR_SALVAGE_CHECKPOINT] = { "IIISB", TRUE },
  [CVR_SALVAGE_CLASS_1] = { "NT", FALSE },
  [CVR_SALVAGE_ITEM_1] = { "NITJII", FALSE },
  [CVR_SALVAGE_PICTURE_1] = { "NIIB", FALSE },
  [CVR_SALVAGE_VALUE_1] = { "TB", FALSE },
};

typedef struct
{
  const guint8 *data;
  gsize         length;
  guint         page_size;
  CvrSalvageSee see;
  gpointer      user_data;
  guint64       work; /* bytes that may still be put together */
  GByteArray   *payload;
} Scan;

/* Where a record's header ends, and what the record takes with its columns. */
typedef struct
{
  gsize   header;
  guint64 total;
} Record;

/* Returns: how many bytes it takes; 0: it doesn't end before @length. */
static guint
read_varint (const guint8 *data,
             gsize         length,
             guint64      *value)
{
  *value = 0;
  for (guint i = 0; i < MIN (length, MAX_VARINT); i++)
    {
      if (i == MAX_VARINT - 1)
        *value = *value << 8 | data[i];
      else
        *value = *value << 7 | (data[i] & 0x7f);
      if (i == MAX_VARINT - 1 || (data[i] & 0x80) == 0)
        return i + 1;
    }

  return 0;
}

static guint64
serial_length (guint64 serial)
{
  static const guint8 lengths[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };

  return serial < G_N_ELEMENTS (lengths) ? lengths[serial] : (serial - 12) / 2;
}

static gboolean
is_integer (guint64 serial)
{
  return (serial >= 1 && serial <= 6) || serial == 8 || serial == 9;
}

static gboolean
fits (char    column,
      guint64 serial)
{
  switch (column)
    {
    case 'N':
      return serial == 0;
    case 'I':
      return is_integer (serial);
    case 'J':
      return serial == 0 || is_integer (serial);
    case 'R':
      return serial == 7 || is_integer (serial); /* whole numbers are kept as such */
    case 'T':
      return serial >= 13 && serial % 2 == 1;
    case 'U':
      return serial == 0 || (serial >= 13 && serial % 2 == 1);
    case 'S':
      return serial == SHA256_SERIAL;
    case 'B':
    default:
      return serial >= 12 && serial % 2 == 0;
    }
}

static gboolean
find_table (CvrSalvageRow *row,
            gboolean       summed)
{
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    {
      const char *columns = tables[t].columns;
      guint i = 0;

      if ((summed && !tables[t].summed) || strlen (columns) != row->n_columns)
        continue;
      while (i < row->n_columns && fits (columns[i], row->columns[i].serial))
        i++;
      if (i == row->n_columns)
        {
          row->table = (CvrSalvageTable) t;
          return TRUE;
        }
    }

  return FALSE;
}

/* The head of a record, of which @length bytes are at hand. */
static gboolean
read_record (const guint8  *data,
             gsize          length,
             gboolean       summed,
             CvrSalvageRow *row,
             Record        *record)
{
  guint64 header;
  guint at = read_varint (data, length, &header);

  if (at != 1 || header < 3 || header > length)
    return FALSE;

  row->n_columns = 0;
  record->header = (gsize) header;
  record->total = header;
  while (at < header)
    {
      CvrSalvageColumn *column = &row->columns[row->n_columns];
      guint n = read_varint (data + at, (gsize) header - at, &column->serial);

      /* The limit keeps the sum within 64 bits. */
      if (n == 0 || row->n_columns == CVR_SALVAGE_COLUMNS || column->serial > G_MAXUINT32)
        return FALSE;
      column->offset = (gsize) record->total;
      column->length = (gsize) serial_length (column->serial);
      record->total += column->length;
      at += n;
      row->n_columns++;
      if (row->n_columns == CVR_SALVAGE_COLUMNS && at < header)
        return FALSE;
    }

  return find_table (row, summed);
}

/* How much of a payload stands in its page ("Cell payload" of the description). */
static gsize
local_length (guint   usable,
              guint64 payload)
{
  guint most = usable - 35, least = (usable - 12) * 32 / 255 - 23;
  guint64 rest;

  if (payload <= most)
    return (gsize) payload;
  rest = least + (payload - least) % (usable - 4);

  return rest <= most ? (gsize) rest : least;
}

/* Follows a chain of overflow pages from number @page on until the payload is whole. */
static gboolean
append_overflow (Scan   *scan,
                 guint32 page,
                 gsize   missing)
{
  while (missing > 0)
    {
      guint64 start = (guint64) (page - 1) * scan->page_size;
      gsize n = MIN (missing, scan->page_size - 4);
      CvrReader reader;

      if (page < 2 || start > scan->length || scan->length - start < n + 4)
        return FALSE;
      reader = cvr_reader_new (scan->data + start, 4);
      page = cvr_reader_u32_be (&reader);
      g_byte_array_append (scan->payload, scan->data + start + 4, (guint) n);
      missing -= n;
    }

  return TRUE;
}

/* Puts a payload of @total bytes together, which begins with @local at @data. */
static gboolean
gather (Scan         *scan,
        const guint8 *data,
        gsize         at_hand,
        guint64       total,
        gsize         local)
{
  CvrReader reader;

  if (total > G_MAXINT32 || total > scan->length || total > scan->work || local > at_hand)
    return FALSE;
  scan->work -= total;
  g_byte_array_set_size (scan->payload, 0);
  g_byte_array_append (scan->payload, data, (guint) local);
  if (local == total)
    return TRUE;
  if (at_hand - local < 4)
    return FALSE;
  reader = cvr_reader_new (data + local, 4);

  return append_overflow (scan, cvr_reader_u32_be (&reader), (gsize) total - local);
}

/* The cell at @offset of a page, of which @length bytes are there. @record_at: where its record
 * must begin; 0: anywhere. FALSE: the search is over. */
static gboolean
see_cell (Scan         *scan,
          const guint8 *page,
          gsize         length,
          gsize         offset,
          gsize         record_at)
{
  guint64 total, rowid;
  guint n = read_varint (page + offset, length - offset, &total), m;
  CvrSalvageRow row;
  Record record;
  gsize at, local;

  if (n == 0)
    return TRUE;
  m = read_varint (page + offset + n, length - offset - n, &rowid);
  at = offset + n + m;
  if (m == 0 || (record_at > 0 && at != record_at) || total > scan->length)
    return TRUE;
  local = local_length (scan->page_size, total);
  if (!read_record (page + at, MIN (length - at, local), record_at > 0, &row, &record) ||
      record.total != total || !gather (scan, page + at, length - at, total, local))
    return TRUE;

  row.rowid = (gint64) rowid;
  row.payload = scan->payload->data;

  return scan->see (&row, scan->user_data);
}

/* The cells that a leaf points to; their places go to @seen. */
static gboolean
see_leaf (Scan         *scan,
          const guint8 *page,
          gsize         length,
          guint8       *seen)
{
  CvrReader reader = cvr_reader_new (page, length);
  guint n_cells;

  if (cvr_reader_u8 (&reader) != LEAF)
    return TRUE;
  cvr_reader_skip (&reader, 2);
  n_cells = cvr_reader_u16_be (&reader);
  cvr_reader_skip (&reader, 3);
  for (guint i = 0; i < n_cells; i++)
    {
      guint offset = cvr_reader_u16_be (&reader);

      if (reader.overrun)
        return TRUE;
      if (offset < 8 || offset >= length || seen[offset])
        continue;
      seen[offset] = TRUE;
      if (!see_cell (scan, page, length, offset, 0))
        return FALSE;
    }

  return TRUE;
}

/* Rows with a checksum that nothing points to, by the look of their records: in front of one stand
 * its length and its number. */
static gboolean
see_strays (Scan         *scan,
            const guint8 *page,
            gsize         length,
            const guint8 *seen)
{
  enum
  {
    LEAST_HEADER = 4,
    MOST_HEADER = 40,
    MOST_BEFORE = 2 * MAX_VARINT
  };
  CvrSalvageRow row;
  Record record;

  for (gsize at = 2; at + LEAST_HEADER <= length; at++)
    {
      if (page[at] < LEAST_HEADER || page[at] > MOST_HEADER ||
          !read_record (page + at, length - at, TRUE, &row, &record))
        continue;
      for (gsize before = 2; before <= MIN (at, MOST_BEFORE); before++)
        if (!seen[at - before] && !see_cell (scan, page, length, at - before, at))
          return FALSE;
    }

  return TRUE;
}

gboolean
cvr_salvage (const guint8 *data,
             gsize         length,
             guint         page_size,
             CvrSalvageSee see,
             gpointer      user_data)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  g_autofree guint8 *seen = g_malloc (page_size);
  Scan scan = { data, length, page_size, see, user_data, WORK * (guint64) length, payload };

  /* The first page holds the tables' names alone. */
  for (gsize start = page_size; start < length; start += page_size)
    {
      gsize n = MIN (page_size, length - start);

      memset (seen, 0, page_size);
      if (!see_leaf (&scan, data + start, n, seen) || !see_strays (&scan, data + start, n, seen))
        return FALSE;
    }

  return TRUE;
}

guint
cvr_salvage_page_size (const guint8 *data,
                       gsize         length)
{
  CvrReader reader = cvr_reader_new (data, length);
  guint size;

  cvr_reader_skip (&reader, 16);
  size = cvr_reader_u16_be (&reader);
  size = size == 1 ? 65536 : size;

  return size >= 512 && (size & (size - 1)) == 0 ? size : USUAL_PAGE;
}

gboolean
cvr_salvage_is_null (const CvrSalvageRow *row,
                     guint                column)
{
  return row->columns[column].serial == 0;
}

gint64
cvr_salvage_int (const CvrSalvageRow *row,
                 guint                column)
{
  const CvrSalvageColumn *where = &row->columns[column];
  const guint8 *bytes = row->payload + where->offset;
  guint64 value;

  if (!is_integer (where->serial))
    return 0;
  if (where->length == 0)
    return where->serial == 9 ? 1 : 0;

  value = bytes[0] & 0x80 ? G_MAXUINT64 : 0;
  for (gsize i = 0; i < where->length; i++)
    value = value << 8 | bytes[i];

  return (gint64) value;
}

double
cvr_salvage_real (const CvrSalvageRow *row,
                  guint                column)
{
  const CvrSalvageColumn *where = &row->columns[column];
  guint64 bits = 0;
  double value;

  if (where->serial != 7)
    return (double) cvr_salvage_int (row, column);

  for (gsize i = 0; i < 8; i++)
    bits = bits << 8 | row->payload[where->offset + i];
  memcpy (&value, &bits, sizeof value);

  return value;
}

char *
cvr_salvage_text (const CvrSalvageRow *row,
                  guint                column)
{
  const CvrSalvageColumn *where = &row->columns[column];

  return cvr_salvage_is_null (row, column)
             ? NULL
             : g_utf8_make_valid ((const char *) row->payload + where->offset,
                                  (gssize) where->length);
}

GBytes *
cvr_salvage_bytes (const CvrSalvageRow *row,
                   guint                column)
{
  const CvrSalvageColumn *where = &row->columns[column];

  return g_bytes_new (row->payload + where->offset, where->length);
}
