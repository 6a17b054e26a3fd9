/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix, its cells chosen with the pointer or the arrow keys. */
#include "cvr-matrix-view.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrMatrixView
{
  CvrCanvas parent_instance;

  CvrEvaluation *evaluation;
  char         **titles;
  guint         *paints;
  guint64       *before;                       /* counts to compare with; NULL: none */
  gboolean       percent;
  gint           truth, predicted;             /* chosen; −1: none */
  gint           hover_truth, hover_predicted; /* under the pointer; −1: none */
};

G_DEFINE_FINAL_TYPE (CvrMatrixView, cvr_matrix_view, CVR_TYPE_CANVAS)

enum { SELECTED, ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

static CvrMatrix
matrix_of (CvrMatrixView *self)
{
  CvrMatrix matrix = {
    .classes = (const char *const *) self->titles,
    .paints = self->paints,
    .percent = self->percent,
    .before = self->before,
    .selected_truth = self->truth,
    .selected_predicted = self->predicted,
    .hover_truth = self->hover_truth,
    .hover_predicted = self->hover_predicted,
  };

  if (self->evaluation != NULL)
    {
      matrix.n_classes = self->evaluation->n_classes;
      matrix.counts = self->evaluation->confusion->counts;
    }

  return matrix;
}

static gboolean
cell_at (CvrMatrixView *self,
         double         x,
         double         y,
         guint         *truth,
         guint         *predicted)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  CvrMatrix matrix = matrix_of (self);

  return self->evaluation != NULL && !isnan (x)
         && cvr_paint_matrix_cell (gtk_widget_get_width (GTK_WIDGET (self)),
                                   gtk_widget_get_height (GTK_WIDGET (self)), &matrix, &theme, x, y,
                                   truth, predicted);
}

static const char *
title_of (CvrMatrixView *self,
          guint          k)
{
  return self->titles != NULL && k < g_strv_length (self->titles) ? self->titles[k] : "?";
}

static char *
dup_cell_words (CvrMatrixView *self,
                guint          truth,
                guint          predicted)
{
  gsize cell = (gsize) truth * self->evaluation->n_classes + predicted;
  g_autofree char *count = cvr_words_count (self->evaluation->confusion->counts[cell]);

  if (truth == predicted)
    /* Translators: class name, number of pictures. */
    return g_strdup_printf (_("%s, recognised: %s"), title_of (self, truth), count);

  /* Translators: true class, class the network answered, number of pictures. */
  return g_strdup_printf (_("%s taken for %s: %s"), title_of (self, truth),
                          title_of (self, predicted), count);
}

static void
describe (CvrMatrixView *self)
{
  g_autofree char *text = NULL;

  if (self->evaluation == NULL)
    text = g_strdup (_("Nothing evaluated yet"));
  else if (self->truth >= 0)
    text = dup_cell_words (self, (guint) self->truth, (guint) self->predicted);
  else
    {
      g_autofree char *percent = cvr_words_percent (self->evaluation->accuracy, 0);

      text = g_strdup_printf (_("%1$s of %2$'u pictures right"), percent, self->evaluation->n);
    }
  cvr_canvas_set_description (CVR_CANVAS (self), text);
}

static void
hover_cb (CvrMatrixView *self,
          double         x,
          double         y)
{
  guint truth, predicted;
  gboolean inside = cell_at (self, x, y, &truth, &predicted);
  gint t = inside ? (gint) truth : -1, p = inside ? (gint) predicted : -1;

  if (t == self->hover_truth && p == self->hover_predicted)
    return;
  self->hover_truth = t;
  self->hover_predicted = p;
  if (inside)
    {
      g_autofree char *words = dup_cell_words (self, truth, predicted);

      gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
    }
  else
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (CvrMatrixView *self,
            double         x,
            double         y,
            int            n_press)
{
  guint truth, predicted;

  if (cell_at (self, x, y, &truth, &predicted))
    cvr_matrix_view_select (self, truth, predicted);
}

/* Arrow keys go from cell to cell; the first press chooses the first cell. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   unused)
{
  CvrMatrixView *self = CVR_MATRIX_VIEW (widget);
  gint rows, columns, n;

  if (self->evaluation == NULL || self->evaluation->n_classes == 0)
    return FALSE;
  g_variant_get (args, "(ii)", &rows, &columns);
  n = (gint) self->evaluation->n_classes;
  if (self->truth < 0)
    cvr_matrix_view_select (self, 0, 0);
  else
    cvr_matrix_view_select (self, (guint) CLAMP (self->truth + rows, 0, n - 1),
                            (guint) CLAMP (self->predicted + columns, 0, n - 1));

  return TRUE;
}

static gboolean
enter_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   unused)
{
  if (CVR_MATRIX_VIEW (widget)->truth < 0)
    return FALSE;
  g_signal_emit (widget, signals[ACTIVATED], 0);

  return TRUE;
}

static void
cvr_matrix_view_draw (CvrCanvas      *canvas,
                      cairo_t        *cr,
                      double          width,
                      double          height,
                      const CvrTheme *theme)
{
  CvrMatrix matrix = matrix_of (CVR_MATRIX_VIEW (canvas));

  if (matrix.n_classes > 0)
    cvr_paint_matrix (cr, width, height, &matrix, theme);
}

static void
cvr_matrix_view_finalize (GObject *object)
{
  CvrMatrixView *self = CVR_MATRIX_VIEW (object);

  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  g_clear_pointer (&self->titles, g_strfreev);
  g_clear_pointer (&self->paints, g_free);
  g_clear_pointer (&self->before, g_free);

  G_OBJECT_CLASS (cvr_matrix_view_parent_class)->finalize (object);
}

static void
cvr_matrix_view_class_init (CvrMatrixViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct { guint key, keypad; gint rows, columns; } moves[] = {
    { GDK_KEY_Up, GDK_KEY_KP_Up, -1, 0 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 1, 0 },
    { GDK_KEY_Left, GDK_KEY_KP_Left, 0, -1 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 0, 1 },
  };
  static const guint enters[] = { GDK_KEY_Return, GDK_KEY_ISO_Enter, GDK_KEY_KP_Enter };

  G_OBJECT_CLASS (klass)->finalize = cvr_matrix_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_matrix_view_draw;

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].rows,
                                    moves[i].columns);
      gtk_widget_class_add_binding (widget_class, moves[i].keypad, 0, move_cb, "(ii)",
                                    moves[i].rows, moves[i].columns);
    }
  for (guint i = 0; i < G_N_ELEMENTS (enters); i++)
    gtk_widget_class_add_binding (widget_class, enters[i], 0, enter_cb, NULL);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
cvr_matrix_view_init (CvrMatrixView *self)
{
  self->truth = self->predicted = self->hover_truth = self->hover_predicted = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_min_size (CVR_CANVAS (self), 300, 300);
  cvr_canvas_set_label (
    CVR_CANVAS (self),
    _("Confusion matrix: rows are what the pictures show, columns what the network says"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

/**
 * cvr_matrix_view_set_evaluation:
 * @evaluation: (nullable): whose confusion matrix is drawn; held
 * @titles: (nullable) (array zero-terminated=1): names of its classes
 * @paints: (nullable): their colours, as cvr_paint_class_colour() counts them
 */
void
cvr_matrix_view_set_evaluation (CvrMatrixView     *self,
                                CvrEvaluation     *evaluation,
                                const char *const *titles,
                                const guint       *paints)
{
  g_return_if_fail (CVR_IS_MATRIX_VIEW (self));

  if (evaluation != NULL)
    cvr_evaluation_ref (evaluation);
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  self->evaluation = evaluation;
  g_strfreev (self->titles);
  self->titles = g_strdupv ((char **) titles);
  g_free (self->paints);
  self->paints = paints != NULL && evaluation != NULL
                   ? g_memdup2 (paints, evaluation->n_classes * sizeof *paints)
                   : NULL;
  g_clear_pointer (&self->before, g_free);
  self->hover_truth = self->hover_predicted = -1;
  /* While a network is trained again there is none: the cell stays chosen. */
  if (evaluation != NULL && (self->truth >= (gint) evaluation->n_classes
                             || self->predicted >= (gint) evaluation->n_classes))
    self->truth = self->predicted = -1;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_matrix_view_set_percent (CvrMatrixView *self,
                             gboolean       percent)
{
  g_return_if_fail (CVR_IS_MATRIX_VIEW (self));

  self->percent = percent;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_matrix_view_set_before (CvrMatrixView *self,
                            CvrEvaluation *before)
{
  g_return_if_fail (CVR_IS_MATRIX_VIEW (self));

  g_clear_pointer (&self->before, g_free);
  if (before != NULL && self->evaluation != NULL
      && before->n_classes == self->evaluation->n_classes)
    self->before = g_memdup2 (before->confusion->counts, (gsize) before->n_classes
                                                           * before->n_classes * sizeof (guint64));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_matrix_view_select:
 * @truth: row
 * @predicted: column
 */
void
cvr_matrix_view_select (CvrMatrixView *self,
                        guint          truth,
                        guint          predicted)
{
  g_return_if_fail (CVR_IS_MATRIX_VIEW (self));

  if (self->evaluation == NULL || truth >= self->evaluation->n_classes
      || predicted >= self->evaluation->n_classes)
    return;
  self->truth = (gint) truth;
  self->predicted = (gint) predicted;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTED], 0, truth, predicted);
}

/**
 * cvr_matrix_view_get_selected:
 *
 * Returns: %FALSE when no cell is chosen
 */
gboolean
cvr_matrix_view_get_selected (CvrMatrixView *self,
                              guint         *truth,
                              guint         *predicted)
{
  g_return_val_if_fail (CVR_IS_MATRIX_VIEW (self), FALSE);

  if (self->truth < 0 || self->evaluation == NULL)
    return FALSE;
  *truth = (guint) self->truth;
  *predicted = (guint) self->predicted;

  return TRUE;
}

/**
 * cvr_matrix_view_select_worst:
 *
 * Returns: %FALSE when nothing is confused with anything
 */
gboolean
cvr_matrix_view_select_worst (CvrMatrixView *self)
{
  guint64 most = 0;
  guint truth = 0, predicted = 0, n;

  g_return_val_if_fail (CVR_IS_MATRIX_VIEW (self), FALSE);

  if (self->evaluation == NULL)
    return FALSE;
  n = self->evaluation->n_classes;
  for (guint t = 0; t < n; t++)
    for (guint p = 0; p < n; p++)
      if (t != p && self->evaluation->confusion->counts[(gsize) t * n + p] > most)
        {
          most = self->evaluation->confusion->counts[(gsize) t * n + p];
          truth = t;
          predicted = p;
        }
  if (most == 0)
    return FALSE;
  cvr_matrix_view_select (self, truth, predicted);

  return TRUE;
}
