/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dividing labelled pictures for experiments: stratified folds and nested parts. */
#include "cvr-folds.h"

#include "cvr-rng.h"
#include "nn-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Sequences drawn from one seed. */
enum
{
  STREAM_FOLDS = 11,  /* and one more for each class */
  MIN_PART = 2,       /* pictures of a class in its smallest part */
};

/* A folding under way: tables of [n_folds, n_classes]. */
typedef struct
{
  CvrDataset *dataset;
  guint       n_folds, n_classes;
  gint       *folds;  /* [items] */
  guint      *wanted;
  guint      *placed;
} Folding;

static gboolean
takes_part (const CvrItem *item)
{
  return item->label >= 0 && item->used != CVR_SPLIT_TEST;
}

static guint *
cell (guint         *table,
      const Folding *self,
      guint          fold,
      guint          k)
{
  return &table[fold * self->n_classes + k];
}

/* All labels sorted by class, classes in the order in which they first occur: the one at place p
 * goes to fold p mod n_folds. */
static void
plan (Folding *self)
{
  guint n = cvr_dataset_n_items (self->dataset);
  g_autofree guint *counts = g_new0 (guint, self->n_classes);
  g_autofree guint *order = g_new0 (guint, self->n_classes);
  guint n_seen = 0, place = 0;

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      if (takes_part (item) && counts[item->label]++ == 0)
        order[n_seen++] = (guint) item->label;
    }
  for (guint o = 0; o < n_seen; o++)
    for (guint i = 0; i < counts[order[o]]; i++)
      ++*cell (self->wanted, self, place++ % self->n_folds, order[o]);
}

/* How many pictures too many a fold would have with @counts [n_classes] more. */
static guint
overflow (Folding     *self,
          guint        fold,
          const guint *counts)
{
  guint sum = 0;

  for (guint k = 0; k < self->n_classes; k++)
    {
      guint with = *cell (self->placed, self, fold, k) + counts[k];
      guint room = *cell (self->wanted, self, fold, k);

      sum += counts[k] > 0 && with > room ? with - room : 0;
    }

  return sum;
}

static guint
total (Folding *self,
       guint    fold)
{
  guint sum = 0;

  for (guint k = 0; k < self->n_classes; k++)
    sum += *cell (self->placed, self, fold, k);

  return sum;
}

/* @members: places of one group. The fold that it fits into best, of several the emptiest. */
static void
place_group (Folding *self,
             GArray  *members)
{
  g_autofree guint *counts = g_new0 (guint, self->n_classes);
  guint best = 0;

  for (guint m = 0; m < members->len; m++)
    counts[cvr_dataset_item (self->dataset, g_array_index (members, guint, m))->label]++;
  for (guint fold = 1; fold < self->n_folds; fold++)
    {
      guint here = overflow (self, fold, counts), there = overflow (self, best, counts);

      if (here < there || (here == there && total (self, fold) < total (self, best)))
        best = fold;
    }

  for (guint k = 0; k < self->n_classes; k++)
    *cell (self->placed, self, best, k) += counts[k];
  for (guint m = 0; m < members->len; m++)
    self->folds[g_array_index (members, guint, m)] = (gint) best;
}

static int
compare_groups (gconstpointer a,
                gconstpointer b)
{
  const GArray *x = *(GArray *const *) a, *y = *(GArray *const *) b;

  if (x->len != y->len)
    return x->len < y->len ? 1 : -1;

  return (int) g_array_index (x, guint, 0) - (int) g_array_index (y, guint, 0);
}

/* Groups of two and more, the largest first. */
static void
place_groups (Folding *self)
{
  g_autoptr (GHashTable) table = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  guint n = cvr_dataset_n_items (self->dataset);

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      GArray *members;

      if (item->group == 0 || !takes_part (item))
        continue;
      members = g_hash_table_lookup (table, &item->group);
      if (members == NULL)
        {
          members = g_array_new (FALSE, FALSE, sizeof (guint));
          g_ptr_array_add (groups, members);
          g_hash_table_insert (table, (gpointer) &item->group, members);
        }
      g_array_append_val (members, i);
    }

  g_ptr_array_sort (groups, compare_groups);
  for (guint g = 0; g < groups->len; g++)
    if (((GArray *) groups->pdata[g])->len > 1)
      place_group (self, groups->pdata[g]);
}

/* Takes room away where groups have taken more than their share: from the fullest fold. */
static void
shrink (Folding *self,
        guint    k,
        guint   *rooms,
        guint    n_items)
{
  guint sum = 0;

  for (guint fold = 0; fold < self->n_folds; fold++)
    sum += rooms[fold];
  for (; sum > n_items; sum--)
    {
      guint fullest = self->n_folds;

      for (guint fold = 0; fold < self->n_folds; fold++)
        if (rooms[fold] > 0 &&
            (fullest == self->n_folds ||
             *cell (self->placed, self, fold, k) + rooms[fold] >
               *cell (self->placed, self, fullest, k) + rooms[fullest]))
          fullest = fold;
      rooms[fullest]--;
    }
}

/* The pictures of class @k that are alone, in their order. */
static void
place_singles (Folding *self,
               guint    k,
               guint64  seed)
{
  g_autoptr (GArray) singles = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint *rooms = g_new0 (guint, self->n_folds);
  g_autofree guint *folds = NULL;
  guint n = cvr_dataset_n_items (self->dataset), at = 0;

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      if (takes_part (item) && item->label == (gint) k && self->folds[i] < 0)
        g_array_append_val (singles, i);
    }
  for (guint fold = 0; fold < self->n_folds; fold++)
    {
      guint wanted = *cell (self->wanted, self, fold, k);
      guint placed = *cell (self->placed, self, fold, k);

      rooms[fold] = wanted > placed ? wanted - placed : 0;
    }
  shrink (self, k, rooms, singles->len);

  folds = g_new (guint, MAX (singles->len, 1));
  for (guint fold = 0; fold < self->n_folds; fold++)
    for (guint i = 0; i < rooms[fold]; i++)
      folds[at++] = fold;
  if (seed != 0)
    {
      CvrRng rng = cvr_rng_new (seed, STREAM_FOLDS + (guint64) k);

      cvr_rng_shuffle (&rng, folds, singles->len);
    }
  for (guint i = 0; i < singles->len; i++)
    self->folds[g_array_index (singles, guint, i)] = (gint) folds[i];
}

static gboolean
check (CvrDataset *dataset,
       guint       n_folds,
       GError    **error)
{
  g_autofree guint *counts = g_new0 (guint, cvr_dataset_n_classes (dataset) + 1);
  guint most = 0;

  if (n_folds < 2 || n_folds > CVR_MAX_FOLDS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("%u parts were asked for; there can be 2 to %d."), n_folds, CVR_MAX_FOLDS);
      return FALSE;
    }

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      if (takes_part (item) && ++counts[item->label] > most)
        most = counts[item->label];
    }
  if (most >= n_folds)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_DATA,
               _("The largest class has %u pictures: too few for %u parts. Take fewer parts or add "
                 "pictures."),
               most, n_folds);
  return FALSE;
}

/**
 * cvr_folds_assign:
 *
 * Quotas of each class and fold as scikit-learn's StratifiedKFold has them. Groups go first, the
 * largest first, each where it overfills least; single pictures take what is left of the quotas.
 */
gint *
cvr_folds_assign (CvrDataset *dataset,
                  guint       n_folds,
                  guint64     seed,
                  GError    **error)
{
  guint n = cvr_dataset_n_items (dataset), n_classes = cvr_dataset_n_classes (dataset);
  Folding self = { dataset, n_folds, n_classes };

  if (!check (dataset, n_folds, error))
    return NULL;

  self.folds = g_new (gint, n);
  for (guint i = 0; i < n; i++)
    self.folds[i] = -1;
  self.wanted = g_new0 (guint, n_folds * n_classes);
  self.placed = g_new0 (guint, n_folds * n_classes);
  plan (&self);
  place_groups (&self);
  for (guint k = 0; k < n_classes; k++)
    place_singles (&self, k, seed);
  g_free (self.wanted);
  g_free (self.placed);

  return self.folds;
}

CvrDataset *
cvr_folds_apply (CvrDataset *dataset,
                 const gint *folds,
                 guint       fold)
{
  CvrDataset *copy = cvr_dataset_copy (dataset);

  for (guint i = 0; i < cvr_dataset_n_items (copy); i++)
    if (folds[i] >= 0)
      cvr_dataset_set_split (copy, i,
                             folds[i] == (gint) fold ? CVR_SPLIT_VALID : CVR_SPLIT_TRAIN);
    else if (cvr_dataset_item (dataset, i)->used == CVR_SPLIT_TEST)
      cvr_dataset_set_split (copy, i, CVR_SPLIT_TEST);
  cvr_dataset_split (copy, 0, 0, 0);

  return copy;
}

/* A picture's place among those of its class. */
typedef struct
{
  guint   index;
  guint64 id;
  guint32 drawn;
} Drawn;

static int
compare_drawn (gconstpointer a,
               gconstpointer b)
{
  const Drawn *x = a, *y = b;

  if (x->drawn != y->drawn)
    return x->drawn < y->drawn ? -1 : 1;

  return (x->id > y->id) - (x->id < y->id);
}

/* Of @n pictures of one class. */
static guint
part_of (guint  n,
         double fraction)
{
  /* A fraction such as 0.1 of 30 is 3, whatever the last bit says. */
  guint kept = (guint) ceil (fraction * n - 1e-9);

  return MIN (MAX (kept, MIN_PART), n);
}

guint
cvr_folds_part_size (CvrDataset *dataset,
                     double      fraction)
{
  guint sum = 0;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    sum += part_of (cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_TRAIN), fraction);

  return sum;
}

CvrDataset *
cvr_folds_part (CvrDataset *dataset,
                double      fraction,
                guint64     seed)
{
  CvrDataset *copy = cvr_dataset_copy (dataset);
  g_autoptr (GArray) drawn = g_array_new (FALSE, FALSE, sizeof (Drawn));

  for (guint k = 0; k < cvr_dataset_n_classes (copy); k++)
    {
      g_array_set_size (drawn, 0);
      for (guint i = 0; i < cvr_dataset_n_items (copy); i++)
        {
          const CvrItem *item = cvr_dataset_item (copy, i);

          if (item->label == (gint) k && item->used == CVR_SPLIT_TRAIN)
            {
              CvrRng rng = cvr_rng_new (seed, item->id);
              Drawn one = { i, item->id, cvr_rng_next (&rng) };

              g_array_append_val (drawn, one);
            }
        }
      g_array_sort (drawn, compare_drawn);
      for (guint i = part_of (drawn->len, fraction); i < drawn->len; i++)
        cvr_dataset_set_label (copy, g_array_index (drawn, Drawn, i).index, CVR_LABEL_NONE);
    }

  return copy;
}
