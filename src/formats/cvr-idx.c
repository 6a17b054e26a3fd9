/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads IDX files of unsigned bytes. */
#include "cvr-idx.h"

#include "cvr-bytes.h"
#include "cvr-size.h"

#include <glib/gi18n-lib.h>

enum { TYPE_U8 = 0x08 };

/* The types that the format names; all but the first are wider than a pixel. */
static const guint8 types[] = { TYPE_U8, 0x09, 0x0b, 0x0c, 0x0d, 0x0e };

static gboolean
is_type (guint8 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i] == type)
      return TRUE;

  return FALSE;
}

/**
 * cvr_idx_is:
 * @data: at least the first 4 bytes of a file
 * @n_dims: (out): how many dimensions it declares
 *
 * Returns: whether the bytes start like an IDX file.
 */
gboolean
cvr_idx_is (const guint8 *data,
            gsize         length,
            guint        *n_dims)
{
  CvrReader reader = cvr_reader_new (data, length);
  guint16 zero = cvr_reader_u16_be (&reader);
  guint8 type = cvr_reader_u8 (&reader);

  *n_dims = cvr_reader_u8 (&reader);

  return !reader.overrun && zero == 0 && is_type (type) && *n_dims >= 1 &&
         *n_dims <= CVR_IDX_MAX_DIMS;
}

/**
 * cvr_idx_read:
 * @data: the whole file, already unpacked; must outlive @idx
 * @idx: (out)
 *
 * Reads a file of unsigned bytes with one to four dimensions. Bytes behind the declared values are
 * ignored. Any thread. Errors: %CVR_FORMAT_ERROR.
 *
 * Returns: %FALSE with @error set when the bytes are something else.
 */
gboolean
cvr_idx_read (const guint8 *data,
              gsize         length,
              CvrIdx       *idx,
              GError      **error)
{
  CvrReader reader = cvr_reader_new (data, length);
  gsize dims[CVR_IDX_MAX_DIMS] = { 1, 1, 1, 1 };

  *idx = (CvrIdx) { 0 };
  if (!cvr_idx_is (data, length, &idx->n_dims))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("This is not an IDX file."));
      return FALSE;
    }
  if (data[2] != TYPE_U8)
    {
      g_set_error (
          error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
          _("The IDX file holds values of type 0x%02x; only unsigned bytes (0x08) can be read."),
          data[2]);
      return FALSE;
    }

  cvr_reader_skip (&reader, 4);
  for (guint d = 0; d < idx->n_dims; d++)
    dims[d] = idx->dims[d] = cvr_reader_u32_be (&reader);
  if (!cvr_size_product (&idx->n_values, dims[0], dims[1], dims[2], dims[3]))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                           _("The IDX file declares more values than this computer can address."));
      return FALSE;
    }

  idx->values = cvr_reader_take (&reader, idx->n_values);
  if (reader.overrun)
    {
      g_autofree char *declared = g_format_size_full (idx->n_values, G_FORMAT_SIZE_LONG_FORMAT);
      g_autofree char *present = g_format_size_full (cvr_reader_left (&reader),
                                                     G_FORMAT_SIZE_LONG_FORMAT);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                   _("The IDX file is cut off: it declares %s of values but holds %s."), declared,
                   present);
      return FALSE;
    }

  return TRUE;
}
