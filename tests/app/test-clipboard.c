/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is pasted: encoded pictures, files, addresses, and nothing of use. */
#include "app-support.h"

#include "cvr-window.h"

#include <glib/gstdio.h>

/* 3 × 2 pixels, red. */
static GBytes *
make_png (void)
{
  guint8 pixels[18];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = i % 3 == 0 ? 255 : 0;
  bytes = g_bytes_new (pixels, sizeof pixels);
  texture = gdk_memory_texture_new (3, 2, GDK_MEMORY_R8G8B8, bytes, 9);

  return gdk_texture_save_to_png_bytes (texture);
}

typedef struct
{
  CvrProject *project;
  CvrWindow  *window;
} Scene;

static void
set_up (Scene        *scene,
        gconstpointer data)
{
  scene->project = app_support_project ();
  scene->window = g_object_new (CVR_TYPE_WINDOW, NULL);
  cvr_window_set_project (scene->window, scene->project);
  cvr_window_show_page (scene->window, "images");
  gtk_window_present (GTK_WINDOW (scene->window));
  app_support_spin ();
}

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }

  return NULL;
}

static void
tear_down (Scene        *scene,
           gconstpointer data)
{
  GtkWindow *dialog = find_dialog ();

  if (dialog != NULL)
    gtk_window_destroy (dialog);
  cvr_window_set_project (scene->window, NULL);
  gtk_window_destroy (GTK_WINDOW (scene->window));
  app_support_spin ();
  app_support_close (scene->project);
}

static GdkClipboard *
clipboard (Scene *scene)
{
  return gtk_widget_get_clipboard (GTK_WIDGET (scene->window));
}

static void
offer (Scene      *scene,
       const char *type,
       GBytes     *bytes)
{
  g_autoptr (GdkContentProvider) provider = gdk_content_provider_new_for_bytes (type, bytes);

  gdk_clipboard_set_content (clipboard (scene), provider);
}

static void
paste (Scene *scene)
{
  g_action_group_activate_action (G_ACTION_GROUP (scene->window), "paste", NULL);
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (cvr_project_get_items (data)) == 1;
}

static gboolean
has_dialog (gpointer data)
{
  return find_dialog () != NULL;
}

static void
assert_red (Scene *scene)
{
  const CvrItem *item;

  g_assert_true (app_support_wait (has_one, scene->project, 20));
  item = cvr_dataset_item (cvr_project_get_dataset (scene->project), 0);
  g_assert_cmpint (item->label, ==, CVR_LABEL_NONE);
}

static void
test_encoded (Scene        *scene,
              gconstpointer data)
{
  g_autoptr (GBytes) png = make_png ();

  offer (scene, "image/png", png);
  paste (scene);
  assert_red (scene);
}

/* As a browser does: its address, and the picture beside it. */
static void
test_picture_beside_its_address (Scene        *scene,
                                 gconstpointer data)
{
  static const char address[] = "https://example.org/gato.png\r\n";
  g_autoptr (GBytes) png = make_png ();
  g_autoptr (GBytes) list = g_bytes_new_static (address, strlen (address));
  GdkContentProvider *both[] = { gdk_content_provider_new_for_bytes ("text/uri-list", list),
                                 gdk_content_provider_new_for_bytes ("image/png", png) };
  g_autoptr (GdkContentProvider) provider = gdk_content_provider_new_union (both, 2);

  gdk_clipboard_set_content (clipboard (scene), provider);
  paste (scene);
  assert_red (scene);
}

static void
test_picture_in_its_address (Scene        *scene,
                             gconstpointer data)
{
  g_autoptr (GBytes) png = make_png ();
  g_autofree char *code =
    g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  g_autofree char *address = g_strconcat ("data:image/png;base64,", code, NULL);

  gdk_clipboard_set_text (clipboard (scene), address);
  paste (scene);
  assert_red (scene);
}

/* What the portal does with folders: a list without files, and the addresses beside it. */
static void
offer_empty_beside (Scene  *scene,
                    GBytes *list)
{
  GdkContentProvider *both[] = { gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, NULL),
                                 gdk_content_provider_new_for_bytes ("text/uri-list", list) };
  g_autoptr (GdkContentProvider) provider = gdk_content_provider_new_union (both, 2);

  gdk_clipboard_set_content (clipboard (scene), provider);
}

enum { AS_LIST, AS_TEXT, BESIDE_EMPTY };

static void
test_file (Scene        *scene,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = make_png ();
  g_autofree char *folder = g_dir_make_tmp ("convisor-paste-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "gato ñ.png", NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const int way = GPOINTER_TO_INT (data);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                      (gssize) g_bytes_get_size (png), NULL));
  if (way == AS_TEXT)
    {
      gdk_clipboard_set_text (clipboard (scene), path);
    }
  else
    {
      g_autofree char *line = g_strconcat (uri, "\r\n", NULL);
      g_autoptr (GBytes) list = g_bytes_new (line, strlen (line));

      if (way == AS_LIST)
        offer (scene, "text/uri-list", list);
      else
        offer_empty_beside (scene, list);
    }
  paste (scene);
  assert_red (scene);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_address_alone (Scene        *scene,
                    gconstpointer data)
{
  static const char address[] = "https://example.org/gato.png";
  g_autoptr (GBytes) list = g_bytes_new_static (address, strlen (address));

  if (GPOINTER_TO_INT (data))
    gdk_clipboard_set_text (clipboard (scene), address);
  else
    offer (scene, "text/uri-list", list);
  paste (scene);
  g_assert_true (app_support_wait (has_dialog, NULL, 20));
  g_assert_nonnull (
    strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_dialog ())), "Copy image"));
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (scene->project)), ==, 0);
}

static void
test_broken_picture (Scene        *scene,
                     gconstpointer data)
{
  g_autoptr (GBytes) png = make_png ();
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (png, 0, 20);

  offer (scene, "image/png", part);
  paste (scene);
  g_assert_true (app_support_wait (has_dialog, NULL, 20));
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (scene->project)), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  g_test_add ("/app/clipboard/encoded-picture", Scene, NULL, set_up, test_encoded, tear_down);
  g_test_add ("/app/clipboard/picture-beside-its-address", Scene, NULL, set_up,
              test_picture_beside_its_address, tear_down);
  g_test_add ("/app/clipboard/picture-in-its-address", Scene, NULL, set_up,
              test_picture_in_its_address, tear_down);
  g_test_add ("/app/clipboard/file", Scene, NULL, set_up, test_file, tear_down);
  g_test_add ("/app/clipboard/path-as-text", Scene, GINT_TO_POINTER (AS_TEXT), set_up, test_file,
              tear_down);
  g_test_add ("/app/clipboard/file-that-the-portal-keeps-back", Scene,
              GINT_TO_POINTER (BESIDE_EMPTY), set_up, test_file, tear_down);
  g_test_add ("/app/clipboard/address-alone", Scene, NULL, set_up, test_address_alone, tear_down);
  g_test_add ("/app/clipboard/address-as-text", Scene, GINT_TO_POINTER (TRUE), set_up,
              test_address_alone, tear_down);
  g_test_add ("/app/clipboard/broken-picture", Scene, NULL, set_up, test_broken_picture,
              tear_down);

  return g_test_run ();
}
