/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page Images from inside: what its files share. */
#pragma once

#include "cvr-balance-bar.h"
#include "cvr-class-list.h"
#include "cvr-images-answers.h"
#include "cvr-images-filter-bar.h"
#include "cvr-images-page.h"
#include "cvr-label-queue.h"
#include "cvr-large-view.h"
#include "cvr-picture-inspector.h"
#include "cvr-thumbnails.h"

G_BEGIN_DECLS

struct _CvrImagesPage
{
  AdwBin parent_instance;

  GtkStack            *stack, *grid_stack;
  AdwFlap             *flap;
  CvrClassList        *classes;
  CvrImagesFilterBar  *filter_bar;
  CvrBalanceBar       *balance;
  GtkGridView         *grid;
  GtkLabel            *shown, *summary;
  GtkToggleButton     *inspect;
  AdwStatusPage       *none_here;
  GtkWidget           *clear;
  CvrPictureInspector *inspector;
  CvrLabelQueue       *queue;
  CvrLargeView        *large;

  CvrProject        *project;
  CvrThumbnails     *thumbnails;
  CvrImagesFilter   *filter;
  CvrImagesAnswers  *answers;
  GtkMultiSelection *selection;
  GtkWidget         *menu;          /* the context menu; NULL: not opened yet */
  gint               wanted_queue;  /* CvrQueueKind that waits for the network's answers; −1 */
  guint              fitting;       /* source that fits the grid's columns; 0 */
  gboolean           restoring;     /* the filter is set from what the project remembers */
};

/* In their own files; each installs its actions and keys. */
void     cvr_images_page_install_selection (GtkWidgetClass *widget_class);
void     cvr_images_page_install_work      (GtkWidgetClass *widget_class);
/* The context menu of the grid. */
void     cvr_images_page_watch_menu        (CvrImagesPage *self);
/* A key on the grid side of the page. */
gboolean cvr_images_page_key               (CvrImagesPage *self, guint key,
                                            GdkModifierType state);
/* What waited for the network can begin. */
void     cvr_images_page_answers_changed   (CvrImagesPage *self);
/* Asks the network where filter or order need it. */
void     cvr_images_page_ask_if_needed     (CvrImagesPage *self);
/* "pictures" or "empty", whichever it is. */
void     cvr_images_page_show_grid         (CvrImagesPage *self);

G_END_DECLS
