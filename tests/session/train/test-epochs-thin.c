/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which stored epochs go where there is no room for all. */
#include "cvr-epochs-private.h"

#include <string.h>

enum { MOST = 64 };

typedef struct
{
  CvrThinEpoch epochs[MOST];
  guint        n;
} Stored;

/* @n epochs from 0 on, of 10 bytes each. */
static void
add_run (Stored *self,
         guint64 run,
         guint   n,
         guint   best)
{
  for (guint i = 0; i < n; i++)
    self->epochs[self->n++] =
      (CvrThinEpoch) { .kept = { run, i, 10 }, .is_best = i == best };
}

static void
assert_left (Stored     *self,
             guint64     limit,
             const char *expected)
{
  g_autoptr (GString) left = g_string_new (NULL);
  guint64 bytes = 0;

  cvr_epochs_thin (self->epochs, self->n, limit);
  for (guint i = 0; i < self->n; i++)
    {
      const CvrThinEpoch *epoch = &self->epochs[i];

      if (epoch->goes)
        continue;
      g_string_append_printf (left, "%s%" G_GUINT64_FORMAT ".%u", left->len > 0 ? " " : "",
                              epoch->kept.run, epoch->kept.epoch);
      bytes += epoch->kept.bytes;
    }
  g_assert_cmpstr (left->str, ==, expected);
  g_test_message ("%" G_GUINT64_FORMAT " bytes left of %" G_GUINT64_FORMAT, bytes, limit);
}

static void
test_nothing_goes_while_there_is_room (void)
{
  Stored self = { 0 };

  add_run (&self, 1, 3, 2);
  add_run (&self, 2, 2, 1);
  assert_left (&self, 50, "1.0 1.1 1.2 2.0 2.1");
  self.n = 0;
  assert_left (&self, 0, "");
}

static void
test_older_runs_go_down_to_their_best (void)
{
  Stored self = { 0 };

  add_run (&self, 1, 4, 2);
  add_run (&self, 2, 4, 3);
  add_run (&self, 3, 4, 1);
  assert_left (&self, 100, "1.2 1.3 2.0 2.1 2.2 2.3 3.0 3.1 3.2 3.3");
  assert_left (&self, 70, "1.2 2.2 2.3 3.0 3.1 3.2 3.3");
  assert_left (&self, 60, "1.2 2.3 3.0 3.1 3.2 3.3");
}

static void
test_the_newest_run_is_thinned_evenly (void)
{
  Stored self = { 0 };

  add_run (&self, 1, 1, 0);
  add_run (&self, 2, 17, 5);
  assert_left (&self, 110, "1.0 2.0 2.2 2.4 2.5 2.7 2.9 2.11 2.13 2.15 2.16");
  assert_left (&self, 60, "1.0 2.0 2.5 2.9 2.13 2.16");
  /* The first, the best and the last stay to the end. */
  assert_left (&self, 40, "1.0 2.0 2.5 2.16");
  assert_left (&self, 30, "2.0 2.5 2.16");
  assert_left (&self, 20, "2.5 2.16");
  assert_left (&self, 10, "2.5");
  assert_left (&self, 9, "");
}

static void
test_what_was_kept_by_hand_stays (void)
{
  Stored self = { 0 };

  add_run (&self, 1, 3, 1);
  self.epochs[self.n++] = (CvrThinEpoch) { .kept = { 2, 0, 50 }, .is_fixed = TRUE };
  assert_left (&self, 70, "1.1 1.2 2.0");
  assert_left (&self, 0, "2.0");
}

static void
test_it_keeps_to_the_limit (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 500; i++)
    {
      guint64 limit = (guint64) g_rand_int_range (rand, 0, 700), bytes = 0;
      Stored self = { 0 };

      for (guint64 run = 1; run <= 3; run++)
        {
          guint n = (guint) g_rand_int_range (rand, 1, 20);

          add_run (&self, run, n, (guint) g_rand_int_range (rand, 0, (gint32) n));
        }
      cvr_epochs_thin (self.epochs, self.n, limit);
      for (guint j = 0; j < self.n; j++)
        bytes += self.epochs[j].goes ? 0 : self.epochs[j].kept.bytes;
      g_assert_cmpuint (bytes, <=, limit);
      /* And gives up no more than it must. */
      g_assert_cmpuint (bytes, >=, MIN (limit / 10, self.n) * 10);
    }
}

/* With weights of a side × a side, all 0. */
static CvrModel *
network (guint32 side)
{
  static const char *const classes[] = { "one", "other", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (1, 1, 1);
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 1, 1));

  x = nn_builder_flatten (builder, x);
  x = nn_builder_dense (builder, x, (NnDenseSpec) { .units = side });
  x = nn_builder_dense (builder, x, (NnDenseSpec) { .units = side });
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { .units = 2 }));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  params = nn_params_new_empty (graph, &error);
  g_assert_no_error (error);

  return cvr_model_new (graph, params, classes, &preprocess, NULL);
}

/* Nobody has to choose before the epochs of a large network can be looked at. */
static void
test_a_large_network_gets_more_room (void)
{
  const guint64 least = 60000000, most = 1000000000;
  g_autoptr (CvrEpochs) epochs = cvr_epochs_new ();
  g_autoptr (CvrModel) small = network (100), large = network (3000), huge = network (5000);
  guint64 room;

  g_assert_cmpuint (cvr_epochs_usual_limit (epochs, NULL), ==, least);
  g_assert_cmpuint (cvr_epochs_usual_limit (epochs, small), ==, least);
  room = cvr_epochs_usual_limit (epochs, large);
  g_assert_cmpuint (room, >=, 12 * 36000000);
  g_assert_cmpuint (room, <, 13 * 36000000);
  g_assert_cmpuint (cvr_epochs_usual_limit (epochs, huge), ==, most);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/epochs/nothing-goes-while-there-is-room",
                   test_nothing_goes_while_there_is_room);
  g_test_add_func ("/session/epochs/older-runs-go-down-to-their-best",
                   test_older_runs_go_down_to_their_best);
  g_test_add_func ("/session/epochs/the-newest-run-is-thinned-evenly",
                   test_the_newest_run_is_thinned_evenly);
  g_test_add_func ("/session/epochs/what-was-kept-by-hand-stays",
                   test_what_was_kept_by_hand_stays);
  g_test_add_func ("/session/epochs/it-keeps-to-the-limit", test_it_keeps_to_the_limit);
  g_test_add_func ("/session/epochs/a-large-network-gets-more-room",
                   test_a_large_network_gets_more_room);

  return g_test_run ();
}
