/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sliders and what belongs to them. */
#include "cvr-compress-settings.h"

#include "cvr-bits-view.h"
#include "cvr-compress-layers.h"
#include "cvr-flow.h"
#include "cvr-past-wheel.h"
#include "cvr-tooltip.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrCompressSettings
{
  AdwBin parent_instance;

  GtkAdjustment     *amount, *bits;
  GtkLabel          *amount_value, *bits_value;
  GtkDropDown       *kind, *scope, *scales, *calibration;
  GtkScale          *amount_scale, *bits_scale;
  CvrCompressLayers *layers;

  CvrModel *model;
  double    share;     /* of all, where each layer has its own */
  gboolean  updating;
};

G_DEFINE_FINAL_TYPE (CvrCompressSettings, cvr_compress_settings, ADW_TYPE_BIN)

enum { CHANGED, MEASURE, N_SIGNALS };

static guint signals[N_SIGNALS];

/* In the order of the drop-downs. */
static const NnPruneKind kinds[] = { NN_PRUNE_FILTERS, NN_PRUNE_WEIGHTS };
static const NnPruneScope scopes[] = { NN_PRUNE_GLOBAL, NN_PRUNE_LAYER, NN_PRUNE_EACH };
static const NnCalibration calibrations[] = { NN_CALIBRATION_MIN_MAX, NN_CALIBRATION_PERCENTILE,
                                              NN_CALIBRATION_ENTROPY };

static gboolean
by_layer (CvrCompressSettings *self)
{
  return scopes[gtk_drop_down_get_selected (self->scope)] == NN_PRUNE_EACH;
}

static guint
bits_of (CvrCompressSettings *self)
{
  return cvr_bit_steps[(guint) lround (gtk_adjustment_get_value (self->bits))];
}

static void
show_values (CvrCompressSettings *self)
{
  guint bits = bits_of (self);
  double share = by_layer (self) ? self->share : gtk_adjustment_get_value (self->amount);
  g_autofree char *amount = cvr_words_percent (share, 1);
  g_autofree char *levels = g_strdup_printf (ngettext ("%u bit", "%u bits", bits), bits);
  const char *why = _("Only numbers of 8 bits or fewer have a scale");

  gtk_label_set_text (self->amount_value, amount);
  gtk_label_set_text (self->bits_value, levels);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bits_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, levels, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->amount_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, amount, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->amount_scale), !by_layer (self));
  gtk_widget_set_visible (GTK_WIDGET (self->layers), by_layer (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->scales), bits <= 8);
  cvr_tooltip_set (GTK_WIDGET (self->scales),
                   bits > 8 ? why : _("A scale per filter wastes fewer levels"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->calibration), bits <= 8);
  cvr_tooltip_set (GTK_WIDGET (self->calibration),
                   bits > 8 ? why
                            : _("Calibration: where the range of the activations "
                                "ends, found on training pictures"));
}

static void
show_layers (CvrCompressSettings *self)
{
  NnPruneKind kind = kinds[gtk_drop_down_get_selected (self->kind)];

  if (by_layer (self))
    cvr_compress_layers_set_model (self->layers, self->model, kind);
}

static void
changed_cb (CvrCompressSettings *self)
{
  if (self->updating)
    return;
  show_layers (self);
  show_values (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
measure_cb (CvrCompressSettings *self)
{
  g_signal_emit (self, signals[MEASURE], 0);
}

static void
cvr_compress_settings_dispose (GObject *object)
{
  CvrCompressSettings *self = CVR_COMPRESS_SETTINGS (object);

  self->updating = TRUE;
  g_clear_pointer (&self->model, cvr_model_unref);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_compress_settings_parent_class)->dispose (object);
}

/* Where one goes on: what says how much is pruned. */
static gboolean
cvr_compress_settings_grab_focus (GtkWidget *widget)
{
  CvrCompressSettings *self = CVR_COMPRESS_SETTINGS (widget);

  if (by_layer (self))
    return gtk_widget_child_focus (GTK_WIDGET (self->layers), GTK_DIR_TAB_FORWARD);

  return gtk_widget_grab_focus (GTK_WIDGET (self->amount_scale));
}

static void
cvr_compress_settings_class_init (CvrCompressSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_compress_settings_dispose;
  widget_class->grab_focus = cvr_compress_settings_grab_focus;
  g_type_ensure (CVR_TYPE_COMPRESS_LAYERS);
  g_type_ensure (CVR_TYPE_FLOW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-settings.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, amount);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, bits);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, amount_value);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, bits_value);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, amount_scale);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, bits_scale);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, kind);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, scope);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, scales);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, calibration);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressSettings, layers);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MEASURE] = g_signal_new ("measure", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_compress_settings_init (CvrCompressSettings *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_past_wheel (GTK_RANGE (self->amount_scale));
  cvr_past_wheel (GTK_RANGE (self->bits_scale));
  self->updating = FALSE;
  g_signal_connect_swapped (self->layers, "measure", G_CALLBACK (measure_cb), self);
  show_values (self);
}

void
cvr_compress_settings_set_model (CvrCompressSettings *self,
                                 CvrModel            *model)
{
  CvrCompressSpec nothing = cvr_compress_spec_default ();

  g_return_if_fail (CVR_IS_COMPRESS_SETTINGS (self));

  if (self->model == model)
    return;
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = model != NULL ? cvr_model_ref (model) : NULL;
  cvr_compress_layers_set_model (self->layers, model,
                                 kinds[gtk_drop_down_get_selected (self->kind)]);
  nothing.prune.kind = kinds[gtk_drop_down_get_selected (self->kind)];
  nothing.prune.scope = scopes[gtk_drop_down_get_selected (self->scope)];
  cvr_compress_settings_set_spec (self, &nothing);
}

void
cvr_compress_settings_set_spec (CvrCompressSettings   *self,
                                const CvrCompressSpec *spec)
{
  g_return_if_fail (CVR_IS_COMPRESS_SETTINGS (self));

  self->updating = TRUE;
  gtk_drop_down_set_selected (self->kind, spec->prune.kind == NN_PRUNE_FILTERS ? 0 : 1);
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if (scopes[i] == spec->prune.scope)
      gtk_drop_down_set_selected (self->scope, i);
  for (guint i = 0; i < G_N_ELEMENTS (calibrations); i++)
    if (calibrations[i] == spec->calibration)
      gtk_drop_down_set_selected (self->calibration, i);
  for (guint i = 0; i < CVR_N_BITS; i++)
    if (cvr_bit_steps[i] == spec->bits)
      gtk_adjustment_set_value (self->bits, i);
  gtk_drop_down_set_selected (self->scales, spec->per_channel ? 0 : 1);
  gtk_adjustment_set_value (self->amount,
                            spec->prune.scope == NN_PRUNE_EACH ? 0 : spec->prune.amount);
  self->share = 0;
  show_layers (self);
  cvr_compress_layers_set_shares (self->layers, spec->layers);
  self->updating = FALSE;
  show_values (self);
}

CvrCompressSpec
cvr_compress_settings_get_spec (CvrCompressSettings *self)
{
  CvrCompressSpec spec = cvr_compress_spec_default ();

  g_return_val_if_fail (CVR_IS_COMPRESS_SETTINGS (self), spec);

  spec.prune.kind = kinds[gtk_drop_down_get_selected (self->kind)];
  spec.prune.scope = scopes[gtk_drop_down_get_selected (self->scope)];
  if (by_layer (self))
    cvr_compress_layers_get_shares (self->layers, spec.layers);
  else
    spec.prune.amount = gtk_adjustment_get_value (self->amount);
  spec.bits = bits_of (self);
  spec.per_channel = gtk_drop_down_get_selected (self->scales) == 0;
  spec.calibration = calibrations[gtk_drop_down_get_selected (self->calibration)];

  return spec;
}

void
cvr_compress_settings_set_share (CvrCompressSettings *self,
                                 double               share)
{
  g_return_if_fail (CVR_IS_COMPRESS_SETTINGS (self));

  if (self->share == share || !by_layer (self))
    return;
  self->share = share;
  show_values (self);
}

void
cvr_compress_settings_add_sensitivity (CvrCompressSettings *self,
                                       NnPruneKind          kind,
                                       guint                layer,
                                       double               share,
                                       double               accuracy)
{
  g_return_if_fail (CVR_IS_COMPRESS_SETTINGS (self));

  cvr_compress_layers_add_sensitivity (self->layers, kind, layer, share, accuracy);
}

void
cvr_compress_settings_set_study (CvrCompressSettings *self,
                                 guint                n_done,
                                 guint                n,
                                 const char          *why_not)
{
  g_return_if_fail (CVR_IS_COMPRESS_SETTINGS (self));

  cvr_compress_layers_set_study (self->layers, n_done, n, why_not);
}

guint
cvr_compress_settings_n_layers (CvrCompressSettings *self)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_SETTINGS (self), 0);

  return cvr_compress_layers_n_layers (self->layers);
}
