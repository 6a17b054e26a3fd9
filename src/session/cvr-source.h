/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a data set as the engine's source of examples. */
#pragma once

#include "cvr-augment.h"
#include "cvr-dataset.h"
#include "cvr-preprocess.h"
#include "nn.h"

G_BEGIN_DECLS

/* Holds every picture at the network's size, 8 bits; immutable once made, any thread. */
typedef struct _CvrSource CvrSource;

/* (transfer full): a picture at the network's size and channels, 8 bits. A large one that lies on
 * disk is read at twice that size at least, not whole. Blocks; workers. */
CvrImage       *cvr_source_read     (const CvrPreprocess *preprocess, CvrPicture *picture,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a training does to the pixels of its item @index in @epoch (from 0), in place; @scratch of
 * the same size. */
void            cvr_source_augment  (const CvrAugment *augment, const CvrPreprocess *preprocess,
                                     CvrRng *rng, guint index, guint epoch, guint8 *pixels,
                                     guint8 *scratch);
/* [classes of the data set] (transfer full): the model's class of the same name (by position where
 * the model's classes are only numbers), or −1. */
gint           *cvr_source_map_classes (CvrDataset *dataset, const char *const *classes,
                                        guint n_classes) G_GNUC_WARN_UNUSED_RESULT;

/* Labelled items whose `used` is @used (CVR_SPLIT_AUTO: every labelled item). @augment nullable.
 * @max_items 0: all, else an evenly spread, class-balanced subset that depends on nothing but the
 * items. NN_ERROR_DATA when there is none, or fewer than two classes have pictures (where @used is
 * TRAIN). */
CvrSource      *cvr_source_new      (CvrDataset *dataset, CvrSplit used,
                                     const CvrPreprocess *preprocess, const CvrAugment *augment,
                                     guint max_items, NnWorkers *workers,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a model's classes: a data set's class counts as the model's class of the same name
 * (by position where the model's classes are only numbers); items of others are left out and
 * counted in @n_unknown (nullable). One class is enough. */
CvrSource      *cvr_source_new_for_classes (CvrDataset *dataset, CvrSplit used,
                                            const CvrPreprocess *preprocess,
                                            const char *const *classes,
                                            guint n_classes, guint max_items, guint *n_unknown,
                                            NnWorkers *workers,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether a training could begin with these pictures: what cvr_source_new() says for TRAIN, without
 * touching a picture. */
gboolean        cvr_source_check_train (CvrDataset *dataset, GError **error);
void            cvr_source_set_augment (CvrSource *self, const CvrAugment *augment);
/* The same pictures, held once, for another training (@augment nullable). Any thread. */
CvrSource      *cvr_source_share    (CvrSource *self,
                                     const CvrAugment *augment) G_GNUC_WARN_UNUSED_RESULT;
/* From now on items have a number instead of a label: (@values[label] − @mean) / @deviation; @values
 * [classes] is copied. Before it is given to anybody. */
void            cvr_source_use_numbers (CvrSource *self, const double *values, double mean,
                                        double deviation);
void            cvr_source_free     (CvrSource *self);
const NnSource *cvr_source_peek     (CvrSource *self);
guint64         cvr_source_item_id  (CvrSource *self, guint index);
gint            cvr_source_label    (CvrSource *self, guint index);
/* (transfer full) inverse class frequencies, mean 1 over the items. */
float          *cvr_source_class_weights (CvrSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrSource, cvr_source_free)

G_END_DECLS
