/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Train, pause, step, stop and how far it is: in the header, so on every page. */
#include "cvr-transport.h"

#include "cvr-canvas.h"
#include "cvr-focus-heir.h"
#include "cvr-tooltip.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrTransport
{
  AdwBin parent_instance;

  GtkButton    *train, *pause, *step, *stop;
  GtkLabel     *epoch, *left;
  CvrCanvas    *spark;
  CvrProject   *project;
  GSignalGroup *present; /* the card whose network is in use: it can get another name */
};

G_DEFINE_FINAL_TYPE (CvrTransport, cvr_transport, ADW_TYPE_BIN)

/**
 * cvr_format_time_left:
 * @seconds: negative or not finite: unknown
 *
 * Returns: (transfer full): minutes and seconds, with hours where there are any
 */
char *
cvr_format_time_left (double seconds)
{
  guint s;

  if (!isfinite (seconds) || seconds < 0 || seconds > 360000)
    return g_strdup ("");

  s = (guint) (seconds + 0.5);
  if (s >= 3600)
    /* Translators: hours, minutes, seconds. */
    return g_strdup_printf (_("%u:%02u:%02u left"), s / 3600, s / 60 % 60, s % 60);

  /* Translators: minutes, seconds. */
  return g_strdup_printf (_("%02u:%02u left"), s / 60, s % 60);
}

/* By what is known of an epoch: not everything is validated, and numbers are never simply right. */
char *
cvr_format_epoch (const CvrEpochRow *row)
{
  double accuracy = isfinite (row->val_accuracy) ? row->val_accuracy : row->accuracy;
  double loss = isfinite (row->val_loss) ? row->val_loss : row->loss;
  g_autofree char *figure =
    isfinite (accuracy) ? cvr_words_percent (accuracy, 0) : cvr_words_figure (loss, 3);

  if (isfinite (accuracy))
    return row->epoch > 0 ? g_strdup_printf (_("%1$s · epoch %2$u"), figure, row->epoch)
                          : g_steal_pointer (&figure);
  if (isfinite (loss))
    return row->epoch > 0 ? g_strdup_printf (_("loss %1$s · epoch %2$u"), figure, row->epoch)
                          : g_strdup_printf (_("loss %s"), figure);

  return row->epoch > 0 ? g_strdup_printf (_("epoch %u"), row->epoch) : g_strdup ("");
}

/* What the header speaks of. */
typedef enum
{
  NOTHING,  /* nothing yet, or it was taken back */
  TRAINING, /* it goes on, or it failed and left no network */
  NETWORK,  /* the one in use, wherever it is from */
} Subject;

static Subject
subject_of (CvrProject *project)
{
  CvrTraining *training = cvr_project_get_training (project);
  guint n;

  if (cvr_training_get_state (training) != CVR_TRAINING_IDLE)
    return TRAINING;
  if (cvr_project_get_model (project) != NULL)
    return NETWORK;
  cvr_history_epochs (cvr_training_get_history (training), &n);

  return n > 0 && cvr_training_get_error (training) != NULL ? TRAINING : NOTHING;
}

/* The curves are those of the newest run. */
static gboolean
has_other_curves (CvrProject *project)
{
  CvrNotebook *notebook = cvr_project_get_notebook (project);

  return subject_of (project) == NETWORK
         && cvr_notebook_get_present (notebook) != cvr_notebook_get_newest_run (notebook);
}

/* One an epoch, the newest at the right. */
static void
draw_bars (cairo_t      *cr,
           double        width,
           double        height,
           CvrRgba       colour,
           const GArray *values)
{
  const double bar = 4;
  guint n_shown = MIN (values->len, (guint) (width / (bar + 1)));

  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
  for (guint i = 0; i < n_shown; i++)
    {
      float value = g_array_index (values, float, values->len - n_shown + i);
      double tall = MAX (1, CLAMP ((double) value, 0, 1) * height);

      if (isfinite (value))
        cairo_rectangle (cr, i * (bar + 1), height - tall, bar, tall);
    }
  cairo_fill (cr);
}

/* FALSE: it has none. */
static gboolean
take_series (GArray     *values,
             CvrHistory *history,
             CvrSeries   series)
{
  guint n;
  const CvrBucket *buckets = cvr_history_series (history, series, &n);

  for (guint i = 0; i < n; i++)
    {
      float value = buckets[i].count > 0 ? (float) buckets[i].mean : NAN;

      g_array_append_val (values, value);
    }

  return n > 0;
}

/* FALSE: nothing was validated. */
static gboolean
take_card (GArray             *values,
           const CvrCardFacts *facts)
{
  gboolean validated = facts->val_accuracy.n > 0 && isfinite (facts->val_accuracy.values[0]);
  const CvrCardCurve *curve = validated ? &facts->val_accuracy : &facts->accuracy;

  g_array_append_vals (values, curve->values, curve->n);

  return validated;
}

/* Bars of validation accuracy; where there are none yet, the accuracy of the steps. */
static void
draw_spark (cairo_t        *cr,
            double          width,
            double          height,
            const CvrTheme *theme,
            gpointer        data)
{
  CvrTransport *self = data;
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (float));
  gboolean validated = FALSE;

  if (self->project == NULL || subject_of (self->project) == NOTHING)
    return;
  if (has_other_curves (self->project))
    {
      CvrRunCard *card = cvr_notebook_get_present (cvr_project_get_notebook (self->project));

      if (card != NULL)
        validated = take_card (values, cvr_run_card_get_facts (card));
    }
  else
    {
      CvrHistory *history = cvr_training_get_history (cvr_project_get_training (self->project));

      validated = take_series (values, history, CVR_SERIES_VAL_ACCURACY);
      if (!validated)
        take_series (values, history, CVR_SERIES_ACCURACY);
    }
  draw_bars (cr, width, height, validated ? theme->validation : theme->training, values);
}

static char *
dup_training_text (CvrTraining *training)
{
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (cvr_training_get_history (training), &n);
  const CvrEpochRow *row = n > 0 ? &rows[n - 1] : NULL;
  double accuracy =
    row == NULL ? NAN : isfinite (row->val_accuracy) ? row->val_accuracy : row->accuracy;
  g_autofree char *percent = cvr_words_percent (accuracy, 0);

  if (cvr_training_get_state (training) == CVR_TRAINING_PREPARING)
    return g_strdup (_("getting ready…"));
  if (isfinite (accuracy))
    /* Translators: present epoch, planned epochs, accuracy. */
    return g_strdup_printf (_("epoch %1$u/%2$u · %3$s"), MAX (cvr_training_get_epoch (training), n),
                            cvr_training_get_n_epochs (training), percent);

  return g_strdup_printf (_("epoch %u/%u"), cvr_training_get_epoch (training),
                          cvr_training_get_n_epochs (training));
}

/* How good the network is that is in use: as it was measured then, else as it was measured last. */
static char *
dup_network_text (CvrProject *project)
{
  CvrRunCard *card = cvr_notebook_get_present (cvr_project_get_notebook (project));
  CvrEvaluation *evaluation = cvr_project_get_evaluation (project);
  CvrEpochRow row = { .loss = NAN, .accuracy = NAN, .val_loss = NAN, .val_accuracy = NAN };

  if (card != NULL)
    {
      const CvrRunReport *report = &cvr_run_card_get_facts (card)->report;

      cvr_run_card_is_present (card, &row.epoch);
      if (row.epoch == report->best_epoch)
        {
          row.accuracy = report->accuracy;
          row.loss = report->loss;
          row.val_accuracy = report->val_accuracy;
          row.val_loss = report->val_loss;
        }
    }
  if (isnan (row.val_loss) && evaluation != NULL && evaluation->n > 0)
    {
      row.val_loss = evaluation->loss;
      row.val_accuracy = evaluation->accuracy;
    }

  return cvr_format_epoch (&row);
}

/* Whose that network is; NULL: what is spoken of is no network. */
static char *
dup_whose (CvrProject *project)
{
  CvrRunCard *card;

  if (subject_of (project) != NETWORK)
    return NULL;
  card = cvr_notebook_get_present (cvr_project_get_notebook (project));

  return card != NULL ? g_strdup (cvr_run_card_get_name (card))
                      : cvr_project_dup_model_name (project);
}

static char *
dup_text (CvrProject *project)
{
  switch (subject_of (project))
    {
    case TRAINING:
      return dup_training_text (cvr_project_get_training (project));
    case NETWORK:
      return dup_network_text (project);
    case NOTHING:
    default:
      return g_strdup ("");
    }
}

/* Under the text: time left, or whose network it is. */
static void
update_second_line (CvrTransport *self)
{
  CvrTraining *training = self->project != NULL ? cvr_project_get_training (self->project) : NULL;
  g_autofree char *text = self->project != NULL ? dup_whose (self->project) : NULL;
  gboolean whose = text != NULL;

  if (training != NULL && cvr_training_get_state (training) == CVR_TRAINING_PAUSED)
    text = g_strdup (_("paused"));
  else if (training != NULL && cvr_training_get_state (training) != CVR_TRAINING_IDLE)
    text = cvr_format_time_left (cvr_training_get_seconds_left (training));
  gtk_label_set_text (self->left, text != NULL ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->left),
                               whose ? _("Whose network is in use: see the notebook") : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->left), text != NULL);
}

static void
update (CvrTransport *self)
{
  CvrTraining *training = self->project != NULL ? cvr_project_get_training (self->project) : NULL;
  CvrTrainingState state = training != NULL ? cvr_training_get_state (training) : CVR_TRAINING_IDLE;
  g_autofree char *text = self->project != NULL ? dup_text (self->project) : NULL;
  gboolean paused = state == CVR_TRAINING_PAUSED;
  gboolean busy = state != CVR_TRAINING_IDLE;
  const char *occupation =
    self->project != NULL && !busy ? cvr_project_get_occupation (self->project) : NULL;

  if (self->project != NULL)
    g_signal_group_set_target (
      self->present, cvr_notebook_get_present (cvr_project_get_notebook (self->project)));
  gtk_label_set_text (self->epoch, text != NULL ? text : "");
  update_second_line (self);
  gtk_widget_set_visible (GTK_WIDGET (self->train), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->pause), busy);
  gtk_button_set_icon_name (self->pause, paused ? "media-playback-start-symbolic"
                                                : "media-playback-pause-symbolic");
  cvr_tooltip_set (GTK_WIDGET (self->train),
                   occupation != NULL ? occupation
                                      : _("Train the network on these pictures (F5)"));
  cvr_tooltip_set (GTK_WIDGET (self->pause), paused ? _("Go on (F5)") : _("Pause (F5)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  paused ? _("Go on") : _("Pause"), -1);
  cvr_tooltip_set (GTK_WIDGET (self->step),
                   paused ? _("One batch, then pause again")
                          : _("Step: pause a training first, then go batch by batch"));
  cvr_tooltip_set (GTK_WIDGET (self->stop), busy ? _("Stop and keep the best so far")
                                                 : _("Stop: nothing is running"));
  cvr_canvas_set_description (self->spark, text);
  gtk_widget_queue_draw (GTK_WIDGET (self->spark));
}

static void
cvr_transport_dispose (GObject *object)
{
  CvrTransport *self = CVR_TRANSPORT (object);

  cvr_transport_set_project (self, NULL);
  g_clear_object (&self->present);

  G_OBJECT_CLASS (cvr_transport_parent_class)->dispose (object);
}

static void
cvr_transport_class_init (CvrTransportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->dispose = cvr_transport_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-transport.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, train);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, pause);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, step);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, stop);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, epoch);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, left);
  gtk_widget_class_bind_template_child (widget_class, CvrTransport, spark);
}

static void
cvr_transport_init (CvrTransport *self)
{
  self->present = g_signal_group_new (CVR_TYPE_RUN_CARD);
  g_signal_group_connect_swapped (self->present, "changed", G_CALLBACK (update), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_focus_heir_set (GTK_WIDGET (self), GTK_WIDGET (self->train));
  cvr_canvas_set_draw (self->spark, draw_spark, self, NULL);
}

/**
 * cvr_transport_set_project:
 * @project: (nullable): whose training is shown and driven
 */
void
cvr_transport_set_project (CvrTransport *self,
                           CvrProject   *project)
{
  g_return_if_fail (CVR_IS_TRANSPORT (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
    }
  g_set_object (&self->project, project);
  if (project == NULL && self->present != NULL)
    g_signal_group_set_target (self->present, NULL);
  if (project != NULL)
    {
      CvrTraining *training = cvr_project_get_training (project);

      g_signal_connect_swapped (training, "changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (training, "finished", G_CALLBACK (update), self);
      g_signal_connect_swapped (training, "notify::state", G_CALLBACK (update), self);
      g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (project, "evaluation-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (project, "measuring-changed", G_CALLBACK (update), self);
      update (self);
    }
}
