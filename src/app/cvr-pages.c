/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the window in the order of the work, as one table. */
#include "cvr-pages.h"

#include "cvr-compress-page.h"
#include "cvr-export-page.h"
#include "cvr-images-page.h"
#include "cvr-inside-page.h"
#include "cvr-network-page.h"
#include "cvr-train-page.h"
#include "cvr-transport.h"
#include "cvr-try-page.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Each page's own typed functions behind the table's untyped ones. */
#define PAGE_FUNCS(Name, NAME, name)                              \
  static GtkWidget *                                              \
  name##_make (void)                                              \
  {                                                               \
    return g_object_new (CVR_TYPE_##NAME##_PAGE, NULL);           \
  }                                                               \
                                                                  \
  static void                                                     \
  name##_set_project (GtkWidget  *page,                           \
                      CvrProject *project)                        \
  {                                                               \
    cvr_##name##_page_set_project (CVR_##NAME##_PAGE (page), project); \
  }

PAGE_FUNCS (Images, IMAGES, images)
PAGE_FUNCS (Network, NETWORK, network)
PAGE_FUNCS (Train, TRAIN, train)
PAGE_FUNCS (Inside, INSIDE, inside)
PAGE_FUNCS (Compress, COMPRESS, compress)
PAGE_FUNCS (Try, TRY, try)
PAGE_FUNCS (Export, EXPORT, export)

static char *
images_line (CvrProject *project,
             GtkWidget  *page)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n = cvr_dataset_n_items (dataset);
  guint kinds = cvr_dataset_n_classes (dataset);
  g_autofree char *pictures = NULL;
  g_autofree char *classes = NULL;

  if (n == 0)
    return g_strdup (_("None yet"));

  pictures = g_strdup_printf ("%'u", n);
  classes = g_strdup_printf (ngettext ("%u class", "%u classes", kinds), kinds);

  /* Translators: number of pictures, then "10 classes". */
  return g_strdup_printf (_("%s · %s"), pictures, classes);
}

static gboolean
images_attention (CvrProject *project,
                  GtkWidget  *page)
{
  return cvr_dataset_n_classes (cvr_project_get_dataset (project)) < 2;
}

/* The trained network while it is what the settings mean, else the one that they mean. */
static char *
dup_network (CvrProject *project,
             gboolean    whole)
{
  NnGraph *graph = cvr_project_get_shown_graph (project, NULL);
  NnGraph *fresh = cvr_project_get_graph (project, NULL);
  const NnArch *arch = nn_arch_find (cvr_project_get_settings (project)->arch);
  const char *title = arch != NULL ? arch->title : _("Own network");
  gboolean goes_on = cvr_project_goes_on (project);
  g_autofree char *own = goes_on ? cvr_project_dup_model_name (project) : NULL;
  g_autofree char *parameters = NULL;
  int length;

  if (graph == NULL) /* without pictures it has no size yet */
    return g_strdup (title);
  if (own != NULL)
    title = own;
  else if (fresh == NULL || nn_graph_n_values (fresh) != nn_graph_n_values (graph))
    title = _("Own network");

  parameters = whole ? cvr_words_count (nn_graph_n_values (graph))
                     : cvr_words_short_count (nn_graph_n_values (graph));
  if (whole || !g_str_has_suffix (title, ".onnx"))
    /* Translators: network's name, then its number of parameters. */
    return g_strdup_printf (_("%s · %s"), title, parameters);
  length = (int) (strlen (title) - strlen (".onnx"));

  return g_strdup_printf ("%.*s · %s", length, title, parameters);
}

static char *
network_line (CvrProject *project,
              GtkWidget  *page)
{
  return dup_network (project, FALSE);
}

static char *
network_whole (CvrProject *project,
               GtkWidget  *page)
{
  return dup_network (project, TRUE);
}

static char *
train_line (CvrProject *project,
            GtkWidget  *page)
{
  CvrTraining *training = cvr_project_get_training (project);
  CvrEvaluation *evaluation = cvr_project_get_evaluation (project);
  guint n_epochs;
  const CvrEpochRow *epochs = cvr_history_epochs (cvr_training_get_history (training), &n_epochs);

  if (cvr_training_get_state (training) != CVR_TRAINING_IDLE)
    {
      if (n_epochs == 0)
        return g_strdup (_("Learning…"));
      return cvr_format_epoch (&epochs[n_epochs - 1]);
    }
  if (evaluation != NULL && evaluation->numbers != NULL)
    /* Translators: how far off the numbers are that it predicts. */
    return g_strdup_printf (_("± %.3g on average"), evaluation->numbers->scores.mae);
  if (evaluation != NULL && evaluation->n > 0)
    {
      g_autofree char *percent = cvr_words_percent (evaluation->accuracy, 0);

      return g_strdup_printf (_("%s right"), percent);
    }
  if (cvr_project_get_model (project) != NULL)
    return g_strdup (_("Trained"));

  return g_strdup (_("Not trained yet"));
}

static gboolean
train_attention (CvrProject *project,
                 GtkWidget  *page)
{
  return cvr_project_get_model (project) != NULL && cvr_project_model_is_stale (project)
         && cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_IDLE;
}

/* What can only be done with a trained network says so. */
static char *
dup_needs_model (CvrProject *project,
                 const char *ready)
{
  return g_strdup (cvr_project_get_live_model (project) != NULL ? ready : _("Train first"));
}

static char *
inside_line (CvrProject *project,
             GtkWidget  *page)
{
  return dup_needs_model (project, _("What each layer sees"));
}

static char *
compress_line (CvrProject *project,
               GtkWidget  *page)
{
  char *line = cvr_compress_page_dup_line (CVR_COMPRESS_PAGE (page));

  return line != NULL ? line : dup_needs_model (project, _("Smaller and faster"));
}

static char *
try_line (CvrProject *project,
          GtkWidget  *page)
{
  return dup_needs_model (project, _("Drop any picture"));
}

static char *
export_line (CvrProject *project,
             GtkWidget  *page)
{
  char *line = cvr_export_page_dup_line (CVR_EXPORT_PAGE (page));

  return line != NULL ? line : dup_needs_model (project, _("ONNX file"));
}

static const CvrPageInfo pages[] = {
  { "images", N_("Images"), "cvr-images-symbolic", images_make, images_set_project, images_line,
    images_attention },
  { "network", N_("Network"), "cvr-network-symbolic", network_make, network_set_project,
    network_line, NULL, network_whole },
  { "train", N_("Train"), "cvr-train-symbolic", train_make, train_set_project, train_line,
    train_attention },
  { "inside", N_("Inside"), "cvr-inside-symbolic", inside_make, inside_set_project, inside_line,
    NULL },
  { "compress", N_("Compress"), "cvr-compress-symbolic", compress_make, compress_set_project,
    compress_line, NULL },
  { "try", N_("Try"), "cvr-try-symbolic", try_make, try_set_project, try_line, NULL },
  { "export", N_("Export"), "cvr-export-symbolic", export_make, export_set_project, export_line,
    NULL },
};
G_STATIC_ASSERT (G_N_ELEMENTS (pages) == CVR_N_PAGES);

/**
 * cvr_pages:
 * @n_pages: (out): how many
 *
 * Returns: (transfer none): the table
 */
const CvrPageInfo *
cvr_pages (guint *n_pages)
{
  *n_pages = G_N_ELEMENTS (pages);
  return pages;
}

/**
 * cvr_page_find:
 * @id: (nullable): "images" …
 *
 * Returns: its place in the table, or −1
 */
gint
cvr_page_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_strcmp0 (pages[i].id, id) == 0)
      return (gint) i;

  return -1;
}
