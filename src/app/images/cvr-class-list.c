/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classes as cards under each other, with their counts; choosing one filters the pictures. */
#include "cvr-class-list.h"

#include "cvr-labelling.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrClassList
{
  AdwBin parent_instance;

  GtkListBox *list;
  CvrProject *project;
  gint        shown;
  gboolean    rebuilding;
};

G_DEFINE_FINAL_TYPE (CvrClassList, cvr_class_list, ADW_TYPE_BIN)

enum { SHOWN, ITEM_DROPPED, N_SIGNALS };

static guint signals[N_SIGNALS];

static CvrClassRow *
first_row (CvrClassList *self)
{
  return (CvrClassRow *) gtk_widget_get_first_child (GTK_WIDGET (self->list));
}

static CvrClassRow *
next_row (CvrClassRow *row)
{
  return (CvrClassRow *) gtk_widget_get_next_sibling (GTK_WIDGET (row));
}

static void
row_renamed_cb (CvrClassRow  *row,
                const char   *name,
                CvrClassList *self)
{
  cvr_project_rename_class (self->project, (guint) cvr_class_row_get_class (row), name);
}

static void
row_remove_cb (CvrClassRow  *row,
               CvrClassList *self)
{
  guint k = (guint) cvr_class_row_get_class (row);
  g_autofree char *text = NULL;

  text = g_strdup_printf (_("“%s” is removed; its pictures have no label now"),
                          cvr_project_class_title (self->project, k));
  cvr_project_remove_class (self->project, k);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
row_look_cb (CvrClassRow  *row,
             gint          colour,
             guint         key,
             CvrClassList *self)
{
  guint k = (guint) cvr_class_row_get_class (row);
  const CvrClass *klass = cvr_dataset_class (cvr_project_get_dataset (self->project), k);

  if (klass != NULL)
    cvr_project_set_class_look (self->project, k, colour, key, klass->off);
}

static void
row_switched_cb (CvrClassRow  *row,
                 gboolean      off,
                 CvrClassList *self)
{
  guint k = (guint) cvr_class_row_get_class (row);
  const CvrClass *klass = cvr_dataset_class (cvr_project_get_dataset (self->project), k);
  g_autofree char *text = NULL;

  if (klass == NULL)
    return;
  text = g_strdup_printf (off ? _("“%s” takes no part in training now")
                              : _("“%s” takes part in training again"),
                          cvr_project_class_title (self->project, k));
  cvr_project_set_class_look (self->project, k, klass->colour, klass->key, off);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
merge (CvrClassList *self,
       gint          from,
       gint          into)
{
  gint n_classes = (gint) cvr_dataset_n_classes (cvr_project_get_dataset (self->project));
  g_autofree char *text = NULL;

  if (from < 0 || into < 0 || from >= n_classes || into >= n_classes || from == into)
    return;
  /* Translators: two names of classes. */
  text = g_strdup_printf (_("“%s” is part of “%s” now"),
                          cvr_project_class_title (self->project, (guint) from),
                          cvr_project_class_title (self->project, (guint) into));
  cvr_project_merge_classes (self->project, (guint) from, (guint) into);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
row_merge_cb (CvrClassRow  *row,
              guint         into,
              CvrClassList *self)
{
  merge (self, cvr_class_row_get_class (row), (gint) into);
}

static void
row_class_dropped_cb (CvrClassRow  *row,
                      gint          from,
                      CvrClassList *self)
{
  merge (self, from, cvr_class_row_get_class (row));
}

static void
row_fill_merge_cb (CvrClassRow  *row,
                   GMenu        *menu,
                   CvrClassList *self)
{
  guint n_classes = cvr_dataset_n_classes (cvr_project_get_dataset (self->project));

  for (guint k = 0; k < n_classes; k++)
    {
      g_autoptr (GMenuItem) item = NULL;
      g_autofree char *title =
        cvr_labelling_dup_menu_label (cvr_project_class_title (self->project, k));

      if ((gint) k == cvr_class_row_get_class (row))
        continue;
      item = g_menu_item_new (title, NULL);
      g_menu_item_set_action_and_target (item, "class.merge", "u", k);
      g_menu_append_item (menu, item);
    }
}

static void
row_item_dropped_cb (CvrClassRow  *row,
                     CvrImageItem *item,
                     CvrClassList *self)
{
  gint k = cvr_class_row_get_class (row);

  if (k != CVR_ROW_ALL)
    g_signal_emit (self, signals[ITEM_DROPPED], 0, item, k);
}

/* Files dropped on a class are pictures of that class. */
static void
row_files_dropped_cb (CvrClassRow  *row,
                      GSList       *files,
                      CvrClassList *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), CVR_TYPE_WINDOW);
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  gint k = cvr_class_row_get_class (row);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (GSList *l = files; l != NULL; l = l->next)
    {
      char *path = g_file_get_path (l->data);

      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  if (window == NULL || paths->len == 0)
    return;
  g_ptr_array_add (paths, NULL);
  cvr_window_import (CVR_WINDOW (window), (const char *const *) paths->pdata,
                     k >= 0 ? cvr_dataset_class_name (dataset, (guint) k) : NULL, FALSE);
}

static void
append_row (CvrClassList *self,
            gint          k,
            const char   *title)
{
  GtkWidget *row = cvr_class_row_new (k, title);

  g_signal_connect_object (row, "renamed", G_CALLBACK (row_renamed_cb), self, 0);
  g_signal_connect_object (row, "remove", G_CALLBACK (row_remove_cb), self, 0);
  g_signal_connect_object (row, "item-dropped", G_CALLBACK (row_item_dropped_cb), self, 0);
  g_signal_connect_object (row, "look-chosen", G_CALLBACK (row_look_cb), self, 0);
  g_signal_connect_object (row, "switched", G_CALLBACK (row_switched_cb), self, 0);
  g_signal_connect_object (row, "merge", G_CALLBACK (row_merge_cb), self, 0);
  g_signal_connect_object (row, "fill-merge", G_CALLBACK (row_fill_merge_cb), self, 0);
  g_signal_connect_object (row, "class-dropped", G_CALLBACK (row_class_dropped_cb), self, 0);
  g_signal_connect_object (row, "files-dropped", G_CALLBACK (row_files_dropped_cb), self, 0);
  gtk_list_box_append (self->list, row);
}

static void
update_counts (CvrClassList *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  guint n_classes = cvr_dataset_n_classes (dataset);
  g_autofree guint *counts = g_new0 (guint, n_classes + 1); /* The last: without a label. */
  guint largest = 0, n_items = cvr_dataset_n_items (dataset);

  for (guint k = 0; k < n_classes; k++)
    counts[k] = cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO);
  counts[n_classes] = cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  for (guint k = 0; k < n_classes; k++)
    largest = MAX (largest, counts[k]);

  for (CvrClassRow *row = first_row (self); row != NULL; row = next_row (row))
    {
      gint k = cvr_class_row_get_class (row);
      guint place = k == CVR_ROW_UNLABELLED ? n_classes : (guint) k;
      guint count = k == CVR_ROW_ALL ? n_items : counts[place];

      cvr_class_row_set_count (row, count, largest);
      /* The row of the unlabelled is there when it has something to show, or is what is shown. */
      if (k == CVR_ROW_UNLABELLED)
        gtk_widget_set_visible (GTK_WIDGET (row), count > 0 || self->shown == k);
    }
}

static void
select_shown (CvrClassList *self)
{
  for (CvrClassRow *row = first_row (self); row != NULL; row = next_row (row))
    if (cvr_class_row_get_class (row) == self->shown)
      gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
}

/* Rows of classes that stay are kept, with the focus in them: a name may be being typed into one.
 * A row stands for a number, so only the last ones come and go. */
static void
sync_rows (CvrClassList *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  gint n_classes = (gint) cvr_dataset_n_classes (dataset);
  CvrClassRow *row = first_row (self);
  gint k = CVR_ROW_ALL;

  self->rebuilding = TRUE;
  if (row == NULL)
    {
      append_row (self, CVR_ROW_ALL, _("All pictures"));
      append_row (self, CVR_ROW_UNLABELLED, _("No label"));
      k = 0;
    }
  for (; row != NULL; k++)
    {
      CvrClassRow *next = next_row (row);

      if (k >= n_classes)
        {
          cvr_class_row_stop_rename (row);
          gtk_list_box_remove (self->list, GTK_WIDGET (row));
        }
      else if (k >= 0)
        cvr_class_row_set_title (row, cvr_project_class_title (self->project, (guint) k));
      row = next;
    }
  for (; k < n_classes; k++)
    append_row (self, k, cvr_project_class_title (self->project, (guint) k));
  for (row = first_row (self); row != NULL; row = next_row (row))
    cvr_class_row_set_look (row, dataset);
  self->rebuilding = FALSE;
}

static void
classes_changed_cb (CvrClassList *self)
{
  guint n_classes = cvr_dataset_n_classes (cvr_project_get_dataset (self->project));
  gint shown = self->shown < (gint) n_classes ? self->shown : CVR_ROW_ALL;

  sync_rows (self);
  update_counts (self);
  cvr_class_list_show (self, shown);
}

static void
row_selected_cb (CvrClassList  *self,
                 GtkListBoxRow *row)
{
  if (!self->rebuilding && row != NULL)
    cvr_class_list_show (self, cvr_class_row_get_class (CVR_CLASS_ROW (row)));
}

static void
cvr_class_list_dispose (GObject *object)
{
  cvr_class_list_set_project (CVR_CLASS_LIST (object), NULL);

  G_OBJECT_CLASS (cvr_class_list_parent_class)->dispose (object);
}

static void
cvr_class_list_class_init (CvrClassListClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_class_list_dispose;
  signals[SHOWN] = g_signal_new ("shown", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[ITEM_DROPPED] = g_signal_new ("item-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, CVR_TYPE_IMAGE_ITEM, G_TYPE_INT);
}

static void
cvr_class_list_init (CvrClassList *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->shown = CVR_ROW_ALL;
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Classes: choose which pictures are shown"), -1);
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (row_selected_cb), self);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scroller);
}

/**
 * cvr_class_list_set_project:
 * @project: (nullable): whose classes are listed; every picture is shown at first
 */
void
cvr_class_list_set_project (CvrClassList *self,
                            CvrProject   *project)
{
  g_return_if_fail (CVR_IS_CLASS_LIST (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_set_object (&self->project, project);
  self->shown = CVR_ROW_ALL;
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update_counts), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  sync_rows (self);
  update_counts (self);
  select_shown (self);
}

/**
 * cvr_class_list_get_shown:
 *
 * Returns: the class whose pictures are shown, %CVR_ROW_ALL or %CVR_ROW_UNLABELLED
 */
gint
cvr_class_list_get_shown (CvrClassList *self)
{
  g_return_val_if_fail (CVR_IS_CLASS_LIST (self), CVR_ROW_ALL);

  return self->shown;
}

/**
 * cvr_class_list_show:
 * @k: a class, %CVR_ROW_ALL or %CVR_ROW_UNLABELLED
 */
void
cvr_class_list_show (CvrClassList *self,
                     gint          k)
{
  gboolean changed;

  g_return_if_fail (CVR_IS_CLASS_LIST (self));

  changed = self->shown != k;
  self->shown = k;
  if (changed && self->project != NULL)
    update_counts (self);
  select_shown (self);
  if (changed)
    g_signal_emit (self, signals[SHOWN], 0);
}
