/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the place of what an evaluation says while there is none. */
#include "cvr-unevaluated.h"

#include <glib/gi18n-lib.h>

struct _CvrUnevaluated
{
  AdwBin parent_instance;

  AdwStatusPage *page;
  GtkWidget     *spinner, *train;
};

G_DEFINE_FINAL_TYPE (CvrUnevaluated, cvr_unevaluated, ADW_TYPE_BIN)

static void
cvr_unevaluated_class_init (CvrUnevaluatedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-unevaluated.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrUnevaluated, page);
  gtk_widget_class_bind_template_child (widget_class, CvrUnevaluated, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrUnevaluated, train);
}

static void
cvr_unevaluated_init (CvrUnevaluated *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
say (CvrUnevaluated *self,
     const char     *title,
     const char     *description,
     gboolean        can_train)
{
  adw_status_page_set_title (self->page, title);
  adw_status_page_set_description (self->page, description);
  gtk_widget_set_visible (self->train, can_train);
  gtk_widget_set_visible (self->spinner, !can_train);
}

void
cvr_unevaluated_update (CvrUnevaluated *self,
                        CvrProject     *project,
                        const char     *later,
                        const char     *title,
                        const char     *first)
{
  CvrTraining *training;

  g_return_if_fail (CVR_IS_UNEVALUATED (self));

  training = cvr_project_get_training (project);
  if (cvr_project_is_evaluating (project))
    say (self, _("Checking…"), _("The network answers every picture that was kept unseen."), FALSE);
  else if (cvr_training_get_state (training) != CVR_TRAINING_IDLE)
    say (self, _("Still learning"), later, FALSE);
  else
    say (self, title, first, TRUE);
}
