/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any picture, named by the network, with its reasons. */
#include "cvr-try-page.h"

#include "cvr-canvas.h"
#include "cvr-draw-pad.h"
#include "cvr-flow.h"
#include "cvr-inspection.h"
#include "cvr-labelling.h"
#include "cvr-legend.h"
#include "cvr-past-wheel.h"
#include "cvr-texture.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>

/* SEEN_SIDE: px; a multiple of 28, near those of 32, 48 and 64. */
enum { N_BARS = 5, SEEN_SIDE = 196, PAD_SIDE = 256 };

struct _CvrTryPage
{
  AdwBin parent_instance;

  GtkStack        *stack, *input_stack, *answer_stack;
  GtkToggleButton *draw_toggle, *picture_toggle;
  GtkButton       *undo_stroke, *clear, *add;
  GtkBox          *add_box;
  CvrDrawPad      *pad;
  GtkPicture      *picture, *seen, *heat;
  GtkDropDown     *class_choice, *method, *target;
  GtkLabel        *words, *known, *seen_size, *method_text;
  CvrLegend       *legend;
  GtkScale        *opacity_scale;
  CvrCanvas       *bars;
  GtkAdjustment   *opacity;

  CvrProject    *project;
  CvrInspection *inspection;
  CvrImage      *image;      /* the picture (not the drawing) */
  char          *name;
  gboolean       chosen;     /* drawing or picture: by the user, or by giving a picture */
  gboolean       updating;
};

G_DEFINE_FINAL_TYPE (CvrTryPage, cvr_try_page, ADW_TYPE_BIN)

static const char *const method_texts[] = {
  N_("Grad-CAM: the region of the last maps that speaks for the class. "
     "Coarse, but about the class."),
  N_("Saliency: the pixels whose change moves the class most. Fine, but noisy; "
     "it says where it is sensitive, not why."),
  N_("Occlusion: how much the answer drops when a grey patch covers each place. "
     "Slow and honest; depends on the patch's size."),
};

static gboolean
is_drawing (CvrTryPage *self)
{
  return gtk_toggle_button_get_active (self->draw_toggle);
}

/* The picture that is asked about now. (transfer full) (nullable) */
static CvrImage *
dup_current (CvrTryPage *self)
{
  if (is_drawing (self))
    return cvr_draw_pad_is_empty (self->pad) ? NULL : cvr_draw_pad_render (self->pad, PAD_SIDE);

  return self->image != NULL ? cvr_image_ref (self->image) : NULL;
}

static void
bars_draw_cb (cairo_t        *cr,
              double          width,
              double          height,
              const CvrTheme *theme,
              gpointer        data)
{
  CvrTryPage *self = data;
  CvrPrediction *prediction =
      self->inspection != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
  CvrModel *model = self->inspection != NULL ? cvr_inspection_get_model (self->inspection) : NULL;
  CvrBar bars[N_BARS];

  if (prediction != NULL && model != NULL)
    cvr_paint_bars (cr, width, height, bars,
                    cvr_labelling_fill_bars (self->project, model, prediction, bars, N_BARS),
                    theme);
}

static void
show_words (CvrTryPage *self,
            CvrPrediction *prediction,
            CvrModel      *model)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autofree char *words = NULL;
  g_autofree char *percent = cvr_words_percent ((double) prediction->p[prediction->order[0]], 100);
  g_autofree char *spoken = NULL;

  for (guint k = 0; k < model->n_classes; k++)
    g_ptr_array_add (titles, (gpointer) cvr_labelling_model_title (self->project, model, k));
  g_ptr_array_add (titles, NULL);
  words = cvr_prediction_dup_words (prediction, (char *const *) titles->pdata);
  gtk_label_set_text (self->words, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), words);
  gtk_stack_set_visible_child_name (self->answer_stack, "bars");
  spoken = g_strdup_printf (
    "%s: %s", cvr_labelling_model_title (self->project, model, prediction->order[0]), percent);
  cvr_canvas_set_description (self->bars, spoken);
}

static void
show_seen (CvrTryPage    *self,
           CvrPrediction *prediction)
{
  g_autoptr (GdkTexture) texture = cvr_texture_from_image (prediction->pixels, SEEN_SIDE);
  g_autofree char *size =
      g_strdup_printf ("%u × %u", prediction->pixels->width, prediction->pixels->height);

  gtk_picture_set_paintable (self->seen, GDK_PAINTABLE (texture));
  gtk_label_set_text (self->seen_size, size);
}

static void
show_heat (CvrTryPage *self)
{
  NnExplanation *heat = self->inspection != NULL ? cvr_inspection_get_heat (self->inspection) : NULL;
  CvrPrediction *prediction =
      self->inspection != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
  cairo_surface_t *surface;
  g_autoptr (GdkTexture) texture = NULL;

  if (heat == NULL || prediction == NULL || heat->width != prediction->pixels->width ||
      heat->height != prediction->pixels->height)
    {
      gtk_picture_set_paintable (self->heat, NULL);
      gtk_widget_set_sensitive (GTK_WIDGET (self->opacity_scale), FALSE);
      return;
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->opacity_scale), TRUE);
  surface = cvr_paint_heat (prediction->pixels->data, prediction->pixels->channels, heat->map,
                            heat->width, heat->height,
                            cvr_texture_scale (MAX (heat->width, heat->height), SEEN_SIDE),
                            gtk_adjustment_get_value (self->opacity));
  texture = cvr_texture_from_surface (surface);
  cairo_surface_destroy (surface);
  gtk_picture_set_paintable (self->heat, GDK_PAINTABLE (texture));
}

static void
show_nothing (CvrTryPage *self)
{
  gtk_label_set_text (self->words, is_drawing (self)
                                       ? _("Draw something: the network answers while you draw.")
                                       : _("Give it a picture."));
  gtk_picture_set_paintable (self->seen, NULL);
  gtk_picture_set_paintable (self->heat, NULL);
  gtk_label_set_text (self->seen_size, "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->opacity_scale), FALSE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), NULL);
  gtk_stack_set_visible_child_name (self->answer_stack, "known");
  cvr_canvas_set_description (self->bars, NULL);
}

static void
inspection_changed_cb (CvrTryPage *self)
{
  CvrPrediction *prediction = cvr_inspection_get_prediction (self->inspection);
  CvrModel *model = cvr_inspection_get_model (self->inspection);
  const GError *error = cvr_inspection_get_error (self->inspection);

  if (cvr_inspection_get_image (self->inspection) == NULL || prediction == NULL || model == NULL)
    show_nothing (self);
  else
    {
      show_words (self, prediction, model);
      show_seen (self, prediction);
      show_heat (self);
    }
  if (error != NULL)
    gtk_label_set_text (self->method_text, error->message);
  else
    gtk_label_set_text (self->method_text,
                        _(method_texts[MIN (gtk_drop_down_get_selected (self->method), 2u)]));
  gtk_widget_queue_draw (GTK_WIDGET (self->bars));
}

static void
show_input (CvrTryPage *self)
{
  gboolean drawing = is_drawing (self);
  g_autoptr (CvrImage) current = dup_current (self);

  gtk_stack_set_visible_child_name (self->input_stack, drawing               ? "draw"
                                                       : self->image != NULL ? "picture"
                                                                             : "none");
  gtk_widget_set_visible (GTK_WIDGET (self->undo_stroke), drawing);
  gtk_widget_set_visible (GTK_WIDGET (self->clear), drawing);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_box), current != NULL);
  if (self->inspection != NULL)
    cvr_inspection_set_image (self->inspection, current);
  if (current == NULL)
    {
      show_nothing (self);
      gtk_widget_queue_draw (GTK_WIDGET (self->bars));
    }
}

static void
mode_changed_cb (CvrTryPage *self)
{
  if (self->updating)
    return;
  self->chosen = TRUE;
  show_input (self);
}

static void
drawn_cb (CvrTryPage *self)
{
  show_input (self);
}

static void
undo_stroke_cb (CvrTryPage *self)
{
  cvr_draw_pad_undo_stroke (self->pad);
}

static void
clear_cb (CvrTryPage *self)
{
  cvr_draw_pad_clear (self->pad);
}

static void
heat_changed_cb (CvrTryPage *self)
{
  static const NnExplainKind kinds[] = { NN_EXPLAIN_GRAD_CAM, NN_EXPLAIN_SALIENCY,
                                         NN_EXPLAIN_OCCLUSION };
  guint method = MIN (gtk_drop_down_get_selected (self->method), 2u);
  guint target = gtk_drop_down_get_selected (self->target);

  if (self->updating || self->inspection == NULL)
    return;
  gtk_label_set_text (self->method_text, _(method_texts[method]));
  cvr_inspection_set_heat (self->inspection, kinds[method],
                           target == GTK_INVALID_LIST_POSITION ? -1 : (gint) target - 1);
}

static void
heat_look_changed_cb (CvrTryPage *self)
{
  show_heat (self);
}

/* CvrProject's answer; the page was held meanwhile. */
static void
added_cb (guint64  id,
          gpointer data)
{
  g_autoptr (CvrTryPage) self = data;
  gint place = self->project != NULL
                 ? cvr_dataset_find_item (cvr_project_get_dataset (self->project), id)
                 : -1;
  gint label = place >= 0
                 ? cvr_dataset_item (cvr_project_get_dataset (self->project), (guint) place)->label
                 : CVR_LABEL_NONE;
  g_autofree char *text = NULL;

  if (label < 0)
    return;
  text =
    g_strdup_printf (_("Added to “%s”"), cvr_project_class_title (self->project, (guint) label));
  cvr_toast_action (GTK_WIDGET (self), text, _("Undo"), "win.undo");
}

static void
add_cb (CvrTryPage *self)
{
  g_autoptr (CvrImage) current = dup_current (self);
  guint k = gtk_drop_down_get_selected (self->class_choice);

  if (current == NULL || k >= cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    return;
  cvr_project_add_image (self->project, current, is_drawing (self) ? _("drawing") : self->name,
                         (gint) k, added_cb, g_object_ref (self));
}

/* Worker: whether pictures are light on dark. */
static void
paper_func (GTask        *task,
            gpointer      source,
            gpointer      pictures,
            GCancellable *cancellable)
{
  guint64 sum = 0, count = 0;

  for (guint i = 0; i < ((GPtrArray *) pictures)->len; i++)
    {
      g_autoptr (CvrImage) image = cvr_picture_read (g_ptr_array_index ((GPtrArray *) pictures, i),
                                                     NULL);
      gsize row = image != NULL ? (gsize) image->width * image->channels : 0;

      for (gsize j = 0; j < row; j++)
        sum += image->data[j];
      count += row;
    }
  g_task_return_boolean (task, count == 0 || sum < 128 * count);
}

static void
paper_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autofree GWeakRef *page = data;
  g_autoptr (CvrTryPage) self = g_weak_ref_get (page);

  g_weak_ref_clear (page);
  if (self != NULL && self->pad != NULL)
    cvr_draw_pad_set_light_ink (self->pad, g_task_propagate_boolean (G_TASK (result), NULL));
}

/* Where the project's pictures are light on dark, the sheet is dark too, as the network knows
 * it. */
static void
look_at_paper (CvrTryPage *self,
               CvrDataset *dataset)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_picture_unref);
  GWeakRef *page = g_new0 (GWeakRef, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, paper_cb, page);

  g_weak_ref_init (page, self);
  for (guint i = 0; i < MIN (cvr_dataset_n_items (dataset), 32u); i++)
    g_ptr_array_add (pictures, cvr_picture_ref (cvr_dataset_item (dataset, i)->picture));
  g_task_set_task_data (task, pictures, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, paper_func);
}

/* What there is to ask for, while there is no answer. */
static void
show_known (CvrTryPage *self,
            CvrModel   *model)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autofree char *list = NULL;
  g_autofree char *text = NULL;

  for (guint k = 0; k < model->n_classes; k++)
    g_ptr_array_add (titles, (gpointer) cvr_labelling_model_title (self->project, model, k));
  g_ptr_array_add (titles, NULL);
  list = g_strjoinv (", ", (char **) titles->pdata);
  /* Translators: how many kinds, then their names. */
  text = g_strdup_printf (ngettext ("It knows %u class: %s.", "It knows %u classes: %s.",
                                    model->n_classes),
                          model->n_classes, list);
  gtk_label_set_text (self->known, text);
}

static void
classes_changed_cb (CvrTryPage *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  CvrModel *model = cvr_project_get_live_model (self->project);
  g_autoptr (GtkStringList) classes = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) targets = gtk_string_list_new (NULL);

  self->updating = TRUE;
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    gtk_string_list_append (classes, cvr_project_class_title (self->project, k));
  gtk_drop_down_set_model (self->class_choice, G_LIST_MODEL (classes));
  gtk_string_list_append (targets, _("the answer"));
  for (guint k = 0; model != NULL && k < model->n_classes; k++)
    gtk_string_list_append (targets, cvr_labelling_model_title (self->project, model, k));
  gtk_drop_down_set_model (self->target, G_LIST_MODEL (targets));
  if (model != NULL)
    show_known (self, model);
  look_at_paper (self, dataset);
  self->updating = FALSE;
}

static void
set_mode (CvrTryPage *self,
          gboolean    drawing)
{
  self->updating = TRUE;
  gtk_toggle_button_set_active (drawing ? self->draw_toggle : self->picture_toggle, TRUE);
  self->updating = FALSE;
  show_input (self);
}

/* A network that looks at colours learned from photos: a drawing is nothing it knows. */
static void
suggest_mode (CvrTryPage *self)
{
  CvrModel *model = cvr_project_get_live_model (self->project);

  if (!self->chosen && model != NULL)
    set_mode (self, model->preprocess.channels == 1);
}

static void
model_changed_cb (CvrTryPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, cvr_project_get_live_model (self->project) != NULL
                                                     ? "try"
                                                     : "empty");
  classes_changed_cb (self);
  heat_changed_cb (self);
  suggest_mode (self);
}

/* The first look at a network that is still learning. */
static void
snapshot_cb (CvrTryPage *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "empty") == 0)
    model_changed_cb (self);
}

static void
map_changed_cb (CvrTryPage *self)
{
  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
cvr_try_page_dispose (GObject *object)
{
  CvrTryPage *self = CVR_TRY_PAGE (object);

  cvr_try_page_set_project (self, NULL);
  if (self->bars != NULL)
    cvr_canvas_set_draw (self->bars, NULL, NULL, NULL);
  g_clear_pointer (&self->image, cvr_image_unref);
  g_clear_pointer (&self->name, g_free);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_try_page_parent_class)->dispose (object);
}

static void
cvr_try_page_class_init (CvrTryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_try_page_dispose;
  g_type_ensure (CVR_TYPE_CANVAS);
  g_type_ensure (CVR_TYPE_DRAW_PAD);
  g_type_ensure (CVR_TYPE_FLOW);
  g_type_ensure (CVR_TYPE_LEGEND);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-try-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, input_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, answer_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, draw_toggle);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, picture_toggle);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, undo_stroke);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, clear);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, add);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, add_box);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, pad);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, picture);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, seen);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, heat);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, class_choice);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, method);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, target);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, words);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, known);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, legend);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, opacity_scale);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, seen_size);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, method_text);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, bars);
  gtk_widget_class_bind_template_child (widget_class, CvrTryPage, opacity);
  gtk_widget_class_bind_template_callback (widget_class, mode_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, drawn_cb);
  gtk_widget_class_bind_template_callback (widget_class, undo_stroke_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, heat_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, heat_look_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
cvr_try_page_init (CvrTryPage *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_past_wheel (GTK_RANGE (self->opacity_scale));
  self->updating = FALSE;
  cvr_canvas_set_draw (self->bars, bars_draw_cb, self, NULL);
  cvr_legend_set (self->legend, _("little"), _("much"), FALSE);
  g_signal_connect (self, "map", G_CALLBACK (map_changed_cb), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (map_changed_cb), NULL);
}

/**
 * cvr_try_page_set_project:
 * @project: (nullable): the project whose network is asked
 */
void
cvr_try_page_set_project (CvrTryPage *self,
                          CvrProject *project)
{
  g_return_if_fail (CVR_IS_TRY_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->inspection, self);
      g_clear_object (&self->inspection);
    }
  g_set_object (&self->project, project);
  self->chosen = self->image != NULL && !is_drawing (self);
  if (project == NULL)
    return;
  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION | CVR_INSPECT_HEAT);
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (inspection_changed_cb), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "snapshot",
                            G_CALLBACK (snapshot_cb), self);
  map_changed_cb (self);
  model_changed_cb (self);
  show_input (self);
}

/**
 * cvr_try_page_show_image:
 * @image: a picture of any size
 * @name: (nullable): what to call it when it is added to the images
 */
void
cvr_try_page_show_image (CvrTryPage *self,
                         CvrImage   *image,
                         const char *name)
{
  g_autoptr (GdkTexture) texture = NULL;

  g_return_if_fail (CVR_IS_TRY_PAGE (self) && image != NULL);

  cvr_image_ref (image);
  g_clear_pointer (&self->image, cvr_image_unref);
  self->image = image;
  g_free (self->name);
  self->name = g_strdup (name != NULL ? name : _("picture"));
  texture = cvr_texture_from_image (image, 512);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (self->picture, self->name);
  self->chosen = TRUE;
  set_mode (self, FALSE);
}
