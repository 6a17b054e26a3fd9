/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training, or one compressed network, in the notebook. */
#include "cvr-run-card-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

G_DEFINE_FINAL_TYPE (CvrRunCard, cvr_run_card, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
cvr_run_card_finalize (GObject *object)
{
  CvrRunCard *self = CVR_RUN_CARD (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->note);
  g_free (self->what);
  g_array_unref (self->changes);

  G_OBJECT_CLASS (cvr_run_card_parent_class)->finalize (object);
}

static void
cvr_run_card_class_init (CvrRunCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_run_card_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_RUN_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
clear_change (gpointer change)
{
  g_free (((CvrCardChange *) change)->text);
}

static void
cvr_run_card_init (CvrRunCard *self)
{
  const double unknown = (double) NAN;

  self->changes = g_array_new (FALSE, FALSE, sizeof (CvrCardChange));
  g_array_set_clear_func (self->changes, clear_change);

  self->name = g_strdup ("");
  self->note = g_strdup ("");
  self->facts.report = (CvrRunReport) { .val_accuracy = unknown, .val_loss = unknown,
                                        .accuracy = unknown, .loss = unknown };
  self->facts.ms = unknown;
}

static void
update_title (CvrRunCard *self)
{
  g_free (self->title);
  if (self->name[0] != '\0')
    self->title = g_strdup (self->name);
  else if (self->facts.kind == CVR_CARD_VARIANT)
    /* Translators: the name of a compressed network, with its number. */
    self->title = g_strdup_printf (_("Variant %u"), self->number);
  else
    /* Translators: the name of a training, with its number. */
    self->title = g_strdup_printf (_("Run %u"), self->number);
}

CvrRunCard *
cvr_run_card_new (guint64            id,
                  guint              number,
                  CvrCardKind        kind,
                  const CvrSettings *settings)
{
  CvrRunCard *self = g_object_new (CVR_TYPE_RUN_CARD, NULL);

  self->id = id;
  self->number = number;
  self->facts.kind = kind;
  self->facts.settings = *settings;
  self->facts.n_planned = settings->epochs;
  self->facts.started = g_get_real_time () / G_USEC_PER_SEC;
  update_title (self);

  return self;
}

void
cvr_run_card_emit_changed (CvrRunCard *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cvr_run_card_set_name (CvrRunCard *self,
                       const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name != NULL ? name : "");
  update_title (self);
}

void
cvr_run_card_set_note (CvrRunCard *self,
                       const char *note)
{
  g_free (self->note);
  self->note = g_strdup (note != NULL ? note : "");
}

void
cvr_run_card_set_what (CvrRunCard *self,
                       const char *what)
{
  g_free (self->what);
  self->what = g_strdup (what);
  self->facts.what = self->what;
}

void
cvr_run_card_add_change (CvrRunCard *self,
                         double      x,
                         const char *text)
{
  CvrCardChange change = { x, g_strdup (text) };

  g_array_append_val (self->changes, change);
  self->facts.changes = (const CvrCardChange *) (gpointer) self->changes->data;
  self->facts.n_changes = self->changes->len;
}

static void
take_changes (CvrRunCard *self,
              CvrHistory *history)
{
  guint n;
  const CvrHistoryEvent *events = cvr_history_events (history, &n);

  g_array_set_size (self->changes, 0);
  self->facts.n_changes = 0;
  for (guint i = 0; i < n; i++)
    if (events[i].text != NULL && (events[i].kind == CVR_EVENT_LR_CHANGED ||
                                   events[i].kind == CVR_EVENT_SETTING_CHANGED))
      cvr_run_card_add_change (self, events[i].x, events[i].text);
}

static void
add_point (CvrCardCurve *curve,
           double        value)
{
  curve->values[curve->n++] = (float) value;
}

/* Every so many-th row, and the last one. */
static void
take_curves (CvrCardFacts      *facts,
             const CvrEpochRow *rows,
             guint              n_rows)
{
  guint n = MIN (n_rows, CVR_CARD_POINTS);

  facts->loss.n = facts->val_loss.n = facts->accuracy.n = facts->val_accuracy.n = 0;
  for (guint i = 0; i < n; i++)
    {
      const CvrEpochRow *row = &rows[n > 1 ? (guint64) i * (n_rows - 1) / (n - 1) : n_rows - 1];

      add_point (&facts->loss, row->loss);
      add_point (&facts->val_loss, row->val_loss);
      add_point (&facts->accuracy, row->accuracy);
      add_point (&facts->val_accuracy, row->val_accuracy);
    }
}

void
cvr_run_card_take_history (CvrRunCard *self,
                           CvrHistory *history)
{
  CvrRunReport *report = &self->facts.report;
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (history, &n);
  guint best = cvr_history_best_epoch (history);

  take_curves (&self->facts, rows, n);
  take_changes (self, history);
  report->n_epochs = n;
  report->best_epoch = best;
  for (guint i = 0; i < n; i++)
    if (rows[i].epoch == best || (best == 0 && i + 1 == n))
      {
        report->accuracy = rows[i].accuracy;
        report->loss = rows[i].loss;
        report->val_accuracy = rows[i].val_accuracy;
        report->val_loss = rows[i].val_loss;
      }
  if (n > 0)
    report->seconds = rows[n - 1].seconds;
}

guint64
cvr_run_card_get_id (CvrRunCard *self)
{
  return self->id;
}

const char *
cvr_run_card_get_name (CvrRunCard *self)
{
  return self->title;
}

const char *
cvr_run_card_get_note (CvrRunCard *self)
{
  return self->note;
}

const CvrCardFacts *
cvr_run_card_get_facts (CvrRunCard *self)
{
  return &self->facts;
}

const char *
cvr_run_card_get_network (CvrRunCard *self)
{
  const NnArch *arch = nn_arch_find (self->facts.settings.arch);

  if (self->facts.settings.base[0] != '\0')
    return self->facts.settings.base;

  return arch != NULL ? arch->title : self->facts.settings.arch;
}

gboolean
cvr_run_card_is_present (CvrRunCard *self,
                         guint      *epoch)
{
  if (epoch != NULL)
    *epoch = self->present_epoch;

  return self->is_present;
}

gboolean
cvr_run_card_has_epochs (CvrRunCard *self)
{
  return self->has_epochs;
}

/* How a training ended that came to its end. */
static char *
dup_end (const CvrRunReport *report,
         guint               n_planned)
{
  const char *format;

  switch (report->stop)
    {
    case NN_STOP_EARLY:
      format = _("Stopped early after epoch %1$u of %2$u");
      break;
    case NN_STOP_TIME:
      format = _("Out of time after epoch %1$u of %2$u");
      break;
    case NN_STOP_CANCELLED:
      format = _("Stopped by hand after epoch %1$u of %2$u");
      break;
    case NN_STOP_DIVERGED:
      format = _("Diverged after epoch %1$u of %2$u");
      break;
    case NN_STOP_COMPLETED:
    default:
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u epoch", "%u epochs", report->n_epochs), report->n_epochs);
    }

  return g_strdup_printf (format, report->n_epochs, n_planned);
}

char *
cvr_run_card_dup_state (CvrRunCard *self)
{
  const CvrCardFacts *facts = &self->facts;
  guint n = facts->report.n_epochs;

  if (facts->kind == CVR_CARD_VARIANT)
    return g_strdup (facts->what != NULL ? facts->what : _("Compressed"));

  switch (facts->state)
    {
    case CVR_CARD_RUNNING:
      return g_strdup_printf (_("Learning: %1$u of %2$u epochs"), n, facts->n_planned);
    case CVR_CARD_INTERRUPTED:
      return g_strdup_printf (_("Interrupted after epoch %1$u of %2$u"), n, facts->n_planned);
    case CVR_CARD_FAILED:
      return g_strdup_printf (_("Failed after epoch %1$u of %2$u"), n, facts->n_planned);
    case CVR_CARD_ENDED:
    default:
      return dup_end (&facts->report, facts->n_planned);
    }
}
