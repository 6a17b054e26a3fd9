/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions that activations are made of, on plain values. */
#pragma once

#include "nn-graph.h"
#include "nn-real.h"

G_BEGIN_DECLS

/* @y may be @x. */
void nn_activation_apply (const NnActivationSpec *spec, gsize n, const nn_real *x, nn_real *y);

G_END_DECLS
