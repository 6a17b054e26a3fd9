/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of `demo`: one HTML file with its pictures inside, in both colour schemes, that opens
 * anywhere and offline. Well-formed as XML too. */
#include "config.h"
#include "cvr-cli-report.h"

#include "cvr-html.h"
#include "cvr-report-draw.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

/* A report being written. */
typedef struct
{
  CvrCli               *cli;
  const CvrCliFindings *found;
  CvrHtml               html;
} Report;

/* Built-in classes have names in the user's language; others are the user's own. */
static const char *
class_title (Report *report,
             gint    k)
{
  const char *name = report->found->model->classes[k];

  gboolean builtin = g_str_has_prefix (report->found->data_name, "builtin:");

  return builtin && name[0] != '\0' ? _(name) : name;
}

/* Some pictures of each class, a column for each of at most twelve. */
static cairo_surface_t *
draw_samples (gpointer        data,
              gsize           n_each,
              const CvrTheme *theme)
{
  Report *report = data;
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

/* @which 0: loss, 1: accuracy. */
static cairo_surface_t *
draw_chart (gpointer        data,
            gsize           which,
            const CvrTheme *theme)
{
  const CvrCliFindings *found = ((Report *) data)->found;
  cairo_t *cr = cvr_html_canvas (460, 280, theme);

  cvr_report_paint_curves (cr, 460, 280, found->history, found->run.best_epoch, which == 1, theme);

  return cvr_html_canvas_end (cr);
}

static cairo_surface_t *
draw_filters (gpointer        data,
              gsize           which,
              const CvrTheme *theme)
{
  Report *report = data;
  return cvr_cli_draw_filters (report->found->model,
                               cvr_cli_first_conv (report->found->model->graph), theme, NULL);
}

static cairo_surface_t *
draw_maps (gpointer        data,
           gsize           which,
           const CvrTheme *theme)
{
  Report *report = data;
  g_autoptr (CvrMaps) maps = cvr_maps_compute (report->found->model,
                                               report->found->reasons[0].image,
                                               cvr_cli_workers (report->cli), NULL);

  return maps != NULL ? cvr_cli_draw_maps (maps, cvr_cli_first_conv (report->found->model->graph),
                                           32, theme) : NULL;
}

static cairo_surface_t *
draw_network (gpointer        data,
              gsize           which,
              const CvrTheme *theme)
{
  Report *report = data;
  CvrModel *model = which == 0 ? report->found->model : report->found->pruned;

  return cvr_cli_draw_network (model->graph, 230, 2, theme);
}

static cairo_surface_t *
draw_matrix (gpointer        data,
             gsize           which,
             const CvrTheme *theme)
{
  Report *report = data;
  guint n = report->found->model->n_classes;
  g_autofree const char **titles = g_new0 (const char *, n);
  cairo_t *cr = cvr_html_canvas (600, 560, theme);

  for (guint k = 0; k < n; k++)
    titles[k] = class_title (report, (gint) k);
  cvr_report_paint_matrix (cr, 600, 560, report->found->evaluation, titles, theme);

  return cvr_html_canvas_end (cr);
}

static cairo_surface_t *
draw_heat (gpointer        data,
           gsize           which,
           const CvrTheme *theme)
{
  Report *report = data;
  const CvrCliReason *reason = &report->found->reasons[which];

  return cvr_cli_draw_heat (report->found->model, reason->image, reason->heat, 280, theme);
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

  cvr_html_begin (&report->html, _("Convisor: the first minute"));
  cvr_html_add (&report->html, "<h1>%s</h1>\n", _("The first minute"));
  cvr_html_add (&report->html, "<p class=\"dim\">%s</p>\n<ul class=\"facts\">\n",
                _("A convolutional network was trained, looked into, made smaller and exported on "
                  "this computer."));
  cvr_html_fact (&report->html, accuracy, _("of the validation pictures right"));
  cvr_html_fact (&report->html, time, _("of training"));
  cvr_html_fact (&report->html, pictures, _("pictures"));
  cvr_html_fact (&report->html, smaller, _("smaller after pruning and 8 bits"));
  cvr_html_fact (&report->html, small_accuracy, _("right with the small one"));
  g_string_append (report->html.text, "</ul>\n");
}

static void
add_data (Report *report)
{
  CvrDataset *dataset = report->found->dataset;
  g_autoptr (GString) classes = g_string_new (NULL);
  g_autofree char *sentence = NULL;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (classes, "%s%s", k > 0 ? ", " : "", class_title (report, (gint) k));
  sentence = g_strdup_printf (_("%'u pictures to learn from, %'u to validate on, %u classes: %s."),
                              report->found->run.n_train,
                              report->found->run.n_valid, cvr_dataset_n_classes (dataset),
                              classes->str);
  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", _("The pictures"), sentence);
  cvr_html_picture (&report->html, draw_samples, report, 4, 1, _("Some pictures of each class"));
  g_string_append (report->html.text, "</section>\n");
}

static void
add_training (Report *report)
{
  g_autofree char *reading = cvr_history_dup_reading (report->found->history,
                                                      report->found->n_epochs, FALSE);

  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"pair\">\n",
                _("Training"), reading);
  cvr_html_figure (&report->html, _("Loss"), draw_chart, report, 0, 2,
                   _("Loss over the epochs, training and validation"));
  cvr_html_figure (&report->html, _("Right answers"), draw_chart, report, 1, 2,
                   _("Right answers over the epochs, training and validation"));
  g_string_append (report->html.text, "</div>\n</section>\n");
}

static void
add_network (Report *report)
{
  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"wide\">\n",
                _("The network"),
                _("As tall as the maps are high, as wide as there are channels; dark boxes hold "
                  "what was learned."));
  cvr_html_picture (&report->html, draw_network, report, 0, 2,
                    _("The layers from the picture to the answer"));
  g_string_append (report->html.text, "</div>\n</section>\n");
}

static void
add_inside (Report *report)
{
  if (cvr_cli_first_conv (report->found->model->graph) == NN_NODE_NONE ||
      report->found->n_reasons == 0)
    return;

  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<div class=\"pair\">\n<figure>\n",
                _("Inside"));
  cvr_html_picture (&report->html, draw_filters, report, 0, 1,
                    _("Filters of the first convolution"));
  cvr_html_add (&report->html, "<figcaption>%s</figcaption>\n</figure>\n<figure>\n",
                _("The filters of the first convolution: blue weights take away, orange ones "
                  "add."));
  cvr_html_picture (&report->html, draw_maps, report, 0, 1,
                    _("Maps of the first convolution for one picture"));
  cvr_html_add (&report->html, "<figcaption>%s</figcaption>\n</figure>\n</div>\n</section>\n",
                _("What these filters make of one picture: dark is least, light is most."));
}

static void
add_mistakes (Report *report)
{
  g_autofree char *accuracy = cvr_words_percent (report->found->evaluation->accuracy,
                                                 report->found->evaluation->n);
  g_autofree char *sentence =
    g_strdup_printf (_("%s of %'u validation pictures are right. A row is a true class, a column "
                       "an answer."),
                                               accuracy, report->found->evaluation->n);

  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<p>%s</p>\n", _("Right and wrong"),
                sentence);
  cvr_html_picture (&report->html, draw_matrix, report, 0, 2, _("Confusion matrix"));
  g_string_append (report->html.text, "</section>\n");
}

static void
add_reasons (Report *report)
{
  cvr_html_add (&report->html, "<section>\n<h2>%s</h2>\n<p>%s</p>\n<div class=\"three\">\n",
                _("Why?"), _("Grad-CAM shows what spoke for the answer: the lighter, the more."));
  for (guint i = 0; i < report->found->n_reasons; i++)
    {
      const CvrCliReason *reason = &report->found->reasons[i];
      g_autofree char *percent = cvr_words_percent (reason->p, 100);
      g_autofree char *caption = g_strdup_printf (_("Truth: %s. Answer: %s (%s)."),
                                                  class_title (report, reason->truth),
                                                  class_title (report, reason->answer), percent);

      g_string_append (report->html.text, "<figure>\n");
      cvr_html_picture (&report->html, draw_heat, report, i, 1, caption);
      cvr_html_add (&report->html, "<figcaption>%s %s</figcaption>\n</figure>\n", caption,
                    reason->truth == reason->answer ? "✓" : "✗");
    }
  g_string_append (report->html.text, "</div>\n</section>\n");
}

static void
add_row (Report     *report,
         const char *name,
         char       *cells[CVR_CLI_N_VARIANTS])
{
  cvr_html_add (&report->html, "<tr><td>%s</td>", name);
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    {
      cvr_html_add (&report->html, "<td>%s</td>", cells[i]);
      g_clear_pointer (&cells[i], g_free);
    }
  g_string_append (report->html.text, "</tr>\n");
}

static void
add_compression (Report *report)
{
  const CvrCliVariant *v = report->found->variants;
  char *cells[CVR_CLI_N_VARIANTS];
  g_autofree char *percent = cvr_words_percent (0.5, 100);
  g_autofree char *sentence =
    g_strdup_printf (_("%s of the filters were taken out, and the weights that stayed were "
                       "rounded to 8 bits. Every figure was measured here, on %'u validation "
                       "pictures."),
                                               percent, v[0].measure.n);

  cvr_html_add (&report->html,
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
  cvr_html_add (&report->html,
                "</tbody>\n</table>\n<p class=\"dim\">%s</p>\n<div class=\"wide\">\n",
                _("Arithmetic with 8 bits is simulated here: the answers are those of 8 bits, the "
                  "time is not."));
  cvr_html_picture (&report->html, draw_network, report, 1, 2,
                    _("The layers of the pruned network"));
  g_string_append (report->html.text, "</div>\n</section>\n");
}

static void
add_export (Report *report)
{
  cvr_html_add (&report->html,
                "<section>\n<h2>%s</h2>\n<p>%s</p>\n<table>\n"
                "<thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead>\n<tbody>\n",
                _("The files, and their proof"),
                _("Each model was written as ONNX, read again from the disk, and both answered the "
                  "validation pictures."), _("file"), _("same answers"), _("largest difference"));
  for (guint i = 0; i < CVR_CLI_N_VARIANTS; i++)
    {
      const CvrCliVariant *variant = &report->found->variants[i];
      g_autofree char *name = g_path_get_basename (variant->path);
      g_autofree char *agree = g_strdup_printf (_("%'u of %'u"), variant->proof.agree,
                                                variant->proof.of);
      gboolean all = variant->proof.agree == variant->proof.of;

      cvr_html_add (&report->html, "<tr><td><code>%s</code></td><td%s", name, "");
      g_string_append (report->html.text, all ? " class=\"good\">" : ">");
      cvr_html_add (&report->html, "%s%s</td><td>%.2g</td></tr>\n", agree, all ? " ✓" : "",
                    variant->proof.largest_difference);
    }
  g_string_append (report->html.text, "</tbody>\n</table>\n</section>\n");
}

char *
cvr_cli_report (CvrCli               *cli,
                const CvrCliFindings *findings,
                GError              **error)
{
  Report report = { .cli = cli, .found = findings };
  g_autofree char *time = cvr_words_time (findings->seconds);
  g_autofree char *foot =
    g_strdup_printf (_("Made by Convisor %s in %s with the data %s and seed %lld: the same seed "
                       "gives the same network."),
                     CVR_VERSION, time, findings->data_name, (long long) cli->seed);

  add_head (&report);
  add_data (&report);
  add_training (&report);
  add_network (&report);
  add_inside (&report);
  add_mistakes (&report);
  add_reasons (&report);
  add_compression (&report);
  add_export (&report);

  return cvr_html_end (&report.html, foot, error);
}
