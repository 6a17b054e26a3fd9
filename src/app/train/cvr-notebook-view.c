/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notebook: a card for every training, and what is done with them. */
#include "cvr-notebook-view.h"

#include "cvr-compare-view.h"
#include "cvr-overlay-view.h"
#include "cvr-card-report.h"
#include "cvr-run-tile.h"
#include "cvr-tab-stop.h"
#include "cvr-tooltip.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrNotebookView
{
  AdwBin parent_instance;

  GtkStack           *stack;
  GtkListView        *list;
  GtkEditable        *name, *note;
  GtkWidget          *go_back, *remove;
  CvrCompareView     *compare;

  CvrProject         *project;
  GListModel         *newest_first;
  GtkSingleSelection *selection;
  GSignalGroup       *shown;     /* the card that is selected */
  GArray             *compared;  /* of guint64: cards, in the order of choosing */
  GHashTable         *tiles;     /* those that are bound (borrowed) */
  gboolean            updating;
};

G_DEFINE_FINAL_TYPE (CvrNotebookView, cvr_notebook_view, ADW_TYPE_BIN)

static CvrNotebook *
notebook_of (CvrNotebookView *self)
{
  return cvr_project_get_notebook (self->project);
}

/* The list is newest first: the run before a card stands below it. */
static CvrRunCard *
find_before (CvrNotebookView *self,
             guint            position)
{
  guint n = g_list_model_get_n_items (self->newest_first);

  for (guint i = position + 1; i < n; i++)
    {
      g_autoptr (CvrRunCard) card = g_list_model_get_item (self->newest_first, i);

      if (cvr_run_card_get_facts (card)->kind == CVR_CARD_RUN)
        return cvr_notebook_find (notebook_of (self), cvr_run_card_get_id (card));
    }

  return NULL;
}

static gint
place_in_comparison (CvrNotebookView *self,
                     guint64          id)
{
  for (guint i = 0; i < self->compared->len; i++)
    if (g_array_index (self->compared, guint64, i) == id)
      return (gint) i;

  return -1;
}

/* Right side */

static void
forget_removed (CvrNotebookView *self)
{
  for (guint i = self->compared->len; i > 0; i--)
    if (cvr_notebook_find (notebook_of (self), g_array_index (self->compared, guint64, i - 1))
        == NULL)
      g_array_remove_index (self->compared, i - 1);
}

/* What is ticked; none or one of them, with the card that is selected. When a selected card goes,
 * the selection tells it before the list does. */
static void
update_compare (CvrNotebookView *self)
{
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();
  CvrRunCard *selected = cvr_notebook_view_get_card (self);

  forget_removed (self);
  for (guint i = 0; i < self->compared->len; i++)
    g_ptr_array_add (cards, cvr_notebook_find (notebook_of (self),
                                               g_array_index (self->compared, guint64, i)));
  if (selected != NULL && (cards->len == 0 || (cards->len == 1 && cards->pdata[0] != selected)))
    g_ptr_array_add (cards, selected);
  cvr_compare_view_set_cards (self->compare, cards);
}

static void
set_text (GtkEditable *entry,
          const char  *text)
{
  if (!g_str_equal (gtk_editable_get_text (entry), text))
    gtk_editable_set_text (entry, text);
}

static void
update_head (CvrNotebookView *self)
{
  CvrRunCard *card = cvr_notebook_view_get_card (self);
  gboolean idle, runs, has_network;

  if (card == NULL)
    return;
  idle = cvr_training_get_state (cvr_project_get_training (self->project)) == CVR_TRAINING_IDLE;
  runs = cvr_run_card_get_facts (card)->state == CVR_CARD_RUNNING;
  has_network = cvr_run_card_get_facts (card)->kind == CVR_CARD_VARIANT
                || cvr_run_card_has_epochs (card);
  self->updating = TRUE;
  set_text (self->name, cvr_run_card_get_name (card));
  set_text (self->note, cvr_run_card_get_note (card));
  self->updating = FALSE;
  gtk_widget_set_sensitive (self->go_back, idle && !runs && has_network);
  cvr_tooltip_set (self->go_back,
                   !has_network     ? _("No network of this training is kept any more")
                   : idle && !runs ? _("Its settings and its best network become the project's")
                                   : _("Return to it when the training has ended"));
  gtk_widget_set_sensitive (self->remove, !runs);
  cvr_tooltip_set (self->remove, runs ? _("It is still running") : _("Remove this card (Delete)"));
}

static void
update (CvrNotebookView *self)
{
  guint n;

  if (self->project == NULL)
    return;
  n = g_list_model_get_n_items (self->newest_first);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "cards" : "empty");
  update_head (self);
  update_compare (self);
}

static void
selected_cb (CvrNotebookView *self)
{
  g_signal_group_set_target (self->shown, cvr_notebook_view_get_card (self));
  update (self);
}

/* Cards */

static void
bind_tile (CvrNotebookView *self,
           GtkListItem     *list_item)
{
  CvrRunCard *card = gtk_list_item_get_item (list_item);
  CvrRunTile *tile = CVR_RUN_TILE (gtk_list_item_get_child (list_item));

  cvr_run_tile_bind (tile, card, find_before (self, gtk_list_item_get_position (list_item)),
                     place_in_comparison (self, cvr_run_card_get_id (card)));
}

static void
compare_toggled_cb (CvrNotebookView *self,
                    gboolean         with,
                    CvrRunTile      *tile)
{
  cvr_notebook_view_compare (self, cvr_run_card_get_id (cvr_run_tile_get_card (tile)), with);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          CvrNotebookView          *self)
{
  GtkWidget *tile = g_object_new (CVR_TYPE_RUN_TILE, NULL);

  g_signal_connect_object (tile, "compare-toggled", G_CALLBACK (compare_toggled_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_item_set_child (list_item, tile);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         CvrNotebookView          *self)
{
  g_hash_table_add (self->tiles, list_item);
  bind_tile (self, list_item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           CvrNotebookView          *self)
{
  g_hash_table_remove (self->tiles, list_item);
  cvr_run_tile_bind (CVR_RUN_TILE (gtk_list_item_get_child (list_item)), NULL, NULL, -1);
}

/* Which ones are compared, and what is before each, has changed. */
static void
rebind (CvrNotebookView *self)
{
  GHashTableIter iter;
  gpointer list_item;

  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &list_item, NULL))
    bind_tile (self, list_item);
}

/* Not while the model tells of a change: the list doesn't know of it yet. */
static void
show_selected (CvrNotebookView *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (selected != GTK_INVALID_LIST_POSITION && gtk_widget_get_mapped (GTK_WIDGET (self->list)))
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);
}

/* A training that has just begun is looked at. */
static void
items_changed_cb (CvrNotebookView *self,
                  guint            position,
                  guint            n_removed,
                  guint            n_added)
{
  if (n_added == 1 && n_removed == 0 && position == 0)
    {
      gtk_single_selection_set_selected (self->selection, 0);
      show_selected (self);
    }
  forget_removed (self);
  rebind (self);
  update (self);
}

/* What is done with a card */

static void
name_cb (CvrNotebookView *self)
{
  CvrRunCard *card = cvr_notebook_view_get_card (self);

  if (!self->updating && card != NULL
      && !g_str_equal (gtk_editable_get_text (self->name), cvr_run_card_get_name (card)))
    cvr_notebook_rename (notebook_of (self), cvr_run_card_get_id (card),
                         gtk_editable_get_text (self->name));
}

static void
note_cb (CvrNotebookView *self)
{
  CvrRunCard *card = cvr_notebook_view_get_card (self);

  if (!self->updating && card != NULL
      && !g_str_equal (gtk_editable_get_text (self->note), cvr_run_card_get_note (card)))
    cvr_notebook_set_note (notebook_of (self), cvr_run_card_get_id (card),
                           gtk_editable_get_text (self->note));
}

static void
returned_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  CvrNotebookView *self = data;

  if (error != NULL)
    cvr_show_error (GTK_WIDGET (self), _("Could not return to it"), error->message);
  else
    cvr_toast_action (GTK_WIDGET (self), _("Settings and network are those of this card"),
                      _("_Undo"), "win.undo");
}

static void
go_back_cb (CvrNotebookView *self)
{
  CvrRunCard *card = cvr_notebook_view_get_card (self);

  if (card != NULL)
    cvr_notebook_return_to (notebook_of (self), cvr_run_card_get_id (card), G_MAXUINT,
                            G_OBJECT (self), returned_cb, self);
}

/* The next card can follow the one that went: when its row is gone, and GTK has let the focus
 * fall. */
static gboolean
focus_list_cb (gpointer data)
{
  CvrNotebookView *self = data;

  if (self->selection != NULL)
    show_selected (self);
  if (self->list != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->list)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list));

  return G_SOURCE_REMOVE;
}

static gboolean
show_selected_cb (gpointer data)
{
  CvrNotebookView *self = data;

  if (self->selection != NULL)
    show_selected (self);

  return G_SOURCE_REMOVE;
}

/* Cards came while it was hidden: the list has kept its rows in sight, not the new one. */
static void
list_mapped_cb (CvrNotebookView *self)
{
  g_idle_add_full (G_PRIORITY_LOW, show_selected_cb, g_object_ref (self), g_object_unref);
}

static void
remove_cb (CvrNotebookView *self)
{
  CvrRunCard *card = cvr_notebook_view_get_card (self);
  gboolean in_list = gtk_widget_get_focus_child (GTK_WIDGET (self->list)) != NULL;

  if (card == NULL || cvr_run_card_get_facts (card)->state == CVR_CARD_RUNNING)
    return;
  cvr_notebook_remove (notebook_of (self), cvr_run_card_get_id (card));
  if (in_list)
    g_idle_add_full (G_PRIORITY_LOW, focus_list_cb, g_object_ref (self), g_object_unref);
  cvr_toast_action (GTK_WIDGET (self), _("Card removed"), _("_Undo"), "win.undo");
}

/* "notebook.report": "pdf" or "html". */
static void
report_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  CvrNotebookView *self = CVR_NOTEBOOK_VIEW (widget);
  CvrRunCard *card = cvr_notebook_view_get_card (self);

  if (card != NULL)
    cvr_card_report_ask (widget, self->project, card,
                        find_before (self, gtk_single_selection_get_selected (self->selection)),
                        g_str_equal (g_variant_get_string (parameter, NULL), "html"));
}

static gboolean
delete_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   unused)
{
  remove_cb (CVR_NOTEBOOK_VIEW (widget));

  return TRUE;
}

/* Space ticks the selected card. */
static gboolean
tick_cb (GtkWidget *list,
         GVariant  *args,
         gpointer   data)
{
  CvrNotebookView *self = data;
  CvrRunCard *card = cvr_notebook_view_get_card (self);
  guint64 id;

  if (card == NULL)
    return FALSE;
  id = cvr_run_card_get_id (card);
  cvr_notebook_view_compare (self, id, place_in_comparison (self, id) < 0);

  return TRUE;
}

/* Before the list's own Space, which selects what is selected. */
static void
add_tick_key (CvrNotebookView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_space, 0),
                      gtk_callback_action_new (tick_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

static void
cvr_notebook_view_dispose (GObject *object)
{
  CvrNotebookView *self = CVR_NOTEBOOK_VIEW (object);

  cvr_notebook_view_set_project (self, NULL);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->shown);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->compared, g_array_unref);
  g_clear_pointer (&self->tiles, g_hash_table_unref);

  G_OBJECT_CLASS (cvr_notebook_view_parent_class)->dispose (object);
}

static void
cvr_notebook_view_class_init (CvrNotebookViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_COMPARE_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  G_OBJECT_CLASS (klass)->dispose = cvr_notebook_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-notebook-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, list);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, name);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, note);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, go_back);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, remove);
  gtk_widget_class_bind_template_child (widget_class, CvrNotebookView, compare);
  gtk_widget_class_bind_template_callback (widget_class, name_cb);
  gtk_widget_class_bind_template_callback (widget_class, note_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_install_action (widget_class, "notebook.report", "s", report_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, delete_cb, NULL);
}

static void
cvr_notebook_view_init (CvrNotebookView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->compared = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->tiles = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = gtk_single_selection_new (NULL);
  self->shown = g_signal_group_new (CVR_TYPE_RUN_CARD);
  g_signal_group_connect_swapped (self->shown, "changed", G_CALLBACK (update), self);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "map", G_CALLBACK (list_mapped_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  add_tick_key (self);
}

/* Newer numbers are larger. */
static int
compare_cards (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  guint64 x = cvr_run_card_get_id ((gpointer) a), y = cvr_run_card_get_id ((gpointer) b);

  return x > y ? -1 : x < y;
}

void
cvr_notebook_view_set_project (CvrNotebookView *self,
                               CvrProject      *project)
{
  GListModel *cards;

  g_return_if_fail (CVR_IS_NOTEBOOK_VIEW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->newest_first, self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      gtk_single_selection_set_model (self->selection, NULL);
      g_clear_object (&self->newest_first);
      g_array_set_size (self->compared, 0);
    }
  g_set_object (&self->project, project);
  if (self->compare != NULL)
    cvr_compare_view_set_project (self->compare, project);
  if (project == NULL)
    return;

  cards = G_LIST_MODEL (g_object_ref (cvr_project_get_notebook (project)));
  self->newest_first = G_LIST_MODEL (gtk_sort_list_model_new (
    cards, GTK_SORTER (gtk_custom_sorter_new (compare_cards, NULL, NULL))));
  gtk_single_selection_set_model (self->selection, self->newest_first);
  g_signal_connect_swapped (self->newest_first, "items-changed", G_CALLBACK (items_changed_cb),
                            self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
  update (self);
}

CvrRunCard *
cvr_notebook_view_get_card (CvrNotebookView *self)
{
  g_return_val_if_fail (CVR_IS_NOTEBOOK_VIEW (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

void
cvr_notebook_view_compare (CvrNotebookView *self,
                           guint64          id,
                           gboolean         with)
{
  gint place;

  g_return_if_fail (CVR_IS_NOTEBOOK_VIEW (self));

  place = place_in_comparison (self, id);
  if (with && place < 0 && self->compared->len == CVR_OVERLAY_MOST)
    cvr_toast (GTK_WIDGET (self), _("Eight at a time are enough: untick one first"));
  else if (with && place < 0)
    g_array_append_val (self->compared, id);
  else if (!with && place >= 0)
    g_array_remove_index (self->compared, (guint) place);
  rebind (self);
  update_compare (self);
}
