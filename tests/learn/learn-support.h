/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of learning share: formulas for numbers, a source that is learned in seconds. */
#pragma once

#include "nn.h"

#include <math.h>

/* The engine is tested as float, which is what users get, and some programs again as double. */
#ifdef NN_DOUBLE
#define IN_DOUBLE 1
#else
#define IN_DOUBLE 0
#endif

/* Number @i of a sequence in −1 … 1; make-golden.py has the same. */
double     golden_noise        (gsize            i,
                                guint            stream);
/* Fills parameters as make-golden.py does: slot by slot in the order of nodes, streams from 1. */
void       golden_fill         (NnParams        *params);

/* Relative to the larger of 1 and the expected size. */
#define assert_close(actual, expected, tolerance)                                               \
  G_STMT_START                                                                                  \
  {                                                                                             \
    double actual_ = (double) (actual), expected_ = (double) (expected);                        \
    double room_ = (tolerance) * MAX (1, fabs (expected_));                                     \
    if (!(fabs (actual_ - expected_) <= room_))                                                 \
      {                                                                                         \
        g_autofree char *text_ = g_strdup_printf ("%s is %.12g, not %.12g within %g", #actual,  \
                                                  actual_, expected_, room_);                   \
        g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, text_);               \
      }                                                                                         \
  }                                                                                             \
  G_STMT_END

/* Pictures of one bright bar at a drawn place, lying, standing or slanting, in noise: @n_classes
 * at most 3. Item i is the same whenever it is asked for, unless a generator shifts its noise. */
NnSource   bars_source         (guint            count,
                                guint            n_classes,
                                guint            channels,
                                guint            side,
                                guint            salt);
/* Uniform noise in −1 … 1 with labels i mod n_classes: nothing to learn, anything to compute. */
NnSource   noise_source        (guint            count,
                                guint            n_classes,
                                guint            channels,
                                guint            height,
                                guint            width);

/* Two convolutions, optionally with batch norm, and a dense layer: small enough for a test's
 * patience. */
NnGraph   *tiny_graph          (guint            channels,
                                guint            side,
                                guint            n_classes,
                                gboolean         norm);
NnGraph   *preset_graph        (const char      *name,
                                guint            channels,
                                guint            side,
                                guint            n_classes);
/* Outputs of one batch of the source in inference. Free with g_free(). */
nn_real   *outputs_of          (NnGraph         *graph,
                                NnParams        *params,
                                NnWorkers       *workers,
                                const NnSource  *source,
                                guint            batch);
/* Batch norms with statistics and scales that are not 1 and 0; biases that are not 0. */
void       stir_params         (NnParams        *params,
                                guint            stream);
gboolean   all_finite          (const nn_real   *values,
                                gsize            n_values);
