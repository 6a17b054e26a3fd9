/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes that come from users and files are multiplied and added here, never with a bare operator. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * cvr_size_product:
 * @product: (out): @a × @b × @c × @d
 *
 * Returns: %FALSE, leaving @product alone, when the product does not fit a gsize.
 */
static inline gboolean
cvr_size_product (gsize *product,
                  gsize  a,
                  gsize  b,
                  gsize  c,
                  gsize  d)
{
  gsize ab, abc, abcd;

  if (!g_size_checked_mul (&ab, a, b) || !g_size_checked_mul (&abc, ab, c) ||
      !g_size_checked_mul (&abcd, abc, d))
    return FALSE;

  *product = abcd;
  return TRUE;
}

G_END_DECLS
