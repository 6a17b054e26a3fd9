/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names as people order them, and what must be told of a list that became another one. */
#pragma once

#include "cvr-dataset.h"

G_BEGIN_DECLS

/* In place of @n_old from @old_start on there are @n_new now, @new_start on in the new list. */
typedef struct { guint old_start, n_old, new_start, n_new; } CvrListChange;

/* "picture 9" before "picture 10"; capitals don't matter. 0 also for "a01" and "a1". */
gint    cvr_images_compare_names (const char *a, const char *b);
/* (transfer full) (element-type CvrListChange): in order, none when the lists are equal. Pointers
 * are compared, each stands in a list once. Where the order of those that stay is another one, or
 * too much changed, it is one large change. */
GArray *cvr_images_changes       (GPtrArray *old, GPtrArray *fresh) G_GNUC_WARN_UNUSED_RESULT;

/* What one picture is sorted by: @key first, then (by name) the name, then the arrival. @item and
 * @name are borrowed. */
typedef struct
{
  gpointer    item;
  const char *name; /* nullable */
  guint64     key;
  guint       place;
} CvrImagesRow;

gint     cvr_images_compare_rows (gconstpointer a, gconstpointer b);
/* Whether @shown has the items of the CvrImagesRow in @rows, in this order. */
gboolean cvr_images_is_order_of  (GArray *rows, GPtrArray *shown);
/* The item of that id, looked for at *@next first, which then is the one behind it; NULL: it isn't
 * there. For going through many in order of their ids. */
const CvrItem *cvr_images_find_facts (CvrDataset *dataset, guint64 id, guint *next);
/* Takes @items; very many are freed in a turn of their own of the main loop. */
void     cvr_images_drop_later   (GPtrArray *items);
/* Whether @name has @folded in it, which is without capitals; so is the comparison. */
gboolean cvr_images_name_has     (const char *name, const char *folded);

G_END_DECLS
