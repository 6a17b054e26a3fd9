/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where opened or dropped files go, and what browsers and the clipboard bring. */
#include "cvr-drop.h"

#include <string.h>

static void
test_decide (void)
{
  const struct { const char *name; gboolean folder, on_images; CvrDropKind kind; } cases[] = {
    { "cat.jpg", FALSE, FALSE, CVR_DROP_TRY },
    { "cat.jpg", FALSE, TRUE, CVR_DROP_IMPORT },
    { "no ending", FALSE, FALSE, CVR_DROP_TRY },
    { "gato ñandú.PNG", FALSE, FALSE, CVR_DROP_TRY },
    { "cats", TRUE, FALSE, CVR_DROP_IMPORT },
    { "folder.onnx", TRUE, FALSE, CVR_DROP_IMPORT },
    { "pets.zip", FALSE, FALSE, CVR_DROP_IMPORT },
    { "PETS.TAR.XZ", FALSE, FALSE, CVR_DROP_IMPORT },
    { "t10k-images-idx3-ubyte", FALSE, FALSE, CVR_DROP_IMPORT },
    { "t10k-images-idx3-ubyte.gz", FALSE, FALSE, CVR_DROP_IMPORT },
    { "net.onnx", FALSE, FALSE, CVR_DROP_MODEL },
    { "net.ONNX", FALSE, TRUE, CVR_DROP_MODEL },
    { "class.convisor", FALSE, FALSE, CVR_DROP_PROJECT },
    { "class.convisor", FALSE, TRUE, CVR_DROP_PROJECT },
    { "", FALSE, FALSE, CVR_DROP_TRY },
    { "paseo.mp4", FALSE, FALSE, CVR_DROP_CLIP },
    { "paseo.WEBM", FALSE, TRUE, CVR_DROP_CLIP },
    { "clips.mov", TRUE, FALSE, CVR_DROP_IMPORT },
    { "dance.gif", FALSE, FALSE, CVR_DROP_TRY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CvrDropFile file = { cases[i].name, cases[i].folder };

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (cvr_drop_decide (&file, 1, cases[i].on_images), ==, cases[i].kind);
    }
}

static void
test_several (void)
{
  const CvrDropFile files[] = { { "cat.jpg", FALSE }, { "net.onnx", FALSE } };

  g_assert_cmpint (cvr_drop_decide (files, 0, FALSE), ==, CVR_DROP_NOTHING);
  g_assert_cmpint (cvr_drop_decide (files, 2, FALSE), ==, CVR_DROP_IMPORT);
  g_assert_cmpint (cvr_drop_decide (files, 2, TRUE), ==, CVR_DROP_IMPORT);
}

static void
test_arrival (void)
{
  static const struct { const char *first; CvrArrival arrival; } cases[] = {
    { NULL, CVR_ARRIVAL_NOTHING },
    { "file:///home/eva/gato.png", CVR_ARRIVAL_FILES },
    { "/home/eva/gato.png", CVR_ARRIVAL_FILES },
    { "smb://school/share/gato.png", CVR_ARRIVAL_FILES },
    { "http://example.org/gato.png", CVR_ARRIVAL_WEB },
    { "HTTPS://example.org/gato.png", CVR_ARRIVAL_WEB },
    { "blob:https://example.org/1234", CVR_ARRIVAL_WEB },
    { "data:image/png;base64,AAAA", CVR_ARRIVAL_INLINE },
    { "DATA:IMAGE/jpeg;base64,AAAA", CVR_ARRIVAL_INLINE },
    { "data:text/html,hello", CVR_ARRIVAL_WEB },
    { "httpsomething", CVR_ARRIVAL_FILES },
  };

  g_assert_cmpint (cvr_drop_arrival (NULL), ==, CVR_ARRIVAL_NOTHING);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const addresses[] = { cases[i].first, NULL };

      g_test_message ("%s", cases[i].first);
      g_assert_cmpint (cvr_drop_arrival (addresses), ==, cases[i].arrival);
    }
}

static void
test_addresses (void)
{
  static const struct { const char *text; guint n; } cases[] = {
    { "https://example.org/gato.png", 1 },
    { "  https://example.org/gato.png\r\n", 1 },
    { "file:///a.png\nfile:///b.png\n", 2 },
    { "/home/eva/gato con botas.png", 1 },
    { "data:image/png;base64,AAAA", 1 },
    { "", 0 },
    { " \n\n", 0 },
    { "gato", 0 },
    { "Note: this is text", 0 },
    { "see https://example.org/gato.png", 0 },
    { "https://example.org/a.png\nand more", 0 },
    { "mailto:eva@example.org", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) addresses = cvr_drop_addresses (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (addresses != NULL ? g_strv_length (addresses) : 0, ==, cases[i].n);
    }
}

static void
test_image_type (void)
{
  const char *const firefox[] = { "text/html", "image/jpeg", "image/png", "text/uri-list", NULL };
  const char *const other[] = { "image/svg+xml", "text/plain", NULL };
  const char *const photo[] = { "image/jpeg", NULL };

  g_assert_cmpstr (cvr_drop_image_type (firefox), ==, "image/png");
  g_assert_cmpstr (cvr_drop_image_type (photo), ==, "image/jpeg");
  g_assert_null (cvr_drop_image_type (other));
  g_assert_null (cvr_drop_image_type (other + 2));
}

static void
assert_inline (const char *address,
               const char *wanted)
{
  g_autoptr (GBytes) bytes = cvr_drop_read_inline (address);

  g_test_message ("%s", address);
  if (wanted == NULL)
    {
      g_assert_null (bytes);
      return;
    }
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), wanted,
                   strlen (wanted));
}

static void
test_inline (void)
{
  static const char whole[] = "data:image/png;charset=x;base64,Z2F0bw==";

  assert_inline ("data:image/png;base64,Z2F0bw==", "gato");
  assert_inline (whole, "gato");
  assert_inline ("DATA:image/png;BASE64,Z2F0bw==", "gato");
  assert_inline ("data:image/svg+xml,%3Csvg%3E", NULL);
  assert_inline ("data:image/png;base64,", NULL);
  assert_inline ("data:image/png;base64", NULL);
  assert_inline ("data:,Z2F0bw==", NULL);
  assert_inline ("http://example.org/;base64,Z2F0bw==", NULL);
  for (gsize n = 0; n < strlen (whole); n++)
    {
      g_autofree char *part = g_strndup (whole, n);
      g_autoptr (GBytes) bytes = cvr_drop_read_inline (part);

      g_assert_true (bytes == NULL || g_bytes_get_size (bytes) <= 4);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/drop/one-file-by-its-name", test_decide);
  g_test_add_func ("/app/drop/several-are-imported", test_several);
  g_test_add_func ("/app/drop/first-address-decides", test_arrival);
  g_test_add_func ("/app/drop/text-of-addresses", test_addresses);
  g_test_add_func ("/app/drop/best-picture-type", test_image_type);
  g_test_add_func ("/app/drop/picture-in-an-address", test_inline);

  return g_test_run ();
}
