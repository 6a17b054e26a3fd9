/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every compression of one network that was tried came to. */
#include "cvr-compress-tried.h"

#include <math.h>
#include <string.h>

struct _CvrTriedSet
{
  GArray *all; /* of CvrTried, in order of arrival */
};

CvrTriedSet *
cvr_tried_set_new (void)
{
  CvrTriedSet *self = g_new (CvrTriedSet, 1);

  self->all = g_array_new (FALSE, FALSE, sizeof (CvrTried));

  return self;
}

void
cvr_tried_set_free (CvrTriedSet *self)
{
  g_array_unref (self->all);
  g_free (self);
}

void
cvr_tried_set_clear (CvrTriedSet *self)
{
  g_array_set_size (self->all, 0);
}

guint
cvr_tried_set_n (CvrTriedSet *self)
{
  return self->all->len;
}

const CvrTried *
cvr_tried_set_get (CvrTriedSet *self,
                   guint        i)
{
  g_return_val_if_fail (i < self->all->len, NULL);

  return &g_array_index (self->all, CvrTried, i);
}

gboolean
cvr_tried_set_add (CvrTriedSet         *self,
                   const CvrCompressed *result)
{
  CvrTried tried = { result->spec, result->after.accuracy, result->after.loss, result->after.n,
                     result->after.bytes, result->after.packed_bytes, result->after.flops,
                     result->after.ms, result->pruned };

  if (tried.n == 0 || !isfinite (tried.accuracy))
    return FALSE;

  for (guint i = 0; i < self->all->len; i++)
    {
      CvrTried *known = &g_array_index (self->all, CvrTried, i);

      if (!cvr_compress_spec_equal (&known->spec, &tried.spec))
        continue;
      if (known->n > tried.n)
        return FALSE;
      *known = tried;
      return TRUE;
    }
  g_array_append_val (self->all, tried);

  return TRUE;
}

double
cvr_tried_share (const CvrTried *tried)
{
  return tried->spec.prune.scope == NN_PRUNE_EACH ? tried->pruned : tried->spec.prune.amount;
}

static int
compare_shares (gconstpointer a,
                gconstpointer b)
{
  double x = cvr_tried_share (a), y = cvr_tried_share (b);

  return (x > y) - (x < y);
}

static int
compare_bits (gconstpointer a,
              gconstpointer b)
{
  const CvrTried *x = a, *y = b;

  return (x->spec.bits < y->spec.bits) - (x->spec.bits > y->spec.bits);
}

GArray *
cvr_tried_set_by_amount (CvrTriedSet           *self,
                         const CvrCompressSpec *spec,
                         gboolean               learned)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (CvrTried));

  for (guint i = 0; i < self->all->len; i++)
    {
      const CvrTried *tried = &g_array_index (self->all, CvrTried, i);
      CvrCompressSpec same = *spec;
      gboolean prunes = cvr_compress_spec_prunes (&tried->spec);

      if (prunes ? (tried->spec.epochs > 0) != learned : tried->spec.epochs > 0)
        continue;
      if (prunes && (tried->spec.prune.scope != spec->prune.scope ||
                     tried->spec.prune.kind != spec->prune.kind))
        continue;
      if (prunes && spec->prune.scope == NN_PRUNE_EACH &&
          !cvr_compress_spec_same_shape (spec, &tried->spec))
        continue;
      /* The rest has to be the same. */
      same.prune = tried->spec.prune;
      memcpy (same.layers, tried->spec.layers, sizeof same.layers);
      same.epochs = tried->spec.epochs;
      same.tune = tried->spec.tune;
      if (cvr_compress_spec_equal (&same, &tried->spec))
        g_array_append_vals (found, tried, 1);
    }
  g_array_sort (found, compare_shares);

  return found;
}

GArray *
cvr_tried_set_by_bits (CvrTriedSet           *self,
                       const CvrCompressSpec *spec,
                       gboolean               learned)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (CvrTried));

  for (guint i = 0; i < self->all->len; i++)
    {
      const CvrTried *tried = &g_array_index (self->all, CvrTried, i);
      CvrCompressSpec same = *spec;

      same.bits = tried->spec.bits;
      same.epochs = tried->spec.epochs;
      same.tune = tried->spec.tune;
      if ((tried->spec.epochs > 0) == learned && cvr_compress_spec_equal (&same, &tried->spec))
        g_array_append_vals (found, tried, 1);
    }
  g_array_sort (found, compare_bits);

  return found;
}

void
cvr_tried_find_best (const double *costs,
                     const double *accuracies,
                     guint         n,
                     gboolean     *best)
{
  for (guint i = 0; i < n; i++)
    {
      best[i] = isfinite (costs[i]) && isfinite (accuracies[i]);
      for (guint j = 0; j < n && best[i]; j++)
        if (costs[j] <= costs[i] && accuracies[j] >= accuracies[i] &&
            (costs[j] < costs[i] || accuracies[j] > accuracies[i]))
          best[i] = FALSE;
    }
}
