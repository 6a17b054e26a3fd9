/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trained network as a file for other programs, with the proof that it answers the same. */
#include "cvr-export-page.h"

#include "cvr-export.h"
#include "cvr-job.h"
#include "cvr-labelling.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>

struct _CvrExportPage
{
  AdwBin parent_instance;

  GtkStack     *stack;
  GtkLabel     *network, *input, *bytes, *proof;
  AdwActionRow *classes_row;
  GtkImage     *proof_icon;
  GtkSpinner   *spinner;
  GtkButton    *save, *cancel;

  CvrProject           *project;
  CvrModel             *measured;  /* the model whose file size is shown or being worked out */
  CvrJob               *measuring; /* only compared: an older model's size comes too late */
  GtkFileChooserNative *chooser;
  CvrJob               *job;       /* running export */
};

G_DEFINE_FINAL_TYPE (CvrExportPage, cvr_export_page, ADW_TYPE_BIN)

/* Everything the worker needs; owned by the job. */
typedef struct
{
  CvrModel   *model;
  CvrDataset *check;
  NnWorkers  *workers;
  char       *path;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  cvr_model_unref (work->model);
  g_clear_pointer (&work->check, cvr_dataset_unref);
  nn_workers_unref (work->workers);
  g_free (work->path);
  g_free (work);
}

static gpointer
export_func (CvrJob   *job,
             gpointer  data,
             GError  **error)
{
  Work *work = data;
  g_autofree CvrExportProof *proof = g_new0 (CvrExportProof, 1);

  if (!cvr_export_onnx (work->model, work->path, work->check, work->workers, cvr_job_keep_going,
                        job, proof, error))
    return NULL;

  return g_steal_pointer (&proof);
}

static gpointer
measure_func (CvrJob   *job,
              gpointer  data,
              GError  **error)
{
  g_autoptr (GBytes) bytes = cvr_model_to_bytes (data, error);
  gsize *size;

  if (bytes == NULL)
    return NULL;
  size = g_new (gsize, 1);
  *size = g_bytes_get_size (bytes);

  return size;
}

static void
measure_done (CvrJob       *job,
              gpointer      result,
              const GError *error,
              gpointer      user_data)
{
  CvrExportPage *self = user_data;
  g_autofree gsize *size = result;
  g_autofree char *text = size != NULL ? g_format_size (*size) : NULL;

  if (job != self->measuring)
    return;
  self->measuring = NULL;
  gtk_label_set_text (self->bytes, text != NULL ? text : "");
  cvr_refresh_lines (GTK_WIDGET (self));
}

static void
set_working (CvrExportPage *self,
             gboolean       working)
{
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), working);
  gtk_spinner_set_spinning (self->spinner, working);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), working);
  gtk_widget_set_visible (GTK_WIDGET (self->save), !working);
}

static void
show_proof (CvrExportPage *self,
            const char    *icon,
            const char    *css,
            const char    *text)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->proof_icon), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self->proof_icon), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->proof_icon), icon != NULL);
  if (icon != NULL)
    {
      gtk_image_set_from_icon_name (self->proof_icon, icon);
      gtk_widget_add_css_class (GTK_WIDGET (self->proof_icon), css);
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->proof), "dim-label");
  gtk_label_set_text (self->proof, text);
}

static void
export_done (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      user_data)
{
  CvrExportPage *self = user_data;
  g_autofree CvrExportProof *proof = result;
  g_autofree char *text = NULL;

  g_clear_object (&self->job);
  set_working (self, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_proof (self, NULL, NULL,
                _("Cancelled. The file may be there already, but was not compared."));
  else if (error != NULL)
    show_proof (self, "dialog-error-symbolic", "error", error->message);
  else if (proof->of == 0)
    show_proof (self, "object-select-symbolic", "success",
                _("Saved. There are no pictures to compare answers on."));
  else
    {
      g_autofree char *size = g_format_size (proof->bytes);

      /* Translators: how many of how many pictures, the largest difference of an output, the file's
       * size. */
      text =
          g_strdup_printf (ngettext ("Saved. %u of %u answer agrees; largest difference %.2g; %s.",
                                     "Saved. %u of %u answers agree; largest difference %.2g; %s.",
                                     proof->of),
                           proof->agree, proof->of, proof->largest_difference, size);
      if (proof->agree == proof->of)
        show_proof (self, "object-select-symbolic", "success", text);
      else
        show_proof (self, "dialog-warning-symbolic", "error", text);
    }
}

/* The pictures to compare on: validation ones, or all where there are none. */
static CvrDataset *
pictures_to_check (CvrProject *project)
{
  CvrDataset *all = cvr_project_get_dataset (project);
  CvrSplit wanted =
      cvr_dataset_count (all, -2, CVR_SPLIT_VALID) > 0 ? CVR_SPLIT_VALID : CVR_SPLIT_AUTO;
  CvrDataset *check = cvr_dataset_new ();

  for (guint k = 0; k < cvr_dataset_n_classes (all); k++)
    cvr_dataset_add_class (check, cvr_dataset_class_name (all, k));
  for (guint i = 0; i < cvr_dataset_n_items (all); i++)
    {
      const CvrItem *item = cvr_dataset_item (all, i);

      if (wanted == CVR_SPLIT_AUTO || item->used == wanted)
        cvr_dataset_add_item (check, item);
    }

  return check;
}

static void
chosen_cb (CvrExportPage *self,
           int            response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file == NULL || self->project == NULL)
    return;
  path = g_file_get_path (file);
  if (path == NULL)
    show_proof (self, "dialog-error-symbolic", "error",
                _("That place can't be written to directly. Choose a folder of this computer."));
  else
    cvr_export_page_save (self, path);
}

static void
save_cb (CvrExportPage *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autofree char *name = NULL;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL || self->job != NULL)
    return;
  self->chooser =
      gtk_file_chooser_native_new (_("Save ONNX file"),
                                   GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (filter, _("ONNX networks"));
  gtk_file_filter_add_pattern (filter, "*.onnx");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  name = g_strdup_printf ("%s.onnx", cvr_project_get_name (self->project));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
cancel_cb (CvrExportPage *self)
{
  if (self->job != NULL)
    cvr_job_cancel (self->job);
}

static void
show_model (CvrExportPage *self,
            CvrModel      *model)
{
  guint64 values = nn_graph_n_values (model->graph);
  const CvrPreprocess *preprocess = &model->preprocess;
  g_autofree char *count = cvr_words_count (values);
  g_autofree char *network =
      g_strdup_printf (ngettext ("%s parameter", "%s parameters", (gulong) values), count);
  g_autofree char *input = g_strdup_printf ("%u × %u, %s", preprocess->width, preprocess->height,
                                            preprocess->channels == 1 ? _("grey") : _("colour"));
  g_auto (GStrv) titles = cvr_labelling_dup_model_titles (self->project, model);
  g_autofree char *classes = g_strjoinv (", ", titles);

  gtk_label_set_text (self->network, network);
  gtk_label_set_text (self->input, input);
  adw_action_row_set_subtitle (self->classes_row, classes);
  if (self->measured == model)
    return;
  g_clear_pointer (&self->measured, cvr_model_unref);
  self->measured = cvr_model_ref (model);
  gtk_label_set_text (self->bytes, "");
  self->measuring =
      cvr_job_start (_("Measure file"), measure_func, cvr_model_ref (model),
                     (GDestroyNotify) cvr_model_unref, G_OBJECT (self), measure_done, self, g_free);
  if (self->job == NULL)
    {
      show_proof (
          self, NULL, NULL,
          _("After saving, the written file answers your validation pictures and "
            "is compared with the network here."));
      gtk_widget_add_css_class (GTK_WIDGET (self->proof), "dim-label");
    }
}

static void
update (CvrExportPage *self)
{
  CvrModel *model = self->project != NULL ? cvr_project_get_model (self->project) : NULL;

  gtk_stack_set_visible_child_name (self->stack, model != NULL ? "export" : "empty");
  if (model != NULL)
    show_model (self, model);
}

static void
cvr_export_page_dispose (GObject *object)
{
  CvrExportPage *self = CVR_EXPORT_PAGE (object);

  cvr_export_page_set_project (self, NULL);
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  g_clear_object (&self->job);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->measured, cvr_model_unref);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_export_page_parent_class)->dispose (object);
}

static void
cvr_export_page_class_init (CvrExportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_export_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-export-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, network);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, input);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, classes_row);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, bytes);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, proof);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, proof_icon);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, save);
  gtk_widget_class_bind_template_child (widget_class, CvrExportPage, cancel);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
cvr_export_page_init (CvrExportPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cvr_export_page_set_project:
 * @project: (nullable): the project whose network is exported
 */
void
cvr_export_page_set_project (CvrExportPage *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_EXPORT_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
  update (self);
}

/**
 * cvr_export_page_dup_line:
 *
 * Returns: (transfer full) (nullable): "ONNX · 248.5 kB"; %NULL before the file is measured
 */
char *
cvr_export_page_dup_line (CvrExportPage *self)
{
  const char *size;

  g_return_val_if_fail (CVR_IS_EXPORT_PAGE (self), NULL);

  size = gtk_label_get_text (self->bytes);
  if (self->project == NULL || cvr_project_get_model (self->project) == NULL || *size == '\0'
      || cvr_project_get_model (self->project) != self->measured)
    return NULL;

  return g_strdup_printf ("ONNX · %s", size);
}

/**
 * cvr_export_page_save:
 * @path: replaced when it exists
 *
 * Writes the network beside the main thread and compares the file's answers with the network's;
 * the page says how it went. Nothing happens without a network or while another file is written.
 */
void
cvr_export_page_save (CvrExportPage *self,
                      const char    *path)
{
  Work *work;

  g_return_if_fail (CVR_IS_EXPORT_PAGE (self) && path != NULL);

  if (self->project == NULL || cvr_project_get_model (self->project) == NULL || self->job != NULL)
    return;
  work = g_new0 (Work, 1);
  work->model = cvr_model_ref (cvr_project_get_model (self->project));
  work->check = pictures_to_check (self->project);
  work->workers = nn_workers_ref (cvr_project_workers (self->project));
  work->path = g_strdup (path);
  set_working (self, TRUE);
  show_proof (self, NULL, NULL, _("Writing, then comparing answers…"));
  self->job = g_object_ref (cvr_job_start (_("Save ONNX file"), export_func, work, work_free,
                                           G_OBJECT (self), export_done, self, g_free));
}
