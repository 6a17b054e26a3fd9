/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The boxes of one picture, drawn and changed with mouse and keyboard. */
#include "cvr-box-editor-private.h"

#include "cvr-labelling.h"

#include <glib/gi18n-lib.h>
#include <math.h>

G_DEFINE_FINAL_TYPE (CvrBoxEditor, cvr_box_editor, CVR_TYPE_ZOOM_VIEW)

enum
{
  PROP_0,
  PROP_READ_ONLY,
  PROP_CURRENT_CLASS,
  PROP_SELECTED,
  N_PROPS
};
enum
{
  CHANGED,
  SELECTED_CHANGED,
  DONE,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static const char *
class_title (CvrBoxEditor *self,
             gint          k)
{
  return k >= 0 && k < (gint) self->names->len ? g_ptr_array_index (self->names, k) : NULL;
}

/* The box as it lies on the widget. */
CvrThing
cvr_box_editor_thing (CvrBoxEditor *self,
                      const CvrBox *box)
{
  const CvrZoom *zoom = cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (self));
  CvrImage *picture = cvr_box_editor_picture (self);
  double wide = picture->width * zoom->scale, tall = picture->height * zoom->scale;
  gboolean known = class_title (self, box->label) != NULL;

  return (CvrThing) { zoom->left + box->x * wide,
                     zoom->top + box->y * tall,
                     box->width * wide,
                     box->height * tall,
                     known ? (gint) g_array_index (self->paints, guint, box->label) : -1,
                     class_title (self, box->label) };
}

static void
speak (CvrBoxEditor *self)
{
  CvrImage *picture = cvr_box_editor_picture (self);
  const CvrBox *box = cvr_box_editor_selected_box (self);
  g_autofree char *label = NULL;
  g_autofree char *description = NULL;

  if (box == NULL || picture == NULL)
    label = self->boxes->len == 0
              ? g_strdup (_("Picture without boxes"))
              : g_strdup_printf (
                  ngettext ("Picture with %u box", "Picture with %u boxes", self->boxes->len),
                  self->boxes->len);
  else
    {
      const char *name = class_title (self, box->label);

      /* Translators: number of the selected box, how many there are, its class. */
      label = g_strdup_printf (_("Box %d of %u: %s"), self->selected + 1, self->boxes->len,
                               name != NULL ? name : _("no label"));
      /* Translators: width and height of a box, then its upper left corner, in pixels. */
      description =
        g_strdup_printf (_("%.0f × %.0f pixels, from the left %.0f, from the top %.0f"),
                         box->width * picture->width, box->height * picture->height,
                         box->x * picture->width, box->y * picture->height);
    }
  cvr_canvas_set_label (CVR_CANVAS (self), label);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
}

/* What is shown has changed; "changed" is the caller's. */
void
cvr_box_editor_update (CvrBoxEditor *self)
{
  const CvrBox *box = cvr_box_editor_selected_box (self);
  CvrImage *picture = cvr_box_editor_picture (self);

  if (box != NULL && picture != NULL)
    cvr_zoom_view_set_focus (CVR_ZOOM_VIEW (self), (box->x + box->width / 2) * picture->width,
                             (box->y + box->height / 2) * picture->height);
  else
    cvr_zoom_view_set_focus (CVR_ZOOM_VIEW (self), NAN, NAN);
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_box_editor_say_changed (CvrBoxEditor *self)
{
  self->unsaid = FALSE;
  cvr_box_editor_update (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Before anything else happens, what a held key did is told. */
void
cvr_box_editor_flush (CvrBoxEditor *self)
{
  if (self->unsaid)
    cvr_box_editor_say_changed (self);
}

void
cvr_box_editor_append (CvrBoxEditor *self,
                       const CvrBox *box)
{
  CvrBox labelled = *box;

  cvr_box_editor_flush (self);
  labelled.label = self->current_class;
  g_array_append_val (self->boxes, labelled);
  cvr_box_editor_select (self, (gint) self->boxes->len - 1);
}

static void
cvr_box_editor_draw_over (CvrZoomView    *view,
                          cairo_t        *cr,
                          double          width,
                          double          height,
                          const CvrZoom  *zoom,
                          const CvrTheme *theme)
{
  CvrBoxEditor *self = CVR_BOX_EDITOR (view);
  g_autofree CvrThing *things = g_new (CvrThing, MAX (self->boxes->len, 1));
  CvrThings all = { things, self->boxes->len, self->selected, self->hover,
                    cvr_box_editor_is_editable (self) };

  for (guint i = 0; i < self->boxes->len; i++)
    things[i] = cvr_box_editor_thing (self, cvr_box_editor_box (self, (gint) i));
  cvr_paint_things (cr, width, height, &all, theme);
}

static void
cvr_box_editor_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CvrBoxEditor *self = CVR_BOX_EDITOR (object);

  switch (id)
    {
    case PROP_READ_ONLY:
      g_value_set_boolean (value, self->read_only);
      break;
    case PROP_CURRENT_CLASS:
      g_value_set_int (value, self->current_class);
      break;
    case PROP_SELECTED:
      g_value_set_int (value, self->selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_box_editor_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  CvrBoxEditor *self = CVR_BOX_EDITOR (object);

  switch (id)
    {
    case PROP_READ_ONLY:
      cvr_box_editor_set_read_only (self, g_value_get_boolean (value));
      break;
    case PROP_CURRENT_CLASS:
      cvr_box_editor_set_current_class (self, g_value_get_int (value));
      break;
    case PROP_SELECTED:
      cvr_box_editor_select (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cvr_box_editor_finalize (GObject *object)
{
  CvrBoxEditor *self = CVR_BOX_EDITOR (object);

  g_array_unref (self->boxes);
  g_array_unref (self->paints);
  g_ptr_array_unref (self->names);

  G_OBJECT_CLASS (cvr_box_editor_parent_class)->finalize (object);
}

static void
cvr_box_editor_class_init (CvrBoxEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = cvr_box_editor_get_property;
  object_class->set_property = cvr_box_editor_set_property;
  object_class->finalize = cvr_box_editor_finalize;
  CVR_ZOOM_VIEW_CLASS (klass)->draw_over = cvr_box_editor_draw_over;

  props[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, flags);
  props[PROP_CURRENT_CLASS] =
    g_param_spec_int ("current-class", NULL, NULL, -1, G_MAXINT, CVR_LABEL_NONE, flags);
  props[PROP_SELECTED] = g_param_spec_int ("selected", NULL, NULL, -1, G_MAXINT, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTED_CHANGED] = g_signal_new ("selected-changed", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
cvr_box_editor_init (CvrBoxEditor *self)
{
  self->boxes = g_array_new (FALSE, FALSE, sizeof (CvrBox));
  self->paints = g_array_new (FALSE, FALSE, sizeof (guint));
  memset (self->of_key, -1, sizeof self->of_key);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->current_class = CVR_LABEL_NONE;
  self->selected = self->hover = -1;
  cvr_box_editor_listen (self);
  speak (self);
}

/**
 * cvr_box_editor_new:
 *
 * Returns: (transfer floating): an editor without a picture
 */
GtkWidget *
cvr_box_editor_new (void)
{
  return g_object_new (CVR_TYPE_BOX_EDITOR, NULL);
}

/**
 * cvr_box_editor_set_picture:
 * @picture: (nullable): held until the next
 *
 * What a held key has changed on the picture before is told first.
 */
void
cvr_box_editor_set_picture (CvrBoxEditor *self,
                            CvrImage     *picture)
{
  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  if (cvr_box_editor_picture (self) == picture)
    return;
  cvr_box_editor_flush (self);
  cvr_box_editor_set_boxes (self, NULL, 0);
  cvr_zoom_view_set_picture (CVR_ZOOM_VIEW (self), picture);
  cvr_box_editor_update (self);
}

/**
 * cvr_box_editor_set_boxes:
 * @boxes: (array length=n_boxes): fractions of the picture
 */
void
cvr_box_editor_set_boxes (CvrBoxEditor *self,
                          const CvrBox *boxes,
                          guint         n_boxes)
{
  gboolean as_many;

  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  as_many = self->boxes->len == n_boxes;
  self->drag.kind = CVR_DRAG_NONE;
  self->unsaid = FALSE;
  self->hover = -1;
  if (!as_many)
    cvr_box_editor_select (self, -1);
  g_array_set_size (self->boxes, 0);
  g_array_append_vals (self->boxes, boxes, n_boxes);
  cvr_box_editor_update (self);
}

/**
 * cvr_box_editor_get_boxes:
 * @n_boxes: (out): how many
 *
 * Returns: (array length=n_boxes) (transfer none): as they are on the screen
 */
const CvrBox *
cvr_box_editor_get_boxes (CvrBoxEditor *self,
                          guint        *n_boxes)
{
  g_return_val_if_fail (CVR_IS_BOX_EDITOR (self), NULL);

  *n_boxes = self->boxes->len;

  return (const CvrBox *) (gpointer) self->boxes->data;
}

/**
 * cvr_box_editor_set_classes:
 * @dataset: whose classes the boxes are of; read now, not kept
 */
void
cvr_box_editor_set_classes (CvrBoxEditor *self,
                            CvrDataset   *dataset)
{
  guint n_classes;

  g_return_if_fail (CVR_IS_BOX_EDITOR (self) && dataset != NULL);

  n_classes = cvr_dataset_n_classes (dataset);
  g_ptr_array_set_size (self->names, 0);
  g_array_set_size (self->paints, 0);
  for (guint k = 0; k < n_classes; k++)
    {
      guint paint = cvr_labelling_paint (dataset, k);

      g_ptr_array_add (self->names, g_strdup (cvr_dataset_class_name (dataset, k)));
      g_array_append_val (self->paints, paint);
    }
  for (guint key = 1; key < G_N_ELEMENTS (self->of_key); key++)
    self->of_key[key] = cvr_dataset_class_of_key (dataset, key);
  if (self->current_class >= (gint) n_classes)
    cvr_box_editor_set_current_class (self, CVR_LABEL_NONE);
  cvr_box_editor_update (self);
}

/**
 * cvr_box_editor_set_current_class:
 * @k: what new boxes are; −1: they have no label
 */
void
cvr_box_editor_set_current_class (CvrBoxEditor *self,
                                  gint          k)
{
  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  if (self->current_class == k)
    return;
  self->current_class = k;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CURRENT_CLASS]);
}

/**
 * cvr_box_editor_get_current_class:
 *
 * Returns: what new boxes are
 */
gint
cvr_box_editor_get_current_class (CvrBoxEditor *self)
{
  g_return_val_if_fail (CVR_IS_BOX_EDITOR (self), CVR_LABEL_NONE);

  return self->current_class;
}

/**
 * cvr_box_editor_set_read_only:
 * @read_only: boxes can be looked at and selected, not changed
 */
void
cvr_box_editor_set_read_only (CvrBoxEditor *self,
                              gboolean      read_only)
{
  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  if (self->read_only == !!read_only)
    return;
  self->read_only = !!read_only;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READ_ONLY]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_box_editor_get_selected:
 *
 * Returns: number of the selected box, or −1
 */
gint
cvr_box_editor_get_selected (CvrBoxEditor *self)
{
  g_return_val_if_fail (CVR_IS_BOX_EDITOR (self), -1);

  return self->selected;
}

/**
 * cvr_box_editor_select:
 * @index: number of a box, or −1
 */
void
cvr_box_editor_select (CvrBoxEditor *self,
                       gint          index)
{
  g_return_if_fail (CVR_IS_BOX_EDITOR (self));
  g_return_if_fail (index < (gint) self->boxes->len);

  index = MAX (index, -1);
  if (self->selected == index)
    return;
  cvr_box_editor_flush (self);
  self->selected = index;
  cvr_box_editor_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
  g_signal_emit (self, signals[SELECTED_CHANGED], 0);
}

/**
 * cvr_box_editor_label:
 * @k: class of the selected box; −1: none
 */
void
cvr_box_editor_label (CvrBoxEditor *self,
                      gint          k)
{
  CvrBox *box;

  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  box = cvr_box_editor_selected_box (self);
  if (box == NULL || box->label == k || !cvr_box_editor_is_editable (self))
    return;
  box->label = k;
  cvr_box_editor_say_changed (self);
}

/**
 * cvr_box_editor_remove:
 *
 * Takes the selected box away; the one that follows is selected then.
 */
void
cvr_box_editor_remove (CvrBoxEditor *self)
{
  gint index, next;

  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  index = self->selected;
  if (index < 0 || !cvr_box_editor_is_editable (self))
    return;
  cvr_box_editor_select (self, -1);
  g_array_remove_index (self->boxes, (guint) index);
  next = MIN (index, (gint) self->boxes->len - 1);
  cvr_box_editor_select (self, next);
  cvr_box_editor_say_changed (self);
}

/**
 * cvr_box_editor_add:
 *
 * A box of the current class in the middle of the picture, a quarter as wide and high, selected.
 */
void
cvr_box_editor_add (CvrBoxEditor *self)
{
  CvrImage *picture;
  CvrBox box;

  g_return_if_fail (CVR_IS_BOX_EDITOR (self));

  if (!cvr_box_editor_is_editable (self))
    return;
  picture = cvr_box_editor_picture (self);
  box =
    cvr_box_shape_between (picture->width * 0.375, picture->height * 0.375, picture->width * 0.625,
                           picture->height * 0.625, picture->width, picture->height);
  cvr_box_editor_append (self, &box);
  cvr_box_editor_say_changed (self);
}

/* Enter: what a held key did is told first. */
void
cvr_box_editor_finish (CvrBoxEditor *self)
{
  cvr_box_editor_flush (self);
  g_signal_emit (self, signals[DONE], 0);
}
