/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of `demo`: one HTML file with its pictures inside, in both colour schemes, that opens
 * anywhere and offline. Well-formed as XML too. */
#include "config.h"
#include "cvr-cli-report.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

/* A report being written; the first picture that fails ends it. */
typedef struct
{
  CvrCli               *cli;
  const CvrCliFindings *found;
  GString              *html;
  GError               *error;
} Report;

/* Draws one picture in the colours of @theme. */
typedef cairo_surface_t *(*DrawFunc) (Report         *report,
                                      gsize           which,
                                      const CvrTheme *theme);

static const char style[] =
  ":root{color-scheme:light dark;--ink:#241f31;--dim:#5e5c64;--page:#f6f5f4;--card:#fff;"
  "--line:#dcdad6;--good:#1a8752}"
  "@media(prefers-color-scheme:dark){:root{--ink:#f6f5f4;--dim:#b4b1ad;--page:#191919;"
  "--card:#242424;--line:#454347;--good:#57d98c}}"
  "*{box-sizing:border-box}"
  "body{margin:0;background:var(--page);color:var(--ink);"
  "font:17px/1.55 Cantarell,\"Segoe UI\",system-ui,sans-serif}"
  "main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}"
  "h1{font-size:2.4rem;line-height:1.15;margin:0 0 .4rem;letter-spacing:-.02em}"
  "h2{font-size:1.35rem;margin:0 0 .3rem}"
  "p{margin:.3rem 0 .9rem;max-width:44rem}"
  ".dim{color:var(--dim)}"
  "section{background:var(--card);border:1px solid var(--line);border-radius:14px;"
  "padding:1.4rem 1.6rem;margin:1.2rem 0}"
  "img{max-width:100%;height:auto;display:block;border-radius:6px}"
  ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:1.2rem}"
  ".three{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1.2rem}"
  ".wide{overflow-x:auto}.wide img{max-width:none}"
  "figure{margin:0}figcaption{color:var(--dim);font-size:.92rem;margin-top:.4rem}"
  ".facts{display:flex;flex-wrap:wrap;gap:.9rem 2.6rem;margin:1.3rem 0 0;padding:0;list-style:none}"
  ".facts b{display:block;font-size:1.75rem;font-variant-numeric:tabular-nums;line-height:1.2}"
  ".facts span{color:var(--dim);font-size:.95rem}"
  "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
  "th,td{padding:.5rem .7rem;text-align:right;border-bottom:1px solid var(--line)}"
  "th:first-child,td:first-child{text-align:left}"
  "thead th{color:var(--dim);font-weight:600}"
  ".good{color:var(--good);font-weight:700}"
  "code{font-size:.95em}"
  "footer{color:var(--dim);font-size:.92rem;margin-top:2rem}";

static void
add (Report     *report,
     const char *format,
     ...) G_GNUC_PRINTF (2, 3);

/* Formats with every argument escaped for HTML. */
static void
add (Report     *report,
     const char *format,
     ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (report->html, text);
}

/* Built-in classes have names in the user's language; others are the user's own. */
static const char *
class_title (Report *report,
             gint    k)
{
  const char *name = report->found->model->classes[k];

  gboolean builtin = g_str_has_prefix (report->found->data_name, "builtin:");

  return builtin && name[0] != '\0' ? _(name) : name;
}

static char *
data_uri (Report          *report,
          cairo_surface_t *surface)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *base64 = NULL;
  gsize length;
  const guchar *data;

  bytes = cvr_cli_png (surface, report->error == NULL ? &report->error : NULL);
  g_clear_pointer (&surface, cairo_surface_destroy);
  if (bytes == NULL)
    return g_strdup ("");

  data = g_bytes_get_data (bytes, &length);
  base64 = g_base64_encode (data, length);

  return g_strconcat ("data:image/png;base64,", base64, NULL);
}

/* One picture that follows the reader's colour scheme; @zoom: device pixels for one of the page. */
static void
add_picture (Report     *report,
             DrawFunc    draw,
             gsize       which,
             double      zoom,
             const char *description)
{
  CvrTheme light = cvr_paint_theme (FALSE, FALSE), dark = cvr_paint_theme (TRUE, FALSE);
  cairo_surface_t *surface = draw (report, which, &light);
  int width = surface != NULL ? (int) (cairo_image_surface_get_width (surface) / zoom) : 0;
  g_autofree char *light_uri = data_uri (report, surface);
  g_autofree char *dark_uri = data_uri (report, draw (report, which, &dark));

  g_string_append_printf (report->html,
                          "<picture><source media=\"(prefers-color-scheme: dark)\" "
                          "srcset=\"%s\"/><img src=\"%s\" width=\"%d\"",
                          dark_uri, light_uri, width);
  add (report, " alt=\"%s\"/></picture>\n", description);
}

static cairo_t *
canvas_new (double          width,
            double          height,
            const CvrTheme *theme)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (width * 2),
                                                         (int) (height * 2));
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, 2, 2);
  cr = cairo_create (surface);
  cairo_surface_destroy (surface);
  cairo_set_source_rgb (cr, theme->paper.red, theme->paper.green, theme->paper.blue);
  cairo_paint (cr);

  return cr;
}

static cairo_surface_t *
canvas_end (cairo_t *cr)
{
  cairo_surface_t *surface = cairo_surface_reference (cairo_get_target (cr));

  cairo_destroy (cr);

  return surface;
}

/* Some pictures of each class, a column for each of at most twelve. */
static cairo_surface_t *
draw_samples (Report         *report,
              gsize           n_each,
              const CvrTheme *theme)
{
  CvrDataset *dataset = report->found->dataset;
  guint n_classes = MIN (cvr_dataset_n_classes (dataset), 12);
  g_autofree cairo_surface_t **tiles = g_new0 (cairo_surface_t *, n_classes * n_each);
  g_autofree guint *filled = g_new0 (guint, n_classes);
  cairo_surface_t *sheet;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (CvrImage) image = NULL;

      if (item->label < 0 || item->label >= (gint) n_classes || filled[item->label] == n_each)
        continue;
      image = cvr_picture_read (item->picture, NULL);
      if (image != NULL)
        tiles[filled[item->label]++ * n_classes + (guint) item->label] =
          cvr_paint_pixels (image->data, image->channels, image->width, image->height,
                            MAX (1, 112 / MAX (MAX (image->width, image->height), 1)));
    }
  sheet = cvr_paint_tiles (tiles, n_classes * (guint) n_each, n_classes, 8, theme);
  for (guint i = 0; i < n_classes * n_each; i++)
    g_clear_pointer (&tiles[i], cairo_surface_destroy);

  return sheet;
}

static CvrCurvePoint *
curve_points (CvrHistory *history,
              CvrSeries   series,
              guint      *n)
{
  guint n_buckets;
  const CvrBucket *buckets = cvr_history_series (history, series, &n_buckets);
  CvrCurvePoint *points = g_new0 (CvrCurvePoint, MAX (n_buckets, 1));

  *n = 0;
  for (guint i = 0; i < n_buckets; i++)
    if (buckets[i].count > 0)
      points[(*n)++] = (CvrCurvePoint) { buckets[i].x, buckets[i].min, buckets[i].max,
                                         buckets[i].mean };

  return points;
}

static CvrCurvePoint *
epoch_points (CvrHistory *history,
              gboolean    accuracy,
              guint      *n)
{
  const CvrEpochRow *rows = cvr_history_epochs (history, n);
  CvrCurvePoint *points = g_new0 (CvrCurvePoint, MAX (*n, 1));

  for (guint i = 0; i < *n; i++)
    {
      double value = accuracy ? rows[i].val_accuracy : rows[i].val_loss;

      points[i] = (CvrCurvePoint) { rows[i].epoch, value, value, value };
    }

  return points;
}

/* @which 0: loss, 1: accuracy. */
static cairo_surface_t *
draw_chart (Report         *report,
            gsize           which,
            const CvrTheme *theme)
{
  CvrHistory *history = report->found->history;
  guint n_steps, n_epochs;
  CvrSeries series = which == 0 ? CVR_SERIES_LOSS : CVR_SERIES_ACCURACY;
  g_autofree CvrCurvePoint *steps = curve_points (history, series, &n_steps);
  g_autofree CvrCurvePoint *epochs = epoch_points (history, which == 1, &n_epochs);
  const CvrCurve curves[] = { { steps, n_steps, theme->training, FALSE, _("Training") },
                              { epochs, n_epochs, theme->validation, TRUE, _("Validation") } };
  CvrChart chart = { .curves = curves, .n_curves = 2, .x_max = report->found->n_epochs,
                     .y_min = NAN, .y_max = NAN,
                     .percent = which == 1, .mark_x = report->found->run.best_epoch,
                     .mark_label = _("best"),
                     .x_label = _("Epoch"), .y_label = which == 0 ? _("Loss") : _("Right answers"),
                     .hover_x = NAN };
  cairo_t *cr = canvas_new (460, 280, theme);

  cvr_paint_chart (cr, 460, 280, &chart, theme);

  return canvas_end (cr);
}

static cairo_surface_t *
draw_filters (Report         *report,
              gsize           which,
              const CvrTheme *theme)
{
  return cvr_cli_draw_filters (report->found->model,
                               cvr_cli_first_conv (report->found->model->graph), theme, NULL);
}

static cairo_surface_t *
draw_maps (Report         *report,
           gsize           which,
           const CvrTheme *theme)
{
  g_autoptr (CvrMaps) maps = cvr_maps_compute (report->found->model,
                                               report->found->reasons[0].image,
                                               cvr_cli_workers (report->cli), NULL);

  return maps != NULL ? cvr_cli_draw_maps (maps, cvr_cli_first_conv (report->found->model->graph),
                                           32, theme) : NULL;
}

static cairo_surface_t *
draw_network (Report         *report,
              gsize           which,
              const CvrTheme *theme)
{
  CvrModel *model = which == 0 ? report->found->model : report->found->pruned;

  return cvr_cli_draw_network (model->graph, 230, 2, theme);
}

static cairo_surface_t *
draw_matrix (Report         *report,
             gsize           which,
             const CvrTheme *theme)
{
  guint n = report->found->model->n_classes;
  g_autofree const char **titles = g_new0 (const char *, n);
  CvrMatrix matrix = { n, report->found->evaluation->confusion->counts, titles, -1, -1, -1, -1 };
  cairo_t *cr = canvas_new (600, 560, theme);

  for (guint k = 0; k < n; k++)
    titles[k] = class_title (report, (gint) k);
  cvr_paint_matrix (cr, 600, 560, &matrix, theme);

  return canvas_end (cr);
}

static cairo_surface_t *
draw_heat (Report         *report,
           gsize           which,
           const CvrTheme *theme)
{
  const CvrCliReason *reason = &report->found->reasons[which];

  return cvr_cli_draw_heat (report->found->model, reason->image, reason->heat, 280, theme);
}

static void
add_fact (Report     *report,
          const char *figure,
          const char *words)
{
  add (report, "<li><b>%s</b><span>%s</span></li>\n", figure, words);
}

static void
add_head (Report *report)
{
  const CvrCliFindings *found = report->found;
  const CvrCliVariant *last = &found->variants[CVR_CLI_N_VARIANTS - 1];
  g_autofree char *accuracy = cvr_words_percent (found->run.val_accuracy, found->run.n_valid);
  g_autofree char *small_accuracy = cvr_words_percent (last->measure.accuracy, last->measure.n);
  g_autofree char *time = cvr_words_time (found->run.seconds);
  g_autofree char *pictures = cvr_words_count (cvr_dataset_n_items (found->dataset));
  double left = found->variants[0].measure.bytes > 0
                  ? (double) last->measure.bytes / (double) found->variants[0].measure.bytes : 1;
  g_autofree char *smaller = cvr_words_percent (1 - left, 100);
  const char *language = C_("language code of the report", "en");

  add (report, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n",
       language);
  add (report,
       "<meta name=\"viewport\" content=\"width=device-width, "
       "initial-scale=1\"/>\n<title>%s</title>\n",
       _("Convisor: the first minute"));
  g_string_append_printf (report->html, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
  add (report, "<h1>%s</h1>\n", _("The first minute"));
  add (report, "<p class=\"dim\">%s</p>\n<ul class=\"facts\">\n",
       _("A convolutional network was trained, looked into, made smaller and exported on this "
         "computer."));
  add_fact (report, accuracy, _("of the validation pictures right"));
  add_fact (report, time, _("of training"));
  add_fact (report, pictures, _("pictures"));
  add_fact (report, smaller, _("smaller after pruning and 8 bits"));
  add_fact (report, small_accuracy, _("right with the small one"));
  g_string_append (report->html, "</ul>\n");
}

static void
add_data (Report *report)
{
  CvrDataset *dataset = report->found->dataset;
  g_autoptr (GString) classes = g_string_new (NULL);
  g_autofree char *sentence = NULL;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (classes, "%s%s", k > 0 ? ", " : "", class_title (report, (gint) k));
  sentence = g_strdup_printf (_("%u pictures to learn from, %u to validate on, %u classes: %s."),
                              report->found->run.n_train,
                              report->found->run.n_valid, cvr_dataset_n_classes (dataset),
                              classes->str);
  add (report, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", _("The pictures"), sentence);
  add_picture (report, draw_samples, 4, 1, _("Some pictures of each class"));
  g_string_append (report->html, "</section>\n");
}

static void
add_training (Report *report)
{
  g_autofree char *reading = cvr_history_dup_reading (report->found->history,
                                                      report->found->n_epochs, FALSE);

  add (report, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"pair\">\n", _("Training"), reading);
  add_picture (report, draw_chart, 0, 2, _("Loss over the epochs, training and validation"));
  add_picture (report, draw_chart, 1, 2,
               _("Right answers over the epochs, training and validation"));
  g_string_append (report->html, "</div>\n</section>\n");
}

static void
add_network (Report *report)
{
  add (report, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"wide\">\n", _("The network"),
       _("As tall as the maps are high, as wide as there are channels; dark boxes hold what was "
         "learned."));
  add_picture (report, draw_network, 0, 2, _("The layers from the picture to the answer"));
  g_string_append (report->html, "</div>\n</section>\n");
}

static void
add_inside (Report *report)
{
  if (cvr_cli_first_conv (report->found->model->graph) == NN_NODE_NONE ||
      report->found->n_reasons == 0)
    return;

  add (report, "<section>\n<h2>%s</h2>\n<div class=\"pair\">\n<figure>\n", _("Inside"));
  add_picture (report, draw_filters, 0, 1, _("Filters of the first convolution"));
  add (report, "<figcaption>%s</figcaption>\n</figure>\n<figure>\n",
       _("The filters of the first convolution: blue weights take away, orange ones add."));
  add_picture (report, draw_maps, 0, 1, _("Maps of the first convolution for one picture"));
  add (report, "<figcaption>%s</figcaption>\n</figure>\n</div>\n</section>\n",
       _("What these filters make of one picture: dark is least, light is most."));
}

static void
add_mistakes (Report *report)
{
  g_autofree char *accuracy = cvr_words_percent (report->found->evaluation->accuracy,
                                                 report->found->evaluation->n);
  g_autofree char *sentence =
    g_strdup_printf (_("%s of %u validation pictures are right. A row is a true class, a column "
                       "an answer."),
                                               accuracy, report->found->evaluation->n);

  add (report, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", _("Right and wrong"), sentence);
  add_picture (report, draw_matrix, 0, 2, _("Confusion matrix"));
  g_string_append (report->html, "</section>\n");
}

static void
add_reasons (Report *report)
{
  add (report, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"three\">\n", _("Why?"),
       _("Grad-CAM shows what spoke for the answer: the lighter, the more."));
  for (guint i = 0; i < report->found->n_reasons; i++)
    {
      const CvrCliReason *reason = &report->found->reasons[i];
      g_autofree char *percent = cvr_words_percent (reason->p, 100);
      g_autofree char *caption = g_strdup_printf (_("Truth: %s. Answer: %s (%s)."),
                                                  class_title (report, reason->truth),
                                                  class_title (report, reason->answer), percent);

      g_string_append (report->html, "<figure>\n");
      add_picture (report, draw_heat, i, 1, caption);
      add (report, "<figcaption>%s %s</figcaption>\n</figure>\n", caption,
           reason->truth == reason->answer ? "✓" : "✗");
    }
  g_string_append (report->html, "</div>\n</section>\n");
}

static void
add_row (Report     *report,
         const char *name,
         char       *cells[CVR_CLI_N_VARIANTS])
{
  add (report, "<tr><td>%s</td>", name);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    {
      add (report, "<td>%s</td>", cells[i]);
      g_clear_pointer (&cells[i], g_free);
    }
  g_string_append (report->html, "</tr>\n");
}

static void
add_compression (Report *report)
{
  const CvrCliVariant *v = report->found->variants;
  char *cells[CVR_CLI_N_VARIANTS];
  g_autofree char *percent = cvr_words_percent (0.5, 100);
  g_autofree char *sentence =
    g_strdup_printf (_("%s of the filters were taken out, and the weights that stayed were "
                       "rounded to 8 bits. Every figure was measured here, on %u validation "
                       "pictures."),
                                               percent, v[0].measure.n);

  add (report,
       "<section>\n<h2>%s</h2>\n<p>%s</p>\n<table>\n"
       "<thead><tr><th></th><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n<tbody>\n",
       _("Smaller"), sentence, _("trained"), _("pruned"), _("pruned, 8 bits"));
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = cvr_words_percent (v[i].measure.accuracy, v[i].measure.n);
  add_row (report, _("right answers"), cells);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = g_format_size (v[i].measure.bytes);
  add_row (report, _("size of the file"), cells);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = cvr_words_count (v[i].measure.n_values);
  add_row (report, _("weights"), cells);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = cvr_words_count (v[i].measure.flops);
  add_row (report, _("operations for one picture"), cells);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = g_strdup_printf (_("%.2f ms"), v[i].measure.ms);
  add_row (report, _("time for one picture"), cells);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    cells[i] = i == 0 ? g_strdup ("–") : cvr_words_count (v[i].n_changed);
  add_row (report, _("answers that changed"), cells);
  add (report, "</tbody>\n</table>\n<p class=\"dim\">%s</p>\n<div class=\"wide\">\n",
       _("Arithmetic with 8 bits is simulated here: the answers are those of 8 bits, the time is "
         "not."));
  add_picture (report, draw_network, 1, 2, _("The layers of the pruned network"));
  g_string_append (report->html, "</div>\n</section>\n");
}

static void
add_export (Report *report)
{
  add (report,
       "<section>\n<h2>%s</h2>\n<p>%s</p>\n<table>\n"
       "<thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n<tbody>\n",
       _("The files, and their proof"),
       _("Each model was written as ONNX, read again from the disk, and both answered the "
         "validation pictures."), _("file"),
       _("same answers"), _("largest difference"));
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    {
      const CvrCliVariant *variant = &report->found->variants[i];
      g_autofree char *name = g_path_get_basename (variant->path);
      g_autofree char *agree = g_strdup_printf (_("%u of %u"), variant->proof.agree,
                                                variant->proof.of);
      gboolean all = variant->proof.agree == variant->proof.of;

      add (report, "<tr><td><code>%s</code></td><td%s", name, "");
      g_string_append (report->html, all ? " class=\"good\">" : ">");
      add (report, "%s%s</td><td>%.2g</td></tr>\n", agree, all ? " ✓" : "",
           variant->proof.largest_difference);
    }
  g_string_append (report->html, "</tbody>\n</table>\n</section>\n");
}

static void
add_foot (Report *report)
{
  g_autofree char *time = cvr_words_time (report->found->seconds);
  g_autofree char *sentence =
    g_strdup_printf (_("Made by Convisor %s in %s with the data %s and seed %lld: the same seed "
                       "gives the same network."),
                                               CVR_VERSION, time, report->found->data_name,
                                               (long long) report->cli->seed);

  add (report, "<footer>%s</footer>\n</main>\n</body>\n</html>\n", sentence);
}

char *
cvr_cli_report (CvrCli               *cli,
                const CvrCliFindings *findings,
                GError              **error)
{
  Report report = { cli, findings, g_string_new (NULL), NULL };

  add_head (&report);
  add_data (&report);
  add_training (&report);
  add_network (&report);
  add_inside (&report);
  add_mistakes (&report);
  add_reasons (&report);
  add_compression (&report);
  add_export (&report);
  add_foot (&report);
  if (report.error == NULL)
    return g_string_free (report.html, FALSE);

  g_propagate_error (error, report.error);
  g_string_free (report.html, TRUE);

  return NULL;
}
