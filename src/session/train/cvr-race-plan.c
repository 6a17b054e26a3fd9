/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments before and after they run: plans, entries, what they came to. */
#include "cvr-race.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  MAX_PARTS = 16,
  LONGER = 4,          /* times the epochs, at most, for a part of the pictures */
  MAX_EPOCHS = 10000,  /* of the settings */
};

static const double usual_fractions[] = { 1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1 };

const double *
cvr_experiment_plan_fractions (const CvrExperimentPlan *plan,
                               guint                   *n)
{
  *n = plan->fractions != NULL ? plan->n_fractions : G_N_ELEMENTS (usual_fractions);

  return plan->fractions != NULL ? plan->fractions : usual_fractions;
}

static gboolean
refuse (GError    **error,
        const char *sentence)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_SPEC, sentence);
  return FALSE;
}

static gboolean
check_settings (const CvrSettings *settings,
                GError           **error)
{
  if (settings->predicts == CVR_PREDICTS_NUMBER)
    return refuse (error, _("Experiments count right answers; a network that answers with a number "
                            "has none. Compare its runs in the notebook."));

  return cvr_settings_check (settings, error);
}

/* Rates of layers that the network hasn't would make no difference. */
static gboolean
check_dropout (const CvrExperimentPlan *plan,
               CvrModel                *from,
               GError                 **error)
{
  if (nn_graph_has_kind (from->graph, NN_OP_DROPOUT))
    return TRUE;
  for (guint i = 1; i < plan->n_racers; i++)
    if (plan->racers[i].dropout < plan->racers[0].dropout ||
        plan->racers[i].dropout > plan->racers[0].dropout)
      return refuse (error, _("The network that learning goes on with has no dropout layer: all "
                              "would learn alike. Race something else, or begin anew."));

  return TRUE;
}

static gboolean
check_race (const CvrExperimentPlan *plan,
            CvrModel                *from,
            GError                 **error)
{
  if (plan->n_racers < 2 || plan->n_racers > CVR_MAX_RACERS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("A race needs 2 to %d trainings; %u were chosen."), CVR_MAX_RACERS,
                   plan->n_racers);
      return FALSE;
    }
  for (guint i = 0; i < plan->n_racers; i++)
    if (!check_settings (&plan->racers[i], error))
      return FALSE;

  return from == NULL || check_dropout (plan, from, error);
}

static gboolean
check_fractions (const CvrExperimentPlan *plan,
                 GError                 **error)
{
  guint n;
  const double *fractions = cvr_experiment_plan_fractions (plan, &n);

  if (n < 2 || n > MAX_PARTS)
    return refuse (error, _("Accuracy against pictures needs 2 to 16 parts."));
  for (guint i = 0; i < n; i++)
    if (!(fractions[i] > (i > 0 ? fractions[i - 1] : 0)) || !(fractions[i] <= 1))
      return refuse (error, _("The parts of the pictures must grow from above 0 to at most 1."));

  return TRUE;
}

/**
 * cvr_experiment_plan_check:
 *
 * Returns: whether it can begin. Errors: NN_ERROR_SPEC. Any thread.
 */
gboolean
cvr_experiment_plan_check (const CvrExperimentPlan *plan,
                           CvrModel                *from,
                           GError                 **error)
{
  switch (plan->kind)
    {
    case CVR_EXPERIMENT_RACE:
      return check_race (plan, from, error);

    case CVR_EXPERIMENT_FOLDS:
      if (plan->n_folds < 2 || plan->n_folds > CVR_MAX_FOLDS)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                       _("%u parts were asked for; there can be 2 to %d."), plan->n_folds,
                       CVR_MAX_FOLDS);
          return FALSE;
        }
      return check_settings (&plan->settings, error);

    case CVR_EXPERIMENT_PICTURES:
    default:
      return check_fractions (plan, error) && check_settings (&plan->settings, error);
    }
}

/* Made of what is not the same for all. */
static char *
racer_name (const CvrExperimentPlan *plan,
            guint                    index)
{
  g_autofree char *name =
    cvr_settings_dup_distinction (&plan->racers[index], plan->racers, plan->n_racers);

  return name[0] != '\0' ? g_steal_pointer (&name) : g_strdup_printf (_("Training %u"), index + 1);
}

static void
fill_race (CvrExperimentResult     *self,
           const CvrExperimentPlan *plan,
           CvrDataset              *dataset)
{
  for (guint i = 0; i < self->n_entries; i++)
    {
      self->entries[i].name = racer_name (plan, i);
      self->entries[i].settings = plan->racers[i];
      self->entries[i].n_train = cvr_folds_part_size (dataset, 1);
    }
}

static void
fill_folds (CvrExperimentResult     *self,
            const CvrExperimentPlan *plan,
            CvrDataset              *dataset)
{
  guint n = cvr_dataset_count (dataset, -2, CVR_SPLIT_AUTO) -
            cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO) -
            cvr_dataset_count (dataset, -2, CVR_SPLIT_TEST);

  for (guint i = 0; i < self->n_entries; i++)
    {
      /* Translators: a part of the pictures, in cross-validation. */
      self->entries[i].name = g_strdup_printf (_("Part %u of %u"), i + 1, self->n_entries);
      self->entries[i].settings = plan->settings;
      self->entries[i].n_valid = n / self->n_entries;
      self->entries[i].n_train = n - self->entries[i].n_valid;
    }
}

/* Few pictures get more epochs, so that they are not merely undertrained: validation chooses the
 * best of them. */
static void
fill_parts (CvrExperimentResult     *self,
            const CvrExperimentPlan *plan,
            CvrDataset              *dataset)
{
  guint n, whole = cvr_folds_part_size (dataset, 1);
  const double *fractions = cvr_experiment_plan_fractions (plan, &n);

  for (guint i = 0; i < self->n_entries; i++)
    {
      CvrEntry *entry = &self->entries[i];
      guint longer;

      entry->settings = plan->settings;
      entry->n_train = cvr_folds_part_size (dataset, fractions[i]);
      longer = CLAMP (whole / MAX (entry->n_train, 1), 1, LONGER);
      entry->settings.epochs = MIN (plan->settings.epochs * longer, MAX_EPOCHS);
      entry->name = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%'u picture", "%'u pictures", entry->n_train),
        entry->n_train);
    }
}

/**
 * cvr_experiment_result_new:
 * @plan: checked
 *
 * Returns: (transfer full)
 */
CvrExperimentResult *
cvr_experiment_result_new (const CvrExperimentPlan *plan,
                           CvrDataset              *dataset)
{
  CvrExperimentResult *self = g_new0 (CvrExperimentResult, 1);
  guint n_fractions;

  cvr_experiment_plan_fractions (plan, &n_fractions);
  self->kind = plan->kind;
  self->n_entries = plan->kind == CVR_EXPERIMENT_RACE    ? plan->n_racers
                    : plan->kind == CVR_EXPERIMENT_FOLDS ? plan->n_folds
                                                         : n_fractions;
  self->entries = g_new0 (CvrEntry, self->n_entries);
  for (guint i = 0; i < self->n_entries; i++)
    self->entries[i].report = (CvrRunReport) {
      .val_accuracy = (double) NAN, .val_loss = (double) NAN, .accuracy = (double) NAN,
      .loss = (double) NAN,
    };

  if (plan->kind == CVR_EXPERIMENT_RACE)
    fill_race (self, plan, dataset);
  else if (plan->kind == CVR_EXPERIMENT_FOLDS)
    fill_folds (self, plan, dataset);
  else
    fill_parts (self, plan, dataset);

  return self;
}

void
cvr_experiment_result_free (CvrExperimentResult *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_entries; i++)
    {
      g_free (self->entries[i].name);
      g_free (self->entries[i].rows);
      g_free (self->entries[i].error);
    }
  g_free (self->entries);
  g_free (self);
}

void
cvr_experiment_result_take (CvrExperimentResult *self,
                            guint                index,
                            const CvrEntry      *entry,
                            const CvrEpochRow   *row)
{
  CvrEntry *mine;

  g_return_if_fail (index < self->n_entries);

  mine = &self->entries[index];
  mine->state = entry->state;
  mine->n_train = entry->n_train;
  mine->n_valid = entry->n_valid;
  mine->fraction = entry->fraction;
  mine->report = entry->report;
  g_free (mine->error);
  mine->error = g_strdup (entry->error);
  if (row != NULL)
    {
      mine->rows = g_renew (CvrEpochRow, mine->rows, mine->n_rows + 1);
      mine->rows[mine->n_rows++] = *row;
    }
}

/* Of its best epoch; NaN where none has ended. */
double
cvr_entry_accuracy (const CvrEntry *entry)
{
  double best = NAN, loss = INFINITY;

  for (guint i = 0; i < entry->n_rows; i++)
    {
      const CvrEpochRow *row = &entry->rows[i];
      gboolean validated = isfinite (row->val_accuracy);
      double accuracy = validated ? row->val_accuracy : row->accuracy;
      double here = validated ? row->val_loss : row->loss;

      if (isnan (best) || accuracy > best || (accuracy >= best && here < loss))
        {
          best = accuracy;
          loss = here;
        }
    }

  return best;
}

/**
 * cvr_experiment_summary:
 *
 * Mean and deviation count entries that are done; the best may be any that has an epoch behind it.
 */
CvrExperimentSummary
cvr_experiment_summary (const CvrExperimentResult *self)
{
  CvrExperimentSummary summary = { 0, NAN, NAN, -1 };
  double sum = 0, squares = 0, best = -1;

  for (guint i = 0; i < self->n_entries; i++)
    {
      double accuracy = cvr_entry_accuracy (&self->entries[i]);

      if (isnan (accuracy))
        continue;
      if (accuracy > best)
        {
          best = accuracy;
          summary.best = (gint) i;
        }
      if (self->entries[i].state == CVR_ENTRY_DONE)
        {
          summary.n_done++;
          sum += accuracy;
        }
    }
  if (summary.n_done > 0)
    summary.mean = sum / summary.n_done;
  for (guint i = 0; i < self->n_entries; i++)
    if (self->entries[i].state == CVR_ENTRY_DONE && summary.n_done > 1)
      {
        double away = cvr_entry_accuracy (&self->entries[i]) - summary.mean;

        squares += isnan (away) ? 0 : away * away;
      }
  /* Equal shares differ by the last bit of their mean. */
  if (summary.n_done > 1)
    summary.deviation = squares > 1e-24 ? sqrt (squares / (summary.n_done - 1)) : 0;

  return summary;
}
