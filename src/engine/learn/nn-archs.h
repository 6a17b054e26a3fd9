/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ready-made networks that adapt to the pictures and the number of classes. */
#pragma once

#include "nn-graph.h"
#include "nn-params.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;        /* "lenet5", as the command line spells it */
  const char *title;       /* "LeNet-5", not translated */
  const char *description; /* one sentence, marked for translation, in English here (use _()) */
  guint32     min_size;    /* smallest side it can take */
} NnArch;

const NnArch *nn_archs        (guint *n_archs);
const NnArch *nn_arch_find    (const char *name);
/* @input [1, C, H, W]; one output of @n_classes logits. @dropout < 0: the preset's own. */
NnGraph      *nn_arch_build   (const char *name, const NnShape *input, guint n_classes,
                               float dropout, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same network with its last dense layer replaced by one of @n_classes (transfer learning);
 * @params (nullable): every slot whose shape stays is copied, the new head is drawn from @seed. */
gboolean      nn_arch_new_head (NnGraph *graph, NnParams *params, guint n_classes, guint64 seed,
                                NnGraph **new_graph, NnParams **new_params, GError **error);

G_END_DECLS
