/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators whose result is some of their input's values, or all, in another order: slice and
 * transpose. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

void nn_view_forward  (const NnOpRun *run);
void nn_view_backward (const NnOpRun *run);

G_END_DECLS
