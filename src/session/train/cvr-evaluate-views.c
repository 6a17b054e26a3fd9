/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-time augmentation: a model asked about several views of each picture. */
#include "cvr-evaluate-views.h"

#include "cvr-evaluate-private.h"
#include "cvr-source.h"

#include <math.h>

typedef struct
{
  gboolean mirrored;
  int      shift;  /* pixels, to the right and down */
  double   weight;
} View;

static const View views[] = {
  { FALSE, 0, 0.25 },   { TRUE, 0, 0.25 },  { FALSE, -1, 0.125 },
  { TRUE, -1, 0.125 },  { FALSE, 1, 0.125 }, { TRUE, 1, 0.125 },
};

/* A source seen through a view. */
typedef struct
{
  const NnSource *inner;
  const View     *view;
} Seen;

/* What lies beyond the edge is the picture reflected. */
static guint
reflect (int   at,
         guint side)
{
  int last = (int) side - 1;

  return (guint) CLAMP (at < 0 ? -at : at > last ? 2 * last - at : at, 0, last);
}

/* NnSource.fetch. Any thread. */
static void
fetch_view (const NnSource *source,
            guint           index,
            CvrRng         *rng,
            nn_real        *x,
            gint32         *label,
            float          *values)
{
  const Seen *seen = source->data;
  const View *view = seen->view;
  guint height = source->shape.dims[2], width = source->shape.dims[3];
  g_autofree nn_real *original = NULL;
  gsize n;

  if (!view->mirrored && view->shift == 0)
    {
      seen->inner->fetch (seen->inner, index, rng, x, label, values);
      return;
    }

  nn_shape_count (&source->shape, &n);
  original = g_new (nn_real, n);
  seen->inner->fetch (seen->inner, index, rng, original, label, values);
  for (guint c = 0; c < source->shape.dims[1]; c++)
    for (guint v = 0; v < height; v++)
      {
        guint row = (c * height + reflect ((int) v - view->shift, height)) * width;

        for (guint u = 0; u < width; u++, x++)
          {
            guint from = reflect ((int) u - view->shift, width);

            *x = original[row + (view->mirrored ? width - 1 - from : from)];
          }
      }
}

/* Adds weight·log p: logits but for a constant of each picture, which the mean's softmax takes off
 * again. */
static void
add_view (const NnEvaluation *figures,
          guint               n_classes,
          double              weight,
          double             *sums)
{
  for (gsize i = 0; i < (gsize) figures->n * n_classes; i++)
    sums[i] += weight * log (MAX ((double) figures->probabilities[i], 1e-37));
}

static void
count (const double    *sums,
       const gint32    *labels,
       guint            n_classes,
       CvrViewsFigures *figures)
{
  guint n_right = 0;
  double loss = 0;

  for (guint i = 0; i < figures->n; i++)
    {
      const double *row = sums + (gsize) i * n_classes;
      double total = 0;
      guint best = 0;

      for (guint k = 1; k < n_classes; k++)
        if (row[k] > row[best])
          best = k;
      for (guint k = 0; k < n_classes; k++)
        total += exp (row[k] - row[best]);
      loss += log (total) + row[best] - row[labels[i]];
      n_right += (gint32) best == labels[i] ? 1 : 0;
    }

  figures->accuracy = (double) n_right / figures->n;
  figures->loss = loss / figures->n;
}

gboolean
cvr_evaluate_views (CvrModel        *model,
                    CvrDataset      *dataset,
                    CvrSplit         used,
                    NnWorkers       *workers,
                    gboolean       (*keep_going) (gpointer data),
                    gpointer         data,
                    CvrViewsFigures *figures,
                    GError         **error)
{
  g_autoptr (CvrSource) source =
    cvr_source_new_for_classes (dataset, used, &model->preprocess,
                                (const char *const *) model->classes, model->n_classes, 0, NULL,
                                workers, error);
  g_autofree double *sums = NULL;
  g_autofree gint32 *labels = NULL;
  NnSource seen_source;

  if (source == NULL)
    return FALSE;

  seen_source = *cvr_source_peek (source);
  seen_source.fetch = fetch_view;
  *figures = (CvrViewsFigures) { .n = seen_source.count, .n_views = G_N_ELEMENTS (views) };
  sums = g_new0 (double, (gsize) figures->n * model->n_classes);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      Seen seen = { cvr_source_peek (source), &views[i] };
      NnEvaluation here = { 0 };

      seen_source.data = &seen;
      if (!cvr_evaluate_run (model, &seen_source, NN_LOSS_CROSS_ENTROPY, workers, keep_going, data,
                             &here, error))
        return FALSE;
      add_view (&here, model->n_classes, views[i].weight, sums);
      if (labels == NULL)
        labels = g_steal_pointer (&here.labels);
      nn_evaluation_clear (&here);
    }
  count (sums, labels, model->n_classes, figures);

  return TRUE;
}
