/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a data set through a network, a few at a time, with values to look at. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-model.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/* After a forward pass of @n pictures; @items: their places in the data set. @values: [n, …] of
 * the node that was asked for; where it was none, nn_exec_values() of @exec tells those of every
 * node. */
typedef void (*CvrPassFunc) (NnExec *exec, const nn_real *values, const guint *items, guint n,
                             gpointer data);

/* [n] (transfer full), rising: @most of the data set's places, evenly spread; all: 0, or where
 * there are no more. */
guint   *cvr_pass_spread (CvrDataset *dataset, guint most, guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* The same, drawn. */
guint   *cvr_pass_draw   (CvrDataset *dataset, guint most, guint64 seed,
                          guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* @node: whose values are looked at: nothing behind it is computed; %NN_NODE_NONE: all. @items
 * come in their order, those that can't be read are left out and counted. Blocks; any thread.
 * FALSE with G_IO_ERROR_CANCELLED, NN_ERROR, or CVR_STORAGE_ERROR_EMPTY where no picture could be
 * read. */
gboolean cvr_pass_run    (CvrModel *model, NnNode node, CvrDataset *dataset, const guint *items,
                          guint n, NnWorkers *workers, const CvrWatch *watch, CvrPassFunc func,
                          gpointer data, guint *n_unread, GError **error);

G_END_DECLS
