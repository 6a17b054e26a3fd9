/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One network compressed in many ways, one after the other, each measured on more and more pictures
 * until its figures are exact: blocking, for one thread at a time. */
#pragma once

#include "cvr-compress.h"

G_BEGIN_DECLS

typedef struct _CvrCompressProbe CvrCompressProbe;

/**
 * CvrProbeCalls:
 * @told: (nullable): figures on the first pictures, (transfer full): soon, then ever less often
 * @silence_us: where those would come later, what the weights alone say is told before: on no
 *   pictures, without a time; 0: never
 * @wanted: (nullable): %FALSE ends the run once it has told something
 * @keep_going: (nullable): %FALSE ends it at once
 */
typedef struct
{
  void     (*told)       (CvrCompressed *partial, gpointer data);
  gboolean (*wanted)     (gpointer data);
  gboolean (*keep_going) (gpointer data);
  gpointer data;
  gint64   silence_us;
} CvrProbeCalls;

/* @dataset (nullable) must not change any more: VALID items, or where there are none every labelled
 * one, are looked at; TRAIN items calibrate. They are read in the first run, and kept. */
CvrCompressProbe *cvr_compress_probe_new  (CvrModel *model, CvrDataset *dataset,
                                           NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
void              cvr_compress_probe_free (CvrCompressProbe *self);
/* @max_pictures: exact on so many; 0: on all. The spec's epochs and max_items are not looked at. NULL
 * with NN_ERROR_CANCELLED, or with what cvr_compress() fails with. */
CvrCompressed    *cvr_compress_probe_run  (CvrCompressProbe *self, const CvrCompressSpec *spec,
                                           guint max_pictures, const CvrProbeCalls *calls,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void              cvr_compress_probe_prepare (CvrCompressProbe *self);
/* How many pictures there are to look at; 0 before the first run. */
guint             cvr_compress_probe_n_pictures (CvrCompressProbe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrCompressProbe, cvr_compress_probe_free)

G_END_DECLS
