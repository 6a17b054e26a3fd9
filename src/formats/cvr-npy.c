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
  START_ALIGNMENT = 64, /* of the values in a file that is written */
};

static const guint8 magic[MAGIC_LENGTH] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };

/* What the dictionary says; each key must appear. */
typedef struct
{
  char     descr[MAX_WORD];
  gboolean has_descr, has_order, has_shape;
  gboolean fortran;
  guint    n_dims;
  gsize    dims[CVR_ONNX_MAX_RANK];
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
            Header    *header)
{
  if (!expect (reader, '('))
    return FALSE;

  while (!expect (reader, ')'))
    {
      gsize value = 0;

      if (header->n_dims == CVR_ONNX_MAX_RANK || !g_ascii_isdigit (peek (reader)))
        return FALSE;
      while (g_ascii_isdigit (peek (reader)))
        if (!g_size_checked_mul (&value, value, 10) ||
            !g_size_checked_add (&value, value, cvr_reader_u8 (reader) - '0'))
          return FALSE;
      header->dims[header->n_dims++] = value;
      if (!expect (reader, ',') && (skip_blanks (reader), peek (reader) != ')'))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_header (CvrReader *reader,
             Header    *header)
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
        header->has_shape = read_shape (reader, header);
      else
        return FALSE;

      if (!expect (reader, ',') && (skip_blanks (reader), peek (reader) != '}'))
        return FALSE;
    }

  return header->has_descr && header->has_order && header->has_shape;
}

static gboolean
check_order (const Header *header,
             GError      **error)
{
  if (!header->fortran)
    return TRUE;

  g_set_error_literal (
      error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
      _("The NumPy file is in Fortran order; save it with numpy.ascontiguousarray() first."));
  return FALSE;
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
  if (header->n_dims > CVR_NPY_MAX_DIMS)
    return invalid (error);

  return check_order (header, error);
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

/* Reads up to where the values start. */
static gboolean
open_file (CvrReader *reader,
           Header    *header,
           GError   **error)
{
  CvrReader text;
  const guint8 *bytes;
  guint8 version;
  gsize n_bytes;

  if (!cvr_npy_is (reader->data, cvr_reader_left (reader)))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("This is not a NumPy file."));
      return FALSE;
    }

  cvr_reader_skip (reader, MAGIC_LENGTH);
  version = cvr_reader_u8 (reader);
  cvr_reader_skip (reader, 1);
  if (!reader->overrun && (version < 1 || version > 3))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The NumPy file has version %u; versions 1 to 3 can be read."), version);
      return FALSE;
    }

  n_bytes = version == 1 ? cvr_reader_u16_le (reader) : cvr_reader_u32_le (reader);
  bytes = n_bytes <= MAX_HEADER ? cvr_reader_take (reader, n_bytes) : NULL;
  text = cvr_reader_new (bytes, n_bytes);
  if (bytes == NULL || !read_header (&text, header))
    return invalid (error);

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
  CvrReader reader = cvr_reader_new (data, length);
  Header header = { 0 };

  *npy = (CvrNpy) { 0 };
  if (!open_file (&reader, &header, error) || !check_header (&header, error))
    return FALSE;

  npy->n_dims = header.n_dims;
  memcpy (npy->dims, header.dims, header.n_dims * sizeof *header.dims);

  return take_values (&reader, npy, error);
}

/* NumPy's words for the element types; half precision's other form has none. */
static const struct { const char *word; gint32 type; } types[] = {
  { "f4", CVR_ONNX_FLOAT },   { "u1", CVR_ONNX_UINT8 },  { "i1", CVR_ONNX_INT8 },
  { "u2", CVR_ONNX_UINT16 },  { "i2", CVR_ONNX_INT16 },  { "i4", CVR_ONNX_INT32 },
  { "i8", CVR_ONNX_INT64 },   { "b1", CVR_ONNX_BOOL },   { "f2", CVR_ONNX_FLOAT16 },
  { "f8", CVR_ONNX_DOUBLE },  { "u4", CVR_ONNX_UINT32 }, { "u8", CVR_ONNX_UINT64 },
};

/* The type of @descr; 0: not one of ours, or with its bytes in the other order. */
static gint32
find_type (const char *descr)
{
  if (*descr != '\0' && strchr ("|<=", *descr) != NULL)
    descr++;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].word, descr))
      return types[i].type;

  return 0;
}

/**
 * cvr_npy_read_tensor:
 * @data: (array length=length): the whole file
 *
 * Returns: (transfer full): or %NULL with %CVR_FORMAT_ERROR. Any thread.
 */
CvrOnnxTensor *
cvr_npy_read_tensor (const guint8 *data,
                     gsize         length,
                     const char   *name,
                     GError      **error)
{
  CvrReader reader = cvr_reader_new (data, length);
  Header header = { 0 };
  gsize count = 1, n_bytes = 0;
  const guint8 *bytes;
  CvrOnnxTensor *tensor = NULL;
  gint32 type;

  if (!open_file (&reader, &header, error) || !check_order (&header, error))
    return NULL;

  type = find_type (header.descr);
  if (type == 0)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("“%s” holds values of type “%s”; whole and real numbers with their bytes in "
                     "little-endian order are supported."), name, header.descr);
      return NULL;
    }

  for (guint i = 0; i < header.n_dims; i++)
    if (!g_size_checked_mul (&count, count, header.dims[i]))
      count = G_MAXSIZE;
  bytes = g_size_checked_mul (&n_bytes, count, cvr_onnx_type_size (type))
            ? cvr_reader_take (&reader, n_bytes) : NULL;
  if (bytes == NULL)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                   _("“%s” is cut off: its shape asks for more values than it holds."), name);
      return NULL;
    }

  tensor = cvr_onnx_tensor_from_raw (type, header.n_dims, header.dims, bytes);
  if (tensor == NULL)
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                 _("There is not enough memory for the values of “%s”."), name);

  return tensor;
}

/* The dictionary and the bytes before it, filled up so that the values start aligned. */
static GString *
header_text (const CvrOnnxTensor *tensor,
             gint32               type)
{
  GString *text = g_string_new (NULL);
  const char *word = types[0].word;
  gsize start;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].type == type)
      word = types[i].word;
  g_string_append_printf (text, "{'descr': '%s%s', 'fortran_order': False, 'shape': (",
                          cvr_onnx_type_size (type) == 1 ? "|" : "<", word);
  for (guint i = 0; i < tensor->rank; i++)
    g_string_append_printf (text, i > 0 ? ", %zu" : "%zu", tensor->dims[i]);
  g_string_append (text, tensor->rank == 1 ? ",), }" : "), }");

  start = MAGIC_LENGTH + 4 + text->len + 1;
  for (gsize i = start; i % START_ALIGNMENT != 0; i++)
    g_string_append_c (text, ' ');
  g_string_append_c (text, '\n');

  return text;
}

/**
 * cvr_npy_write_tensor:
 *
 * Returns: (transfer full) (nullable): a whole file; %NULL when memory is short. Any thread.
 */
GBytes *
cvr_npy_write_tensor (const CvrOnnxTensor *tensor)
{
  gint32 type = tensor->type == CVR_ONNX_BFLOAT16 ? CVR_ONNX_FLOAT : tensor->type;
  g_autoptr (GString) text = header_text (tensor, type);
  gsize start = MAGIC_LENGTH + 4 + text->len;
  gsize n_bytes = start + tensor->count * cvr_onnx_type_size (type);
  CvrOnnxTensor as_written = *tensor;
  guint8 *file = g_try_malloc (n_bytes);

  if (file == NULL)
    return NULL;

  memcpy (file, magic, MAGIC_LENGTH);
  file[MAGIC_LENGTH] = 1;
  file[MAGIC_LENGTH + 1] = 0;
  file[MAGIC_LENGTH + 2] = (guint8) (text->len & 255);
  file[MAGIC_LENGTH + 3] = (guint8) (text->len >> 8);
  memcpy (file + MAGIC_LENGTH + 4, text->str, text->len);
  as_written.type = type;
  cvr_onnx_tensor_to_raw (&as_written, file + start);

  return g_bytes_new_take (file, n_bytes);
}
