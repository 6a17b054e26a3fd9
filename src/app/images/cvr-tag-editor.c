/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags as chips that can be taken off, and an entry for more. */
#include "cvr-tag-editor.h"

#include <glib/gi18n-lib.h>

struct _CvrTagEditor
{
  AdwBin parent_instance;

  GtkFlowBox *chips;
  GtkEntry   *entry;
  char       *shown; /* what the chips stand for */
};

G_DEFINE_FINAL_TYPE (CvrTagEditor, cvr_tag_editor, ADW_TYPE_BIN)

enum { TAG_ADDED, TAG_REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
removed_cb (CvrTagEditor *self,
            GtkButton    *button)
{
  g_autofree char *tag = g_strdup (g_object_get_data (G_OBJECT (button), "tag"));

  g_signal_emit (self, signals[TAG_REMOVED], 0, tag);
}

static void
entered_cb (CvrTagEditor *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  g_autofree char *tag = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  if (tag[0] == '\0')
    return;
  gtk_editable_set_text (editable, "");
  g_signal_emit (self, signals[TAG_ADDED], 0, tag);
}

static GtkWidget *
make_chip (CvrTagEditor *self,
           const char   *tag,
           const char   *text)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *label = gtk_label_new (text);
  g_autofree char *tip = g_strdup_printf (_("Take off “%s”"), tag);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "cvr-filter-chip");
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_object_set_data_full (G_OBJECT (button), "tag", g_strdup (tag), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);

  return button;
}

static void
cvr_tag_editor_finalize (GObject *object)
{
  g_free (CVR_TAG_EDITOR (object)->shown);

  G_OBJECT_CLASS (cvr_tag_editor_parent_class)->finalize (object);
}

static void
cvr_tag_editor_class_init (CvrTagEditorClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_tag_editor_finalize;
  signals[TAG_ADDED] = g_signal_new ("tag-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TAG_REMOVED] = g_signal_new ("tag-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cvr_tag_editor_init (CvrTagEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->chips = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->chips, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (self->chips, 8);
  gtk_flow_box_set_column_spacing (self->chips, 3);
  gtk_flow_box_set_row_spacing (self->chips, 3);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chips), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Tags"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), FALSE);
  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_placeholder_text (self->entry, _("Add a tag"));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 12);
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY, "list-add-symbolic");
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_SECONDARY, _("Add this tag"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("New tag"), -1);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (entered_cb), self);
  g_signal_connect_swapped (self->entry, "icon-press", G_CALLBACK (entered_cb), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->chips));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->entry));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
cvr_tag_editor_new (void)
{
  return g_object_new (CVR_TYPE_TAG_EDITOR, NULL);
}

/**
 * cvr_tag_editor_set_tags:
 * @tags: (array zero-terminated=1) (nullable): to show
 * @counts: (nullable): pictures that have each of them
 * @of: pictures altogether
 *
 * Chips that stay the same are left as they are, with the focus in them.
 */
void
cvr_tag_editor_set_tags (CvrTagEditor      *self,
                         const char *const *tags,
                         const guint       *counts,
                         guint              of)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  GtkWidget *child;

  g_return_if_fail (CVR_IS_TAG_EDITOR (self));

  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    g_string_append_printf (shown, "%s\n%u\n%u\n", tags[i], counts != NULL ? counts[i] : 0, of);
  if (g_strcmp0 (shown->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_string_free (g_steal_pointer (&shown), FALSE);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    gtk_flow_box_remove (self->chips, child);
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    {
      /* Translators: a tag and how many of the selected pictures have it. */
      g_autofree char *text = counts != NULL && counts[i] < of
                                ? g_strdup_printf (_("%s (%u of %u)"), tags[i], counts[i], of)
                                : g_strdup (tags[i]);

      gtk_flow_box_append (self->chips, make_chip (self, tags[i], text));
      child = gtk_widget_get_last_child (GTK_WIDGET (self->chips));
      gtk_widget_set_focusable (child, FALSE);
      gtk_widget_set_halign (child, GTK_ALIGN_START);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->chips), tags != NULL && tags[0] != NULL);
}

void
cvr_tag_editor_grab_entry (CvrTagEditor *self)
{
  g_return_if_fail (CVR_IS_TAG_EDITOR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
