/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads tables of pictures and labels: by the words of their first row, English or Spanish, or by
 * what the columns hold where there is no such row. */
#include "cvr-csv.h"
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  SNIFFED = 1 << 16, /* bytes */
};

typedef enum
{
  PATH,
  LABEL,
  SPLIT,
  TAGS,
  NOTE,
  LEFT,
  TOP,
  RIGHT,
  BOTTOM,
  WIDTH, /* of the box; of the picture where there is a right border */
  HEIGHT,
  PICTURE_WIDTH,
  PICTURE_HEIGHT,
  N_MEANINGS,
} Meaning;

/* The column of each meaning, −1: there is none. */
typedef struct
{
  gint     columns[N_MEANINGS];
  gboolean header; /* the first row says so */
} Layout;

typedef struct
{
  CvrLabels  *labels;
  GHashTable *pictures; /* path, borrowed → CvrLabelled */
  Layout      layout;
  guint       row; /* from 1 */
} Reader;

/* Small letters without accents, blanks and signs, between spaces. */
static const char *const words[N_MEANINGS] = {
  [PATH] = " path file filename filepath image imagefile imagename imagepath imageid img "
           "picture photo archivo fichero foto imagen ruta rutaarchivo nombrearchivo "
           "nombredearchivo ",
  [LABEL] = " label labels labelname class classname category target species breed etiqueta "
            "etiquetas clase categoria ",
  [SPLIT] = " split set subset partition usage conjunto subconjunto particion division reparto ",
  [TAGS] = " tags tag keywords extratags etiquetasextra etiquetaslibres marcas palabrasclave ",
  [NOTE] = " note notes comment comments nota notas comentario comentarios ",
  [LEFT] = " x xmin x1 left bboxx boxx izquierda ",
  [TOP] = " y ymin y1 top bboxy boxy arriba ",
  [RIGHT] = " xmax x2 right derecha ",
  [BOTTOM] = " ymax y2 bottom abajo ",
  [WIDTH] = " width w bboxwidth boxwidth bboxw ancho anchura ",
  [HEIGHT] = " height h bboxheight boxheight bboxh alto altura ",
  [PICTURE_WIDTH] = " imagewidth imgwidth picturewidth anchoimagen anchodeimagen "
                    "anchodelaimagen ",
  [PICTURE_HEIGHT] = " imageheight imgheight pictureheight altoimagen altodeimagen "
                     "altodelaimagen ",
};

static gboolean
is_picture (const char *path)
{
  static const char endings[] = " jpg jpeg png gif bmp tif tiff webp ppm pgm pbm pnm svg ico tga "
                                "heic heif avif jp2 jfif ";
  const char *dot = strrchr (path, '.');
  g_autofree char *lower = dot != NULL && strlen (dot) < 8 ? g_ascii_strdown (dot + 1, -1) : NULL;
  g_autofree char *word = lower != NULL ? g_strdup_printf (" %s ", lower) : NULL;

  return word != NULL && word[2] != ' ' && strstr (endings, word) != NULL;
}

static void
clear_layout (Layout *layout)
{
  layout->header = FALSE;
  for (guint m = 0; m < N_MEANINGS; m++)
    layout->columns[m] = -1;
}

/* Reads the first row as words. FALSE: it names no column of paths and another one. */
static gboolean
read_header (Layout *layout,
             char  **row)
{
  guint n = 0;

  clear_layout (layout);
  for (guint c = 0; row[c] != NULL; c++)
    {
      g_autofree char *folded = cvr_labels_folded (row[c]);
      g_autofree char *word = g_strdup_printf (" %s ", folded);

      for (guint m = 0; folded[0] != '\0' && m < N_MEANINGS; m++)
        if (strstr (words[m], word) != NULL)
          {
            /* "etiqueta, etiquetas": the second one is of more words. */
            guint free = m == LABEL && layout->columns[LABEL] >= 0 ? TAGS : m;

            if (layout->columns[free] < 0)
              {
                layout->columns[free] = (gint) c;
                n++;
              }
            break;
          }
    }
  /* "id" names the picture where nothing else does. */
  for (guint c = 0; layout->columns[PATH] < 0 && row[c] != NULL; c++)
    if (g_ascii_strcasecmp (row[c], "id") == 0)
      {
        layout->columns[PATH] = (gint) c;
        n++;
      }
  layout->header = layout->columns[PATH] >= 0 && n > 1 && !is_picture (row[layout->columns[PATH]]);
  if (layout->columns[RIGHT] >= 0 && layout->columns[BOTTOM] >= 0)
    for (guint side = 0; side < 2; side++)
      {
        if (layout->columns[PICTURE_WIDTH + side] < 0)
          layout->columns[PICTURE_WIDTH + side] = layout->columns[WIDTH + side];
        layout->columns[WIDTH + side] = -1;
      }

  return layout->header;
}

/* Whether four columns from @first on are numbers. */
static gboolean
are_numbers (char **row,
             guint  first)
{
  double ignored;

  for (guint c = first; c < first + 4; c++)
    if (!cvr_labels_number (row[c], &ignored))
      return FALSE;

  return TRUE;
}

/* Without words: path, label, split, tags, note; or path, label, x, y, width, height; or path,
 * left, top, right, bottom, label. */
static void
guess_layout (Layout *layout,
              char  **row)
{
  static const Meaning plain[] = { PATH, LABEL, SPLIT, TAGS, NOTE };
  static const Meaning box[] = { PATH, LABEL, LEFT, TOP, WIDTH, HEIGHT };
  static const Meaning corners[] = { PATH, LEFT, TOP, RIGHT, BOTTOM, LABEL };
  guint n = g_strv_length (row);
  const Meaning *order = plain;
  guint n_order = G_N_ELEMENTS (plain);

  if (n >= 6 && are_numbers (row, 2))
    {
      order = box;
      n_order = G_N_ELEMENTS (box);
    }
  else if (n == 6 && are_numbers (row, 1))
    {
      order = corners;
      n_order = G_N_ELEMENTS (corners);
    }

  clear_layout (layout);
  for (guint c = 0; c < MIN (n, n_order); c++)
    layout->columns[order[c]] = (gint) c;
}

/* The cell of a meaning; empty where the row or the table has none. */
static const char *
cell (const Reader *self,
      char        **row,
      Meaning       meaning)
{
  gint column = self->layout.columns[meaning];

  for (gint c = 0; c <= column && row[c] != NULL; c++)
    if (c == column)
      return row[c];

  return "";
}

/* Tags between bars, semicolons or commas; a backslash before one of these keeps it. */
static void
add_tags (Reader      *self,
          CvrLabelled *picture,
          const char  *text)
{
  g_autoptr (GString) tag = g_string_new (NULL);

  for (const char *c = text;; c++)
    if (*c == '\0' || strchr ("|;,", *c) != NULL)
      {
        cvr_labels_add_tag (self->labels, picture, g_strstrip (tag->str));
        if (*c == '\0')
          break;
        g_string_truncate (tag, 0);
      }
    else
      {
        c += *c == '\\' && c[1] != '\0' && strchr ("|;,\\", c[1]) != NULL;
        g_string_append_c (tag, *c);
      }
}

/* What the row says of the picture as a whole. */
static void
read_facts (Reader      *self,
            CvrLabelled *picture,
            char       **row)
{
  const char *note = cell (self, row, NOTE);
  double side;
  gboolean known;
  const char *split = cvr_labels_split (cell (self, row, SPLIT), &known);

  if (!known)
    cvr_labels_problem (self->labels, picture->path,
                        _("row %u: “%s” is no split; it is left to chance."), self->row,
                        cell (self, row, SPLIT));
  if (split != NULL)
    {
      g_free (picture->split);
      picture->split = g_strdup (split);
    }
  if (note[0] != '\0')
    {
      g_free (picture->note);
      picture->note = g_strdup (note);
    }
  add_tags (self, picture, cell (self, row, TAGS));
  /* A size that changes after a box was cut by it would make that box wrong. */
  if (picture->boxes->len > 0)
    return;
  if (cvr_labels_number (cell (self, row, PICTURE_WIDTH), &side))
    (void) cvr_labels_side (side, &picture->width);
  if (cvr_labels_number (cell (self, row, PICTURE_HEIGHT), &side))
    (void) cvr_labels_side (side, &picture->height);
}

/* A row with a box: the label is the box's; without one it says only where something is. */
static gboolean
read_box (Reader      *self,
          CvrLabelled *picture,
          char       **row,
          GError     **error)
{
  gboolean corners = self->layout.columns[RIGHT] >= 0;
  const char *label = cell (self, row, LABEL);
  double box[4];

  if (!cvr_labels_number (cell (self, row, LEFT), &box[0]) ||
      !cvr_labels_number (cell (self, row, TOP), &box[1]) ||
      !cvr_labels_number (cell (self, row, corners ? RIGHT : WIDTH), &box[2]) ||
      !cvr_labels_number (cell (self, row, corners ? BOTTOM : HEIGHT), &box[3]))
    {
      cvr_labels_problem (self->labels, picture->path,
                          _("row %u has a box without four numbers, which was left out."),
                          self->row);
      return TRUE;
    }
  if (corners)
    {
      box[2] -= box[0];
      box[3] -= box[1];
    }

  return cvr_labels_add_box (self->labels, picture, cvr_labels_box_class (self->labels, label), box,
                             error);
}

static gboolean
read_row (Reader  *self,
          char   **row,
          GError **error)
{
  g_autofree char *path = cvr_labels_path (cell (self, row, PATH));
  const char *label = cell (self, row, LABEL);
  CvrLabelled *picture;
  gint number;

  if (path[0] == '\0')
    {
      cvr_labels_problem (self->labels, NULL, _("Row %u names no picture."), self->row);
      return TRUE;
    }

  picture = g_hash_table_lookup (self->pictures, path);
  if (picture == NULL)
    {
      picture = cvr_labels_add_checked (self->labels, path, error);
      if (picture == NULL)
        return FALSE;
      picture->in_pixels = TRUE;
      g_hash_table_insert (self->pictures, picture->path, picture);
    }

  read_facts (self, picture, row);
  if (cell (self, row, LEFT)[0] != '\0')
    return read_box (self, picture, row, error);
  if (label[0] == '\0')
    return TRUE;

  number = (gint) cvr_labels_class (self->labels, label);
  if (picture->label >= 0 && picture->label != number)
    cvr_labels_problem (self->labels, picture->path,
                        _("row %u gives it the label “%s”, but it has one already."), self->row,
                        label);
  else
    picture->label = number;

  return TRUE;
}

/* What the table's columns mean. FALSE: nothing of pictures. */
static gboolean
find_layout (Layout    *layout,
             GPtrArray *rows)
{
  if (rows->len == 0)
    return FALSE;
  if (read_header (layout, g_ptr_array_index (rows, 0)))
    return TRUE;

  guess_layout (layout, g_ptr_array_index (rows, 0));
  for (guint r = 0; r < MIN (rows->len, 20); r++)
    if (!is_picture (((char **) g_ptr_array_index (rows, r))[0]))
      return FALSE;

  return TRUE;
}

CvrLabels *
cvr_labels_read_csv (const guint8 *data,
                     gsize         length,
                     GError      **error)
{
  g_autoptr (CvrCsv) csv = cvr_csv_read (data, length, error);
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GHashTable) pictures = g_hash_table_new (g_str_hash, g_str_equal);
  Reader self = { .labels = labels, .pictures = pictures };

  if (csv == NULL)
    return NULL;
  if (!find_layout (&self.layout, csv->rows))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("The table's first row should name its columns, such as “path” and "
                             "“label”, or each row should begin with a picture's file name."));
      return NULL;
    }

  for (guint r = self.layout.header ? 1 : 0; r < csv->rows->len; r++)
    {
      self.row = r + 1;
      if (!read_row (&self, g_ptr_array_index (csv->rows, r), error))
        return NULL;
      /* A million rows are not kept twice. */
      g_strfreev (g_steal_pointer (&csv->rows->pdata[r]));
    }

  return g_steal_pointer (&labels);
}

/* Whether the bytes are a table of pictures with labels or boxes, by the first rows. */
gboolean
cvr_labels_is_csv (const guint8 *data,
                   gsize         length)
{
  gsize n = MIN (length, (gsize) SNIFFED);
  g_autoptr (CvrCsv) csv = NULL;
  Layout layout;

  /* The last row may be cut off. */
  while (n < length && n > 0 && data[n - 1] != '\n' && data[n - 1] != '\r')
    n--;
  csv = cvr_csv_read (data, n, NULL);
  if (csv == NULL || !find_layout (&layout, csv->rows))
    return FALSE;

  return layout.columns[LABEL] >= 0 || layout.columns[LEFT] >= 0;
}
