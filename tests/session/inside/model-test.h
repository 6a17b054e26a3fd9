/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network whose answers can be worked out in the head: for tests of what looks inside. */
#pragma once

#include "session-test.h"

#include "cvr-model.h"

G_BEGIN_DECLS

/**
 * model_test_new:
 *
 * Input 1 × 12 × 12; "conv1", four filters of 3 × 3 with padding 1; "relu1"; "pool1", 2 × 2, the
 * largest; "fc1" to three classes. Filter 0 takes its middle pixel, 1 the same twice (a twin), 2
 * the upper edge (−1 above, 1 below), 3 nothing but −1 (dead). Weights of "fc1" follow a formula.
 *
 * Returns: (transfer full)
 */
CvrModel *model_test_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
