/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any network in an ONNX file, to be looked at: pictures and classes, or anything else. */
#pragma once

#include "nn.h"

G_BEGIN_DECLS

/**
 * CvrNetworkEnd:
 * @name: as it stands in the file
 * @type: "float32" …: of its values in the file; static
 * @dims: [rank]; 0 stands for the batch, where it is left open
 */
typedef struct
{
  char       *name;
  const char *type;
  guint       rank;
  gint64     *dims;
} CvrNetworkEnd;

/**
 * CvrNetwork:
 * @params: frozen
 * @inputs, @outputs: in the file's order
 * @classes: (array zero-terminated=1): as the file names them; empty where it names none
 * @bytes: of the file
 *
 * One owner; immutable once it is loaded.
 */
typedef struct
{
  NnGraph       *graph;
  NnParams      *params;
  CvrNetworkEnd *inputs, *outputs;
  guint          n_inputs, n_outputs;
  char         **classes;
  guint64        bytes;
} CvrNetwork;

CvrNetwork *cvr_network_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_network_free (CvrNetwork *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrNetwork, cvr_network_free)

G_END_DECLS
