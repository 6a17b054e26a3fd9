/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What label files say of one picture: gathered from all of them, then placed in the picture. */
#include "cvr-loading.h"

#include <math.h>

CvrSaid *
cvr_said_new (void)
{
  CvrSaid *self = g_new0 (CvrSaid, 1);

  self->tags = g_ptr_array_new_with_free_func (g_free);
  self->boxes = g_array_new (FALSE, FALSE, sizeof (CvrSaidBox));

  return self;
}

void
cvr_said_free (gpointer data)
{
  CvrSaid *self = data;

  if (self == NULL)
    return;

  g_free (self->note);
  g_ptr_array_unref (self->tags);
  g_array_unref (self->boxes);
  g_free (self);
}

/* Two files say the same box, but for rounding to pixels. */
static gboolean
is_same_box (const CvrSaidBox *a,
             const CvrSaidBox *b)
{
  double slack_x = 1.5, slack_y = 1.5;
  double w = 1, h = 1;

  if (a->class_name != b->class_name || a->source == b->source)
    return FALSE;
  if (a->in_pixels != b->in_pixels)
    {
      const CvrSaidBox *sized = a->of_width > 0 ? a : b;

      if (sized->of_width == 0 || sized->of_height == 0)
        return FALSE;
      w = sized->of_width;
      h = sized->of_height;
    }
  else if (!a->in_pixels)
    {
      slack_x = slack_y = 1e-5;
    }

  return fabs (a->x * (a->in_pixels ? 1 : w) - b->x * (b->in_pixels ? 1 : w)) <= slack_x &&
         fabs (a->y * (a->in_pixels ? 1 : h) - b->y * (b->in_pixels ? 1 : h)) <= slack_y &&
         fabs (a->width * (a->in_pixels ? 1 : w) - b->width * (b->in_pixels ? 1 : w)) <= slack_x &&
         fabs (a->height * (a->in_pixels ? 1 : h) - b->height * (b->in_pixels ? 1 : h)) <= slack_y;
}

/**
 * cvr_said_add_box:
 * @n_before: boxes that other label files said
 *
 * Adds a box unless another file has said the same one.
 */
void
cvr_said_add_box (CvrSaid          *self,
                  guint             n_before,
                  const CvrSaidBox *box)
{
  for (guint i = 0; i < n_before; i++)
    if (is_same_box (box, &g_array_index (self->boxes, CvrSaidBox, i)))
      return;
  g_array_append_vals (self->boxes, box, 1);
}

/* A point of the picture as its file has it, in fractions, where it is in the upright picture. */
static void
turn (guint   orientation,
      double *x,
      double *y)
{
  double u = *x, v = *y;

  switch (orientation)
    {
    case 5:
      *x = v;
      *y = u;
      break;
    case 6:
      *x = 1 - v;
      *y = u;
      break;
    case 7:
      *x = 1 - v;
      *y = 1 - u;
      break;
    case 8:
      *x = v;
      *y = 1 - u;
      break;
    default:
      break;
    }
}

/* Whether the file was made of the picture as the camera stored it, lying on its side. */
static gboolean
is_lying (const CvrSaidBox      *said,
          const CvrPictureFacts *facts)
{
  return said->in_pixels && said->of_width == facts->was_height &&
         said->of_height == facts->was_width && facts->was_width != facts->was_height;
}

/* In fractions of the upright picture, cut at its borders. FALSE: nothing of it is inside, or
 * nobody knows how the picture was turned. */
static gboolean
place_box (const CvrSaidBox      *said,
           const CvrPictureFacts *facts,
           guint                  orientation,
           CvrBox                *box)
{
  double left = said->x, top = said->y;
  double right = said->x + said->width, bottom = said->y + said->height;

  if (orientation == CVR_ORIENTATION_UNKNOWN && is_lying (said, facts))
    return FALSE;

  *box = (CvrBox) { CVR_LABEL_NONE, said->x, said->y, said->width, said->height };
  if (said->in_pixels)
    {
      double w = said->of_width > 0 ? said->of_width : facts->was_width;
      double h = said->of_height > 0 ? said->of_height : facts->was_height;

      box->x = left / w;
      box->y = top / h;
      box->width = said->width / w;
      box->height = said->height / h;
      if (orientation >= 5 && orientation <= 8 && is_lying (said, facts))
        {
          left = box->x;
          top = box->y;
          right = left + box->width;
          bottom = top + box->height;
          turn (orientation, &left, &top);
          turn (orientation, &right, &bottom);
          *box = (CvrBox) { CVR_LABEL_NONE, MIN (left, right), MIN (top, bottom),
                            ABS (right - left), ABS (bottom - top) };
        }
    }

  left = MAX (box->x, 0);
  top = MAX (box->y, 0);
  right = MIN (box->x + box->width, 1);
  bottom = MIN (box->y + box->height, 1);
  if (!(right > left) || !(bottom > top))
    return FALSE;
  /* What lies inside keeps its bits. */
  if (left > box->x || box->x + box->width > 1)
    box->width = right - left;
  if (top > box->y || box->y + box->height > 1)
    box->height = bottom - top;
  box->x = left;
  box->y = top;

  return TRUE;
}

/**
 * cvr_said_extras:
 * @orientation: EXIF's, already applied to the picture; %CVR_ORIENTATION_UNKNOWN
 * @dataset: whose classes the boxes get
 * @n_left_out: (out): boxes that don't fit the picture
 *
 * Returns: (transfer full) (nullable)
 */
CvrExtras *
cvr_said_extras (const CvrSaid         *self,
                 const CvrPictureFacts *facts,
                 guint                  orientation,
                 CvrDataset            *dataset,
                 guint                 *n_left_out)
{
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CvrBox));
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  *n_left_out = 0;
  for (guint b = 0; b < self->boxes->len; b++)
    {
      const CvrSaidBox *from = &g_array_index (self->boxes, CvrSaidBox, b);
      CvrBox box;

      if (!place_box (from, facts, orientation, &box))
        {
          ++*n_left_out;
          continue;
        }
      box.label = from->class_name != NULL ? cvr_dataset_find_class (dataset, from->class_name)
                                           : CVR_LABEL_NONE;
      g_array_append_val (boxes, box);
    }
  for (guint t = 0; t < self->tags->len; t++)
    g_ptr_array_add (tags, g_ptr_array_index (self->tags, t));
  g_ptr_array_add (tags, NULL);

  return cvr_extras_new ((const CvrBox *) (gpointer) boxes->data, boxes->len,
                         (const char *const *) tags->pdata, self->note);
}
