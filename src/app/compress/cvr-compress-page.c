/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization by slider, with what they cost and win, measured here. */
#include "cvr-compress-page.h"

#include "cvr-compress-changes.h"
#include "cvr-compress-charts.h"
#include "cvr-compress-deeds.h"
#include "cvr-compress-figures.h"
#include "cvr-compress-settings.h"
#include "cvr-compress-studies.h"
#include "cvr-focus-heir.h"
#include "cvr-notebook.h"
#include "cvr-tooltip.h"
#include "cvr-variants-view.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px: from here on the changed pictures stand beside the rest */
enum { BESIDE_WIDTH = 860 };

typedef enum
{
  STUDY_NONE,
  STUDY_CURVES,
  STUDY_SENSITIVITY,
} Study;

struct _CvrCompressPage
{
  AdwBin parent_instance;

  GtkStack            *stack;
  GtkBox              *columns, *content;
  GtkSeparator        *separator;
  CvrCompressSettings *settings;
  CvrCompressFigures  *figures;
  CvrCompressDeeds    *deeds;
  CvrCompressCharts   *charts;
  CvrCompressChanges  *changes;
  GtkLabel            *message;

  CvrProject     *project;
  CvrCompression *compression;
  gpointer        model;        /* that the charts are of; only compared */
  Study           study;
  gboolean        below;        /* the changed pictures stand under the rest */
  guint           folding;      /* idle; 0: none */
};

G_DEFINE_FINAL_TYPE (CvrCompressPage, cvr_compress_page, ADW_TYPE_BIN)

static gboolean
is_tuning (CvrCompressPage *self)
{
  return cvr_compression_get_tuning (self->compression) != NULL;
}

static void
show_state (CvrCompressPage *self)
{
  const GError *error = cvr_compression_get_error (self->compression);
  guint n_done, n;
  const char *why_not = is_tuning (self)
                          ? cvr_project_get_occupation (self->project)
                          : cvr_compression_get_occupation (self->compression);

  if (!cvr_compression_get_study (self->compression, &n_done, &n))
    self->study = STUDY_NONE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->settings), !is_tuning (self));
  cvr_compress_charts_set_study (self->charts, n_done, self->study == STUDY_CURVES ? n : 0,
                                 why_not);
  cvr_compress_settings_set_study (self->settings, n_done,
                                   self->study == STUDY_SENSITIVITY ? n : 0, why_not);
  gtk_label_set_text (self->message, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), error != NULL);
}

static void
compression_changed_cb (CvrCompressPage *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);

  if (result != NULL)
    {
      cvr_compress_figures_show (self->figures, result);
      cvr_compress_charts_show (self->charts, result);
      cvr_compress_settings_set_share (self->settings, result->pruned);
    }
  cvr_compress_changes_show (self->changes, self->project, result);
  show_state (self);
  if (cvr_compression_is_exact (self->compression) || result == NULL)
    cvr_refresh_lines (GTK_WIDGET (self));
}

static void
moved_cb (CvrCompressPage *self)
{
  CvrCompressSpec spec = cvr_compress_settings_get_spec (self->settings);

  if (self->compression != NULL)
    cvr_compression_set_spec (self->compression, &spec);
}

static void
set_spec (CvrCompressPage       *self,
          const CvrCompressSpec *spec)
{
  cvr_compress_settings_set_spec (self->settings, spec);
  moved_cb (self);
}

static void
chosen_cb (CvrCompressPage *self,
           gpointer         spec)
{
  if (is_tuning (self))
    return;
  cvr_compress_settings_set_spec (self->settings, spec);
  if (!cvr_compression_recall (self->compression, spec))
    moved_cb (self);
}

/* A card of the notebook becomes the project's network, as from the notebook itself. */
static void
kept_chosen_cb (CvrCompressPage *self,
                guint64          id)
{
  if (!is_tuning (self) &&
      cvr_notebook_return_to (cvr_project_get_notebook (self->project), id, G_MAXUINT, NULL, NULL,
                              NULL) != NULL)
    cvr_toast_action (GTK_WIDGET (self), _("This is the project's network now"), _("_Undo"),
                      "win.undo");
}

static void
reset_cb (CvrCompressPage *self)
{
  CvrCompressSpec spec = cvr_compress_settings_get_spec (self->settings);

  spec.prune.amount = 0;
  spec.bits = 32;
  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    spec.layers[i] = 0;
  set_spec (self, &spec);
}

/* Studies. */

static void
begin_study (CvrCompressPage *self,
             Study            study,
             GArray          *specs) /* (transfer full) of CvrStudySpec */
{
  self->study = study;
  cvr_compression_study (self->compression, (const CvrStudySpec *) (gpointer) specs->data,
                         specs->len);
  g_array_unref (specs);
}

static void
fill_cb (CvrCompressPage *self)
{
  CvrCompressSpec present = cvr_compress_settings_get_spec (self->settings);

  begin_study (self, STUDY_CURVES,
               cvr_compress_study_curves (&present,
                                          cvr_compress_settings_n_layers (self->settings)));
}

static void
stop_cb (CvrCompressPage *self)
{
  cvr_compression_study (self->compression, NULL, 0);
}

/* The same button ends it. */
static void
measure_cb (CvrCompressPage *self)
{
  CvrCompressSpec present = cvr_compress_settings_get_spec (self->settings);

  if (self->study == STUDY_SENSITIVITY)
    stop_cb (self);
  else
    begin_study (self, STUDY_SENSITIVITY,
                 cvr_compress_study_layers (&present,
                                            cvr_compress_settings_n_layers (self->settings)));
}

static void
studied_cb (CvrCompressPage *self,
            guint            place,
            CvrCompressed   *result)
{
  NnPruneKind kind = result->spec.prune.kind;
  guint layer;
  double share;

  if (self->study == STUDY_CURVES)
    cvr_compress_charts_add (self->charts, result);
  else if (self->study == STUDY_SENSITIVITY)
    {
      if (cvr_compress_study_layer (place, &layer, &share))
        cvr_compress_settings_add_sensitivity (self->settings, kind, layer, 0,
                                               result->before.accuracy);
      cvr_compress_settings_add_sensitivity (self->settings, kind, layer, share,
                                             result->after.accuracy);
    }
}

/* Beside or below. */

static gboolean
fold_cb (gpointer data)
{
  CvrCompressPage *self = data;
  GtkWidget *changes = GTK_WIDGET (self->changes);
  GtkBox *from = self->below ? self->columns : self->content;
  GtkBox *into = self->below ? self->content : self->columns;

  self->folding = 0;
  g_object_ref (changes);
  gtk_box_remove (from, changes);
  gtk_box_append (into, changes);
  g_object_unref (changes);
  gtk_widget_set_visible (GTK_WIDGET (self->separator), !self->below);

  return G_SOURCE_REMOVE;
}

/* As narrow as it gets with the changed pictures below, wherever they are now. */
static void
cvr_compress_page_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (widget);
  GtkWidget *changes = GTK_WIDGET (self->changes);
  int beside, separator;

  gtk_widget_measure (GTK_WIDGET (self->stack), orientation,
                      orientation == GTK_ORIENTATION_VERTICAL ? -1 : for_size, minimum, natural,
                      NULL, NULL);
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL ||
      gtk_widget_get_parent (changes) != GTK_WIDGET (self->columns))
    return;
  gtk_widget_measure (changes, orientation, -1, &beside, NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->separator), orientation, -1, &separator, NULL, NULL, NULL);
  *minimum = MAX (*minimum - beside - separator, beside);
  *natural = MAX (*natural, *minimum);
}

/* They move when the frame is done: a widget may not leave its parent while that is given its size.
 * For that one frame they may reach beyond the page. */
static void
cvr_compress_page_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (widget);
  gboolean below = width < BESIDE_WIDTH;
  int least;

  gtk_widget_measure (GTK_WIDGET (self->stack), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL,
                      NULL);
  gtk_widget_allocate (GTK_WIDGET (self->stack), MAX (width, least), height, baseline, NULL);
  if (below == self->below)
    return;
  self->below = below;
  if (self->folding != 0)
    g_clear_handle_id (&self->folding, g_source_remove); /* back before it has moved */
  else
    self->folding = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, self, NULL);
}

static void
cvr_compress_page_map (GtkWidget *widget)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (widget);

  GTK_WIDGET_CLASS (cvr_compress_page_parent_class)->map (widget);
  if (self->compression != NULL)
    cvr_compression_set_active (self->compression, TRUE);
}

static void
cvr_compress_page_unmap (GtkWidget *widget)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (widget);

  GTK_WIDGET_CLASS (cvr_compress_page_parent_class)->unmap (widget);
  if (self->compression != NULL)
    cvr_compression_set_active (self->compression, FALSE);
}

static void
model_changed_cb (CvrCompressPage *self)
{
  CvrModel *model = cvr_project_get_model (self->project);

  gtk_stack_set_visible_child_name (self->stack, model != NULL ? "compress" : "empty");
  if (self->model == model)
    return;
  self->model = model;
  cvr_compress_charts_clear (self->charts);
  cvr_compress_settings_set_model (self->settings, model);
  if (model != NULL)
    moved_cb (self);
}

static void
cvr_compress_page_dispose (GObject *object)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (object);

  g_clear_handle_id (&self->folding, g_source_remove);
  cvr_compress_page_set_project (self, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_compress_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, deeds);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, columns);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, content);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, separator);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, settings);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, figures);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, charts);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, changes);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, message);
  gtk_widget_class_bind_template_callback (widget_class, moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, measure_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
  gtk_widget_class_bind_template_callback (widget_class, fill_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, kept_chosen_cb);
}

static void
cvr_compress_page_class_init (CvrCompressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_compress_page_dispose;
  widget_class->measure = cvr_compress_page_measure;
  widget_class->size_allocate = cvr_compress_page_size_allocate;
  widget_class->map = cvr_compress_page_map;
  widget_class->unmap = cvr_compress_page_unmap;
  g_type_ensure (CVR_TYPE_COMPRESS_DEEDS);
  g_type_ensure (CVR_TYPE_COMPRESS_SETTINGS);
  g_type_ensure (CVR_TYPE_COMPRESS_FIGURES);
  g_type_ensure (CVR_TYPE_COMPRESS_CHARTS);
  g_type_ensure (CVR_TYPE_COMPRESS_CHANGES);
  bind_template (widget_class);
}

static void
cvr_compress_page_init (CvrCompressPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL); /* the class's own functions do it */
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  /* Used or taken back, nothing is compressed any more: the sliders are next. */
  cvr_focus_heir_set (GTK_WIDGET (self->deeds), GTK_WIDGET (self->settings));
}

/**
 * cvr_compress_page_set_project:
 * @project: (nullable): the project whose network is compressed
 */
void
cvr_compress_page_set_project (CvrCompressPage *self,
                               CvrProject      *project)
{
  g_return_if_fail (CVR_IS_COMPRESS_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->project, self->charts);
      g_signal_handlers_disconnect_by_data (self->compression, self);
      g_clear_object (&self->compression);
    }
  g_set_object (&self->project, project);
  cvr_compress_charts_set_notebook (self->charts, project != NULL
                                                    ? cvr_project_get_notebook (project)
                                                    : NULL);
  self->compression = project != NULL ? cvr_compression_new (project) : NULL;
  cvr_compress_deeds_set_project (self->deeds, project, self->compression);
  if (project == NULL)
    return;
  self->model = NULL;
  cvr_compression_set_active (self->compression, gtk_widget_get_mapped (GTK_WIDGET (self)));
  g_signal_connect_swapped (self->compression, "changed", G_CALLBACK (compression_changed_cb),
                            self);
  g_signal_connect_swapped (self->compression, "studied", G_CALLBACK (studied_cb), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  /* What was measured on other pictures, or under other labels, can't be compared any longer. */
  g_signal_connect_object (project, "images-changed", G_CALLBACK (cvr_compress_charts_clear),
                           self->charts, G_CONNECT_SWAPPED);
  model_changed_cb (self);
  compression_changed_cb (self);
}

CvrCompression *
cvr_compress_page_get_compression (CvrCompressPage *self)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_PAGE (self), NULL);

  return self->compression;
}

/**
 * cvr_compress_page_dup_line:
 *
 * Returns: (transfer full) (nullable): "−63 % · 96.1 %", what the sliders win and what is still
 * right, if that is known; %NULL while they are untouched
 */
char *
cvr_compress_page_dup_line (CvrCompressPage *self)
{
  CvrCompressed *result;
  g_autofree char *smaller = NULL;
  g_autofree char *right = NULL;

  g_return_val_if_fail (CVR_IS_COMPRESS_PAGE (self), NULL);

  result = self->compression != NULL ? cvr_compression_get_result (self->compression) : NULL;
  if (result == NULL || !cvr_compress_spec_changes (&result->spec))
    return NULL;
  smaller = cvr_dup_relative ((double) result->before.bytes, (double) result->after.bytes);
  if (result->after.n == 0)
    return g_strdup (smaller != NULL ? smaller : _("no change"));
  right = cvr_words_percent (result->after.accuracy, result->after.n);

  return g_strdup_printf ("%s · %s", smaller != NULL ? smaller : _("no change"), right);
}
