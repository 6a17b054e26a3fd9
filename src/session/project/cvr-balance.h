/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether some classes have many more pictures than others, and what helps. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_BALANCE_UNKNOWN, /* fewer than two classes take part */
  CVR_BALANCE_EVEN,    /* the largest has at most twice as many pictures as the smallest */
  CVR_BALANCE_MILD,    /* at most five times */
  CVR_BALANCE_STRONG,
} CvrBalanceState;

/* @k: class of the data set. @title: as the user reads it. @n: labelled pictures; @by_split: of
 * these, by CvrSplit. @wanted: how many more bring it to half of the largest class. */
typedef struct
{
  guint k;
  char *title;
  guint n, by_split[4];
  guint wanted;
} CvrBalanceClass;

typedef enum
{
  CVR_CURE_WEIGHTS, /* settings: class_weights on */
  CVR_CURE_AUGMENT, /* settings: some augmentation on */
  CVR_CURE_COLLECT, /* @n more pictures of class @k */
} CvrCureKind;

typedef struct
{
  CvrCureKind kind;
  guint       k, n;     /* COLLECT */
  char       *sentence; /* translated, with the numbers */
} CvrCure;

/**
 * CvrBalance:
 * @classes: [n_classes] those that are not off, in the data set's order
 * @ratio: pictures of the largest by those of the smallest; infinite where a class has none
 * @largest, @smallest: places in @classes
 * @cures: [n_cures] what would help and isn't done yet, the quickest first; none when even
 *
 * One thread.
 */
typedef struct
{
  CvrBalanceState  state;
  CvrBalanceClass *classes;
  guint            n_classes;
  double           ratio;
  guint            largest, smallest;
  CvrCure         *cures;
  guint            n_cures;
} CvrBalance;

/* @titles: (nullable): [classes of the data set]; the names where NULL. Touches no picture. */
CvrBalance *cvr_balance_new        (CvrDataset *dataset, const char *const *titles,
                                    const CvrSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
/* Main thread: of the project's data set and settings, with the titles people read. */
CvrBalance *cvr_balance_of_project (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_balance_free       (CvrBalance *self);
/* (transfer full): "“Cat” has 500 pictures, “Dog” only 20: …"; NULL where UNKNOWN. */
char       *cvr_balance_dup_words  (const CvrBalance *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrBalance, cvr_balance_free)

G_END_DECLS
