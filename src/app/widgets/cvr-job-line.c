/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far one job is, and a button that stops it. */
#include "cvr-job-line.h"

#include <glib/gi18n-lib.h>

enum { MOMENT = 300 }; /* ms that a job goes on unseen */

struct _CvrJobLine
{
  AdwBin parent_instance;

  GtkProgressBar *bar;
  GtkButton      *button;
  CvrJob         *job;     /* NULL: none */
  guint           waiting; /* source that shows the line; 0: none */
  gboolean        stopped;
};

G_DEFINE_FINAL_TYPE (CvrJobLine, cvr_job_line, ADW_TYPE_BIN)

enum { STOP, AGAIN, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show (CvrJobLine *self,
      gboolean    shown)
{
  GtkWidget *row = adw_bin_get_child (ADW_BIN (self));

  g_clear_handle_id (&self->waiting, g_source_remove);
  gtk_widget_set_opacity (row, shown ? 1 : 0);
  gtk_widget_set_sensitive (row, shown);
  gtk_button_set_label (self->button, self->stopped ? _("_Again") : _("_Stop"));
  gtk_button_set_use_underline (self->button, TRUE);
}

static gboolean
moment_cb (gpointer data)
{
  CvrJobLine *self = data;

  self->waiting = 0;
  show (self, TRUE);

  return G_SOURCE_REMOVE;
}

static void
fraction_cb (CvrJobLine *self)
{
  double fraction = 0;

  g_object_get (self->job, "fraction", &fraction, NULL);
  gtk_progress_bar_set_fraction (self->bar, CLAMP (fraction, 0, 1));
}

static void
clicked_cb (CvrJobLine *self)
{
  g_signal_emit (self, signals[self->stopped ? AGAIN : STOP], 0);
}

static void
leave_job (CvrJobLine *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
cvr_job_line_dispose (GObject *object)
{
  CvrJobLine *self = CVR_JOB_LINE (object);

  leave_job (self);
  g_clear_handle_id (&self->waiting, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_job_line_parent_class)->dispose (object);
}

static void
cvr_job_line_class_init (CvrJobLineClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_job_line_dispose;
  signals[STOP] =
      g_signal_new ("stop", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[AGAIN] =
      g_signal_new ("again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_job_line_init (CvrJobLine *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->bar), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->bar), GTK_ALIGN_CENTER);
  self->button = GTK_BUTTON (gtk_button_new ());
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->button));
  adw_bin_set_child (ADW_BIN (self), row);
  show (self, FALSE);
}

void
cvr_job_line_follow (CvrJobLine *self,
                     CvrJob     *job,
                     gboolean    stopped)
{
  g_autofree char *title = NULL;

  g_return_if_fail (CVR_IS_JOB_LINE (self));

  stopped &= job == NULL;
  if (job == self->job && stopped == self->stopped)
    return;
  leave_job (self);
  self->stopped = stopped;
  show (self, stopped);
  if (job == NULL)
    return;
  self->job = g_object_ref (job);
  g_object_get (job, "title", &title, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_signal_connect_swapped (job, "notify::fraction", G_CALLBACK (fraction_cb), self);
  fraction_cb (self);
  self->waiting = g_timeout_add (MOMENT, moment_cb, self);
}
