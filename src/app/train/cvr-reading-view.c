/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the curves say, in words, and buttons that try what may help. */
#include "cvr-reading-view.h"

#include "cvr-reading.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrReadingView
{
  AdwBin parent_instance;

  GtkLabel   *figure, *figure_note, *sentence;
  GtkImage   *sign;
  GtkBox     *remedies;

  CvrProject *project;
  gboolean    advanced;
  CvrRemedy   shown[CVR_MAX_REMEDIES];
  guint       n_shown;
  int         room_width; /* of the view, for which the sentence's room was measured */
};

G_DEFINE_FINAL_TYPE (CvrReadingView, cvr_reading_view, ADW_TYPE_BIN)

enum { PROP_0, PROP_ADVANCED, N_PROPS };

/* Buttons that have room for their words; the reading puts the most promising first. */
enum { MOST_SHOWN = 2 };

/* Pixels for the sentence from the start; three lines, and seven with numbers. */
enum { ROOM = 57, ROOM_OF_NUMBERS = 133 };

static GParamSpec *props[N_PROPS];

static gboolean
is_busy (CvrReadingView *self)
{
  return cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_IDLE;
}

/* The large figure: accuracy on pictures it has never seen. */
static void
update_figure (CvrReadingView *self)
{
  CvrEvaluation *evaluation = cvr_project_get_evaluation (self->project);
  guint n;
  const CvrEpochRow *rows =
    cvr_history_epochs (cvr_training_get_history (cvr_project_get_training (self->project)), &n);
  double accuracy = n > 0 ? rows[n - 1].val_accuracy : NAN;
  g_autofree char *figure = NULL;
  g_autofree char *note = NULL;

  if (!is_busy (self) && evaluation != NULL && evaluation->numbers != NULL)
    {
      /* Translators: how far off the answers are on average. */
      figure = g_strdup_printf (_("± %.3g"), evaluation->numbers->scores.mae);
      note = g_strdup_printf (
        ngettext ("off on average, on %'u unseen picture", "off on average, on %'u unseen pictures",
                  evaluation->n),
        evaluation->n);
    }
  else if (!is_busy (self) && evaluation != NULL && evaluation->n > 0)
    {
      accuracy = evaluation->accuracy;
      note = g_strdup_printf (
        ngettext ("right, of %'u unseen picture", "right, of %'u unseen pictures", evaluation->n),
        evaluation->n);
    }
  else if (isfinite (accuracy))
    note = g_strdup (_("right, on unseen pictures"));
  else if (n > 0 && isfinite (rows[n - 1].accuracy))
    {
      accuracy = rows[n - 1].accuracy;
      note = g_strdup (_("right, on pictures it learns from"));
    }
  else if (n > 0)
    {
      gboolean unseen = isfinite (rows[n - 1].val_loss);

      figure = g_strdup_printf ("%.3g", unseen ? rows[n - 1].val_loss : rows[n - 1].loss);
      note = g_strdup (unseen ? _("Loss on unseen pictures") : _("Loss on training pictures"));
    }

  if (figure == NULL)
    figure = cvr_words_percent (accuracy, 0);
  gtk_label_set_text (self->figure, figure);
  gtk_label_set_text (self->figure_note, note != NULL ? note : _("nothing measured yet"));
}

/* FALSE: the network that learns can't take it. */
static gboolean
tune (CvrTraining *training,
      CvrRemedy    remedy)
{
  CvrSettings running = *cvr_training_get_settings (training);

  return cvr_remedy_apply (remedy, &running) && cvr_training_tune (training, &running, NULL);
}

/* A change that the running training can take is made there; else the next one begins with it. */
static void
remedy_cb (CvrReadingView *self,
           GtkButton      *button)
{
  CvrRemedy remedy = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "remedy"));
  CvrTraining *training = cvr_project_get_training (self->project);
  CvrSettings settings = *cvr_project_get_settings (self->project);

  if (!cvr_remedy_apply (remedy, &settings))
    {
      cvr_toast (GTK_WIDGET (self), _("The settings have that already: train again to try it"));
      return;
    }
  cvr_project_set_settings (self->project, &settings);
  gtk_widget_set_visible (GTK_WIDGET (button), FALSE);
  if (!is_busy (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.train", NULL);
  else if (!cvr_remedy_is_live (remedy) || !tune (training, remedy))
    cvr_toast (GTK_WIDGET (self), _("Noted for the next training: this one goes on as it is"));
}

static GtkWidget *
make_button (CvrReadingView *self,
             CvrRemedy       remedy)
{
  GtkWidget *button = gtk_button_new_with_label (cvr_remedy_title (remedy));

  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (button, "cvr-small-button");
  gtk_widget_set_tooltip_text (button, cvr_remedy_reason (remedy));
  g_object_set_data (G_OBJECT (button), "remedy", GUINT_TO_POINTER (remedy));
  g_signal_connect_object (button, "clicked", G_CALLBACK (remedy_cb), self, G_CONNECT_SWAPPED);

  return button;
}

/* Buttons stay where they are while the reading says the same, or says nothing new for an epoch or
 * two of a training: one is about to be pressed. */
static void
update_remedies (CvrReadingView   *self,
                 const CvrReading *reading)
{
  guint n = MIN (reading->n_remedies, MOST_SHOWN);
  GtkWidget *child;

  if (n == 0 && is_busy (self) && reading->sign != CVR_SIGN_NOTHING)
    return;
  if (self->n_shown == n
      && memcmp (self->shown, reading->remedies, self->n_shown * sizeof (CvrRemedy)) == 0)
    return;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->remedies))) != NULL)
    gtk_box_remove (self->remedies, child);
  for (guint i = 0; i < n; i++)
    gtk_box_append (self->remedies, make_button (self, reading->remedies[i]));
  self->n_shown = n;
  memcpy (self->shown, reading->remedies, n * sizeof (CvrRemedy));
}

static void
update_sign (CvrReadingView *self,
             CvrSign         sign)
{
  gboolean warns = sign == CVR_SIGN_OVERFITTING || sign == CVR_SIGN_UNDERFITTING
                   || sign == CVR_SIGN_DIVERGING || sign == CVR_SIGN_PLATEAU;

  gtk_widget_set_visible (GTK_WIDGET (self->sign), warns);
}

static void
cvr_reading_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_ADVANCED)
    g_value_set_boolean (value, CVR_READING_VIEW (object)->advanced);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_reading_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CvrReadingView *self = CVR_READING_VIEW (object);

  if (id != PROP_ADVANCED)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->advanced = g_value_get_boolean (value);
  cvr_reading_view_update (self);
}

static void
cvr_reading_view_dispose (GObject *object)
{
  g_clear_object (&CVR_READING_VIEW (object)->project);

  G_OBJECT_CLASS (cvr_reading_view_parent_class)->dispose (object);
}

static void
cvr_reading_view_class_init (CvrReadingViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cvr_reading_view_dispose;
  object_class->get_property = cvr_reading_view_get_property;
  object_class->set_property = cvr_reading_view_set_property;
  props[PROP_ADVANCED] = g_param_spec_boolean ("advanced", NULL, NULL, FALSE,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-reading-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrReadingView, figure);
  gtk_widget_class_bind_template_child (widget_class, CvrReadingView, figure_note);
  gtk_widget_class_bind_template_child (widget_class, CvrReadingView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CvrReadingView, sign);
  gtk_widget_class_bind_template_child (widget_class, CvrReadingView, remedies);
}

static void
cvr_reading_view_init (CvrReadingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_reading_view_set_project (CvrReadingView *self,
                              CvrProject     *project)
{
  g_return_if_fail (CVR_IS_READING_VIEW (self));

  g_set_object (&self->project, project);
  cvr_reading_view_update (self);
}

/* Between the pictures that are ready and the first step that is done, a large network takes its
 * time. */
static gboolean
is_at_first_step (CvrTraining *training)
{
  CvrHistory *history = cvr_training_get_history (training);

  return cvr_training_get_state (training) == CVR_TRAINING_RUNNING
         && cvr_history_n_points (history, CVR_SERIES_LOSS) == 0;
}

/* (transfer full) (nullable): where the project's network is another than that whose curves are
 * drawn. */
static char *
dup_another (CvrReadingView *self)
{
  CvrNotebook *notebook = cvr_project_get_notebook (self->project);
  CvrRunCard *newest = cvr_notebook_get_newest_run (notebook);
  CvrRunCard *present = cvr_notebook_get_present (notebook);

  if (is_busy (self) || newest == NULL || present == newest)
    return NULL;
  if (present == NULL)
    return cvr_project_get_model (self->project) != NULL
                   && cvr_run_card_get_facts (newest)->report.best_epoch > 0
             /* Translators: a card of the notebook. */
             ? g_strdup_printf (_("The network in use is not that of “%s”, whose curves these are."),
                                cvr_run_card_get_name (newest))
             : NULL;

  /* Translators: both are cards of the notebook. */
  return g_strdup_printf (_("The network is that of “%1$s” now; the curves are those of “%2$s”."),
                          cvr_run_card_get_name (present), cvr_run_card_get_name (newest));
}

/* (transfer full) (nullable): where going on has made it worse. */
static char *
dup_setback (CvrReadingView *self)
{
  CvrNotebook *notebook = cvr_project_get_notebook (self->project);
  CvrRunCard *newest = cvr_notebook_get_newest_run (notebook);
  CvrRunCard *parent = NULL;

  if (!is_busy (self) && newest != NULL && newest == cvr_notebook_get_present (notebook))
    parent = cvr_notebook_find (notebook, cvr_run_card_get_facts (newest)->parent);

  return parent != NULL ? cvr_run_card_dup_setback (newest, parent) : NULL;
}

/* The numbers' sentence is longer at one epoch than at another: what it took once stays its room,
 * and what lies below stays where it is. */
static void
keep_room (CvrReadingView *self)
{
  GtkWidget *sentence = GTK_WIDGET (self->sentence);
  int width = gtk_widget_get_width (GTK_WIDGET (self)), room = ROOM;

  if (!self->advanced || width != self->room_width)
    gtk_widget_set_size_request (sentence, -1, ROOM);
  self->room_width = width;
  if (!self->advanced || gtk_widget_get_width (sentence) == 0)
    return;

  gtk_widget_measure (sentence, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (sentence), &room,
                      NULL, NULL, NULL);
  gtk_widget_set_size_request (sentence, -1, MAX (room, ROOM_OF_NUMBERS));
}

void
cvr_reading_view_update (CvrReadingView *self)
{
  CvrTraining *training;
  const CvrSettings *settings;
  g_autoptr (CvrReading) reading = NULL;
  g_autofree char *another = NULL;
  g_autofree char *setback = NULL;

  g_return_if_fail (CVR_IS_READING_VIEW (self));

  if (self->project == NULL)
    return;
  training = cvr_project_get_training (self->project);
  settings = is_busy (self) ? cvr_training_get_settings (training)
                            : cvr_project_get_settings (self->project);
  reading = cvr_reading_new (cvr_training_get_history (training), settings,
                             MAX (cvr_training_get_n_epochs (training), 1), is_busy (self));
  another = dup_another (self);
  setback = dup_setback (self);
  if (!cvr_project_takes_dropout (self->project))
    cvr_reading_leave_out (reading, CVR_REMEDY_DROPOUT);
  if (another != NULL)
    {
      reading->sign = CVR_SIGN_DONE;
      reading->n_remedies = 0;
    }
  update_figure (self);
  update_sign (self, reading->sign);
  update_remedies (self, reading);
  if (is_busy (self))
    cvr_reading_weigh (reading, cvr_training_get_history (training),
                       cvr_reading_guess (cvr_project_get_dataset (self->project)));
  gtk_label_set_text (self->sentence,
                      is_at_first_step (training)
                        ? _("The pictures are ready: the first step is being worked out.")
                      : another != NULL ? another
                      : self->advanced && reading->detail[0] != '\0' ? reading->detail
                      : setback != NULL                              ? setback
                                                                     : reading->sentence);
  keep_room (self);
}
