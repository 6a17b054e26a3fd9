/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training does with the network that the project has, in words. */
#include "cvr-going-on.h"

#include <glib/gi18n-lib.h>

/* Whether the last layer answers with other kinds than those in use.
 * @n_classes: (out): how many these are */
static gboolean
needs_new_head (CvrModel   *model,
                CvrDataset *dataset,
                guint      *n_classes)
{
  gboolean differs = FALSE;
  guint n = 0;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      if (cvr_dataset_class (dataset, k)->off)
        continue;
      differs |= n >= model->n_classes ||
                 !g_str_equal (model->classes[n], cvr_dataset_class_name (dataset, k));
      n++;
    }
  *n_classes = n;

  return differs || n != model->n_classes;
}

/**
 * cvr_going_on_dup_sentence:
 *
 * Returns: (transfer full): what training will do with the project's own network, as a sentence;
 * NULL where it begins with a new one. Main thread.
 */
char *
cvr_going_on_dup_sentence (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  g_autofree char *name = cvr_project_dup_model_name (project);
  CvrModel *model = cvr_project_get_model (project);
  gboolean number = cvr_project_get_settings (project)->predicts == CVR_PREDICTS_NUMBER;
  guint n_classes;

  if (!cvr_project_goes_on (project))
    return NULL;
  if (number && model->n_classes != 1)
    return g_strdup_printf (
      _("Training goes on with %s; its last layer is made new to answer with a number."), name);
  if (number || !needs_new_head (model, dataset, &n_classes))
    /* Translators: network's name. */
    return g_strdup_printf (_("Training goes on with %s as it is now."), name);

  /* Translators: %1$s is the network's name, %2$u the number of kinds. */
  return g_strdup_printf (
    ngettext ("Training goes on with %1$s; its last layer is made new for %2$u class.",
              "Training goes on with %1$s; its last layer is made new for %2$u classes.",
              n_classes),
    name, n_classes);
}
