/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where opened or dropped files go. */
#include "cvr-drop.h"

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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/drop/one-file-by-its-name", test_decide);
  g_test_add_func ("/app/drop/several-are-imported", test_several);

  return g_test_run ();
}
