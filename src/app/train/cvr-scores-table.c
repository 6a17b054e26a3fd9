/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Precision, recall, F1 and the like of each class, sorted as wanted. */
#include "cvr-scores-table.h"

#include "cvr-labelling.h"
#include "cvr-swatch.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { PICTURES, PRECISION, RECALL, F1, AUC, N_FIGURES };

/* One class; what the table's columns sort and show. */
#define CVR_TYPE_SCORE_ROW (cvr_score_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrScoreRow, cvr_score_row, CVR, SCORE_ROW, GObject)

struct _CvrScoreRow
{
  GObject parent_instance;

  guint   k, paint;
  char   *name;
  double  figures[N_FIGURES];
};

G_DEFINE_FINAL_TYPE (CvrScoreRow, cvr_score_row, G_TYPE_OBJECT)

static void
cvr_score_row_finalize (GObject *object)
{
  g_free (CVR_SCORE_ROW (object)->name);

  G_OBJECT_CLASS (cvr_score_row_parent_class)->finalize (object);
}

static void
cvr_score_row_class_init (CvrScoreRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_score_row_finalize;
}

static void
cvr_score_row_init (CvrScoreRow *self)
{
}

struct _CvrScoresTable
{
  AdwBin parent_instance;

  GtkColumnView      *table;
  GListStore         *rows;
  GtkSingleSelection *selection;
  gboolean            updating;
};

G_DEFINE_FINAL_TYPE (CvrScoresTable, cvr_scores_table, ADW_TYPE_BIN)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const struct
{
  const char *title, *meaning;
} columns[N_FIGURES] = {
  [PICTURES] = { N_("Pictures"), N_("Pictures of this class that were kept unseen") },
  [PRECISION] = { N_("Precision"), N_("When it says so: how often it is right") },
  [RECALL] = { N_("Recall"), N_("Of these pictures: how many it finds") },
  [F1] = { N_("F1"), N_("One figure of precision and recall: their harmonic mean") },
  [AUC] = { N_("AUC"), N_("Area under the ROC curve (guessing: 50 %, perfect: 100 %)") },
};

static int
compare_figures (gconstpointer a,
                 gconstpointer b,
                 gpointer      figure)
{
  double x = CVR_SCORE_ROW ((gpointer) a)->figures[GPOINTER_TO_UINT (figure)];
  double y = CVR_SCORE_ROW ((gpointer) b)->figures[GPOINTER_TO_UINT (figure)];

  /* What is not known stands last. */
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);

  return (x > y) - (x < y);
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  return g_utf8_collate (CVR_SCORE_ROW ((gpointer) a)->name, CVR_SCORE_ROW ((gpointer) b)->name);
}

static void
setup_name_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *list_item,
               gpointer                  unused)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = cvr_swatch_new (-1);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_name_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *list_item,
              gpointer                  unused)
{
  CvrScoreRow *row = gtk_list_item_get_item (list_item);
  GtkWidget *swatch = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));

  cvr_swatch_set_look (CVR_SWATCH (swatch), (gint) row->k, row->paint, 0, FALSE);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (swatch)), row->name);
}

static void
setup_figure_cb (GtkSignalListItemFactory *factory,
                 GtkListItem              *list_item,
                 gpointer                  unused)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (list_item, label);
}

static void
bind_figure_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *list_item,
                gpointer                  figure)
{
  CvrScoreRow *row = gtk_list_item_get_item (list_item);
  guint i = GPOINTER_TO_UINT (figure);
  /* AUC stands on pairs of pictures, which are many. */
  guint64 n = i == AUC ? 0 : (guint64) row->figures[PICTURES];
  g_autofree char *text = i == PICTURES ? cvr_words_count ((guint64) row->figures[i])
                                        : cvr_words_percent (row->figures[i], n);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (list_item)), text);
}

static void
add_column (CvrScoresTable     *self,
            const char         *title,
            GtkListItemFactory *factory,
            GtkSorter          *sorter,
            gboolean            expand)
{
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_append_column (self->table, column);
  g_object_unref (sorter);
}

/* The head of @column: titles stand in the order of the columns. */
static GtkWidget *
find_head (CvrScoresTable *self,
           guint           column)
{
  GtkWidget *head = gtk_widget_get_first_child (gtk_widget_get_first_child (
    GTK_WIDGET (self->table)));

  for (guint i = 0; head != NULL && i < column; i++)
    head = gtk_widget_get_next_sibling (head);

  return head;
}

/* By the sign that GTK draws beside the title; it has no property for it before 4.10. */
static gboolean
is_ascending (GtkWidget *widget)
{
  if (gtk_widget_has_css_class (widget, "ascending"))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_ascending (child))
      return TRUE;

  return FALSE;
}

/* Once more turns the order around, as a click does. */
static gboolean
sort_cb (GtkWidget *head,
         GVariant  *args,
         gpointer   data)
{
  CvrScoresTable *self = CVR_SCORES_TABLE (gtk_widget_get_ancestor (head, CVR_TYPE_SCORES_TABLE));
  GListModel *all = gtk_column_view_get_columns (self->table);
  g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (all, GPOINTER_TO_UINT (data));

  gtk_column_view_sort_by_column (self->table, column,
                                  is_ascending (head) ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);

  return TRUE;
}

/* GTK's heads answer to the pointer only. */
static void
add_keys (CvrScoresTable *self,
          guint           column)
{
  static const guint keys[] = { GDK_KEY_space, GDK_KEY_Return, GDK_KEY_KP_Enter };
  GtkWidget *head = find_head (self, column);
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], 0),
                        gtk_callback_action_new (sort_cb, GUINT_TO_POINTER (column), NULL)));
  gtk_widget_add_controller (head, controller);
  gtk_widget_set_focusable (head, TRUE);
}

/* Heads of numbers stand over their last digits, and being short they say what they mean; GTK has
 * no property for either. */
static void
prepare_heads (CvrScoresTable *self)
{
  gtk_widget_set_can_focus (gtk_widget_get_first_child (GTK_WIDGET (self->table)), TRUE);
  for (guint i = 0; i <= N_FIGURES; i++)
    {
      add_keys (self, i);
      if (i == 0)
        continue;
      gtk_widget_set_halign (gtk_widget_get_first_child (find_head (self, i)), GTK_ALIGN_END);
      gtk_widget_set_tooltip_text (find_head (self, i), _ (columns[i - 1].meaning));
    }
}

/* One stop for each head and one for all rows, among which the arrows choose. */
static gboolean
cvr_scores_table_focus (GtkWidget       *widget,
                        GtkDirectionType direction)
{
  CvrScoresTable *self = CVR_SCORES_TABLE (widget);
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->table));
  GtkWidget *inside = gtk_widget_get_focus_child (GTK_WIDGET (self->table));

  if (inside != NULL && inside != header && direction == GTK_DIR_TAB_FORWARD)
    return FALSE;
  if (inside != NULL && inside != header && direction == GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (header, direction);

  return GTK_WIDGET_CLASS (cvr_scores_table_parent_class)->focus (widget, direction);
}

static void
add_columns (CvrScoresTable *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_name_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name_cb), NULL);
  add_column (self, _("Class"), factory,
              GTK_SORTER (gtk_custom_sorter_new (compare_names, NULL, NULL)), TRUE);
  for (guint i = 0; i < N_FIGURES; i++)
    {
      factory = gtk_signal_list_item_factory_new ();
      g_signal_connect (factory, "setup", G_CALLBACK (setup_figure_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_figure_cb), GUINT_TO_POINTER (i));
      add_column (self, _ (columns[i].title), factory,
                  GTK_SORTER (gtk_custom_sorter_new (compare_figures, GUINT_TO_POINTER (i), NULL)),
                  FALSE);
    }
  prepare_heads (self);
}

static void
selected_cb (CvrScoresTable *self)
{
  gint k = cvr_scores_table_get_selected (self);

  if (!self->updating && k >= 0)
    g_signal_emit (self, signals[SELECTED], 0, (guint) k);
}

static void
cvr_scores_table_dispose (GObject *object)
{
  CvrScoresTable *self = CVR_SCORES_TABLE (object);

  g_clear_object (&self->rows);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (cvr_scores_table_parent_class)->dispose (object);
}

static void
cvr_scores_table_class_init (CvrScoresTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_scores_table_dispose;
  GTK_WIDGET_CLASS (klass)->focus = cvr_scores_table_focus;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
cvr_scores_table_init (CvrScoresTable *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GListModel *sorted;

  self->rows = g_list_store_new (CVR_TYPE_SCORE_ROW);
  self->table = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->table), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Scores of each class"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->table), "data-table");
  add_columns (self);
  sorted = G_LIST_MODEL (
    gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->rows)),
                             g_object_ref (gtk_column_view_get_sorter (self->table))));
  self->selection = gtk_single_selection_new (sorted);
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->table));
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

static void
select_class (CvrScoresTable *self,
              gint            k)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrScoreRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if ((gint) row->k == k)
        gtk_single_selection_set_selected (self->selection, i);
    }
}

void
cvr_scores_table_set (CvrScoresTable *self,
                      CvrProject     *project,
                      CvrModel       *model,
                      CvrEvaluation  *evaluation)
{
  gint chosen;
  g_auto (GStrv) titles = NULL;

  g_return_if_fail (CVR_IS_SCORES_TABLE (self));

  chosen = cvr_scores_table_get_selected (self);
  self->updating = TRUE;
  g_list_store_remove_all (self->rows);
  if (evaluation != NULL)
    titles = cvr_labelling_dup_model_titles (project, model);
  for (guint k = 0; evaluation != NULL && k < evaluation->n_classes; k++)
    {
      g_autoptr (CvrScoreRow) row = g_object_new (CVR_TYPE_SCORE_ROW, NULL);
      const double figures[N_FIGURES] = { (double) evaluation->support[k],
                                          evaluation->precision[k], evaluation->recall[k],
                                          evaluation->f1[k], evaluation->auc[k] };

      row->k = k;
      row->paint = cvr_labelling_model_paint (project, model, k);
      row->name = g_strdup (titles[k]);
      memcpy (row->figures, figures, sizeof figures);
      g_list_store_append (self->rows, row);
    }
  select_class (self, MAX (chosen, 0));
  self->updating = FALSE;
  selected_cb (self);
}

gint
cvr_scores_table_get_selected (CvrScoresTable *self)
{
  CvrScoreRow *row;

  g_return_val_if_fail (CVR_IS_SCORES_TABLE (self), -1);

  row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? (gint) row->k : -1;
}
