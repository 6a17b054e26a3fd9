/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads NumPy array files: a short Python dictionary as text, then the values. */
#include "cvr-npy.h"

#include "cvr-bytes.h"
#include "cvr-size.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAGIC_LENGTH = 6,
  MAX_HEADER = 1 << 16,
  MAX_WORD = 32,
};

static const guint8 magic[MAGIC_LENGTH] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };

/* What the dictionary says; each key must appear. */
typedef struct
{
  char     descr[MAX_WORD];
  gboolean has_descr, has_order, has_shape;
  gboolean fortran;
} Header;

static gboolean
invalid (GError **error)
{
  g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                       _("The NumPy file has a header that can't be understood."));
  return FALSE;
}

static guint8
peek (const CvrReader *reader)
{
  return cvr_reader_left (reader) > 0 ? reader->data[reader->position] : 0;
}

static void
skip_blanks (CvrReader *reader)
{
  while (cvr_reader_left (reader) > 0 && g_ascii_isspace (peek (reader)))
    cvr_reader_skip (reader, 1);
}

static gboolean
expect (CvrReader *reader,
        char       c)
{
  skip_blanks (reader);
  if (peek (reader) != (guint8) c)
    return FALSE;
  cvr_reader_skip (reader, 1);

  return TRUE;
}

/* A quoted word without escapes. */
static gboolean
read_quoted (CvrReader *reader,
             char       word[MAX_WORD])
{
  guint8 quote;
  guint n = 0;

  skip_blanks (reader);
  quote = cvr_reader_u8 (reader);
  if (quote != '\'' && quote != '"')
    return FALSE;

  while (cvr_reader_left (reader) > 0 && peek (reader) != quote && n < MAX_WORD - 1)
    word[n++] = (char) cvr_reader_u8 (reader);
  word[n] = '\0';

  return cvr_reader_u8 (reader) == quote;
}

static gboolean
read_boolean (CvrReader *reader,
              gboolean  *value)
{
  static const char *const words[] = { "False", "True" };

  skip_blanks (reader);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize n = strlen (words[i]);

      if (cvr_reader_left (reader) >= n &&
          memcmp (reader->data + reader->position, words[i], n) == 0)
        {
          cvr_reader_skip (reader, n);
          *value = i == 1;
          return TRUE;
        }
    }

  return FALSE;
}

/* "(1500, 784)", "(7,)" or "()". */
static gboolean
read_shape (CvrReader *reader,
            CvrNpy    *npy)
{
  if (!expect (reader, '('))
    return FALSE;

  while (!expect (reader, ')'))
    {
      gsize value = 0;

      if (npy->n_dims == CVR_NPY_MAX_DIMS || !g_ascii_isdigit (peek (reader)))
        return FALSE;
      while (g_ascii_isdigit (peek (reader)))
        if (!g_size_checked_mul (&value, value, 10) ||
            !g_size_checked_add (&value, value, cvr_reader_u8 (reader) - '0'))
          return FALSE;
      npy->dims[npy->n_dims++] = value;
      if (!expect (reader, ',') && (skip_blanks (reader), peek (reader) != ')'))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_header (CvrReader *reader,
             Header    *header,
             CvrNpy    *npy)
{
  if (!expect (reader, '{'))
    return FALSE;

  while (!expect (reader, '}'))
    {
      char key[MAX_WORD];

      if (reader->overrun || !read_quoted (reader, key) || !expect (reader, ':'))
        return FALSE;

      if (g_str_equal (key, "descr") && !header->has_descr)
        header->has_descr = read_quoted (reader, header->descr);
      else if (g_str_equal (key, "fortran_order") && !header->has_order)
        header->has_order = read_boolean (reader, &header->fortran);
      else if (g_str_equal (key, "shape") && !header->has_shape)
        header->has_shape = read_shape (reader, npy);
      else
        return FALSE;

      if (!expect (reader, ',') && (skip_blanks (reader), peek (reader) != '}'))
        return FALSE;
    }

  return header->has_descr && header->has_order && header->has_shape;
}

static gboolean
check_header (const Header *header,
              GError      **error)
{
  const char *type = header->descr;

  if (*type != '\0' && strchr ("|<>=", *type) != NULL)
    type++;
  if (!g_str_equal (type, "u1"))
    {
      g_set_error (
          error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
          _("The NumPy file holds values of type “%s”; pictures must be unsigned bytes (“|u1”)."),
          header->descr);
      return FALSE;
    }
  if (header->fortran)
    {
      g_set_error_literal (
          error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
          _("The NumPy file is in Fortran order; save it with numpy.ascontiguousarray() first."));
      return FALSE;
    }

  return TRUE;
}

gboolean
cvr_npy_is (const guint8 *data,
            gsize         length)
{
  return length >= MAGIC_LENGTH && memcmp (data, magic, MAGIC_LENGTH) == 0;
}

/* Where the values start is known: takes as many as the shape says. */
static gboolean
take_values (CvrReader *reader,
             CvrNpy    *npy,
             GError   **error)
{
  gsize dims[CVR_NPY_MAX_DIMS] = { 1, 1, 1, 1 };

  memcpy (dims, npy->dims, npy->n_dims * sizeof *dims);
  if (!cvr_size_product (&npy->n_values, dims[0], dims[1], dims[2], dims[3]))
    {
      g_set_error_literal (
          error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
          _("The NumPy file declares more values than this computer can address."));
      return FALSE;
    }

  npy->values = cvr_reader_take (reader, npy->n_values);
  if (npy->values == NULL)
    {
      g_autofree char *declared = g_format_size_full (npy->n_values, G_FORMAT_SIZE_LONG_FORMAT);
      g_autofree char *present = g_format_size_full (cvr_reader_left (reader),
                                                     G_FORMAT_SIZE_LONG_FORMAT);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                   _("The NumPy file is cut off: it declares %s of values but holds %s."),
                   declared, present);
      return FALSE;
    }

  return TRUE;
}

/**
 * cvr_npy_read:
 * @data: the whole file; must outlive @npy
 * @npy: (out)
 *
 * Reads versions 1 to 3 with up to four dimensions of unsigned bytes in C order. Any thread.
 * Errors: %CVR_FORMAT_ERROR.
 */
gboolean
cvr_npy_read (const guint8 *data,
              gsize         length,
              CvrNpy       *npy,
              GError      **error)
{
  CvrReader reader = cvr_reader_new (data, length), text;
  Header header = { 0 };
  const guint8 *bytes;
  guint8 version;
  gsize n_bytes;

  *npy = (CvrNpy) { 0 };
  if (!cvr_npy_is (data, length))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("This is not a NumPy file."));
      return FALSE;
    }

  cvr_reader_skip (&reader, MAGIC_LENGTH);
  version = cvr_reader_u8 (&reader);
  cvr_reader_skip (&reader, 1);
  if (!reader.overrun && (version < 1 || version > 3))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The NumPy file has version %u; versions 1 to 3 can be read."), version);
      return FALSE;
    }

  n_bytes = version == 1 ? cvr_reader_u16_le (&reader) : cvr_reader_u32_le (&reader);
  bytes = n_bytes <= MAX_HEADER ? cvr_reader_take (&reader, n_bytes) : NULL;
  text = cvr_reader_new (bytes, n_bytes);
  if (bytes == NULL || !read_header (&text, &header, npy))
    return invalid (error);

  return check_header (&header, error) && take_values (&reader, npy, error);
}
