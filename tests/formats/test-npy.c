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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/npy/reads-the-usual-header", test_reads_the_usual_header);
  g_test_add_func ("/formats/npy/reads-other-spellings", test_reads_other_spellings);
  g_test_add_func ("/formats/npy/refuses", test_refuses);
  g_test_add_func ("/formats/npy/refuses-every-cut", test_refuses_every_cut);

  return g_test_run ();
}
