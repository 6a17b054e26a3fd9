/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy files: header spellings, versions, and what is refused. */
#include "cvr-npy.h"

#include <string.h>

/* A file of @version with the header @text and @n_values bytes 0, 1, 2 … */
static GBytes *
make (guint8      version,
      const char *text,
      gsize       n_values)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize n = strlen (text);
  const guint8 start[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', version, 0 };
  const guint8 length[] = { (guint8) n, (guint8) (n >> 8), 0, 0 };

  g_byte_array_append (bytes, start, sizeof start);
  g_byte_array_append (bytes, length, version == 1 ? 2 : 4);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) n);
  for (gsize i = 0; i < n_values; i++)
    {
      guint8 value = (guint8) i;

      g_byte_array_append (bytes, &value, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
read_bytes (GBytes  *bytes,
            CvrNpy  *npy,
            GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return cvr_npy_read (data, length, npy, error);
}

static void
test_reads_the_usual_header (void)
{
  static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 6), }    \n";
  g_autoptr (GBytes) bytes = make (1, header, 12);
  g_autoptr (GError) error = NULL;
  CvrNpy npy;

  g_assert_true (read_bytes (bytes, &npy, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (npy.n_dims, ==, 2);
  g_assert_cmpuint (npy.dims[0], ==, 2);
  g_assert_cmpuint (npy.dims[1], ==, 6);
  g_assert_cmpuint (npy.n_values, ==, 12);
  g_assert_cmpuint (npy.values[11], ==, 11);
}

static void
test_reads_other_spellings (void)
{
  static const char *const headers[] = {
    "{\"shape\":(3,2,2),\"descr\":\"<u1\",\"fortran_order\":False}",
    "{'fortran_order': False, 'shape': (12,), 'descr': '>u1'}",
    "{ 'descr' : 'u1' , 'fortran_order' : False , 'shape' : ( 2 , 2 , 3 , 1 ) , }\n",
  };

  for (guint8 version = 1; version <= 3; version++)
    for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
      {
        g_autoptr (GBytes) bytes = make (version, headers[i], 12);
        g_autoptr (GError) error = NULL;
        CvrNpy npy;

        g_assert_true (read_bytes (bytes, &npy, &error));
        g_assert_cmpuint (npy.n_values, ==, 12);
      }
}

typedef struct
{
  const char    *header;
  guint8         version;
  CvrFormatError code;
} Refused;

static void
test_refuses (void)
{
  static const Refused cases[] = {
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 1, CVR_FORMAT_ERROR_UNSUPPORTED },
    { "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2)}", 1, CVR_FORMAT_ERROR_UNSUPPORTED },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 4, CVR_FORMAT_ERROR_UNSUPPORTED },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (13,)}", 1, CVR_FORMAT_ERROR_TRUNCATED },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 1,
      CVR_FORMAT_ERROR_TOO_LARGE },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999)}", 1,
      CVR_FORMAT_ERROR_INVALID },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1)}", 1,
      CVR_FORMAT_ERROR_INVALID },
    { "{'descr': '|u1', 'fortran_order': False}", 1, CVR_FORMAT_ERROR_INVALID },
    { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}", 1,
      CVR_FORMAT_ERROR_INVALID },
    { "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (1,)}", 1,
      CVR_FORMAT_ERROR_INVALID },
    { "{'descr': '|u1' 'fortran_order': False, 'shape': (1,)}", 1, CVR_FORMAT_ERROR_INVALID },
    { "", 1, CVR_FORMAT_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = make (cases[i].version, cases[i].header, 12);
      g_autoptr (GError) error = NULL;
      CvrNpy npy;

      g_assert_false (read_bytes (bytes, &npy, &error));
      g_assert_error (error, CVR_FORMAT_ERROR, (gint) cases[i].code);
    }
}

static void
test_refuses_every_cut (void)
{
  static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 6), }\n";
  g_autoptr (GBytes) bytes = make (1, header, 12);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize n = 0; n < length; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, n);
      g_autoptr (GError) error = NULL;
      CvrNpy npy;

      g_assert_false (cvr_npy_read (copy, n, &npy, &error));
      g_assert_nonnull (error);
    }
}

/* Every type, empty and single values too: what is written is read again, bit by bit. */
static void
test_tensors_round_trip (void)
{
  static const gint32 types[] = {
    CVR_ONNX_FLOAT, CVR_ONNX_UINT8, CVR_ONNX_INT8,   CVR_ONNX_UINT16,  CVR_ONNX_INT16,
    CVR_ONNX_INT32, CVR_ONNX_INT64, CVR_ONNX_BOOL,   CVR_ONNX_DOUBLE,  CVR_ONNX_FLOAT16,
    CVR_ONNX_UINT32, CVR_ONNX_UINT64,
  };
  static const gsize shapes[][6] = { { 2, 1, 3, 1, 2, 1 }, { 0 }, { 5 } };
  static const guint ranks[] = { 6, 1, 1 };
  static const float values[] = { 0, 1, 2, -3, 100, 0.5f, -1, 7, 64, 3, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint k = 0; k <= G_N_ELEMENTS (ranks); k++)
      {
        guint rank = k < G_N_ELEMENTS (ranks) ? ranks[k] : 0;
        g_autoptr (CvrOnnxTensor) tensor = cvr_onnx_tensor_from_floats (
          types[i], rank, k < G_N_ELEMENTS (ranks) ? shapes[k] : NULL, values);
        g_autoptr (GBytes) bytes = cvr_npy_write_tensor (tensor);
        g_autoptr (CvrOnnxTensor) again = NULL;
        g_autoptr (GError) error = NULL;
        gsize length, size = tensor->count * cvr_onnx_type_size (types[i]);
        const guint8 *data = g_bytes_get_data (bytes, &length);
        g_autofree guint8 *a = g_malloc (size + 1), *b = g_malloc (size + 1);

        g_assert_cmpuint ((length - size) % 64, ==, 0);
        again = cvr_npy_read_tensor (data, length, "t.npy", &error);
        g_assert_no_error (error);
        g_assert_cmpint (again->type, ==, types[i]);
        g_assert_cmpuint (again->rank, ==, rank);
        g_assert_cmpmem (again->dims, rank * sizeof (gsize), tensor->dims, rank * sizeof (gsize));
        cvr_onnx_tensor_to_raw (tensor, a);
        cvr_onnx_tensor_to_raw (again, b);
        g_assert_cmpmem (a, size, b, size);

        g_clear_pointer (&again, cvr_onnx_tensor_unref);
        again = length > 0 && size > 0
                  ? cvr_npy_read_tensor (data, length - 1, "t.npy", &error) : NULL;
        g_assert_null (again);
      }
}

static void
test_tensors_of_other_kinds_are_refused (void)
{
  static const char *const headers[] = {
    "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,4)}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) bytes = make (1, headers[i], 8);
      g_autoptr (GError) error = NULL;
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      g_assert_null (cvr_npy_read_tensor (data, length, "t.npy", &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/npy/reads-the-usual-header", test_reads_the_usual_header);
  g_test_add_func ("/formats/npy/reads-other-spellings", test_reads_other_spellings);
  g_test_add_func ("/formats/npy/refuses", test_refuses);
  g_test_add_func ("/formats/npy/refuses-every-cut", test_refuses_every_cut);

  g_test_add_func ("/formats/npy/tensors-round-trip", test_tensors_round_trip);
  g_test_add_func ("/formats/npy/tensors-of-other-kinds-are-refused",
                   test_tensors_of_other_kinds_are_refused);

  return g_test_run ();
}
