/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling a selection of pictures with the number keys: what Images and Mistakes share. */
#pragma once

#include "cvr-inspection.h"
#include "cvr-project.h"
#include "cvr-swatch.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* 1 … 9 of either block give 0 … 8, 0 gives −1 (take the label away): what they mean before
 * classes are asked. FALSE: another key. */
gboolean cvr_labelling_key          (guint              key,
                                     gint              *place);
/* The class that such a key gives these pictures; 0 gives −1. Where no class has the key, @label is
 * the number of classes. */
gboolean cvr_labelling_class        (guint              key,
                                     CvrDataset        *dataset,
                                     gint              *label);
/* The key that gives class @k; 0: none does. */
guint    cvr_labelling_key_of       (CvrDataset        *dataset,
                                     guint              k);
/* Colour and pattern of class @k as cvr_draw_swatch() and cvr_paint_class_colour() count them. */
guint    cvr_labelling_paint        (CvrDataset        *dataset,
                                     guint              k);
/* Colour, key and switch of class @k (−1: none) on a swatch. */
void     cvr_labelling_show_class   (CvrSwatch         *swatch,
                                     CvrDataset        *dataset,
                                     gint               k);
/* A class of a network, which may have been trained with others than the project has now: as the
 * project calls and paints it, else as the network does. */
const char *cvr_labelling_model_title (CvrProject *project, CvrModel *model, guint k);
guint    cvr_labelling_model_paint  (CvrProject *project, CvrModel *model, guint k);
/* (transfer full) (NULL-terminated): all of them. */
char   **cvr_labelling_dup_model_titles (CvrProject *project,
                                         CvrModel   *model) G_GNUC_WARN_UNUSED_RESULT;
/* The most probable classes, at most @max; labels live as long as project and model. Returns how
 * many there are. */
guint    cvr_labelling_fill_bars    (CvrProject *project, CvrModel *model,
                                     CvrPrediction *prediction, CvrBar *bars, guint max);
/* (transfer full): @title for a menu, where underscores are keys. */
char    *cvr_labelling_dup_menu_label (const char       *title) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full) (element-type guint64). @first: position of the first of them. The model's items
 * are CvrImageItem. */
GArray  *cvr_labelling_selected_ids (GtkSelectionModel *selection,
                                     guint             *first);
/* Selects what is at @position now (or the last), so that work goes on there. */
void     cvr_labelling_select_next  (GtkSelectionModel *selection,
                                     guint              position);
/* Selects the picture after those that are selected now (else the one before), alone: for when
 * they leave. Where there is no other nothing changes. */
void     cvr_labelling_select_after (GtkSelectionModel *selection);
gboolean cvr_labelling_find         (GListModel        *model,
                                     CvrImageItem      *item,
                                     guint             *position);

G_END_DECLS
