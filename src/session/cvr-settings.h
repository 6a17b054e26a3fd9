/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything a training depends on besides the pictures: one plain record for window, command line
 * and project. */
#pragma once

#include "cvr-augment.h"
#include "cvr-dataset.h"
#include "cvr-preprocess.h"
#include "nn.h"

G_BEGIN_DECLS

typedef struct
{
  char           arch[32];       /* preset's name */
  /* Of the network's input; 0: from the pictures (cvr_dataset_suggest_size(), at most 64). */
  guint          width, height;
  guint          channels;       /* 1, 3; 0: from the pictures */
  CvrResizeMode  resize;
  CvrScaleMode   scale;
  CvrAugment     augment;
  NnOptimSpec    optim;
  NnScheduleSpec schedule;
  NnLossKind     loss;
  float          label_smoothing; /* cross-entropy only */
  NnRecipe       recipe;         /* what else belongs to it than the settings here */
  gboolean       class_weights;  /* weigh each class by the inverse of its frequency */
  float          dropout;        /* < 0: the preset's own */
  guint          epochs, batch, early_stop, n_frozen;
  double         valid_fraction; /* 0.2 */
  double         test_fraction;  /* 0: none is kept for the test */
  double         time_limit;     /* s; 0 off */
  guint64        seed;
} CvrSettings;

/* Lenet5, adam, 20 epochs, batch 32, early stop off, seed 1. */
CvrSettings cvr_settings_default   (void);
gboolean    cvr_settings_check     (const CvrSettings *self, GError **error);
gboolean    cvr_settings_equal     (const CvrSettings *a, const CvrSettings *b);
char       *cvr_settings_to_json   (const CvrSettings *self);
/* Unknown keys ignored, missing ones default. */
gboolean    cvr_settings_from_json (CvrSettings *self, const char *json, GError **error);
/* The preset, augmentation and everything else that @recipe is tuned for; PLAIN changes nothing but
 * the recipe itself. */
void        cvr_settings_use_recipe (CvrSettings *self, NnRecipe recipe);
/* Preprocessing that these settings mean for these pictures: auto sizes resolved; STANDARDISE takes
 * mean and deviation of the training pictures. */
gboolean    cvr_settings_preprocess (const CvrSettings *self, CvrDataset *dataset,
                                     CvrPreprocess *preprocess, GError **error);
/* The same without looking at the pictures: size, channels and modes, not the statistics. Quick. */
gboolean    cvr_settings_preprocess_size (const CvrSettings *self, CvrDataset *dataset,
                                          CvrPreprocess *preprocess, GError **error);
/* The untrained network they mean. */
NnGraph    *cvr_settings_graph     (const CvrSettings *self, const CvrPreprocess *preprocess,
                                    guint n_classes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
