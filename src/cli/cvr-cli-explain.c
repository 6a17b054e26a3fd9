/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `explain`: where a model looks in a picture. */
#include "cvr-cli-pictures.h"

#include <glib/gi18n-lib.h>

/* Unknown names are a usage error that lists what there is. */
static gboolean
parse_method (const char    *name,
              NnExplainKind *kind,
              GError       **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  if (nn_explain_parse (name, kind))
    return TRUE;

  for (guint i = 0; i < NN_N_EXPLAINS; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", nn_explain_name (i));

  return cvr_cli_usage (error, _("There is no method “%s”. There is: %s."), name, known->str);
}

static gboolean
parse_baseline (const char *name,
                NnBaseline *baseline,
                GError    **error)
{
  return nn_baseline_parse (name, baseline) ||
         cvr_cli_usage (error, _("There is no baseline “%s”. There is: black, mean, blurred."),
                        name);
}

static gboolean
set_amounts (NnExplainSpec *spec,
             gint           steps,
             gint           samples,
             GError       **error)
{
  enum { MOST = 100000 };

  if (steps < 0 || steps > MOST)
    return cvr_cli_usage (error, _("--steps %d is out of range: 1 to %d."), steps, MOST);
  if (samples < 0 || samples > MOST)
    return cvr_cli_usage (error, _("--samples %d is out of range: 1 to %d."), samples, MOST);
  if (!(spec->noise >= 0 && spec->noise <= 10))
    return cvr_cli_usage (error, _("--noise %g is out of range: 0 to 10."), spec->noise);

  spec->steps = (guint) steps;
  spec->samples = (guint) samples;

  return TRUE;
}

/* What a method tells besides its picture. */
static void
tell_facts (CvrCli              *cli,
            const NnExplanation *heat,
            GString             *event)
{
  if (heat->kind == NN_EXPLAIN_INTEGRATED)
    {
      double wanted = heat->value - heat->baseline_value;

      cvr_cli_print (cli,
                     _("The parts add up to %.4f; from the baseline to the picture the output "
                       "rises by %.4f."),
                     heat->sum, wanted);
      cvr_json_add_double (event, "sum", heat->sum);
      cvr_json_add_double (event, "rise", wanted);
      cvr_json_add_uint (event, "steps", heat->n_steps);
    }
  if ((heat->kind == NN_EXPLAIN_GUIDED || heat->kind == NN_EXPLAIN_DECONVNET))
    {
      if (heat->n_rectifiers == 0)
        cvr_cli_print (cli, "%s",
                       _("This network has no ReLU or its like: the picture shows the plain "
                         "gradient."));
      cvr_json_add_uint (event, "rectifiers", heat->n_rectifiers);
    }
}

static gboolean
explain (CvrCli              *cli,
         CvrModel            *model,
         CvrImage            *image,
         const NnExplainSpec *spec,
         const char          *out,
         GError             **error)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrWatch watch = { NULL, cvr_cli_keep_going, cli };
  g_autoptr (CvrPrediction) prediction = cvr_predict (model, image, cvr_cli_workers (cli), error);
  g_autoptr (NnExplanation) heat = NULL;
  g_autofree char *percent = NULL;
  cairo_surface_t *sheet;
  GString *event;
  gboolean written;

  if (prediction == NULL)
    return FALSE;
  heat = cvr_heat_compute (model, image, spec, cvr_cli_workers (cli), &watch, NULL, NULL, error);
  if (heat == NULL)
    return FALSE;

  sheet = cvr_cli_draw_heat (model, image, heat, 448, &theme);
  written = cvr_cli_write_png (out, sheet, error);
  g_clear_pointer (&sheet, cairo_surface_destroy);
  if (!written)
    return FALSE;

  percent = cvr_words_percent ((double) prediction->p[heat->target], 1000);
  cvr_cli_print (cli, _("What speaks for “%s” (%s), by %s: %s"), model->classes[heat->target],
                 percent, nn_explain_name (spec->kind), out);
  event = cvr_cli_event ("done");
  cvr_json_add_string (event, "method", nn_explain_name (spec->kind));
  cvr_json_add_string (event, "class", model->classes[heat->target]);
  cvr_json_add_float (event, "p", prediction->p[heat->target]);
  cvr_json_add_double (event, "value", heat->value);
  if (spec->kind == NN_EXPLAIN_INTEGRATED)
    cvr_json_add_string (event, "baseline", nn_baseline_name (spec->baseline));
  tell_facts (cli, heat, event);
  cvr_json_add_string (event, "out", out);
  cvr_cli_send (cli, event);

  return TRUE;
}

gboolean
cvr_cli_explain (CvrCli  *cli,
                 int      argc,
                 char   **argv,
                 GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *picture = NULL;
  g_autofree char *class = NULL;
  g_autofree char *method = NULL;
  g_autofree char *out = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrImage) image = NULL;
  g_autofree char *baseline = NULL;
  NnExplainSpec spec = { .target = -1, .layer = NN_NODE_NONE };
  gint steps = 0, samples = 0;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &path, N_("Model file"), "M.onnx" },
    { "image", 'i', 0, G_OPTION_ARG_FILENAME, &picture, N_("Picture"), "I" },
    { "class", 'c', 0, G_OPTION_ARG_FILENAME, &class,
      N_("Class to explain, by name or number; default: the answer"), "C" },
    { "method", 0, 0, G_OPTION_ARG_STRING, &method,
      N_("grad-cam (default), saliency, smoothgrad, integrated, guided, deconv or occlusion"),
      "NAME" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &steps,
      N_("integrated: points between baseline and picture; default: 64, or up to 576 until the "
         "parts add up"),
      "N" },
    { "baseline", 0, 0, G_OPTION_ARG_STRING, &baseline,
      N_("integrated: black (default), mean or blurred"), "NAME" },
    { "samples", 0, 0, G_OPTION_ARG_INT, &samples, N_("smoothgrad: noisy copies; default: 25"),
      "N" },
    { "noise", 0, 0, G_OPTION_ARG_DOUBLE, &spec.noise,
      N_("smoothgrad: noise as a share of the pixels' range; default: 0.15"), "F" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("Picture to write"), "P.png" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "explain --model M --image I --out P.png",
                      _("Writes the picture as the network sees it, and over it what spoke for a "
                        "class: from dark (nothing) to light (most)."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !cvr_cli_require (path, "--model", error) ||
      !cvr_cli_require (picture, "--image", error) || !cvr_cli_require (out, "--out", error) ||
      !parse_method (method != NULL ? method : "grad-cam", &spec.kind, error) ||
      !parse_baseline (baseline != NULL ? baseline : "black", &spec.baseline, error) ||
      !set_amounts (&spec, steps, samples, error) ||
      !cvr_cli_check_out (out, error))
    return FALSE;

  model = cvr_model_load (path, error);
  if (model == NULL)
    return FALSE;
  spec.seed = (guint64) cli->seed;
  if (class != NULL && (spec.target = cvr_cli_find_class (model, class, error)) < 0)
    return FALSE;
  image = cvr_cli_load_image (cli, picture, error);

  return image != NULL && explain (cli, model, image, &spec, out, error);
}
