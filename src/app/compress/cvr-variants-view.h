/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every compressed network that was tried, as a dot: what it costs against how often it is right. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-compress-tried.h"

G_BEGIN_DECLS

#define CVR_TYPE_VARIANTS_VIEW (cvr_variants_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrVariantsView, cvr_variants_view, CVR, VARIANTS_VIEW, CvrCanvas)

typedef enum
{
  CVR_COST_BYTES,  /* of the file */
  CVR_COST_PACKED, /* of the weights alone, packed: an estimate */
  CVR_COST_TIME,   /* of one picture */
} CvrVariantCost;

/* One that was kept in the notebook. */
typedef struct
{
  guint64 id;
  char   *name;
  double  accuracy, bytes, ms;
} CvrKeptVariant;

/* Signals "chosen" (gpointer: const CvrCompressSpec) and "kept-chosen" (guint64 id): a dot was
 * clicked, or Enter pressed on one; arrow keys go from dot to dot. */
/* @tried: borrowed, outlives the view or is replaced. @present: the one that the sliders are at
 * (nullable). */
void            cvr_variants_view_show     (CvrVariantsView       *self,
                                            CvrTriedSet           *tried,
                                            const CvrCompressSpec *present);
/* @kept: (element-type CvrKeptVariant): copied. They have no size of packed weights. */
void            cvr_variants_view_set_kept (CvrVariantsView       *self,
                                            GArray                *kept);
void            cvr_variants_view_set_cost (CvrVariantsView       *self,
                                            CvrVariantCost         cost);
/* How many there are, and how many of them nothing is both cheaper and better than. */
guint           cvr_variants_view_n_dots   (CvrVariantsView       *self,
                                            guint                 *n_best);
/* "60 % of the filters removed, 8 bits, fine-tuned": (transfer full), translated. */
char           *cvr_variant_dup_words      (const CvrCompressSpec *spec,
                                            double                 pruned);

G_END_DECLS
