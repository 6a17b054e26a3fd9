/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a run: its files hold what they should, in every state that a run can be in. */
#include "session-test.h"

#include "cvr-html.h"
#include "cvr-paper.h"
#include "cvr-report-draw.h"
#include "cvr-report.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef struct
{
  char          *folder;
  CvrDataset    *dataset;
  CvrCardFacts   card;
  CvrHistory    *history;
  CvrModel      *model;
  CvrEvaluation *evaluation;
  CvrReport      report;
} Fixture;

static void
event_cb (const NnEvent *event,
          gpointer       data)
{
  CvrHistory *history = data;
  CvrEpochRow row = { event->epoch, event->loss, event->accuracy, event->val_loss,
                      event->val_accuracy, event->lr, event->seconds, 100, event->best };

  if (event->kind == NN_EVENT_STEP)
    {
      double x = (double) event->step / event->steps_per_epoch;

      cvr_history_add (history, CVR_SERIES_LOSS, x, event->loss);
      cvr_history_add (history, CVR_SERIES_ACCURACY, x, event->accuracy);
    }
  else if (event->kind == NN_EVENT_EPOCH)
    cvr_history_add_epoch (history, &row);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrRun) run = NULL;
  NnObserver observer = { .event = event_cb };
  CvrRunSpec spec = { .observer = &observer, .workers = workers };

  fixture->folder = session_test_folder ();
  fixture->dataset = session_test_dataset (90, 3);
  fixture->card.settings = session_test_settings (4);
  fixture->card.state = CVR_CARD_ENDED;
  fixture->card.n_planned = 4;
  fixture->card.started = 1767225600;
  fixture->history = cvr_history_new ();
  observer.data = fixture->history;
  spec.settings = &fixture->card.settings;
  spec.dataset = fixture->dataset;
  run = cvr_run_new (&spec, NULL);
  g_assert_true (cvr_run_train (run, &fixture->model, &fixture->card.report, NULL));
  cvr_history_add_event (fixture->history, 2, CVR_EVENT_LR_CHANGED,
                         "learning rate 0.001 instead of 0.005");
  fixture->evaluation = cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_VALID, 0, workers,
                                      NULL, NULL, NULL);
  fixture->report = (CvrReport) {
    .title = "Bars <& stripes>", .note = "First try.\n\n Second line.", .data_name = "bars",
    .card = &fixture->card, .dataset = fixture->dataset, .history = fixture->history,
    .model = fixture->model, .epoch = 3, .evaluation = fixture->evaluation,
  };
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  cvr_evaluation_unref (fixture->evaluation);
  cvr_model_unref (fixture->model);
  cvr_history_free (fixture->history);
  cvr_dataset_unref (fixture->dataset);
  session_test_remove (fixture->folder);
  g_free (fixture->folder);
}

static char *
write_html (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "run.html", NULL);
  g_autoptr (GError) error = NULL;
  char *contents;

  g_assert_true (cvr_report_write_html (&fixture->report, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));

  return contents;
}

static char *
write_pdf (Fixture *fixture,
           gsize   *length)
{
  g_autofree char *path = g_build_filename (fixture->folder, "run.pdf", NULL);
  g_autoptr (GError) error = NULL;
  char *contents;

  g_assert_true (cvr_report_write_pdf (&fixture->report, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, length, NULL));

  return contents;
}

/* Any element that is opened is closed again, and nothing is left unescaped. */
static void
assert_well_formed (const char *html)
{
  static const GMarkupParser parser = { NULL };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;
  const char *body = strstr (html, "<html");

  g_markup_parse_context_parse (context, body, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

static guint
count (const char *text,
       const char *piece)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, piece)) != NULL; at++)
    n++;

  return n;
}

static void
test_html_holds_everything (Fixture      *fixture,
                            gconstpointer data)
{
  static const char *const differences[] = { "Learning rate 0.005 instead of 0.001", NULL };
  g_autofree char *html = NULL;

  fixture->report.other = "Run 1";
  fixture->report.differences = differences;
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, "Bars &lt;&amp; stripes&gt;"));
  g_assert_nonnull (strstr (html, "<p>First try.</p>"));
  g_assert_nonnull (strstr (html, "<p>Second line.</p>"));
  g_assert_nonnull (strstr (html, "Run 1"));
  g_assert_nonnull (strstr (html, "instead of 0.001"));
  g_assert_nonnull (strstr (html, "After 2.0 epochs"));
  g_assert_nonnull (strstr (html, "LeNet-5"));
  g_assert_nonnull (strstr (html, "middle"));
  /* Two curves, the table of answers, two charts, in both schemes. */
  g_assert_cmpuint (count (html, "<picture>"), ==, 5);
  g_assert_cmpuint (count (html, "prefers-color-scheme: dark)\" srcset"), ==, 5);
  /* Nothing is fetched from anywhere. */
  g_assert_null (strstr (html, "http://"));
  g_assert_null (strstr (html, "https://"));
}

static void
test_pdf_has_pages_and_its_fonts (Fixture      *fixture,
                                  gconstpointer data)
{
  gsize length;
  g_autofree char *pdf = write_pdf (fixture, &length);
  g_autoptr (GString) text = g_string_new_len (pdf, (gssize) length);

  g_assert_cmpuint (length, >, 10000);
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '\0')
      text->str[i] = ' ';
  g_assert_nonnull (strstr (text->str, "%%EOF"));
}

static void
test_what_is_missing_is_left_out (Fixture      *fixture,
                                  gconstpointer data)
{
  g_autoptr (CvrHistory) empty = cvr_history_new ();
  g_autofree char *html = NULL;
  g_autofree char *pdf = NULL;
  gsize length;

  fixture->report.history = empty;
  fixture->card.report =
    (CvrRunReport) { .val_accuracy = NAN, .val_loss = NAN, .accuracy = NAN, .loss = NAN };
  fixture->report.model = NULL;
  fixture->report.evaluation = NULL;
  fixture->report.dataset = NULL;
  fixture->report.note = NULL;
  fixture->card.started = 0;
  fixture->report.data_name = NULL;
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_cmpuint (count (html, "<picture>"), ==, 2);
  pdf = write_pdf (fixture, &length);
  g_assert_cmpuint (length, >, 1000);
}

static void
test_numbers_have_their_own_figures (Fixture      *fixture,
                                     gconstpointer data)
{
  float predicted[] = { 1, 2.5f, 3 }, truth[] = { 1, 2, 3 };
  CvrNumberAnswers numbers = { predicted, truth, nn_curves_regression (predicted, truth, 3) };
  CvrAnswer answers[] = { { .id = cvr_dataset_item (fixture->dataset, 0)->id },
                          { .id = cvr_dataset_item (fixture->dataset, 1)->id },
                          { .id = G_MAXUINT64 } }; /* this one has left */
  CvrEvaluation evaluation = { .n = 3, .n_classes = 1, .used = CVR_SPLIT_VALID,
                               .answers = answers, .numbers = &numbers };
  g_autofree char *html = NULL;
  g_autofree char *pdf = NULL;
  gsize length;

  fixture->card.settings.predicts = CVR_PREDICTS_NUMBER;
  fixture->report.evaluation = &evaluation;
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, "How near its numbers come"));
  g_assert_nonnull (strstr (html, "0.1667"));
  g_assert_nonnull (strstr (html, "3 validation pictures"));
  /* Loss, and answers against the truth; shares of right answers would say nothing. */
  g_assert_cmpuint (count (html, "<picture>"), ==, 2);
  g_assert_null (strstr (html, "Right answers"));
  g_assert_cmpuint (count (html, " → "), ==, 2 * 2);
  g_assert_nonnull (strstr (html, "✗ 2 → 2.5"));
  pdf = write_pdf (fixture, &length);
  g_assert_cmpuint (length, >, 1000);
}

static void
test_it_says_what_its_figures_stand_on (Fixture      *fixture,
                                        gconstpointer data)
{
  CvrEvaluation changed = *fixture->evaluation;
  g_autofree char *validated = NULL;
  g_autofree char *all = NULL;
  g_autofree char *stands = g_strdup_printf ("stand on %u validation", fixture->evaluation->n);

  g_assert_cmpint (fixture->evaluation->used, ==, CVR_SPLIT_VALID);
  validated = write_html (fixture);
  g_assert_nonnull (strstr (validated, "Its network of epoch 3 was asked again"));
  g_assert_nonnull (strstr (validated, stands));
  g_assert_null (strstr (validated, "left out"));

  changed.used = CVR_SPLIT_AUTO;
  changed.n_unknown = 2;
  fixture->report.evaluation = &changed;
  fixture->report.epoch = 0;
  all = write_html (fixture);
  g_assert_nonnull (strstr (all, "The network was asked again"));
  g_assert_nonnull (strstr (all, "those that it learned from among them"));
  g_assert_nonnull (strstr (all, "2 pictures of classes that it doesn"));
}

static void
test_it_says_why_there_is_no_network (Fixture      *fixture,
                                      gconstpointer data)
{
  g_autofree char *html = NULL;

  fixture->report.model = NULL;
  fixture->report.evaluation = NULL;
  fixture->report.lack = "Thinned away.";
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, "<p>Thinned away.</p>"));
  g_assert_cmpuint (count (html, "<picture>"), ==, 2);
}

/* It did not learn: no curves, but what it is kept for. */
static void
test_compressed_network_has_its_size (Fixture      *fixture,
                                      gconstpointer data)
{
  g_autofree char *html = NULL;

  fixture->card.kind = CVR_CARD_VARIANT;
  fixture->card.bytes = 12345;
  fixture->card.ms = 1.25;
  fixture->card.report.n_train = 0;
  fixture->report.state = "60 % of the filters removed";
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, "60 % of the filters removed"));
  g_assert_nonnull (strstr (html, "size of the file"));
  g_assert_nonnull (strstr (html, "1.25 ms"));
  g_assert_null (strstr (html, "of training"));
  g_assert_null (strstr (html, "to learn from"));
  g_assert_cmpuint (count (html, "<picture>"), ==, 3);
}

static void
test_notes_of_the_curve_are_dated_once (Fixture      *fixture,
                                        gconstpointer data)
{
  g_autofree char *html = NULL;

  cvr_history_add_event (fixture->history, 3, CVR_EVENT_OVERFITTING, "Epoch 3: it overfits.");
  html = write_html (fixture);
  g_assert_nonnull (strstr (html, "<p>Epoch 3: it overfits.</p>"));
  g_assert_nonnull (strstr (html, "<p>After 2.0 epochs: learning rate"));
}

/* Titles of 30 characters; free with g_strfreev(). */
static char **
long_titles (guint n)
{
  char **titles = g_new0 (char *, n + 1);

  for (guint k = 0; k < n; k++)
    titles[k] = g_strdup_printf ("an animal with a long name %03u", k);

  return titles;
}

static char *
text_of_pdf (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "run.pdf", NULL);
  const char *const command[] = { "pdftotext", "-layout", path, "-", NULL };
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &text, NULL, NULL, &error));
  g_assert_no_error (error);

  return text;
}

enum { MANY_CLASSES = 20, MANY_ANSWERS = 60 };

typedef struct
{
  CvrEvaluation public;
  CvrAnswer     answers[MANY_ANSWERS];
  float         probabilities[MANY_ANSWERS][MANY_CLASSES];
  double        shares[MANY_CLASSES];
  guint64       support[MANY_CLASSES];
} ManyAnswers;

/* As of a network with many classes, one answer in seven wrong. */
static void
fill_many (ManyAnswers *self,
           CvrDataset  *dataset)
{
  self->public = (CvrEvaluation) {
    .n = MANY_ANSWERS, .n_classes = MANY_CLASSES, .used = CVR_SPLIT_VALID, .accuracy = 6.0 / 7,
    .loss = 0.5, .confusion = nn_confusion_new (MANY_CLASSES), .precision = self->shares,
    .recall = self->shares, .f1 = self->shares, .auc = self->shares,
    .average_precision = self->shares, .support = self->support,
    .answers = self->answers, .probabilities = &self->probabilities[0][0],
  };
  for (guint i = 0; i < MANY_ANSWERS; i++)
    {
      guint label = i % MANY_CLASSES, predicted = i % 7 == 0 ? (label + 3) % MANY_CLASSES : label;

      self->answers[i] = (CvrAnswer) { cvr_dataset_item (dataset, i)->id, (gint) label,
                                       (gint) predicted, 0.9f };
      self->probabilities[i][predicted] = 0.9f;
      self->support[label]++;
      nn_confusion_add (self->public.confusion, label, predicted);
    }
  for (guint k = 0; k < MANY_CLASSES; k++)
    self->shares[k] = 1 - 0.01 * k;
}

/* Charts show numbers, the table says what they mean; nothing is cut off on paper. */
static void
test_long_names_are_whole (Fixture      *fixture,
                           gconstpointer data)
{
  g_auto (GStrv) titles = long_titles (MANY_CLASSES);
  g_autofree ManyAnswers *many = g_new0 (ManyAnswers, 1);
  g_autofree char *html = NULL;
  g_autofree char *pdf = NULL;
  g_autofree char *text = NULL;
  g_autofree char *program = g_find_program_in_path ("pdftotext");
  gsize length;

  fill_many (many, fixture->dataset);
  fixture->report.evaluation = &many->public;
  fixture->report.class_titles = (const char *const *) titles;
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, ">20 · an animal with a long name 019<"));
  g_assert_nonnull (strstr (html, "the numbers there are those"));
  pdf = write_pdf (fixture, &length);
  nn_confusion_free (many->public.confusion);
  if (program == NULL)
    {
      g_test_skip ("There is no pdftotext to read the pages with.");
      return;
    }
  text = text_of_pdf (fixture);
  g_assert_null (strstr (text, "…"));
  for (guint k = 0; k < MANY_CLASSES; k++)
    {
      g_autofree char *row = g_strdup_printf ("%u · %s", k + 1, titles[k]);

      g_assert_nonnull (strstr (text, row));
    }
}

static gboolean
never_cb (gpointer data)
{
  return FALSE;
}

/* Columns in the last fifth of a picture that hold anything of @colour. */
static guint
columns_at_the_right (cairo_surface_t *surface,
                      const CvrRgba   *colour)
{
  const guint32 *pixels = (const guint32 *) cairo_image_surface_get_data (surface);
  int width = cairo_image_surface_get_width (surface);
  int stride = cairo_image_surface_get_stride (surface) / 4;
  guint32 wanted = (guint32) lround (colour->red * 255) << 16 |
                   (guint32) lround (colour->green * 255) << 8 |
                   (guint32) lround (colour->blue * 255);

  guint n = 0;

  for (int x = width * 4 / 5; x < width; x++)
    {
      gboolean found = FALSE;

      for (int y = 0; y < cairo_image_surface_get_height (surface); y++)
        found |= (pixels[y * stride + x] & 0xffffff) == wanted;
      n += found;
    }

  return n;
}

/* However many epochs were planned. */
static void
test_curves_end_where_it_ended (Fixture      *fixture,
                                gconstpointer data)
{
  const CvrTheme theme = cvr_paint_theme (FALSE, FALSE);

  for (guint accuracy = 0; accuracy < 2; accuracy++)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 460, 280);
      cairo_t *cr = cairo_create (surface);

      cvr_report_paint_curves (cr, 460, 280, fixture->history, 0, accuracy == 1, &theme);
      cairo_destroy (cr);
      cairo_surface_flush (surface);
      /* More than the legend's line. */
      g_assert_cmpuint (columns_at_the_right (surface, &theme.validation), >, 40);
      cairo_surface_destroy (surface);
    }
}

static void
test_cancelled_it_leaves_the_old_file (Fixture      *fixture,
                                       gconstpointer data)
{
  const CvrWatch watch = { NULL, never_cb, NULL };
  g_autofree char *path = g_build_filename (fixture->folder, "old.pdf", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "x.html", NULL);

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_assert_false (cvr_report_write_pdf (&fixture->report, path, &watch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (cvr_report_write_html (&fixture->report, path, &watch, &second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
  g_assert_false (cvr_report_write_html (&fixture->report, nowhere, NULL, &third));
  g_assert_nonnull (third);
}

static void
dot_cb (cairo_t        *cr,
        double          width,
        double          height,
        guint           which,
        const CvrTheme *theme,
        gconstpointer   data)
{
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
}

/* Long tables, long words and many drawings go on over pages. */
static void
test_paper_goes_on_over_pages (void)
{
  g_autoptr (CvrPaper) paper = cvr_paper_new ("Long", NULL, NULL);
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *html = NULL;
  g_autofree char *word = g_strnfill (500, 'w');
  g_autoptr (GError) error = NULL;

  cvr_paper_text (paper, "");
  cvr_paper_text (paper, word);
  cvr_paper_table (paper, 3);
  for (guint i = 0; i < 3 * 200; i++)
    cvr_paper_cell (paper, g_strdup_printf ("cell %u", i));
  for (guint i = 0; i < 9; i++)
    cvr_paper_drawing (paper, &(CvrDrawing) { dot_cb, i, i % 2 == 0 ? 300 : 700, 200,
                                              i % 3 == 0 ? word : NULL, "dot" });
  for (guint i = 0; i < 50; i++)
    cvr_paper_tile (paper, cairo_image_surface_create (CAIRO_FORMAT_RGB24, 20 + (int) i, 30), "tile",
                    i % 2 == 0);
  cvr_paper_table (paper, 2);
  cvr_paper_cell (paper, g_strdup ("only"));
  cvr_paper_cell (paper, g_strdup ("a head"));
  pdf = cvr_paper_to_pdf (paper, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (pdf), >, 5000);
  html = cvr_paper_to_html (paper, &error);
  g_assert_no_error (error);
  assert_well_formed (html);
  g_assert_cmpuint (count (html, "<tr>"), ==, 201);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/report/html-holds-everything", Fixture, NULL, set_up, test_html_holds_everything,
              tear_down);
  g_test_add ("/report/pdf-has-pages-and-its-fonts", Fixture, NULL, set_up,
              test_pdf_has_pages_and_its_fonts, tear_down);
  g_test_add ("/report/what-is-missing-is-left-out", Fixture, NULL, set_up,
              test_what_is_missing_is_left_out, tear_down);
  g_test_add ("/report/numbers-have-their-own-figures", Fixture, NULL, set_up,
              test_numbers_have_their_own_figures, tear_down);
  g_test_add ("/report/it-says-what-its-figures-stand-on", Fixture, NULL, set_up,
              test_it_says_what_its_figures_stand_on, tear_down);
  g_test_add ("/report/it-says-why-there-is-no-network", Fixture, NULL, set_up,
              test_it_says_why_there_is_no_network, tear_down);
  g_test_add ("/report/compressed-network-has-its-size", Fixture, NULL, set_up,
              test_compressed_network_has_its_size, tear_down);
  g_test_add ("/report/notes-of-the-curve-are-dated-once", Fixture, NULL, set_up,
              test_notes_of_the_curve_are_dated_once, tear_down);
  g_test_add ("/report/long-names-are-whole", Fixture, NULL, set_up, test_long_names_are_whole,
              tear_down);
  g_test_add ("/report/curves-end-where-it-ended", Fixture, NULL, set_up,
              test_curves_end_where_it_ended, tear_down);
  g_test_add ("/report/cancelled-it-leaves-the-old-file", Fixture, NULL, set_up,
              test_cancelled_it_leaves_the_old_file, tear_down);
  g_test_add_func ("/report/paper-goes-on-over-pages", test_paper_goes_on_over_pages);

  return g_test_run ();
}
