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

/* Shared by the drawing threads; @next is the only thing that changes, besides each drawing's own
 * place. */
typedef struct
{
  const CvrBuiltin *builtin;
  guint64           seed;
  guint             count;
  GCancellable     *cancellable;
  CvrImage        **images;
  gint              next; /* atomic */
  gint              done; /* atomic */
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

static gpointer
draw (gpointer data)
{
  Drawing *drawing = data;
  guint i;

  while ((i = (guint) g_atomic_int_add (&drawing->next, 1)) < drawing->count &&
         !g_cancellable_is_cancelled (drawing->cancellable))
    {
      drawing->images[i] = cvr_builtin_draw (drawing->builtin, drawing->seed, i, NULL);
      g_atomic_int_inc (&drawing->done);
    }

  return NULL;
}

static void
draw_all (Drawing           *drawing,
          const CvrLoadSpec *spec)
{
  GThread *threads[MAX_THREADS];
  guint n_threads = MIN (CLAMP (g_get_num_processors (), 1, MAX_THREADS), drawing->count);
  guint done;

  for (guint t = 0; t < n_threads; t++)
    threads[t] = g_thread_new ("convisor-draw", draw, drawing);

  while (spec->progress != NULL && !g_cancellable_is_cancelled (drawing->cancellable) &&
         (done = (guint) g_atomic_int_get (&drawing->done)) < drawing->count)
    {
      spec->progress (done, drawing->count, _("Drawing pictures"), spec->progress_data);
      g_usleep (PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
    }
  for (guint t = 0; t < n_threads; t++)
    g_thread_join (threads[t]);
}

static gboolean
add_drawings (CvrDataset        *dataset,
              const Drawing     *drawing,
              const CvrLoadSpec *spec,
              CvrLoadReport     *report,
              GError           **error)
{
  const CvrBuiltin *builtin = drawing->builtin;
  g_autofree guint *labels = g_new (guint, builtin->n_classes);

  for (guint i = 0; i < drawing->count; i++)
    if (drawing->images[i] == NULL)
      {
        g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                             _("There is not enough memory to draw the built-in pictures."));
        return FALSE;
      }

  for (guint k = 0; k < builtin->n_classes; k++)
    labels[k] = cvr_dataset_add_class (dataset, builtin->classes[k]);
  for (guint i = 0; i < drawing->count; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", builtin->name, i + 1);
      g_autoptr (CvrImage) small = cvr_image_limit (
          drawing->images[i], spec->max_side > 0 ? spec->max_side : CVR_IMAGE_MAX_SIDE);

      if (small != NULL)
        cvr_dataset_add_item (dataset, 0, small, name, (gint) labels[i % builtin->n_classes],
                              CVR_SPLIT_AUTO);
      report->n_loaded += small != NULL;
    }

  return TRUE;
}

/**
 * cvr_load_builtin:
 *
 * Reads "builtin:NAME[:COUNT]". The drawings depend on the seed alone, not on how many threads
 * draw.
 */
gboolean
cvr_load_builtin (CvrDataset        *dataset,
                  const CvrLoadSpec *spec,
                  CvrLoadReport     *report,
                  GCancellable      *cancellable,
                  GError           **error)
{
  Drawing drawing = { .seed = spec->seed, .cancellable = cancellable };
  gboolean ok;

  drawing.builtin = parse (spec->data, &drawing.count, error);
  if (drawing.builtin == NULL)
    return FALSE;

  drawing.images = g_new0 (CvrImage *, drawing.count);
  draw_all (&drawing, spec);
  ok = !g_cancellable_set_error_if_cancelled (cancellable, error) &&
       add_drawings (dataset, &drawing, spec, report, error);

  for (guint i = 0; i < drawing.count; i++)
    cvr_image_unref (drawing.images[i]);
  g_free (drawing.images);

  return ok;
}
