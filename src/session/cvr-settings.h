/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything a training depends on besides the pictures: one plain record for window, command line
 * and project. */
#pragma once

#include "cvr-augment.h"
#include "cvr-dataset.h"
#include "cvr-preprocess.h"
#include "nn.h"

G_BEGIN_DECLS

/* What a network answers with. */
typedef enum
{
  CVR_PREDICTS_CLASS,
  CVR_PREDICTS_NUMBER,           /* the classes' names are numbers: see cvr-numbers.h */
} CvrPredicts;

typedef struct
{
  char           arch[32];       /* preset's name */
  /* What the network that the project has is called, where training goes on with that one instead
   * of beginning with a new preset; "": it begins anew. UTF-8. */
  char           base[64];
  CvrPredicts    predicts;
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
/* The one it learns by: cross-entropy needs classes, numbers take the squared error instead. */
NnLossKind  cvr_settings_get_loss  (const CvrSettings *self);
/* Goes on with the project's network, called @name (cut off where it is too long). "": with a new
 * one, of which every layer learns. */
void        cvr_settings_set_base  (CvrSettings *self, const char *name);
char       *cvr_settings_to_json   (const CvrSettings *self);
/* "Learning rate 0.01 instead of 0.001": what @self has otherwise than @other; "": nothing. */
char       *cvr_settings_dup_difference  (const CvrSettings *self, const CvrSettings *other);
/* (transfer full): title and value in turn, NULL-terminated: what everybody asks for, and whatever
 * else isn't as usual. Translated. */
char      **cvr_settings_dup_rows        (const CvrSettings *self) G_GNUC_WARN_UNUSED_RESULT;
/* "Adam, learning rate 0.001": what tells @self from the others; "": nothing. */
char       *cvr_settings_dup_distinction (const CvrSettings *self, const CvrSettings *others,
                                          guint n);
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
