/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a project takes on the disk: counted and cleaned up beside the main thread. */
#include "cvr-room-dialog.h"

#include "cvr-projects-dialog.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

enum { N_ROWS = 6 };

typedef struct
{
  CvrProject   *project;
  GtkWidget    *dialog;
  AdwActionRow *rows[N_ROWS];
  GtkWidget    *button, *spinner;
  GtkSpinButton *limit;
} Dialog;

static const char *const titles[N_ROWS] = {
  N_("The whole project"), N_("Pictures and labels"),    N_("Trained network"),
  N_("Checkpoints"),       N_("What undo can bring back"), N_("Everything else"),
};

static void measure (Dialog *self);

static void
dialog_free (gpointer data)
{
  Dialog *self = data;

  g_object_unref (self->project);
  g_free (self);
}

/* Worker. */
static gpointer
measure_func (CvrJob   *job,
              gpointer  data,
              GError  **error)
{
  CvrKeptSizes *sizes = g_new0 (CvrKeptSizes, 1);

  if (!cvr_keeper_sizes (data, sizes, error))
    g_clear_pointer (&sizes, g_free);

  return sizes;
}

static void
set_busy (Dialog  *self,
          gboolean busy)
{
  gtk_widget_set_sensitive (self->button, !busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
}

static void
measured_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  Dialog *self = data;
  g_autofree CvrKeptSizes *sizes = result;

  set_busy (self, FALSE);
  if (sizes != NULL)
    {
      const guint64 values[N_ROWS] = { sizes->file,        sizes->pictures, sizes->models,
                                       sizes->checkpoints, sizes->undo,     sizes->other };

      for (guint i = 0; i < N_ROWS; i++)
        {
          g_autofree char *text = g_format_size (values[i]);

          adw_action_row_set_subtitle (self->rows[i], text);
        }
    }
  else
    cvr_show_error (self->dialog, _("The project could not be measured"), error->message);
}

static void
unref_keeper (gpointer keeper)
{
  cvr_keeper_unref (keeper);
}

static void
measure (Dialog *self)
{
  set_busy (self, TRUE);
  cvr_job_start (_("Measuring"), measure_func, cvr_keeper_ref (cvr_project_keeper (self->project)),
                 unref_keeper, G_OBJECT (self->dialog), measured_cb, self, g_free);
}

/* Worker. */
static gpointer
clean_func (CvrJob   *job,
            gpointer  data,
            GError  **error)
{
  return cvr_keeper_vacuum (data, error) ? g_strdup ("") : NULL;
}

static void
cleaned_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  Dialog *self = data;

  g_free (result);
  set_busy (self, FALSE);
  if (error != NULL)
    cvr_show_error (self->dialog, _("The project could not be cleaned up"), error->message);
  else
    measure (self);
}

/* What goes beyond the limit goes for good: not before the choice is made. */
static void
apply_limit (Dialog *self)
{
  guint64 bytes = (guint64) gtk_spin_button_get_value_as_int (self->limit) * 1000000;

  if (cvr_project_keeper (self->project) != NULL &&
      bytes != cvr_project_get_checkpoint_limit (self->project))
    cvr_project_set_checkpoint_limit (self->project, bytes);
}

static gboolean
close_cb (Dialog *self)
{
  apply_limit (self);

  return FALSE;
}

static void
clean_cb (Dialog *self)
{
  apply_limit (self);
  set_busy (self, TRUE);
  cvr_job_start (_("Cleaning up"), clean_func, cvr_keeper_ref (cvr_project_keeper (self->project)),
                 unref_keeper, G_OBJECT (self->dialog), cleaned_cb, self, g_free);
}

static GtkWidget *
make_limit (Dialog *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 100000, 50);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Room for checkpoints, in MB"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _("The networks of all epochs, and what it takes to go on after an "
                                 "interruption. When it is full, older ones are thinned out."));
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin),
                             (double) cvr_project_get_checkpoint_limit (self->project) / 1e6);
  self->limit = GTK_SPIN_BUTTON (spin);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);

  return row;
}

static GtkWidget *
make_page (Dialog *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *sizes = adw_preferences_group_new ();
  GtkWidget *limits = adw_preferences_group_new ();
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  for (guint i = 0; i < N_ROWS; i++)
    {
      self->rows[i] = ADW_ACTION_ROW (adw_action_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), _(titles[i]));
      adw_action_row_set_subtitle (self->rows[i], "…");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (sizes), GTK_WIDGET (self->rows[i]));
    }
  self->spinner = gtk_spinner_new ();
  self->button = gtk_button_new_with_mnemonic (_("_Clean up"));
  gtk_widget_set_tooltip_text (self->button, _("Gives room back that nothing uses any more"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (suffix), self->spinner);
  gtk_box_append (GTK_BOX (suffix), self->button);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clean_cb), self);
  adw_action_row_add_suffix (self->rows[0], suffix);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (limits), make_limit (self));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (sizes));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (limits));

  return page;
}

/**
 * cvr_room_dialog_new:
 *
 * Returns: (transfer none): to be presented; kept by GTK until it is closed
 */
GtkWidget *
cvr_room_dialog_new (GtkWindow  *parent,
                     CvrProject *project)
{
  Dialog *self = g_new0 (Dialog, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page;

  self->project = g_object_ref (project);
  self->dialog = g_object_new (ADW_TYPE_WINDOW, "title", _("Project size"), "transient-for",
                               parent, "modal", TRUE, "destroy-with-parent", TRUE, "default-width",
                               480, "default-height", 620, NULL);
  cvr_dialog_close_on_escape (self->dialog);
  g_signal_connect_swapped (self->dialog, "close-request", G_CALLBACK (close_cb), self);
  g_object_set_data_full (G_OBJECT (self->dialog), "cvr-dialog", self, dialog_free);
  page = make_page (self);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self->dialog), box);
  measure (self);

  return self->dialog;
}
