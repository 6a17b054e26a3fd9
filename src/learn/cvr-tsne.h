/* SPDX-License-Identifier: GPL-3.0-or-later */
/* t-SNE: items in the plane so that neighbours stay neighbours (L. van der Maaten, "Accelerating
 * t-SNE using Tree-Based Algorithms", JMLR 15, 2014). */
#pragma once

#include "nn-error.h"
#include "nn-workers.h"

G_BEGIN_DECLS

enum { CVR_TSNE_ITERATIONS = 1000 };

/**
 * CvrTsneSpec:
 * @perplexity: how many neighbours count, about; 0: 30. At most a third of the others.
 * @iterations: 0: %CVR_TSNE_ITERATIONS
 * @exaggerated: how many of them begin with similarities @exaggeration times as large; 0: 250
 * @exaggeration: 0: 12
 * @rate: of the descent; 0: items / @exaggeration / 4, at least 50
 * @angle: 0 … 0.7: what counts as far away; smaller is slower and more exact; 0: 0.5
 *
 * All zeros are what scikit-learn does with init="pca", learning_rate="auto".
 */
typedef struct
{
  double perplexity;
  guint  iterations, exaggerated;
  double exaggeration, rate, angle;
} CvrTsneSpec;

/**
 * CvrTsneState:
 * @xy: [n, 2], borrowed for the call
 * @divergence: Kullback–Leibler, of the last time it was worked out; 0 before
 */
typedef struct
{
  guint         iteration, n_iterations;
  const double *xy;
  guint         n;
  double        divergence;
} CvrTsneState;

/* On the calling thread, before the first iteration and after every tenth. FALSE: stop. */
typedef gboolean (*CvrTsneFunc) (const CvrTsneState *state, gpointer data);

/* @x: [n, n_dims], n at least 4. @xy: [n, 2], overwritten: centred, of no unit; also where it was
 * stopped after the first call of @func. @divergence nullable. @keep_going (nullable) is asked
 * while neighbours are looked for, before @func is called. Starts from the first two principal
 * components: there is no chance in it, and the bits are the same for any number of threads.
 * Blocks; any thread. FALSE with NN_ERROR_CANCELLED or NN_ERROR_DATA. */
gboolean cvr_tsne (const float *x, guint n, guint n_dims, const CvrTsneSpec *spec, double *xy,
                   double *divergence, NnWorkers *workers, CvrTsneFunc func,
                   gboolean (*keep_going) (gpointer data), gpointer data, GError **error);

G_END_DECLS
