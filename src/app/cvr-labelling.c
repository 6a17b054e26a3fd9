/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling a selection of pictures with the number keys: what Images and Mistakes share. */
#include "cvr-labelling.h"

/* Colours of a theme's table; from the ninth class on they come again with a pattern. */
enum { N_COLOURS = 8 };

/**
 * cvr_labelling_key:
 * @key: GDK key value
 * @place: (out): 0 … 8 for the keys 1 … 9, −1 for the key 0
 */
gboolean
cvr_labelling_key (guint  key,
                   gint  *place)
{
  if (key >= GDK_KEY_0 && key <= GDK_KEY_9)
    *place = (gint) (key - GDK_KEY_0) - 1;
  else if (key >= GDK_KEY_KP_0 && key <= GDK_KEY_KP_9)
    *place = (gint) (key - GDK_KEY_KP_0) - 1;
  else
    return FALSE;

  return TRUE;
}

/**
 * cvr_labelling_class:
 * @key: GDK key value
 * @label: (out): class, or −1 for the key 0
 */
gboolean
cvr_labelling_class (guint       key,
                     CvrDataset *dataset,
                     gint       *label)
{
  gint place;

  if (!cvr_labelling_key (key, &place))
    return FALSE;
  *label = place >= 0 ? cvr_dataset_class_of_key (dataset, (guint) place + 1) : CVR_LABEL_NONE;
  if (place >= 0 && *label < 0)
    *label = (gint) cvr_dataset_n_classes (dataset);

  return TRUE;
}

guint
cvr_labelling_key_of (CvrDataset *dataset,
                      guint       k)
{
  for (guint key = 1; key <= 9; key++)
    if (cvr_dataset_class_of_key (dataset, key) == (gint) k)
      return key;

  return 0;
}

guint
cvr_labelling_paint (CvrDataset *dataset,
                     guint       k)
{
  const CvrClass *klass = cvr_dataset_class (dataset, k);

  if (klass == NULL || klass->colour < 0)
    return k;

  return (guint) klass->colour % N_COLOURS + k / N_COLOURS * N_COLOURS;
}

/**
 * cvr_labelling_show_class:
 * @k: class, or −1
 *
 * Classes that no key gives carry their place in the list from the tenth on.
 */
void
cvr_labelling_show_class (CvrSwatch  *swatch,
                          CvrDataset *dataset,
                          gint        k)
{
  const CvrClass *klass = k >= 0 ? cvr_dataset_class (dataset, (guint) k) : NULL;
  guint number;

  if (klass == NULL)
    {
      cvr_swatch_set_class (swatch, -1);
      return;
    }
  number = cvr_labelling_key_of (dataset, (guint) k);
  if (number == 0 && k >= 9)
    number = (guint) k + 1;
  cvr_swatch_set_look (swatch, k, cvr_labelling_paint (dataset, (guint) k), number, klass->off);
}

static gint
class_of_model (CvrProject *project,
                CvrModel   *model,
                guint       k)
{
  return cvr_dataset_find_class (cvr_project_get_dataset (project), model->classes[k]);
}

/**
 * cvr_labelling_model_title:
 * @k: class of @model
 *
 * Returns: (transfer none): translated
 */
const char *
cvr_labelling_model_title (CvrProject *project,
                           CvrModel   *model,
                           guint       k)
{
  gint known = class_of_model (project, model, k);

  return known >= 0 ? cvr_project_class_title (project, (guint) known) : model->classes[k];
}

guint
cvr_labelling_model_paint (CvrProject *project,
                           CvrModel   *model,
                           guint       k)
{
  gint known = class_of_model (project, model, k);

  return known >= 0 ? cvr_labelling_paint (cvr_project_get_dataset (project), (guint) known) : k;
}

char **
cvr_labelling_dup_model_titles (CvrProject *project,
                                CvrModel   *model)
{
  char **titles = g_new0 (char *, model->n_classes + 1);

  for (guint k = 0; k < model->n_classes; k++)
    titles[k] = g_strdup (cvr_labelling_model_title (project, model, k));

  return titles;
}

guint
cvr_labelling_fill_bars (CvrProject    *project,
                         CvrModel      *model,
                         CvrPrediction *prediction,
                         CvrBar        *bars,
                         guint          max)
{
  guint n = MIN (prediction->n_classes, max);

  for (guint i = 0; i < n; i++)
    {
      guint k = prediction->order[i];

      bars[i] = (CvrBar) { .label = cvr_labelling_model_title (project, model, k),
                           .p = prediction->p[k],
                           .class_index = cvr_labelling_model_paint (project, model, k) };
    }

  return n;
}

char *
cvr_labelling_dup_menu_label (const char *title)
{
  g_auto (GStrv) parts = g_strsplit (title, "_", -1);

  return g_strjoinv ("__", parts);
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

void
cvr_labelling_select_after (GtkSelectionModel *selection)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (selection));

  if (gtk_bitset_is_empty (selected))
    return;
  if (gtk_bitset_get_maximum (selected) + 1 < n)
    gtk_selection_model_select_item (selection, gtk_bitset_get_maximum (selected) + 1, TRUE);
  else if (gtk_bitset_get_minimum (selected) > 0)
    gtk_selection_model_select_item (selection, gtk_bitset_get_minimum (selected) - 1, TRUE);
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
