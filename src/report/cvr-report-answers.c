/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a report about what the network answers. */
#include "cvr-report-private.h"

#include "cvr-paint-text.h"
#include "cvr-report-draw.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  MAX_SAMPLES = 12,        /* right ones, wrong ones */
  TILE_PIXELS = 112,
  MATRIX_CLASSES = 40,     /* more can't be read on paper */
  MATRIX_WIDTH = 600,      /* px */
  WIDEST_NAME = 130,       /* px beside and above the matrix */
};

static const char *
class_title (const CvrReport *self,
             guint            k)
{
  return self->class_titles != NULL ? self->class_titles[k] : self->model->classes[k];
}

/* Names that would be cut off on charts: numbers stand there instead, and in the table before the
 * names. */
static gboolean
is_numbered (const CvrReport *self)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = cvr_paint_measure_new ();
  gboolean numbered = FALSE;

  cvr_paint_font (cr, &theme, 1, TRUE);
  for (guint k = 0; k < self->evaluation->n_classes && !numbered; k++)
    numbered = cvr_paint_text_width (cr, class_title (self, k)) > WIDEST_NAME;
  cairo_destroy (cr);

  return numbered;
}

/* What stands for the classes on charts. */
static char **
dup_short_titles (const CvrReport *self)
{
  guint n = self->evaluation->n_classes;
  gboolean numbered = is_numbered (self);
  char **titles = g_new0 (char *, n + 1);

  for (guint k = 0; k < n; k++)
    titles[k] = numbered ? g_strdup_printf ("%u", k + 1) : g_strdup (class_title (self, k));

  return titles;
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
  g_auto (GStrv) titles = dup_short_titles (self);

  cvr_report_paint_matrix (cr, width, height, self->evaluation, (const char *const *) titles,
                           theme);
}

static void
draw_roc_cb (cairo_t        *cr,
             double          width,
             double          height,
             guint           which,
             const CvrTheme *theme,
             gconstpointer   data)
{
  const CvrReport *self = data;
  g_auto (GStrv) titles = dup_short_titles (self);

  cvr_report_paint_roc (cr, width, height, self->evaluation, (const char *const *) titles, theme);
}

static void
draw_calibration_cb (cairo_t        *cr,
                     double          width,
                     double          height,
                     guint           which,
                     const CvrTheme *theme,
                     gconstpointer   data)
{
  cvr_report_paint_calibration (cr, width, height, ((const CvrReport *) data)->evaluation, theme);
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

/* What the figures stand on. */
static void
add_ground (const CvrReport *self,
            CvrPaper        *paper)
{
  const CvrEvaluation *evaluation = self->evaluation;
  g_autofree char *asked =
    self->epoch > 0
      ? g_strdup_printf (_("Its network of epoch %u was asked again, about the pictures that the "
                           "project has now and with their present labels."), self->epoch)
      : g_strdup (_("The network was asked again, about the pictures that the project has now and "
                    "with their present labels."));
  g_autofree char *counted = g_strdup_printf (
    evaluation->used == CVR_SPLIT_VALID
      ? _("These figures stand on %'u validation pictures.")
      : _("None is kept for validation: these figures stand on all %'u labelled pictures, those "
          "that it learned from among them."), evaluation->n);
  g_autofree char *unknown = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%'u picture of a class that it doesn't know is left out.",
                 "%'u pictures of classes that it doesn't know are left out.",
                 evaluation->n_unknown), evaluation->n_unknown);
  g_autofree char *text = g_strconcat (asked, " ", counted, evaluation->n_unknown > 0 ? " " : "",
                                       evaluation->n_unknown > 0 ? unknown : "", NULL);

  cvr_paper_text (paper, text);
}

static char *
score_text (double value)
{
  return isnan (value) ? g_strdup ("–") : g_strdup_printf ("%.3f", value);
}

/* Takes @name. */
static void
add_score_row (CvrPaper        *paper,
               char            *name,
               guint64          n,
               const CvrScores *scores)
{
  cvr_paper_cell (paper, name);
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
  const char *const heads[] = { _("class"), _("pictures"), _("precision"), _("recall"), "F1",
                                "AUC" };
  CvrScores plain = cvr_scores_mean (evaluation, FALSE);
  CvrScores weighted = cvr_scores_mean (evaluation, TRUE);
  gboolean numbered = is_numbered (self);

  cvr_paper_table (paper, G_N_ELEMENTS (heads));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    cvr_paper_cell (paper, g_strdup (heads[i]));
  for (guint k = 0; k < evaluation->n_classes; k++)
    {
      const CvrScores scores = { evaluation->precision[k], evaluation->recall[k],
                                 evaluation->f1[k], evaluation->auc[k], NAN };
      const char *title = class_title (self, k);

      add_score_row (paper, numbered ? g_strdup_printf ("%u · %s", k + 1, title) : g_strdup (title),
                     evaluation->support[k], &scores);
    }
  add_score_row (paper, g_strdup (_("mean of the classes")), evaluation->n, &plain);
  add_score_row (paper, g_strdup (_("weighted by pictures")), evaluation->n, &weighted);
}

static void
add_matrix (const CvrReport *self,
            CvrPaper        *paper)
{
  const CvrEvaluation *evaluation = self->evaluation;
  g_autofree char *accuracy = cvr_words_percent (evaluation->accuracy, evaluation->n);
  g_autofree char *sentence = g_strdup_printf (
    _("%s of them are right. A row is a true class, a column an answer."), accuracy);
  double height = CLAMP (150.0 + 45 * evaluation->n_classes, 330, 560);

  cvr_paper_text (paper, sentence);
  if (is_numbered (self))
    cvr_paper_text (paper, _("Some names are too long for the charts: the numbers there are those "
                             "in the table."));
  if (evaluation->n_classes <= MATRIX_CLASSES)
    cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_matrix_cb, .width = MATRIX_WIDTH,
                                              .height = height,
                                              .description = _("Confusion matrix") });
}

static void
add_trust (const CvrReport *self,
           CvrPaper        *paper)
{
  const CvrEvaluation *evaluation = self->evaluation;
  g_autofree NnCalibrationBin *bins =
    cvr_scores_calibration (evaluation, -1, CVR_REPORT_BINS, NN_BINS_UNIFORM);
  g_autofree char *calibration = NULL;

  cvr_paper_heading (paper, _("How far its probabilities can be trusted"));
  if (bins != NULL)
    {
      calibration = g_strdup_printf (
        _("On average its certainty is off by %1$.3f (expected calibration error); the Brier score "
          "of its answers is %2$.3f. Bars show how many pictures stand behind a point."),
        nn_curves_ece (bins, CVR_REPORT_BINS), cvr_scores_brier (evaluation, -1));
      cvr_paper_text (paper, calibration);
    }
  cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_roc_cb, .width = 460, .height = 320,
                                            .title = _("Found, by class (area under the curve)"),
                                            .description = _("ROC curves of the classes") });
  cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_calibration_cb, .width = 460,
                                            .height = 320, .title = _("How often it is right"),
                                            .description = _("Calibration") });
}

/* Of a network that predicts numbers. */
static void
add_numbers (const CvrReport *self,
             CvrPaper        *paper)
{
  const NnRegression *scores = &self->evaluation->numbers->scores;
  const double figures[] = { scores->mae, scores->rmse, scores->mse, scores->r2 };
  const char *const words[] = { _("off on average (MAE)"), _("RMSE"), _("MSE"), _("R²") };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_autofree char *text = isnan (figures[i]) ? g_strdup ("–")
                                                 : g_strdup_printf ("%.4g", figures[i]);

      cvr_paper_fact (paper, text, words[i]);
    }
  cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_numbers_cb, .width = 460, .height = 400,
                                            .title = _("Answer of the network"),
                                            .description = _("Answers against the truth") });
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

/* Takes @caption. FALSE: there is no picture. */
static gboolean
add_sample (const CvrReport *self,
            CvrPaper        *paper,
            guint            place,
            const char      *heading,
            char            *caption,
            gboolean         right)
{
  g_autofree char *own = caption;
  cairo_surface_t *image = picture_of (self, self->evaluation->answers[place].id);

  if (image == NULL)
    return FALSE;
  if (heading != NULL)
    cvr_paper_heading (paper, heading);
  cvr_paper_tile (paper, image, own, right);

  return TRUE;
}

static char *
dup_caption (const CvrReport *self,
             const CvrAnswer *answer)
{
  g_autofree char *percent = cvr_words_percent ((double) answer->p, 100);
  const char *truth = class_title (self, (guint) answer->label);

  if (answer->label == answer->predicted)
    return g_strdup_printf ("%s, %s", truth, percent);

  return g_strdup_printf ("%s → %s, %s", truth, class_title (self, (guint) answer->predicted),
                          percent);
}

/* The most certain ones: mistakes, or right answers of each class in turn. */
static void
add_samples (const CvrReport *self,
             CvrPaper        *paper,
             gboolean         wrong)
{
  const CvrEvaluation *evaluation = self->evaluation;
  g_autofree guint *seen = g_new0 (guint, evaluation->n_classes);
  guint n, shown = 0;
  g_autofree guint *places = cvr_scores_find (evaluation, -1, -1, wrong, &n);
  guint each = MAX (1, MAX_SAMPLES / MAX (evaluation->n_classes, 1));
  const char *heading = wrong ? _("Mistakes it was most certain of")
                              : _("Right answers it was most certain of");

  for (guint i = 0; i < n && shown < MAX_SAMPLES; i++)
    {
      const CvrAnswer *answer = &evaluation->answers[places[i]];

      if (!wrong && (answer->label != answer->predicted || seen[answer->label]++ >= each))
        continue;
      if (add_sample (self, paper, places[i], shown == 0 ? heading : NULL,
                      dup_caption (self, answer), !wrong))
        shown++;
    }
}

static void
add_furthest (const CvrReport *self,
              CvrPaper        *paper)
{
  const CvrNumberAnswers *numbers = self->evaluation->numbers;
  g_autofree guint *places = cvr_scores_furthest (self->evaluation);
  guint shown = 0;

  for (guint i = 0; i < self->evaluation->n && shown < MAX_SAMPLES; i++)
    {
      guint place = places[i];
      char *caption = g_strdup_printf ("%.4g → %.4g", (double) numbers->truth[place],
                                       (double) numbers->predicted[place]);

      if (add_sample (self, paper, place, shown == 0 ? _("Answers that are furthest off") : NULL,
                      caption, FALSE))
        shown++;
    }
}

void
cvr_report_add_answers (const CvrReport *self,
                        CvrPaper        *paper)
{
  gboolean numbers = self->card->settings.predicts == CVR_PREDICTS_NUMBER;
  gboolean known = self->evaluation != NULL && self->model != NULL;

  if (!known && self->lack == NULL)
    return;

  cvr_paper_heading (paper, numbers ? _("How near its numbers come") : _("Right and wrong"));
  if (!known)
    {
      cvr_paper_text (paper, self->lack);
      return;
    }

  add_ground (self, paper);
  if (self->evaluation->numbers != NULL)
    {
      add_numbers (self, paper);
      if (self->dataset != NULL)
        add_furthest (self, paper);
      return;
    }
  add_matrix (self, paper);
  add_scores (self, paper);
  add_trust (self, paper);
  for (gint wrong = 1; wrong >= 0 && self->dataset != NULL; wrong--)
    add_samples (self, paper, wrong == 1);
}
