/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures are shown, in which order, and how their list is told to have changed. */
#include "app-support.h"

#include "cvr-image-item-private.h"
#include "cvr-images-filter.h"
#include "cvr-images-order.h"

typedef struct
{
  CvrDataset      *dataset;
  GListStore      *items;
  CvrImagesFilter *filter;
} Fixture;

/* Ten pictures "p 1" … "p 10" of three classes; every fifth has no label. */
static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  g_autoptr (CvrImage) image = cvr_image_new (2, 2, 1);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  const char *tags[] = { "blurred", NULL };
  const CvrBox box = { 1, 0.1, 0.1, 0.5, 0.5 };

  fixture->dataset = cvr_dataset_new ();
  fixture->items = g_list_store_new (CVR_TYPE_IMAGE_ITEM);
  fixture->filter = cvr_images_filter_new ();
  for (guint k = 0; k < 3; k++)
    {
      g_autofree char *name = g_strdup_printf ("kind %u", k);

      cvr_dataset_add_class (fixture->dataset, name);
    }
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf (i % 2 ? "P %u" : "p %u", 10 - i);
      CvrItem item = { .picture = picture, .name = name,
                       .label = i % 5 == 4 ? CVR_LABEL_NONE : (gint) (i % 3),
                       .split = i % 4 == 3 ? CVR_SPLIT_TEST : CVR_SPLIT_TRAIN,
                       .group = i % 3 == 2 ? 100 + i % 2 : 0 };

      if (i == 1)
        item.extras = cvr_extras_new (&box, 1, NULL, NULL);
      else if (i == 2 || i == 6)
        item.extras = cvr_extras_new (NULL, 0, tags, i == 2 ? "why?" : NULL);
      cvr_dataset_add_item (fixture->dataset, &item);
      cvr_extras_unref (item.extras);
    }
  cvr_dataset_split (fixture->dataset, 0, 0, 1);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (CvrImageItem) item = cvr_image_item_new (cvr_dataset_item (fixture->dataset, i));

      g_list_store_append (fixture->items, item);
    }
  cvr_images_filter_set_source (fixture->filter, G_LIST_MODEL (fixture->items), fixture->dataset);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  g_assert_finalize_object (fixture->filter);
  g_object_unref (fixture->items);
  cvr_dataset_unref (fixture->dataset);
}

/* Places of the pictures shown, as digits. */
static char *
shown (Fixture *fixture)
{
  g_autoptr (GString) places = g_string_new (NULL);
  GListModel *model = G_LIST_MODEL (fixture->filter);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (places, "%d", cvr_dataset_find_item (fixture->dataset,
                                                                   cvr_image_item_get_id (item)));
    }

  return g_string_free (g_steal_pointer (&places), FALSE);
}

static void
assert_shown (Fixture    *fixture,
              const char *wanted)
{
  g_autofree char *places = shown (fixture);

  g_assert_cmpstr (places, ==, wanted);
}

static void
test_conditions (Fixture      *fixture,
                 gconstpointer unused)
{
  CvrImagesFilter *filter = fixture->filter;

  assert_shown (fixture, "0123456789");
  cvr_images_filter_set_class (filter, 0);
  assert_shown (fixture, "036");
  cvr_images_filter_set_class (filter, CVR_LABEL_NONE);
  assert_shown (fixture, "49");
  cvr_images_filter_set_class (filter, CVR_FILTER_ANY_CLASS);
  g_assert_false (cvr_images_filter_is_narrow (filter));
  cvr_images_filter_set_show (filter, CVR_SHOW_TEST, TRUE);
  assert_shown (fixture, "37");
  cvr_images_filter_set_show (filter, CVR_SHOW_TRAIN, TRUE); /* Either is shown. */
  assert_shown (fixture, "01235678");
  cvr_images_filter_clear (filter);
  cvr_images_filter_set_show (filter, CVR_SHOW_BOXES, TRUE);
  assert_shown (fixture, "1");
  cvr_images_filter_clear (filter);
  cvr_images_filter_set_tag (filter, "blurred");
  assert_shown (fixture, "26");
  cvr_images_filter_set_show (filter, CVR_SHOW_NOTE, TRUE); /* Both must hold. */
  assert_shown (fixture, "2");
  cvr_images_filter_clear (filter);
  cvr_images_filter_set_show (filter, CVR_SHOW_ALIKE, TRUE);
  assert_shown (fixture, "258");
  cvr_images_filter_clear (filter);
  cvr_images_filter_set_text (filter, "P 1");
  assert_shown (fixture, "09");
  g_assert_true (cvr_images_filter_is_narrow (filter));
  cvr_images_filter_set_show (filter, CVR_SHOW_DAMAGED, TRUE);
  assert_shown (fixture, "");
  cvr_images_filter_clear (filter);
  assert_shown (fixture, "0123456789");
}

static void
test_answers (Fixture      *fixture,
              gconstpointer unused)
{
  CvrAnswer answers[5];

  for (guint i = 0; i < 5; i++)
    {
      const CvrItem *item = cvr_dataset_item (fixture->dataset, i);

      answers[i] = (CvrAnswer) { item->id, item->label, 1, 0.9f - 0.14f * i };
    }
  cvr_images_filter_set_answers (fixture->filter, answers, 5);
  cvr_images_filter_set_show (fixture->filter, CVR_SHOW_WRONG, TRUE);
  assert_shown (fixture, "023");
  cvr_images_filter_clear (fixture->filter);
  cvr_images_filter_set_show (fixture->filter, CVR_SHOW_DOUBTFUL, TRUE);
  assert_shown (fixture, "34");
  cvr_images_filter_clear (fixture->filter);
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_DOUBT);
  assert_shown (fixture, "4321056789");
}

static void
test_orders (Fixture      *fixture,
             gconstpointer unused)
{
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_NAME);
  assert_shown (fixture, "9876543210"); /* 10 after 9. */
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_CLASS);
  assert_shown (fixture, "0361725849"); /* Without a label last. */
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_ALIKE);
  assert_shown (fixture, "2850134679");
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_ARRIVAL);
  assert_shown (fixture, "0123456789");
}

static void
test_json (Fixture      *fixture,
           gconstpointer unused)
{
  g_autofree char *json = NULL;

  cvr_images_filter_set_show (fixture->filter, CVR_SHOW_TRAIN, TRUE);
  cvr_images_filter_set_sort (fixture->filter, CVR_SORT_NAME);
  cvr_images_filter_set_tag (fixture->filter, "a \"tag\"");
  json = cvr_images_filter_to_json (fixture->filter);
  cvr_images_filter_from_json (fixture->filter, NULL);
  g_assert_false (cvr_images_filter_is_narrow (fixture->filter));
  cvr_images_filter_from_json (fixture->filter, json);
  g_assert_cmpstr (cvr_images_filter_get_tag (fixture->filter), ==, "a \"tag\"");
  g_assert_cmpuint (cvr_images_filter_get_show (fixture->filter), ==, CVR_SHOW_TRAIN);
  g_assert_cmpint (cvr_images_filter_get_sort (fixture->filter), ==, CVR_SORT_NAME);
  cvr_images_filter_from_json (fixture->filter, "{\"sort\":99,\"show\":65536}");
  g_assert_cmpint (cvr_images_filter_get_sort (fixture->filter), ==, CVR_SORT_ARRIVAL);
  g_assert_cmpuint (cvr_images_filter_get_show (fixture->filter), ==, 0);
}

/* One of many leaves, another comes: selections elsewhere stay. */
static void
test_selection_stays (Fixture      *fixture,
                      gconstpointer unused)
{
  g_autoptr (GtkMultiSelection) selection =
    gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (fixture->filter)));
  GtkSelectionModel *model = GTK_SELECTION_MODEL (selection);

  gtk_selection_model_select_item (model, 3, TRUE);
  gtk_selection_model_select_item (model, 8, FALSE);
  cvr_dataset_remove_item (fixture->dataset, 5);
  cvr_dataset_remove_item (fixture->dataset, 0);
  g_list_store_remove (fixture->items, 5);
  g_list_store_remove (fixture->items, 0);
  cvr_images_filter_set_source (fixture->filter, G_LIST_MODEL (fixture->items), fixture->dataset);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 8);
  g_assert_true (gtk_selection_model_is_selected (model, 2));
  g_assert_true (gtk_selection_model_is_selected (model, 6));
}

static void
test_names (void)
{
  g_assert_cmpint (cvr_images_compare_names ("picture 9", "Picture 10"), <, 0);
  g_assert_cmpint (cvr_images_compare_names ("a", "B"), <, 0);
  g_assert_cmpint (cvr_images_compare_names ("b2c", "b2"), >, 0);
  g_assert_cmpint (cvr_images_compare_names ("x007", "x7"), ==, 0);
  g_assert_cmpint (cvr_images_compare_names ("x99999999999999999999", "x100000000000000000000"), <,
                   0);
  g_assert_cmpint (cvr_images_compare_names ("", "a"), <, 0);
}

/* Whatever became of a list: the changes told turn the old one into the new one. */
static void
test_random_changes (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GPtrArray) old = g_ptr_array_new ();
      g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
      g_autoptr (GArray) changes = NULL;
      guint n = (guint) g_rand_int_range (rand, 0, 40), density = round % 10;

      for (guint i = 1; i <= n; i++)
        {
          if ((guint) g_rand_int_range (rand, 0, 10) >= density)
            g_ptr_array_add (old, GUINT_TO_POINTER (i));
          if ((guint) g_rand_int_range (rand, 0, 10) >= density)
            g_ptr_array_add (fresh, GUINT_TO_POINTER (i));
        }
      if (round % 7 == 0 && fresh->len > 1)
        {
          gpointer first = fresh->pdata[0];

          fresh->pdata[0] = fresh->pdata[fresh->len - 1];
          fresh->pdata[fresh->len - 1] = first;
        }
      changes = cvr_images_changes (old, fresh);
      for (guint i = changes->len; i > 0; i--)
        {
          const CvrListChange *change = &g_array_index (changes, CvrListChange, i - 1);

          if (change->n_old > 0)
            g_ptr_array_remove_range (old, change->old_start, change->n_old);
          for (guint j = 0; j < change->n_new; j++)
            g_ptr_array_insert (old, (gint) (change->old_start + j),
                                fresh->pdata[change->new_start + j]);
        }
      g_assert_cmpuint (old->len, ==, fresh->len);
      g_assert_cmpmem (old->pdata, old->len * sizeof (gpointer), fresh->pdata,
                       fresh->len * sizeof (gpointer));
    }
}

/* 60,000 pictures: a filter is a matter of milliseconds. The limit is ten times what it takes on
 * two busy cores. */
static void
test_many (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (2, 2, 1);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListStore) store = g_list_store_new (CVR_TYPE_IMAGE_ITEM);
  g_autoptr (CvrImagesFilter) filter = cvr_images_filter_new ();
  const guint n = 60000;
  gint64 start;

  cvr_dataset_add_class (dataset, "a");
  cvr_dataset_add_class (dataset, "b");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture %u.png", n - i);
      CvrItem item = { .picture = picture, .name = name, .label = (gint) (i % 2) };

      cvr_dataset_add_item (dataset, &item);
      g_ptr_array_add (items, cvr_image_item_new (cvr_dataset_item (dataset, i)));
    }
  g_list_store_splice (store, 0, 0, items->pdata, n);
  start = g_get_monotonic_time ();
  cvr_images_filter_set_source (filter, G_LIST_MODEL (store), dataset);
  cvr_images_filter_set_class (filter, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (filter)), ==, n / 2);
  cvr_images_filter_set_class (filter, CVR_FILTER_ANY_CLASS);
  cvr_images_filter_set_text (filter, "9.png");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (filter)), ==, n / 10);
  cvr_images_filter_clear (filter);
  cvr_images_filter_set_sort (filter, CVR_SORT_NAME);
  g_test_message ("six filterings of %u: %.0f ms", n, (g_get_monotonic_time () - start) / 1000.0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

#define TEST(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  TEST ("/app/filter/conditions", test_conditions);
  TEST ("/app/filter/what-the-network-answers", test_answers);
  TEST ("/app/filter/orders", test_orders);
  TEST ("/app/filter/comes-back-from-json", test_json);
  TEST ("/app/filter/selection-stays", test_selection_stays);
#undef TEST
  g_test_add_func ("/app/filter/names-as-people-order-them", test_names);
  g_test_add_func ("/app/filter/random-changes", test_random_changes);
  g_test_add_func ("/app/filter/sixty-thousand", test_many);

  return g_test_run ();
}
