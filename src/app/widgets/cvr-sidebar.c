/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of pages with a live line each; compact: icons only. */
#include "cvr-sidebar.h"

#include "cvr-pages.h"
#include "cvr-tab-stop.h"
#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>

struct _CvrSidebar
{
  AdwBin parent_instance;

  GtkListBox *list;
  GtkWidget  *rows[CVR_N_PAGES];
  GtkLabel   *lines[CVR_N_PAGES];
  GtkWidget  *marks[CVR_N_PAGES];
  guint       page; /* that is shown; the arrow keys may be elsewhere */
  gboolean    compact;
};

G_DEFINE_FINAL_TYPE (CvrSidebar, cvr_sidebar, ADW_TYPE_BIN)

enum { PROP_0, PROP_COMPACT, N_PROPS };

static GParamSpec *props[N_PROPS];

/* Title over live line; the line keeps its height when it is empty, so that nothing jumps. Where it
 * is too long for it, the number at its end stays. */
static GtkWidget *
make_words (CvrSidebar        *self,
            const CvrPageInfo *page,
            guint              index)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (_(page->title));
  GtkWidget *line = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_label_set_ellipsize (GTK_LABEL (line), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (line), 17);
  gtk_label_set_max_width_chars (GTK_LABEL (line), 17);
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_widget_add_css_class (line, "numeric");
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), line);
  self->lines[index] = GTK_LABEL (line);

  return box;
}

static char *
dup_tip (const CvrPageInfo *page,
         guint              index)
{
  /* Translators: name of a page, then the keys that show it. */
  return g_strdup_printf (_("%s (Alt+%u)"), _(page->title), index + 1);
}

static GtkWidget *
make_row (CvrSidebar        *self,
          const CvrPageInfo *page,
          guint              index)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *mark = gtk_image_new_from_icon_name ("cvr-attention-symbolic");
  g_autofree char *tip = dup_tip (page, index);

  self->rows[index] = row;
  gtk_widget_set_tooltip_text (row, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (page->title), GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, tip, -1);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (page->icon));
  if (!self->compact)
    gtk_box_append (GTK_BOX (box), make_words (self, page, index));

  gtk_image_set_pixel_size (GTK_IMAGE (mark), 8);
  gtk_widget_add_css_class (mark, "attention");
  gtk_widget_set_valign (mark, self->compact ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
  gtk_widget_set_opacity (mark, 0);
  if (!self->compact)
    gtk_box_append (GTK_BOX (box), mark);
  self->marks[index] = mark;

  if (self->compact)
    {
      GtkWidget *overlay = gtk_overlay_new ();

      gtk_overlay_set_child (GTK_OVERLAY (overlay), box);
      gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
      gtk_widget_set_halign (mark, GTK_ALIGN_END);
      gtk_overlay_add_overlay (GTK_OVERLAY (overlay), mark);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), overlay);
    }
  else
    gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);

  return row;
}

static void
row_activated_cb (CvrSidebar    *self,
                  GtkListBoxRow *row)
{
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "s",
                              pages[gtk_list_box_row_get_index (row)].id);
}

static void
show_selected (CvrSidebar *self)
{
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list,
                                                                      (int) self->page));
}

static void
cvr_sidebar_constructed (GObject *object)
{
  CvrSidebar *self = CVR_SIDEBAR (object);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  G_OBJECT_CLASS (cvr_sidebar_parent_class)->constructed (object);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Pages"), -1);
  for (guint i = 0; i < n_pages; i++)
    gtk_list_box_append (self->list, make_row (self, &pages[i], i));
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  /* The arrow keys select without opening: what was not opened is let go of. */
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (show_selected), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), focus);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_widget_add_css_class (GTK_WIDGET (self), "cvr-sidebar");
  adw_bin_set_child (ADW_BIN (self), g_object_new (CVR_TYPE_TAB_STOP, "child", scroller, NULL));
}

static void
cvr_sidebar_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  if (id == PROP_COMPACT)
    g_value_set_boolean (value, CVR_SIDEBAR (object)->compact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_sidebar_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  if (id == PROP_COMPACT)
    CVR_SIDEBAR (object)->compact = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_sidebar_class_init (CvrSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = cvr_sidebar_constructed;
  object_class->get_property = cvr_sidebar_get_property;
  object_class->set_property = cvr_sidebar_set_property;

  props[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                              | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_sidebar_init (CvrSidebar *self)
{
}

/**
 * cvr_sidebar_select:
 * @page: index in the table of pages
 */
void
cvr_sidebar_select (CvrSidebar *self,
                    guint       page)
{
  g_return_if_fail (CVR_IS_SIDEBAR (self));

  self->page = page;
  show_selected (self);
}

void
cvr_sidebar_show_page (CvrSidebar *self,
                       guint       page,
                       gboolean    visible)
{
  gtk_widget_set_visible (
    GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int) page)), visible);
}

/**
 * cvr_sidebar_refresh:
 * @project: (nullable): what the lines tell about
 * @pages: (array fixed-size=7): the pages' widgets
 */
void
cvr_sidebar_refresh (CvrSidebar       *self,
                     CvrProject       *project,
                     GtkWidget *const *pages)
{
  guint n_pages;
  const CvrPageInfo *infos = cvr_pages (&n_pages);

  g_return_if_fail (CVR_IS_SIDEBAR (self));

  for (guint i = 0; i < n_pages; i++)
    {
      g_autofree char *line = NULL, *whole = NULL, *tip = dup_tip (&infos[i], i), *text = NULL;
      gboolean waits = FALSE;

      if (project != NULL && infos[i].dup_line != NULL)
        line = infos[i].dup_line (project, pages[i]);
      if (project != NULL && infos[i].dup_whole != NULL)
        whole = infos[i].dup_whole (project, pages[i]);
      if (project != NULL && infos[i].attention != NULL)
        waits = infos[i].attention (project, pages[i]);

      if (self->lines[i] != NULL)
        gtk_label_set_text (self->lines[i], line != NULL ? line : "");
      text = line != NULL ? g_strconcat (tip, "\n", whole != NULL ? whole : line, NULL) : NULL;
      cvr_tooltip_set (self->rows[i], text != NULL ? text : tip);
      gtk_widget_set_opacity (self->marks[i], waits ? 1 : 0);
      cvr_tooltip_set (self->marks[i], waits ? _("Something here waits for you") : NULL);
    }
}
