/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list that the screen shows follows the data set: whoever only hears of changes has the same
 * pictures in the same order, at every moment. */
#include "session-test.h"

#include "cvr-item-list.h"
#include "cvr-rng.h"

/* A listener that keeps its own copy by what it is told. */
typedef struct
{
  CvrItemList *list;
  GPtrArray   *copy;      /* of CvrImageItem */
  guint        n_signals;
  guint        n_notified;
} Mirror;

static void
notify_cb (Mirror *mirror)
{
  mirror->n_notified++;
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            Mirror     *mirror)
{
  mirror->n_signals++;
  for (guint i = 0; i < removed; i++)
    {
      g_signal_handlers_disconnect_by_data (mirror->copy->pdata[position], mirror);
      g_ptr_array_remove_index (mirror->copy, position);
    }
  for (guint i = 0; i < added; i++)
    {
      gpointer item = g_list_model_get_item (model, position + i);

      g_signal_connect_swapped (item, "notify", G_CALLBACK (notify_cb), mirror);
      g_ptr_array_insert (mirror->copy, (gint) (position + i), item);
    }

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, mirror->copy->len);
  for (guint i = 0; i < mirror->copy->len; i++)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (model, i);

      g_assert_true (item == mirror->copy->pdata[i]);
    }
  g_assert_null (g_list_model_get_item (model, mirror->copy->len));
}

static void
mirror_init (Mirror *mirror)
{
  *mirror = (Mirror) { .list = cvr_item_list_new (),
                       .copy = g_ptr_array_new_with_free_func (g_object_unref) };
  g_signal_connect (mirror->list, "items-changed", G_CALLBACK (changed_cb), mirror);
}

static void
mirror_clear (Mirror *mirror)
{
  for (guint i = 0; i < mirror->copy->len; i++)
    g_signal_handlers_disconnect_by_data (mirror->copy->pdata[i], mirror);
  g_ptr_array_unref (mirror->copy);
  g_assert_finalize_object (mirror->list);
}

static void
add (CvrDataset *dataset,
     guint64     id)
{
  g_autoptr (CvrImage) image = session_test_image ((guint) id, 2);
  g_autoptr (CvrPicture) picture = cvr_picture_new (image);
  CvrItem item = { .id = id, .picture = picture, .name = "picture",
                   .label = CVR_LABEL_NONE };

  cvr_dataset_add_item (dataset, &item);
}

static void
assert_equal (Mirror     *mirror,
              CvrDataset *dataset)
{
  g_assert_cmpuint (mirror->copy->len, ==, cvr_dataset_n_items (dataset));
  for (guint i = 0; i < mirror->copy->len; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      CvrImageItem *object = mirror->copy->pdata[i];

      g_assert_cmpuint (cvr_image_item_get_id (object), ==, item->id);
      g_assert_cmpint (cvr_image_item_get_label (object), ==, item->label);
      g_assert_true (cvr_item_list_find (mirror->list, item->id) == object);
    }
}

static void
test_it_follows_whatever_comes_and_goes (void)
{
  const guint32 seed = g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  Mirror mirror;

  g_test_message ("seed %u", seed);
  mirror_init (&mirror);
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
      guint share = (guint) cvr_rng_below (&rng, 11);

      cvr_dataset_add_class (dataset, "a");
      cvr_dataset_add_class (dataset, "b");
      for (guint64 id = 1; id <= 40; id++)
        if (cvr_rng_below (&rng, 10) < share)
          add (dataset, id);
      for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
        cvr_dataset_set_label (dataset, i, (gint) cvr_rng_below (&rng, 3) - 1);
      cvr_item_list_sync (mirror.list, dataset);
      assert_equal (&mirror, dataset);
    }
  mirror_clear (&mirror);
}

static void
test_a_run_is_told_once (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  Mirror mirror;

  mirror_init (&mirror);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.n_signals, ==, 0);
  for (guint64 id = 1; id <= 10; id++)
    add (dataset, id);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.n_signals, ==, 1);

  /* Two runs. */
  cvr_dataset_remove_item (dataset, 7);
  cvr_dataset_remove_item (dataset, 2);
  cvr_dataset_remove_item (dataset, 1);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.n_signals, ==, 3);
  mirror_clear (&mirror);
}

static void
test_very_many_runs_are_told_at_once (void)
{
  g_autoptr (CvrDataset) all = cvr_dataset_new ();
  g_autoptr (CvrDataset) half = cvr_dataset_new ();
  Mirror mirror;

  mirror_init (&mirror);
  for (guint64 id = 1; id <= 400; id++)
    {
      add (all, id);
      if (id < 10 || id % 2 == 0 || id > 390)
        add (half, id);
    }
  cvr_item_list_sync (mirror.list, all);
  cvr_item_list_sync (mirror.list, half);
  g_assert_cmpuint (mirror.n_signals, ==, 2);
  assert_equal (&mirror, half);
  cvr_item_list_sync (mirror.list, all);
  g_assert_cmpuint (mirror.n_signals, ==, 3);
  assert_equal (&mirror, all);
  mirror_clear (&mirror);
}

static void
test_an_item_notifies_what_changed (void)
{
  const char *const tags[] = { "blurred", NULL };
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrExtras) extras = cvr_extras_new (NULL, 0, tags, NULL);
  Mirror mirror;

  mirror_init (&mirror);
  cvr_dataset_add_class (dataset, "a");
  for (guint64 id = 1; id <= 10; id++)
    add (dataset, id);
  cvr_item_list_sync (mirror.list, dataset);
  cvr_dataset_set_label (dataset, 3, 0);
  cvr_dataset_set_extras (dataset, 3, extras);
  cvr_dataset_set_group (dataset, 5, 9);
  cvr_dataset_set_split (dataset, 6, CVR_SPLIT_TEST);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.n_notified, ==, 4);
  g_assert_cmpuint (mirror.n_signals, ==, 1);
  g_assert_true (cvr_extras_has_tag (cvr_image_item_get_extras (mirror.copy->pdata[3]), "blurred"));
  g_assert_cmpint (cvr_image_item_get_chosen_split (mirror.copy->pdata[6]), ==, CVR_SPLIT_TEST);
  mirror_clear (&mirror);
}

/* Listeners change what the list follows: it is followed the next time. */
static void
empty_cb (GListModel *model,
          guint       position,
          guint       removed,
          guint       added,
          CvrDataset *dataset)
{
  while (cvr_dataset_n_items (dataset) > 0)
    cvr_dataset_remove_item (dataset, 0);
}

static void
test_listeners_may_change_the_data_set (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  Mirror mirror;

  mirror_init (&mirror);
  g_signal_connect (mirror.list, "items-changed", G_CALLBACK (empty_cb), dataset);
  for (guint64 id = 1; id <= 10; id += 2)
    add (dataset, id);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.copy->len, ==, 5);
  cvr_item_list_sync (mirror.list, dataset);
  g_assert_cmpuint (mirror.copy->len, ==, 0);
  mirror_clear (&mirror);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/item-list/it-follows-whatever-comes-and-goes",
                   test_it_follows_whatever_comes_and_goes);
  g_test_add_func ("/session/item-list/a-run-is-told-once", test_a_run_is_told_once);
  g_test_add_func ("/session/item-list/very-many-runs-are-told-at-once",
                   test_very_many_runs_are_told_at_once);
  g_test_add_func ("/session/item-list/an-item-notifies-what-changed",
                   test_an_item_notifies_what_changed);
  g_test_add_func ("/session/item-list/listeners-may-change-the-data-set",
                   test_listeners_may_change_the_data_set);

  return g_test_run ();
}
