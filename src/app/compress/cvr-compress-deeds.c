/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done with the compressed network: keep it, use it, go back, let it learn. */
#include "cvr-compress-deeds.h"

#include "cvr-flow.h"
#include "cvr-notebook.h"
#include "cvr-tooltip.h"
#include "cvr-variants-view.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrCompressDeeds
{
  AdwBin parent_instance;

  GtkStack       *stack;
  GtkLabel       *time_left;
  GtkButton      *keep, *use, *original, *tune, *cancel;
  GtkAdjustment  *epochs;
  GtkSpinner     *spinner;
  GtkProgressBar *progress;

  CvrProject     *project;     /* NULL: none, as the next */
  CvrCompression *compression;
  CvrJob         *tuning;      /* whose progress is shown; NULL: none */
};

G_DEFINE_FINAL_TYPE (CvrCompressDeeds, cvr_compress_deeds, ADW_TYPE_BIN)

enum { ORIGINAL, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_progress_cb (CvrCompressDeeds *self)
{
  double fraction;
  g_autofree char *message = NULL;

  g_object_get (self->tuning, "fraction", &fraction, "message", &message, NULL);
  if (fraction < 0)
    gtk_progress_bar_pulse (self->progress);
  else
    gtk_progress_bar_set_fraction (self->progress, MIN (fraction, 1));
  gtk_label_set_text (self->time_left, message);
}

static void
follow (CvrCompressDeeds *self,
        CvrJob           *tuning) /* (nullable) */
{
  if (self->tuning == tuning)
    return;
  if (self->tuning != NULL)
    g_signal_handlers_disconnect_by_data (self->tuning, self);
  g_set_object (&self->tuning, tuning);
  if (tuning == NULL)
    return;
  gtk_progress_bar_set_fraction (self->progress, 0);
  g_signal_connect_swapped (tuning, "notify::fraction", G_CALLBACK (show_progress_cb), self);
  g_signal_connect_swapped (tuning, "notify::message", G_CALLBACK (show_progress_cb), self);
}

/* The keyboard stays here when one set of buttons gives way to the other. */
static void
show_tuning (CvrCompressDeeds *self)
{
  CvrJob *tuning = cvr_compression_get_tuning (self->compression);
  GtkWidget *next = GTK_WIDGET (tuning != NULL ? self->cancel : self->tune);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean here = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));

  if (self->tuning == tuning)
    return;
  follow (self, tuning);
  gtk_stack_set_visible_child_name (self->stack, tuning != NULL ? "tuning" : "choose");
  if (here)
    gtk_widget_grab_focus (next);
}

static void
set_why_not (GtkButton  *button,
             const char *why_not, /* (nullable) */
             const char *what)
{
  gtk_widget_set_sensitive (GTK_WIDGET (button), why_not == NULL);
  cvr_tooltip_set (GTK_WIDGET (button), why_not != NULL ? why_not : what);
}

static void
show (CvrCompressDeeds *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);
  const char *occupation = cvr_compression_get_occupation (self->compression);
  gboolean touched = cvr_compress_spec_changes (cvr_compression_get_spec (self->compression));
  gboolean exact = cvr_compression_is_exact (self->compression);
  gboolean pictures = result != NULL && result->n_pictures > 0;
  const char *untouched = touched ? NULL : _("Move a slider first");
  const char *why_not = untouched != NULL ? untouched
                        : !exact          ? _("Wait until it has been measured on all pictures")
                                          : NULL;

  gtk_spinner_set_spinning (self->spinner, cvr_compression_is_working (self->compression));
  set_why_not (self->keep, why_not,
               _("Keeps the compressed network as a card beside the trainings, on the page Train"));
  set_why_not (self->use, why_not,
               _("Makes the compressed network the project's network: Inside, Try and Export show "
                 "it"));
  set_why_not (self->original, touched ? NULL : _("This is the untouched network"),
               _("Back to the untouched network"));
  set_why_not (self->tune,
               untouched != NULL ? untouched
               : !pictures       ? _("Label some pictures first: it learns from them")
                                 : occupation,
               _("Trains what is left of the network a little more, to win back accuracy"));
  show_tuning (self);
}

static void
keep_cb (CvrCompressDeeds *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);
  g_autofree char *what = cvr_variant_dup_words (&result->spec, result->pruned);
  CvrVariant variant = {
    .what = what,
    .accuracy = result->after.accuracy,
    .loss = result->after.loss,
    .n_valid = result->after.n,
    .bytes = result->after.bytes,
    .ms = result->after.ms,
  };

  if (cvr_notebook_keep_variant (cvr_project_get_notebook (self->project), result->model,
                                 &variant) != 0)
    cvr_toast_action (GTK_WIDGET (self), _("Kept in the notebook"), _("_Undo"), "win.undo");
}

static void
use_cb (CvrCompressDeeds *self)
{
  cvr_project_set_model (self->project, cvr_compression_get_result (self->compression)->model);
  cvr_toast_action (GTK_WIDGET (self), _("This is the project's network now"), _("_Undo"),
                    "win.undo");
}

static void
original_cb (CvrCompressDeeds *self)
{
  g_signal_emit (self, signals[ORIGINAL], 0);
}

static void
tune_cb (CvrCompressDeeds *self)
{
  cvr_compression_fine_tune (self->compression, (guint) gtk_adjustment_get_value (self->epochs));
}

static void
cancel_cb (CvrCompressDeeds *self)
{
  if (self->tuning != NULL)
    cvr_job_cancel (self->tuning);
}

static void
cvr_compress_deeds_dispose (GObject *object)
{
  CvrCompressDeeds *self = CVR_COMPRESS_DEEDS (object);

  cvr_compress_deeds_set_project (self, NULL, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_compress_deeds_parent_class)->dispose (object);
}

static void
cvr_compress_deeds_class_init (CvrCompressDeedsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_FLOW);
  G_OBJECT_CLASS (klass)->dispose = cvr_compress_deeds_dispose;
  signals[ORIGINAL] = g_signal_new ("original", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-deeds.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, time_left);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, keep);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, use);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, original);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, tune);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, cancel);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, epochs);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressDeeds, progress);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, original_cb);
  gtk_widget_class_bind_template_callback (widget_class, tune_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
cvr_compress_deeds_init (CvrCompressDeeds *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_compress_deeds_set_project (CvrCompressDeeds *self,
                                CvrProject       *project,
                                CvrCompression   *compression)
{
  g_return_if_fail (CVR_IS_COMPRESS_DEEDS (self));

  if (self->compression == compression)
    return;
  if (self->compression != NULL)
    g_signal_handlers_disconnect_by_data (self->compression, self);
  follow (self, NULL);
  g_set_object (&self->project, project);
  g_set_object (&self->compression, compression);
  if (compression == NULL)
    return;
  g_signal_connect_swapped (compression, "changed", G_CALLBACK (show), self);
  show (self);
}
