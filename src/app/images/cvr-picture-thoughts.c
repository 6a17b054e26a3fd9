/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network thinks of one picture: a sentence and the most probable classes as bars. */
#include "cvr-picture-thoughts.h"

#include "cvr-canvas.h"
#include "cvr-inspection.h"
#include "cvr-labelling.h"

#include <glib/gi18n-lib.h>

struct _CvrPictureThoughts
{
  AdwBin parent_instance;

  GtkLabel      *words;
  CvrCanvas     *bars;
  CvrProject    *project;
  CvrInspection *inspection;
};

G_DEFINE_FINAL_TYPE (CvrPictureThoughts, cvr_picture_thoughts, ADW_TYPE_BIN)

enum { N_BARS = 3, BARS_HEIGHT = 84 };

static CvrPrediction *
prediction_of (CvrPictureThoughts *self,
               CvrModel          **model)
{
  *model = self->inspection != NULL ? cvr_inspection_get_model (self->inspection) : NULL;

  return *model != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
}

static void
draw_bars (cairo_t        *cr,
           double          width,
           double          height,
           const CvrTheme *theme,
           gpointer        data)
{
  CvrPictureThoughts *self = data;
  CvrModel *model;
  CvrPrediction *prediction = prediction_of (self, &model);
  CvrBar bars[N_BARS];

  if (prediction != NULL)
    cvr_paint_bars (cr, width, height, bars,
                    cvr_labelling_fill_bars (self->project, model, prediction, bars, N_BARS),
                    theme);
}

static char *
dup_words (CvrPictureThoughts *self,
           CvrPrediction      *prediction,
           CvrModel           *model)
{
  g_auto (GStrv) titles = cvr_labelling_dup_model_titles (self->project, model);

  return cvr_prediction_dup_words (prediction, titles);
}

static void
show (CvrPictureThoughts *self)
{
  CvrModel *model;
  CvrPrediction *prediction = prediction_of (self, &model);
  g_autofree char *words = NULL;

  if (self->project == NULL)
    return;
  if (prediction != NULL)
    words = dup_words (self, prediction, model);
  else if (cvr_project_get_live_model (self->project) == NULL)
    words = g_strdup (_("Not trained yet: it has no opinion."));
  gtk_label_set_text (self->words, words != NULL ? words : "");
  cvr_canvas_set_description (self->bars, words);
  gtk_widget_set_visible (GTK_WIDGET (self->bars),
                          cvr_project_get_live_model (self->project) != NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self->bars));
}

static void
cvr_picture_thoughts_map (GtkWidget *widget)
{
  CvrPictureThoughts *self = CVR_PICTURE_THOUGHTS (widget);

  GTK_WIDGET_CLASS (cvr_picture_thoughts_parent_class)->map (widget);
  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, TRUE);
}

static void
cvr_picture_thoughts_unmap (GtkWidget *widget)
{
  CvrPictureThoughts *self = CVR_PICTURE_THOUGHTS (widget);

  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, FALSE);
  GTK_WIDGET_CLASS (cvr_picture_thoughts_parent_class)->unmap (widget);
}

static void
cvr_picture_thoughts_dispose (GObject *object)
{
  cvr_picture_thoughts_set_project (CVR_PICTURE_THOUGHTS (object), NULL);

  G_OBJECT_CLASS (cvr_picture_thoughts_parent_class)->dispose (object);
}

static void
cvr_picture_thoughts_class_init (CvrPictureThoughtsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_picture_thoughts_dispose;
  widget_class->map = cvr_picture_thoughts_map;
  widget_class->unmap = cvr_picture_thoughts_unmap;
}

static void
cvr_picture_thoughts_init (CvrPictureThoughts *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new (_("What the network thinks"));

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  self->words = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (self->words, 0);
  gtk_label_set_yalign (self->words, 0);
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_lines (self->words, 3);
  gtk_label_set_max_width_chars (self->words, 24);
  self->bars = g_object_new (CVR_TYPE_CANVAS, NULL);
  cvr_canvas_set_min_size (self->bars, 0, BARS_HEIGHT);
  cvr_canvas_set_label (self->bars, _("The three most probable classes"));
  cvr_canvas_set_draw (self->bars, draw_bars, self, NULL);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bars));
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * cvr_picture_thoughts_set_project:
 * @project: (nullable): whose network thinks
 */
void
cvr_picture_thoughts_set_project (CvrPictureThoughts *self,
                                  CvrProject         *project)
{
  g_return_if_fail (CVR_IS_PICTURE_THOUGHTS (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->inspection, self);
    }
  g_clear_object (&self->inspection);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION);
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (show), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (show), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (show), self);
  cvr_inspection_set_active (self->inspection, gtk_widget_get_mapped (GTK_WIDGET (self)));
  show (self);
}

void
cvr_picture_thoughts_set_image (CvrPictureThoughts *self,
                                CvrImage           *image)
{
  g_return_if_fail (CVR_IS_PICTURE_THOUGHTS (self));

  if (self->inspection == NULL)
    return;
  cvr_inspection_set_image (self->inspection, image);
  show (self);
}
