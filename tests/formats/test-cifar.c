/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CIFAR-10's binary records and its list of names. */
#include "cvr-cifar.h"

#include <string.h>

/* @n records; record i has the label i % 10 and bytes that tell plane and place. */
static guint8 *
make_records (guint n)
{
  guint8 *data = g_malloc ((gsize) n * CVR_CIFAR_RECORD);

  for (guint i = 0; i < n; i++)
    {
      guint8 *record = data + (gsize) i * CVR_CIFAR_RECORD;

      record[0] = (guint8) (i % 10);
      for (guint p = 0; p < CVR_CIFAR_RECORD - 1; p++)
        record[1 + p] = (guint8) (p / CVR_CIFAR_PIXELS * 100 + p % CVR_CIFAR_PIXELS % 97 + i);
    }

  return data;
}

static void
test_interleaves_the_planes (void)
{
  g_autofree guint8 *data = make_records (2);
  guint8 rgb[3 * CVR_CIFAR_PIXELS];
  g_autoptr (GError) error = NULL;
  guint n;

  g_assert_true (cvr_cifar_check (data, 2 * CVR_CIFAR_RECORD, &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (cvr_cifar_record (data, 1, rgb), ==, 1);
  for (guint p = 0; p < CVR_CIFAR_PIXELS; p++)
    for (guint c = 0; c < 3; c++)
      g_assert_cmpuint (rgb[3 * p + c], ==, (guint8) (c * 100 + p % 97 + 1));
}

static void
test_refuses_part_of_a_record (void)
{
  g_autofree guint8 *data = make_records (2);
  const gsize lengths[] = { 0, 1, CVR_CIFAR_RECORD - 1, CVR_CIFAR_RECORD + 1,
                            2 * CVR_CIFAR_RECORD - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      guint n;

      g_assert_false (cvr_cifar_check (data, lengths[i], &n, &error));
      g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED);
    }
}

static void
test_refuses_a_label_of_ten (void)
{
  g_autofree guint8 *data = make_records (3);
  g_autoptr (GError) error = NULL;
  guint n;

  data[2 * CVR_CIFAR_RECORD] = 10;
  g_assert_false (cvr_cifar_check (data, 3 * CVR_CIFAR_RECORD, &n, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "10"));
}

static void
test_meta_needs_ten_names (void)
{
  static const char good[] = "a\nb\r\nc\nd\ne\nf\ng\nh\ni\nj\n\n",
                    nine[] = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
  static const char eleven[] = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";
  g_auto (GStrv) names = cvr_cifar_meta ((const guint8 *) good, sizeof good - 1);

  g_assert_nonnull (names);
  g_assert_cmpuint (g_strv_length (names), ==, 10);
  g_assert_cmpstr (names[1], ==, "b");
  g_assert_null (cvr_cifar_meta ((const guint8 *) nine, sizeof nine - 1));
  g_assert_null (cvr_cifar_meta ((const guint8 *) eleven, sizeof eleven - 1));
  g_assert_null (cvr_cifar_meta (NULL, 0));
  g_assert_null (cvr_cifar_meta ((const guint8 *) "a\nb\nc\nd\ne\nf\ng\nh\ni\n\xff\n", 20));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/cifar/interleaves-the-planes", test_interleaves_the_planes);
  g_test_add_func ("/formats/cifar/refuses-part-of-a-record", test_refuses_part_of_a_record);
  g_test_add_func ("/formats/cifar/refuses-a-label-of-ten", test_refuses_a_label_of_ten);
  g_test_add_func ("/formats/cifar/meta-needs-ten-names", test_meta_needs_ten_names);

  return g_test_run ();
}
