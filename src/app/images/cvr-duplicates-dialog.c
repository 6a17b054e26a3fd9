/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies and near-duplicates in groups, and what to do about them. */
#include "cvr-duplicates-dialog.h"

#include "cvr-labelling.h"
#include "cvr-read-picture.h"

#include <glib/gi18n-lib.h>

struct _CvrDuplicatesDialog
{
  AdwWindow parent_instance;

  GtkBox     *content;
  GtkListBox *list;
  GtkLabel   *words;
  CvrProject *project;
  CvrAlike   *alike;
};

G_DEFINE_FINAL_TYPE (CvrDuplicatesDialog, cvr_duplicates_dialog, ADW_TYPE_WINDOW)

enum { REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Groups and members of one shown; px. */
enum { MAX_GROUPS = 100, MAX_MEMBERS = 6, SIDE = 72 };

static char *
dup_group_words (const CvrAlikeGroup *group)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (group->exact)
    g_string_append_printf (words, ngettext ("%u picture, the same to the pixel",
                                             "%u pictures, the same to the pixel", group->n),
                            group->n);
  else
    {
      g_string_append_printf (words, ngettext ("%u picture that looks alike",
                                               "%u pictures that look alike", group->n), group->n);
      if (group->n_copies > 0)
        g_string_append_printf (words, ngettext (", %u is an exact copy", ", %u are exact copies",
                                                 group->n_copies), group->n_copies);
    }
  if (group->mixed)
    g_string_append_printf (words, "\n%s",
                            _("They have different labels: some of them must be wrong"));

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static GtkWidget *
make_member (CvrDuplicatesDialog  *self,
             const CvrAlikeGroup  *group,
             const CvrAlikeMember *member)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  CvrImageItem *item = cvr_project_find_item (self->project, member->id);
  GtkWidget *overlay = gtk_overlay_new (), *picture = gtk_picture_new ();
  GtkWidget *swatch = cvr_swatch_new (-1);
  g_autofree char *words = NULL;

  if (item == NULL)
    return NULL;
  words = member->id == group->keep
            ? g_strdup_printf (_("%s (the one to keep)"), cvr_image_item_get_name (item))
            : g_strdup (cvr_image_item_get_name (item));
  cvr_show_picture (GTK_PICTURE (picture), cvr_image_item_get_picture (item), SIDE);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), words);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_widget_set_tooltip_text (picture, words);
  cvr_labelling_show_class (CVR_SWATCH (swatch), dataset, cvr_image_item_get_label (item));
  gtk_widget_set_halign (swatch, GTK_ALIGN_START);
  gtk_widget_set_valign (swatch, GTK_ALIGN_END);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), picture);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), swatch);
  if (member->id == group->keep)
    {
      GtkWidget *mark = gtk_image_new_from_icon_name ("object-select-symbolic");

      gtk_widget_set_halign (mark, GTK_ALIGN_END);
      gtk_widget_set_valign (mark, GTK_ALIGN_START);
      gtk_widget_add_css_class (mark, "cvr-keep");
      gtk_overlay_add_overlay (GTK_OVERLAY (overlay), mark);
    }

  return overlay;
}

static GtkWidget *
make_group (CvrDuplicatesDialog *self,
            const CvrAlikeGroup *group)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *members = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *words = dup_group_words (group);
  GtkWidget *label = gtk_label_new (words);

  for (guint i = 0; i < MIN (group->n, MAX_MEMBERS); i++)
    {
      GtkWidget *member = make_member (self, group, &group->members[i]);

      if (member != NULL)
        gtk_box_append (GTK_BOX (members), member);
    }
  if (group->n > MAX_MEMBERS)
    {
      g_autofree char *more = g_strdup_printf (_("+ %'u"), group->n - MAX_MEMBERS);

      gtk_box_append (GTK_BOX (members), gtk_label_new (more));
    }
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), members);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "cvr-pane");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);

  return row;
}

static char *
dup_words (CvrAlike *alike)
{
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_append_printf (words,
                          ngettext ("%'u group of pictures that show the same.",
                                    "%'u groups of pictures that show the same.",
                                    alike->n_groups), alike->n_groups);
  g_string_append_printf (words, " %s",
                          _("Each group stays on one side of the split from now on: what the "
                            "network learned is never checked with its own twin."));
  g_string_append_printf (words, " %s", _("The check mark is on the picture that is kept."));
  if (alike->n_groups > MAX_GROUPS)
    {
      g_string_append_c (words, ' ');
      g_string_append_printf (words, _("The %u largest are shown."), (guint) MAX_GROUPS);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
keep_one_cb (CvrDuplicatesDialog *self)
{
  cvr_duplicates_dialog_keep_one (self, FALSE);
}

static void
keep_copies_cb (CvrDuplicatesDialog *self)
{
  cvr_duplicates_dialog_keep_one (self, TRUE);
}

static void
add_button (CvrDuplicatesDialog *self,
            GtkBox              *box,
            const char          *format,
            gboolean             copies_only)
{
  guint n;
  g_autofree guint64 *ids = cvr_alike_surplus (self->alike, copies_only, &n);
  g_autofree char *text = g_strdup_printf (format, n);
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_widget_set_sensitive (button, n > 0 && !cvr_project_is_read_only (self->project));
  gtk_widget_set_tooltip_text (button, n > 0 ? _("Can be undone") : _("There is none"));
  if (!copies_only)
    gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_swapped (button, "clicked",
                            G_CALLBACK (copies_only ? keep_copies_cb : keep_one_cb), self);
  gtk_box_append (box, button);
}

static void
fill (CvrDuplicatesDialog *self)
{
  g_autofree char *words = dup_words (self->alike);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_label_set_text (self->words, words);
  for (guint g = 0; g < MIN (self->alike->n_groups, MAX_GROUPS); g++)
    gtk_list_box_append (self->list, make_group (self, &self->alike->groups[g]));
  /* Translators: how many pictures leave. */
  add_button (self, GTK_BOX (buttons), _("Remove exact copies only (%'u)"), TRUE);
  /* Translators: how many pictures leave. */
  add_button (self, GTK_BOX (buttons), _("Keep one of each (removes %'u)"), FALSE);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_add_css_class (buttons, "cvr-pane");
  gtk_box_append (self->content, buttons);
}

static void
cvr_duplicates_dialog_dispose (GObject *object)
{
  CvrDuplicatesDialog *self = CVR_DUPLICATES_DIALOG (object);

  g_clear_object (&self->project);
  g_clear_pointer (&self->alike, cvr_alike_unref);

  G_OBJECT_CLASS (cvr_duplicates_dialog_parent_class)->dispose (object);
}

static void
cvr_duplicates_dialog_class_init (CvrDuplicatesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_duplicates_dialog_dispose;
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
cvr_duplicates_dialog_init (CvrDuplicatesDialog *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_window_set_title (GTK_WINDOW (self), _("Look-alikes"));
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), 600, 560);
  self->content = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  self->words = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_xalign (self->words, 0);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Groups of pictures that show the same"), -1);
  gtk_widget_add_css_class (inner, "cvr-pane");
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), inner);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (self->content, adw_header_bar_new ());
  gtk_box_append (self->content, scroller);
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (self->content));
}

/**
 * cvr_duplicates_dialog_new:
 * @parent: (nullable): the window it stands over
 * @alike: at least one group
 */
GtkWidget *
cvr_duplicates_dialog_new (GtkWindow  *parent,
                           CvrProject *project,
                           CvrAlike   *alike)
{
  CvrDuplicatesDialog *self =
    g_object_new (CVR_TYPE_DUPLICATES_DIALOG, "transient-for", parent, NULL);

  self->project = g_object_ref (project);
  self->alike = cvr_alike_ref (alike);
  fill (self);

  return GTK_WIDGET (self);
}

/**
 * cvr_duplicates_dialog_keep_one:
 * @copies_only: only what is the same to the pixel leaves
 */
void
cvr_duplicates_dialog_keep_one (CvrDuplicatesDialog *self,
                                gboolean             copies_only)
{
  guint n;
  g_autofree guint64 *ids = NULL;

  g_return_if_fail (CVR_IS_DUPLICATES_DIALOG (self));

  ids = cvr_alike_surplus (self->alike, copies_only, &n);
  if (n > 0)
    {
      cvr_project_remove_items (self->project, ids, n);
      g_signal_emit (self, signals[REMOVED], 0, n);
    }
  gtk_window_close (GTK_WINDOW (self));
}
