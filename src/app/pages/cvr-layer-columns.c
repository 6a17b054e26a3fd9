/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of the network page's table. */
#include "cvr-layer-columns.h"

#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>

/* What a column holds. */
typedef enum { NAMES, WORDS, NUMBERS } Content;

/* Of a name, where the table is narrow: what is cut shorter tells no layers apart. */
enum { LEAST_CHARS = 11 };

static void
setup_label_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item,
                gpointer                  data)
{
  Content content = GPOINTER_TO_INT (data);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), content == NUMBERS ? 1 : 0);
  if (content == NUMBERS)
    gtk_widget_add_css_class (label, "numeric");
  else if (content == NAMES)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
    }
  gtk_list_item_set_child (item, label);
}

static void
setup_share_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  GtkWidget *bar = gtk_level_bar_new ();

  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (bar, 90, -1);
  /* The stock bar turns to warning colours near its ends: here a large share is no warning. */
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_list_item_set_child (item, bar);
}

static void
bind_text_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              const char               *property)
{
  g_autofree char *text = NULL;

  g_object_get (gtk_list_item_get_item (item), property, &text, NULL);
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
  if (g_str_equal (property, "name"))
    {
      g_autofree char *full_name = NULL;

      gtk_label_set_width_chars (GTK_LABEL (gtk_list_item_get_child (item)),
                                 (int) MIN (g_utf8_strlen (text, -1), LEAST_CHARS));
      g_object_get (gtk_list_item_get_item (item), "full-name", &full_name, NULL);
      cvr_tooltip_set (gtk_list_item_get_child (item), full_name);
    }
}

static void
bind_share_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  GtkWidget *bar = gtk_list_item_get_child (item);
  g_autofree char *text = NULL;
  double share = 0;

  g_object_get (gtk_list_item_get_item (item), "share", &share, NULL);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), share);
  text = g_strdup_printf (_("%.0f %% of the operations"), 100 * share);
  cvr_tooltip_set (bar, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
add_column (GtkColumnView *table,
            const char    *title,
            const char    *property,
            Content        content)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  if (property != NULL)
    {
      g_signal_connect (factory, "setup", G_CALLBACK (setup_label_cb), GINT_TO_POINTER (content));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_text_cb), (gpointer) property);
    }
  else
    {
      g_signal_connect (factory, "setup", G_CALLBACK (setup_share_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_share_cb), NULL);
    }
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, content == WORDS);
  gtk_column_view_append_column (table, column);
}

/**
 * cvr_layer_columns_add:
 * @table: of CvrLayerRow
 */
void
cvr_layer_columns_add (GtkColumnView *table)
{
  add_column (table, _("Layer"), "name", NAMES);
  add_column (table, _("Kind"), "title", WORDS);
  add_column (table, _("Output size"), "size", NUMBERS);
  add_column (table, _("Parameters"), "parameters", NUMBERS);
  add_column (table, _("Operations"), "operations", NUMBERS);
  add_column (table, _("Share of operations"), NULL, NUMBERS);
}
