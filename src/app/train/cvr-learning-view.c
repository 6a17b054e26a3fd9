/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, what drives the training, its curves and what they say, the first filters. */
#include "cvr-learning-view.h"

#include "cvr-aside.h"
#include "cvr-curves.h"
#include "cvr-filter-view.h"
#include "cvr-focus-heir.h"
#include "cvr-going-on.h"
#include "cvr-reading-view.h"
#include "cvr-tooltip.h"
#include "cvr-train-settings.h"
#include "cvr-transport.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrLearningView
{
  AdwBin parent_instance;

  GtkStack         *middle;
  CvrTrainSettings *settings;
  AdwStatusPage    *ready;
  CvrReadingView   *reading;
  CvrCurves        *curves;
  CvrFilterView    *filters;
  GtkLabel         *progress_text, *filters_note, *stale;
  GtkProgressBar   *progress;
  GtkButton        *train, *go_on, *step, *step_epoch, *stop, *reset;
  GtkWidget        *drive, *big_train, *big_tune, *big_images;
  CvrProject       *project;
};

G_DEFINE_FINAL_TYPE (CvrLearningView, cvr_learning_view, ADW_TYPE_BIN)

/* How often the filters are looked at while it learns. */
enum { SNAPSHOT_MS = 200 };

static CvrTraining *
training_of (CvrLearningView *self)
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
update_progress (CvrLearningView *self)
{
  CvrTraining *training = training_of (self);
  gboolean busy = cvr_training_get_state (training) != CVR_TRAINING_IDLE;
  g_autofree char *text = dup_progress_text (training);

  gtk_widget_set_opacity (GTK_WIDGET (self->progress), busy ? 1 : 0);
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (cvr_training_get_fraction (training), 0, 1));
  gtk_label_set_text (self->progress_text, text);
}

static void
update_curves (CvrLearningView *self)
{
  CvrTraining *training = training_of (self);
  CvrHistory *history = cvr_training_get_history (training);
  gboolean goes_on = cvr_training_get_state (training) != CVR_TRAINING_IDLE;

  cvr_curves_set_history (self->curves, history,
                          goes_on || cvr_history_n_points (history, CVR_SERIES_LOSS) == 0
                            ? cvr_training_get_n_epochs (training)
                            : 0);
  cvr_reading_view_update (self->reading);
  update_progress (self);
}

static void
update_filters (CvrLearningView *self)
{
  CvrModel *model = cvr_project_get_live_model (self->project);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  cvr_filter_view_set_model (self->filters, model);
  gtk_label_set_text (
    self->filters_note,
    model == NULL ? _("They appear here while it learns: watch noise turn into edges.")
    : cvr_filter_view_in_colour (self->filters)
      ? _("Each square is what one filter looks for, in colour: lighter than grey adds, darker "
          "takes away. Noise turns into edges and blobs of colour as it learns.")
      : _("Each square is what one filter looks for: orange adds, blue takes away. "
          "Noise turns into edges as it learns."));
}

/* The big button does what comes next: pictures first, then training. */
static void
show_ready (CvrLearningView *self,
            const char      *title,
            const char      *description,
            gboolean         can_train)
{
  adw_status_page_set_title (self->ready, title);
  adw_status_page_set_description (self->ready, description);
  gtk_widget_set_visible (self->big_train, can_train);
  gtk_widget_set_visible (self->big_images, !can_train);
  gtk_widget_set_visible (self->big_tune,
                          can_train && cvr_project_get_model (self->project) != NULL);
}

/* A network that came from elsewhere can be taught these pictures; training otherwise begins anew. */
static void
show_tunable (CvrLearningView *self,
              CvrModel        *model,
              const char      *arch,
              guint            n_train,
              guint            n_classes)
{
  g_autofree char *classes = g_strdup_printf (
    ngettext ("It answers with %'u class.", "It answers with %'u classes.", model->n_classes),
    model->n_classes);
  /* Translators: a sentence; number of pictures, number of classes, network's name. */
  g_autofree char *text = g_strdup_printf (
    _("%s Fine-tuning keeps what it knows and teaches it your %'u pictures of %u classes, with a "
      "new last layer where the classes differ. Training begins anew with %s."),
    classes, n_train, n_classes, arch);

  show_ready (self, _("A network that has learned elsewhere"), text, TRUE);
}

static void
show_going_on (CvrLearningView *self,
               guint            n_train)
{
  g_autofree char *sentence = cvr_going_on_dup_sentence (self->project);
  /* Translators: a sentence about the network; number of pictures. */
  g_autofree char *text = g_strdup_printf (
    ngettext ("%s It will look at %'u picture.", "%s It will look at %'u pictures.", n_train),
    sentence, n_train);

  show_ready (self, _("Ready to learn"), text, TRUE);
  gtk_widget_set_visible (self->big_tune, FALSE);
}

static void
update_ready (CvrLearningView *self)
{
  g_autoptr (GError) error = NULL;
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  const CvrSettings *settings = cvr_project_get_settings (self->project);
  const NnArch *arch = nn_arch_find (settings->arch);
  const char *title = arch != NULL ? arch->title : _("The network");
  guint n_train = cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN);
  guint n_classes = cvr_dataset_n_classes (dataset);
  CvrModel *model = cvr_project_get_model (self->project);
  g_autofree char *text = NULL;

  if (cvr_project_get_graph (self->project, &error) == NULL)
    {
      show_ready (self, _("Not ready yet"), error->message, FALSE);
      return;
    }

  if (cvr_project_goes_on (self->project))
    {
      show_going_on (self, n_train);
      return;
    }
  if (model != NULL)
    {
      show_tunable (self, model, title, n_train, n_classes);
      return;
    }

  /* Translators: network's name, number of pictures, number of classes. */
  text = g_strdup_printf (
    _("%s will look at %'u pictures of %u classes and find out by itself how they differ."), title,
    n_train, n_classes);
  show_ready (self, _("Ready to learn"), text, TRUE);
}

/* Buttons */

/* The window's actions say whether it can be pressed; the tooltip, what it does or why it can't. */
static void
explain (GtkButton  *button,
         gboolean    can,
         const char *does,
         const char *why_not)
{
  cvr_tooltip_set (GTK_WIDGET (button), can ? does : why_not);
}

static void
update_drive (CvrLearningView *self,
              CvrTrainingState state,
              gboolean         trained)
{
  gboolean paused = state == CVR_TRAINING_PAUSED;
  gboolean learns = paused || state == CVR_TRAINING_RUNNING;

  explain (self->step, paused, _("One batch, then paused again (Ctrl+.)"),
           _("One batch: pause a training first"));
  explain (self->step_epoch, learns, _("On to the end of this epoch, then paused (Ctrl+E)"),
           _("One epoch: start a training first"));
  explain (self->stop, learns, _("Stop and keep the best so far"),
           _("Stop: nothing is running"));
  explain (self->reset, state == CVR_TRAINING_IDLE && trained,
           _("Back to the untrained network. Its card stays in the notebook."),
           trained ? _("Back to the start: stop the training first")
                   : _("Back to the start: nothing has been learned yet"));
}

static void
update_buttons (CvrLearningView *self)
{
  CvrTrainingState state = cvr_training_get_state (training_of (self));
  gboolean busy = state != CVR_TRAINING_IDLE, paused = state == CVR_TRAINING_PAUSED;
  gboolean trained = cvr_project_get_model (self->project) != NULL;
  gboolean stale = trained && !busy && cvr_project_model_is_stale (self->project);
  gboolean goes_on = cvr_project_goes_on (self->project);
  const char *occupation = busy ? NULL : cvr_project_get_occupation (self->project);
  GtkWidget *const going_on[] = { GTK_WIDGET (self->go_on), self->big_tune };

  gtk_button_set_label (self->train, paused    ? _("_Go on")
                                     : busy    ? _("_Pause")
                                     : goes_on ? _("_Continue")
                                     : trained ? _("_Train again")
                                               : _("_Train"));
  cvr_tooltip_set (GTK_WIDGET (self->train),
                   paused               ? _("Go on where it stopped (F5)")
                   : busy               ? _("Pause it here (F5)")
                   : occupation != NULL ? occupation
                   : goes_on            ? _("Go on learning, with these settings (F5)")
                                        : _("From the beginning, with these settings (F5)"));
  cvr_tooltip_set (self->big_train,
                   occupation != NULL ? occupation : _("Start learning (F5)"));
  for (guint i = 0; i < G_N_ELEMENTS (going_on); i++)
    cvr_tooltip_set (going_on[i], occupation != NULL
                                    ? occupation
                                    : _("Go on from what it has learned already"));
  gtk_widget_set_visible (GTK_WIDGET (self->go_on),
                          trained && !busy && !goes_on);
  gtk_widget_set_visible (GTK_WIDGET (self->stale), stale);
  update_drive (self, state, trained);
}

/* Before the first training, and again when what it learnt was reset; not after one that failed. */
static gboolean
is_at_the_start (CvrLearningView *self)
{
  CvrTraining *training = training_of (self);
  CvrHistory *history = cvr_training_get_history (training);
  guint n_epochs;

  if (cvr_training_get_state (training) != CVR_TRAINING_IDLE)
    return FALSE;
  cvr_history_epochs (history, &n_epochs);
  if (n_epochs == 0 && cvr_history_n_points (history, CVR_SERIES_LOSS) == 0)
    return TRUE;

  return cvr_project_get_model (self->project) == NULL && cvr_training_get_error (training) == NULL;
}

static void
update (CvrLearningView *self)
{
  gboolean empty;

  if (self->project == NULL)
    return;
  empty = is_at_the_start (self);
  gtk_stack_set_visible_child_name (self->middle, empty ? "ready" : "curves");
  /* One large button is enough while there is nothing else to press. */
  gtk_widget_set_visible (self->drive, !empty);
  update_ready (self);
  update_buttons (self);
  update_curves (self);
  update_filters (self);
}

static void
changed_cb (CvrLearningView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_curves (self);
}

static void
images_changed_cb (CvrLearningView *self)
{
  update_ready (self);
  update_buttons (self);
}

/* What is tried next depends on the settings. */
static void
settings_changed_cb (CvrLearningView *self)
{
  images_changed_cb (self);
  cvr_reading_view_update (self->reading);
}

/* Snapshots are copied only while somebody looks at them. */
static void
cvr_learning_view_map (GtkWidget *widget)
{
  CvrLearningView *self = CVR_LEARNING_VIEW (widget);

  GTK_WIDGET_CLASS (cvr_learning_view_parent_class)->map (widget);
  if (self->project == NULL)
    return;
  cvr_training_set_wants (training_of (self), TRUE, SNAPSHOT_MS);
  update (self);
}

static void
cvr_learning_view_unmap (GtkWidget *widget)
{
  CvrLearningView *self = CVR_LEARNING_VIEW (widget);

  if (self->project != NULL)
    cvr_training_set_wants (training_of (self), FALSE, SNAPSHOT_MS);
  GTK_WIDGET_CLASS (cvr_learning_view_parent_class)->unmap (widget);
}

static void
cvr_learning_view_dispose (GObject *object)
{
  cvr_learning_view_set_project (CVR_LEARNING_VIEW (object), NULL);

  G_OBJECT_CLASS (cvr_learning_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, middle);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, settings);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, ready);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, reading);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, curves);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, filters);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, filters_note);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, progress_text);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, train);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, go_on);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, step);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, step_epoch);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, stop);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, reset);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, stale);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, drive);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, big_train);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, big_tune);
  gtk_widget_class_bind_template_child (widget_class, CvrLearningView, big_images);
}

static void
cvr_learning_view_class_init (CvrLearningViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_ASIDE);
  g_type_ensure (CVR_TYPE_CURVES);
  g_type_ensure (CVR_TYPE_FILTER_VIEW);
  g_type_ensure (CVR_TYPE_READING_VIEW);
  g_type_ensure (CVR_TYPE_TRAIN_SETTINGS);

  G_OBJECT_CLASS (klass)->dispose = cvr_learning_view_dispose;
  widget_class->map = cvr_learning_view_map;
  widget_class->unmap = cvr_learning_view_unmap;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-learning-view.ui");
  bind_children (widget_class);
}

static void
cvr_learning_view_init (CvrLearningView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_bind_property (self->settings, "advanced", self->reading, "advanced",
                          G_BINDING_SYNC_CREATE);
  /* A remedy goes once it is taken, Stop is greyed, everything that drives goes with a reset. */
  cvr_focus_heir_set (GTK_WIDGET (self->reading), GTK_WIDGET (self->train));
  cvr_focus_heir_set (gtk_widget_get_parent (GTK_WIDGET (self->stop)), GTK_WIDGET (self->train));
  cvr_focus_heir_set (self->drive, self->big_train);
}

static void
disconnect_project (CvrLearningView *self)
{
  CvrTraining *training = training_of (self);

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cvr_training_set_wants (training, FALSE, SNAPSHOT_MS);
  g_signal_handlers_disconnect_by_data (training, self);
  g_signal_handlers_disconnect_by_data (self->project, self);
}

static void
connect_project (CvrLearningView *self)
{
  CvrTraining *training = training_of (self);

  g_signal_connect_swapped (training, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (training, "snapshot", G_CALLBACK (update_filters), self);
  g_signal_connect_swapped (training, "notify::state", G_CALLBACK (update), self);
  g_signal_connect_swapped (training, "finished", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "evaluation-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->project, "measuring-changed", G_CALLBACK (update_buttons), self);
  g_signal_connect_swapped (self->project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (self->project, "classes-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (self->project, "settings-changed", G_CALLBACK (settings_changed_cb),
                            self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cvr_training_set_wants (training, TRUE, SNAPSHOT_MS);
  update (self);
}

/**
 * cvr_learning_view_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_learning_view_set_project (CvrLearningView *self,
                               CvrProject      *project)
{
  g_return_if_fail (CVR_IS_LEARNING_VIEW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    disconnect_project (self);
  if (self->settings != NULL)
    {
      cvr_train_settings_set_project (self->settings, project);
      cvr_reading_view_set_project (self->reading, project);
      /* The history belongs to the project's training. */
      cvr_curves_set_history (self->curves, NULL, 1);
      cvr_filter_view_set_model (self->filters, NULL);
    }
  g_set_object (&self->project, project);
  if (project != NULL)
    connect_project (self);
}
