/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One widget remembered at another. */
#include "cvr-focus-note.h"

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
cvr_focus_note_set (GtkWidget  *widget,
                    const char *key,
                    GtkWidget  *noted)
{
  GWeakRef *note = g_new (GWeakRef, 1);

  g_weak_ref_init (note, noted);
  g_object_set_data_full (G_OBJECT (widget), key, note, weak_ref_free);
}

GtkWidget *
cvr_focus_note_get (GtkWidget  *widget,
                    const char *key)
{
  GWeakRef *note = g_object_get_data (G_OBJECT (widget), key);

  return note != NULL ? g_weak_ref_get (note) : NULL;
}
