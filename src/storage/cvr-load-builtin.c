/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets that the program draws itself, drawn by several threads. */
#include "cvr-loading.h"

#include "cvr-builtin.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MAX_COUNT = 1000000,
  MAX_THREADS = 16,
  PROGRESS_MS = 50,
};

/* Shared by the drawing threads; @next and @done are all that changes, besides each drawing's own
 * place. */
typedef struct
{
  CvrLoading       *loading;
  const CvrBuiltin *builtin;
  guint             count;
  guint64          *numbers;
  CvrItem          *items;   /* pictures, digests and looks */
  gint              next;    /* atomic */
  gint              done;    /* atomic */
} Drawing;

/* "builtin:NAME[:COUNT]". */
static const CvrBuiltin *
parse (const char *data,
       guint      *count,
       GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (data, ":", -1);
  const CvrBuiltin *builtin = parts[1] != NULL ? cvr_builtin_find (parts[1]) : NULL;
  guint64 number;

  if (builtin == NULL)
    {
      g_autoptr (GString) names = g_string_new (NULL);
      guint n_builtins;
      const CvrBuiltin *all = cvr_builtins (&n_builtins);

      for (guint i = 0; i < n_builtins; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", all[i].name);
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("There is no built-in data set “%s”; there are: %s."),
                   parts[1] != NULL ? parts[1] : "", names->str);
      return NULL;
    }

  *count = builtin->default_count;
  if (parts[2] == NULL)
    return builtin;
  if (parts[3] != NULL || !g_ascii_string_to_unsigned (parts[2], 10, 1, MAX_COUNT, &number, NULL))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("“%s” must end in a number of pictures from 1 to %d."), data, MAX_COUNT);
      return NULL;
    }
  *count = (guint) number;

  return builtin;
}

/* FALSE: no memory, or it could not be kept. */
static gboolean
draw_one (Drawing *drawing,
          guint    i)
{
  CvrLoading *loading = drawing->loading;
  guint max_side = loading->spec->max_side > 0 ? loading->spec->max_side : CVR_IMAGE_MAX_SIDE;
  g_autoptr (CvrImage) image = cvr_builtin_draw (drawing->builtin, loading->spec->seed, i, NULL);
  g_autoptr (CvrImage) small = image != NULL ? cvr_image_limit (image, max_side) : NULL;

  return small != NULL &&
         cvr_loading_keep (loading, small, image->width, image->height,
                           drawing->numbers[i], &drawing->items[i]);
}

static gpointer
draw (gpointer data)
{
  Drawing *drawing = data;
  guint i;

  while ((i = (guint) g_atomic_int_add (&drawing->next, 1)) < drawing->count &&
         !cvr_loading_is_over (drawing->loading) && draw_one (drawing, i))
    g_atomic_int_inc (&drawing->done);

  return NULL;
}

static void
draw_all (Drawing *drawing)
{
  const CvrLoadSpec *spec = drawing->loading->spec;
  GThread *threads[MAX_THREADS];
  guint n_threads = MIN (CLAMP (g_get_num_processors (), 1, MAX_THREADS), drawing->count);
  guint done;

  for (guint t = 0; t < n_threads; t++)
    threads[t] = g_thread_new ("convisor-draw", draw, drawing);

  while (spec->progress != NULL && !cvr_loading_is_over (drawing->loading) &&
         (done = (guint) g_atomic_int_get (&drawing->done)) < drawing->count &&
         (guint) g_atomic_int_get (&drawing->next) < drawing->count)
    {
      spec->progress (done, drawing->count, _("Drawing pictures"), spec->progress_data);
      g_usleep (PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
    }
  for (guint t = 0; t < n_threads; t++)
    g_thread_join (threads[t]);
}

/* Whether every drawing is there, or as many as were wanted. */
static gboolean
check_drawings (Drawing *drawing,
                GError **error)
{
  CvrLoading *loading = drawing->loading;

  if (g_cancellable_set_error_if_cancelled (loading->cancellable, error))
    return FALSE;
  if (loading->failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&loading->failure));
      return FALSE;
    }
  if ((guint) drawing->done == drawing->count ||
      (cvr_loading_is_over (loading) && drawing->done > 0))
    return TRUE;

  if (cvr_loading_is_over (loading))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The loading was cancelled."));
  else
    g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                         _("There is not enough memory to draw the built-in pictures."));

  return FALSE;
}

static void
add_drawings (CvrDataset    *dataset,
              const Drawing *drawing,
              CvrLoadReport *report)
{
  const CvrBuiltin *builtin = drawing->builtin;
  g_autofree guint *labels = g_new (guint, builtin->n_classes);

  for (guint k = 0; k < builtin->n_classes; k++)
    labels[k] = cvr_dataset_add_class (dataset, builtin->classes[k]);
  for (guint i = 0; i < drawing->count; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", builtin->name, i + 1);
      CvrItem item = drawing->items[i];

      item.name = name;
      item.label = (gint) labels[i % builtin->n_classes];
      cvr_loading_take (drawing->loading, dataset, &item, report);
    }
}

/**
 * cvr_load_builtin:
 *
 * Reads "builtin:NAME[:COUNT]". The drawings depend on the seed alone, not on how many threads
 * draw.
 */
gboolean
cvr_load_builtin (CvrLoading    *self,
                  CvrDataset    *dataset,
                  CvrLoadReport *report,
                  GError       **error)
{
  Drawing drawing = { .loading = self };
  gboolean ok;

  drawing.builtin = parse (self->spec->data, &drawing.count, error);
  if (drawing.builtin == NULL)
    return FALSE;

  drawing.items = g_new0 (CvrItem, drawing.count);
  drawing.numbers = g_new (guint64, drawing.count);
  for (guint i = 0; i < drawing.count; i++)
    drawing.numbers[i] = cvr_loading_number (self);
  draw_all (&drawing);
  ok = check_drawings (&drawing, error);
  if (ok)
    add_drawings (dataset, &drawing, report);

  for (guint i = 0; i < drawing.count; i++)
    cvr_loading_clear_item (&drawing.items[i]);
  g_free (drawing.items);
  g_free (drawing.numbers);

  return ok;
}
