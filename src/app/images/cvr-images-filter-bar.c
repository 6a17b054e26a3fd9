/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search, filter menu, order and what is hidden by them, above the grid. */
#include "cvr-images-filter-bar.h"

#include <glib/gi18n-lib.h>

struct _CvrImagesFilterBar
{
  AdwBin parent_instance;

  GtkSearchEntry *search;
  GtkMenuButton  *menu;
  GtkPopover     *popover;
  GtkDropDown    *sort, *tag;
  GtkRevealer    *revealer;
  GtkBox         *chips;
  GtkLabel       *no_network;
  GtkCheckButton *train, *valid, *test, *wrong, *doubtful, *boxes, *note, *alike, *damaged;

  CvrImagesFilter *filter;
  gboolean         updating;
};

G_DEFINE_FINAL_TYPE (CvrImagesFilterBar, cvr_images_filter_bar, ADW_TYPE_BIN)

enum { FILLING, N_SIGNALS };

static guint signals[N_SIGNALS];

/* What the chips say, by the number of the bit. */
static const char *const show_words[CVR_N_SHOWS] = {
  N_("training"), N_("validation"), N_("test"),        N_("answered otherwise"),
  N_("in doubt"), N_("with boxes"), N_("with a note"), N_("look-alikes"),
  N_("damaged"),
};

static GtkCheckButton *
check_of (CvrImagesFilterBar *self,
          guint               bit)
{
  GtkCheckButton *const checks[CVR_N_SHOWS] = {
    self->train, self->valid, self->test,  self->wrong,   self->doubtful,
    self->boxes, self->note,  self->alike, self->damaged,
  };

  return checks[bit];
}

/* Chips */

static void
chip_clicked_cb (CvrImagesFilterBar *self,
                 GtkWidget          *chip)
{
  guint show = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chip), "show"));
  const char *what = g_object_get_data (G_OBJECT (chip), "what");

  if (show != 0)
    cvr_images_filter_set_show (self->filter, (CvrImagesShow) show, FALSE);
  else if (g_str_equal (what, "tag"))
    cvr_images_filter_set_tag (self->filter, NULL);
  else
    cvr_images_filter_set_text (self->filter, NULL);
  /* The chip is gone now. */
  gtk_widget_grab_focus (GTK_WIDGET (self->menu));
}

static void
add_chip (CvrImagesFilterBar *self,
          const char         *text,
          const char         *tip,
          guint               show,
          const char         *what)
{
  GtkWidget *chip = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 20);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_widget_add_css_class (chip, "cvr-filter-chip");
  gtk_widget_set_tooltip_text (chip, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_object_set_data (G_OBJECT (chip), "show", GUINT_TO_POINTER (show));
  g_object_set_data (G_OBJECT (chip), "what", (gpointer) what);
  g_signal_connect_object (chip, "clicked", G_CALLBACK (chip_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (self->chips, chip);
}

static void
add_text_chip (CvrImagesFilterBar *self,
               const char         *format,
               const char         *value,
               const char         *what)
{
  g_autofree char *text = NULL;
  g_autofree char *tip = NULL;

  if (value == NULL)
    return;
  text = g_strdup_printf (format, value);
  /* Translators: a condition, as "with boxes". */
  tip = g_strdup_printf (_("No longer only: %s"), text);
  add_chip (self, text, tip, 0, what);
}

static void
fill_chips (CvrImagesFilterBar *self)
{
  guint show = cvr_images_filter_get_show (self->filter);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    gtk_box_remove (self->chips, child);
  for (guint bit = 0; bit < CVR_N_SHOWS; bit++)
    if (show & 1u << bit)
      {
        g_autofree char *tip = g_strdup_printf (_("No longer only: %s"), _(show_words[bit]));

        add_chip (self, _(show_words[bit]), tip, 1u << bit, "show");
      }
  add_text_chip (self, _("tag “%s”"), cvr_images_filter_get_tag (self->filter), "tag");
  add_text_chip (self, _("name has “%s”"), cvr_images_filter_get_text (self->filter), "text");
  gtk_revealer_set_reveal_child (self->revealer, cvr_images_filter_is_narrow (self->filter));
}

/* The filter and the controls */

static void
criteria_changed_cb (CvrImagesFilterBar *self)
{
  const char *text = cvr_images_filter_get_text (self->filter);
  guint show = cvr_images_filter_get_show (self->filter);

  self->updating = TRUE;
  for (guint bit = 0; bit < CVR_N_SHOWS; bit++)
    gtk_check_button_set_active (check_of (self, bit), (show & 1u << bit) != 0);
  gtk_drop_down_set_selected (self->sort, cvr_images_filter_get_sort (self->filter));
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->search)), text != NULL ? text : "")
      != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->search), text != NULL ? text : "");
  if (cvr_images_filter_get_tag (self->filter) == NULL)
    gtk_drop_down_set_selected (self->tag, 0);
  self->updating = FALSE;
  fill_chips (self);
}

static void
toggled_cb (CvrImagesFilterBar *self,
            GtkCheckButton     *check)
{
  if (self->updating || self->filter == NULL)
    return;
  for (guint bit = 0; bit < CVR_N_SHOWS; bit++)
    if (check_of (self, bit) == check)
      cvr_images_filter_set_show (self->filter, (CvrImagesShow) (1u << bit),
                                  gtk_check_button_get_active (check));
}

static void
tag_cb (CvrImagesFilterBar *self)
{
  guint selected = gtk_drop_down_get_selected (self->tag);
  GListModel *model = gtk_drop_down_get_model (self->tag);

  if (self->updating || self->filter == NULL || model == NULL
      || selected == GTK_INVALID_LIST_POSITION)
    return;
  cvr_images_filter_set_tag (self->filter,
                             selected > 0
                               ? gtk_string_list_get_string (GTK_STRING_LIST (model), selected)
                               : NULL);
}

static void
sort_cb (CvrImagesFilterBar *self)
{
  guint selected = gtk_drop_down_get_selected (self->sort);

  if (!self->updating && self->filter != NULL && selected < CVR_N_SORTS)
    cvr_images_filter_set_sort (self->filter, (CvrImagesSort) selected);
}

static void
search_cb (CvrImagesFilterBar *self)
{
  if (!self->updating && self->filter != NULL)
    cvr_images_filter_set_text (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
search_stopped_cb (CvrImagesFilterBar *self)
{
  if (self->filter != NULL)
    cvr_images_filter_set_text (self->filter, NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "images.focus-grid", NULL);
}

static void
popover_shown_cb (CvrImagesFilterBar *self)
{
  g_signal_emit (self, signals[FILLING], 0);
}

static void
cvr_images_filter_bar_dispose (GObject *object)
{
  cvr_images_filter_bar_set_filter (CVR_IMAGES_FILTER_BAR (object), NULL);

  G_OBJECT_CLASS (cvr_images_filter_bar_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  static const struct { const char *name; gssize offset; } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (CvrImagesFilterBar, name) }
    CHILD (search), CHILD (menu),  CHILD (popover),    CHILD (sort),  CHILD (tag),
    CHILD (revealer), CHILD (chips), CHILD (no_network), CHILD (train), CHILD (valid),
    CHILD (test),   CHILD (wrong), CHILD (doubtful),   CHILD (boxes), CHILD (note),
    CHILD (alike),  CHILD (damaged),
#undef CHILD
  };

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-images-filter-bar.ui");
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (widget_class, children[i].name, FALSE,
                                               children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_cb);
  gtk_widget_class_bind_template_callback (widget_class, sort_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
}

static void
cvr_images_filter_bar_class_init (CvrImagesFilterBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_images_filter_bar_dispose;
  signals[FILLING] = g_signal_new ("filling", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
cvr_images_filter_bar_init (CvrImagesFilterBar *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  g_signal_connect_object (self->popover, "show", G_CALLBACK (popover_shown_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * cvr_images_filter_bar_set_filter:
 * @filter: (nullable): what the controls change
 */
void
cvr_images_filter_bar_set_filter (CvrImagesFilterBar *self,
                                  CvrImagesFilter    *filter)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER_BAR (self));

  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_data (self->filter, self);
  g_set_object (&self->filter, filter);
  if (filter == NULL)
    return;
  g_signal_connect_swapped (filter, "criteria-changed", G_CALLBACK (criteria_changed_cb), self);
  criteria_changed_cb (self);
}

/**
 * cvr_images_filter_bar_fill:
 * @tags: (array zero-terminated=1): all tags of the pictures
 * @has_network: it can be asked
 */
void
cvr_images_filter_bar_fill (CvrImagesFilterBar *self,
                            const char *const  *tags,
                            gboolean            has_network)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  const char *chosen;
  guint selected = 0;

  g_return_if_fail (CVR_IS_IMAGES_FILTER_BAR (self));

  chosen = cvr_images_filter_get_tag (self->filter);
  gtk_string_list_append (list, tags[0] != NULL ? _("Any") : _("No tags yet"));
  for (guint i = 0; tags[i] != NULL; i++)
    {
      gtk_string_list_append (list, tags[i]);
      if (g_strcmp0 (tags[i], chosen) == 0)
        selected = i + 1;
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->tag, G_LIST_MODEL (list));
  gtk_drop_down_set_selected (self->tag, selected);
  self->updating = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->tag), tags[0] != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->wrong), has_network);
  gtk_widget_set_sensitive (GTK_WIDGET (self->doubtful), has_network);
  gtk_widget_set_visible (GTK_WIDGET (self->no_network), !has_network);
}

void
cvr_images_filter_bar_focus_search (CvrImagesFilterBar *self)
{
  g_return_if_fail (CVR_IS_IMAGES_FILTER_BAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
