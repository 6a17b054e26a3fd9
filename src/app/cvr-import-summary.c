/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an import brought, what was left out and why; as a window, and as text to copy. */
#include "cvr-import-summary.h"

#include "cvr-import-report.h"
#include "cvr-projects-dialog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Names that stand in the row itself; names that it opens to, and rows. */
enum { FEW_NAMES = 3, MAX_NAMES = 200 };

/* One line of "What came". */
typedef struct
{
  char *what, *how_many;
} Count;

static void
count_clear (gpointer data)
{
  Count *count = data;

  g_free (count->what);
  g_free (count->how_many);
}

/* Files that share one sentence. */
typedef struct
{
  char       *why;
  GPtrArray  *names; /* of char*, owned; empty where the sentence names none */
} Reason;

static void
reason_free (gpointer data)
{
  Reason *reason = data;

  g_ptr_array_unref (reason->names);
  g_free (reason->why);
  g_free (reason);
}

/* @what: (transfer full). Nothing is said of zero. */
static void
add_count (GArray *counts,
           guint   n,
           char   *what)
{
  Count count = { what, g_strdup_printf (_("%'u"), n) };

  if (n > 0)
    g_array_append_val (counts, count);
  else
    count_clear (&count);
}

static GArray *
list_counts (const CvrLoadReport *report)
{
  GArray *counts = g_array_new (FALSE, FALSE, sizeof (Count));

  g_array_set_clear_func (counts, count_clear);
  add_count (counts, report->n_loaded, g_strdup (_("Pictures")));
  add_count (counts, report->n_classes, g_strdup (_("Classes that they show")));
  add_count (counts, report->n_with_boxes, g_strdup (_("Pictures with boxes")));
  add_count (counts, report->n_boxes, g_strdup (_("Boxes")));
  add_count (counts, report->n_scaled, g_strdup (_("Large pictures, made smaller")));
  add_count (counts, report->n_damaged, g_strdup (_("Cut off, kept as far as they go")));
  add_count (counts, report->n_labelled, g_strdup (_("Here already, got their labels now")));
  add_count (counts, report->n_given - report->n_labelled,
             g_strdup (_("Here already, with the same labels")));
  add_count (counts, report->n_lost, g_strdup (_("Names that no picture has")));
  add_count (counts, report->n_same - report->n_same_out,
             g_strdup (_("There already, added once more")));
  add_count (counts, report->n_same_out, g_strdup (_("There already, left out")));

  return counts;
}

/* "there is no …" becomes "There is no …". */
static char *
dup_sentence (const char *text)
{
  g_autofree char *first = g_utf8_strup (text, (gssize) (g_utf8_next_char (text) - text));

  return text[0] != '\0' ? g_strconcat (first, g_utf8_next_char (text), NULL) : g_strdup ("");
}

/* @notes: (nullable): in order of appearance, each once. @named: they are "name: reason", gathered
 * by the reason. */
static GPtrArray *
gather (GPtrArray *notes,
        gboolean   named)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *reasons = g_ptr_array_new_with_free_func (reason_free);

  for (guint i = 0; notes != NULL && i < notes->len; i++)
    {
      const char *note = g_ptr_array_index (notes, i);
      const char *colon = named ? strstr (note, ": ") : NULL;
      const char *why = colon != NULL ? colon + 2 : note;
      Reason *reason = g_hash_table_lookup (known, why);

      if (reason == NULL)
        {
          reason = g_new0 (Reason, 1);
          reason->why = named ? dup_sentence (why) : g_strdup (why);
          reason->names = g_ptr_array_new_with_free_func (g_free);
          g_hash_table_insert (known, (gpointer) why, reason); /* as it stands in the note */
          g_ptr_array_add (reasons, reason);
        }
      if (colon != NULL)
        g_ptr_array_add (reason->names, g_strndup (note, (gsize) (colon - note)));
    }

  return reasons;
}

static char *
join (const Reason *reason,
      guint         n,
      const char   *between)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, reason->names->len); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? between : "",
                            (const char *) g_ptr_array_index (reason->names, i));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_unlisted (const CvrLoadReport *report)
{
  guint n_listed = report->skipped != NULL ? report->skipped->len : 0;

  if (report->n_skipped <= n_listed)
    return NULL;

  return g_strdup_printf (ngettext ("… and %'u more file", "… and %'u more files",
                                    report->n_skipped - n_listed),
                          report->n_skipped - n_listed);
}

static void
append_reasons (GString    *text,
                const char *heading,
                GPtrArray  *notes,
                gboolean    named)
{
  g_autoptr (GPtrArray) reasons = gather (notes, named);

  if (reasons->len > 0)
    g_string_append_printf (text, "\n%s\n", heading);
  for (guint i = 0; i < reasons->len; i++)
    {
      const Reason *reason = g_ptr_array_index (reasons, i);
      g_autofree char *names = join (reason, G_MAXUINT, "\n  ");

      g_string_append_printf (text, "%s\n", reason->why);
      if (reason->names->len > 0)
        g_string_append_printf (text, "  %s\n", names);
    }
}

char *
cvr_import_summary_text (const CvrLoadReport *report)
{
  g_autoptr (GArray) counts = list_counts (report);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *line = cvr_import_summary_line (report);
  g_autofree char *unlisted = dup_unlisted (report);

  g_string_append_printf (text, "%s\n", line);
  for (guint i = 0; i < counts->len; i++)
    {
      const Count *count = &g_array_index (counts, Count, i);

      /* Translators: what, then how many. */
      g_string_append_printf (text, _("%1$s: %2$s"), count->what, count->how_many);
      g_string_append_c (text, '\n');
    }
  append_reasons (text, _("Left out"), report->skipped, TRUE);
  if (unlisted != NULL)
    g_string_append_printf (text, "%s\n", unlisted);
  append_reasons (text, _("Notes"), report->notes, FALSE);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
cvr_import_summary_line (const CvrLoadReport *report)
{
  if (report->n_loaded > 0 || report->n_given > 0)
    return cvr_import_report_text (report);

  return g_strdup_printf (ngettext ("Nothing new: the picture is there already",
                                    "Nothing new: all %'u pictures are there already",
                                    report->n_same), report->n_same);
}

/* The window */

static GtkWidget *
make_group (const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);

  return group;
}

static void
set_titles (GtkWidget  *row,
            const char *title)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
}

static GtkWidget *
make_counts (const CvrLoadReport *report)
{
  g_autoptr (GArray) counts = list_counts (report);
  g_autofree char *line = cvr_import_summary_line (report);
  const char *title = report->n_loaded > 0  ? _("What came")
                      : report->n_given > 0 ? _("Labels for pictures that are here")
                                            : line;
  GtkWidget *group = make_group (title);

  for (guint i = 0; i < counts->len; i++)
    {
      const Count *count = &g_array_index (counts, Count, i);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *label = gtk_label_new (count->how_many);

      set_titles (row, count->what);
      gtk_widget_add_css_class (label, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }

  return group;
}

static GtkWidget *
make_names (const Reason *reason)
{
  g_autofree char *names = join (reason, MAX_NAMES, "\n");
  g_autofree char *text =
    reason->names->len > MAX_NAMES
      ? g_strdup_printf (_("%1$s\n… and %2$'u more: “Copy as text” has them all"), names,
                         reason->names->len - MAX_NAMES)
      : g_strdup (names);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "cvr-pane");
  gtk_widget_add_css_class (label, "dim-label");

  return label;
}

static GtkWidget *
make_reason (const Reason *reason)
{
  gboolean many = reason->names->len > FEW_NAMES;
  GtkWidget *row = many ? adw_expander_row_new () : adw_action_row_new ();
  g_autofree char *names = join (reason, FEW_NAMES, ", ");
  g_autofree char *first =
    many ? g_strdup_printf (_("%1$s, … (%2$'u in all)"), names, reason->names->len) : NULL;

  set_titles (row, reason->why);
  if (many)
    {
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), first);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (row), make_names (reason));
    }
  else
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), names);
    }

  return row;
}

/* NULL where there is nothing to say. @more: (nullable): what follows the rows. */
static GtkWidget *
make_reasons (const char *title,
              GPtrArray  *notes,
              gboolean    named,
              const char *more)
{
  g_autoptr (GPtrArray) reasons = gather (notes, named);
  GtkWidget *group;

  if (reasons->len == 0)
    return NULL;

  group = make_group (title);
  for (guint i = 0; i < MIN (reasons->len, MAX_NAMES); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               make_reason (g_ptr_array_index (reasons, i)));
  if (more != NULL)
    {
      GtkWidget *label = gtk_label_new (more);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_set_margin_top (label, 6);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), label);
    }

  return group;
}

static void
copy_cb (GtkButton  *button,
         const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
}

/* What is to be done next; it closes the window. */
static void
add_button (GtkWidget  *dialog,
            GtkWidget  *box,
            const char *text,
            const char *action,
            const char *css_class)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (text);

  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  g_signal_connect_object (button, "clicked", G_CALLBACK (gtk_window_close), dialog,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
}

static GtkWidget *
make_buttons (GtkWidget           *dialog,
              const CvrLoadReport *report,
              guint                serial,
              guint                n_unlabelled)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *same = g_strdup_printf ("win.import-same-of(uint32 %u)", serial);

  if (report->n_same_out > 0)
    add_button (dialog, box, _("_Add them all the same"), same, NULL);
  if (report->n_loaded > 1)
    add_button (dialog, box, _("_Find look-alikes…"), "win.find-alike", NULL);
  if (report->n_loaded > 0 && n_unlabelled > 0)
    add_button (dialog, box, _("_Label them"), "win.show-unlabelled", "suggested-action");
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_widget_add_css_class (box, "cvr-pane");
  gtk_widget_set_visible (box, gtk_widget_get_first_child (box) != NULL);

  return box;
}

static GtkWidget *
make_header (const CvrLoadReport *report)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_tooltip_text (copy, _("Copy as text"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Copy as text"), -1);
  g_signal_connect_data (copy, "clicked", G_CALLBACK (copy_cb), cvr_import_summary_text (report),
                         (GClosureNotify) (GCallback) g_free, 0);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), copy);

  return header;
}

GtkWidget *
cvr_import_summary_new (GtkWindow           *parent,
                        const CvrLoadReport *report,
                        guint                serial,
                        guint                n_unlabelled)
{
  GtkWidget *dialog, *page = adw_preferences_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *unlisted = dup_unlisted (report);
  GtkWidget *groups[] = { make_counts (report),
                          make_reasons (_("Left out"), report->skipped, TRUE, unlisted),
                          make_reasons (_("Notes"), report->notes, FALSE, NULL) };

  dialog = g_object_new (ADW_TYPE_WINDOW, "title", _("Import"), "transient-for", parent, "modal",
                         parent != NULL, "destroy-with-parent", TRUE, "default-width", 520,
                         "default-height", 620, NULL);
  if (G_IS_ACTION_GROUP (parent))
    gtk_widget_insert_action_group (dialog, "win", G_ACTION_GROUP (parent));
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (groups[i] != NULL)
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (groups[i]));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), make_header (report));
  gtk_box_append (GTK_BOX (box), page);
  gtk_box_append (GTK_BOX (box), make_buttons (dialog, report, serial, n_unlabelled));
  adw_window_set_content (ADW_WINDOW (dialog), box);
  cvr_dialog_close_on_escape (dialog);

  return dialog;
}
