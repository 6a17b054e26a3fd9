/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's threads: work is cut into pieces that do not depend on how many threads run them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _NnWorkers NnWorkers;

/**
 * NnPieceFunc:
 * @piece: 0 … n_pieces − 1
 * @thread: which thread runs it, 0 … n_threads − 1, for per-thread scratch that never reaches a result
 * @data: what was given to nn_workers_run()
 */
typedef void (*NnPieceFunc) (guint    piece,
                             guint    thread,
                             gpointer data);

/* More would wait for memory; scratch is planned for this many. */
enum { NN_MAX_THREADS = 16 };

/* Counted. nn_workers_run() may be called from any thread: a second caller, or a call from inside a
 * piece, runs its pieces itself, one after the other (thread index 0 is then never in use twice:
 * scratch belongs to the caller's own exec). @background lowers the threads' priority so that a
 * window stays alive beside them. */
NnWorkers *nn_workers_new       (guint        n_threads,
                                 gboolean     background) G_GNUC_WARN_UNUSED_RESULT;
NnWorkers *nn_workers_ref       (NnWorkers   *self);
void       nn_workers_unref     (NnWorkers   *self);
guint      nn_workers_n_threads (NnWorkers   *self);
void       nn_workers_run       (NnWorkers   *self,
                                 guint        n_pieces,
                                 NnPieceFunc  func,
                                 gpointer     data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnWorkers, nn_workers_unref)

G_END_DECLS
