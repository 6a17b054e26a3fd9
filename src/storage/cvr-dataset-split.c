/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures train, which validate, which test: seeded, per class, groups on one side. */
#include "cvr-dataset-private.h"

#include <math.h>

/* SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
 * the output for the state @seed + @id golden gammas. */
static guint64
mix (guint64 seed,
     guint64 id)
{
  guint64 z = seed + id * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/* What undecided items share: one that is alone, or a group. */
typedef struct
{
  guint64  hash;
  CvrSplit side;
} Unit;

/* What is known of the undecided items of one class while they are divided. */
typedef struct
{
  Unit   *lowest;  /* goes to validation when chance sends none there */
  Unit   *highest; /* stays in training when chance leaves none there */
  guint   n_units, n_valid, n_train;
} ClassSides;

/* A division under way. */
typedef struct
{
  guint64     seed, valid_below, test_below;
  GHashTable *groups;  /* group (as pointer to guint64) to Unit */
  Unit       *units;   /* room for one per item */
  guint       n_units;
  Unit      **of_item; /* the item's unit; NULL: decided otherwise */
  ClassSides *sides;
} Division;

static Unit *
new_unit (Division *self,
          guint64   key)
{
  Unit *unit = &self->units[self->n_units++];

  unit->hash = mix (self->seed, key);
  unit->side = unit->hash < self->valid_below  ? CVR_SPLIT_VALID
               : unit->hash < self->test_below ? CVR_SPLIT_TEST
                                               : CVR_SPLIT_TRAIN;

  return unit;
}

/* A member whose side somebody chose takes the others of its group with it. */
static Unit *
unit_of (Division      *self,
         const CvrItem *item)
{
  Unit *unit;

  if (item->group == 0)
    return new_unit (self, item->id);

  unit = g_hash_table_lookup (self->groups, &item->group);
  if (unit == NULL)
    {
      unit = new_unit (self, item->group);
      g_hash_table_insert (self->groups, (gpointer) &item->group, unit);
    }

  return unit;
}

static void
count_unit (ClassSides *sides,
            Unit       *unit)
{
  sides->n_units++;
  sides->n_valid += unit->side == CVR_SPLIT_VALID;
  sides->n_train += unit->side == CVR_SPLIT_TRAIN;
  if (sides->lowest == NULL || unit->hash < sides->lowest->hash)
    sides->lowest = unit;
  if (sides->highest == NULL || unit->hash >= sides->highest->hash)
    sides->highest = unit;
}

static gboolean
names_validation (CvrDataset *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrItem *item = &((CvrEntry *) g_ptr_array_index (self->entries, i))->item;

      if (item->label >= 0 && item->split == CVR_SPLIT_VALID)
        return TRUE;
    }

  return FALSE;
}

/* A class of two or more gets at least one on each side that is asked for; one alone trains. */
static void
give_each_side (const ClassSides *sides,
                gboolean          some_validate,
                gboolean          some_train)
{
  if (sides->n_units == 0)
    return;

  if (some_train && sides->n_units == 1)
    sides->lowest->side = CVR_SPLIT_TRAIN;
  else if (some_validate && sides->n_valid == 0)
    sides->lowest->side = CVR_SPLIT_VALID;
  else if (some_train && sides->n_train == 0)
    sides->highest->side = CVR_SPLIT_TRAIN;
}

/* Groups with a member whose side somebody chose: all of it goes there, training before
 * validation before test where they disagree, so that nothing leaks. */
static void
follow_chosen (CvrDataset *dataset,
               Division   *self)
{
  if (g_hash_table_size (self->groups) == 0)
    return;

  for (guint i = 0; i < dataset->entries->len; i++)
    {
      const CvrItem *item = &((CvrEntry *) g_ptr_array_index (dataset->entries, i))->item;
      Unit *unit = item->group != 0 ? g_hash_table_lookup (self->groups, &item->group) : NULL;

      if (unit != NULL && item->label >= 0 && item->split != CVR_SPLIT_AUTO)
        unit->side = unit->hash == G_MAXUINT64 ? MIN (unit->side, item->split) : item->split;
      if (unit != NULL && item->label >= 0 && item->split != CVR_SPLIT_AUTO)
        unit->hash = G_MAXUINT64;
    }
}

static void
divide (CvrDataset *dataset,
        Division   *self,
        gboolean    some_validate,
        gboolean    some_train)
{
  guint n = dataset->entries->len;

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = &((CvrEntry *) g_ptr_array_index (dataset->entries, i))->item;

      if (item->label < 0 || item->split != CVR_SPLIT_AUTO)
        continue;
      self->of_item[i] = unit_of (self, item);
      count_unit (&self->sides[item->label], self->of_item[i]);
    }
  for (guint k = 0; k < dataset->classes->len; k++)
    give_each_side (&self->sides[k], some_validate, some_train);
  follow_chosen (dataset, self);

  for (guint i = 0; i < n; i++)
    {
      CvrItem *item = &((CvrEntry *) g_ptr_array_index (dataset->entries, i))->item;

      item->used = self->of_item[i] != NULL ? self->of_item[i]->side
                   : item->label < 0        ? CVR_SPLIT_AUTO
                                            : item->split;
    }
}

/* What one pass knows of a class: the undecided items that may have to change sides. */
typedef struct
{
  CvrItem *lowest, *highest;
  guint64  low, high;
  guint    n, n_valid, n_train;
} QuickSides;

static void
use (CvrDataset *dataset,
     CvrItem    *item,
     CvrSplit    side)
{
  --*cvr_dataset_cell (dataset, item->label, item->used);
  item->used = side;
  ++*cvr_dataset_cell (dataset, item->label, item->used);
}

/* The side of an undecided item that is alone. */
static CvrSplit
choose (const Division *self,
        QuickSides     *sides,
        CvrItem        *item)
{
  guint64 hash = mix (self->seed, item->id);
  CvrSplit side = hash < self->valid_below  ? CVR_SPLIT_VALID
                  : hash < self->test_below ? CVR_SPLIT_TEST
                                            : CVR_SPLIT_TRAIN;

  sides->n++;
  sides->n_valid += side == CVR_SPLIT_VALID;
  sides->n_train += side == CVR_SPLIT_TRAIN;
  if (sides->lowest == NULL || hash < sides->low)
    {
      sides->lowest = item;
      sides->low = hash;
    }
  if (sides->highest == NULL || hash >= sides->high)
    {
      sides->highest = item;
      sides->high = hash;
    }

  return side;
}

/* divide() in one pass, since it follows every label that is given. FALSE: there are groups, and
 * nothing holds. */
static gboolean
divide_singles (CvrDataset     *dataset,
                const Division *self,
                gboolean        some_validate,
                gboolean        some_train)
{
  g_autofree QuickSides *sides = g_new0 (QuickSides, MAX (1, dataset->classes->len));

  for (guint i = 0; i < dataset->entries->len; i++)
    {
      CvrItem *item = &((CvrEntry *) g_ptr_array_index (dataset->entries, i))->item;
      CvrSplit side;

      if (item->group != 0)
        return FALSE;
      side = item->label < 0                 ? CVR_SPLIT_AUTO
             : item->split != CVR_SPLIT_AUTO ? item->split
                                             : choose (self, &sides[item->label], item);
      if (side != item->used)
        use (dataset, item, side);
    }
  for (guint k = 0; k < dataset->classes->len; k++)
    if (sides[k].n == 1 && some_train)
      use (dataset, sides[k].lowest, CVR_SPLIT_TRAIN);
    else if (sides[k].n > 0 && some_validate && sides[k].n_valid == 0)
      use (dataset, sides[k].lowest, CVR_SPLIT_VALID);
    else if (sides[k].n > 0 && some_train && sides[k].n_train == 0)
      use (dataset, sides[k].highest, CVR_SPLIT_TRAIN);

  return TRUE;
}

/* 2^64 × fraction. */
static guint64
threshold (double fraction)
{
  return fraction >= 1.0 ? G_MAXUINT64 : (guint64) ldexp (MAX (fraction, 0.0), 64);
}

/**
 * cvr_dataset_split:
 * @valid_fraction: 0 … 1, share of the undecided items of each class that validates
 * @test_fraction: 0 … 1, share that is kept for the test
 * @seed: decides which
 *
 * Decides where every item is used. An undecided item goes by a hash of @seed and its id, so it
 * keeps its side whatever else comes and goes and the shares are met on average. A class of two or
 * more always gets at least one item in training and, where @valid_fraction asks for it, one in
 * validation. Near-duplicates (one group) go together. Items without a label are not used.
 */
void
cvr_dataset_split (CvrDataset *self,
                   double      valid_fraction,
                   double      test_fraction,
                   guint64     seed)
{
  double valid = names_validation (self) ? 0.0 : CLAMP (valid_fraction, 0.0, 1.0);
  double test = CLAMP (test_fraction, 0.0, 1.0 - valid);
  g_autofree Unit *units = NULL;
  g_autofree Unit **of_item = NULL;
  g_autofree ClassSides *sides = NULL;
  Division division = {
    .seed = seed,
    .valid_below = threshold (valid),
    .test_below = threshold (valid + test),
  };

  if (divide_singles (self, &division, valid > 0, valid + test < 1.0))
    return;

  division.groups = g_hash_table_new (g_int64_hash, g_int64_equal);
  division.units = units = g_new0 (Unit, self->entries->len);
  division.of_item = of_item = g_new0 (Unit *, self->entries->len);
  division.sides = sides = g_new0 (ClassSides, MAX (1, self->classes->len));
  divide (self, &division, valid > 0, valid + test < 1.0);
  cvr_dataset_recount (self);
  g_hash_table_unref (division.groups);
}
