/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a screen reader calls a button. */
#include "cvr-spoken-names.h"

/* Its label with the underscore, beside the child that shows it without. */
static void
forget_mnemonic (GtkButton *button)
{
  if (gtk_button_get_use_underline (button) && gtk_button_get_label (button) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static gboolean
mapped_cb (GSignalInvocationHint *hint,
           guint                  n_values,
           const GValue          *values,
           gpointer               unused)
{
  GtkWidget *widget = g_value_get_object (values);
  GtkWidget *around = gtk_widget_get_parent (widget);

  if (!GTK_IS_BUTTON (widget))
    return G_SOURCE_CONTINUE;
  forget_mnemonic (GTK_BUTTON (widget));
  g_signal_handlers_disconnect_by_func (widget, forget_mnemonic, NULL);
  g_signal_connect (widget, "notify::label", G_CALLBACK (forget_mnemonic), NULL);
  if (GTK_IS_DROP_DOWN (around))
    gtk_accessible_update_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                    around, NULL, -1);

  return G_SOURCE_CONTINUE;
}

void
cvr_spoken_names_watch (void)
{
  static gulong hook;

  if (hook != 0)
    return;
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  hook = g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, mapped_cb, NULL,
                                     NULL);
}
