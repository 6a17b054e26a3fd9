/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written as a label file comes back equal. */
#include "labels-samples.h"

#include "cvr-rng.h"

#include <string.h>

enum
{
  SETS = 60,
};

static const char *const odd_texts[] = {
  "cat", "two words", "niño", "a, b; c", "say \"x\"", "back\\slash", "<&>'", "1", "x|y", "日本", "😀",
  "line\nline", "=1+1", "-", "{}", "#",
};

static const char *
choose_text (CvrRng *rng)
{
  return odd_texts[cvr_rng_below (rng, G_N_ELEMENTS (odd_texts))];
}

/* In pixels or fractions of a picture of known size, and inside of it. */
static void
add_random_boxes (CvrLabels   *labels,
                  CvrLabelled *picture,
                  CvrRng      *rng)
{
  double right = picture->in_pixels ? (double) picture->width : 1;
  double bottom = picture->in_pixels ? (double) picture->height : 1;

  for (guint n = cvr_rng_below (rng, 4); n > 0; n--)
    {
      double x = cvr_rng_between (rng, 0, 0.9 * right);
      double y = cvr_rng_between (rng, 0, 0.9 * bottom);
      CvrLabelBox box = { cvr_rng_below (rng, labels->classes->len), x, y,
                          cvr_rng_between (rng, 0.01 * right, right - x),
                          cvr_rng_between (rng, 0.01 * bottom, bottom - y) };

      g_array_append_val (picture->boxes, box);
    }
}

static CvrLabels *
random_labels (CvrRng *rng)
{
  static const char *const splits[] = { NULL, "train", "valid", "test" };
  CvrLabels *labels = cvr_labels_new ();

  for (guint k = 2 + cvr_rng_below (rng, 6); k > 0; k--)
    (void) cvr_labels_class (labels, choose_text (rng));
  for (guint i = 0, n = cvr_rng_below (rng, 12); i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("in, ñ/%u \"x\".png", i);
      CvrLabelled *picture = cvr_labels_add (labels, path);

      picture->label = (gint) cvr_rng_below (rng, labels->classes->len + 1) - 1;
      picture->split = g_strdup (splits[cvr_rng_below (rng, G_N_ELEMENTS (splits))]);
      picture->note = cvr_rng_below (rng, 3) == 0 ? g_strdup (choose_text (rng)) : NULL;
      picture->width = 1 + cvr_rng_below (rng, 5000);
      picture->height = 1 + cvr_rng_below (rng, 5000);
      picture->in_pixels = cvr_rng_below (rng, 3) > 0;
      for (guint t = cvr_rng_below (rng, 3); t > 0; t--)
        {
          const char *tag = choose_text (rng);

          if (!g_ptr_array_find_with_equal_func (picture->tags, tag, g_str_equal, NULL))
            g_ptr_array_add (picture->tags, g_strdup (tag));
        }
      add_random_boxes (labels, picture, rng);
    }

  return labels;
}

/* Within 1e-9 of the picture's side: corners and centres lose a bit or two. */
static void
check_boxes (const CvrLabels   *labels,
             const CvrLabelled *picture,
             const CvrLabels   *again,
             const CvrLabelled *back)
{
  double across = picture->in_pixels == back->in_pixels ? 1
                  : picture->in_pixels                  ? 1 / (double) picture->width
                                                        : (double) picture->width;
  double down = picture->in_pixels == back->in_pixels ? 1
                : picture->in_pixels                  ? 1 / (double) picture->height
                                                      : (double) picture->height;

  g_assert_cmpuint (picture->boxes->len, ==, back->boxes->len);
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (picture->boxes, CvrLabelBox, b);

      labels_check_box (again, back, b, labels_name (labels, (gint) box->label), box->x * across,
                        box->y * down, box->width * across, box->height * down);
    }
}

static void
check_facts (const CvrLabels   *labels,
             const CvrLabelled *picture,
             const CvrLabels   *again,
             const CvrLabelled *back)
{
  g_assert_cmpstr (back->path, ==, picture->path);
  g_assert_cmpstr (labels_name (again, back->label), ==, labels_name (labels, picture->label));
  g_assert_cmpstr (back->split, ==, picture->split);
  g_assert_cmpstr (back->note, ==, picture->note);
  g_assert_cmpuint (back->tags->len, ==, picture->tags->len);
  for (guint t = 0; t < picture->tags->len; t++)
    g_assert_cmpstr (g_ptr_array_index (back->tags, t), ==, g_ptr_array_index (picture->tags, t));
}

static CvrLabels *
read_bytes (CvrLabelsKind      kind,
            GBytes            *bytes,
            const char *const *names)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrLabelsKind sniffed = CVR_N_LABELS;
  CvrLabels *labels = cvr_labels_read (kind, data, length, names, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (labels->n_problems, ==, 0);
  if (length > 0)
    {
      g_assert_true (cvr_labels_sniff (data, length, &sniffed));
      g_assert_cmpint (sniffed, ==, kind);
    }

  return labels;
}

static void
check_whole (CvrLabelsKind    kind,
             const CvrLabels *labels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_labels_write (kind, labels, &error);
  g_autoptr (CvrLabels) again = NULL;

  g_assert_no_error (error);
  again = read_bytes (kind, bytes, NULL);
  g_assert_cmpuint (again->pictures->len, ==, labels->pictures->len);
  for (guint i = 0; i < labels->pictures->len; i++)
    {
      check_facts (labels, labels_picture (labels, i), again, labels_picture (again, i));
      check_boxes (labels, labels_picture (labels, i), again, labels_picture (again, i));
    }
}

static void
test_one_file_comes_back (void)
{
  static const CvrLabelsKind kinds[] = { CVR_LABELS_CSV, CVR_LABELS_JSON, CVR_LABELS_COCO };
  guint32 seed = g_random_int ();
  CvrRng rng = cvr_rng_new (seed, 0);

  g_test_message ("seed %u", seed);
  for (guint s = 0; s < SETS; s++)
    {
      g_autoptr (CvrLabels) labels = random_labels (&rng);

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        check_whole (kinds[k], labels);
    }
}

static void
test_a_file_per_picture_comes_back (void)
{
  static const CvrLabelsKind kinds[] = { CVR_LABELS_YOLO, CVR_LABELS_VOC, CVR_LABELS_LABELME };
  guint32 seed = g_random_int ();
  CvrRng rng = cvr_rng_new (seed, 0);

  g_test_message ("seed %u", seed);
  for (guint s = 0; s < SETS; s++)
    {
      g_autoptr (CvrLabels) labels = random_labels (&rng);
      g_autoptr (GPtrArray) names = g_ptr_array_new ();

      for (guint k = 0; k < labels->classes->len; k++)
        g_ptr_array_add (names, g_ptr_array_index (labels->classes, k));
      g_ptr_array_add (names, NULL);
      for (guint i = 0; i < labels->pictures->len; i++)
        for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
          {
            const CvrLabelled *picture = labels_picture (labels, i);
            g_autoptr (GError) error = NULL;
            g_autoptr (GBytes) bytes = cvr_labels_write_picture (kinds[k], labels, picture, &error);
            g_autoptr (CvrLabels) again = NULL;

            g_assert_no_error (error);
            again = read_bytes (kinds[k], bytes, (const char *const *) names->pdata);
            g_assert_cmpuint (again->pictures->len, ==, 1);
            check_boxes (labels, picture, again, labels_picture (again, 0));
            if (kinds[k] != CVR_LABELS_YOLO)
              check_facts (labels, picture, again, labels_picture (again, 0));
          }
    }
}

/* Not just nearly: the project's own file keeps every bit, and the unit. */
static void
test_own_file_keeps_bits (void)
{
  guint32 seed = g_random_int ();
  CvrRng rng = cvr_rng_new (seed, 0);

  g_test_message ("seed %u", seed);
  for (guint s = 0; s < SETS; s++)
    {
      g_autoptr (CvrLabels) labels = random_labels (&rng);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = cvr_labels_write (CVR_LABELS_JSON, labels, &error);
      g_autoptr (CvrLabels) again = NULL;
      g_autoptr (GBytes) twice = NULL;

      g_assert_no_error (error);
      again = read_bytes (CVR_LABELS_JSON, bytes, NULL);
      for (guint i = 0; i < labels->pictures->len; i++)
        {
          const CvrLabelled *picture = labels_picture (labels, i);
          const CvrLabelled *back = labels_picture (again, i);

          g_assert_true (picture->boxes->len == 0 || picture->in_pixels == back->in_pixels);
          g_assert_cmpuint (picture->width, ==, back->width);
          for (guint b = 0; b < picture->boxes->len; b++)
            g_assert_cmpmem (&g_array_index (picture->boxes, CvrLabelBox, b).x,
                             4 * sizeof (double),
                             &g_array_index (back->boxes, CvrLabelBox, b).x, 4 * sizeof (double));
        }
      twice = cvr_labels_write (CVR_LABELS_JSON, again, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (bytes, twice));
    }
}

static void
test_what_a_kind_needs_is_asked_for (void)
{
  static const CvrLabelBox box = { 0, 0.1, 0.2, 0.3, 0.4 };
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  CvrLabelled *picture = cvr_labels_add (labels, "a.png");
  g_autoptr (GError) error = NULL;

  (void) cvr_labels_class (labels, "cat");
  g_assert_null (cvr_labels_write_picture (CVR_LABELS_VOC, labels, picture, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "a.png"));
  g_clear_error (&error);

  g_array_append_val (picture->boxes, box);
  g_assert_null (cvr_labels_write (CVR_LABELS_COCO, labels, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  picture->in_pixels = TRUE;
  g_assert_null (cvr_labels_write_picture (CVR_LABELS_YOLO, labels, picture, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  (void) cvr_labels_add (labels, NULL);
  g_assert_null (cvr_labels_write (CVR_LABELS_CSV, labels, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/labels-write/one-file-comes-back", test_one_file_comes_back);
  g_test_add_func ("/formats/labels-write/a-file-per-picture-comes-back",
                   test_a_file_per_picture_comes_back);
  g_test_add_func ("/formats/labels-write/own-file-keeps-bits", test_own_file_keeps_bits);
  g_test_add_func ("/formats/labels-write/what-a-kind-needs-is-asked-for",
                   test_what_a_kind_needs_is_asked_for);

  return g_test_run ();
}
