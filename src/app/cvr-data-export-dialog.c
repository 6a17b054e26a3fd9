/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and labels for other programs: in which form, which of them, where to. */
#include "cvr-data-export-dialog.h"

#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* Rows of "Which pictures". */
typedef enum
{
  WHICH_ALL,
  WHICH_SHOWN,
  WHICH_TRAIN,
  WHICH_VALID,
  WHICH_TEST,
  N_WHICH,
} Which;

struct _CvrDataExportDialog
{
  AdwWindow parent_instance;

  AdwComboRow  *form, *which;
  AdwActionRow *pictures_row;
  GtkSwitch    *pictures, *archive, *splits;
  GtkLabel     *limits;
  GtkWidget    *begin;

  CvrProject   *project;
  GListModel   *shown;    /* NULL: all are */
  GtkFileChooserNative *chooser;
  GArray       *ids;      /* of guint64: which pictures; NULL: all */
  GFile        *folder;   /* where a free name is looked for */
  guint         n_tried;
};

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CvrDataExportDialog, cvr_data_export_dialog, ADW_TYPE_WINDOW)

/* What a form can't carry. */
static const char *const limits[CVR_N_SAVE_FORMS] = {
  [CVR_SAVE_FOLDERS] =
    N_("Other programs read each picture's class from its folder. Boxes, tags, notes and splits "
       "are in convisor.json beside, which only Convisor reads."),
  [CVR_SAVE_CSV] =
    N_("A line for each picture or box: labels, splits, tags, notes. Other programs may pass over "
       "tags and notes."),
  [CVR_SAVE_JSON] =
    N_("Everything that is known of the pictures; only Convisor reads it."),
  [CVR_SAVE_COCO] =
    N_("Labels and boxes, a file for each split. Tags and notes are in fields of their own, which "
       "other programs pass over."),
  [CVR_SAVE_LABELME] =
    N_("A file for each picture: boxes, and tags or the label as flags. Splits, notes and the label "
       "of a picture with boxes are in fields of their own, which other programs pass over."),
  [CVR_SAVE_YOLO] =
    N_("Boxes, and a list for each split. YOLO has no label for a whole picture, no tags and no "
       "notes: these are in convisor.json beside, which only Convisor reads."),
  [CVR_SAVE_VOC] =
    N_("A file for each picture: boxes, and lists of the splits. The label, tags and notes are in "
       "elements of their own, which other programs pass over."),
};

static CvrSplit
split_of (guint which)
{
  return which == WHICH_TRAIN   ? CVR_SPLIT_TRAIN
         : which == WHICH_VALID ? CVR_SPLIT_VALID
                                : CVR_SPLIT_TEST;
}

/* NULL: all. */
static GArray *
list_ids (CvrDataExportDialog *self,
          guint                which)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  GArray *ids;

  if (which == WHICH_ALL || which >= N_WHICH || (which == WHICH_SHOWN && self->shown == NULL))
    return NULL;

  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (which == WHICH_SHOWN)
    for (guint i = 0; i < g_list_model_get_n_items (self->shown); i++)
      {
        g_autoptr (CvrImageItem) item = g_list_model_get_item (self->shown, i);
        guint64 id = cvr_image_item_get_id (item);

        g_array_append_val (ids, id);
      }
  else
    for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
      if (cvr_dataset_item (dataset, i)->used == split_of (which))
        g_array_append_val (ids, cvr_dataset_item (dataset, i)->id);

  return ids;
}

static void
fill_which (CvrDataExportDialog *self)
{
  static const char *const formats[N_WHICH] = {
    N_("All (%'u)"), N_("Those that are shown (%'u)"), N_("For training (%'u)"),
    N_("For validation (%'u)"), N_("For the test (%'u)"),
  };
  g_autoptr (GtkStringList) texts = gtk_string_list_new (NULL);

  for (guint i = 0; i < N_WHICH; i++)
    {
      g_autoptr (GArray) ids = list_ids (self, i);
      guint n = ids != NULL ? ids->len
                            : cvr_dataset_n_items (cvr_project_get_dataset (self->project));

      gtk_string_list_take (texts, g_strdup_printf (_(formats[i]), n));
    }
  adw_combo_row_set_model (self->which, G_LIST_MODEL (texts));
}

static void
update (CvrDataExportDialog *self)
{
  guint form = adw_combo_row_get_selected (self->form);
  gboolean has_folders = form == CVR_SAVE_FOLDERS;
  guint n;

  if (self->project == NULL || form >= CVR_N_SAVE_FORMS)
    return;
  g_clear_pointer (&self->ids, g_array_unref);
  self->ids = list_ids (self, adw_combo_row_get_selected (self->which));
  n = self->ids != NULL ? self->ids->len
                        : cvr_dataset_n_items (cvr_project_get_dataset (self->project));

  gtk_label_set_text (self->limits, _(limits[form]));
  if (has_folders)
    gtk_switch_set_active (self->pictures, TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->pictures_row), !has_folders);
  adw_action_row_set_subtitle (self->pictures_row,
                               has_folders ? _("The folders are made of them")
                                           : _("Else only what is known of them"));
  gtk_widget_set_sensitive (self->begin, n > 0);
  gtk_widget_set_tooltip_text (self->begin, n > 0 ? NULL : _("There is no picture among them"));
}

static gboolean
is_file (const CvrDataExport *what)
{
  const CvrSaveOutSpec spec = { .form = what->form, .labels_only = what->labels_only,
                                .archive = what->archive };

  return what->archive || cvr_save_out_is_file (&spec);
}

/* The end: @place is where it goes. */
static void
choose (CvrDataExportDialog *self,
        GFile               *place)
{
  CvrDataExport what;

  cvr_data_export_dialog_get (self, &what);
  what.path = g_file_peek_path (place);
  if (what.path == NULL)
    {
      cvr_show_error (GTK_WIDGET (self), _("Nothing can be written there"),
                      _("This place is not on this computer. Choose a folder here and copy it "
                        "afterwards."));
      return;
    }
  g_signal_emit (self, signals[CHOSEN], 0, &what);
  gtk_window_close (GTK_WINDOW (self));
}

/* "Pets", "Pets 2", … in the chosen folder. */
static GFile *
candidate (CvrDataExportDialog *self)
{
  CvrDataExport what;
  g_autofree char *plain = NULL;
  g_autofree char *name = NULL;

  cvr_data_export_dialog_get (self, &what);
  plain = g_strdelimit (cvr_data_export_dup_name (self->project, &what), "/", '-');
  name = self->n_tried == 0 ? g_strdup (plain)
                            : g_strdup_printf ("%s %u", plain, self->n_tried + 1);

  return g_file_get_child (self->folder, name);
}

static void try_candidate (CvrDataExportDialog *self);

static void
tried_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CvrDataExportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (self->folder == NULL || self->project == NULL)
    return;
  if (info == NULL)
    {
      g_clear_object (&self->folder);
      choose (self, G_FILE (source));
      return;
    }
  self->n_tried++;
  try_candidate (self);
}

static void
try_candidate (CvrDataExportDialog *self)
{
  g_autoptr (GFile) file = candidate (self);

  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT, NULL, tried_cb,
                           g_object_ref (self));
}

void
cvr_data_export_dialog_take (CvrDataExportDialog *self,
                             GFile               *place)
{
  CvrDataExport what;

  g_return_if_fail (CVR_IS_DATA_EXPORT_DIALOG (self));

  cvr_data_export_dialog_get (self, &what);
  if (is_file (&what))
    {
      choose (self, place);
      return;
    }
  g_set_object (&self->folder, place);
  self->n_tried = 0;
  try_candidate (self);
}

static void
response_cb (CvrDataExportDialog *self,
             int                  response)
{
  g_autoptr (GFile) place = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    place = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (place != NULL)
    cvr_data_export_dialog_take (self, place);
}

static void
begin_cb (CvrDataExportDialog *self)
{
  CvrDataExport what;
  g_autofree char *name = NULL;

  if (self->chooser != NULL)
    return;
  cvr_data_export_dialog_get (self, &what);
  name = g_strdelimit (cvr_data_export_dup_name (self->project, &what), "/", '-');
  self->chooser = gtk_file_chooser_native_new (
    is_file (&what) ? _("Export data") : _("In which folder?"), GTK_WINDOW (self),
    is_file (&what) ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL,
    NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (is_file (&what))
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
cvr_data_export_dialog_dispose (GObject *object)
{
  CvrDataExportDialog *self = CVR_DATA_EXPORT_DIALOG (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->project);
  g_clear_object (&self->shown);
  g_clear_object (&self->folder);
  g_clear_pointer (&self->ids, g_array_unref);

  G_OBJECT_CLASS (cvr_data_export_dialog_parent_class)->dispose (object);
}

static void
cvr_data_export_dialog_class_init (CvrDataExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_data_export_dialog_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-data-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, form);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, which);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, pictures_row);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, pictures);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, archive);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, splits);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, limits);
  gtk_widget_class_bind_template_child (widget_class, CvrDataExportDialog, begin);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, begin_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cvr_data_export_dialog_init (CvrDataExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

CvrDataExportDialog *
cvr_data_export_dialog_new (GtkWindow  *parent,
                            CvrProject *project,
                            GListModel *shown)
{
  CvrDataExportDialog *self =
    g_object_new (CVR_TYPE_DATA_EXPORT_DIALOG, "transient-for", parent, NULL);

  self->project = g_object_ref (project);
  self->shown = shown != NULL ? g_object_ref (shown) : NULL;
  fill_which (self);
  update (self);

  return self;
}

void
cvr_data_export_dialog_get (CvrDataExportDialog *self,
                            CvrDataExport       *data_export)
{
  g_return_if_fail (CVR_IS_DATA_EXPORT_DIALOG (self));

  *data_export = (CvrDataExport) {
    .form = (CvrSaveForm) adw_combo_row_get_selected (self->form),
    .labels_only = !gtk_switch_get_active (self->pictures),
    .archive = gtk_switch_get_active (self->archive),
    .used_splits = gtk_switch_get_active (self->splits),
    .ids = self->ids != NULL ? (const guint64 *) self->ids->data : NULL,
    .n_ids = self->ids != NULL ? self->ids->len : 0,
  };
}
