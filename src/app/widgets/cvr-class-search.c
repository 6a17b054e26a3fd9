/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class chosen by typing the beginning of its name: for more classes than there are keys. */
#include "cvr-class-search.h"

#include "cvr-class-match.h"
#include "cvr-labelling.h"

#include <glib/gi18n-lib.h>

struct _CvrClassSearch
{
  GtkPopover parent_instance;

  GtkSearchEntry *entry;
  GtkListBox     *list;
  GtkLabel       *more;
  CvrDataset     *dataset; /* nullable */
  GArray         *found;       /* of gint, one a row: class, or −1: a new one */
  gboolean        can_create;
};

G_DEFINE_FINAL_TYPE (CvrClassSearch, cvr_class_search, GTK_TYPE_POPOVER)

enum
{
  PROP_0,
  PROP_CAN_CREATE,
  N_PROPS
};
enum
{
  CHOSEN,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* Nobody reads further: another letter is quicker. */
enum
{
  MAX_ROWS = 40
};

/* What is typed, without the spaces around it. */
static char *
typed_name (CvrClassSearch *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
}

static void
append_row (CvrClassSearch *self,
            gint            k,
            const char     *text)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *mark =
    k >= 0 ? cvr_swatch_new (k) : gtk_image_new_from_icon_name ("list-add-symbolic");

  if (k >= 0)
    cvr_labelling_show_class (CVR_SWATCH (mark), self->dataset, k);
  else
    /* As wide as a swatch: the names stand under each other. */
    gtk_widget_set_size_request (mark, 20, 20);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  /* The keyboard stays in the entry. */
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_list_box_append (self->list, row);
  g_array_append_val (self->found, k);
}

/* The row that Enter takes is the entry's active descendant, and in sight. */
static void
select_row (CvrClassSearch *self,
            gint            index)
{
  GtkListBoxRow *row = index >= 0 ? gtk_list_box_get_row_at_index (self->list, index) : NULL;
  GtkWidget *scroller = gtk_widget_get_ancestor (GTK_WIDGET (self->list), GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment;
  graphene_rect_t place;

  gtk_list_box_select_row (self->list, row);
  if (row == NULL)
    {
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry),
                                     GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
      return;
    }
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  if (gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &place))
    gtk_adjustment_clamp_page (adjustment, place.origin.y, place.origin.y + place.size.height);
}

/* (transfer container) */
static const char **
class_names (CvrClassSearch *self,
             guint           n)
{
  const char **names = g_new (const char *, MAX (n, 1));

  for (guint k = 0; k < n; k++)
    names[k] = cvr_dataset_class_name (self->dataset, k);

  return names;
}

static void
fill (CvrClassSearch *self)
{
  guint n = self->dataset != NULL ? cvr_dataset_n_classes (self->dataset) : 0;
  g_autofree const char **names = class_names (self, n);
  g_autofree char *typed = typed_name (self);
  g_autoptr (GArray) matches = cvr_class_match (names, n, typed);
  guint shown = MIN (matches->len, MAX_ROWS);
  GtkWidget *child;

  select_row (self, -1);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_array_set_size (self->found, 0);
  for (guint i = 0; i < shown; i++)
    {
      guint k = g_array_index (matches, guint, i);

      append_row (self, (gint) k, names[k]);
    }
  if (self->can_create && !cvr_class_match_same (names, n, typed))
    {
      /* Translators: a row that makes a new class; %s is its name. */
      g_autofree char *create = g_strdup_printf (_("Create “%s”"), typed);

      append_row (self, -1, create);
    }
  if (matches->len > shown)
    {
      g_autofree char *more = g_strdup_printf (
        ngettext ("and %u more: type on", "and %u more: type on", matches->len - shown),
        matches->len - shown);

      gtk_label_set_text (self->more, more);
    }
  else if (self->found->len == 0)
    gtk_label_set_text (self->more, n == 0 ? _("There are no classes yet")
                                           : _("No class has that in its name"));
  gtk_widget_set_visible (GTK_WIDGET (self->more), matches->len > shown || self->found->len == 0);
  select_row (self, self->found->len > 0 ? 0 : -1);
}

static void
take (CvrClassSearch *self,
      gint            index)
{
  g_autofree char *typed = NULL;
  gint k;

  if (index < 0 || index >= (gint) self->found->len)
    return;
  k = g_array_index (self->found, gint, index);
  typed = k < 0 ? typed_name (self) : NULL;
  g_object_ref (self);
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, k, typed);
  g_object_unref (self);
}

static void
activate_cb (CvrClassSearch *self)
{
  take (self, cvr_class_search_get_row (self));
}

static void
row_activated_cb (CvrClassSearch *self,
                  GtkListBoxRow  *row)
{
  take (self, gtk_list_box_row_get_index (row));
}

static gboolean
key_pressed_cb (CvrClassSearch *self,
                guint           key)
{
  gint n = (gint) self->found->len, row = cvr_class_search_get_row (self);

  if (n == 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    row = MIN (row + 1, n - 1);
  else if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    row = MAX (row - 1, 0);
  else if (key == GDK_KEY_Page_Down || key == GDK_KEY_KP_Page_Down)
    row = MIN (row + 8, n - 1);
  else if (key == GDK_KEY_Page_Up || key == GDK_KEY_KP_Page_Up)
    row = MAX (row - 8, 0);
  else
    return GDK_EVENT_PROPAGATE;
  select_row (self, row);

  return GDK_EVENT_STOP;
}

static void
cvr_class_search_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CAN_CREATE:
      g_value_set_boolean (value, CVR_CLASS_SEARCH (object)->can_create);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_class_search_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CvrClassSearch *self = CVR_CLASS_SEARCH (object);

  switch (id)
    {
    case PROP_CAN_CREATE:
      if (self->can_create == g_value_get_boolean (value))
        return;
      self->can_create = g_value_get_boolean (value);
      fill (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_class_search_finalize (GObject *object)
{
  CvrClassSearch *self = CVR_CLASS_SEARCH (object);

  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_array_unref (self->found);

  G_OBJECT_CLASS (cvr_class_search_parent_class)->finalize (object);
}

static void
cvr_class_search_class_init (CvrClassSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cvr_class_search_get_property;
  object_class->set_property = cvr_class_search_set_property;
  object_class->finalize = cvr_class_search_finalize;
  props[PROP_CAN_CREATE] =
    g_param_spec_boolean ("can-create", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-class-search.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrClassSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, CvrClassSearch, list);
  gtk_widget_class_bind_template_child (widget_class, CvrClassSearch, more);
  gtk_widget_class_bind_template_callback (widget_class, fill);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
cvr_class_search_init (CvrClassSearch *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->found = g_array_new (FALSE, FALSE, sizeof (gint));
  self->can_create = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->entry, GTK_WIDGET (self));
  /* Before the entry's text takes them. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  fill (self);
}

/**
 * cvr_class_search_new:
 *
 * Returns: (transfer floating): a popover without classes
 */
GtkWidget *
cvr_class_search_new (void)
{
  return g_object_new (CVR_TYPE_CLASS_SEARCH, NULL);
}

/**
 * cvr_class_search_set_classes:
 * @dataset: whose classes are offered; only its names, colours and keys are copied
 */
void
cvr_class_search_set_classes (CvrClassSearch *self,
                              CvrDataset     *dataset)
{
  CvrDataset *copy;

  g_return_if_fail (CVR_IS_CLASS_SEARCH (self) && dataset != NULL);

  copy = cvr_dataset_new ();
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    cvr_dataset_insert_class (copy, k, cvr_dataset_class (dataset, k));
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  self->dataset = copy;
  fill (self);
}

/**
 * cvr_class_search_open:
 * @typed: (nullable): what was typed already; the cursor stands behind it
 */
void
cvr_class_search_open (CvrClassSearch *self,
                       const char     *typed)
{
  g_return_if_fail (CVR_IS_CLASS_SEARCH (self));

  cvr_class_search_set_text (self, typed);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

/**
 * cvr_class_search_set_text:
 * @typed: (nullable): what the names are searched for
 */
void
cvr_class_search_set_text (CvrClassSearch *self,
                           const char     *typed)
{
  g_return_if_fail (CVR_IS_CLASS_SEARCH (self));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), typed != NULL ? typed : "");
}

/**
 * cvr_class_search_n_rows:
 *
 * Returns: how many rows there are, the one of a new class included
 */
guint
cvr_class_search_n_rows (CvrClassSearch *self)
{
  g_return_val_if_fail (CVR_IS_CLASS_SEARCH (self), 0);

  return self->found->len;
}

/**
 * cvr_class_search_get_row:
 *
 * Returns: number of the row that Enter takes, or −1
 */
gint
cvr_class_search_get_row (CvrClassSearch *self)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (CVR_IS_CLASS_SEARCH (self), -1);

  row = gtk_list_box_get_selected_row (self->list);

  return row != NULL ? gtk_list_box_row_get_index (row) : -1;
}
