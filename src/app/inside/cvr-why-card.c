/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way of asking why: its picture, what it means and where it misleads. */
#include "cvr-why-card.h"

#include "cvr-app-theme.h"
#include "cvr-aside.h"
#include "cvr-job-line.h"
#include "cvr-legend.h"
#include "cvr-plane.h"
#include "cvr-texture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px that the picture is made for, shown as large as there is room; that the method needs. */
enum { SIDE = 448, HEAD = 220 };
enum { MOMENT = 300 }; /* ms that an old picture stays while the new one is worked out */

struct _CvrWhyCard
{
  AdwBin parent_instance;

  GtkDropDown *method;
  GtkPicture  *picture;
  CvrJobLine  *line;
  CvrLegend   *legend;
  GtkLabel    *figure, *meaning, *caution;

  CvrInspection *inspection;
  gint           target;
  double         opacity;
  guint          waiting; /* source that takes an old picture away; 0: none */
};

G_DEFINE_FINAL_TYPE (CvrWhyCard, cvr_why_card, ADW_TYPE_BIN)

/* In the order of NnExplainKind. */
static const struct
{
  const char *name, *meaning, *caution;
} methods[NN_N_EXPLAINS] = {
  [NN_EXPLAIN_GRAD_CAM] = {
    "Grad-CAM",
    N_("Bright where the last maps speak for the class."),
    N_("Coarse: it names regions, not edges, and only what speaks for the class, nothing against."),
  },
  [NN_EXPLAIN_SALIENCY] = {
    N_("Saliency"),
    N_("Bright where a small change of the pixel would change the answer most."),
    N_("Noisy. A part that matters can stay dark where the network is already sure of itself."),
  },
  [NN_EXPLAIN_SMOOTH_GRAD] = {
    "SmoothGrad",
    N_("Saliency, averaged over copies of the picture with noise on them."),
    N_("Calmer to look at, but the amount of noise decides what is smoothed away."),
  },
  [NN_EXPLAIN_INTEGRATED] = {
    N_("Integrated gradients"),
    N_("What every pixel adds to the answer on the way from black to the picture. Together they "
       "make the whole difference."),
    N_("Black pixels count for nothing, as black is where the way begins; another beginning tells "
       "another story."),
  },
  [NN_EXPLAIN_GUIDED] = {
    N_("Guided backpropagation"),
    N_("Bright along what excites the layers that speak for the class."),
    N_("Sharp, but hardly different from class to class: much of it is edges of the picture, not "
       "reasons."),
  },
  [NN_EXPLAIN_DECONVNET] = {
    N_("Deconvnet"),
    N_("The answer led back through the layers: a pattern that would cause it."),
    N_("It ignores which units were silent in this picture, so it can show what isn't there."),
  },
  [NN_EXPLAIN_OCCLUSION] = {
    N_("Occlusion"),
    N_("How much the probability falls when a grey patch hides that place."),
    N_("The size of the patch decides what is found, and a network may never have met grey "
       "patches."),
  },
};

static guint32
premultiplied (CvrRgba colour,
               double  alpha)
{
  return (guint32) lround (alpha * 255) << 24 | (guint32) lround (alpha * colour.red * 255) << 16
         | (guint32) lround (alpha * colour.green * 255) << 8
         | (guint32) lround (alpha * colour.blue * 255);
}

/* For in orange, against in blue, the more the stronger; nothing where it is 0. */
static cairo_surface_t *
make_cover (CvrWhyCard          *self,
            const NnExplanation *heat,
            const CvrTheme      *theme)
{
  cairo_surface_t *cover = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) heat->width,
                                                       (int) heat->height);
  guint8 *data = cairo_image_surface_get_data (cover);
  gsize stride = (gsize) cairo_image_surface_get_stride (cover);
  double most = 1e-12;

  for (gsize i = 0; i < (gsize) heat->width * heat->height; i++)
    most = fmax (most, fabs ((double) heat->map[i]));
  cairo_surface_flush (cover);
  for (gsize y = 0; data != NULL && y < heat->height; y++)
    for (gsize x = 0; x < heat->width; x++)
      {
        double value = (double) heat->map[y * heat->width + x] / most;

        ((guint32 *) (gpointer) (data + y * stride))[x] =
            premultiplied (value < 0 ? theme->training : theme->validation,
                           isfinite (value) ? sqrt (fabs (value)) * self->opacity : 0);
      }
  cairo_surface_mark_dirty (cover);

  return cover;
}

static cairo_surface_t *
paint_signed (CvrWhyCard          *self,
              const NnExplanation *heat,
              const CvrImage      *pixels,
              guint                scale,
              const CvrTheme      *theme)
{
  cairo_surface_t *surface =
      cvr_paint_pixels (pixels->data, pixels->channels, pixels->width, pixels->height, scale);
  cairo_surface_t *cover = make_cover (self, heat, theme);

  if (surface != NULL)
    {
      cairo_t *cr = cairo_create (surface);

      cairo_scale (cr, scale, scale);
      cairo_set_source_surface (cr, cover, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
      cairo_paint (cr);
      cairo_destroy (cr);
    }
  cairo_surface_destroy (cover);

  return surface;
}

static void
show_picture (CvrWhyCard *self)
{
  NnExplanation *heat = cvr_why_card_get_result (self);
  CvrPrediction *prediction =
      self->inspection != NULL ? cvr_inspection_get_prediction (self->inspection) : NULL;
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  g_autoptr (GdkTexture) texture = NULL;
  cairo_surface_t *surface;
  guint scale;

  if (heat == NULL || prediction == NULL || heat->width != prediction->pixels->width
      || heat->height != prediction->pixels->height)
    return;
  scale = cvr_texture_scale (MAX (heat->width, heat->height), SIDE);
  surface = nn_explain_is_signed (heat->kind)
                ? paint_signed (self, heat, prediction->pixels, scale, &theme)
                : cvr_paint_heat (prediction->pixels->data, prediction->pixels->channels, heat->map,
                                  heat->width, heat->height, scale, self->opacity);
  if (surface == NULL)
    return;
  texture = cvr_texture_from_surface (surface);
  cairo_surface_destroy (surface);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
}

static char *
dup_figure (const NnExplanation *heat)
{
  g_autofree char *value = cvr_plane_dup_number (heat->value, 3);
  g_autofree char *sum = NULL, *due = NULL;

  if (heat->kind == NN_EXPLAIN_OCCLUSION)
    /* Translators: the probability of the class that is explained. */
    return g_strdup_printf (_("Probability with nothing hidden: %s"), value);
  if ((heat->kind == NN_EXPLAIN_GUIDED || heat->kind == NN_EXPLAIN_DECONVNET)
      && heat->n_rectifiers == 0)
    return g_strdup (_("This network has no ReLU or its like: the picture shows the plain "
                       "gradient."));
  if (heat->kind != NN_EXPLAIN_INTEGRATED)
    /* Translators: the class's output before softmax. */
    return g_strdup_printf (_("Output of the class: %s"), value);
  sum = cvr_plane_dup_number (heat->sum, 3);
  due = cvr_plane_dup_number (heat->value - heat->baseline_value, 3);

  if (!nn_explanation_adds_up (heat))
    /* Translators: the sum of all pixels' parts, and what it should be. */
    return g_strdup_printf (_("All pixels together: %1$s of %2$s, only roughly even with %3$u "
                              "points on the way"), sum, due, heat->n_steps);

  /* Translators: the sum of all pixels' parts, and what it should be. */
  return g_strdup_printf (_("All pixels together: %s of %s"), sum, due);
}

/* Nought everywhere. */
static gboolean
is_dark (const NnExplanation *heat)
{
  for (gsize i = 0; i < (gsize) heat->width * heat->height; i++)
    if (fabs ((double) heat->map[i]) > 0)
      return FALSE;

  return TRUE;
}

static void
show_meaning (CvrWhyCard *self)
{
  guint kind = MIN (gtk_drop_down_get_selected (self->method), NN_N_EXPLAINS - 1u);
  NnExplanation *heat = self->inspection != NULL ? cvr_why_card_get_result (self) : NULL;
  gboolean dark = heat != NULL && cvr_inspection_is_whole (self->inspection) && is_dark (heat);

  gtk_label_set_text (self->meaning,
                      dark ? _("Nothing is marked: this method finds nothing that speaks for the "
                               "class. Another one may show more.")
                           : _(methods[kind].meaning));
}

/* The reasons for another picture. */
static gboolean
moment_cb (gpointer data)
{
  CvrWhyCard *self = data;

  self->waiting = 0;
  if (cvr_why_card_get_result (self) == NULL)
    gtk_picture_set_paintable (self->picture, NULL);

  return G_SOURCE_REMOVE;
}

static void
inspection_changed_cb (CvrWhyCard *self)
{
  NnExplanation *heat = cvr_why_card_get_result (self);
  const GError *error = cvr_inspection_get_error (self->inspection);
  gboolean whole = heat != NULL && cvr_inspection_is_whole (self->inspection);
  gboolean stopped = cvr_inspection_is_stopped (self->inspection);
  g_autofree char *figure = whole ? dup_figure (heat) : NULL;

  cvr_job_line_follow (self->line, cvr_inspection_get_job (self->inspection), stopped);
  if (heat == NULL && self->waiting == 0)
    self->waiting = g_timeout_add (MOMENT, moment_cb, self);
  if (error != NULL)
    {
      gtk_label_set_text (self->figure, error->message);
      gtk_picture_set_paintable (self->picture, NULL);
      return;
    }
  gtk_label_set_text (self->figure, figure != NULL ? figure
                                    : stopped ? _("Stopped: this is how far it came.")
                                    : cvr_inspection_is_busy (self->inspection)
                                        ? _("Working it out…")
                                        : "");
  show_meaning (self);
  show_picture (self);
}

static void
stop_cb (CvrWhyCard *self)
{
  cvr_inspection_stop (self->inspection);
}

static void
again_cb (CvrWhyCard *self)
{
  cvr_inspection_go_on (self->inspection);
}

static void
method_changed_cb (CvrWhyCard *self)
{
  guint kind = MIN (gtk_drop_down_get_selected (self->method), NN_N_EXPLAINS - 1u);

  show_meaning (self);
  gtk_label_set_text (self->caution, _(methods[kind].caution));
  if (nn_explain_is_signed ((NnExplainKind) kind))
    cvr_legend_set (self->legend, _("against"), C_("at one end of a band of colours", "for"),
                    TRUE);
  else
    cvr_legend_set (self->legend, _("little"), _("much"), FALSE);
  if (self->inspection == NULL)
    return;
  cvr_inspection_set_heat (self->inspection, (NnExplainKind) kind, self->target);
  inspection_changed_cb (self);
}

static void
cvr_why_card_dispose (GObject *object)
{
  CvrWhyCard *self = CVR_WHY_CARD (object);

  if (adw_bin_get_child (ADW_BIN (self)) != NULL)
    cvr_why_card_set_project (self, NULL);
  g_clear_handle_id (&self->waiting, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_why_card_parent_class)->dispose (object);
}

static void
cvr_why_card_class_init (CvrWhyCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_why_card_dispose;
}

static GtkLabel *
add_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 20);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

/* The legend is there where there is room for it. */
static GtkWidget *
make_head (CvrWhyCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  const char *names[NN_N_EXPLAINS + 1] = { NULL };

  for (guint i = 0; i < NN_N_EXPLAINS; i++)
    names[i] = _(methods[i].name);
  self->method = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (names));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->method), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Method"), -1);
  g_signal_connect_swapped (self->method, "notify::selected", G_CALLBACK (method_changed_cb),
                            self);
  self->legend = g_object_new (CVR_TYPE_LEGEND, "valign", GTK_ALIGN_CENTER, NULL);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->method));

  return g_object_new (CVR_TYPE_ASIDE, "content", head, "side", self->legend, "room", HEAD, NULL);
}

/* The figure, or how far it is. */
static GtkWidget *
make_foot (CvrWhyCard *self)
{
  GtkWidget *foot = gtk_overlay_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->figure = add_label (box, "numeric");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  self->line = g_object_new (CVR_TYPE_JOB_LINE, "halign", GTK_ALIGN_END, NULL);
  g_signal_connect_swapped (self->line, "stop", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->line, "again", G_CALLBACK (again_cb), self);
  gtk_overlay_set_child (GTK_OVERLAY (foot), box);
  gtk_overlay_add_overlay (GTK_OVERLAY (foot), GTK_WIDGET (self->line));
  gtk_overlay_set_measure_overlay (GTK_OVERLAY (foot), GTK_WIDGET (self->line), TRUE);

  return foot;
}

static void
cvr_why_card_init (CvrWhyCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->target = -1;
  self->opacity = 0.75;
  gtk_box_append (GTK_BOX (box), make_head (self));
  self->picture = GTK_PICTURE (gtk_picture_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->picture), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), 160, 160);
  gtk_picture_set_alternative_text (self->picture, _("Where the reasons lie in the picture"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->picture));
  gtk_box_append (GTK_BOX (box), make_foot (self));
  self->meaning = add_label (box, "heading");
  self->caution = add_label (box, "dim-label");
  /* Two lines each, so that both cards' pictures are of a size. */
  gtk_widget_set_size_request (GTK_WIDGET (self->meaning), -1, 40);
  gtk_widget_set_size_request (GTK_WIDGET (self->caution), -1, 40);
  adw_bin_set_child (ADW_BIN (self), box);
  method_changed_cb (self);
}

/**
 * cvr_why_card_new:
 *
 * Returns: (transfer floating): asleep until it has a project and is active
 */
GtkWidget *
cvr_why_card_new (NnExplainKind kind)
{
  CvrWhyCard *self = g_object_new (CVR_TYPE_WHY_CARD, NULL);

  cvr_why_card_set_kind (self, kind);

  return GTK_WIDGET (self);
}

void
cvr_why_card_set_project (CvrWhyCard *self,
                          CvrProject *project)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  if (self->inspection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->inspection, self);
      cvr_job_line_follow (self->line, NULL, FALSE);
    }
  g_clear_object (&self->inspection);
  if (project == NULL)
    return;
  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION | CVR_INSPECT_HEAT);
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (inspection_changed_cb), self);
  method_changed_cb (self);
}

void
cvr_why_card_set_active (CvrWhyCard *self,
                         gboolean    active)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, active);
}

void
cvr_why_card_look_at (CvrWhyCard *self,
                      CvrImage   *image,
                      CvrModel   *model)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  if (self->inspection == NULL)
    return;
  cvr_inspection_set_model (self->inspection, model);
  cvr_inspection_set_image (self->inspection, image);
}

void
cvr_why_card_set_target (CvrWhyCard *self,
                         gint        target)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  self->target = target;
  method_changed_cb (self);
}

void
cvr_why_card_set_opacity (CvrWhyCard *self,
                          double      opacity)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  self->opacity = opacity;
  show_picture (self);
}

NnExplanation *
cvr_why_card_get_result (CvrWhyCard *self)
{
  g_return_val_if_fail (CVR_IS_WHY_CARD (self), NULL);

  return self->inspection != NULL ? cvr_inspection_get_heat (self->inspection) : NULL;
}

void
cvr_why_card_set_kind (CvrWhyCard   *self,
                       NnExplainKind kind)
{
  g_return_if_fail (CVR_IS_WHY_CARD (self));

  gtk_drop_down_set_selected (self->method, kind);
}
