/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets for label files share: what must hold for any bytes. */
#pragma once

#include "cvr-labels.h"
#include "fuzz.h"

#include <math.h>
#include <string.h>

static inline void
check_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static inline void
check_picture (const CvrLabels   *labels,
               const CvrLabelled *picture)
{
  check_text (picture->path);
  check_text (picture->note);
  g_assert_true (picture->split == NULL || strcmp (picture->split, "train") == 0 ||
                 strcmp (picture->split, "valid") == 0 || strcmp (picture->split, "test") == 0);
  g_assert_cmpint (picture->label, >=, -1);
  g_assert_cmpint (picture->label, <, (gint) labels->classes->len);
  for (guint t = 0; t < picture->tags->len; t++)
    check_text (g_ptr_array_index (picture->tags, t));
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (picture->boxes, CvrLabelBox, b);

      g_assert_true (box->label == CVR_LABELS_NO_CLASS || box->label < labels->classes->len);
      g_assert_true (isfinite (box->x) && isfinite (box->y));
      g_assert_true (isfinite (box->width) && isfinite (box->height));
      g_assert_true (box->width > 0 && box->height > 0);
    }
}

static inline void
check_labels (const CvrLabels *labels)
{
  for (guint k = 0; k < labels->classes->len; k++)
    check_text (g_ptr_array_index (labels->classes, k));
  for (guint i = 0; i < labels->pictures->len; i++)
    check_picture (labels, g_ptr_array_index (labels->pictures, i));
  g_assert_cmpuint (labels->problems->len, ==, MIN (labels->n_problems, 100));
  for (guint p = 0; p < labels->problems->len; p++)
    check_text (g_ptr_array_index (labels->problems, p));
}

/* What was read is written as the program's own file and comes back as much. */
static inline void
check_round_trip (const CvrLabels *labels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_labels_write (CVR_LABELS_JSON, labels, &error);
  g_autoptr (CvrLabels) again = NULL;
  gsize length;
  const guint8 *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &length);
  again = cvr_labels_read (CVR_LABELS_JSON, data, length, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->pictures->len, ==, labels->pictures->len);
  g_assert_cmpuint (again->n_problems, ==, 0);
  g_assert_cmpuint (again->classes->len, ==, labels->classes->len);
}

static inline int
fuzz_labels (CvrLabelsKind      kind,
             const uint8_t     *data,
             size_t             size,
             const char *const *classes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrLabels) labels = cvr_labels_read (kind, data, size, classes, &error);
  CvrLabelsKind sniffed = CVR_N_LABELS;

  g_assert_true ((labels == NULL) == (error != NULL));
  g_assert_true (cvr_labels_sniff (data, size, &sniffed) == (sniffed != CVR_N_LABELS));
  if (labels != NULL)
    {
      check_labels (labels);
      check_round_trip (labels);
    }

  return 0;
}
