/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix, or answered against true numbers; the pictures behind it, and their labels
 * to mend. */
#include "cvr-mistakes-view.h"

#include "cvr-labelling.h"
#include "cvr-matrix-view.h"
#include "cvr-relabel-pane.h"
#include "cvr-scores.h"
#include "cvr-truth-chart.h"
#include "cvr-unevaluated.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>

struct _CvrMistakesView
{
  AdwBin parent_instance;

  GtkStack       *stack, *cell_stack;
  CvrUnevaluated *empty;
  CvrMatrixView  *matrix;
  CvrTruthChart  *chart;
  CvrRelabelPane *pane;
  GtkLabel       *changed, *summary;
  GtkRevealer    *changed_bar;
  GtkWidget      *tools;
  GtkToggleButton *counts, *percent, *change, *surest;

  /* What is shown, that of the network before it, and of the one before that. */
  CvrEvaluation  *last, *before, *earlier;
  CvrProject     *project;
};

G_DEFINE_FINAL_TYPE (CvrMistakesView, cvr_mistakes_view, ADW_TYPE_BIN)

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
add_answers (CvrMistakesView *self,
             CvrEvaluation   *evaluation,
             gint             truth,
             gint             predicted,
             char           **titles)
{
  guint n = 0;
  g_autofree guint *places = cvr_scores_find (evaluation, truth, predicted, truth < 0, &n);

  for (guint i = 0; i < n; i++)
    {
      const CvrAnswer *answer = &evaluation->answers[places[i]];
      g_autofree char *percent = cvr_words_percent ((double) answer->p, 100);

      cvr_relabel_pane_add (
        self->pane, answer->id,
        truth >= 0
          /* Translators: how sure the network is, short, under a picture. */
          ? g_strdup_printf (_("%s sure"), percent)
          /* Translators: what the network took a picture for, and how sure it was. */
          : g_strdup_printf (_("%1$s? %2$s"), titles[answer->predicted], percent));
    }
}

static void
add_numbers (CvrMistakesView *self,
             CvrEvaluation   *evaluation)
{
  g_autofree guint *places = cvr_scores_furthest (evaluation);

  for (guint i = 0; i < evaluation->n; i++)
    cvr_relabel_pane_add (
      self->pane, evaluation->answers[places[i]].id,
      /* Translators: under a picture: its true number, and the one that was answered. */
      g_strdup_printf (_("%.4g → %.4g"), evaluation->numbers->truth[places[i]],
                       evaluation->numbers->predicted[places[i]]));
}

/* What the pictures at the right are; (transfer full). */
static char *
dup_heading (CvrMistakesView *self,
             char           **titles,
             guint            truth,
             guint            predicted,
             guint            n)
{
  if (cvr_project_get_evaluation (self->project)->numbers != NULL)
    return g_strdup_printf (
      ngettext ("%'u picture, the furthest off first", "%'u pictures, the furthest off first", n),
      n);
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
  gboolean numbers = evaluation != NULL && evaluation->numbers != NULL;
  gboolean all = gtk_toggle_button_get_active (self->surest);
  g_auto (GStrv) titles = NULL;
  g_autofree char *text = NULL;
  guint truth = 0, predicted = 0, n;

  if (evaluation == NULL || model == NULL
      || (!all && !numbers
          && (!cvr_matrix_view_get_selected (self->matrix, &truth, &predicted)
              || truth >= model->n_classes || predicted >= model->n_classes)))
    {
      cvr_relabel_pane_begin (self->pane);
      cvr_relabel_pane_end (self->pane);
      gtk_stack_set_visible_child_name (self->cell_stack, "choose");
      return;
    }

  cvr_relabel_pane_begin (self->pane);
  titles = cvr_labelling_dup_model_titles (self->project, model);
  if (numbers)
    add_numbers (self, evaluation);
  else
    add_answers (self, evaluation, all ? -1 : (gint) truth, all ? -1 : (gint) predicted, titles);
  n = cvr_relabel_pane_end (self->pane);
  text = dup_heading (self, titles, truth, predicted, n);
  cvr_relabel_pane_set_heading (self->pane, text);
  gtk_stack_set_visible_child_name (self->cell_stack, n > 0 ? "pictures" : "nothing");
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

/* Enter on a cell: on to its pictures. */
static void
enter_pictures (CvrMistakesView *self)
{
  cvr_relabel_pane_enter (self->pane);
}

/* A dot of the chart: its picture. */
static void
chosen_cb (CvrMistakesView *self,
           guint            place)
{
  CvrEvaluation *evaluation = cvr_project_get_evaluation (self->project);

  if (evaluation != NULL && place < evaluation->n)
    cvr_relabel_pane_pick (self->pane, evaluation->answers[place].id);
}

/* The dot of the picture that is selected. */
static void
picked_cb (CvrMistakesView *self,
           guint64          id)
{
  CvrEvaluation *evaluation =
    self->project != NULL ? cvr_project_get_evaluation (self->project) : NULL;
  gint place = -1;

  if (evaluation == NULL || evaluation->numbers == NULL)
    return;
  for (guint i = 0; i < evaluation->n && id != 0 && place < 0; i++)
    if (evaluation->answers[i].id == id)
      place = (gint) i;
  cvr_truth_chart_mark (self->chart, place);
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

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        CvrMistakesView       *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if ((root != NULL && GTK_IS_EDITABLE (gtk_root_get_focus (root)))
      || state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;

  return cvr_relabel_pane_key (self->pane, key);
}

/* States */

/* A bar that closes would keep the keyboard: Enter pressed its button once more. */
static void
leave_closed_bar (CvrMistakesView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean numbers = gtk_widget_get_visible (GTK_WIDGET (self->chart));

  if (!gtk_revealer_get_reveal_child (self->changed_bar) && focus != NULL
      && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->changed_bar)))
    gtk_widget_child_focus (numbers ? GTK_WIDGET (self->chart) : GTK_WIDGET (self->matrix),
                            GTK_DIR_TAB_FORWARD);
}

static gboolean
is_learning (CvrMistakesView *self)
{
  return cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_IDLE;
}

/* A training that is under way learns from the labels as they were when it began. */
static void
update_changed (CvrMistakesView *self)
{
  guint n = cvr_project_n_changed_labels (self->project);
  g_autofree char *text =
    g_strdup_printf (ngettext ("%u label changed", "%u labels changed", n), n);

  gtk_label_set_text (self->changed, text);
  gtk_revealer_set_reveal_child (self->changed_bar, n > 0 && !is_learning (self));
  leave_closed_bar (self);
}

static gboolean
is_equal (const CvrEvaluation *a,
          const CvrEvaluation *b)
{
  return a != NULL && b != NULL && cvr_evaluation_equal (a, b);
}

/* A network that comes back, by Undo, is compared again with what was before it then. */
static void
remember (CvrMistakesView *self,
          CvrEvaluation   *evaluation)
{
  gboolean back = is_equal (self->before, evaluation) && !is_equal (self->last, evaluation);

  if (back)
    {
      g_clear_pointer (&self->before, cvr_evaluation_unref);
      g_clear_pointer (&self->last, cvr_evaluation_unref);
      self->before = g_steal_pointer (&self->earlier);
    }
  else
    {
      g_clear_pointer (&self->earlier, cvr_evaluation_unref);
      self->earlier = g_steal_pointer (&self->before);
      self->before = g_steal_pointer (&self->last);
    }
  self->last = cvr_evaluation_ref (evaluation);
}

/* Remembers what the network did before it was trained again. Returns: whether it is the first one
 * of this project. */
static gboolean
take_evaluation (CvrMistakesView *self,
                 CvrEvaluation   *evaluation)
{
  gboolean comparable, first = self->last == NULL;

  if (evaluation != self->last)
    remember (self, evaluation);
  if (self->before != NULL && (self->before->numbers == NULL) != (evaluation->numbers == NULL))
    g_clear_pointer (&self->before, cvr_evaluation_unref);
  comparable = self->before != NULL && self->before->n_classes == evaluation->n_classes;
  gtk_widget_set_visible (GTK_WIDGET (self->change), comparable);
  if (!comparable && gtk_toggle_button_get_active (self->change))
    gtk_toggle_button_set_active (self->counts, TRUE);

  return first;
}

/* "97.6 %", or how far off it is on average; (transfer full). */
static char *
dup_figure (const CvrEvaluation *evaluation)
{
  return evaluation->numbers != NULL
           ? g_strdup_printf (_("± %.3g"), evaluation->numbers->scores.mae)
           : cvr_words_percent (evaluation->accuracy, evaluation->n);
}

static char *
dup_summary (const CvrEvaluation *evaluation)
{
  g_autofree char *figure = dup_figure (evaluation);
  g_autofree char *note = NULL;

  if (evaluation->numbers == NULL)
    return g_strdup_printf (ngettext ("%s right of %'u picture kept unseen",
                                      "%s right of %'u pictures kept unseen", evaluation->n),
                            figure, evaluation->n);
  note = g_strdup_printf (
    ngettext ("off on average, on %'u unseen picture", "off on average, on %'u unseen pictures",
              evaluation->n),
    evaluation->n);

  return g_strconcat (figure, " ", note, NULL);
}

static void
update_summary (CvrMistakesView *self,
                CvrEvaluation   *evaluation)
{
  g_autofree char *text = dup_summary (evaluation);

  if (is_learning (self))
    {
      /* Translators: "97.6 % right of 840 …". */
      g_autofree char *old = g_strdup_printf (_("%s, before this training"), text);

      gtk_label_set_text (self->summary, old);
    }
  else if (self->before != NULL)
    {
      g_autofree char *then = dup_figure (self->before);
      /* Translators: "97.6 % right of 840 …", then the accuracy before the last training. */
      g_autofree char *both = g_strdup_printf (_("%s (before: %s)"), text, then);

      gtk_label_set_text (self->summary, both);
    }
  else
    gtk_label_set_text (self->summary, text);
}

/* The matrix of a network that answers with classes, the chart of one that answers with numbers. */
static void
show_answers (CvrMistakesView *self,
              CvrEvaluation   *evaluation,
              CvrModel        *model,
              gboolean         first)
{
  gboolean numbers = evaluation->numbers != NULL;
  guint truth, predicted;

  gtk_widget_set_visible (self->tools, !numbers);
  gtk_widget_set_visible (GTK_WIDGET (self->matrix), !numbers);
  gtk_widget_set_visible (GTK_WIDGET (self->chart), numbers);
  cvr_truth_chart_set_evaluation (self->chart, numbers ? evaluation : NULL);
  if (numbers)
    {
      cvr_matrix_view_set_evaluation (self->matrix, NULL, NULL, NULL);
      return;
    }
  show_matrix (self, evaluation, model);
  numbers_cb (self);
  /* What was looked at may have been put right: then there is nothing to see there any more. */
  if (first || !cvr_matrix_view_get_selected (self->matrix, &truth, &predicted)
      || evaluation->confusion->counts[truth * evaluation->n_classes + predicted] == 0)
    cvr_matrix_view_select_worst (self->matrix);
}

static void
update (CvrMistakesView *self)
{
  CvrEvaluation *evaluation;
  CvrModel *model;

  if (self->project == NULL)
    return;
  evaluation = cvr_project_get_evaluation (self->project);
  model = cvr_project_get_model (self->project);
  update_changed (self);
  if (evaluation == NULL || model == NULL || evaluation->n == 0)
    {
      cvr_matrix_view_set_evaluation (self->matrix, NULL, NULL, NULL);
      cvr_truth_chart_set_evaluation (self->chart, NULL);
      show_pictures (self);
      cvr_unevaluated_update (
        self->empty, self->project, _("Its mistakes are shown when the training has ended."),
        _("No mistakes to show yet"),
        _("Train first: then every wrong answer can be looked at here."));
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }

  show_answers (self, evaluation, model, take_evaluation (self, evaluation));
  update_summary (self, evaluation);
  gtk_stack_set_visible_child_name (self->stack, "matrix");
  show_pictures (self);
  leave_closed_bar (self);
}

static void
cvr_mistakes_view_dispose (GObject *object)
{
  CvrMistakesView *self = CVR_MISTAKES_VIEW (object);

  cvr_mistakes_view_set_project (self, NULL);

  G_OBJECT_CLASS (cvr_mistakes_view_parent_class)->dispose (object);
}

static void
cvr_mistakes_view_class_init (CvrMistakesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_MATRIX_VIEW);
  g_type_ensure (CVR_TYPE_RELABEL_PANE);
  g_type_ensure (CVR_TYPE_TRUTH_CHART);
  g_type_ensure (CVR_TYPE_UNEVALUATED);
  G_OBJECT_CLASS (klass)->dispose = cvr_mistakes_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-mistakes-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, cell_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, empty);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, matrix);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, pane);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, summary);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, changed);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, changed_bar);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, chart);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, tools);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, counts);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, percent);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, change);
  gtk_widget_class_bind_template_child (widget_class, CvrMistakesView, surest);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, enter_pictures);
  gtk_widget_class_bind_template_callback (widget_class, show_cell);
  gtk_widget_class_bind_template_callback (widget_class, show_pictures);
  gtk_widget_class_bind_template_callback (widget_class, numbers_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
}

static void
cvr_mistakes_view_init (CvrMistakesView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
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
    {
      cvr_matrix_view_set_evaluation (self->matrix, NULL, NULL, NULL);
      cvr_truth_chart_set_evaluation (self->chart, NULL);
      cvr_relabel_pane_set_project (self->pane, project);
    }
  g_clear_pointer (&self->last, cvr_evaluation_unref);
  g_clear_pointer (&self->before, cvr_evaluation_unref);
  g_clear_pointer (&self->earlier, cvr_evaluation_unref);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "evaluation-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update_changed), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
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

  return cvr_relabel_pane_get_items (self->pane);
}
