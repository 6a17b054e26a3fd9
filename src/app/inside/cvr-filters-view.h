/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of every convolution, the dead and the doubled among them, and the chosen one down to
 * its numbers and through the epochs. */
#pragma once

#include "cvr-columns.h"
#include "cvr-gradients.h"
#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_FILTERS_VIEW (cvr_filters_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrFiltersView, cvr_filters_view, CVR, FILTERS_VIEW, AdwBin)

/* Signal "selected": another filter was chosen. */
void     cvr_filters_view_set_project (CvrFiltersView *self,
                                       CvrProject     *project);
/* Dead and duplicate filters are looked for, and epochs read, only while it can be seen. */
void     cvr_filters_view_set_active  (CvrFiltersView *self,
                                       gboolean        active);
/* The training whose epochs are shown behind each other; 0: none. */
void     cvr_filters_view_set_run     (CvrFiltersView *self,
                                       guint64         run);
/* The epoch that is looked at stands out among them; −1: the last. */
void     cvr_filters_view_set_epoch   (CvrFiltersView *self,
                                       gint            epoch);
/* @gradients nullable: shown in place of the filters. */
void     cvr_filters_view_show        (CvrFiltersView *self,
                                       CvrMaps        *maps,
                                       CvrGradients   *gradients);
/* FALSE: nothing is chosen. */
gboolean cvr_filters_view_get_chosen  (CvrFiltersView *self,
                                       NnNode         *node,
                                       guint          *tile);

G_END_DECLS
