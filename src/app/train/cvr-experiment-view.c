/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One kind of experiment: what it does, its curves, and what came of it. */
#include "cvr-experiment-view.h"

#include "cvr-experiment-plans.h"
#include "cvr-experiment.h"
#include "cvr-overlay-view.h"
#include "cvr-swatch.h"
#include "cvr-tooltip.h"
#include "cvr-transport.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrExperimentView
{
  AdwBin parent_instance;

  GtkLabel       *about, *sentence, *left;
  GtkBox         *options;
  GtkDropDown    *choice;
  GtkSpinButton  *folds, *epochs;
  GtkWidget      *folds_box, *choice_box, *best;
  GtkButton      *start;
  GtkProgressBar *progress;
  CvrOverlayView *overlay;
  GtkGrid        *table;

  CvrExperimentKind kind;
  CvrProject       *project;
  CvrExperiment    *experiment;
  char             *why_not;
};

G_DEFINE_FINAL_TYPE (CvrExperimentView, cvr_experiment_view, ADW_TYPE_BIN)

enum { PROP_0, PROP_KIND, N_PROPS };
enum { RUNNING_CHANGED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static const struct { const char *key, *about; } kinds[] = {
  [CVR_EXPERIMENT_RACE] = {
    "experiment/race",
    N_("The same network, the same pictures and the same seed, under several settings: all learn "
       "side by side, and the curves show which gets further.") },
  [CVR_EXPERIMENT_FOLDS] = {
    "experiment/folds",
    N_("The pictures are divided into parts. Each part is kept unseen once while the network "
       "learns from the others: the mean says how good it is, the deviation how much of that is luck.") },
  [CVR_EXPERIMENT_PICTURES] = {
    "experiment/pictures",
    N_("The network learns from a few pictures, then from more and more. A curve that still rises "
       "says: collect more.") },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == CVR_N_EXPERIMENTS);

/* Chart */

/* Accuracy against pictures: a point for each entry that has ended. */
static void
draw_pictures (CvrExperimentView         *self,
               const CvrExperimentResult *result)
{
  g_autofree double *x = g_new (double, MAX (result->n_entries, 1));
  g_autofree double *y = g_new (double, MAX (result->n_entries, 1));
  CvrOverlayLine line = { .name = _("unseen pictures"), .x = x, .values = y,
                          .paint = CVR_OVERLAY_UNSEEN };
  double most = 1;

  for (guint i = 0; i < result->n_entries; i++)
    {
      const CvrEntry *entry = &result->entries[i];

      most = MAX (most, entry->n_train);
      if (entry->state != CVR_ENTRY_DONE)
        continue;
      x[line.n] = entry->n_train;
      y[line.n++] = entry->report.val_accuracy;
    }
  cvr_overlay_view_set (self->overlay, &line, 1, CVR_OVERLAY_PICTURES, most, TRUE,
                        _("Accuracy: how often it is right"));
}

static double
score_of (const CvrEpochRow *row)
{
  return isfinite (row->val_accuracy) ? row->val_accuracy : row->accuracy;
}

static void
draw_epochs (CvrExperimentView         *self,
             const CvrExperimentResult *result)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autofree CvrOverlayLine *lines = g_new0 (CvrOverlayLine, MAX (result->n_entries, 1));
  double planned = 1;

  for (guint i = 0; i < result->n_entries; i++)
    {
      const CvrEntry *entry = &result->entries[i];
      double *x = g_new (double, MAX (entry->n_rows, 1));
      double *y = g_new (double, MAX (entry->n_rows, 1));

      for (guint r = 0; r < entry->n_rows; r++)
        {
          x[r] = entry->rows[r].epoch;
          y[r] = score_of (&entry->rows[r]);
        }
      planned = MAX (planned, entry->settings.epochs);
      lines[i] = (CvrOverlayLine){ .name = entry->name, .x = x, .values = y, .n = entry->n_rows,
                                   .paint = (gint) i };
      g_ptr_array_add (values, x);
      g_ptr_array_add (values, y);
    }
  cvr_overlay_view_set (self->overlay, lines, result->n_entries, CVR_OVERLAY_EPOCHS, planned, TRUE,
                        _("Accuracy: how often it is right"));
}

/* Table */

/* Columns of the table; the swatch comes first. */
enum { NAME = 1, SCORE, STATE, N_COLUMNS };

static GtkWidget *
make_cell (double align)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), (float) align);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_widget_add_css_class (label, "numeric");

  return label;
}

static void
set_cell (CvrExperimentView *self,
          int                column,
          guint              row,
          const char        *text,
          gboolean           strong)
{
  GtkWidget *cell = gtk_grid_get_child_at (self->table, column, (int) row);

  gtk_label_set_text (GTK_LABEL (cell), text);
  if (strong)
    gtk_widget_add_css_class (cell, "heading");
  else
    gtk_widget_remove_css_class (cell, "heading");
}

/* Whole per cents of progress are enough. */
enum { WHOLE = 100 };

static char *
dup_state (const CvrEntry *entry)
{
  g_autofree char *fraction = cvr_words_percent (entry->fraction, WHOLE);
  g_autofree char *time = cvr_words_time (entry->report.seconds);

  switch (entry->state)
    {
    case CVR_ENTRY_WAITING:
      return g_strdup (_("waiting"));
    case CVR_ENTRY_RUNNING:
      /* Translators: a share of the work, such as "45 %". */
      return g_strdup_printf (_("running, %s"), fraction);
    case CVR_ENTRY_STOPPED:
      return g_strdup (_("stopped"));
    case CVR_ENTRY_FAILED:
      return g_strdup (_("failed"));
    case CVR_ENTRY_DONE:
    default:
      if (entry->report.seconds < 1)
        return g_strdup (_("done in less than 1 s"));
      /* Translators: a time, such as "12 s". */
      return g_strdup_printf (_("done in %s"), time);
    }
}

static void
show_entry (CvrExperimentView *self,
            const CvrEntry    *entry,
            guint              row,
            gboolean           best)
{
  g_autofree char *score = cvr_words_percent (cvr_entry_accuracy (entry), 0);
  g_autofree char *state = dup_state (entry);

  set_cell (self, NAME, row, entry->name, best);
  set_cell (self, SCORE, row, score, best);
  set_cell (self, STATE, row, state, FALSE);
  cvr_tooltip_set (gtk_grid_get_child_at (self->table, STATE, (int) row), entry->error);
}

/* Under the parts of a cross-validation stands what they come to. */
static guint
n_rows_for (CvrExperimentView         *self,
            const CvrExperimentResult *result)
{
  return result->n_entries + (self->kind == CVR_EXPERIMENT_FOLDS ? 1 : 0);
}

static void
show_mean (CvrExperimentView          *self,
           const CvrExperimentSummary *summary,
           guint                       row)
{
  g_autofree char *mean = cvr_words_percent (summary->mean, 0);
  g_autofree char *deviation = cvr_words_percent (summary->deviation, 0);
  g_autofree char *both = summary->n_done > 1 ? g_strdup_printf ("%s ± %s", mean, deviation)
                                              : g_strdup ("–");

  set_cell (self, NAME, row, _("Mean ± deviation"), TRUE);
  set_cell (self, SCORE, row, both, TRUE);
}

/* Rows are made once: at every step only what they say changes. */
static void
make_rows (CvrExperimentView *self,
           guint              n_entries,
           guint              n_rows)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  for (guint row = 0; row <= n_rows; row++)
    {
      /* A curve each; of pictures there is one for all. */
      if (row > 0 && row <= n_entries && self->kind != CVR_EXPERIMENT_PICTURES)
        {
          GtkWidget *swatch = cvr_swatch_new (-1);

          cvr_swatch_set_look (CVR_SWATCH (swatch), (gint) row - 1, row - 1, 0, FALSE);
          gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
          gtk_grid_attach (self->table, swatch, 0, (int) row, 1, 1);
        }
      for (int column = NAME; column < N_COLUMNS; column++)
        gtk_grid_attach (self->table, make_cell (column == NAME ? 0 : 1), column, (int) row, 1, 1);
    }
  set_cell (self, SCORE, 0, _("Unseen pictures right, best epoch"), FALSE);
  set_cell (self, STATE, 0, _("State"), FALSE);
}

static void
fill_table (CvrExperimentView         *self,
            const CvrExperimentResult *result)
{
  CvrExperimentSummary summary = cvr_experiment_summary (result);
  guint n_rows = n_rows_for (self, result);

  if (gtk_grid_get_child_at (self->table, NAME, (int) n_rows) == NULL
      || gtk_grid_get_child_at (self->table, NAME, (int) n_rows + 1) != NULL)
    make_rows (self, result->n_entries, n_rows);
  for (guint i = 0; i < result->n_entries; i++)
    show_entry (self, &result->entries[i], i + 1,
                self->kind == CVR_EXPERIMENT_RACE && (gint) i == summary.best);
  if (n_rows > result->n_entries)
    show_mean (self, &summary, n_rows);
}

/* State */

/* Why Start is grey: in place of the curves that aren't there yet, or beside it. */
static void
show_why_not (CvrExperimentView *self,
              gboolean           empty)
{
  const char *why_not = cvr_experiment_is_running (self->experiment) ? NULL : self->why_not;

  g_object_set (self->overlay, "empty-label",
                why_not != NULL ? why_not : _("Press Start: the curves appear here"), NULL);
  if (why_not != NULL && !empty)
    gtk_label_set_text (self->left, why_not);
}

static void
update_buttons (CvrExperimentView *self)
{
  gboolean runs = cvr_experiment_is_running (self->experiment);
  const CvrExperimentResult *result = cvr_experiment_get_result (self->experiment);
  gboolean won = result != NULL && !runs && self->kind == CVR_EXPERIMENT_RACE
                 && cvr_experiment_summary (result).best >= 0;
  g_autofree char *left =
    runs ? cvr_format_time_left (cvr_experiment_get_seconds_left (self->experiment)) : NULL;

  gtk_button_set_label (self->start, runs ? _("_Stop") : _("_Start"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), runs || self->why_not == NULL);
  cvr_tooltip_set (GTK_WIDGET (self->start),
                   runs ? _("Stop and keep what is done") : self->why_not);
  gtk_widget_set_sensitive (GTK_WIDGET (self->options), !runs);
  gtk_widget_set_visible (self->best, won);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), runs ? 1 : 0);
  gtk_progress_bar_set_fraction (
    self->progress, CLAMP (cvr_experiment_get_fraction (self->experiment), 0, 1));
  gtk_label_set_text (self->left, left != NULL ? left : "");
  show_why_not (self, result == NULL);
}

static void
update (CvrExperimentView *self)
{
  const CvrExperimentResult *result;
  const GError *error;
  g_autofree char *sentence = NULL;

  if (self->experiment == NULL)
    return;
  result = cvr_experiment_get_result (self->experiment);
  error = cvr_experiment_get_error (self->experiment);
  sentence = cvr_experiment_dup_sentence (self->experiment);
  gtk_label_set_text (self->sentence, error != NULL    ? error->message
                                      : result != NULL ? sentence
                                                       : "");
  if (result == NULL)
    cvr_overlay_view_set (self->overlay, NULL, 0, CVR_OVERLAY_EPOCHS, 1, TRUE, NULL);
  else if (self->kind == CVR_EXPERIMENT_PICTURES)
    draw_pictures (self, result);
  else
    draw_epochs (self, result);
  if (result != NULL)
    fill_table (self, result);
  gtk_widget_set_visible (GTK_WIDGET (self->table), result != NULL);
  update_buttons (self);
}

static void
finished_cb (CvrExperimentView *self)
{
  const CvrExperimentResult *result = cvr_experiment_get_result (self->experiment);

  if (result != NULL && !cvr_project_is_read_only (self->project))
    {
      g_autofree char *text = cvr_experiment_to_json (result);

      cvr_project_keep_result (self->project, kinds[self->kind].key, text);
    }
  update (self);
  g_signal_emit (self, signals[RUNNING_CHANGED], 0);
}

static void
start_cb (CvrExperimentView *self)
{
  CvrSettings racers[CVR_MAX_RACERS];
  CvrExperimentPlan plan = { .kind = self->kind,
                             .settings = *cvr_project_get_settings (self->project),
                             .racers = racers,
                             .n_folds = (guint) gtk_spin_button_get_value_as_int (self->folds) };
  CvrModel *base = NULL;
  g_autoptr (GError) error = NULL;

  if (cvr_experiment_is_running (self->experiment))
    {
      cvr_experiment_stop (self->experiment);
      return;
    }
  plan.settings.epochs = (guint) gtk_spin_button_get_value_as_int (self->epochs);
  if (self->kind == CVR_EXPERIMENT_RACE)
    plan.n_racers = cvr_race_choice_fill (gtk_drop_down_get_selected (self->choice), &plan.settings,
                                          racers);
  if (!cvr_project_get_base (self->project, self->kind != CVR_EXPERIMENT_RACE, &base, &error) ||
      !cvr_experiment_start (self->experiment, &plan, cvr_project_get_dataset (self->project), base,
                             &error))
    cvr_show_error (GTK_WIDGET (self), _("It can't start"), error->message);
  update (self);
  g_signal_emit (self, signals[RUNNING_CHANGED], 0);
}

/* The winner's settings, with as many epochs as the project had. */
static void
best_cb (CvrExperimentView *self)
{
  const CvrExperimentResult *result = cvr_experiment_get_result (self->experiment);
  gint best = result != NULL ? cvr_experiment_summary (result).best : -1;
  CvrSettings settings;

  if (best < 0)
    return;
  settings = result->entries[best].settings;
  settings.epochs = cvr_project_get_settings (self->project)->epochs;
  cvr_project_set_settings (self->project, &settings);
  cvr_toast_action (GTK_WIDGET (self), _("The winner's settings are the project's now"),
                    _("_Train"), "win.train");
}

static void
cvr_experiment_view_constructed (GObject *object)
{
  CvrExperimentView *self = CVR_EXPERIMENT_VIEW (object);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  G_OBJECT_CLASS (cvr_experiment_view_parent_class)->constructed (object);
  for (guint i = 0; i < CVR_N_RACES; i++)
    gtk_string_list_append (names, cvr_race_choice_title (i));
  gtk_drop_down_set_model (self->choice, G_LIST_MODEL (names));
  gtk_label_set_text (self->about, _ (kinds[self->kind].about));
  gtk_widget_set_visible (self->choice_box, self->kind == CVR_EXPERIMENT_RACE);
  gtk_widget_set_visible (self->folds_box, self->kind == CVR_EXPERIMENT_FOLDS);
}

static void
cvr_experiment_view_get_property (GObject    *object,
                                  guint       id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_KIND)
    g_value_set_uint (value, CVR_EXPERIMENT_VIEW (object)->kind);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_experiment_view_set_property (GObject      *object,
                                  guint         id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  if (id == PROP_KIND)
    CVR_EXPERIMENT_VIEW (object)->kind = g_value_get_uint (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_experiment_view_dispose (GObject *object)
{
  CvrExperimentView *self = CVR_EXPERIMENT_VIEW (object);

  cvr_experiment_view_set_project (self, NULL);
  g_clear_pointer (&self->why_not, g_free);

  G_OBJECT_CLASS (cvr_experiment_view_parent_class)->dispose (object);
}

static void
cvr_experiment_view_class_init (CvrExperimentViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_OVERLAY_VIEW);
  object_class->constructed = cvr_experiment_view_constructed;
  object_class->get_property = cvr_experiment_view_get_property;
  object_class->set_property = cvr_experiment_view_set_property;
  object_class->dispose = cvr_experiment_view_dispose;
  props[PROP_KIND] =
    g_param_spec_uint ("kind", NULL, NULL, 0, CVR_N_EXPERIMENTS - 1, 0,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[RUNNING_CHANGED] = g_signal_new ("running-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-experiment-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, about);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, left);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, options);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, choice);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, choice_box);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, folds);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, folds_box);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, epochs);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, start);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, best);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, overlay);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentView, table);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, best_cb);
}

static void
cvr_experiment_view_init (CvrExperimentView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What the last one came to, from the project's file. */
static void
restore (CvrExperimentView *self)
{
  g_autofree char *text = cvr_project_get_state (self->project, kinds[self->kind].key);
  CvrExperimentResult *result = text != NULL ? cvr_experiment_from_json (text, NULL) : NULL;

  if (result != NULL)
    cvr_experiment_set_result (self->experiment, result);
}

void
cvr_experiment_view_set_project (CvrExperimentView *self,
                                 CvrProject        *project)
{
  g_return_if_fail (CVR_IS_EXPERIMENT_VIEW (self));

  if (self->project == project)
    return;
  if (self->experiment != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->experiment, self);
      cvr_experiment_stop (self->experiment);
      g_clear_object (&self->experiment);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  self->experiment = cvr_experiment_new (cvr_project_workers (project));
  g_signal_connect_swapped (self->experiment, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->experiment, "finished", G_CALLBACK (finished_cb), self);
  gtk_spin_button_set_value (self->epochs, cvr_project_get_settings (project)->epochs);
  restore (self);
  update (self);
}

gboolean
cvr_experiment_view_is_running (CvrExperimentView *self)
{
  g_return_val_if_fail (CVR_IS_EXPERIMENT_VIEW (self), FALSE);

  return self->experiment != NULL && cvr_experiment_is_running (self->experiment);
}

void
cvr_experiment_view_set_why_not (CvrExperimentView *self,
                                 const char        *why_not)
{
  g_return_if_fail (CVR_IS_EXPERIMENT_VIEW (self));

  g_free (self->why_not);
  self->why_not = g_strdup (why_not);
  if (self->experiment != NULL)
    update_buttons (self);
}
