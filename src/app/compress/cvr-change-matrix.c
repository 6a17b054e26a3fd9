/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a confusion matrix changed, cell by cell. */
#include "cvr-change-matrix.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrChangeMatrix
{
  CvrCanvas parent_instance;

  guint    n_classes;
  guint64 *before, *after;   /* [n_classes²] */
  char   **titles;           /* [n_classes] */
  guint   *paints;           /* [n_classes] */
  gint     truth, predicted; /* under the pointer; −1: none */
};

G_DEFINE_FINAL_TYPE (CvrChangeMatrix, cvr_change_matrix, CVR_TYPE_CANVAS)

enum { POINTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static CvrMatrix
matrix_of (CvrChangeMatrix *self)
{
  return (CvrMatrix) { .n_classes = self->n_classes,
                       .counts = self->after,
                       .before = self->before,
                       .classes = (const char *const *) self->titles,
                       .paints = self->paints,
                       .selected_truth = -1,
                       .selected_predicted = -1,
                       .hover_truth = self->truth,
                       .hover_predicted = self->predicted };
}

static void
cvr_change_matrix_draw (CvrCanvas      *canvas,
                        cairo_t        *cr,
                        double          width,
                        double          height,
                        const CvrTheme *theme)
{
  CvrMatrix matrix = matrix_of (CVR_CHANGE_MATRIX (canvas));

  if (matrix.n_classes > 0)
    cvr_paint_matrix (cr, width, height, &matrix, theme);
}

static void
tell (CvrChangeMatrix *self)
{
  g_autofree char *words = NULL;

  if (self->truth >= 0)
    {
      gsize cell = (gsize) self->truth * self->n_classes + (gsize) self->predicted;

      /* Translators: class, answer, and how many pictures there were before and are now. */
      words = g_strdup_printf (_("%s answered as %s: %u → %u"), self->titles[self->truth],
                               self->titles[self->predicted], (guint) self->before[cell],
                               (guint) self->after[cell]);
    }
  g_signal_emit (self, signals[POINTED], 0, words);
}

static void
hover_cb (CvrChangeMatrix *self,
          double           x,
          double           y)
{
  CvrMatrix matrix = matrix_of (self);
  GtkWidget *widget = GTK_WIDGET (self);
  CvrTheme theme = cvr_app_theme (widget);
  guint truth, predicted;

  self->truth = self->predicted = -1;
  if (isfinite (x) &&
      cvr_paint_matrix_cell (gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                             &matrix, &theme, x, y, &truth, &predicted))
    {
      self->truth = (gint) truth;
      self->predicted = (gint) predicted;
    }
  tell (self);
  gtk_widget_queue_draw (widget);
}

/* Arrow keys go from cell to cell. */
static gboolean
key_cb (CvrChangeMatrix *self,
        guint            key)
{
  gint n = (gint) self->n_classes;
  gint down = key == GDK_KEY_Down ? 1 : key == GDK_KEY_Up ? -1 : 0;
  gint right = key == GDK_KEY_Right ? 1 : key == GDK_KEY_Left ? -1 : 0;

  if (n == 0 || (down == 0 && right == 0))
    return FALSE;

  self->truth = self->truth < 0 ? 0 : CLAMP (self->truth + down, 0, n - 1);
  self->predicted = self->predicted < 0 ? 0 : CLAMP (self->predicted + right, 0, n - 1);
  tell (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));

  return TRUE;
}

static void
cvr_change_matrix_finalize (GObject *object)
{
  CvrChangeMatrix *self = CVR_CHANGE_MATRIX (object);

  g_free (self->after);
  g_free (self->before);
  g_strfreev (self->titles);
  g_free (self->paints);

  G_OBJECT_CLASS (cvr_change_matrix_parent_class)->finalize (object);
}

static void
cvr_change_matrix_class_init (CvrChangeMatrixClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_change_matrix_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_change_matrix_draw;

  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cvr_change_matrix_init (CvrChangeMatrix *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->truth = self->predicted = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_label (CVR_CANVAS (self), _("How the confusion matrix changed"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
cvr_change_matrix_show (CvrChangeMatrix     *self,
                        const CvrCompressed *result,
                        const char *const   *titles,
                        const guint         *paints)
{
  guint n = result->after_confusion != NULL ? result->after_confusion->n_classes : 0;
  gsize n_cells = (gsize) n * n;
  guint n_moved = 0;
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_CHANGE_MATRIX (self));

  if (n != self->n_classes)
    self->truth = self->predicted = -1;
  self->n_classes = n;
  self->after = g_renew (guint64, self->after, MAX (n_cells, 1));
  self->before = g_renew (guint64, self->before, MAX (n_cells, 1));
  for (gsize i = 0; i < n_cells; i++)
    {
      self->before[i] = result->before_confusion->counts[i];
      self->after[i] = result->after_confusion->counts[i];
      n_moved += self->after[i] != self->before[i];
    }
  g_strfreev (self->titles);
  self->titles = g_strdupv ((char **) titles);
  g_free (self->paints);
  self->paints = g_memdup2 (paints, n * sizeof *paints);
  description = g_strdup_printf (ngettext ("%u cell changed", "%u cells changed", n_moved),
                                 n_moved);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
  tell (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
