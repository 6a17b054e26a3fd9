/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which network a training begins with: a new one of the settings, or the project's own. */
#include "cvr-project-private.h"

#include "cvr-json.h"
#include "cvr-run.h"

#include <glib/gi18n-lib.h>

/* A model that doesn't say what it was trained as is called like its file from then on. */
static CvrModel *
with_name (CvrModel   *model,
           const char *name)
{
  g_autofree char *utf8 = g_utf8_make_valid (name, -1);
  g_autoptr (GString) record = g_string_new ("{");

  if (model->training != NULL)
    return cvr_model_ref (model);

  cvr_json_add_string (record, "arch", utf8);
  g_string_append_c (record, '}');

  return cvr_model_new (model->graph, model->params, (const char *const *) model->classes,
                        &model->preprocess, record->str);
}

/**
 * cvr_project_open_model:
 * @name: the file's name, without its folders
 *
 * One undoable action. The project takes its own reference of @model.
 */
void
cvr_project_open_model (CvrProject *self,
                        CvrModel   *model,
                        const char *name)
{
  g_autoptr (CvrModel) named = NULL;

  g_return_if_fail (CVR_IS_PROJECT (self) && model != NULL && name != NULL);

  named = with_name (model, name);
  cvr_project_change_model (self, named, name);
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

/* Not where it is another network than the one that the settings name. */
static gboolean
is_of_settings (CvrProject *self)
{
  g_autofree char *arch = NULL;

  if (self->model == NULL || cvr_project_model_is_stale (self))
    return FALSE;

  arch = cvr_run_dup_arch_of (self->model);

  return g_str_equal (arch, self->settings.arch);
}

NnGraph *
cvr_project_get_shown_graph (CvrProject *self,
                             GError    **error)
{
  g_return_val_if_fail (CVR_IS_PROJECT (self), NULL);

  if (cvr_project_goes_on (self) || is_of_settings (self))
    return self->model->graph;

  return cvr_project_get_graph (self, error);
}
