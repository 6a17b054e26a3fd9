/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that a network answered, and their labels to mend. */
#include "cvr-relabel-pane.h"

#include "cvr-class-chip.h"
#include "cvr-labelling.h"
#include "cvr-list-focus.h"
#include "cvr-picture-tile.h"
#include "cvr-tab-stop.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrRelabelPane
{
  AdwBin parent_instance;

  GtkGridView       *grid;
  GtkLabel          *heading;
  GtkDropDown       *label;
  GtkFlowBox        *targets;

  CvrProject        *project;
  CvrThumbnails     *thumbnails;
  GListStore        *items;
  GPtrArray         *coming;    /* what is going to be shown (borrowed); NULL: nothing */
  GtkMultiSelection *selection;
  GHashTable        *captions;  /* CvrImageItem → text */
  gboolean           updating;
};

G_DEFINE_FINAL_TYPE (CvrRelabelPane, cvr_relabel_pane, ADW_TYPE_BIN)

enum
{
  N_THUMBNAILS = 400,
  MANY_CLASSES = 10, /* more of them are searched */
};

enum { PICKED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Labels */

static void
apply_label (CvrRelabelPane *self,
             gint            label)
{
  g_autoptr (GArray) ids = NULL;
  guint first;

  if (self->project == NULL
      || label >= (gint) cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    return;
  ids = cvr_labelling_selected_ids (GTK_SELECTION_MODEL (self->selection), &first);
  if (ids->len == 0)
    {
      cvr_toast (GTK_WIDGET (self), _("Select pictures first, then press a number to label them"));
      return;
    }
  cvr_project_set_labels (self->project, (const guint64 *) (gpointer) ids->data, ids->len, label);
  cvr_labelling_select_next (GTK_SELECTION_MODEL (self->selection), first + 1);
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->grid)) != NULL)
    cvr_list_focus_selected (GTK_WIDGET (self->grid));
}

static void
label_chosen_cb (CvrRelabelPane *self)
{
  guint selected = gtk_drop_down_get_selected (self->label);

  if (self->updating || selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return;
  apply_label (self, (gint) selected - 1);
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->label, 0);
  self->updating = FALSE;
}

static void
item_dropped_cb (CvrClassChip   *chip,
                 CvrImageItem   *item,
                 CvrRelabelPane *self)
{
  gint label = (gint) cvr_class_chip_get_class (chip);
  guint position;

  if (cvr_labelling_find (G_LIST_MODEL (self->selection), item, &position)
      && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    apply_label (self, label);
  else
    {
      guint64 id = cvr_image_item_get_id (item);

      cvr_project_set_labels (self->project, &id, 1, label);
    }
}

/* What is selected gets the class of the chip that is clicked. */
static void
chip_clicked_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 CvrRelabelPane  *self)
{
  GtkWidget *chip = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  if (gtk_widget_contains (chip, x, y))
    apply_label (self, (gint) cvr_class_chip_get_class (CVR_CLASS_CHIP (chip)));
}

/* Chips, one a class: pictures are dragged onto them, or selected and the chip clicked. */
static void
fill_targets (CvrRelabelPane *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->targets))) != NULL)
    gtk_flow_box_remove (self->targets, child);
  gtk_string_list_append (names, _("Choose…"));
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      GtkWidget *chip = cvr_class_chip_new (self->project, k);
      GtkGesture *click = gtk_gesture_click_new ();

      g_signal_connect_object (click, "released", G_CALLBACK (chip_clicked_cb), self, 0);
      gtk_widget_add_controller (chip, GTK_EVENT_CONTROLLER (click));
      g_signal_connect_object (chip, "item-dropped", G_CALLBACK (item_dropped_cb), self, 0);
      gtk_flow_box_append (self->targets, chip);
      gtk_string_list_append (names, cvr_project_class_title (self->project, k));
    }

  self->updating = TRUE;
  gtk_drop_down_set_model (self->label, G_LIST_MODEL (names));
  gtk_drop_down_set_enable_search (self->label,
                                   cvr_dataset_n_classes (dataset) > MANY_CLASSES);
  gtk_drop_down_set_selected (self->label, 0);
  self->updating = FALSE;
}

/* Grid */

static void
selection_cb (CvrRelabelPane *self)
{
  guint first;
  g_autoptr (GArray) ids =
    cvr_labelling_selected_ids (GTK_SELECTION_MODEL (self->selection), &first);

  g_signal_emit (self, signals[PICKED], 0, ids->len == 1 ? g_array_index (ids, guint64, 0) : 0);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          CvrRelabelPane           *self)
{
  gtk_list_item_set_child (list_item, cvr_picture_tile_new (self->thumbnails));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         CvrRelabelPane           *self)
{
  CvrImageItem *item = gtk_list_item_get_item (list_item);

  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), self->project,
                         item, g_hash_table_lookup (self->captions, item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           CvrRelabelPane           *self)
{
  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), NULL, NULL, NULL);
}

static void
cvr_relabel_pane_dispose (GObject *object)
{
  CvrRelabelPane *self = CVR_RELABEL_PANE (object);

  cvr_relabel_pane_set_project (self, NULL);
  if (self->grid != NULL)
    gtk_grid_view_set_model (self->grid, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->items);
  g_clear_object (&self->thumbnails);
  g_clear_pointer (&self->coming, g_ptr_array_unref);
  g_clear_pointer (&self->captions, g_hash_table_unref);

  G_OBJECT_CLASS (cvr_relabel_pane_parent_class)->dispose (object);
}

static void
cvr_relabel_pane_class_init (CvrRelabelPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_TAB_STOP);
  G_OBJECT_CLASS (klass)->dispose = cvr_relabel_pane_dispose;
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-relabel-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrRelabelPane, grid);
  gtk_widget_class_bind_template_child (widget_class, CvrRelabelPane, heading);
  gtk_widget_class_bind_template_child (widget_class, CvrRelabelPane, label);
  gtk_widget_class_bind_template_child (widget_class, CvrRelabelPane, targets);
  gtk_widget_class_bind_template_callback (widget_class, label_chosen_cb);
}

static void
cvr_relabel_pane_init (CvrRelabelPane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  self->thumbnails = cvr_thumbnails_new (CVR_TILE_SIDE, N_THUMBNAILS);
  self->items = g_list_store_new (CVR_TYPE_IMAGE_ITEM);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->items)));
  self->captions = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_grid_view_set_factory (self->grid, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  cvr_picture_tile_guard_grid (self->grid);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_cb), self,
                           G_CONNECT_SWAPPED);
}

void
cvr_relabel_pane_begin (CvrRelabelPane *self)
{
  g_return_if_fail (CVR_IS_RELABEL_PANE (self));

  g_clear_pointer (&self->coming, g_ptr_array_unref);
  self->coming = g_ptr_array_new ();
  g_hash_table_remove_all (self->captions);
}

void
cvr_relabel_pane_add (CvrRelabelPane *self,
                      guint64         id,
                      char           *caption)
{
  CvrImageItem *item;

  g_return_if_fail (CVR_IS_RELABEL_PANE (self) && self->coming != NULL);

  item = cvr_project_find_item (self->project, id);
  if (item == NULL)
    {
      g_free (caption);
      return;
    }
  g_ptr_array_add (self->coming, item);
  g_hash_table_insert (self->captions, g_object_ref (item), caption);
}

guint
cvr_relabel_pane_end (CvrRelabelPane *self)
{
  guint n;

  g_return_val_if_fail (CVR_IS_RELABEL_PANE (self) && self->coming != NULL, 0);

  n = self->coming->len;
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       self->coming->pdata, n);
  g_clear_pointer (&self->coming, g_ptr_array_unref);
  selection_cb (self);

  return n;
}

void
cvr_relabel_pane_set_heading (CvrRelabelPane *self,
                              const char     *text)
{
  g_return_if_fail (CVR_IS_RELABEL_PANE (self));

  gtk_label_set_text (self->heading, text);
}

void
cvr_relabel_pane_enter (CvrRelabelPane *self)
{
  g_return_if_fail (CVR_IS_RELABEL_PANE (self));

  cvr_list_select_some (GTK_WIDGET (self->grid));
  cvr_list_focus_selected (GTK_WIDGET (self->grid));
}

void
cvr_relabel_pane_pick (CvrRelabelPane *self,
                       guint64         id)
{
  CvrImageItem *item;
  guint position;

  g_return_if_fail (CVR_IS_RELABEL_PANE (self) && self->project != NULL);

  item = cvr_project_find_item (self->project, id);
  if (item == NULL || !cvr_labelling_find (G_LIST_MODEL (self->selection), item, &position))
    return;
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->grid), "list.scroll-to-item", "u", position);
}

gboolean
cvr_relabel_pane_key (CvrRelabelPane *self,
                      guint           key)
{
  gint label;

  g_return_val_if_fail (CVR_IS_RELABEL_PANE (self), FALSE);

  if (self->project == NULL
      || !cvr_labelling_class (key, cvr_project_get_dataset (self->project), &label))
    return FALSE;
  apply_label (self, label);

  return TRUE;
}

void
cvr_relabel_pane_set_project (CvrRelabelPane *self,
                              CvrProject     *project)
{
  g_return_if_fail (CVR_IS_RELABEL_PANE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_list_store_remove_all (self->items);
  g_hash_table_remove_all (self->captions);
  cvr_thumbnails_clear (self->thumbnails);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (fill_targets), self);
  fill_targets (self);
}

GListModel *
cvr_relabel_pane_get_items (CvrRelabelPane *self)
{
  g_return_val_if_fail (CVR_IS_RELABEL_PANE (self), NULL);

  return G_LIST_MODEL (self->items);
}
