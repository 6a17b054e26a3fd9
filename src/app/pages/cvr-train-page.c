/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, curves, first filters; and the mistakes with their labels to mend. */
#include "cvr-train-page.h"

#include "cvr-curve-view.h"
#include "cvr-filter-view.h"
#include "cvr-mistakes-view.h"
#include "cvr-train-settings.h"
#include "cvr-tooltip.h"
#include "cvr-transport.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrTrainPage
{
  AdwBin parent_instance;

  GtkStack         *views, *middle;
  CvrTrainSettings *settings;
  CvrMistakesView  *mistakes;
  AdwStatusPage    *ready;
  CvrCurveView     *loss, *accuracy;
  CvrFilterView    *filters;
  GtkLabel         *sentence, *progress_text, *figure, *figure_note, *stale, *filters_note;
  GtkProgressBar   *progress;
  GtkButton        *train, *go_on;
  GtkWidget        *side, *buttons, *big_train, *big_images;
  CvrProject       *project;
};

G_DEFINE_FINAL_TYPE (CvrTrainPage, cvr_train_page, ADW_TYPE_BIN)

/* How often the filters are looked at while it learns. */
enum { SNAPSHOT_MS = 200 };

static CvrTraining *
training_of (CvrTrainPage *self)
{
  return cvr_project_get_training (self->project);
}

/* Progress under the curves */

static char *
dup_progress_text (CvrTraining *training)
{
  g_autofree char *left = cvr_format_time_left (cvr_training_get_seconds_left (training));
  double speed = cvr_training_get_images_per_second (training);
  g_autoptr (GString) text = g_string_new (NULL);

  switch (cvr_training_get_state (training))
    {
    case CVR_TRAINING_PREPARING:
      return g_strdup (_("Getting the pictures ready…"));
    case CVR_TRAINING_STOPPING:
      return g_strdup (_("Stopping: the best so far is kept…"));
    case CVR_TRAINING_PAUSED:
      return g_strdup (_("Paused. F5 goes on; Ctrl+. does one batch."));
    case CVR_TRAINING_RUNNING:
      break;
    case CVR_TRAINING_IDLE:
    default:
      return g_strdup ("");
    }

  /* Translators: present epoch, planned epochs. */
  g_string_append_printf (text, _("Epoch %u of %u"), cvr_training_get_epoch (training),
                          cvr_training_get_n_epochs (training));
  if (left[0] != '\0')
    g_string_append_printf (text, " · %s", left);
  if (isfinite (speed) && speed > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("%'.0f pictures a second"), speed);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_progress (CvrTrainPage *self)
{
  CvrTraining *training = training_of (self);
  gboolean busy = cvr_training_get_state (training) != CVR_TRAINING_IDLE;
  g_autofree char *text = dup_progress_text (training);

  gtk_widget_set_opacity (GTK_WIDGET (self->progress), busy ? 1 : 0);
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (cvr_training_get_fraction (training), 0, 1));
  gtk_label_set_text (self->progress_text, text);
}

/* The large figure beside the curves: accuracy on pictures it has never seen. */
static void
update_figure (CvrTrainPage *self)
{
  CvrTraining *training = training_of (self);
  CvrEvaluation *evaluation = cvr_project_get_evaluation (self->project);
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (cvr_training_get_history (training), &n);
  double accuracy = n > 0 ? rows[n - 1].val_accuracy : NAN;
  g_autofree char *figure = NULL;
  g_autofree char *note = NULL;

  if (cvr_training_get_state (training) == CVR_TRAINING_IDLE && evaluation != NULL
      && evaluation->n > 0)
    {
      accuracy = evaluation->accuracy;
      note = g_strdup_printf (
        ngettext ("right, of %'u unseen picture", "right, of %'u unseen pictures", evaluation->n),
        evaluation->n);
    }
  else if (isfinite (accuracy))
    note = g_strdup (_("right, on unseen pictures"));
  else if (n > 0 && isfinite (rows[n - 1].accuracy))
    {
      accuracy = rows[n - 1].accuracy;
      note = g_strdup (_("right, on pictures it learns from"));
    }

  figure = isfinite (accuracy) ? g_strdup_printf (_("%.1f %%"), 100 * accuracy) : g_strdup ("–");
  gtk_label_set_text (self->figure, figure);
  gtk_label_set_text (self->figure_note, note != NULL ? note : _("nothing measured yet"));
}

static void
update_curves (CvrTrainPage *self)
{
  CvrTraining *training = training_of (self);
  CvrHistory *history = cvr_training_get_history (training);
  g_autofree char *sentence = cvr_training_dup_sentence (training);
  guint planned = MAX (cvr_training_get_n_epochs (training), 1);

  cvr_curve_view_set_history (self->loss, history, planned);
  cvr_curve_view_set_history (self->accuracy, history, planned);
  gtk_label_set_text (self->sentence, sentence != NULL ? sentence : "");
  update_figure (self);
  update_progress (self);
}

static void
update_filters (CvrTrainPage *self)
{
  CvrModel *model = cvr_project_get_live_model (self->project);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  cvr_filter_view_set_model (self->filters, model);
  gtk_label_set_text (
    self->filters_note,
    model != NULL ? _("Each square is what one filter looks for: orange adds, blue takes away. "
                       "Noise turns into edges as it learns.")
                  : _("They appear here while it learns: watch noise turn into edges."));
}

/* The big button does what comes next: pictures first, then training. */
static void
show_ready (CvrTrainPage *self,
            const char   *title,
            const char   *description,
            gboolean      can_train)
{
  adw_status_page_set_title (self->ready, title);
  adw_status_page_set_description (self->ready, description);
  gtk_widget_set_visible (self->big_train, can_train);
  gtk_widget_set_visible (self->big_images, !can_train);
}

static void
update_ready (CvrTrainPage *self)
{
  g_autoptr (GError) error = NULL;
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  const CvrSettings *settings = cvr_project_get_settings (self->project);
  const NnArch *arch = nn_arch_find (settings->arch);
  guint n_train = cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN);
  g_autofree char *text = NULL;

  if (cvr_project_get_graph (self->project, &error) == NULL)
    {
      show_ready (self, _("Not ready yet"), error->message, FALSE);
      return;
    }

  /* Translators: network's name, number of pictures, number of kinds. */
  text = g_strdup_printf (
    _("%s will look at %'u pictures of %u kinds and find out by itself how they differ."),
    arch != NULL ? arch->title : _("The network"), n_train, cvr_dataset_n_classes (dataset));
  show_ready (self, _("Ready to learn"), text, TRUE);
}

static void
update_buttons (CvrTrainPage *self)
{
  gboolean busy = cvr_training_get_state (training_of (self)) != CVR_TRAINING_IDLE;
  gboolean trained = cvr_project_get_model (self->project) != NULL;
  gboolean stale = trained && !busy && cvr_project_model_is_stale (self->project);

  gtk_button_set_label (self->train, busy ? _("_Stop") : trained ? _("_Train again") : _("_Train"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->train), busy ? "win.stop" : "win.train");
  cvr_tooltip_set (GTK_WIDGET (self->train),
                   busy ? _("Stop and keep the best so far")
                        : _("From the beginning, with these settings (F5)"));
  gtk_widget_set_visible (GTK_WIDGET (self->go_on), trained && !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->stale), stale);
}

static void
update (CvrTrainPage *self)
{
  CvrTraining *training;
  guint n_points, n_epochs;
  gboolean ready;

  if (self->project == NULL)
    return;
  training = training_of (self);
  cvr_history_series (cvr_training_get_history (training), CVR_SERIES_LOSS, &n_points);
  cvr_history_epochs (cvr_training_get_history (training), &n_epochs);
  ready = n_points + n_epochs == 0 && cvr_training_get_state (training) == CVR_TRAINING_IDLE;
  gtk_stack_set_visible_child_name (self->middle, ready ? "ready" : "curves");
  /* One large button is enough while there is nothing else to press. */
  gtk_widget_set_visible (self->buttons, !ready);
  update_ready (self);
  update_buttons (self);
  update_curves (self);
  update_filters (self);
}

static void
changed_cb (CvrTrainPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_curves (self);
}

static void
images_changed_cb (CvrTrainPage *self)
{
  update_ready (self);
  update_buttons (self);
}

static void
loss_hover_cb (CvrTrainPage *self,
               double        epoch)
{
  cvr_curve_view_set_hover (self->accuracy, epoch);
}

static void
accuracy_hover_cb (CvrTrainPage *self,
                   double        epoch)
{
  cvr_curve_view_set_hover (self->loss, epoch);
}

/* Snapshots are copied only while somebody looks at them. */
static void
cvr_train_page_map (GtkWidget *widget)
{
  CvrTrainPage *self = CVR_TRAIN_PAGE (widget);

  GTK_WIDGET_CLASS (cvr_train_page_parent_class)->map (widget);
  if (self->project == NULL)
    return;
  cvr_training_set_wants (training_of (self), TRUE, SNAPSHOT_MS);
  update (self);
}

static void
cvr_train_page_unmap (GtkWidget *widget)
{
  CvrTrainPage *self = CVR_TRAIN_PAGE (widget);

  if (self->project != NULL)
    cvr_training_set_wants (training_of (self), FALSE, SNAPSHOT_MS);
  GTK_WIDGET_CLASS (cvr_train_page_parent_class)->unmap (widget);
}

static void
cvr_train_page_dispose (GObject *object)
{
  cvr_train_page_set_project (CVR_TRAIN_PAGE (object), NULL);

  G_OBJECT_CLASS (cvr_train_page_parent_class)->dispose (object);
}

static void
cvr_train_page_class_init (CvrTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CURVE_VIEW);
  g_type_ensure (CVR_TYPE_FILTER_VIEW);
  g_type_ensure (CVR_TYPE_MISTAKES_VIEW);
  g_type_ensure (CVR_TYPE_TRAIN_SETTINGS);

  G_OBJECT_CLASS (klass)->dispose = cvr_train_page_dispose;
  widget_class->map = cvr_train_page_map;
  widget_class->unmap = cvr_train_page_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-train-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, views);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, middle);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, settings);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, mistakes);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, ready);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, loss);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, accuracy);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, filters);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, filters_note);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, figure);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, figure_note);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, progress_text);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, train);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, go_on);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, stale);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, side);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, buttons);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, big_train);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, big_images);
  gtk_widget_class_bind_template_callback (widget_class, loss_hover_cb);
  gtk_widget_class_bind_template_callback (widget_class, accuracy_hover_cb);
}

static void
cvr_train_page_init (CvrTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
disconnect_project (CvrTrainPage *self)
{
  CvrTraining *training = training_of (self);

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cvr_training_set_wants (training, FALSE, SNAPSHOT_MS);
  g_signal_handlers_disconnect_by_data (training, self);
  g_signal_handlers_disconnect_by_data (self->project, self);
}

static void
connect_project (CvrTrainPage *self)
{
  CvrTraining *training = training_of (self);

  g_signal_connect_swapped (training, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (training, "snapshot", G_CALLBACK (update_filters), self);
  g_signal_connect_swapped (training, "notify::state", G_CALLBACK (update), self);
  g_signal_connect_swapped (training, "finished", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "evaluation-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (self->project, "classes-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (self->project, "settings-changed", G_CALLBACK (images_changed_cb),
                            self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cvr_training_set_wants (training, TRUE, SNAPSHOT_MS);
  update (self);
}

/**
 * cvr_train_page_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_train_page_set_project (CvrTrainPage *self,
                            CvrProject   *project)
{
  g_return_if_fail (CVR_IS_TRAIN_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    disconnect_project (self);
  if (self->settings != NULL)
    {
      cvr_train_settings_set_project (self->settings, project);
      cvr_mistakes_view_set_project (self->mistakes, project);
      /* The history belongs to the project's training. */
      cvr_curve_view_set_history (self->loss, NULL, 1);
      cvr_curve_view_set_history (self->accuracy, NULL, 1);
      cvr_filter_view_set_model (self->filters, NULL);
      gtk_stack_set_visible_child_name (self->views, "training");
    }
  g_set_object (&self->project, project);
  if (project != NULL)
    connect_project (self);
}

/**
 * cvr_train_page_show_view:
 * @name: "training" or "mistakes"
 */
void
cvr_train_page_show_view (CvrTrainPage *self,
                          const char   *name)
{
  g_return_if_fail (CVR_IS_TRAIN_PAGE (self));

  gtk_stack_set_visible_child_name (self->views, name);
}
