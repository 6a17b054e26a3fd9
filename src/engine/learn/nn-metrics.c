/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of right and wrong answers, and its figures. Definitions are scikit-learn's. */
#include "nn-metrics.h"

#include <string.h>

/**
 * nn_confusion_new:
 * @n_classes: 1 or more; the table has its square of cells
 *
 * Returns: (transfer full): an empty table.
 */
NnConfusion *
nn_confusion_new (guint n_classes)
{
  NnConfusion *self = g_new0 (NnConfusion, 1);

  self->n_classes = n_classes;
  self->counts = g_new0 (guint64, (gsize) n_classes * n_classes);

  return self;
}

NnConfusion *
nn_confusion_copy (const NnConfusion *self)
{
  NnConfusion *copy = nn_confusion_new (self->n_classes);

  memcpy (copy->counts, self->counts,
          (gsize) self->n_classes * self->n_classes * sizeof (guint64));

  return copy;
}

void
nn_confusion_free (NnConfusion *self)
{
  g_free (self->counts);
  g_free (self);
}

void
nn_confusion_add (NnConfusion *self,
                  guint        truth,
                  guint        predicted)
{
  g_return_if_fail (truth < self->n_classes && predicted < self->n_classes);

  self->counts[(gsize) truth * self->n_classes + predicted]++;
}

static guint64
count_at (const NnConfusion *self,
          guint              truth,
          guint              predicted)
{
  return self->counts[(gsize) truth * self->n_classes + predicted];
}

guint64
nn_confusion_total (const NnConfusion *self)
{
  guint64 total = 0;

  for (gsize i = 0; i < (gsize) self->n_classes * self->n_classes; i++)
    total += self->counts[i];

  return total;
}

static double
ratio (guint64 part,
       guint64 whole)
{
  return whole > 0 ? (double) part / (double) whole : 0;
}

double
nn_confusion_accuracy (const NnConfusion *self)
{
  guint64 right = 0;

  for (guint k = 0; k < self->n_classes; k++)
    right += count_at (self, k, k);

  return ratio (right, nn_confusion_total (self));
}

double
nn_confusion_precision (const NnConfusion *self,
                        guint              k)
{
  guint64 predicted = 0;

  g_return_val_if_fail (k < self->n_classes, 0);

  for (guint truth = 0; truth < self->n_classes; truth++)
    predicted += count_at (self, truth, k);

  return ratio (count_at (self, k, k), predicted);
}

double
nn_confusion_recall (const NnConfusion *self,
                     guint              k)
{
  guint64 present = 0;

  g_return_val_if_fail (k < self->n_classes, 0);

  for (guint predicted = 0; predicted < self->n_classes; predicted++)
    present += count_at (self, k, predicted);

  return ratio (count_at (self, k, k), present);
}

double
nn_confusion_f1 (const NnConfusion *self,
                 guint              k)
{
  double precision = nn_confusion_precision (self, k);
  double recall = nn_confusion_recall (self, k);

  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}
