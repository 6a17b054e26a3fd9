/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page Compress measures beside its sliders. */
#include "cvr-compress-studies.h"

#include "cvr-bits-view.h"

enum { SENSITIVITY_PICTURES = 256 };

/* Per cent of a layer that its sensitivity is measured at. */
static const guint8 shares[] = { 20, 40, 60, 80, 95 };

static void
add (GArray                *specs,
     const CvrCompressSpec *spec,
     guint                  max_pictures)
{
  CvrStudySpec study = { *spec, max_pictures };

  g_array_append_val (specs, study);
}

GArray *
cvr_compress_study_curves (const CvrCompressSpec *present,
                           guint                  n_layers)
{
  GArray *specs = g_array_new (FALSE, FALSE, sizeof (CvrStudySpec));

  for (guint i = 0; i <= 10; i++)
    {
      CvrCompressSpec spec = *present;
      guint per_cent = i < 10 ? 10 * i : 95;

      if (spec.prune.scope == NN_PRUNE_EACH)
        cvr_compress_spec_scale (&spec, per_cent, n_layers);
      else
        spec.prune.amount = per_cent / 100.0;
      add (specs, &spec, 0);
    }
  for (guint i = 0; i < CVR_N_BITS; i++)
    {
      CvrCompressSpec spec = *present;

      spec.bits = cvr_bit_steps[i];
      add (specs, &spec, 0);
    }

  return specs;
}

GArray *
cvr_compress_study_layers (const CvrCompressSpec *present,
                           guint                  n_layers)
{
  GArray *specs = g_array_new (FALSE, FALSE, sizeof (CvrStudySpec));
  CvrCompressSpec spec = *present;

  spec.bits = 32;
  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    spec.layers[i] = 0;
  for (guint i = 0; i < n_layers; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (shares); j++)
        {
          spec.layers[i] = shares[j];
          add (specs, &spec, SENSITIVITY_PICTURES);
        }
      spec.layers[i] = 0;
    }

  return specs;
}

gboolean
cvr_compress_study_layer (guint   place,
                          guint  *layer,
                          double *share)
{
  *layer = place / G_N_ELEMENTS (shares);
  *share = shares[place % G_N_ELEMENTS (shares)] / 100.0;

  return place % G_N_ELEMENTS (shares) == 0;
}
