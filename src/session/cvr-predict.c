/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture through a model: the answer and its doubts, also in words. */
#include "cvr-predict.h"

#include "cvr-model-output.h"
#include "cvr-numbers.h"
#include "nn-int8.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static const float least_p = 0.5f;      /* under it: unsure */
static const float least_lead = 0.15f;  /* over the second; under it: unsure */
static const float certain_p = 0.95f;
static const float likely_p = 0.75f;

typedef struct
{
  CvrPrediction public;
  gint          ref_count; /* atomic */
} Counted;

CvrPrediction *
cvr_prediction_ref (CvrPrediction *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_prediction_unref (CvrPrediction *self)
{
  if (!g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  g_free (self->p);
  g_free (self->order);
  g_clear_pointer (&self->pixels, cvr_image_unref);
  g_free (self);
}

static int
more_probable (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const float *p = data;
  guint i = *(const guint *) a, j = *(const guint *) b;

  if (p[i] != p[j])
    return p[i] > p[j] ? -1 : 1;

  return i < j ? -1 : i > j;
}

/* Order, doubts and anomaly from the probabilities. */
static void
judge (CvrPrediction *self)
{
  float first, second;

  for (guint k = 0; k < self->n_classes; k++)
    self->order[k] = k;
  g_qsort_with_data (self->order, (gint) self->n_classes, sizeof (guint), more_probable, self->p);

  first = self->p[self->order[0]];
  second = self->n_classes > 1 ? self->p[self->order[1]] : 0.0f;
  self->unsure = first < least_p || first - second < least_lead;
  self->anomaly = 1.0f - first;
}

/**
 * cvr_predict:
 *
 * Blocks; any thread. @ms of the result is the network's own time, without preparing picture and
 * memory.
 *
 * Returns: (transfer full)
 */
CvrPrediction *
cvr_predict (CvrModel  *model,
             CvrImage  *image,
             NnWorkers *workers,
             GError   **error)
{
  gboolean integer;
  g_autoptr (NnExec) exec = NULL;
  g_autoptr (NnInt8) int8 = NULL;
  Counted *counted;
  CvrPrediction *self;
  const float *output;
  gint64 start;

  g_return_val_if_fail (model != NULL && image != NULL && workers != NULL, NULL);

  if (!cvr_model_output_check (model, error))
    return NULL;
  integer = nn_int8_applies (model->graph, model->params);
  if (integer)
    int8 = nn_int8_new (model->graph, model->params, workers, 1, error);
  else
    exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_INFER, error);
  if (exec == NULL && int8 == NULL)
    return NULL;

  counted = g_new0 (Counted, 1);
  counted->ref_count = 1;
  self = &counted->public;
  self->n_classes = model->n_classes;
  self->p = g_new (float, model->n_classes);
  self->order = g_new (guint, model->n_classes);
  self->pixels = cvr_preprocess_pixels (&model->preprocess, image);

  cvr_preprocess_floats (&model->preprocess, self->pixels,
                         integer ? nn_int8_input (int8, 0) : nn_exec_input (exec, 0));
  start = g_get_monotonic_time ();
  if (integer)
    nn_int8_forward (int8, 1);
  else
    nn_exec_forward (exec, model->params, 1, 0);
  self->ms = (double) (g_get_monotonic_time () - start) / 1e3;

  output = integer ? nn_int8_output (int8, 0) : nn_exec_output (exec, 0);
  self->number = cvr_numbers_is_model (model) ? output[0] : NAN;
  cvr_model_output_to_p (model, output, self->p);
  judge (self);

  return self;
}

/**
 * cvr_prediction_dup_words:
 * @classes: names to speak of, as many as the prediction has classes
 *
 * Returns: (transfer full): a translated sentence. Names stand apart from the grammar, because an
 * article before a name that users made up is wrong in half of all languages.
 */
char *
cvr_prediction_dup_words (const CvrPrediction *self,
                          char *const         *classes)
{
  const char *first, *second;
  float p, lead;

  g_return_val_if_fail (self != NULL && self->n_classes > 0 && classes != NULL, NULL);

  first = classes[self->order[0]];
  p = self->p[self->order[0]];
  if (!isnan (self->number))
    return g_strdup_printf (_("The answer: %.4g."), (double) self->number);
  if (self->n_classes == 1)
    return g_strdup_printf (_("The only answer this network knows: %s."), first);

  second = classes[self->order[1]];
  lead = p - self->p[self->order[1]];
  if (p < least_p)
    return g_strdup_printf (_("I don't know. It could be: %1$s, or else: %2$s."), first, second);
  if (lead < least_lead)
    return g_strdup_printf (_("I think: %1$s, but only just. Close behind: %2$s."), first, second);
  if (p >= certain_p)
    return g_strdup_printf (_("Almost certainly: %s."), first);
  if (p >= likely_p)
    return g_strdup_printf (_("Probably: %s."), first);

  return g_strdup_printf (_("I think: %1$s, though perhaps: %2$s."), first, second);
}
