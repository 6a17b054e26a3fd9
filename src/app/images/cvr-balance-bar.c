/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says when some classes have many more pictures than others, with buttons that help. */
#include "cvr-balance-bar.h"

#include "cvr-balance.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrBalanceBar
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkLabel    *words;
  GtkFlowBox  *cures;
  CvrProject  *project;
  CvrBalance  *balance;
  gboolean     put_away;  /* until it is even again */
};

G_DEFINE_FINAL_TYPE (CvrBalanceBar, cvr_balance_bar, ADW_TYPE_BIN)

enum { COLLECT, N_SIGNALS };

static guint signals[N_SIGNALS];

static const CvrAugmentKind mild_kinds[] = { CVR_AUGMENT_ROTATE, CVR_AUGMENT_SHIFT,
                                             CVR_AUGMENT_ZOOM };

static void
use_weights (CvrBalanceBar *self)
{
  CvrSettings settings = *cvr_project_get_settings (self->project);

  settings.class_weights = TRUE;
  cvr_project_set_settings (self->project, &settings);
  cvr_toast_action (GTK_WIDGET (self), _("Rare classes count more in training now"), _("_Undo"),
                    "win.undo");
}

static void
use_augmentation (CvrBalanceBar *self)
{
  CvrSettings settings = *cvr_project_get_settings (self->project);

  for (guint i = 0; i < G_N_ELEMENTS (mild_kinds); i++)
    settings.augment.strength[mild_kinds[i]] = 0.3f;
  cvr_project_set_settings (self->project, &settings);
  cvr_toast_action (GTK_WIDGET (self),
                    _("Training turns, shifts and zooms the pictures a little now"), _("_Undo"),
                    "win.undo");
}

static void
cure_cb (CvrBalanceBar *self,
         GtkWidget     *button)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "cure"));

  if (self->balance == NULL || i >= self->balance->n_cures)
    return;
  switch (self->balance->cures[i].kind)
    {
    case CVR_CURE_WEIGHTS:
      use_weights (self);
      break;
    case CVR_CURE_AUGMENT:
      use_augmentation (self);
      break;
    case CVR_CURE_COLLECT:
      g_signal_emit (self, signals[COLLECT], 0, self->balance->cures[i].k,
                     self->balance->cures[i].n);
      break;
    }
}

static char *
dup_button_text (CvrBalanceBar *self,
                 const CvrCure *cure)
{
  switch (cure->kind)
    {
    case CVR_CURE_WEIGHTS:
      return g_strdup (_("Count rare classes more"));
    case CVR_CURE_AUGMENT:
      return g_strdup (_("Vary pictures"));
    case CVR_CURE_COLLECT:
      /* Translators: how many pictures, class. */
      return g_strdup_printf (
        ngettext ("Collect %1$'u more “%2$s”", "Collect %1$'u more “%2$s”", cure->n), cure->n,
        cvr_project_class_title (self->project, cure->k));
    }

  return NULL;
}

/* The quick ones and the class that lacks most. */
static void
fill_cures (CvrBalanceBar *self)
{
  gboolean collect = FALSE;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cures))) != NULL)
    gtk_flow_box_remove (self->cures, child);
  for (guint i = 0; i < self->balance->n_cures; i++)
    {
      const CvrCure *cure = &self->balance->cures[i];
      g_autofree char *text = dup_button_text (self, cure);
      GtkWidget *button;

      if (cure->kind == CVR_CURE_COLLECT && collect)
        continue;
      collect = collect || cure->kind == CVR_CURE_COLLECT;
      button = gtk_button_new_with_label (text);
      gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                               PANGO_ELLIPSIZE_MIDDLE);
      gtk_widget_set_tooltip_text (button, cure->sentence);
      g_object_set_data (G_OBJECT (button), "cure", GUINT_TO_POINTER (i));
      g_signal_connect_object (button, "clicked", G_CALLBACK (cure_cb), self, G_CONNECT_SWAPPED);
      gtk_flow_box_append (self->cures, button);
      gtk_widget_set_focusable (gtk_widget_get_last_child (GTK_WIDGET (self->cures)), FALSE);
    }
}

static void
update (CvrBalanceBar *self)
{
  g_autofree char *words = NULL;
  gboolean uneven;

  g_clear_pointer (&self->balance, cvr_balance_free);
  self->balance = cvr_balance_of_project (self->project);
  uneven = self->balance->state == CVR_BALANCE_MILD || self->balance->state == CVR_BALANCE_STRONG;
  if (!uneven)
    self->put_away = FALSE;
  if (uneven && !self->put_away)
    {
      words = cvr_balance_dup_words (self->balance);
      gtk_label_set_text (self->words, words != NULL ? words : "");
      fill_cures (self);
    }
  gtk_revealer_set_reveal_child (self->revealer, uneven && !self->put_away);
}

static void
close_cb (CvrBalanceBar *self)
{
  self->put_away = TRUE;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static void
cvr_balance_bar_dispose (GObject *object)
{
  cvr_balance_bar_set_project (CVR_BALANCE_BAR (object), NULL);

  G_OBJECT_CLASS (cvr_balance_bar_parent_class)->dispose (object);
}

static void
cvr_balance_bar_class_init (CvrBalanceBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_balance_bar_dispose;
  signals[COLLECT] = g_signal_new ("collect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
cvr_balance_bar_init (CvrBalanceBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new_from_icon_name ("cvr-attention-symbolic");
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  self->words = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_xalign (self->words, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->words), TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 3);
  gtk_widget_set_valign (close, GTK_ALIGN_START);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (close, "circular");
  gtk_widget_set_tooltip_text (close, _("Hide this hint"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Hide this hint"), -1);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (close_cb), self);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (line), close);

  self->cures = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->cures, GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (self->cures, 6);
  gtk_flow_box_set_row_spacing (self->cures, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cures), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What helps"), -1);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->cures));
  gtk_widget_add_css_class (box, "cvr-hint");
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->revealer));
}

/**
 * cvr_balance_bar_set_project:
 * @project: (nullable): whose classes are weighed
 */
void
cvr_balance_bar_set_project (CvrBalanceBar *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_BALANCE_BAR (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_pointer (&self->balance, cvr_balance_free);
  g_set_object (&self->project, project);
  self->put_away = FALSE;
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (update), self);
  update (self);
}

gboolean
cvr_balance_bar_is_shown (CvrBalanceBar *self)
{
  g_return_val_if_fail (CVR_IS_BALANCE_BAR (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}
