/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which stored epochs go where there is no room for all. */
#include "cvr-epochs-private.h"

typedef struct
{
  CvrThinEpoch *epochs;
  guint         n_epochs;
  guint64       bytes; /* of those that stay */
  guint64       limit;
} Thinning;

static void
give_up (Thinning *self,
         guint     index)
{
  self->epochs[index].goes = TRUE;
  self->bytes -= MIN (self->bytes, self->epochs[index].kept.bytes);
}

static gboolean
may_go (const CvrThinEpoch *epoch)
{
  return !epoch->goes && !epoch->is_fixed;
}

/* The first of the newest run that was trained; n_epochs: there is none. */
static guint
newest_run (const Thinning *self)
{
  guint first = self->n_epochs;

  for (guint i = self->n_epochs; i > 0; i--)
    {
      if (self->epochs[i - 1].is_fixed)
        continue;
      if (first < self->n_epochs &&
          self->epochs[i - 1].kept.run != self->epochs[first].kept.run)
        break;
      first = i - 1;
    }

  return first;
}

static void
thin_older (Thinning *self,
            guint     newest,
            gboolean  best_too)
{
  for (guint i = 0; i < newest && self->bytes > self->limit; i++)
    if (may_go (&self->epochs[i]) && (best_too || !self->epochs[i].is_best))
      give_up (self, i);
}

/* The one between whose neighbours the gap would be least; n_epochs: only the first, the best and
 * the last are left. */
static guint
least_missed (const Thinning *self,
              guint           newest)
{
  guint found = self->n_epochs, least = G_MAXUINT;
  guint before = self->n_epochs, here = self->n_epochs;

  for (guint i = newest; i < self->n_epochs; i++)
    {
      guint gap;

      if (!may_go (&self->epochs[i]))
        continue;
      gap = before < self->n_epochs
              ? self->epochs[i].kept.epoch - self->epochs[before].kept.epoch : 0;
      if (before < self->n_epochs && here < self->n_epochs && !self->epochs[here].is_best &&
          gap < least)
        {
          least = gap;
          found = here;
        }
      before = here;
      here = i;
    }

  return found;
}

static void
thin_newest (Thinning *self,
             guint     newest)
{
  while (self->bytes > self->limit)
    {
      guint index = least_missed (self, newest);

      if (index == self->n_epochs)
        return;
      give_up (self, index);
    }
}

void
cvr_epochs_thin (CvrThinEpoch *epochs,
                 guint         n_epochs,
                 guint64       limit)
{
  Thinning self = { epochs, n_epochs, 0, limit };
  guint newest = newest_run (&self);

  for (guint i = 0; i < n_epochs; i++)
    {
      epochs[i].goes = FALSE;
      self.bytes += epochs[i].kept.bytes;
    }
  thin_older (&self, newest, FALSE);
  thin_newest (&self, newest);
  thin_older (&self, newest, TRUE);
  for (guint i = newest; i < n_epochs && self.bytes > limit; i++)
    if (may_go (&epochs[i]) && !epochs[i].is_best)
      give_up (&self, i);
  for (guint i = newest; i < n_epochs && self.bytes > limit; i++)
    if (may_go (&epochs[i]))
      give_up (&self, i);
}
