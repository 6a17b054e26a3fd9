/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers that make each value of one value at the same place: norms, functions, shares, sums,
 * copies. */
#include "cvr-lens-private.h"

#include "cvr-layer-name.h"
#include "cvr-map-links.h"
#include "cvr-model-output.h"
#include "cvr-numbers.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The map before a layer that treats every value alike. */
static void
add_same (CvrLens            *self,
          const CvrLensPlace *place,
          NnNode              input,
          guint               channel,
          gint                column,
          gint                row,
          const char         *sign)
{
  CvrPlane *map = cvr_plane_of_map (place->maps, input, channel);
  CvrLensPanel *panel;

  if (map == NULL)
    return;
  self->whole = 0;
  for (guint axis = 0; axis < 2; axis++)
    self->stride[axis] = self->extent[axis] = 1;
  panel = cvr_lens_add_plane (self, map, cvr_lens_dup_map_title (place, input, channel), sign);
  cvr_lens_frame (panel, column, row, 1, 1);
}

/* Of an answer the class. */
static char *
dup_output_row (const CvrLensPlace *place,
                guint               k)
{
  if (cvr_maps_is_answer (place->maps, place->node))
    return g_strdup (place->titles[k - 1]);

  /* Translators: in a list of shares. */
  return g_strdup_printf (_("output %u"), k);
}

void
cvr_lens_look_at_norm (CvrLens            *self,
                       const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  double deviation = sqrt (terms->variance + terms->epsilon), x = (double) terms->values[0];
  g_autofree char *before = cvr_lens_dup_value (x), *after = cvr_lens_dup_value (self->value);
  CvrLensPanel *panel;

  add_same (self, place, terms->input, place->tile, (gint) place->column, (gint) place->row, "→");
  panel = cvr_lens_add_panel (self, CVR_PANEL_ROWS, g_strdup (_("batch norm")), "→");
  cvr_lens_add_row (panel, g_strdup (_("value")), x);
  cvr_lens_add_row (panel, g_strdup (_("− mean")), terms->mean);
  cvr_lens_add_row (panel, g_strdup (_("÷ deviation")), deviation);
  cvr_lens_add_row (panel, g_strdup (_("× scale")), terms->scale);
  cvr_lens_add_row (panel, g_strdup (_("+ shift")), terms->shift);
  cvr_lens_add_total (panel, g_strdup ("="), self->value);
  /* Translators: a value before the layer and after it. */
  self->sentence = g_strdup_printf (
      _("%s becomes %s: as many deviations from the mean, then scaled and shifted."), before,
      after);
}

/* How far from zero a function bends; 0: it looks the same from any distance. */
static double
bend (const NnActivationSpec *spec)
{
  double a = (double) spec->alpha, b = (double) spec->beta;

  switch ((gint) spec->function)
    {
    case NN_ACTIVATION_SIGMOID:
    case NN_ACTIVATION_SOFTPLUS:
      return 6;
    case NN_ACTIVATION_HARD_SWISH:
    case NN_ACTIVATION_ELU:
    case NN_ACTIVATION_SELU:
      return 4;
    case NN_ACTIVATION_TANH:
    case NN_ACTIVATION_ERF:
      return 3;
    case NN_ACTIVATION_RELU6:
      return 8;
    case NN_ACTIVATION_HARD_SIGMOID:
      return a != 0 ? 1.3 * MAX (fabs (b / a), fabs ((1 - b) / a)) : 0;
    case NN_ACTIVATION_CLIP:
      return isfinite (a) && isfinite (b) ? 1.3 * MAX (fabs (a), fabs (b)) : 0;
    default:
      return 0;
    }
}

/* The function where it bends and as far as the value, else over the range of the map. */
void
cvr_lens_look_at_function (CvrLens            *self,
                           const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  g_autoptr (CvrPlane) map = cvr_plane_of_map (place->maps, terms->input, place->tile);
  g_autofree char *before = cvr_lens_dup_value ((double) terms->values[0]);
  g_autofree char *after = cvr_lens_dup_value (self->value);
  CvrLensPanel *panel;
  double low = -1, high = 1, reach;

  if (map != NULL)
    cvr_plane_range (map, &low, &high);
  reach = bend (&nn_graph_node_attrs (place->graph, place->node)->activation);
  reach = reach > 0 ? MAX (reach, 1.1 * fabs ((double) terms->values[0]))
                    : MAX (MAX (fabs (low), fabs (high)), 0.1);
  add_same (self, place, terms->input, place->tile, (gint) place->column, (gint) place->row, "→");
  panel = cvr_lens_add_panel (self, CVR_PANEL_CURVE,
                              cvr_layer_dup_short_name (place->graph, place->node), "→");
  for (guint i = 0; i < CVR_LENS_POINTS; i++)
    panel->x[i] = (float) (reach * (2.0 * i / (CVR_LENS_POINTS - 1) - 1));
  nn_terms_function (place->graph, place->node, CVR_LENS_POINTS, panel->x, panel->y);
  panel->at_x = (double) terms->values[0];
  panel->at_y = self->value;
  self->sentence = g_strdup_printf (_("%s becomes %s."), before, after);
}

/* The largest shares, each as what it is the exponential of. */
void
cvr_lens_look_at_share (CvrLens            *self,
                        const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  g_autofree double *parts = g_new (double, MAX (terms->n, 1));
  g_autofree char *before = cvr_lens_dup_value ((double) terms->values[terms->chosen]);
  g_autofree char *after = cvr_lens_dup_value (self->value);
  double largest = -INFINITY;
  CvrLensPanel *panel;

  for (gsize i = 0; i < terms->n; i++)
    largest = MAX (largest, (double) terms->values[i]);
  for (gsize i = 0; i < terms->n; i++)
    parts[i] = exp ((double) terms->values[i] - largest) / terms->divisor;
  add_same (self, place, terms->input, place->tile, (gint) place->column, (gint) place->row, "→");
  panel = cvr_lens_add_panel (self, CVR_PANEL_ROWS, g_strdup (_("shares")), "→");
  cvr_lens_list_parts (panel, parts, (guint) terms->n, 0, dup_output_row, place);
  cvr_lens_add_total (panel, g_strdup ("="), 1);
  self->sentence = g_strdup_printf (
      _("e to the power of %s, divided by the sum of all such powers: %s."), before, after);
}

static char *
dup_power_row (const CvrLensPlace *place,
               guint               k)
{
  return g_strdup_printf ("exp %s", place->titles[k - 1]);
}

/* Of the values less the largest, as nn_softmax_rows() works: the same shares, and no power is too
 * large. */
void
cvr_lens_close (CvrLens            *self,
                const CvrLensPlace *place)
{
  CvrModel *model = place->maps->model;
  const float *values = place->maps->values[place->node];
  g_autofree double *powers = g_new (double, model->n_classes);
  g_autofree char *value = cvr_lens_dup_value (self->value);
  g_autofree char *most = NULL, *power = NULL, *total = NULL, *share = NULL;
  double largest = -INFINITY, sum = 0;
  CvrLensPanel *panel;

  if (cvr_map_links_shown (place->graph, nn_graph_output (place->graph, 0)) != place->node
      || !cvr_maps_is_answer (place->maps, place->node) || cvr_model_output_is_softmax (model)
      || cvr_numbers_is_model (model))
    return;
  for (guint k = 0; k < model->n_classes; k++)
    largest = MAX (largest, (double) values[k]);
  for (guint k = 0; k < model->n_classes; k++)
    sum += powers[k] = exp ((double) values[k] - largest);
  self->panels[self->own].sign = "→";
  panel = cvr_lens_add_panel (self, CVR_PANEL_ROWS, g_strdup (_("answer: softmax")), NULL);
  cvr_lens_list_parts (panel, powers, model->n_classes, 0, dup_power_row, place);
  cvr_lens_add_total (panel, g_strdup (_("sum")), sum);
  cvr_lens_add_row (panel, g_strdup (_("share")), powers[place->index] / sum);
  most = cvr_lens_dup_value (largest);
  power = cvr_lens_dup_value (powers[place->index]);
  total = cvr_lens_dup_value (sum);
  share = cvr_words_percent (powers[place->index] / sum, 0);
  /* Translators: a value, the largest of the values, the power, the sum of all powers, and the
   * per cent of it: "… (0.520 − 1.220), the largest value, is 0.497; of the sum 1.497 that is
   * 33.2 %." */
  self->note = g_strdup_printf (
      _("Softmax: e to the power of (%s − %s), the largest value, is %s; of the sum %s that is "
        "%s."),
      value, most, power, total, share);
}

void
cvr_lens_look_at_sum (CvrLens            *self,
                      const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  GString *words = g_string_new (NULL);
  g_autofree char *sum = cvr_lens_dup_value (self->value);
  guint shown = MIN ((guint) terms->n, 3u);

  for (guint i = 0; i < shown; i++)
    add_same (self, place, terms->sources[i], place->tile, (gint) place->column, (gint) place->row,
              i + 1 < shown ? "+" : "→");
  for (gsize i = 0; i < terms->n; i++)
    {
      g_autofree char *part = cvr_lens_dup_value ((double) terms->values[i]);

      g_string_append_printf (words, i == 0 ? "%s" : " + %s", part);
    }
  /* Translators: an addition such as "0.2 + 0.5" and its result. */
  self->sentence = g_strdup_printf (_("%s makes %s."), words->str, sum);
  g_string_free (words, TRUE);
}

/* Where the value lies in the layer that it is taken from: of maps at the same place. */
void
cvr_lens_look_at_copy (CvrLens            *self,
                       const CvrLensPlace *place)
{
  const NnTerms *terms = place->terms;
  NnShape shape = place->maps->shapes[terms->input];
  g_autofree char *input = cvr_layer_dup_short_name (place->graph, terms->input);
  g_autofree char *value = cvr_lens_dup_value (self->value);
  guint columns = cvr_plane_vector_columns (shape.dims[1]);
  gint column = shape.rank == 4 ? (gint) terms->left : (gint) (terms->first % columns);
  gint row = shape.rank == 4 ? (gint) terms->top : (gint) (terms->first / columns);

  add_same (self, place, terms->input, terms->first, column, row, "→");
  if (shape.rank != place->maps->shapes[place->node].rank)
    self->whole = -1;
  /* Translators: the name of the layer before, and a number. */
  self->sentence = g_strdup_printf (_("Taken from %s as it is: %s."), input, value);
}
