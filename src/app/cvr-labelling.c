/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling a selection of pictures with the number keys: what Images and Mistakes share. */
#include "cvr-labelling.h"

/**
 * cvr_labelling_key:
 * @key: GDK key value
 * @label: (out): class, or −1 for the key 0
 */
gboolean
cvr_labelling_key (guint  key,
                   gint  *label)
{
  if (key >= GDK_KEY_0 && key <= GDK_KEY_9)
    *label = (gint) (key - GDK_KEY_0) - 1;
  else if (key >= GDK_KEY_KP_0 && key <= GDK_KEY_KP_9)
    *label = (gint) (key - GDK_KEY_KP_0) - 1;
  else
    return FALSE;

  return TRUE;
}

/**
 * cvr_labelling_selected_ids:
 * @first: (out): where the first selected picture stands; 0 where there is none
 */
GArray *
cvr_labelling_selected_ids (GtkSelectionModel *selection,
                            guint             *first)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  GtkBitsetIter iter;
  guint position;

  *first = 0;
  if (!gtk_bitset_iter_init_first (&iter, selected, &position))
    return ids;
  *first = position;
  do
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (G_LIST_MODEL (selection), position);
      guint64 id;

      if (item == NULL)
        continue;
      id = cvr_image_item_get_id (item);
      g_array_append_val (ids, id);
    }
  while (gtk_bitset_iter_next (&iter, &position));

  return ids;
}

/**
 * cvr_labelling_select_next:
 * @position: where the work was
 */
void
cvr_labelling_select_next (GtkSelectionModel *selection,
                           guint              position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (selection));

  if (n > 0)
    gtk_selection_model_select_item (selection, MIN (position, n - 1), TRUE);
}

/**
 * cvr_labelling_find:
 * @position: (out): where @item stands
 *
 * Returns: %FALSE when @model does not hold it
 */
gboolean
cvr_labelling_find (GListModel   *model,
                    CvrImageItem *item,
                    guint        *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (CvrImageItem) here = g_list_model_get_item (model, i);

      if (here == item)
        {
          *position = i;
          return TRUE;
        }
    }

  return FALSE;
}
