/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number every kernel and operator computes with: float in the program, double in the second
 * build of the same sources that the gradient checks use. */
#pragma once

#ifdef NN_DOUBLE
typedef double nn_real;
#else
typedef float nn_real;
#endif
