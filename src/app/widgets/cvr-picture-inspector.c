/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The selected picture large, with its label, its part in the training and what the network thinks
 * of it. */
#include "cvr-picture-inspector.h"

#include "cvr-canvas.h"
#include "cvr-inspection.h"
#include "cvr-labelling.h"
#include "cvr-texture.h"

#include <glib/gi18n-lib.h>

struct _CvrPictureInspector
{
  AdwBin parent_instance;

  GtkStack    *stack;
  GtkPicture  *picture;
  GtkLabel    *name, *size, *split, *many, *words;
  GtkDropDown *label, *label_many;
  CvrCanvas   *bars;

  CvrProject    *project;
  CvrInspection *inspection;
  GArray        *ids;       /* of the selection, guint64 */
  gboolean       updating;  /* the drop-downs are being set, not chosen from */
};

G_DEFINE_FINAL_TYPE (CvrPictureInspector, cvr_picture_inspector, ADW_TYPE_BIN)

enum { PREVIEW_SIDE = 224, N_BARS = 3 };

static const char *
title_of (CvrPictureInspector *self,
          CvrModel            *model,
          guint                k)
{
  gint known = cvr_dataset_find_class (cvr_project_get_dataset (self->project), model->classes[k]);

  return known >= 0 ? cvr_project_class_title (self->project, (guint) known) : model->classes[k];
}

static void
draw_bars (cairo_t        *cr,
           double          width,
           double          height,
           const CvrTheme *theme,
           gpointer        data)
{
  CvrPictureInspector *self = data;
  CvrPrediction *prediction =
    self->inspection != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
  CvrModel *model = self->inspection != NULL ? cvr_inspection_get_model (self->inspection) : NULL;
  CvrBar bars[N_BARS];
  guint n = 0;

  if (prediction == NULL || model == NULL)
    return;
  for (; n < MIN (prediction->n_classes, N_BARS); n++)
    bars[n] = (CvrBar) { .label = title_of (self, model, prediction->order[n]),
                         .p = prediction->p[prediction->order[n]],
                         .class_index = prediction->order[n] };
  cvr_paint_bars (cr, width, height, bars, n, theme);
}

static char *
dup_words (CvrPictureInspector *self,
           CvrPrediction       *prediction,
           CvrModel            *model)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();

  for (guint k = 0; k < model->n_classes; k++)
    g_ptr_array_add (titles, (gpointer) title_of (self, model, k));
  g_ptr_array_add (titles, NULL);

  return cvr_prediction_dup_words (prediction, (char *const *) titles->pdata);
}

static void
show_thoughts (CvrPictureInspector *self)
{
  CvrPrediction *prediction =
    self->inspection != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
  CvrModel *model = self->inspection != NULL ? cvr_inspection_get_model (self->inspection) : NULL;
  g_autofree char *words = NULL;

  if (self->project == NULL)
    return;
  if (prediction != NULL && model != NULL)
    words = dup_words (self, prediction, model);
  else if (cvr_project_get_live_model (self->project) == NULL)
    words = g_strdup (_("Not trained yet: it has no opinion."));
  gtk_label_set_text (self->words, words != NULL ? words : "");
  cvr_canvas_set_description (self->bars, words);
  gtk_widget_queue_draw (GTK_WIDGET (self->bars));
}

static void
fill_labels (CvrPictureInspector *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  g_autoptr (GtkStringList) one = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) many = gtk_string_list_new (NULL);

  gtk_string_list_append (many, _("Choose…"));
  gtk_string_list_append (one, _("No label"));
  gtk_string_list_append (many, _("No label"));
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      gtk_string_list_append (one, cvr_project_class_title (self->project, k));
      gtk_string_list_append (many, cvr_project_class_title (self->project, k));
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->label, G_LIST_MODEL (one));
  gtk_drop_down_set_model (self->label_many, G_LIST_MODEL (many));
  self->updating = FALSE;
}

static void
label_chosen_cb (CvrPictureInspector *self,
                 GParamSpec          *pspec,
                 GtkDropDown         *chooser)
{
  /* Before the classes stand "No label" and, for many, "Choose…". */
  gint label = (gint) gtk_drop_down_get_selected (chooser) - (chooser == self->label_many ? 2 : 1);

  if (self->updating || self->project == NULL || self->ids->len == 0 || label < CVR_LABEL_NONE)
    return;
  cvr_project_set_labels (self->project, (const guint64 *) (gpointer) self->ids->data,
                          self->ids->len, label);
}

static const char *
split_words (guint split)
{
  switch (split)
    {
    case CVR_SPLIT_TRAIN:
      return _("The network learns from it");
    case CVR_SPLIT_VALID:
      return _("Kept unseen, to check what it learnt");
    case CVR_SPLIT_TEST:
      return _("Test picture");
    default:
      return _("Waits for a label");
    }
}

static void
show_one (CvrPictureInspector *self,
          CvrImageItem        *item)
{
  CvrImage *image = cvr_image_item_get_image (item);
  g_autoptr (GdkTexture) texture = cvr_texture_from_image (image, PREVIEW_SIDE);
  g_autofree char *size = NULL;

  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cvr_image_item_get_name (item), -1);
  gtk_label_set_text (self->name, cvr_image_item_get_name (item));
  /* Translators: width and height in pixels; grey or colour. */
  size = g_strdup_printf (_("%u × %u pixels, %s"), image->width, image->height,
                          image->channels == 1 ? _("grey") : _("colour"));
  gtk_label_set_text (self->size, size);
  gtk_label_set_text (self->split, split_words (cvr_image_item_get_split (item)));
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->label, (guint) (cvr_image_item_get_label (item) + 1));
  self->updating = FALSE;
  if (self->inspection != NULL && cvr_inspection_get_image (self->inspection) != image)
    cvr_inspection_set_image (self->inspection, image);
  show_thoughts (self);
  gtk_stack_set_visible_child_name (self->stack, "one");
}

static void
show_many (CvrPictureInspector *self)
{
  g_autofree char *many = g_strdup_printf (
    ngettext ("%'u picture selected", "%'u pictures selected", self->ids->len), self->ids->len);

  gtk_label_set_text (self->many, many);
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->label_many, 0);
  self->updating = FALSE;
  gtk_stack_set_visible_child_name (self->stack, "many");
}

static void
cvr_picture_inspector_map (GtkWidget *widget)
{
  CvrPictureInspector *self = CVR_PICTURE_INSPECTOR (widget);

  GTK_WIDGET_CLASS (cvr_picture_inspector_parent_class)->map (widget);
  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, TRUE);
}

static void
cvr_picture_inspector_unmap (GtkWidget *widget)
{
  CvrPictureInspector *self = CVR_PICTURE_INSPECTOR (widget);

  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, FALSE);
  GTK_WIDGET_CLASS (cvr_picture_inspector_parent_class)->unmap (widget);
}

static void
cvr_picture_inspector_dispose (GObject *object)
{
  cvr_picture_inspector_set_project (CVR_PICTURE_INSPECTOR (object), NULL);

  G_OBJECT_CLASS (cvr_picture_inspector_parent_class)->dispose (object);
}

static void
cvr_picture_inspector_finalize (GObject *object)
{
  g_array_unref (CVR_PICTURE_INSPECTOR (object)->ids);

  G_OBJECT_CLASS (cvr_picture_inspector_parent_class)->finalize (object);
}

static void
cvr_picture_inspector_class_init (CvrPictureInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->dispose = cvr_picture_inspector_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_picture_inspector_finalize;
  widget_class->map = cvr_picture_inspector_map;
  widget_class->unmap = cvr_picture_inspector_unmap;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-picture-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, picture);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, name);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, size);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, split);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, many);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, words);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, label);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, label_many);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, bars);
  gtk_widget_class_bind_template_callback (widget_class, label_chosen_cb);
}

static void
cvr_picture_inspector_init (CvrPictureInspector *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  cvr_canvas_set_draw (self->bars, draw_bars, self, NULL);
}

/**
 * cvr_picture_inspector_set_project:
 * @project: (nullable): call again when its classes changed
 */
void
cvr_picture_inspector_set_project (CvrPictureInspector *self,
                                   CvrProject          *project)
{
  g_return_if_fail (CVR_IS_PICTURE_INSPECTOR (self));

  if (self->project != project)
    {
      if (self->inspection != NULL)
        g_signal_handlers_disconnect_by_data (self->inspection, self);
      g_clear_object (&self->inspection);
      g_array_set_size (self->ids, 0);
      g_set_object (&self->project, project);
      if (project != NULL)
        {
          self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION);
          g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (show_thoughts), self);
          cvr_inspection_set_active (self->inspection, gtk_widget_get_mapped (GTK_WIDGET (self)));
          gtk_stack_set_visible_child_name (self->stack, "none");
        }
    }
  if (project != NULL)
    fill_labels (self);
}

/**
 * cvr_picture_inspector_set_selection:
 * @selection: (transfer none): read now, not kept
 */
void
cvr_picture_inspector_set_selection (CvrPictureInspector *self,
                                     GtkSelectionModel   *selection)
{
  g_autoptr (GArray) ids = NULL;
  guint first;

  g_return_if_fail (CVR_IS_PICTURE_INSPECTOR (self));

  if (self->project == NULL)
    return;
  ids = cvr_labelling_selected_ids (selection, &first);
  g_array_unref (self->ids);
  self->ids = g_steal_pointer (&ids);
  if (self->ids->len == 1)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (G_LIST_MODEL (selection), first);

      show_one (self, item);
      return;
    }
  if (self->inspection != NULL)
    cvr_inspection_set_image (self->inspection, NULL);
  if (self->ids->len > 1)
    show_many (self);
  else
    gtk_stack_set_visible_child_name (self->stack, "none");
}
