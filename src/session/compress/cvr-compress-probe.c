/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One network compressed in many ways, each measured on more and more pictures. */
#include "cvr-compress-probe.h"

#include "cvr-answers.h"
#include "cvr-compress-private.h"
#include "cvr-measure.h"
#include "cvr-model-output.h"
#include "cvr-numbers.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  FIRST_US = 16000,        /* until the first figures, but for their time */
  LOOK_US = 8000,          /* of looking at pictures before the first figures, at least */
  SLICE_US = 10000,        /* pictures looked at between two questions */
  LEAST_SLICE_US = 1000,
  LARGEST_SLICE = 32,
  QUICK_ITEMS = 8,         /* to calibrate with before the first figures */
  QUICK_MS_US = 4000,      /* of measuring the time before the first figures */
  EXACT_MS_US = 150000,
  PATIENCE_US = 500000,    /* while a slider moves: figures with pictures come so often, at least */
};

/* One run. */
typedef struct
{
  CvrCompressProbe      *probe;
  const CvrCompressSpec *spec;
  const CvrProbeCalls   *calls;
  CvrPruned              pruned;
  CvrModel              *model;      /* what came of it */
  CvrAnswers            *answers;    /* of that model; borrowed where it is the untouched one */
  CvrAnswers            *own;        /* freed with the run */
  CvrMeasure             size;       /* what the weights alone say, and the time */
  guint                  n_pictures; /* to look at */
  guint                  n_told;     /* pictures that what was told last stands on */
  gint64                 begin;      /* monotonic µs */
  gint64                 next;       /* monotonic µs: time to tell */
  gboolean               sized;      /* what its weights alone say has been told */
  gboolean               quick;      /* calibrated on few pictures */
} Run;

struct _CvrCompressProbe
{
  CvrModel        *model;
  CvrDataset      *dataset;      /* nullable */
  NnWorkers       *workers;
  gboolean         ready;        /* what follows is there */
  CvrSplit         used;
  CvrSource       *pictures;     /* nullable: nothing to look at */
  guint           *order;        /* [pictures]: a beginning of it has its share of every class */
  CvrSource       *calibration;  /* nullable: not needed yet */
  CvrAnswers      *before;       /* of the untouched model */
  CvrMeasure       size;         /* of the untouched model, with its time */
  CvrSizes         sizes[2];     /* of what each NnPruneKind takes away */
  gboolean         sorted[2];    /* those are there */
  gboolean         timed;        /* that time is exact */
  double           pace;         /* of the last model's answers, see cvr_answers_get_pace() */
  gint64           looked;       /* monotonic µs: figures with pictures were told last */
  /* The last pruning, which other bits begin with. */
  CvrCompressSpec  pruned_spec;
  CvrPruned        pruned;
  CvrModel        *pruned_model; /* nullable */
};

static gboolean
may_go_on (gpointer data)
{
  const CvrProbeCalls *calls = data;

  return calls->keep_going == NULL || calls->keep_going (calls->data);
}

/* Whether what is left to do still matters. */
static gboolean
is_wanted (gpointer data)
{
  const Run *run = data;

  if (!may_go_on ((gpointer) run->calls))
    return FALSE;

  /* The first figures always come: a slider that moves on and on is followed. Where pictures take
   * long it is followed by what the weights alone say, and now and then with pictures. */
  if (run->calls->told != NULL && run->n_told == 0 &&
      (!run->sized || g_get_monotonic_time () - run->probe->looked >= PATIENCE_US))
    return TRUE;

  return run->calls->wanted == NULL || run->calls->wanted (run->calls->data);
}

static gboolean
set_cancelled (GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Compressing was cancelled."));

  return FALSE;
}

CvrCompressProbe *
cvr_compress_probe_new (CvrModel   *model,
                        CvrDataset *dataset,
                        NnWorkers  *workers)
{
  CvrCompressProbe *self = g_new0 (CvrCompressProbe, 1);

  self->model = cvr_model_ref (model);
  self->dataset = dataset != NULL ? cvr_dataset_ref (dataset) : NULL;
  self->workers = nn_workers_ref (workers);

  return self;
}

void
cvr_compress_probe_free (CvrCompressProbe *self)
{
  g_clear_pointer (&self->before, cvr_answers_free);
  g_clear_pointer (&self->calibration, cvr_source_free);
  g_clear_pointer (&self->pictures, cvr_source_free);
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->pruned_model, cvr_model_unref);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_free (self);
}

guint
cvr_compress_probe_n_pictures (CvrCompressProbe *self)
{
  return self->pictures != NULL ? cvr_source_peek (self->pictures)->count : 0;
}

/* Chooses the pictures and reads them. */
static gboolean
read_pictures (CvrCompressProbe *self,
               GError          **error)
{
  CvrModel *model = self->model;

  /* Numbers are neither right nor wrong: sizes and times are all that can be compared. */
  if (cvr_numbers_is_model (model))
    return TRUE;

  self->used = CVR_SPLIT_VALID;
  if (self->dataset != NULL && !cvr_compress_has_items (self->dataset, model, CVR_SPLIT_VALID))
    self->used = CVR_SPLIT_AUTO;
  if (self->dataset == NULL || (self->used == CVR_SPLIT_AUTO &&
                                !cvr_compress_has_items (self->dataset, model, CVR_SPLIT_AUTO)))
    return TRUE;

  self->pictures =
    cvr_source_new_for_classes (self->dataset, self->used, &model->preprocess,
                                (const char *const *) model->classes, model->n_classes, 0, NULL,
                                self->workers, error);
  if (self->pictures == NULL)
    return FALSE;

  self->order = cvr_answers_order (self->pictures);

  return TRUE;
}

static gboolean
get_ready (CvrCompressProbe *self,
           GError          **error)
{
  if (self->ready)
    return TRUE;
  if (!cvr_model_output_check (self->model, error) ||
      !cvr_measure_size (self->model, &self->size, error) || !read_pictures (self, error))
    return FALSE;

  if (self->pictures != NULL)
    {
      self->before = cvr_answers_new (self->model, self->pictures, self->order, self->workers,
                                      LARGEST_SLICE, error);
      if (self->before == NULL)
        return FALSE;
    }
  self->ready = TRUE;

  return TRUE;
}

/* Large networks have millions of weights: sorted once, and only where somebody asks. */
static gboolean
sort_sizes (CvrCompressProbe *self,
            NnPruneKind       kind,
            GError          **error)
{
  if (!self->sorted[kind])
    self->sorted[kind] = cvr_measure_sizes (self->model, kind, &self->sizes[kind], error);

  return self->sorted[kind];
}

/* (transfer full): @self's model, pruned as asked: the last one again where that is the same. */
static CvrModel *
prune (CvrCompressProbe *self,
       CvrCompressWork  *work,
       CvrPruned        *pruned,
       GError          **error)
{
  if (self->pruned_model == NULL ||
      !cvr_compress_spec_same_pruning (&self->pruned_spec, work->spec))
    {
      CvrModel *model = cvr_compress_prune (work, self->model, pruned, error);

      if (model == NULL)
        return NULL;
      g_clear_pointer (&self->pruned_model, cvr_model_unref);
      self->pruned_model = model;
      self->pruned_spec = *work->spec;
      self->pruned = *pruned;
    }
  *pruned = self->pruned;

  return cvr_model_ref (self->pruned_model);
}

static gboolean
read_calibration (CvrCompressProbe *self,
                  CvrCompressWork  *work,
                  GError          **error)
{
  if (self->calibration == NULL)
    self->calibration = cvr_compress_calibration (work, self->model, error);

  return self->calibration != NULL;
}

/**
 * cvr_compress_probe_prepare:
 *
 * Reads what a later run may need, so that its first figures come as soon as any. What fails here
 * fails there, too, with its reason.
 */
void
cvr_compress_probe_prepare (CvrCompressProbe *self)
{
  CvrCompressWork work = { .dataset = self->dataset, .used = self->used,
                           .workers = self->workers };

  if (self->pictures != NULL)
    read_calibration (self, &work, NULL);
}

/* The run's network and what its weights say. */
static gboolean
build (Run      *run,
       gboolean  quick,
       GError  **error)
{
  CvrCompressProbe *self = run->probe;
  NnObserver observer = { .keep_going = is_wanted, .data = run };
  CvrCompressSpec spec = *run->spec;
  CvrCompressWork work = { .spec = &spec, .dataset = self->pictures != NULL ? self->dataset : NULL,
                           .used = self->used, .workers = self->workers, .observer = &observer };
  g_autoptr (CvrModel) pruned = NULL;
  CvrMeasure *size = &run->size;
  double ms = size->ms; /* The same network calibrated otherwise takes as long. */

  spec.epochs = 0;
  if (spec.bits <= 8 && work.dataset != NULL && !read_calibration (self, &work, error))
    return FALSE;
  work.calibration = self->calibration;
  run->quick = quick && spec.bits <= 8 && work.dataset != NULL;
  if (run->quick)
    work.calibration_items = QUICK_ITEMS;

  if (!sort_sizes (self, spec.prune.kind, error))
    return FALSE;
  pruned = prune (self, &work, &run->pruned, error);
  if (pruned == NULL)
    return FALSE;
  g_clear_pointer (&run->own, cvr_answers_free);
  g_clear_pointer (&run->model, cvr_model_unref);
  run->model = cvr_compress_quantize (&work, pruned, error);
  if (run->model == NULL)
    return FALSE;

  run->answers = self->before;
  if (run->model != self->model && self->pictures != NULL)
    {
      run->own = cvr_answers_new (run->model, self->pictures, self->order, self->workers,
                                  LARGEST_SLICE, error);
      if (run->own == NULL)
        return FALSE;
      cvr_answers_set_pace (run->own, self->pace);
      run->answers = run->own;
    }
  run->next = MAX (run->next, g_get_monotonic_time () + LOOK_US);
  if (run->model == self->model)
    {
      *size = self->size;
      return TRUE;
    }
  if (!cvr_measure_size (run->model, size, error))
    return FALSE;
  size->ms = ms;

  return TRUE;
}

/* Short at first, with what is there; in the end exactly, as it will run: for one picture. */
static double
measure_time (Run        *run,
              CvrModel   *model,
              CvrAnswers *answers,
              gboolean    exact)
{
  if (!exact && answers != NULL)
    return cvr_answers_ms (answers, QUICK_MS_US, is_wanted, run);

  return cvr_measure_ms_within (model, run->probe->workers, exact ? EXACT_MS_US : QUICK_MS_US,
                                is_wanted, run);
}

/* Times of both networks. */
static void
measure_times (Run      *run,
               gboolean  exact)
{
  CvrCompressProbe *self = run->probe;

  if (isnan (self->size.ms) || (exact && !self->timed))
    {
      self->size.ms = measure_time (run, self->model, self->before, exact);
      self->timed = exact && is_wanted (run);
    }
  run->size.ms = run->model == self->model ? self->size.ms
                                           : measure_time (run, run->model, run->answers, exact);
}

static CvrMeasure
measure_of (const CvrMeasure *size,
            CvrAnswers       *answers,
            guint             n)
{
  CvrMeasure measure = *size;

  measure.n = n;
  measure.accuracy = answers != NULL ? cvr_answers_accuracy (answers, n) : (double) NAN;
  measure.loss = answers != NULL ? cvr_answers_loss (answers, n) : (double) NAN;

  return measure;
}

/* (transfer full): what is known after the first @n pictures. */
static CvrCompressed *
snapshot (Run  *run,
          guint n)
{
  CvrCompressProbe *self = run->probe;
  CvrCompressed *result = cvr_compressed_new (run->spec, self->model);

  result->spec.epochs = 0;
  result->model = cvr_model_ref (run->model);
  result->sizes = self->sizes[run->spec->prune.kind];
  result->threshold = run->pruned.threshold;
  result->pruned = run->pruned.share;
  result->before = measure_of (&self->size, self->before, n);
  result->after = measure_of (&run->size, run->answers, n);
  result->n_pictures = run->n_pictures;
  if (self->before != NULL)
    {
      result->before_confusion = cvr_answers_confusion (self->before, n);
      result->after_confusion = cvr_answers_confusion (run->answers, n);
      result->changed = cvr_answers_changed (self->before, run->answers, n, &result->n_changed);
    }

  return result;
}

static void
tell (Run   *run,
      guint  n)
{
  if (run->calls->told == NULL)
    return;
  run->calls->told (snapshot (run, n), run->calls->data);
  if (n > 0)
    run->probe->looked = g_get_monotonic_time ();
}

/* What the weights alone say, where the first pictures would come late. */
static void
tell_sizes (Run *run)
{
  double expected = (double) (g_get_monotonic_time () - run->begin) + run->probe->pace;

  if (run->n_pictures == 0 || run->model == run->probe->model || run->calls->silence_us == 0 ||
      expected < (double) run->calls->silence_us)
    return;
  tell (run, 0);
  run->sized = TRUE;
}

/* Looks at pictures until there is none left or nothing is wanted any more: FALSE then. Tells at the
 * first time, then whenever as much time again has gone by. */
static gboolean
look (Run     *run,
      GError **error)
{
  CvrCompressProbe *self = run->probe;

  while (run->n_pictures > 0 && cvr_answers_n (run->answers) < run->n_pictures)
    {
      gint64 left = run->next - g_get_monotonic_time ();
      guint n;

      if (!is_wanted (run))
        return set_cancelled (error);
      if (!cvr_answers_go_on (run->answers, CLAMP (left, LEAST_SLICE_US, SLICE_US),
                              run->n_pictures, error))
        return FALSE;
      n = cvr_answers_n (run->answers);
      self->pace = cvr_answers_get_pace (run->answers);
      while (cvr_answers_n (self->before) < n)
        {
          if (!may_go_on ((gpointer) run->calls))
            return set_cancelled (error);
          if (!cvr_answers_go_on (self->before, SLICE_US, n, error))
            return FALSE;
        }

      if (g_get_monotonic_time () < run->next || n >= run->n_pictures)
        continue;
      if (run->n_told == 0)
        measure_times (run, FALSE);
      if (n > run->n_told)
        tell (run, n);
      run->n_told = MAX (run->n_told, n);
      if (run->quick)
        return TRUE;
      run->next = g_get_monotonic_time () + (g_get_monotonic_time () - run->begin);
    }

  return TRUE;
}

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->own, cvr_answers_free);
  g_clear_pointer (&run->model, cvr_model_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* Everything has been looked at: told once more before the time is taken exactly. */
static gboolean
finish (Run     *run,
        GError **error)
{
  if (run->n_told < MAX (run->n_pictures, 1) && run->calls->told != NULL)
    {
      if (run->n_told == 0)
        measure_times (run, FALSE);
      tell (run, run->n_pictures);
    }
  run->n_told = MAX (run->n_pictures, 1);
  if (is_wanted (run))
    measure_times (run, TRUE);

  return is_wanted (run) || set_cancelled (error);
}

CvrCompressed *
cvr_compress_probe_run (CvrCompressProbe      *self,
                        const CvrCompressSpec *spec,
                        guint                  max_pictures,
                        const CvrProbeCalls   *calls,
                        GError               **error)
{
  static const CvrProbeCalls nobody = { NULL };
  g_auto (Run) run = { .probe = self, .spec = spec, .calls = calls != NULL ? calls : &nobody,
                       .size = { .ms = (double) NAN } };
  guint n;

  if (!cvr_compress_spec_check (spec, error) || !get_ready (self, error))
    return NULL;

  n = cvr_compress_probe_n_pictures (self);
  run.n_pictures = max_pictures > 0 ? MIN (n, max_pictures) : n;
  run.begin = g_get_monotonic_time ();
  run.next = run.begin + FIRST_US;
  if (!build (&run, calls != NULL && calls->told != NULL, error))
    return NULL;
  tell_sizes (&run);
  if (!look (&run, error))
    return NULL;
  if (run.quick && !is_wanted (&run))
    {
      set_cancelled (error);
      return NULL;
    }
  if (run.quick && (!build (&run, FALSE, error) || !look (&run, error)))
    return NULL;
  if (!finish (&run, error))
    return NULL;

  return snapshot (&run, run.n_pictures);
}
