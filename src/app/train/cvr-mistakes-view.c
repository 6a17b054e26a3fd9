/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix, the pictures behind each cell, and their labels to mend. */
#include "cvr-mistakes-view.h"

#include "cvr-class-chip.h"
#include "cvr-labelling.h"
#include "cvr-matrix-view.h"
#include "cvr-picture-tile.h"
#include "cvr-scores.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>

struct _CvrMistakesView
{
  AdwBin parent_instance;

  GtkStack      *stack, *cell_stack;
  AdwStatusPage *empty;
  CvrMatrixView *matrix;
  GtkGridView   *grid;
  GtkLabel      *cell, *changed, *summary;
  GtkDropDown   *label;
  GtkRevealer   *changed_bar;
  GtkFlowBox    *targets;
  GtkWidget     *spinner, *train_first;
  GtkToggleButton *counts, *percent, *change, *surest;

  CvrEvaluation     *last, *before; /* the one that is shown, and the one before it */
  CvrProject        *project;
  CvrThumbnails     *thumbnails;
  GListStore        *items;
  GtkMultiSelection *selection;
  GHashTable        *confidence;  /* CvrImageItem → per cent, as text */
  gboolean           updating;
};

G_DEFINE_FINAL_TYPE (CvrMistakesView, cvr_mistakes_view, ADW_TYPE_BIN)

enum { N_THUMBNAILS = 400 };

/* Names and colours of the model's classes, in the model's order. */
static void
show_matrix (CvrMistakesView *self,
             CvrEvaluation   *evaluation,
             CvrModel        *model)
{
  g_auto (GStrv) titles = cvr_labelling_dup_model_titles (self->project, model);
  g_autofree guint *paints = g_new (guint, MAX (model->n_classes, 1));

  for (guint k = 0; k < model->n_classes; k++)
    paints[k] = cvr_labelling_model_paint (self->project, model, k);
  cvr_matrix_view_set_evaluation (self->matrix, evaluation, (const char *const *) titles, paints);
}

/* The surest answers first: where it errs most surely, the label may be what is wrong. @truth,
 * @predicted −1: all mistakes; then @titles say what it took each for. */
static void
fill_items (CvrMistakesView *self,
            CvrEvaluation   *evaluation,
            gint             truth,
            gint             predicted,
            char           **titles)
{
  guint n = 0;
  g_autofree guint *places = cvr_scores_find (evaluation, truth, predicted, truth < 0, &n);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_hash_table_remove_all (self->confidence);
  for (guint i = 0; i < n; i++)
    {
      const CvrAnswer *answer = &evaluation->answers[places[i]];
      CvrImageItem *item = cvr_project_find_item (self->project, answer->id);

      if (item == NULL)
        continue;
      g_ptr_array_add (items, item);
      g_hash_table_insert (
        self->confidence, g_object_ref (item),
        truth >= 0
          /* Translators: how sure the network is, short, under a picture. */
          ? g_strdup_printf (_("%.0f %% sure"), 100 * answer->p)
          /* Translators: what the network took a picture for, and how sure it was. */
          : g_strdup_printf (_("%s? %.0f %%"), titles[answer->predicted], 100 * answer->p));
    }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
}

/* What the pictures at the right are; (transfer full). */
static char *
dup_heading (CvrMistakesView *self,
             char           **titles,
             guint            truth,
             guint            predicted)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  if (gtk_toggle_button_get_active (self->surest))
    return g_strdup_printf (
      ngettext ("%'u mistake, the surest first", "%'u mistakes, the surest first", n), n);
  if (truth == predicted)
    /* Translators: class, number of pictures. */
    return g_strdup_printf (
      ngettext ("“%s” recognised: %u picture", "“%s” recognised: %u pictures", n), titles[truth],
      n);

  /* Translators: true class, answered class, number of pictures. */
  return g_strdup_printf (
    ngettext ("“%s” taken for “%s”: %u picture", "“%s” taken for “%s”: %u pictures", n),
    titles[truth], titles[predicted], n);
}

static void
show_pictures (CvrMistakesView *self)
{
  CvrEvaluation *evaluation =
    self->project != NULL ? cvr_project_get_evaluation (self->project) : NULL;
  CvrModel *model = self->project != NULL ? cvr_project_get_model (self->project) : NULL;
  gboolean all = gtk_toggle_button_get_active (self->surest);
  g_auto (GStrv) titles = NULL;
  g_autofree char *text = NULL;
  guint truth = 0, predicted = 0;

  if (evaluation == NULL || model == NULL
      || (!all
          && (!cvr_matrix_view_get_selected (self->matrix, &truth, &predicted)
              || truth >= model->n_classes || predicted >= model->n_classes)))
    {
      g_list_store_remove_all (self->items);
      gtk_stack_set_visible_child_name (self->cell_stack, "choose");
      return;
    }

  titles = cvr_labelling_dup_model_titles (self->project, model);
  fill_items (self, evaluation, all ? -1 : (gint) truth, all ? -1 : (gint) predicted, titles);
  text = dup_heading (self, titles, truth, predicted);
  gtk_label_set_text (self->cell, text);
  gtk_stack_set_visible_child_name (
    self->cell_stack,
    g_list_model_get_n_items (G_LIST_MODEL (self->items)) > 0 ? "pictures" : "nothing");
}

/* A cell was chosen: it is what is looked at. */
static void
show_cell (CvrMistakesView *self)
{
  if (gtk_toggle_button_get_active (self->surest))
    gtk_toggle_button_set_active (self->surest, FALSE);
  else
    show_pictures (self);
}

/* What stands in the cells. */
static void
numbers_cb (CvrMistakesView *self)
{
  cvr_matrix_view_set_percent (self->matrix, gtk_toggle_button_get_active (self->percent));
  cvr_matrix_view_set_before (self->matrix, gtk_toggle_button_get_active (self->change)
                                              ? self->before
                                              : NULL);
}

/* Labels */

static void
apply_label (CvrMistakesView *self,
             gint             label)
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
}

static void
label_chosen_cb (CvrMistakesView *self)
{
  guint selected = gtk_drop_down_get_selected (self->label);

  if (self->updating || selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return;
  apply_label (self, (gint) selected - 1);
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->label, 0);
  self->updating = FALSE;
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        CvrMistakesView       *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gint label;

  if (self->project == NULL || (root != NULL && GTK_IS_EDITABLE (gtk_root_get_focus (root))))
    return FALSE;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)
      || !cvr_labelling_class (key, cvr_project_get_dataset (self->project), &label))
    return FALSE;
  apply_label (self, label);

  return TRUE;
}

static void
item_dropped_cb (CvrClassChip    *chip,
                 CvrImageItem    *item,
                 CvrMistakesView *self)
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

/* Chips onto which pictures are dragged, one a class. */
static void
fill_targets (CvrMistakesView *self)
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

      g_signal_connect_object (chip, "item-dropped", G_CALLBACK (item_dropped_cb), self, 0);
      gtk_flow_box_append (self->targets, chip);
      gtk_string_list_append (names, cvr_project_class_title (self->project, k));
    }

  self->updating = TRUE;
  gtk_drop_down_set_model (self->label, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->label, 0);
  self->updating = FALSE;
}

/* States */

static void
update_changed (CvrMistakesView *self)
{
  guint n = cvr_project_n_changed_labels (self->project);
  g_autofree char *text =
    g_strdup_printf (ngettext ("%u label changed", "%u labels changed", n), n);

  gtk_label_set_text (self->changed, text);
  gtk_revealer_set_reveal_child (self->changed_bar, n > 0);
}

/* Remembers what the network did before it was trained again. */
static void
take_evaluation (CvrMistakesView *self,
                 CvrEvaluation   *evaluation)
{
  gboolean comparable;

  if (evaluation != self->last)
    {
      g_clear_pointer (&self->before, cvr_evaluation_unref);
      self->before = self->last;
      self->last = cvr_evaluation_ref (evaluation);
    }
  comparable = self->before != NULL && self->before->n_classes == evaluation->n_classes;
  gtk_widget_set_visible (GTK_WIDGET (self->change), comparable);
  if (!comparable && gtk_toggle_button_get_active (self->change))
    gtk_toggle_button_set_active (self->counts, TRUE);
}

static void
update_summary (CvrMistakesView *self,
                CvrEvaluation   *evaluation)
{
  g_autofree char *now = cvr_words_percent (evaluation->accuracy, evaluation->n);
  g_autofree char *text =
    g_strdup_printf (ngettext ("%s right of %'u picture kept unseen",
                               "%s right of %'u pictures kept unseen", evaluation->n),
                     now, evaluation->n);

  if (self->before != NULL)
    {
      g_autofree char *then = cvr_words_percent (self->before->accuracy, self->before->n);
      /* Translators: "97.6 % right of 840 …", then the accuracy before the last training. */
      g_autofree char *both = g_strdup_printf (_("%s (before: %s)"), text, then);

      gtk_label_set_text (self->summary, both);
    }
  else
    gtk_label_set_text (self->summary, text);
}

static void
show_empty (CvrMistakesView *self,
            const char      *title,
            const char      *description,
            gboolean         train)
{
  gboolean working = !train;

  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, description);
  gtk_widget_set_visible (self->train_first, train);
  gtk_widget_set_visible (self->spinner, working);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
update (CvrMistakesView *self)
{
  CvrEvaluation *evaluation;
  CvrModel *model;
  guint truth, predicted;

  if (self->project == NULL)
    return;
  evaluation = cvr_project_get_evaluation (self->project);
  model = cvr_project_get_model (self->project);
  update_changed (self);
  if (evaluation == NULL || model == NULL || evaluation->n == 0 || evaluation->numbers != NULL)
    {
      cvr_matrix_view_set_evaluation (self->matrix, NULL, NULL, NULL);
      show_pictures (self);
      if (evaluation != NULL && evaluation->numbers != NULL)
        show_empty (self, _("Numbers, not classes"),
                    _("This network predicts numbers: Scores shows how far off it is."), TRUE);
      else if (cvr_project_is_evaluating (self->project))
        show_empty (self, _("Checking…"),
                    _("The network answers every picture that was kept unseen."), FALSE);
      else if (cvr_training_get_state (cvr_project_get_training (self->project))
               != CVR_TRAINING_IDLE)
        show_empty (self, _("Still learning"),
                    _("Its mistakes are shown when the training has ended."), FALSE);
      else
        show_empty (self, _("No mistakes to show yet"),
                    _("Train first: then every wrong answer can be looked at here."), TRUE);
      return;
    }

  take_evaluation (self, evaluation);
  show_matrix (self, evaluation, model);
  numbers_cb (self);
  update_summary (self, evaluation);
  gtk_stack_set_visible_child_name (self->stack, "matrix");
  if (!cvr_matrix_view_get_selected (self->matrix, &truth, &predicted))
    cvr_matrix_view_select_worst (self->matrix);
  show_pictures (self);
}

static void
classes_changed_cb (CvrMistakesView *self)
{
  fill_targets (self);
  update (self);
}

/* Grid */

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          CvrMistakesView          *self)
{
  gtk_list_item_set_child (list_item, cvr_picture_tile_new (self->thumbnails));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         CvrMistakesView          *self)
{
  CvrImageItem *item = gtk_list_item_get_item (list_item);

  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), self->project,
                         item, g_hash_table_lookup (self->confidence, item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           CvrMistakesView          *self)
{
  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), NULL, NULL, NULL);
}

static void
cvr_mistakes_view_dispose (GObject *object)
{
  CvrMistakesView *self = CVR_MISTAKES_VIEW (object);

  cvr_mistakes_view_set_project (self, NULL);
  if (self->grid != NULL)
    gtk_grid_view_set_model (self->grid, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->items);
  g_clear_object (&self->thumbnails);
  g_clear_pointer (&self->confidence, g_hash_table_unref);

  G_OBJECT_CLASS (cvr_mistakes_view_parent_class)->dispose (object);
}

static void
cvr_mistakes_view_class_init (CvrMistakesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_MATRIX_VIEW);
  G_OBJECT_CLASS (klass)->dispose = cvr_mistakes_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-mistakes-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, cell_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, empty);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, matrix);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, grid);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, cell);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, summary);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, changed);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, changed_bar);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, label);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, targets);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, train_first);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, counts);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, percent);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, change);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, surest);
  gtk_widget_class_bind_template_callback (widget_class, show_cell);
  gtk_widget_class_bind_template_callback (widget_class, show_pictures);
  gtk_widget_class_bind_template_callback (widget_class, numbers_cb);
  gtk_widget_class_bind_template_callback (widget_class, label_chosen_cb);
}

static void
cvr_mistakes_view_init (CvrMistakesView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  self->thumbnails = cvr_thumbnails_new (CVR_TILE_SIDE, N_THUMBNAILS);
  self->items = g_list_store_new (CVR_TYPE_IMAGE_ITEM);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->items)));
  self->confidence = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_grid_view_set_factory (self->grid, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  cvr_picture_tile_guard_grid (self->grid);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * cvr_mistakes_view_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_mistakes_view_set_project (CvrMistakesView *self,
                               CvrProject      *project)
{
  g_return_if_fail (CVR_IS_MISTAKES_VIEW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
    }
  if (self->matrix != NULL)
    cvr_matrix_view_set_evaluation (self->matrix, NULL, NULL, NULL);
  if (self->items != NULL)
    g_list_store_remove_all (self->items);
  if (self->confidence != NULL)
    g_hash_table_remove_all (self->confidence);
  if (self->thumbnails != NULL)
    cvr_thumbnails_clear (self->thumbnails);
  g_clear_pointer (&self->last, cvr_evaluation_unref);
  g_clear_pointer (&self->before, cvr_evaluation_unref);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "evaluation-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update_changed), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
  fill_targets (self);
  update (self);
}

/**
 * cvr_mistakes_view_get_items:
 *
 * Returns: (transfer none): pictures of the chosen cell
 */
GListModel *
cvr_mistakes_view_get_items (CvrMistakesView *self)
{
  g_return_val_if_fail (CVR_IS_MISTAKES_VIEW (self), NULL);

  return G_LIST_MODEL (self->items);
}
