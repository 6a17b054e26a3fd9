/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is selected: one picture large with all that is known of it, or several to change
 * together. */
#include "cvr-picture-inspector.h"

#include "cvr-augment-row.h"
#include "cvr-labelling.h"
#include "cvr-picture-thoughts.h"
#include "cvr-read-picture.h"
#include "cvr-tag-editor.h"
#include "cvr-texture.h"
#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>

struct _CvrPictureInspector
{
  AdwBin parent_instance;

  GtkStack           *stack;
  GtkPicture         *picture;
  GtkLabel           *name, *size, *facts;
  GtkDropDown        *label, *split;
  CvrTagEditor       *tags;
  GtkWidget          *one;
  GtkTextView        *note;
  GtkButton          *boxes;
  CvrPictureThoughts *thoughts;
  CvrAugmentRow      *augment;

  CvrProject *project;
  CvrPicture *shown;     /* borrowed, only compared */
  GArray     *ids;       /* of the selection, guint64 */
  gboolean    choose;    /* the choosers begin with "Choose…": the selection is of several kinds */
  gboolean    updating;  /* the choosers are being set, not chosen from */
};

G_DEFINE_FINAL_TYPE (CvrPictureInspector, cvr_picture_inspector, ADW_TYPE_BIN)

enum { PREVIEW_SIDE = 224 };

static const guint64 *
ids_of (CvrPictureInspector *self)
{
  return (const guint64 *) (gpointer) self->ids->data;
}

static const CvrItem *
find_item (CvrPictureInspector *self,
           guint64              id)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  gint index = cvr_dataset_find_item (dataset, id);

  return index >= 0 ? cvr_dataset_item (dataset, (guint) index) : NULL;
}

/* Label and split */

static void
set_model (GtkDropDown       *chooser,
           const char *const *first,
           guint              n_first)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < n_first; i++)
    gtk_string_list_append (list, first[i]);
  gtk_drop_down_set_model (chooser, G_LIST_MODEL (list));
}

/* @choose: what is selected differs, and "Choose…" stands first. */
static void
fill_choosers (CvrPictureInspector *self,
               gboolean             choose)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  const char *splits[] = { _("Choose…"), _("Automatic"), _("Training"), _("Validation"),
                           _("Test") };

  self->updating = TRUE;
  self->choose = choose;
  if (choose)
    g_ptr_array_add (labels, _("Choose…"));
  g_ptr_array_add (labels, _("No label"));
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_ptr_array_add (labels, (gpointer) cvr_project_class_title (self->project, k));
  set_model (self->label, (const char *const *) labels->pdata, labels->len);
  set_model (self->split, splits + !choose, G_N_ELEMENTS (splits) - !choose);
  self->updating = FALSE;
}

/* @label and @split are −2 where they differ. */
static void
show_choice (CvrPictureInspector *self,
             gint                 label,
             gint                 split)
{
  gboolean choose = label < CVR_LABEL_NONE || split < 0;

  if (choose != self->choose)
    fill_choosers (self, choose);
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->label,
                              label < CVR_LABEL_NONE ? 0 : (guint) (label + 1 + choose));
  gtk_drop_down_set_selected (self->split, split < 0 ? 0 : (guint) (split + choose));
  self->updating = FALSE;
}

static void
label_chosen_cb (CvrPictureInspector *self)
{
  gint label = (gint) gtk_drop_down_get_selected (self->label) - 1 - self->choose;

  if (!self->updating && self->project != NULL && self->ids->len > 0 && label >= CVR_LABEL_NONE)
    cvr_project_set_labels (self->project, ids_of (self), self->ids->len, label);
}

static void
split_chosen_cb (CvrPictureInspector *self)
{
  gint split = (gint) gtk_drop_down_get_selected (self->split) - self->choose;

  if (!self->updating && self->project != NULL && self->ids->len > 0 && split >= 0
      && split <= CVR_SPLIT_TEST)
    cvr_project_set_splits (self->project, ids_of (self), self->ids->len, (CvrSplit) split);
}

/* Tags, note, boxes */

static void
tag_added_cb (CvrPictureInspector *self,
              const char          *tag)
{
  if (self->project != NULL)
    cvr_project_set_tag (self->project, ids_of (self), self->ids->len, tag, TRUE);
}

static void
tag_removed_cb (CvrPictureInspector *self,
                const char          *tag)
{
  if (self->project != NULL)
    cvr_project_set_tag (self->project, ids_of (self), self->ids->len, tag, FALSE);
}

static gint
compare_tags (gconstpointer a,
              gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* All tags of the selection, with how many have each. */
static void
show_tags (CvrPictureInspector *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree const char **tags = NULL;
  g_autofree guint *numbers = NULL;
  guint n;

  for (guint i = 0; i < self->ids->len; i++)
    {
      const CvrItem *item = find_item (self, ids_of (self)[i]);

      for (guint t = 0; item != NULL && item->extras != NULL && item->extras->tags[t] != NULL; t++)
        {
          const char *tag = item->extras->tags[t];
          guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, tag)) + 1;

          g_hash_table_insert (counts, (gpointer) tag, GUINT_TO_POINTER (count));
        }
    }
  tags = (const char **) g_hash_table_get_keys_as_array (counts, &n);
  if (n > 1)
    qsort (tags, n, sizeof (char *), compare_tags);
  numbers = g_new (guint, n + 1);
  for (guint i = 0; i < n; i++)
    numbers[i] = GPOINTER_TO_UINT (g_hash_table_lookup (counts, tags[i]));
  cvr_tag_editor_set_tags (self->tags, tags, numbers, self->ids->len);
}

/**
 * cvr_picture_inspector_keep_note:
 *
 * It is one action however long it took to type, so it is kept when the cursor leaves it.
 */
void
cvr_picture_inspector_keep_note (CvrPictureInspector *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  g_return_if_fail (CVR_IS_PICTURE_INSPECTOR (self));

  if (self->project == NULL || self->ids->len != 1 || !gtk_text_buffer_get_modified (buffer))
    return;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gtk_text_buffer_set_modified (buffer, FALSE);
  cvr_project_set_note (self->project, ids_of (self)[0], text[0] != '\0' ? text : NULL);
}

static void
show_note (CvrPictureInspector *self,
           const CvrItem       *item)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note);
  const char *note = item->extras != NULL && item->extras->note != NULL ? item->extras->note : "";
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (gtk_text_buffer_get_modified (buffer))
    return;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (g_str_equal (text, note))
    return;
  gtk_text_buffer_set_text (buffer, note, -1);
  gtk_text_buffer_set_modified (buffer, FALSE);
}

static void
show_boxes (CvrPictureInspector *self,
            const CvrItem       *item)
{
  guint n = item->extras != NULL ? item->extras->n_boxes : 0;
  g_autofree char *text = n > 0 ? g_strdup_printf (ngettext ("%u box", "%u boxes", n), n)
                                : g_strdup (_("Boxes"));

  gtk_button_set_label (self->boxes, text);
}

/* One and many */

static const char *
split_words (guint split)
{
  switch (split)
    {
    case CVR_SPLIT_TRAIN:
      return _("The network learns from it");
    case CVR_SPLIT_VALID:
      return _("Kept unseen, to check what it learned");
    case CVR_SPLIT_TEST:
      return _("Test picture");
    default:
      return _("Waits for a label");
    }
}

static char *
dup_facts (const CvrItem *item)
{
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  g_autoptr (GString) words = g_string_new (split_words (item->used));

  if (item->group != 0)
    g_string_append_printf (words, "\n%s",
                            _("Looks like others: they stay on one side of the split"));
  if (facts->damaged)
    g_string_append_printf (words, "\n%s", _("The file was damaged: a part may be missing"));

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
dup_size (const CvrPictureFacts *facts)
{
  const char *colour = facts->channels == 1 ? _("grey") : _("colour");

  if (facts->was_width != facts->width || facts->was_height != facts->height)
    /* Translators: width and height in pixels; grey or colour; the size that the file had. */
    return g_strdup_printf (_("%u × %u pixels, %s (was %u × %u)"), facts->width, facts->height,
                            colour, facts->was_width, facts->was_height);

  /* Translators: width and height in pixels; grey or colour. */
  return g_strdup_printf (_("%u × %u pixels, %s"), facts->width, facts->height, colour);
}

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrPictureInspector *self = data;
  g_autoptr (GdkTexture) texture =
    image != NULL ? cvr_texture_from_image (image, PREVIEW_SIDE) : NULL;

  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  cvr_picture_thoughts_set_image (self->thoughts, image);
  cvr_augment_row_set_picture (self->augment, self->shown, image);
}

static void
forget_picture (CvrPictureInspector *self)
{
  self->shown = NULL;
  cvr_read_picture_stop (G_OBJECT (self), "shown");
  cvr_picture_thoughts_set_image (self->thoughts, NULL);
  cvr_augment_row_set_picture (self->augment, NULL, NULL);
}

/* @label: what the screen shows of it: on disk already. */
static void
show_one (CvrPictureInspector *self,
          const CvrItem       *item,
          gint                 label)
{
  g_autofree char *size = dup_size (cvr_picture_facts (item->picture));
  g_autofree char *facts = dup_facts (item);

  if (self->shown != item->picture)
    {
      forget_picture (self);
      self->shown = item->picture;
      cvr_read_picture (item->picture, 0, G_OBJECT (self), "shown", read_cb, self);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  item->name, -1);
  gtk_label_set_text (self->name, item->name);
  cvr_tooltip_set (GTK_WIDGET (self->name), item->name);
  gtk_label_set_text (self->size, size);
  gtk_label_set_text (self->facts, facts);
  show_choice (self, label, (gint) item->split);
  show_note (self, item);
  show_boxes (self, item);
}

static void
show_many (CvrPictureInspector *self)
{
  g_autofree char *many = g_strdup_printf (
    ngettext ("%'u picture selected", "%'u pictures selected", self->ids->len), self->ids->len);
  gint label = -2, split = -2;

  for (guint i = 0; i < self->ids->len; i++)
    {
      const CvrItem *item = find_item (self, ids_of (self)[i]);

      if (item == NULL)
        continue;
      if (i == 0)
        {
          label = item->label;
          split = (gint) item->split;
        }
      label = item->label == label ? label : -2;
      split = (gint) item->split == split ? split : -2;
    }
  forget_picture (self);
  gtk_label_set_text (self->name, many);
  show_choice (self, label, split);
}

static void
cvr_picture_inspector_dispose (GObject *object)
{
  cvr_picture_inspector_set_project (CVR_PICTURE_INSPECTOR (object), NULL);

  G_OBJECT_CLASS (cvr_picture_inspector_parent_class)->dispose (object);
}

static void
cvr_picture_inspector_finalize (GObject *object)
{
  g_array_unref (CVR_PICTURE_INSPECTOR (object)->ids);

  G_OBJECT_CLASS (cvr_picture_inspector_parent_class)->finalize (object);
}

static void
cvr_picture_inspector_class_init (CvrPictureInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_TAG_EDITOR);
  g_type_ensure (CVR_TYPE_PICTURE_THOUGHTS);
  g_type_ensure (CVR_TYPE_AUGMENT_ROW);
  G_OBJECT_CLASS (klass)->dispose = cvr_picture_inspector_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_picture_inspector_finalize;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-picture-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, picture);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, name);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, size);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, facts);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, label);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, split);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, tags);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, one);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, note);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, boxes);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, thoughts);
  gtk_widget_class_bind_template_child (widget_class, CvrPictureInspector, augment);
  gtk_widget_class_bind_template_callback (widget_class, label_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, split_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_added_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_removed_cb);
}

static void
cvr_picture_inspector_init (CvrPictureInspector *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (cvr_picture_inspector_keep_note), self);
  gtk_widget_add_controller (GTK_WIDGET (self->note), focus);
}

/**
 * cvr_picture_inspector_set_project:
 * @project: (nullable): call again when its classes changed
 */
void
cvr_picture_inspector_set_project (CvrPictureInspector *self,
                                   CvrProject          *project)
{
  g_return_if_fail (CVR_IS_PICTURE_INSPECTOR (self));

  if (self->project != project)
    {
      if (self->stack != NULL)
        {
          forget_picture (self);
          gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), "", -1);
          gtk_text_buffer_set_modified (gtk_text_view_get_buffer (self->note), FALSE);
          cvr_picture_thoughts_set_project (self->thoughts, project);
          cvr_augment_row_set_project (self->augment, project);
          gtk_stack_set_visible_child_name (self->stack, "none");
        }
      g_array_set_size (self->ids, 0);
      g_set_object (&self->project, project);
    }
  if (project != NULL)
    fill_choosers (self, self->choose);
}

/**
 * cvr_picture_inspector_set_selection:
 * @selection: (transfer none): read now, not kept
 */
void
cvr_picture_inspector_set_selection (CvrPictureInspector *self,
                                     GtkSelectionModel   *selection)
{
  g_autoptr (GArray) ids = NULL;
  const CvrItem *item = NULL;
  guint first;

  g_return_if_fail (CVR_IS_PICTURE_INSPECTOR (self));

  if (self->project == NULL)
    return;
  ids = cvr_labelling_selected_ids (selection, &first);
  if (ids->len != 1 || self->ids->len != 1
      || g_array_index (ids, guint64, 0) != g_array_index (self->ids, guint64, 0))
    {
      cvr_picture_inspector_keep_note (self);
      gtk_text_buffer_set_modified (gtk_text_view_get_buffer (self->note), FALSE);
    }
  g_array_unref (self->ids);
  self->ids = g_steal_pointer (&ids);
  if (self->ids->len == 1)
    item = find_item (self, ids_of (self)[0]);
  if (self->ids->len == 0 || (self->ids->len == 1 && item == NULL))
    {
      forget_picture (self);
      gtk_stack_set_visible_child_name (self->stack, "none");
      return;
    }

  if (item != NULL)
    {
      g_autoptr (CvrImageItem) shown = g_list_model_get_item (G_LIST_MODEL (selection), first);

      show_one (self, item, cvr_image_item_get_label (shown));
    }
  else
    show_many (self);
  show_tags (self);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), item != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->size), item != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), item != NULL);
  gtk_widget_set_visible (self->one, item != NULL);
  gtk_stack_set_visible_child_name (self->stack, "some");
}

gboolean
cvr_picture_inspector_add_tag (CvrPictureInspector *self)
{
  g_return_val_if_fail (CVR_IS_PICTURE_INSPECTOR (self), FALSE);

  if (self->ids->len == 0)
    return FALSE;
  cvr_tag_editor_grab_entry (self->tags);

  return TRUE;
}
