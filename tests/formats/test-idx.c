/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files: which are read, and what the others are told. */
#include "cvr-idx.h"

#include <string.h>

/* Two pictures of 2×3. */
static const guint8 images[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
static const guint8 labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9 };

static void
test_reads_images (void)
{
  g_autoptr (GError) error = NULL;
  CvrIdx idx;

  g_assert_true (cvr_idx_read (images, sizeof images, &idx, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (idx.n_dims, ==, 3);
  g_assert_cmpuint (idx.dims[0], ==, 2);
  g_assert_cmpuint (idx.dims[1], ==, 2);
  g_assert_cmpuint (idx.dims[2], ==, 3);
  g_assert_cmpmem (idx.values, idx.n_values, images + 16, 12);
}

static void
test_reads_labels (void)
{
  g_autoptr (GError) error = NULL;
  CvrIdx idx;

  g_assert_true (cvr_idx_read (labels, sizeof labels, &idx, &error));
  g_assert_cmpuint (idx.n_dims, ==, 1);
  g_assert_cmpmem (idx.values, idx.n_values, "\7\0\11", 3);
}

static void
test_refuses_every_cut (void)
{
  for (gsize n = 0; n < sizeof images; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (images, n);
      g_autoptr (GError) error = NULL;
      gint code = n < 4 ? CVR_FORMAT_ERROR_INVALID : CVR_FORMAT_ERROR_TRUNCATED;
      CvrIdx idx;

      g_assert_false (cvr_idx_read (copy, n, &idx, &error));
      g_assert_error (error, CVR_FORMAT_ERROR, code);
    }
}

static void
test_ignores_bytes_behind (void)
{
  g_autoptr (GError) error = NULL;
  guint8 longer[sizeof labels + 5] = { 0 };
  CvrIdx idx;

  memcpy (longer, labels, sizeof labels);
  g_assert_true (cvr_idx_read (longer, sizeof longer, &idx, &error));
  g_assert_cmpuint (idx.n_values, ==, 3);
}

static void
test_refuses_other_types (void)
{
  const guint8 floats[] = { 0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0 };
  g_autoptr (GError) error = NULL;
  CvrIdx idx;

  g_assert_false (cvr_idx_read (floats, sizeof floats, &idx, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
}

static void
test_refuses_sizes_beyond_memory (void)
{
  guint8 huge[20] = { 0, 0, 8, 4 };
  g_autoptr (GError) error = NULL;
  CvrIdx idx;

  memset (huge + 4, 0xff, 16);
  g_assert_false (cvr_idx_read (huge, sizeof huge, &idx, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE);
}

static void
test_knows_itself (void)
{
  guint n_dims;

  g_assert_true (cvr_idx_is (images, 4, &n_dims));
  g_assert_cmpuint (n_dims, ==, 3);
  g_assert_false (cvr_idx_is (images, 3, &n_dims));
  g_assert_false (cvr_idx_is ((const guint8 *) "\0\0\10\5", 4, &n_dims)); /* five dimensions */
  g_assert_false (cvr_idx_is ((const guint8 *) "\0\0\1\0", 4, &n_dims));  /* an icon */
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/idx/reads-images", test_reads_images);
  g_test_add_func ("/formats/idx/reads-labels", test_reads_labels);
  g_test_add_func ("/formats/idx/refuses-every-cut", test_refuses_every_cut);
  g_test_add_func ("/formats/idx/ignores-bytes-behind", test_ignores_bytes_behind);
  g_test_add_func ("/formats/idx/refuses-other-types", test_refuses_other_types);
  g_test_add_func ("/formats/idx/refuses-sizes-beyond-memory", test_refuses_sizes_beyond_memory);
  g_test_add_func ("/formats/idx/knows-itself", test_knows_itself);

  return g_test_run ();
}
