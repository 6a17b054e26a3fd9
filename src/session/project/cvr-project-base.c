/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which network a training begins with: a new one of the settings, or the project's own. */
#include "cvr-project-private.h"

#include "cvr-json.h"
#include "cvr-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* "resnet18" of "resnet18.onnx", but never the name of one of our own networks. */
static char *
dup_title (const char *name)
{
  g_autofree char *utf8 = g_utf8_make_valid (name, -1);
  gsize n = strlen (utf8);
  char *title;

  if (n <= 5 || g_ascii_strcasecmp (utf8 + n - 5, ".onnx") != 0)
    return g_steal_pointer (&utf8);

  title = g_strndup (utf8, n - 5);
  if (nn_arch_find (title) == NULL)
    return title;

  g_free (title);
  return g_steal_pointer (&utf8);
}

/* A model that doesn't say what it was trained as is called like its file from then on. */
static CvrModel *
with_name (CvrModel   *model,
           const char *name)
{
  g_autoptr (GString) record = g_string_new ("{");

  if (model->training != NULL)
    return cvr_model_ref (model);

  cvr_json_add_string (record, "arch", name);
  g_string_append_c (record, '}');

  return cvr_model_new (model->graph, model->params, (const char *const *) model->classes,
                        &model->preprocess, record->str);
}

/**
 * cvr_project_open_model:
 * @name: the file's name, without its folders; what it is called from then on, without ".onnx"
 *
 * One undoable action. The project takes its own reference of @model.
 */
void
cvr_project_open_model (CvrProject *self,
                        CvrModel   *model,
                        const char *name)
{
  g_autofree char *title = NULL;
  g_autoptr (CvrModel) named = NULL;

  g_return_if_fail (CVR_IS_PROJECT (self) && model != NULL && name != NULL);

  title = dup_title (name);
  named = with_name (model, title);
  cvr_project_change_model (self, named, title);
}

char *
cvr_project_dup_model_name (CvrProject *self)
{
  g_autofree char *arch_name = NULL;
  const NnArch *arch;

  if (self->model == NULL)
    return NULL;
  if (self->settings.base[0] != '\0')
    return g_strdup (self->settings.base);

  arch_name = cvr_run_dup_arch_of (self->model);
  arch = nn_arch_find (arch_name);
  if (arch != NULL)
    return g_strdup (arch->title);

  return g_str_equal (arch_name, "imported") ? g_strdup (_("Own network"))
                                             : g_steal_pointer (&arch_name);
}

gboolean
cvr_project_goes_on (CvrProject *self)
{
  return self->model != NULL && self->settings.base[0] != '\0';
}

gboolean
cvr_project_takes_dropout (CvrProject *self)
{
  return !cvr_project_goes_on (self) || nn_graph_has_kind (self->model->graph, NN_OP_DROPOUT);
}

gboolean
cvr_project_get_base (CvrProject *self,
                      gboolean    unseen,
                      CvrModel  **base,
                      GError    **error)
{
  g_return_val_if_fail (CVR_IS_PROJECT (self), FALSE);

  *base = cvr_project_goes_on (self) ? self->model : NULL;
  if (*base == NULL || !unseen || self->trained == NULL)
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                       _("This network has learned from these pictures already: none of them would "
                         "be unseen. Open its file again, or choose a network that begins anew."));
  return FALSE;
}

gboolean
cvr_project_model_is_another (CvrProject *self)
{
  g_autofree char *arch = self->model != NULL ? cvr_run_dup_arch_of (self->model) : NULL;

  return arch != NULL && !cvr_project_goes_on (self) && !g_str_equal (arch, self->settings.arch);
}

NnGraph *
cvr_project_get_shown_graph (CvrProject *self,
                             GError    **error)
{
  g_return_val_if_fail (CVR_IS_PROJECT (self), NULL);

  if (cvr_project_goes_on (self) || (self->model != NULL && !cvr_project_model_is_stale (self)))
    return self->model->graph;

  return cvr_project_get_graph (self, error);
}
