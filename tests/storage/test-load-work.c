/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading as work: threads don't show in the result; progress, cancel, and an end when it is enough
 * or when nothing can be kept any more. */
#include "load-fixture.h"

static void
count_progress (guint64     done,
                guint64     total,
                const char *what,
                gpointer    data)
{
  guint *calls = data;

  g_assert_nonnull (what);
  g_assert_true (total == 0 || done <= total);
  ++*calls;
}

static void
cancel_progress (guint64     done,
                 guint64     total,
                 const char *what,
                 gpointer    data)
{
  g_cancellable_cancel (data);
}

static void
test_progress_and_cancel (Fixture      *self,
                          gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL, cancelled = NULL, drawn = NULL;
  guint calls = 0;
  CvrLoadSpec spec = { .data = self->folder, .progress = count_progress, .progress_data = &calls };

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("a/%u.png", i);

      fixture_put_picture (self, name, 0x010203);
    }
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (calls, >, 0);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 300);

  spec.progress = cancel_progress;
  spec.progress_data = cancellable;
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, cancellable, &cancelled));
  g_assert_error (cancelled, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 300);

  spec.data = "builtin:shapes:20";
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, cancellable, &drawn));
  g_assert_error (drawn, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
}

/* Whichever thread is first: the same items with the same ids in the same order. */
static void
test_same_every_time (Fixture      *self,
                      gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (CvrDataset) before = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/%u.png", i % 7, i);

      fixture_put_picture (self, name, i * 0x010307 + 1);
    }
  fixture_load (self, NULL);
  first = fixture_describe (self);
  before = g_steal_pointer (&self->dataset);
  self->dataset = cvr_dataset_new ();
  fixture_load (self, NULL);
  second = fixture_describe (self);
  g_assert_cmpstr (first, ==, second);
  for (guint i = 0; i < 200; i++)
    {
      g_assert_cmpuint (cvr_dataset_item (before, i)->id, ==,
                        cvr_dataset_item (self->dataset, i)->id);
      g_assert_true (cvr_image_equal (image_of (cvr_dataset_item (before, i)),
                                      image_of (cvr_dataset_item (self->dataset, i))));
    }
}

static CvrPicture *
keep_or_fail (CvrImage *image,
              guint     was_width,
              guint     was_height,
              guint64   number,
              gpointer  data,
              GError  **error)
{
  if (number < *(guint *) data)
    return cvr_picture_new (image);
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "the disk is full");

  return NULL;
}

static guint64
count_up (gpointer data)
{
  static guint64 next;

  if (data == NULL)
    next = 0;

  return ++next;
}

static gboolean
has_come (gpointer data)
{
  return g_atomic_int_get ((gint *) data) > 0;
}

static CvrPicture *
keep_and_count (CvrImage *image,
                guint     was_width,
                guint     was_height,
                guint64   number,
                gpointer  data,
                GError  **error)
{
  g_atomic_int_inc ((gint *) data);

  return cvr_picture_new (image);
}

/* A picture that can't be kept ends the loading with its reason; numbers are those of the order. */
static void
test_keeping (Fixture      *self,
              gconstpointer data)
{
  guint most = G_MAXUINT;
  gint n_kept = 0;
  CvrLoadSpec spec = { .data = self->folder, .number = count_up, .keep = keep_or_fail,
                       .keep_data = &most };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("a/%u.png", i);

      fixture_put_picture (self, name, i);
    }
  count_up (NULL);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (cvr_dataset_item (self->dataset, i)->id, ==, i + 2);

  most = 50;
  count_up (NULL);
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "the disk is full");
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 100);

  /* Enough: what has come by then is kept. */
  spec = (CvrLoadSpec) { .data = self->folder, .keep = keep_and_count, .keep_data = &n_kept,
                         .enough = has_come, .enough_data = &n_kept };
  cvr_load_report_clear (&self->report);
  g_clear_error (&error);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_cmpuint (self->report.n_loaded, ==, n_kept);
  g_assert_cmpuint (self->report.n_loaded, <, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-work/progress-and-cancel", test_progress_and_cancel);
  fixture_add ("/storage/load-work/same-every-time", test_same_every_time);
  fixture_add ("/storage/load-work/keeping", test_keeping);

  return g_test_run ();
}
