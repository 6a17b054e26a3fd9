/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work that is going on, one row each: title, progress, time left, cancel. */
#include "cvr-job-bar.h"

#include <glib/gi18n-lib.h>

struct _CvrJobBar
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkBox      *rows;
  guint        n_jobs;
};

G_DEFINE_FINAL_TYPE (CvrJobBar, cvr_job_bar, ADW_TYPE_BIN)

static void
fraction_cb (CvrJob         *job,
             GParamSpec     *pspec,
             GtkProgressBar *progress)
{
  double fraction;

  g_object_get (job, "fraction", &fraction, NULL);
  if (fraction < 0)
    gtk_progress_bar_pulse (progress);
  else
    gtk_progress_bar_set_fraction (progress, MIN (fraction, 1));
}

/* The row is taken out of the box by the job's end, whichever way it ended. */
static void
running_cb (CvrJob     *job,
            GParamSpec *pspec,
            GtkWidget  *row)
{
  GtkWidget *bar;
  CvrJobBar *self;

  if (cvr_job_is_running (job))
    return;
  bar = gtk_widget_get_ancestor (row, CVR_TYPE_JOB_BAR);
  if (bar == NULL)
    return;

  self = CVR_JOB_BAR (bar);
  self->n_jobs--;
  gtk_revealer_set_reveal_child (self->revealer, self->n_jobs > 0);
  gtk_box_remove (self->rows, row);
}

/* What a row's button has to do. */
typedef struct
{
  CvrJob         *job;
  CvrJobBarCancel cancel; /* NULL: only that */
  gpointer        data;
} Cancel;

static void
cancel_free (gpointer  data,
             GClosure *closure)
{
  Cancel *self = data;

  g_object_unref (self->job);
  g_free (self);
}

static void
cancel_cb (GtkButton *button,
           Cancel    *self)
{
  if (self->cancel != NULL)
    self->cancel (self->job, self->data);
  else
    cvr_job_cancel (self->job);
}

static void
cvr_job_bar_class_init (CvrJobBarClass *klass)
{
}

static void
cvr_job_bar_init (CvrJobBar *self)
{
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  self->rows = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_add_css_class (GTK_WIDGET (self->rows), "cvr-jobs");
  gtk_revealer_set_transition_type (self->revealer, GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (self->revealer, GTK_WIDGET (self->rows));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->revealer));
}

/**
 * cvr_job_bar_add:
 * @job: held by a reference while its row is there
 */
void
cvr_job_bar_add (CvrJobBar *self,
                 CvrJob    *job)
{
  cvr_job_bar_add_asking (self, job, NULL, NULL);
}

/**
 * cvr_job_bar_add_asking:
 * @job: held by a reference while its row is there
 * @ask: (nullable): called instead of cancelling the job
 * @data: outlives the bar
 */
void
cvr_job_bar_add_asking (CvrJobBar      *self,
                        CvrJob         *job,
                        CvrJobBarCancel ask,
                        gpointer        data)
{
  const Cancel what = { job, ask, data };
  GtkWidget *row, *title, *message, *progress, *cancel;
  g_autofree char *name = NULL;

  g_return_if_fail (CVR_IS_JOB_BAR (self));
  g_return_if_fail (CVR_IS_JOB (job));

  if (!cvr_job_is_running (job))
    return;

  g_object_get (job, "title", &name, NULL);
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  title = gtk_label_new (name);
  message = gtk_label_new ("");
  progress = gtk_progress_bar_new ();
  cancel = gtk_button_new_with_mnemonic (_("_Cancel"));
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (message), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (message), 28);
  gtk_label_set_xalign (GTK_LABEL (message), 0);
  gtk_widget_add_css_class (message, "dim-label");
  gtk_widget_add_css_class (message, "numeric");
  gtk_widget_set_hexpand (progress, TRUE);
  gtk_widget_set_valign (progress, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (progress), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (cancel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Cancel"), -1);
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), progress);
  gtk_box_append (GTK_BOX (row), message);
  gtk_box_append (GTK_BOX (row), cancel);
  gtk_box_append (self->rows, row);

  g_object_bind_property (job, "message", message, "label", G_BINDING_SYNC_CREATE);
  g_object_ref (job);
  g_signal_connect_data (cancel, "clicked", G_CALLBACK (cancel_cb),
                         g_memdup2 (&what, sizeof what), cancel_free, 0);
  g_signal_connect_object (job, "notify::fraction", G_CALLBACK (fraction_cb), progress, 0);
  g_signal_connect_object (job, "notify::running", G_CALLBACK (running_cb), row, 0);
  self->n_jobs++;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

/**
 * cvr_job_bar_n_jobs:
 *
 * Returns: how many rows there are
 */
guint
cvr_job_bar_n_jobs (CvrJobBar *self)
{
  g_return_val_if_fail (CVR_IS_JOB_BAR (self), 0);

  return self->n_jobs;
}
