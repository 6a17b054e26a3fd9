/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's one error domain. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NN_ERROR (nn_error_quark ())

/**
 * NnError:
 * @NN_ERROR_SHAPE: shapes that do not fit each other; the message names the node and both numbers
 * @NN_ERROR_GRAPH: a graph that breaks a rule
 * @NN_ERROR_DATA: data that a network can't take (a label out of range, no images, one class)
 * @NN_ERROR_NO_MEMORY: more memory than there is
 * @NN_ERROR_DIVERGED: a loss, weight or gradient is no longer finite
 * @NN_ERROR_CANCELLED: asked to stop
 * @NN_ERROR_UNSUPPORTED: an operator or a combination that has no implementation here
 * @NN_ERROR_SPEC: a setting outside its range; the message names the setting
 */
typedef enum
{
  NN_ERROR_SHAPE,
  NN_ERROR_GRAPH,
  NN_ERROR_DATA,
  NN_ERROR_NO_MEMORY,
  NN_ERROR_DIVERGED,
  NN_ERROR_CANCELLED,
  NN_ERROR_UNSUPPORTED,
  NN_ERROR_SPEC,
} NnError;

GQuark nn_error_quark (void);

G_END_DECLS
