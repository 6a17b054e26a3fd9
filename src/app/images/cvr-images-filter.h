/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures the page Images shows, and in which order: a list model over the project's. */
#pragma once

#include "cvr-evaluate.h"
#include "cvr-image-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGES_FILTER (cvr_images_filter_get_type ())
G_DECLARE_FINAL_TYPE (CvrImagesFilter, cvr_images_filter, CVR, IMAGES_FILTER, GObject)

typedef enum
{
  CVR_SORT_ARRIVAL,
  CVR_SORT_NAME,   /* numbers in names count as numbers */
  CVR_SORT_CLASS,
  CVR_SORT_DOUBT,  /* what the network is least sure of first */
  CVR_SORT_ALIKE,  /* look-alikes beside each other, the others after them */
  CVR_N_SORTS,
} CvrImagesSort;

/* Conditions. The three splits are alternatives of each other; all others must hold together. */
typedef enum
{
  CVR_SHOW_TRAIN    = 1 << 0,
  CVR_SHOW_VALID    = 1 << 1,
  CVR_SHOW_TEST     = 1 << 2,
  CVR_SHOW_WRONG    = 1 << 3, /* the network answers something else than the label */
  CVR_SHOW_DOUBTFUL = 1 << 4, /* its answer is less than CVR_DOUBTFUL sure */
  CVR_SHOW_BOXES    = 1 << 5,
  CVR_SHOW_NOTE     = 1 << 6,
  CVR_SHOW_ALIKE    = 1 << 7,
  CVR_SHOW_DAMAGED  = 1 << 8,
} CvrImagesShow;

enum { CVR_N_SHOWS = 9 };

#define CVR_DOUBTFUL 0.6f

enum { CVR_FILTER_ANY_CLASS = -2 };

/* Main thread. A GListModel of CvrImageItem; an item keeps its place in selections when others come
 * and go. Signal "criteria-changed". */
CvrImagesFilter *cvr_images_filter_new          (void) G_GNUC_WARN_UNUSED_RESULT;
/* Works it out anew: call it when pictures, labels or extras changed. @items: all of them, of
 * CvrImageItem; both nullable. */
void             cvr_images_filter_set_source   (CvrImagesFilter *self,
                                                 GListModel      *items,
                                                 CvrDataset      *dataset);
/* What the network says; classes in the data set's numbers (−1: one that it doesn't have).
 * Copied. */
void             cvr_images_filter_set_answers  (CvrImagesFilter *self,
                                                 const CvrAnswer *answers,
                                                 guint            n_answers);
const CvrAnswer *cvr_images_filter_answer       (CvrImagesFilter *self,
                                                 guint64          id);    /* NULL */
guint            cvr_images_filter_n_all        (CvrImagesFilter *self);
/* Position of a picture shown; FALSE where it isn't. */
gboolean         cvr_images_filter_find         (CvrImagesFilter *self,
                                                 guint64          id,
                                                 guint           *position);

/* Class, −1: without a label, or CVR_FILTER_ANY_CLASS. */
void             cvr_images_filter_set_class    (CvrImagesFilter *self,
                                                 gint             k);
gint             cvr_images_filter_get_class    (CvrImagesFilter *self);
void             cvr_images_filter_set_show     (CvrImagesFilter *self,
                                                 CvrImagesShow    condition,
                                                 gboolean         on);
guint            cvr_images_filter_get_show     (CvrImagesFilter *self);
/* NULL or "": any. */
void             cvr_images_filter_set_tag      (CvrImagesFilter *self,
                                                 const char      *tag);
const char      *cvr_images_filter_get_tag      (CvrImagesFilter *self);
/* Part of the name, capitals or not. */
void             cvr_images_filter_set_text     (CvrImagesFilter *self,
                                                 const char      *text);
const char      *cvr_images_filter_get_text     (CvrImagesFilter *self);
void             cvr_images_filter_set_sort     (CvrImagesFilter *self,
                                                 CvrImagesSort    sort);
CvrImagesSort    cvr_images_filter_get_sort     (CvrImagesFilter *self);
/* Something besides the class narrows what is shown. */
gboolean         cvr_images_filter_is_narrow    (CvrImagesFilter *self);
/* Everything but class and order. */
void             cvr_images_filter_clear        (CvrImagesFilter *self);
/* Conditions and order at once; what isn't known of @show and @sort is left out. */
void             cvr_images_filter_set_all      (CvrImagesFilter *self,
                                                 guint            show,
                                                 CvrImagesSort    sort,
                                                 const char      *tag,
                                                 const char      *text);
/* What the project remembers; the class is not part of it. */
char            *cvr_images_filter_to_json      (CvrImagesFilter *self) G_GNUC_WARN_UNUSED_RESULT;
/* Anything it doesn't understand is left as it is; NULL: everything as at the beginning. */
void             cvr_images_filter_from_json    (CvrImagesFilter *self,
                                                 const char      *json);

G_END_DECLS
