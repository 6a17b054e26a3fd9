/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a training as a table: what each is called, may be, and where it lies in
 * CvrSettings. */
#pragma once

#include "cvr-settings.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_FIELD_EPOCHS,
  CVR_FIELD_LR,
  CVR_FIELD_BATCH,
  CVR_FIELD_OPTIM,
  CVR_FIELD_SCHEDULE,
  CVR_FIELD_MOMENTUM,
  CVR_FIELD_EARLY_STOP,
  CVR_FIELD_WEIGHT_DECAY,
  CVR_FIELD_L1,
  CVR_FIELD_DROPOUT,
  CVR_FIELD_PREDICTS,
  CVR_FIELD_LOSS,
  CVR_FIELD_CLASS_WEIGHTS,
  CVR_FIELD_CLIP,
  CVR_FIELD_SEED,
  CVR_FIELD_VALID,
  CVR_N_FIELDS,
} CvrField;

typedef enum { CVR_ROW_SPIN, CVR_ROW_CHOICE, CVR_ROW_SWITCH } CvrRowKind;

enum { CVR_MAX_CHOICES = 12 };

/**
 * CvrSettingRow:
 * @title, @subtitle: English, marked: show with _()
 * @live: (nullable): when it takes effect while a training runs; NULL: it can't change then
 * @low, @high, @step: of a spin row
 * @choices, @n_choices: of a choice row, values in order
 * @name: of a choice row: (transfer full) what a value is called
 */
typedef struct
{
  CvrRowKind  kind;
  gboolean    advanced;
  const char *live;
  const char *title, *subtitle;
  double      low, high, step;
  double      choices[CVR_MAX_CHOICES];
  guint       n_choices;
  char     *(*name) (double value);
} CvrSettingRow;

const CvrSettingRow *cvr_setting_row (CvrField           field);
/* Why these settings have no use for it, translated; NULL: they have. */
const char          *cvr_setting_get_idle_reason (const CvrSettings *settings, CvrField field);
/* FALSE: the choice can't be made with these settings. */
gboolean             cvr_setting_offers (const CvrSettings *settings, CvrField field,
                                         double value);
/* As a training takes it. */
double               cvr_setting_get (const CvrSettings *settings,
                                      CvrField           field);
char                *cvr_setting_dup_value (const CvrSettings *settings, CvrField field)
                     G_GNUC_WARN_UNUSED_RESULT;
/* A new optimiser brings the learning rate that suits it. */
void                 cvr_setting_set (CvrSettings       *settings,
                                      CvrField           field,
                                      double             value);

G_END_DECLS
