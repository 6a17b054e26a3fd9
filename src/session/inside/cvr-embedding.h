/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a layer sees them, laid out in the plane: those it finds alike lie
 * close. */
#pragma once

#include "cvr-model.h"
#include "cvr-project.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_EMBEDDING_PCA,
  CVR_EMBEDDING_TSNE,
} CvrEmbeddingKind;

typedef struct _CvrEmbedded CvrEmbedded;

/**
 * CvrEmbeddingSpec:
 * @node: whose values describe a picture
 * @flatten: all positions of maps count (first brought to 50 components), not only each channel's
 *   mean
 * @max_pictures: 0: 5,000; a drawn sample where there are more
 * @perplexity: t-SNE: how many neighbours count, about; 0: 30, less where there are few pictures
 * @iterations: t-SNE; 0: 1,000
 * @seed: of the sample
 * @like: (nullable): PCA: another, whose axes these follow in order and direction: what lay at the
 *   top stays there
 */
typedef struct
{
  CvrEmbeddingKind kind;
  NnNode           node;
  gboolean         flatten;
  guint            max_pictures;
  double           perplexity;
  guint            iterations;
  guint64          seed;
  const CvrEmbedded *like;
} CvrEmbeddingSpec;

/**
 * CvrEmbedded:
 * @ids: [n] items, in the data set's order
 * @xy: [2 · n] x and y of each; no unit
 * @explained: PCA: shares of the variance that x and y carry; else 0
 * @iteration: t-SNE: how often it has been improved, of @n_iterations
 * @divergence: t-SNE: Kullback–Leibler, smaller is better; 0 before it is known
 * @n_unread: pictures that could not be read
 *
 * Counted, immutable, any thread.
 */
struct _CvrEmbedded
{
  CvrModel *model;
  NnNode    node;
  guint     n;
  guint64  *ids;
  float    *xy;
  double    explained[2];
  guint     iteration, n_iterations;
  double    divergence;
  guint     n_unread;
};

CvrEmbedded *cvr_embedded_ref   (CvrEmbedded *self);
void         cvr_embedded_unref (gpointer self); /* NULL: nothing */

/* On the working thread; takes @now. */
typedef void (*CvrEmbeddedFunc) (CvrEmbedded *now, gpointer data);

/* Blocks; any thread (@dataset must not change meanwhile). @func (nullable) gets what there is a
 * few times a second. NULL with G_IO_ERROR_CANCELLED, NN_ERROR. */
CvrEmbedded *cvr_embedding_compute (CvrModel *model, CvrDataset *dataset,
                                    const CvrEmbeddingSpec *spec, NnWorkers *workers,
                                    const CvrWatch *watch, CvrEmbeddedFunc func, gpointer data,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define CVR_TYPE_EMBEDDING (cvr_embedding_get_type ())
G_DECLARE_FINAL_TYPE (CvrEmbedding, cvr_embedding, CVR, EMBEDDING, GObject)

/* The same as a live object of the main thread. Signal "changed": newer places, or it has ended.
 * One at a time: a new start ends the one before. Axes follow those of the one before. */
CvrEmbedding *cvr_embedding_new        (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
void          cvr_embedding_start      (CvrEmbedding *self, CvrModel *model,
                                        const CvrEmbeddingSpec *spec);
/* What was reached stays. */
void          cvr_embedding_stop       (CvrEmbedding *self);
gboolean      cvr_embedding_is_running (CvrEmbedding *self);
/* Borrowed; NULL when idle: its title, fraction and message are for a progress bar. */
CvrJob       *cvr_embedding_get_job    (CvrEmbedding *self);
CvrEmbedded  *cvr_embedding_get_result (CvrEmbedding *self); /* borrowed; NULL before the first */
const GError *cvr_embedding_get_error  (CvrEmbedding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrEmbedded, cvr_embedded_unref)

G_END_DECLS
