/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a run: its files hold what they should, in every state that a run can be in. */
#include "session-test.h"

#include "cvr-html.h"
#include "cvr-paper.h"
#include "cvr-report.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef struct
{
  char          *folder;
  CvrDataset    *dataset;
  CvrSettings    settings;
  CvrHistory    *history;
  CvrModel      *model;
  CvrEvaluation *evaluation;
  CvrRunReport   run;
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
  fixture->settings = session_test_settings (4);
  fixture->history = cvr_history_new ();
  observer.data = fixture->history;
  spec.settings = &fixture->settings;
  spec.dataset = fixture->dataset;
  run = cvr_run_new (&spec, NULL);
  g_assert_true (cvr_run_train (run, &fixture->model, &fixture->run, NULL));
  cvr_history_add_event (fixture->history, 2, CVR_EVENT_LR_CHANGED,
                         "learning rate 0.001 instead of 0.005");
  fixture->evaluation = cvr_evaluate (fixture->model, fixture->dataset, CVR_SPLIT_VALID, 0, workers,
                                      NULL, NULL, NULL);
  fixture->report = (CvrReport) {
    .title = "Bars <& stripes>", .note = "First try.\n\n Second line.", .when = 1767225600, .data_name = "bars",
    .dataset = fixture->dataset, .settings = &fixture->settings, .n_epochs = 4,
    .history = fixture->history, .run = &fixture->run, .model = fixture->model,
    .evaluation = fixture->evaluation,
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
  CvrRunReport nothing = { .val_accuracy = NAN, .val_loss = NAN, .accuracy = NAN, .loss = NAN };
  gsize length;

  fixture->report.history = empty;
  fixture->report.run = &nothing;
  fixture->report.model = NULL;
  fixture->report.evaluation = NULL;
  fixture->report.dataset = NULL;
  fixture->report.note = NULL;
  fixture->report.when = 0;
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
  CvrEvaluation evaluation = { .n = 3, .n_classes = 1, .numbers = &numbers };
  g_autofree char *html = NULL;
  g_autofree char *pdf = NULL;
  gsize length;

  fixture->settings.predicts = CVR_PREDICTS_NUMBER;
  fixture->report.evaluation = &evaluation;
  html = write_html (fixture);
  assert_well_formed (html);
  g_assert_nonnull (strstr (html, "How near its numbers come"));
  g_assert_nonnull (strstr (html, "0.1667"));
  g_assert_cmpuint (count (html, "<picture>"), ==, 3);
  pdf = write_pdf (fixture, &length);
  g_assert_cmpuint (length, >, 1000);
}

static gboolean
never_cb (gpointer data)
{
  return FALSE;
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
    cvr_paper_drawing (paper, dot_cb, i, i % 2 == 0 ? 300 : 700, 200, "dot");
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
  g_test_add ("/report/cancelled-it-leaves-the-old-file", Fixture, NULL, set_up,
              test_cancelled_it_leaves_the_old_file, tear_down);
  g_test_add_func ("/report/paper-goes-on-over-pages", test_paper_goes_on_over_pages);

  return g_test_run ();
}
