/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets that the program draws itself from a seed. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

/* One set. @description is a sentence and @classes are stable English names, both marked N_(): the
 * window shows them translated. Constant. */
typedef struct
{
  const char        *name; /* "doodles" */
  const char        *description;
  guint              width, height, channels;
  guint              n_classes;
  const char *const *classes;
  guint              default_count;
} CvrBuiltin;

const CvrBuiltin *cvr_builtins     (guint            *n_builtins);
const CvrBuiltin *cvr_builtin_find (const char       *name);
/* Drawing @index of the endless sequence of @seed: class index % n_classes. Any thread; the same
 * bytes every time. @mask (out) (optional) (nullable): where the defect is, 0 or 255, grey
 * (textures), NULL for sets without masks. */
CvrImage         *cvr_builtin_draw (const CvrBuiltin *builtin,
                                    guint64           seed,
                                    guint             index,
                                    CvrImage        **mask) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
