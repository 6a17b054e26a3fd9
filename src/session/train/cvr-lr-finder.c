/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate range test beside the main thread. */
#include "cvr-finder.h"

#include "cvr-json.h"
#include "cvr-live-job.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What the worker needs. */
typedef struct
{
  CvrSettings settings;
  CvrDataset *dataset;
  CvrModel   *from;    /* nullable */
  CvrLrRange  range;
  NnWorkers  *workers;
} Search;

typedef struct
{
  CvrPoint   point;
  CvrLrPoint value;
} Brought;

struct _CvrLrFinder
{
  GObject     parent_instance;
  NnWorkers  *workers;
  CvrLiveJob  live;     /* its points are of Brought */
  CvrLrRange  range;
  GArray     *points;
};

G_DEFINE_FINAL_TYPE (CvrLrFinder, cvr_lr_finder, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
search_free (gpointer data)
{
  Search *search = data;

  cvr_dataset_unref (search->dataset);
  g_clear_pointer (&search->from, cvr_model_unref);
  nn_workers_unref (search->workers);
  g_free (search);
}

/* Worker. */
static void
bring (const CvrLrPoint *point,
       gpointer          data)
{
  Brought *brought = g_new0 (Brought, 1);

  brought->value = *point;
  cvr_handoff_push (data, &brought->point);
}

/* Worker. The points have come one by one already: what is returned only says that it went well. */
static gpointer
search_func (CvrJob     *job,
             CvrHandoff *handoff,
             gpointer    data,
             GError    **error)
{
  Search *search = data;
  CvrWatch watch = cvr_watch_job (job);
  CvrRunSpec spec = {
    .settings = &search->settings,
    .dataset = search->dataset,
    .from = search->from,
    .workers = search->workers,
  };

  return cvr_find_lr (&spec, &search->range, &watch, bring, handoff, error);
}

/* CvrLivePoint */
static void
take_point (GObject        *target,
            const CvrPoint *point)
{
  g_array_append_val (CVR_LR_FINDER (target)->points, ((const Brought *) point)->value);
}

static void
ready_cb (GObject *target)
{
  cvr_live_job_take (&CVR_LR_FINDER (target)->live);
  g_signal_emit (target, signals[CHANGED], 0);
}

static void
cvr_lr_finder_dispose (GObject *object)
{
  cvr_live_job_clear (&CVR_LR_FINDER (object)->live);

  G_OBJECT_CLASS (cvr_lr_finder_parent_class)->dispose (object);
}

static void
cvr_lr_finder_finalize (GObject *object)
{
  CvrLrFinder *self = CVR_LR_FINDER (object);

  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->points, g_array_unref);

  G_OBJECT_CLASS (cvr_lr_finder_parent_class)->finalize (object);
}

static void
cvr_lr_finder_class_init (CvrLrFinderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_lr_finder_dispose;
  object_class->finalize = cvr_lr_finder_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_LR_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_lr_finder_init (CvrLrFinder *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (CvrLrPoint));
  self->range = cvr_lr_range_default ();
  cvr_live_job_init (&self->live, G_OBJECT (self), ready_cb, (GDestroyNotify) g_array_unref);
  cvr_live_job_use_points (&self->live, take_point, g_free);
}

CvrLrFinder *
cvr_lr_finder_new (NnWorkers *workers)
{
  CvrLrFinder *self = g_object_new (CVR_TYPE_LR_FINDER, NULL);

  self->workers = nn_workers_ref (workers);

  return self;
}

static void
begin (CvrLrFinder       *self,
       const CvrSettings *settings,
       CvrDataset        *dataset,
       CvrModel          *from)
{
  Search *search = g_new0 (Search, 1);

  g_array_set_size (self->points, 0);
  search->settings = *settings;
  search->dataset = dataset;
  search->from = from != NULL ? cvr_model_ref (from) : NULL;
  search->range = self->range;
  search->workers = nn_workers_ref (self->workers);
  cvr_live_job_start (&self->live, NULL, _("Looking for a learning rate"), search_func, search,
                      search_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cvr_lr_finder_start (CvrLrFinder       *self,
                     const CvrSettings *settings,
                     CvrDataset        *dataset,
                     CvrModel          *from,
                     const CvrLrRange  *range,
                     GError           **error)
{
  g_autoptr (CvrDataset) copy = NULL;

  g_return_val_if_fail (CVR_IS_LR_FINDER (self), FALSE);

  if (self->live.job != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("A search is running already. Stop it first."));
      return FALSE;
    }
  if (!cvr_settings_check (settings, error))
    return FALSE;

  copy = cvr_dataset_copy_active (dataset);
  cvr_dataset_split (copy, settings->valid_fraction, settings->test_fraction, settings->seed);
  if (!cvr_source_check_train (copy, error))
    return FALSE;

  self->range = range != NULL ? *range : cvr_lr_range_default ();
  begin (self, settings, g_steal_pointer (&copy), from);

  return TRUE;
}

void
cvr_lr_finder_stop (CvrLrFinder *self)
{
  if (self->live.job != NULL)
    cvr_job_cancel (self->live.job);
}

gboolean
cvr_lr_finder_is_running (CvrLrFinder *self)
{
  return self->live.job != NULL;
}

double
cvr_lr_finder_get_fraction (CvrLrFinder *self)
{
  return MIN (1.0, (double) self->points->len / self->range.n_steps);
}

const CvrLrPoint *
cvr_lr_finder_get_points (CvrLrFinder *self,
                          guint       *n_points)
{
  *n_points = self->points->len;

  return (const CvrLrPoint *) (gpointer) self->points->data;
}

CvrLrAdvice
cvr_lr_finder_get_advice (CvrLrFinder *self)
{
  return cvr_lr_advise ((const CvrLrPoint *) (gpointer) self->points->data, self->points->len);
}

char *
cvr_lr_finder_to_json (CvrLrFinder *self)
{
  GString *json;

  if (self->points->len == 0)
    return NULL;

  json = g_string_new ("{");
  cvr_json_add_open (json, "points", '[');
  for (guint i = 0; i < self->points->len; i++)
    {
      const CvrLrPoint *point = &g_array_index (self->points, CvrLrPoint, i);

      cvr_json_add_open (json, NULL, '[');
      cvr_json_add_double (json, NULL, point->lr);
      cvr_json_add_double (json, NULL, point->loss);
      cvr_json_add_double (json, NULL, point->smoothed);
      g_string_append_c (json, ']');
    }
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

/* A loss that ran away may be no number; a rate is one, and rises. */
static gboolean
read_point (JsonNode *node,
            GArray   *points)
{
  JsonArray *numbers = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  double values[3];
  CvrLrPoint point;

  if (numbers == NULL || json_array_get_length (numbers) != G_N_ELEMENTS (values))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      JsonNode *number = json_array_get_element (numbers, i);

      values[i] = JSON_NODE_HOLDS_VALUE (number) ? json_node_get_double (number) : (double) NAN;
    }
  point = (CvrLrPoint){ values[0], values[1], values[2] };
  if (!(point.lr > 0) || !isfinite (point.lr)
      || (points->len > 0
          && point.lr <= g_array_index (points, CvrLrPoint, points->len - 1).lr))
    return FALSE;
  g_array_append_val (points, point);

  return TRUE;
}

gboolean
cvr_lr_finder_from_json (CvrLrFinder *self,
                         const char  *text,
                         GError     **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (CvrLrPoint));
  g_autoptr (JsonObject) object = NULL;
  JsonArray *array = NULL;
  guint n;

  g_return_val_if_fail (CVR_IS_LR_FINDER (self) && self->live.job == NULL, FALSE);

  object = cvr_json_parse_object (text, "experiment", error);
  if (object == NULL || !cvr_json_get_array (object, "points", &array, error))
    return FALSE;

  n = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n; i++)
    if (!read_point (json_array_get_element (array, i), points))
      {
        g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                     _("The experiment can't be read: its member “%s” is not what it should "
                       "be."),
                     "points");
        return FALSE;
      }
  g_array_unref (self->points);
  self->points = g_steal_pointer (&points);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

const GError *
cvr_lr_finder_get_error (CvrLrFinder *self)
{
  return self->live.error;
}

/* Returns: (transfer full) */
char *
cvr_lr_finder_dup_sentence (CvrLrFinder *self)
{
  CvrLrAdvice advice = cvr_lr_finder_get_advice (self);
  g_autofree char *now = NULL;
  g_autofree char *careful = cvr_words_figure (advice.careful, 2);
  g_autofree char *steepest = cvr_words_figure (advice.steepest, 2);

  if (self->live.error != NULL)
    return g_strdup (self->live.error->message);
  if (self->live.job != NULL && self->points->len == 0)
    return g_strdup (_("Getting ready: the pictures are brought to the network's size."));
  if (self->live.job != NULL)
    {
      now =
        cvr_words_figure (g_array_index (self->points, CvrLrPoint, self->points->len - 1).lr, 2);
      return g_strdup_printf (_("The learning rate rises from step to step; now it is %s."), now);
    }
  if (self->points->len == 0)
    return g_strdup (_("A short training with a rising learning rate shows which one suits: the "
                       "loss falls fastest there. Your network stays as it is."));
  if (isnan (advice.careful))
    return g_strdup (_("The loss never fell clearly, so nothing can be suggested. Try a wider "
                       "range, more steps or a larger batch."));
  if (isnan (advice.steepest))
    return g_strdup_printf (_("A learning rate of %s is a careful choice: a tenth of the one "
                              "with the lowest loss."),
                            careful);

  return g_strdup_printf (_("The loss fell fastest at a learning rate of %1$s; %2$s, a tenth "
                            "of the one with the lowest loss, is the other usual choice."),
                          steepest, careful);
}
