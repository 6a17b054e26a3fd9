/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as boxes and as a table of layers. */
#include "cvr-network-page.h"

#include "cvr-going-on.h"
#include "cvr-layer-columns.h"
#include "cvr-layer-row.h"
#include "cvr-layer-text.h"
#include "cvr-network-view.h"
#include "cvr-tab-stop.h"
#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>

struct _CvrNetworkPage
{
  AdwBin parent_instance;

  GtkStack          *stack;
  AdwStatusPage     *empty;
  GtkDropDown       *arch, *size, *colour;
  GtkLabel          *totals, *description, *layer_title, *layer_explanation;
  GtkScrolledWindow *drawing_scroll;
  CvrNetworkView    *drawing;
  GtkBox            *own_input, *freezing;
  GtkButton         *open_model;
  GtkSpinButton     *frozen;
  GtkAdjustment     *n_frozen;
  GtkColumnView     *table;
  GtkGrid           *facts;

  CvrProject         *project;
  NnGraph            *graph;     /* what is shown; NULL: the settings fit no network */
  GListStore         *rows;
  GtkSingleSelection *selection;
  gboolean            updating;  /* drop-downs are being set from the project */
};

G_DEFINE_FINAL_TYPE (CvrNetworkPage, cvr_network_page, ADW_TYPE_BIN)

/* Sides offered; 0 follows the pictures. */
static const guint sizes[] = { 0, 28, 32, 48, 64, 96 };

static gint
selected_node (CvrNetworkPage *self)
{
  CvrLayerRow *row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? cvr_layer_row_get_node (row) : -1;
}

static void
drawing_selected_cb (CvrNetworkPage *self,
                     gint            node)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->table));

  gtk_single_selection_set_selected (self->selection, (guint) node);
  /* The action is the rows' own, which are a part of the table. */
  while (child != NULL && !GTK_IS_LIST_BASE (child))
    child = gtk_widget_get_next_sibling (child);
  if (child != NULL)
    gtk_widget_activate_action (child, "list.scroll-to-item", "u", (guint) node);
}

/* A long network follows what is chosen, with a little of its neighbours. */
static void
show_in_drawing (CvrNetworkPage *self,
                 NnNode          node)
{
  enum { MARGIN = 90 };
  double x, width;

  cvr_network_view_set_selected (self->drawing, node);
  if (cvr_network_view_get_extent (self->drawing, node, &x, &width))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_hadjustment (self->drawing_scroll),
                               x - MARGIN, x + width + MARGIN);
}

static void
drawing_focused_cb (CvrNetworkPage *self)
{
  show_in_drawing (self, selected_node (self));
}

static void
add_fact (CvrNetworkPage *self,
          int             row,
          const char     *title,
          const char     *value)
{
  GtkWidget *left = gtk_label_new (title);
  GtkWidget *right = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (left), 0);
  gtk_widget_set_valign (left, GTK_ALIGN_START);
  gtk_widget_add_css_class (left, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (right), 0);
  gtk_label_set_wrap (GTK_LABEL (right), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (right), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (right, "numeric");
  gtk_widget_set_hexpand (right, TRUE);
  gtk_grid_attach (self->facts, left, 0, row, 1, 1);
  gtk_grid_attach (self->facts, right, 1, row, 1, 1);
}

/* Whether a layer is one of the first that stay as they are; FALSE where nobody could choose. */
static gboolean
is_frozen (CvrNetworkPage *self,
           NnNode          node,
           gboolean       *frozen)
{
  guint before = 0;

  if (!cvr_project_goes_on (self->project) || !nn_graph_node_has_weights (self->graph, node))
    return FALSE;
  for (NnNode i = 0; i < node; i++)
    before += nn_graph_node_has_weights (self->graph, i);
  *frozen = before < cvr_project_get_settings (self->project)->n_frozen;

  return TRUE;
}

static void
show_layer (CvrNetworkPage *self)
{
  NnNode node = selected_node (self);
  g_autofree char *explanation = NULL;
  g_autofree char *size_formula = NULL;
  g_autofree char *parameter_formula = NULL;
  g_autofree char *size = NULL;
  g_autofree char *flops = NULL;
  g_autofree char *field = NULL;
  GtkWidget *child;
  NnShape shape;
  gboolean frozen;
  guint32 reach;
  int row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  if (self->graph == NULL || node < 0)
    return;

  show_in_drawing (self, node);
  shape = nn_graph_node_shape (self->graph, node);
  reach = nn_graph_receptive_field (self->graph, node);
  explanation = cvr_layer_dup_explanation (self->graph, node);
  size_formula = cvr_layer_dup_size_formula (self->graph, node);
  parameter_formula = cvr_layer_dup_parameter_formula (self->graph, node);
  size = nn_shape_dup_string (&shape);
  flops = cvr_layer_dup_count (nn_graph_node_flops (self->graph, node));
  field = g_strdup_printf ("%u × %u", reach, reach);
  gtk_label_set_text (self->layer_title, cvr_layer_title (self->graph, node));
  gtk_label_set_text (self->layer_explanation, explanation);
  add_fact (self, row++, _("Name"), nn_graph_node_name (self->graph, node));
  add_fact (self, row++, _("Output size"), size);
  if (size_formula != NULL)
    add_fact (self, row++, _("Side"), size_formula);
  add_fact (self, row++, _("Parameters"),
            parameter_formula != NULL ? parameter_formula : _("none"));
  if (is_frozen (self, node, &frozen))
    add_fact (self, row++, _("While learning"), frozen ? _("stays as it is") : _("changes"));
  add_fact (self, row++, _("Operations"), flops);
  add_fact (self, row++, _("Sees of the input"), field);
}

static void
show_totals (CvrNetworkPage *self)
{
  guint n_nodes = nn_graph_n_nodes (self->graph);
  g_autofree char *values = cvr_layer_dup_count (nn_graph_n_values (self->graph));
  g_autofree char *flops = cvr_layer_dup_count (nn_graph_flops (self->graph));
  /* Translators: two numbers; operations are additions and multiplications for one picture. */
  g_autofree char *totals = g_strdup_printf (_("%s parameters · %s operations"), values, flops);
  /* Translators: %u is how many layers the network has, %s counts parameters and operations. */
  g_autofree char *spoken =
      g_strdup_printf (ngettext ("%u layer, %s", "%u layers, %s", n_nodes), n_nodes, totals);

  gtk_label_set_text (self->totals, totals);
  cvr_canvas_set_description (CVR_CANVAS (self->drawing), spoken);
}

static void
show_graph (CvrNetworkPage *self,
            NnGraph        *graph) /* nullable */
{
  guint n_nodes = graph != NULL ? nn_graph_n_nodes (graph) : 0;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (self->graph == graph)
    return;
  if (graph != NULL)
    nn_graph_ref (graph);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->graph = graph;
  cvr_network_view_set_graph (self->drawing, graph);
  for (guint i = 0; i < n_nodes; i++)
    g_ptr_array_add (rows, cvr_layer_row_new (graph, (NnNode) i));
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                       rows->pdata, rows->len);
  if (graph == NULL)
    {
      gtk_label_set_text (self->totals, "");
      return;
    }
  /* The input has nothing to say; begin with the first layer that does something. */
  gtk_single_selection_set_selected (self->selection, selected < n_nodes && selected > 0
                                                          ? selected
                                                          : MIN (1, n_nodes - 1));
  show_totals (self);
  show_layer (self);
}

/* Why the network can't be exchanged now; NULL when it can. */
static const char *
locked_reason (CvrNetworkPage *self)
{
  if (cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_IDLE)
    return _("Stop the training first, then choose another network");

  return NULL;
}

/* Layers that can learn, of which all but one may stay as they are. */
static guint
count_learning (NnGraph *graph)
{
  guint n = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    n += nn_graph_node_has_weights (graph, (NnNode) i);

  return n;
}

/* The last row is the network that the project has. */
static void
show_own_row (CvrNetworkPage *self,
              guint           n_archs)
{
  GtkStringList *titles = GTK_STRING_LIST (gtk_drop_down_get_model (self->arch));
  g_autofree char *name = cvr_project_dup_model_name (self->project);
  /* Translators: network's name; a choice beside new networks. */
  char *title = name != NULL ? g_strdup_printf (_("%s, as it is now"), name) : NULL;
  const char *rows[] = { title, NULL };
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (titles));

  if (g_strcmp0 (title, gtk_string_list_get_string (titles, n_archs)) != 0)
    gtk_string_list_splice (titles, n_archs, n_rows - n_archs, rows);
  g_free (title);
}

static void
show_arch (CvrNetworkPage *self)
{
  const CvrSettings *settings = cvr_project_get_settings (self->project);
  g_autofree char *going_on = cvr_going_on_dup_sentence (self->project);
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  show_own_row (self, n_archs);
  gtk_widget_set_visible (GTK_WIDGET (self->own_input), going_on == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->freezing), going_on != NULL);
  if (going_on != NULL)
    {
      NnGraph *graph = cvr_project_get_model (self->project)->graph;

      gtk_drop_down_set_selected (self->arch, n_archs);
      gtk_label_set_text (self->description, going_on);
      gtk_adjustment_set_upper (self->n_frozen, MAX (count_learning (graph), 1) - 1);
      gtk_adjustment_set_value (self->n_frozen, settings->n_frozen);
      return;
    }
  for (guint i = 0; i < n_archs; i++)
    if (g_str_equal (archs[i].name, settings->arch))
      {
        gtk_drop_down_set_selected (self->arch, i);
        gtk_label_set_text (self->description, _(archs[i].description));
      }
}

static void
show_choices (CvrNetworkPage *self)
{
  const CvrSettings *settings = cvr_project_get_settings (self->project);
  const char *reason = locked_reason (self);
  GtkWidget *choices[] = { GTK_WIDGET (self->arch), GTK_WIDGET (self->size),
                           GTK_WIDGET (self->colour), GTK_WIDGET (self->frozen),
                           GTK_WIDGET (self->open_model) };

  self->updating = TRUE;
  show_arch (self);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i] == settings->width)
      gtk_drop_down_set_selected (self->size, i);
  gtk_drop_down_set_selected (self->colour, MIN (settings->channels, 2));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      gtk_widget_set_sensitive (choices[i], reason == NULL);
      cvr_tooltip_set (choices[i], reason);
    }
  if (reason == NULL)
    cvr_tooltip_set (GTK_WIDGET (self->frozen),
                     _("Layers with weights, counted from the input, that keep what they know; the "
                       "others learn. 0: all of them learn."));
  self->updating = FALSE;
}

static void
show_frozen (CvrNetworkPage *self)
{
  const CvrSettings *settings = cvr_project_get_settings (self->project);

  cvr_network_view_set_frozen (self->drawing,
                               cvr_project_goes_on (self->project) ? settings->n_frozen : 0);
  show_layer (self);
}

static void
update (CvrNetworkPage *self)
{
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  if (self->project == NULL)
    return;
  show_choices (self);
  graph = cvr_project_get_shown_graph (self->project, &error);
  show_graph (self, graph);
  show_frozen (self);
  if (graph == NULL)
    adw_status_page_set_description (self->empty, error != NULL ? error->message : NULL);
  gtk_stack_set_visible_child_name (self->stack, graph != NULL ? "network" : "empty");
}

static void
change_settings (CvrNetworkPage    *self,
                 const CvrSettings *settings)
{
  if (!cvr_settings_equal (settings, cvr_project_get_settings (self->project)))
    cvr_project_set_settings (self->project, settings);
}

static void
arch_changed_cb (CvrNetworkPage *self)
{
  CvrSettings settings;
  guint n_archs, selected = gtk_drop_down_get_selected (self->arch);
  const NnArch *archs = nn_archs (&n_archs);

  if (self->updating || self->project == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  settings = *cvr_project_get_settings (self->project);
  if (selected < n_archs)
    {
      g_strlcpy (settings.arch, archs[selected].name, sizeof settings.arch);
      cvr_settings_set_base (&settings, "");
    }
  else
    {
      g_autofree char *name = cvr_project_dup_model_name (self->project);

      cvr_settings_set_base (&settings, name);
    }
  change_settings (self, &settings);
}

static void
frozen_changed_cb (CvrNetworkPage *self)
{
  CvrSettings settings;

  if (self->updating || self->project == NULL)
    return;
  settings = *cvr_project_get_settings (self->project);
  settings.n_frozen = (guint) gtk_adjustment_get_value (self->n_frozen);
  change_settings (self, &settings);
}

static void
size_changed_cb (CvrNetworkPage *self)
{
  CvrSettings settings;
  guint selected = gtk_drop_down_get_selected (self->size);

  if (self->updating || self->project == NULL || selected >= G_N_ELEMENTS (sizes))
    return;
  settings = *cvr_project_get_settings (self->project);
  settings.width = settings.height = sizes[selected];
  change_settings (self, &settings);
}

static void
colour_changed_cb (CvrNetworkPage *self)
{
  static const guint channels[] = { 0, 1, 3 };
  CvrSettings settings;
  guint selected = gtk_drop_down_get_selected (self->colour);

  if (self->updating || self->project == NULL || selected >= G_N_ELEMENTS (channels))
    return;
  settings = *cvr_project_get_settings (self->project);
  settings.channels = channels[selected];
  change_settings (self, &settings);
}

static void
cvr_network_page_dispose (GObject *object)
{
  CvrNetworkPage *self = CVR_NETWORK_PAGE (object);

  cvr_network_page_set_project (self, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->graph, nn_graph_unref);

  G_OBJECT_CLASS (cvr_network_page_parent_class)->dispose (object);
}

static void
cvr_network_page_class_init (CvrNetworkPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_network_page_dispose;
  g_type_ensure (CVR_TYPE_NETWORK_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-network-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, empty);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, arch);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, size);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, colour);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, totals);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, description);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, drawing_scroll);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, drawing);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, table);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, layer_title);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, layer_explanation);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, facts);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, own_input);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, freezing);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, open_model);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, frozen);
  gtk_widget_class_bind_template_child (widget_class, CvrNetworkPage, n_frozen);
  gtk_widget_class_bind_template_callback (widget_class, frozen_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, arch_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, colour_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, drawing_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, drawing_focused_cb);
}

static void
fill_choices (CvrNetworkPage *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) sides = gtk_string_list_new (NULL);
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    gtk_string_list_append (titles, archs[i].title);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    gtk_string_list_take (sides, sizes[i] == 0 ? g_strdup (_("Size of the pictures"))
                                               : g_strdup_printf ("%u × %u", sizes[i], sizes[i]));
  gtk_drop_down_set_model (self->arch, G_LIST_MODEL (titles));
  gtk_drop_down_set_model (self->size, G_LIST_MODEL (sides));
}

static void
cvr_network_page_init (CvrNetworkPage *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_choices (self);
  self->updating = FALSE;

  self->rows = g_list_store_new (CVR_TYPE_LAYER_ROW);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (show_layer), self,
                           G_CONNECT_SWAPPED);
  cvr_layer_columns_add (self->table);
}

/**
 * cvr_network_page_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_network_page_set_project (CvrNetworkPage *self,
                              CvrProject     *project)
{
  g_return_if_fail (CVR_IS_NETWORK_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
  update (self);
}
