/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a training run: its content, for paper and for the screen alike. */
#include "config.h"
#include "cvr-report-private.h"

#include "cvr-fs.h"
#include "cvr-reading.h"
#include "cvr-report-draw.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static void
draw_curves_cb (cairo_t        *cr,
                double          width,
                double          height,
                guint           which,
                const CvrTheme *theme,
                gconstpointer   data)
{
  const CvrReport *self = data;

  cvr_report_paint_curves (cr, width, height, self->history, self->card->report.best_epoch,
                           which == 1, theme);
}

/* "11/22/2026 10:15 · Doodles", the day as the language writes it. */
static char *
subtitle (const CvrReport *self)
{
  gint64 when = self->card->started;
  g_autoptr (GDateTime) date = when > 0 ? g_date_time_new_from_unix_local (when) : NULL;
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
  const CvrRunReport *run = &self->card->report;
  gboolean validated = run->n_valid > 0;
  g_autofree char *accuracy = cvr_words_percent (validated ? run->val_accuracy : run->accuracy,
                                                 validated ? run->n_valid : run->n_train);
  double loss = validated ? run->val_loss : run->loss;
  g_autofree char *loss_text = isfinite (loss) ? g_strdup_printf ("%.4f", loss) : g_strdup ("–");
  g_autofree char *time = cvr_words_time (run->seconds);
  g_autofree char *epochs = cvr_words_count (run->n_epochs);

  if (self->card->settings.predicts != CVR_PREDICTS_NUMBER)
    cvr_paper_fact (paper, accuracy,
                    validated ? _("right in validation") : _("right in training"));
  cvr_paper_fact (paper, loss_text, validated ? _("validation loss") : _("training loss"));
  if (self->card->kind == CVR_CARD_VARIANT)
    return;
  cvr_paper_fact (paper, epochs,
                  g_dngettext (GETTEXT_PACKAGE, "epoch", "epochs", run->n_epochs));
  cvr_paper_fact (paper, time, _("of training"));
}

/* What a compressed network is kept for. */
static void
add_size (const CvrReport *self,
          CvrPaper        *paper)
{
  g_autofree char *size = g_format_size (self->card->bytes);
  g_autofree char *ms = g_strdup_printf (_("%.2f ms"), self->card->ms);

  if (self->card->bytes > 0)
    cvr_paper_fact (paper, size, _("size of the file"));
  if (isfinite (self->card->ms))
    cvr_paper_fact (paper, ms, _("time for one picture"));
}

static void
add_settings (const CvrReport *self,
              CvrPaper        *paper)
{
  const CvrRunReport *run = &self->card->report;
  g_auto (GStrv) rows = cvr_settings_dup_rows (&self->card->settings);

  cvr_paper_heading (paper, _("Settings"));
  cvr_paper_table (paper, 2);
  cvr_paper_cell (paper, g_strdup (_("Setting")));
  cvr_paper_cell (paper, g_strdup (_("Value")));
  if (run->n_train > 0)
    {
      cvr_paper_cell (paper, g_strdup (_("pictures")));
      cvr_paper_cell (paper, g_strdup_printf (_("%1$'u to learn from, %2$'u to validate on"),
                                              run->n_train, run->n_valid));
    }
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

/* Where a reading was noted it says itself of which epoch it is. */
static void
add_event (CvrPaper              *paper,
           const CvrHistoryEvent *event)
{
  gboolean dated = event->kind == CVR_EVENT_OVERFITTING || event->kind == CVR_EVENT_UNDERFITTING;
  g_autofree char *text =
    dated ? g_strdup (event->text)
          : g_strdup_printf (_("After %1$.1f epochs: %2$s"), event->x, event->text);

  cvr_paper_text (paper, text);
}

static void
add_curves (const CvrReport *self,
            CvrPaper        *paper)
{
  g_autoptr (CvrReading) reading =
    cvr_reading_new (self->history, NULL, self->card->n_planned,
                     self->card->state == CVR_CARD_RUNNING);
  guint n_events;
  const CvrHistoryEvent *events = cvr_history_events (self->history, &n_events);

  cvr_paper_heading (paper, _("How it learned"));
  cvr_paper_text (paper, reading->sentence);
  if (reading->detail[0] != '\0')
    cvr_paper_text (paper, reading->detail);
  for (guint i = 0; i < n_events; i++)
    if (events[i].text != NULL)
      add_event (paper, &events[i]);
  cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_curves_cb, .which = 0, .width = 460,
                                            .height = 280, .title = _("Loss"),
                                            .description = _("Loss over the epochs") });
  if (self->card->settings.predicts != CVR_PREDICTS_NUMBER)
    cvr_paper_drawing (paper, &(CvrDrawing) { .draw = draw_curves_cb, .which = 1, .width = 460,
                                              .height = 280, .title = _("Right answers"),
                                              .description =
                                                _("Right answers over the epochs") });
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

  if (self->state != NULL)
    cvr_paper_text (paper, self->state);
  add_note (self, paper);
  add_facts (self, paper);
  if (self->card->kind == CVR_CARD_VARIANT)
    add_size (self, paper);
  else
    add_curves (self, paper);
  add_differences (self, paper);
  add_settings (self, paper);
  cvr_report_add_answers (self, paper);
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
  bytes = cvr_paper_to_pdf (paper, self->card->started, go_on_cb, (gpointer) watch, error);
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
