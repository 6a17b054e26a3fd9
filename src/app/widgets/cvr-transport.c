/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Train, pause, step, stop and how far it is: in the header, so on every page. */
#include "cvr-transport.h"

#include "cvr-canvas.h"
#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrTransport
{
  AdwBin parent_instance;

  GtkButton  *train, *pause, *step, *stop;
  GtkLabel   *epoch, *left;
  CvrCanvas  *spark;
  CvrProject *project;
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

/* Nothing yet, or it was taken back. */
static gboolean
is_at_the_start (CvrProject *project)
{
  CvrTraining *training = cvr_project_get_training (project);
  guint n;

  cvr_history_epochs (cvr_training_get_history (training), &n);

  return cvr_training_get_state (training) == CVR_TRAINING_IDLE
         && (n == 0
             || (cvr_project_get_model (project) == NULL
                 && cvr_training_get_error (training) == NULL));
}

/* Bars of validation accuracy, one an epoch, the newest at the right; where there are none yet,
 * the accuracy of the steps. */
static void
draw_spark (cairo_t        *cr,
            double          width,
            double          height,
            const CvrTheme *theme,
            gpointer        data)
{
  CvrTransport *self = data;
  CvrHistory *history;
  const CvrBucket *buckets;
  CvrRgba colour = theme->validation;
  guint n, n_shown, first;
  const double bar = 4;

  if (self->project == NULL || is_at_the_start (self->project))
    return;
  history = cvr_training_get_history (cvr_project_get_training (self->project));
  buckets = cvr_history_series (history, CVR_SERIES_VAL_ACCURACY, &n);
  if (n == 0)
    {
      buckets = cvr_history_series (history, CVR_SERIES_ACCURACY, &n);
      colour = theme->training;
    }

  n_shown = MIN (n, (guint) (width / (bar + 1)));
  first = n - n_shown;
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
  for (guint i = 0; i < n_shown; i++)
    {
      double value = CLAMP (buckets[first + i].mean, 0, 1);

      if (buckets[first + i].count > 0)
        cairo_rectangle (cr, i * (bar + 1), height - MAX (1, value * height), bar,
                         MAX (1, value * height));
    }
  cairo_fill (cr);
}

static char *
dup_epoch_text (CvrProject *project)
{
  CvrTraining *training = cvr_project_get_training (project);
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (cvr_training_get_history (training), &n);
  guint best = cvr_history_best_epoch (cvr_training_get_history (training));
  const CvrEpochRow *row = n > 0 ? &rows[n - 1] : NULL;
  double accuracy;

  if (cvr_training_get_state (training) == CVR_TRAINING_PREPARING)
    return g_strdup (_("getting ready…"));
  if (is_at_the_start (project))
    return g_strdup ("");
  /* While it learns the last epoch counts; afterwards the one that is kept. */
  for (guint i = 0; i < n && cvr_training_get_state (training) == CVR_TRAINING_IDLE; i++)
    if (rows[i].epoch == best)
      row = &rows[i];
  accuracy = row == NULL ? NAN : isfinite (row->val_accuracy) ? row->val_accuracy : row->accuracy;
  if (isfinite (accuracy))
    /* Translators: present epoch, planned epochs, accuracy. */
    return g_strdup_printf (_("epoch %u/%u · %.1f %%"), MAX (cvr_training_get_epoch (training), n),
                            cvr_training_get_n_epochs (training), 100 * accuracy);

  return g_strdup_printf (_("epoch %u/%u"), cvr_training_get_epoch (training),
                          cvr_training_get_n_epochs (training));
}

static void
update (CvrTransport *self)
{
  CvrTraining *training = self->project != NULL ? cvr_project_get_training (self->project) : NULL;
  CvrTrainingState state = training != NULL ? cvr_training_get_state (training) : CVR_TRAINING_IDLE;
  g_autofree char *epoch = self->project != NULL ? dup_epoch_text (self->project) : NULL;
  g_autofree char *left = NULL;
  gboolean paused = state == CVR_TRAINING_PAUSED;
  gboolean busy = state != CVR_TRAINING_IDLE;
  const char *occupation =
    self->project != NULL && !busy ? cvr_project_get_occupation (self->project) : NULL;

  if (busy && !paused)
    left = cvr_format_time_left (cvr_training_get_seconds_left (training));
  gtk_label_set_text (self->epoch, epoch != NULL ? epoch : "");
  gtk_label_set_text (self->left, paused ? _("paused") : left != NULL ? left : "");
  gtk_widget_set_visible (GTK_WIDGET (self->left), busy);
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
  cvr_canvas_set_description (self->spark, epoch);
  gtk_widget_queue_draw (GTK_WIDGET (self->spark));
}

static void
cvr_transport_dispose (GObject *object)
{
  CvrTransport *self = CVR_TRANSPORT (object);

  cvr_transport_set_project (self, NULL);

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
  gtk_widget_init_template (GTK_WIDGET (self));
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
  if (project != NULL)
    {
      CvrTraining *training = cvr_project_get_training (project);

      g_signal_connect_swapped (training, "changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (training, "finished", G_CALLBACK (update), self);
      g_signal_connect_swapped (training, "notify::state", G_CALLBACK (update), self);
      g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (project, "measuring-changed", G_CALLBACK (update), self);
      update (self);
    }
}
