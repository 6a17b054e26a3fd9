/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a training run: its content, for paper and for the screen alike. */
#include "config.h"
#include "cvr-report.h"

#include "cvr-fs.h"
#include "cvr-paper.h"
#include "cvr-reading.h"
#include "cvr-report-draw.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_SAMPLES = 12,        /* right ones, wrong ones */
  TILE_PIXELS = 112,
  MATRIX_CLASSES = 40,     /* more can't be read on paper */
};

static const char *
class_title (const CvrReport *self,
             guint            k)
{
  return self->class_titles != NULL ? self->class_titles[k] : self->model->classes[k];
}

static const char *const *
class_titles (const CvrReport *self)
{
  return self->class_titles != NULL ? self->class_titles
                                    : (const char *const *) self->model->classes;
}

static void
draw_curves_cb (cairo_t        *cr,
                double          width,
                double          height,
                guint           which,
                const CvrTheme *theme,
                gconstpointer   data)
{
  const CvrReport *self = data;

  cvr_report_paint_curves (cr, width, height, self->history, self->n_epochs,
                           self->run->best_epoch, which == 1, theme);
}

static void
draw_matrix_cb (cairo_t        *cr,
                double          width,
                double          height,
                guint           which,
                const CvrTheme *theme,
                gconstpointer   data)
{
  const CvrReport *self = data;

  cvr_report_paint_matrix (cr, width, height, self->evaluation, class_titles (self), theme);
}

static void
draw_scores_cb (cairo_t        *cr,
                double          width,
                double          height,
                guint           which,
                const CvrTheme *theme,
                gconstpointer   data)
{
  const CvrReport *self = data;

  if (which == 0)
    cvr_report_paint_roc (cr, width, height, self->evaluation, class_titles (self), theme);
  else
    cvr_report_paint_calibration (cr, width, height, self->evaluation, theme);
}

/* "11/22/2026 10:15 · Doodles", the day as the language writes it. */
static char *
subtitle (const CvrReport *self)
{
  g_autoptr (GDateTime) date = self->when > 0 ? g_date_time_new_from_unix_local (self->when) : NULL;
  g_autofree char *day = date != NULL ? g_date_time_format (date, "%x %H:%M") : NULL;

  if (day == NULL)
    return g_strdup (self->data_name);

  return self->data_name != NULL ? g_strdup_printf ("%s · %s", day, self->data_name)
                                 : g_steal_pointer (&day);
}

static void
add_facts (const CvrReport *self,
           CvrPaper        *paper)
{
  const CvrRunReport *run = self->run;
  gboolean validated = run->n_valid > 0;
  gboolean numbers = self->settings->predicts == CVR_PREDICTS_NUMBER;
  g_autofree char *accuracy = cvr_words_percent (validated ? run->val_accuracy : run->accuracy,
                                                 validated ? run->n_valid : run->n_train);
  g_autofree char *loss = g_strdup_printf ("%.4f", validated ? run->val_loss : run->loss);
  g_autofree char *time = cvr_words_time (run->seconds);
  g_autofree char *epochs = g_strdup_printf ("%u", run->n_epochs);

  if (!numbers)
    cvr_paper_fact (paper, accuracy,
                    validated ? _("right in validation") : _("right in training"));
  cvr_paper_fact (paper, loss, validated ? _("validation loss") : _("training loss"));
  cvr_paper_fact (paper, epochs, ngettext ("epoch", "epochs", run->n_epochs));
  cvr_paper_fact (paper, time, _("of training"));
}

static void
add_settings (const CvrReport *self,
              CvrPaper        *paper)
{
  g_auto (GStrv) rows = cvr_settings_dup_rows (self->settings);
  g_autofree char *pictures =
    g_strdup_printf (_("%1$u to learn from, %2$u to validate on"), self->run->n_train,
                     self->run->n_valid);

  cvr_paper_heading (paper, _("Settings"));
  cvr_paper_table (paper, 2);
  cvr_paper_cell (paper, g_strdup (_("Setting")));
  cvr_paper_cell (paper, g_strdup (_("Value")));
  cvr_paper_cell (paper, g_strdup (_("pictures")));
  cvr_paper_cell (paper, g_steal_pointer (&pictures));
  for (guint i = 0; rows[i] != NULL; i++)
    cvr_paper_cell (paper, g_strdup (rows[i]));
  if (self->model != NULL)
    {
      cvr_paper_cell (paper, g_strdup (_("weights of the network")));
      cvr_paper_cell (paper, cvr_words_count (nn_graph_n_values (self->model->graph)));
    }
}

static void
add_differences (const CvrReport *self,
                 CvrPaper        *paper)
{
  g_autofree char *heading = NULL;

  if (self->differences == NULL || self->differences[0] == NULL)
    return;

  heading = self->other != NULL ? g_strdup_printf (_("What differs from “%s”"), self->other)
                                : g_strdup (_("What differs"));
  cvr_paper_heading (paper, heading);
  for (guint i = 0; self->differences[i] != NULL; i++)
    cvr_paper_text (paper, self->differences[i]);
}

static void
add_curves (const CvrReport *self,
            CvrPaper        *paper)
{
  g_autoptr (CvrReading) reading =
    cvr_reading_new (self->history, NULL, self->n_epochs, FALSE);
  guint n_events;
  const CvrHistoryEvent *events = cvr_history_events (self->history, &n_events);

  cvr_paper_heading (paper, _("How it learned"));
  cvr_paper_text (paper, reading->sentence);
  if (reading->detail[0] != '\0')
    cvr_paper_text (paper, reading->detail);
  cvr_paper_drawing (paper, draw_curves_cb, 0, 460, 280, _("Loss over the epochs"));
  cvr_paper_drawing (paper, draw_curves_cb, 1, 460, 280, _("Right answers over the epochs"));
  for (guint i = 0; i < n_events; i++)
    if (events[i].text != NULL)
      {
        g_autofree char *text = g_strdup_printf (_("After %1$.1f epochs: %2$s"), events[i].x,
                                                 events[i].text);

        cvr_paper_text (paper, text);
      }
}

static char *
score_text (double value)
{
  return isnan (value) ? g_strdup ("–") : g_strdup_printf ("%.3f", value);
}

static void
add_score_row (CvrPaper        *paper,
               const char      *name,
               guint64          n,
               const CvrScores *scores)
{
  cvr_paper_cell (paper, g_strdup (name));
  cvr_paper_cell (paper, cvr_words_count (n));
  cvr_paper_cell (paper, score_text (scores->precision));
  cvr_paper_cell (paper, score_text (scores->recall));
  cvr_paper_cell (paper, score_text (scores->f1));
  cvr_paper_cell (paper, score_text (scores->auc));
}

static void
add_scores (const CvrReport *self,
            CvrPaper        *paper)
{
  const CvrEvaluation *evaluation = self->evaluation;
  const char *const heads[] = { _("class"), _("pictures"), _("precision"), _("recall"), "F1", "AUC" };
  CvrScores plain = cvr_scores_mean (evaluation, FALSE);
  CvrScores weighted = cvr_scores_mean (evaluation, TRUE);

  cvr_paper_table (paper, G_N_ELEMENTS (heads));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    cvr_paper_cell (paper, g_strdup (heads[i]));
  for (guint k = 0; k < evaluation->n_classes; k++)
    {
      const CvrScores scores = { evaluation->precision[k], evaluation->recall[k],
                                 evaluation->f1[k], evaluation->auc[k], NAN };

      add_score_row (paper, class_title (self, k), evaluation->support[k], &scores);
    }
  add_score_row (paper, _("mean of the classes"), evaluation->n, &plain);
  add_score_row (paper, _("weighted by pictures"), evaluation->n, &weighted);
}

static void
add_answers (const CvrReport *self,
             CvrPaper        *paper)
{
  const CvrEvaluation *evaluation = self->evaluation;
  g_autofree char *accuracy = cvr_words_percent (evaluation->accuracy, evaluation->n);
  g_autofree char *sentence =
    g_strdup_printf (_("%s of %u validation pictures are right. A row is a true class, a column "
                       "an answer."),
                     accuracy, evaluation->n);
  g_autofree NnCalibrationBin *bins =
    cvr_scores_calibration (evaluation, -1, CVR_REPORT_BINS, NN_BINS_UNIFORM);
  g_autofree char *calibration = NULL;

  cvr_paper_heading (paper, _("Right and wrong"));
  cvr_paper_text (paper, sentence);
  if (evaluation->n_classes <= MATRIX_CLASSES)
    cvr_paper_drawing (paper, draw_matrix_cb, 0, 460, 430, _("Confusion matrix"));
  add_scores (self, paper);

  cvr_paper_heading (paper, _("How far its probabilities can be trusted"));
  if (bins != NULL)
    {
      calibration = g_strdup_printf (
        _("On average its certainty is off by %1$.3f (expected calibration error); the Brier score "
          "of its answers is %2$.3f. Bars show how many pictures stand behind a point."),
        nn_curves_ece (bins, CVR_REPORT_BINS), cvr_scores_brier (evaluation, -1));
      cvr_paper_text (paper, calibration);
    }
  cvr_paper_drawing (paper, draw_scores_cb, 0, 460, 360, _("ROC curves of the classes"));
  cvr_paper_drawing (paper, draw_scores_cb, 1, 460, 360, _("Calibration"));
}

static void
draw_numbers_cb (cairo_t        *cr,
                 double          width,
                 double          height,
                 guint           which,
                 const CvrTheme *theme,
                 gconstpointer   data)
{
  cvr_report_paint_numbers (cr, width, height, ((const CvrReport *) data)->evaluation->numbers,
                            theme);
}

/* Of a network that predicts numbers. */
static void
add_numbers (const CvrReport *self,
             CvrPaper        *paper)
{
  const NnRegression *scores = &self->evaluation->numbers->scores;
  const double figures[] = { scores->mae, scores->rmse, scores->mse, scores->r2 };
  const char *const words[] = { _("off on average (MAE)"), _("RMSE"), _("MSE"), _("R²") };

  cvr_paper_heading (paper, _("How near its numbers come"));
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_autofree char *text = g_strdup_printf ("%.4g", figures[i]);

      cvr_paper_fact (paper, text, words[i]);
    }
  cvr_paper_drawing (paper, draw_numbers_cb, 0, 460, 400, _("Answers against the truth"));
}

/* NULL where the picture has left the data set or can't be read. */
static cairo_surface_t *
picture_of (const CvrReport *self,
            guint64          id)
{
  gint index = cvr_dataset_find_item (self->dataset, id);
  g_autoptr (CvrImage) image = NULL;

  if (index < 0)
    return NULL;
  image = cvr_picture_read_small (cvr_dataset_item (self->dataset, (guint) index)->picture,
                                  TILE_PIXELS, NULL);
  if (image == NULL)
    return NULL;

  return cvr_paint_pixels (image->data, image->channels, image->width, image->height,
                           MAX (1, TILE_PIXELS / MAX (MAX (image->width, image->height), 1)));
}

/* The most certain ones: mistakes, or right answers of each class in turn. */
static void
add_samples (const CvrReport *self,
             CvrPaper        *paper,
             gboolean         wrong)
{
  g_autofree guint *seen = g_new0 (guint, self->evaluation->n_classes);
  guint n, shown = 0;
  g_autofree guint *places = cvr_scores_find (self->evaluation, -1, -1, wrong, &n);
  guint each = MAX (1, MAX_SAMPLES / MAX (self->evaluation->n_classes, 1));

  for (guint i = 0; i < n && shown < MAX_SAMPLES; i++)
    {
      const CvrAnswer *answer = &self->evaluation->answers[places[i]];
      g_autofree char *percent = cvr_words_percent ((double) answer->p, 100);
      g_autofree char *caption = NULL;
      cairo_surface_t *image;

      if (!wrong && (answer->label != answer->predicted || seen[answer->label]++ >= each))
        continue;
      image = picture_of (self, answer->id);
      if (image == NULL)
        continue;
      caption = wrong ? g_strdup_printf ("%s → %s, %s", class_title (self, (guint) answer->label),
                                         class_title (self, (guint) answer->predicted), percent)
                      : g_strdup_printf ("%s, %s", class_title (self, (guint) answer->label),
                                         percent);
      if (shown++ == 0)
        cvr_paper_heading (paper, wrong ? _("Mistakes it was most certain of")
                                        : _("Right answers it was most certain of"));
      cvr_paper_tile (paper, image, caption, !wrong);
    }
}

/* As it was typed: a paragraph a line. */
static void
add_note (const CvrReport *self,
          CvrPaper        *paper)
{
  g_auto (GStrv) lines = g_strsplit (self->note != NULL ? self->note : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      cvr_paper_text (paper, lines[i]);
}

static CvrPaper *
write_paper (const CvrReport *self)
{
  g_autofree char *under = subtitle (self);
  g_autofree char *foot =
    g_strdup_printf (_("Made by Convisor %s. The same seed and pictures give the same network."),
                     CVR_VERSION);
  CvrPaper *paper = cvr_paper_new (self->title, under, self);

  add_note (self, paper);
  add_facts (self, paper);
  add_curves (self, paper);
  add_differences (self, paper);
  add_settings (self, paper);
  if (self->evaluation != NULL && self->evaluation->numbers != NULL)
    add_numbers (self, paper);
  else if (self->evaluation != NULL && self->model != NULL)
    {
      add_answers (self, paper);
      if (self->dataset != NULL)
        {
          add_samples (self, paper, TRUE);
          add_samples (self, paper, FALSE);
        }
    }
  cvr_paper_foot (paper, foot);

  return paper;
}

static gboolean
go_on_cb (gpointer data)
{
  return cvr_watch_tell (data, 0, 0);
}

static gboolean
check (const CvrWatch *watch,
       GError        **error)
{
  if (cvr_watch_tell (watch, 0, 0))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  return FALSE;
}

gboolean
cvr_report_write_pdf (const CvrReport *self,
                      const char      *path,
                      const CvrWatch  *watch,
                      GError         **error)
{
  g_autoptr (CvrPaper) paper = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize length;

  if (!check (watch, error))
    return FALSE;

  paper = write_paper (self);
  bytes = cvr_paper_to_pdf (paper, self->when, go_on_cb, (gpointer) watch, error);
  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &length);

  return cvr_fs_replace (NULL, path, data, length, error);
}

gboolean
cvr_report_write_html (const CvrReport *self,
                       const char      *path,
                       const CvrWatch  *watch,
                       GError         **error)
{
  g_autoptr (CvrPaper) paper = NULL;
  g_autofree char *html = NULL;

  if (!check (watch, error))
    return FALSE;

  paper = write_paper (self);
  html = cvr_paper_to_html (paper, error);

  return html != NULL && check (watch, error) &&
         cvr_fs_replace (NULL, path, html, strlen (html), error);
}
