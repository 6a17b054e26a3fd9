/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training's history as bytes, for the project file: columns of numbers, packed. A million steps
 * are read in some hundredths of a second. */
#include "cvr-history-private.h"

#include "cvr-bytes.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

/* "CVRH", version, bytes of what follows when it is unpacked: numbers of 32 bits, little-endian,
 * like all others. Then, packed by zlib: for each series span, number of whole buckets n, points of the
 * open one; n times x; n values (span 1) or n times min, max and mean; the open one. Then rows,
 * events. */
static const guint8 magic[4] = { 'C', 'V', 'R', 'H' };

enum
{
  VERSION = 1,
  HEADER = 12,
  PACK_LEVEL = 1,       /* values are noise: more effort finds nothing in them */
  MOST_ROWS = 100000,   /* more than any training of ours can have */
  MOST_TEXT = 1000,     /* bytes of an event's */
  MOST_BYTES = 32 << 20,
  MOST_RATIO = 1032,    /* of deflate */
  PIECE = 65536,
};

static void
put_u32 (GByteArray *bytes,
         guint32     value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

static void
put_u64 (GByteArray *bytes,
         guint64     value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

static void
put_double (GByteArray *bytes,
            double      value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  put_u64 (bytes, bits);
}

static void
put_float (GByteArray *bytes,
           float       value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  put_u32 (bytes, bits);
}

static void
put_point (GByteArray            *bytes,
           const CvrHistoryPoint *point)
{
  put_double (bytes, point->x);
  put_float (bytes, point->min);
  put_float (bytes, point->max);
  put_float (bytes, point->mean);
}

/* Steps stand evenly: the second differences of their bits are nearly all 0, and take no room once
 * packed. */
static void
put_places (GByteArray            *bytes,
            const CvrHistoryPoint *points,
            guint                  n)
{
  guint64 last = 0, last_step = 0;

  for (guint i = 0; i < n; i++)
    {
      guint64 bits, step;

      memcpy (&bits, &points[i].x, sizeof bits);
      step = bits - last;
      put_u64 (bytes, step - last_step);
      last = bits;
      last_step = step;
    }
}

static void
put_series (GByteArray             *bytes,
            const CvrHistorySeries *series)
{
  guint n = series->levels[0] != NULL ? series->levels[0]->len : 0;
  const CvrHistoryPoint *points =
    n > 0 ? (const CvrHistoryPoint *) (gpointer) series->levels[0]->data : NULL;

  put_u32 (bytes, series->span);
  put_u32 (bytes, n);
  put_u32 (bytes, series->open.count);
  put_places (bytes, points, n);
  for (guint i = 0; i < n && series->span > 1; i++)
    put_float (bytes, points[i].min);
  for (guint i = 0; i < n && series->span > 1; i++)
    put_float (bytes, points[i].max);
  for (guint i = 0; i < n; i++)
    put_float (bytes, points[i].mean);
  if (series->open.count > 0)
    put_point (bytes, &series->open);
}

static void
put_row (GByteArray        *bytes,
         const CvrEpochRow *row)
{
  const double figures[] = { row->loss,         row->accuracy, row->val_loss,
                             row->val_accuracy, row->lr,       row->seconds,
                             row->images_per_second };

  put_u32 (bytes, row->epoch);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    put_double (bytes, figures[i]);
  put_u32 (bytes, row->best ? 1 : 0);
}

/* A text that is too long ends before the character that doesn't fit. */
static void
put_event (GByteArray            *bytes,
           const CvrHistoryEvent *event)
{
  const char *text = event->text != NULL ? event->text : "";
  gsize length = strlen (text);

  if (length > MOST_TEXT)
    length = (gsize) (g_utf8_find_prev_char (text, text + MOST_TEXT) - text);
  put_double (bytes, event->x);
  put_u32 (bytes, event->kind);
  put_u32 (bytes, (guint32) length);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
}

/* All of @length through @converter, onto the end of @to; FALSE where it fails, or where @to would
 * be longer than @most. */
static gboolean
convert (GConverter   *converter,
         const guint8 *data,
         gsize         length,
         GByteArray   *to,
         gsize         most)
{
  g_autofree guint8 *piece = g_malloc (PIECE);
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result != G_CONVERTER_FINISHED)
    {
      gsize n_read = 0, n_written = 0;

      result = g_converter_convert (converter, data, length, piece, PIECE,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
      if (result == G_CONVERTER_ERROR || n_written > most - to->len)
        return FALSE;
      g_byte_array_append (to, piece, (guint) n_written);
      data += n_read;
      length -= n_read;
    }

  return TRUE;
}

/* Returns: (transfer full) */
GBytes *
cvr_history_to_bytes (CvrHistory *self)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GZlibCompressor) packer =
    g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, PACK_LEVEL);
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < CVR_N_SERIES; i++)
    put_series (plain, &self->series[i]);
  put_u32 (plain, self->epochs->len);
  for (guint i = 0; i < self->epochs->len; i++)
    put_row (plain, &g_array_index (self->epochs, CvrEpochRow, i));
  put_u32 (plain, self->events->len);
  for (guint i = 0; i < self->events->len; i++)
    put_event (plain, &g_array_index (self->events, CvrHistoryEvent, i));

  g_byte_array_append (bytes, magic, sizeof magic);
  put_u32 (bytes, VERSION);
  put_u32 (bytes, plain->len);
  convert (G_CONVERTER (packer), plain->data, plain->len, bytes, G_MAXUINT);

  return g_byte_array_free_to_bytes (bytes);
}

static guint64
take_u64 (CvrReader *reader)
{
  guint64 low = cvr_reader_u32_le (reader);

  return low | (guint64) cvr_reader_u32_le (reader) << 32;
}

static double
take_double (CvrReader *reader)
{
  guint64 bits = take_u64 (reader);
  double value;

  memcpy (&value, &bits, sizeof value);

  return value;
}

static float
take_float (CvrReader *reader)
{
  guint32 bits = cvr_reader_u32_le (reader);
  float value;

  memcpy (&value, &bits, sizeof value);

  return value;
}

static gboolean
is_sound (const CvrHistoryPoint *point,
          double                 last_x)
{
  return isfinite (point->x) && point->x >= last_x && isfinite (point->min) &&
         isfinite (point->max) && point->min <= point->mean && point->mean <= point->max;
}

/* Into @points, of @span points each. */
static gboolean
take_points (CvrReader       *reader,
             CvrHistoryPoint *points,
             guint            n,
             guint            span)
{
  guint64 bits = 0, step = 0;
  double last_x = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      step += take_u64 (reader);
      bits += step;
      memcpy (&points[i].x, &bits, sizeof bits);
      points[i].count = span;
    }
  for (guint i = 0; i < n && span > 1; i++)
    points[i].min = take_float (reader);
  for (guint i = 0; i < n && span > 1; i++)
    points[i].max = take_float (reader);
  for (guint i = 0; i < n; i++)
    {
      points[i].mean = take_float (reader);
      if (span == 1)
        points[i].min = points[i].max = points[i].mean;
      if (!is_sound (&points[i], last_x))
        return FALSE;
      last_x = points[i].x;
    }

  return !reader->overrun;
}

static gboolean
take_series (CvrReader        *reader,
             CvrHistorySeries *series)
{
  g_autofree CvrHistoryPoint *points = NULL;
  guint span = cvr_reader_u32_le (reader);
  guint n = cvr_reader_u32_le (reader);
  guint n_open = cvr_reader_u32_le (reader);
  CvrHistoryPoint open = { .count = n_open };

  if (reader->overrun || span == 0 || span > 1u << 30 || (span & (span - 1)) != 0 ||
      n_open >= span || n >= CVR_HISTORY_POINTS || cvr_reader_left (reader) / 12 < n)
    return FALSE;

  points = g_new (CvrHistoryPoint, n);
  if (!take_points (reader, points, n, span))
    return FALSE;
  series->span = span;
  for (guint i = 0; i < n; i++)
    cvr_history_push (series, &points[i]);
  if (n_open == 0)
    return TRUE;

  open.x = take_double (reader);
  open.min = take_float (reader);
  open.max = take_float (reader);
  open.mean = take_float (reader);
  series->open = open;

  return !reader->overrun && is_sound (&open, n > 0 ? points[n - 1].x : -INFINITY);
}

static gboolean
take_rows (CvrReader *reader,
           GArray    *rows)
{
  guint n = cvr_reader_u32_le (reader);

  if (n > MOST_ROWS)
    return FALSE;

  for (guint i = 0; i < n && !reader->overrun; i++)
    {
      CvrEpochRow row = { .epoch = cvr_reader_u32_le (reader) };
      double *const figures[] = { &row.loss,         &row.accuracy, &row.val_loss,
                                  &row.val_accuracy, &row.lr,       &row.seconds,
                                  &row.images_per_second };

      for (guint j = 0; j < G_N_ELEMENTS (figures); j++)
        *figures[j] = take_double (reader);
      row.best = cvr_reader_u32_le (reader) != 0;
      g_array_append_val (rows, row);
    }

  return !reader->overrun;
}

/* Kinds of newer versions are passed over. */
static gboolean
take_events (CvrReader  *reader,
             CvrHistory *self)
{
  guint n = cvr_reader_u32_le (reader);

  if (n > CVR_HISTORY_MOST_EVENTS)
    return FALSE;

  for (guint i = 0; i < n && !reader->overrun; i++)
    {
      double x = take_double (reader);
      guint kind = cvr_reader_u32_le (reader);
      guint length = cvr_reader_u32_le (reader);
      const guint8 *data = length <= MOST_TEXT ? cvr_reader_take (reader, length) : NULL;
      g_autofree char *text = NULL;

      if (data == NULL || !g_utf8_validate ((const char *) data, (gssize) length, NULL))
        return FALSE;
      text = length > 0 ? g_strndup ((const char *) data, length) : NULL;
      if (kind < CVR_N_EVENTS)
        cvr_history_add_event (self, x, (CvrHistoryEventKind) kind, text);
    }

  return !reader->overrun;
}

static CvrHistory *
take_history (const guint8 *data,
              gsize         length,
              GError      **error)
{
  g_autoptr (CvrHistory) self = cvr_history_new ();
  CvrReader reader = cvr_reader_new (data, length);

  for (guint i = 0; i < CVR_N_SERIES; i++)
    if (!take_series (&reader, &self->series[i]))
      {
        cvr_history_broken ("curve", error);
        return NULL;
      }
  if (!take_rows (&reader, self->epochs) || !take_events (&reader, self))
    {
      cvr_history_broken ("epochs", error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * cvr_history_from_bytes:
 * @data: (array length=length): what cvr_history_to_bytes() made, or JSON of older versions
 *
 * Returns: (transfer full): or %NULL with %CVR_STORAGE_ERROR_FORMAT. Any thread.
 */
CvrHistory *
cvr_history_from_bytes (const guint8 *data,
                        gsize         length,
                        GError      **error)
{
  CvrReader reader = cvr_reader_new (data, length);
  const guint8 *begin = cvr_reader_take (&reader, sizeof magic);
  guint version = cvr_reader_u32_le (&reader);
  guint32 plain_length = cvr_reader_u32_le (&reader);
  g_autoptr (GByteArray) plain = NULL;
  g_autoptr (GZlibDecompressor) unpacker = NULL;

  if (begin == NULL || memcmp (begin, magic, sizeof magic) != 0)
    {
      g_autofree char *json = g_strndup (length > 0 ? (const char *) data : "", length);

      return cvr_history_from_json (json, error);
    }
  if (reader.overrun || version != VERSION || plain_length > MOST_BYTES ||
      plain_length / MOST_RATIO > cvr_reader_left (&reader))
    {
      cvr_history_broken ("header", error);
      return NULL;
    }

  plain = g_byte_array_sized_new (plain_length);
  unpacker = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  if (!convert (G_CONVERTER (unpacker), data + HEADER, length - HEADER, plain, plain_length) ||
      plain->len != plain_length)
    {
      cvr_history_broken ("end", error);
      return NULL;
    }

  return take_history (plain->data, plain->len, error);
}
