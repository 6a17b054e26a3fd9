/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A popover to choose a class's colour and key from. */
#include "cvr-class-look.h"

#include "cvr-swatch.h"

#include <glib/gi18n-lib.h>

enum { N_COLOURS = 8, COLUMNS = 4, N_KEYS = 9 };

struct _CvrClassLook
{
  GtkPopover parent_instance;

  GtkToggleButton *colours[N_COLOURS];
  CvrSwatch       *swatches[N_COLOURS];
  GtkDropDown     *keys;
  gint             k;
  gboolean         updating;
};

G_DEFINE_FINAL_TYPE (CvrClassLook, cvr_class_look, GTK_TYPE_POPOVER)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* As a screen reader names the colours of the theme's table. */
static const char *const colour_names[N_COLOURS] = {
  N_("First colour"), N_("Second colour"), N_("Third colour"),   N_("Fourth colour"),
  N_("Fifth colour"), N_("Sixth colour"),  N_("Seventh colour"), N_("Eighth colour"),
};

static gint
chosen_colour (CvrClassLook *self)
{
  for (gint c = 0; c < N_COLOURS; c++)
    if (gtk_toggle_button_get_active (self->colours[c]))
      return c;

  return -1;
}

static void
tell (CvrClassLook *self)
{
  gint colour = chosen_colour (self);
  guint key = gtk_drop_down_get_selected (self->keys);

  if (self->updating)
    return;
  /* The colour of its place is no choice. */
  g_signal_emit (self, signals[CHOSEN], 0, colour == self->k % N_COLOURS ? -1 : colour,
                 key <= N_KEYS ? key : 0);
}

static void
colour_toggled_cb (CvrClassLook    *self,
                   GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    tell (self);
}

static GtkWidget *
make_colours (CvrClassLook *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  for (gint c = 0; c < N_COLOURS; c++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      self->colours[c] = GTK_TOGGLE_BUTTON (button);
      self->swatches[c] = CVR_SWATCH (cvr_swatch_new (-1));
      gtk_button_set_child (GTK_BUTTON (button), GTK_WIDGET (self->swatches[c]));
      gtk_widget_add_css_class (button, "flat");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _(colour_names[c]), -1);
      if (c > 0)
        gtk_toggle_button_set_group (self->colours[c], self->colours[0]);
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (colour_toggled_cb), self);
      gtk_grid_attach (GTK_GRID (grid), button, c % COLUMNS, c / COLUMNS, 1, 1);
    }

  return grid;
}

static GtkWidget *
make_keys (CvrClassLook *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _("By its place"));
  for (guint key = 1; key <= N_KEYS; key++)
    {
      g_autofree char *name = g_strdup_printf ("%u", key);

      gtk_string_list_append (names, name);
    }
  self->keys = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->keys), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Key that labels"), -1);
  g_signal_connect_swapped (self->keys, "notify::selected", G_CALLBACK (tell), self);

  return GTK_WIDGET (self->keys);
}

static GtkWidget *
make_heading (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");

  return label;
}

static void
cvr_class_look_class_init (CvrClassLookClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_UINT);
}

static void
cvr_class_look_init (CvrClassLook *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->updating = TRUE;
  gtk_box_append (GTK_BOX (box), make_heading (_("Colour")));
  gtk_box_append (GTK_BOX (box), make_colours (self));
  gtk_box_append (GTK_BOX (box), make_heading (_("Key")));
  gtk_box_append (GTK_BOX (box), make_keys (self));
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  self->updating = FALSE;
}

GtkWidget *
cvr_class_look_new (void)
{
  return g_object_new (CVR_TYPE_CLASS_LOOK, NULL);
}

/**
 * cvr_class_look_set:
 * @k: class
 * @colour: of the theme's table, or −1: by its place
 * @key: 1 … 9, or 0: by its place
 */
void
cvr_class_look_set (CvrClassLook *self,
                    gint          k,
                    gint          colour,
                    guint         key)
{
  guint round = (guint) MAX (k, 0) / N_COLOURS * N_COLOURS;

  g_return_if_fail (CVR_IS_CLASS_LOOK (self));

  self->updating = TRUE;
  self->k = MAX (k, 0);
  for (guint c = 0; c < N_COLOURS; c++)
    cvr_swatch_set_look (self->swatches[c], k, round + c, 0, FALSE);
  gtk_toggle_button_set_active (self->colours[(colour >= 0 ? colour : self->k) % N_COLOURS], TRUE);
  gtk_drop_down_set_selected (self->keys, MIN (key, N_KEYS));
  self->updating = FALSE;
}
