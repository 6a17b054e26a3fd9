/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `bench`: how fast the reference networks train and answer on this machine. */
#include "cvr-cli.h"

#include "cvr-bench.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What --only names, in the order in which it is measured. */
typedef enum
{
  MEASURE_MEMORY,
  MEASURE_TRAIN,
  MEASURE_INFER,
  MEASURE_ONE,
  MEASURE_INT8,
  MEASURE_SGEMM,
  N_MEASURES,
} Measure;

static const char *const measure_names[N_MEASURES + 1] = {
  "memory", "train", "infer", "one", "int8", "sgemm", NULL,
};

/* NaN: not measured. */
typedef struct
{
  double train, infer, latency, int8, int8_latency, sgemm, peak_mb;
  double train_fraction, infer_fraction;
} Figures;

typedef struct
{
  char   **nets;
  char    *only;
  char    *write_onnx;
  gint     batch;
  double   seconds;
  gboolean int8;
  gboolean train_only;
  gboolean wanted[N_MEASURES];
} Options;

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->nets, g_strfreev);
  g_clear_pointer (&options->only, g_free);
  g_clear_pointer (&options->write_onnx, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static CvrBench
bench_of (CvrCli        *cli,
          const Options *options,
          const char    *net)
{
  return (CvrBench) { net, (guint) options->batch, options->seconds, (guint64) cli->seed,
                      cvr_cli_workers (cli), cvr_cli_keep_going, cli };
}

/* The program itself, only training: a process whose memory nothing else has grown. */
static gboolean
measure_memory (CvrCli         *cli,
                const CvrBench *bench,
                double         *megabytes,
                GError        **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *batch = g_strdup_printf ("%u", bench->batch);
  g_autofree char *threads = g_strdup_printf ("%u", nn_workers_n_threads (bench->workers));
  g_autofree char *seed = g_strdup_printf ("%llu", (unsigned long long) bench->seed);
  g_autofree char *out = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (JsonObject) answer = NULL;

  *megabytes = NAN;
  if (program == NULL)
    return TRUE;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, error, program, "bench", "--train-only",
                            "--net", bench->net, "--batch", batch, "--threads", threads, "--seed",
                            seed, "--json", NULL);
  if (child == NULL ||
      !g_subprocess_communicate_utf8 (child, NULL, cvr_cli_stop_cancellable (cli->stop), &out, NULL,
                                      error) ||
      !g_subprocess_wait_check (child, NULL, error))
    return FALSE;

  answer = cvr_json_parse_object (out, "bench --train-only", error);
  return answer != NULL && cvr_json_get_double (answer, "train_peak_mb", megabytes, error);
}

static gboolean
measure (CvrCli         *cli,
         const CvrBench *bench,
         Measure         what,
         Figures        *figures,
         GError        **error)
{
  switch (what)
    {
    case MEASURE_MEMORY:
      return measure_memory (cli, bench, &figures->peak_mb, error);
    case MEASURE_TRAIN:
      return cvr_bench_train (bench, &figures->train, error);
    case MEASURE_INFER:
      return cvr_bench_infer (bench, FALSE, &figures->infer, error);
    case MEASURE_ONE:
      return cvr_bench_latency (bench, FALSE, &figures->latency, error);
    case MEASURE_INT8:
      return cvr_bench_infer (bench, TRUE, &figures->int8, error) &&
             cvr_bench_latency (bench, TRUE, &figures->int8_latency, error);
    case MEASURE_SGEMM:
      return cvr_bench_sgemm (bench, &figures->sgemm, error);
    case N_MEASURES:
      break;
    }

  g_return_val_if_reached (FALSE);
}

/* Counted work per second over the matrix product's: a training step is three forward passes. */
static gboolean
add_fractions (const CvrBench *bench,
               Figures        *figures,
               GError        **error)
{
  g_autoptr (CvrModel) model = cvr_bench_model (bench, FALSE, error);
  double work;

  if (model == NULL)
    return FALSE;

  work = (double) nn_graph_flops (model->graph) / 1e9;
  figures->train_fraction = 3 * work * figures->train / figures->sgemm;
  figures->infer_fraction = work * figures->infer / figures->sgemm;

  return TRUE;
}

/* Six digits are more than a time bears. */
static void
add_figure (GString    *event,
            const char *key,
            double      value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.6g", value);
  cvr_json_add_double (event, key, isfinite (value) ? g_ascii_strtod (text, NULL) : value);
}

static void
send_figures (CvrCli         *cli,
              const CvrBench *bench,
              const char     *name,
              const Figures  *figures)
{
  GString *event = cvr_cli_event (name);

  cvr_json_add_string (event, "net", bench->net);
  cvr_json_add_uint (event, "batch", bench->batch);
  cvr_json_add_uint (event, "threads", nn_workers_n_threads (bench->workers));
  add_figure (event, "train_images_per_s", figures->train);
  add_figure (event, "infer_images_per_s", figures->infer);
  add_figure (event, "latency_ms", figures->latency);
  add_figure (event, "int8_images_per_s", figures->int8);
  add_figure (event, "int8_latency_ms", figures->int8_latency);
  add_figure (event, "sgemm_gflops", figures->sgemm);
  add_figure (event, "train_fraction_of_sgemm", figures->train_fraction);
  add_figure (event, "infer_fraction_of_sgemm", figures->infer_fraction);
  add_figure (event, "train_peak_mb", figures->peak_mb);
  cvr_cli_send (cli, event);
}

/* Nothing for what was not measured. */
static void
print_row (CvrCli     *cli,
           const char *name,
           const char *label,
           double      value,
           int         digits,
           const char *unit)
{
  g_autofree char *left = cvr_cli_pad (label, 34);
  g_autofree char *number = g_strdup_printf ("%.*f", digits, value);
  g_autofree char *right = cvr_cli_pad (number, -12);
  g_autofree char *first = cvr_cli_pad (name, 10);
  g_autofree char *line = g_strdup_printf ("%s %s %s %s", first, left, right, unit);

  if (isfinite (value))
    cvr_cli_print (cli, "%s", g_strchomp (line));
}

static void
print_figures (CvrCli         *cli,
               const CvrBench *bench,
               const Figures  *figures)
{
  const char *net = bench->net;

  print_row (cli, net, _("training"), figures->train, 1, _("pictures per second"));
  print_row (cli, net, _("answering, float"), figures->infer, 1, _("pictures per second"));
  print_row (cli, net, _("answering, 8 bits"), figures->int8, 1, _("pictures per second"));
  print_row (cli, net, _("one picture, float"), figures->latency, 3, "ms");
  print_row (cli, net, _("one picture, 8 bits"), figures->int8_latency, 3, "ms");
  print_row (cli, net, _("matrix product"), figures->sgemm, 1, "GFLOP/s");
  print_row (cli, net, _("training, part of the product"), figures->train_fraction, 3, "");
  print_row (cli, net, _("answering, part of the product"), figures->infer_fraction, 3, "");
  print_row (cli, net, _("memory of a training process"), figures->peak_mb, 1, "MB");
}

static gboolean
run_net (CvrCli        *cli,
         const Options *options,
         const char    *net,
         const char    *event,
         GError       **error)
{
  CvrBench bench = bench_of (cli, options, net);
  Figures figures = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };

  for (guint i = 0; i < N_MEASURES; i++)
    {
      cvr_cli_progress (cli, i, N_MEASURES, net);
      if (options->wanted[i] && !measure (cli, &bench, i, &figures, error))
        return FALSE;
    }
  if (!add_fractions (&bench, &figures, error))
    return FALSE;

  send_figures (cli, &bench, event, &figures);
  print_figures (cli, &bench, &figures);

  return TRUE;
}

static gboolean
train_only (CvrCli        *cli,
            const Options *options,
            const char    *net,
            GError       **error)
{
  CvrBench bench = bench_of (cli, options, net);
  GString *event;
  double megabytes;

  if (!cvr_bench_train_memory (&bench, &megabytes, error))
    return FALSE;

  event = cvr_cli_event ("done");
  add_figure (event, "train_peak_mb", megabytes);
  cvr_cli_send (cli, event);
  print_row (cli, net, _("memory of a training process"), megabytes, 1, "MB");

  return TRUE;
}

static gboolean
write_onnx (CvrCli        *cli,
            const Options *options,
            const char    *net,
            GError       **error)
{
  CvrBench bench = bench_of (cli, options, net);
  g_autoptr (CvrModel) model = NULL;
  g_autofree char *bytes = NULL;
  GString *event;

  if (!cvr_cli_check_out (options->write_onnx, error))
    return FALSE;
  model = cvr_bench_model (&bench, options->int8, error);
  if (model == NULL || !cvr_model_save (model, options->write_onnx, error))
    return FALSE;

  event = cvr_cli_event ("done");
  cvr_json_add_string (event, "net", net);
  cvr_json_add_string (event, "out", options->write_onnx);
  cvr_json_add_uint (event, "bytes", cvr_cli_file_size (options->write_onnx));
  cvr_json_add_bool (event, "int8", options->int8);
  cvr_cli_send (cli, event);
  bytes = cvr_words_count (cvr_cli_file_size (options->write_onnx));
  cvr_cli_print (cli, _("Written: %s (%s bytes)"), options->write_onnx, bytes);

  return TRUE;
}

static gboolean
parse_only (Options *options,
            GError **error)
{
  g_auto (GStrv) parts = NULL;

  for (guint i = 0; i < N_MEASURES; i++)
    options->wanted[i] = options->only == NULL;
  if (options->only == NULL)
    return TRUE;

  parts = g_strsplit (options->only, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint found = 0;

      while (found < N_MEASURES && strcmp (measure_names[found], parts[i]) != 0)
        found++;
      if (found == N_MEASURES)
        {
          g_autofree char *known = g_strjoinv (", ", (char **) measure_names);

          return cvr_cli_usage (error, _("“%s” is nothing that can be measured. There is: %s."),
                                parts[i], known);
        }
      options->wanted[found] = TRUE;
    }

  return TRUE;
}

static gboolean
check_options (Options *options,
               GError **error)
{
  const char *const *known = cvr_bench_nets ();
  guint n_nets = options->nets != NULL ? g_strv_length (options->nets) : 0;

  for (guint i = 0; i < n_nets; i++)
    if (!g_strv_contains (known, options->nets[i]))
      {
        g_autofree char *names = g_strjoinv (", ", (char **) known);

        return cvr_cli_usage (error, _("There is no reference network “%s”. There is: %s."),
                              options->nets[i], names);
      }
  if (options->batch < 1 || options->batch > 4096)
    return cvr_cli_usage (error, _("%s is %d; it can be %d to %d."), "--batch", options->batch, 1,
                          4096);
  if (!(options->seconds > 0 && options->seconds <= 600))
    return cvr_cli_usage (error, _("%s is %g; it can be %g to %g."), "--seconds", options->seconds,
                          0.01, 600.0);
  if ((options->write_onnx != NULL || options->train_only) && n_nets != 1)
    return cvr_cli_usage (error, _("Which network? One --net is needed."));
  if (options->int8 && options->write_onnx == NULL)
    return cvr_cli_usage (error, _("--int8 says how --write-onnx writes; speeds are measured both "
                                   "ways."));

  return parse_only (options, error);
}

static gboolean
run_nets (CvrCli        *cli,
          const Options *options,
          GError       **error)
{
  const char *const *nets = options->nets != NULL ? (const char *const *) options->nets
                                                  : cvr_bench_nets ();
  guint n = g_strv_length ((char **) nets);
  GString *event;

  for (guint i = 0; i < n; i++)
    if (!run_net (cli, options, nets[i], n == 1 ? "done" : "net", error))
      return FALSE;
  if (n == 1)
    return TRUE;

  event = cvr_cli_event ("done");
  cvr_json_add_uint (event, "n", n);
  cvr_cli_send (cli, event);

  return TRUE;
}

gboolean
cvr_cli_bench (CvrCli  *cli,
               int      argc,
               char   **argv,
               GError **error)
{
  g_auto (Options) options = { .batch = 64, .seconds = 2 };
  const GOptionEntry entries[] = {
    { "net", 'n', 0, G_OPTION_ARG_STRING_ARRAY, &options.nets,
      N_("lenet5, seed64, vgg-mini or resnet20; may be repeated; default: all"), "NAME" },
    { "batch", 'b', 0, G_OPTION_ARG_INT, &options.batch, N_("Pictures per step; default 64"), "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds,
      N_("How long each rate is measured; default 2"), "S" },
    { "only", 0, 0, G_OPTION_ARG_STRING, &options.only,
      N_("Some of memory, train, infer, one, int8, sgemm; commas between them"), "LIST" },
    { "write-onnx", 0, 0, G_OPTION_ARG_FILENAME, &options.write_onnx,
      N_("Write the network instead, for other programs to measure"), "FILE" },
    { "int8", 0, 0, G_OPTION_ARG_NONE, &options.int8, N_("Write it rounded to 8 bits"), NULL },
    { "train-only", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options.train_only, NULL, NULL },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "bench [--net NAME] [--batch N] [--seconds S]\n"
                           "  convisor-cli bench --net NAME --write-onnx FILE [--int8]",
                      _("Measures how many pictures per second the reference networks train on and "
                        "answer, with random weights and pictures, the fastest fifth of the time "
                        "counting. The matrix product is a large one on the same threads."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) || !check_options (&options, error))
    return FALSE;

  if (options.write_onnx != NULL)
    return write_onnx (cli, &options, options.nets[0], error);
  if (options.train_only)
    return train_only (cli, &options, options.nets[0], error);

  return run_nets (cli, &options, error);
}
