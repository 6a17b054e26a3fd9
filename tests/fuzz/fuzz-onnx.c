/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as an ONNX file, and as one for a single run with a small input. What is
 * read must be a network that can be written again, or refused with a sentence. */
#include "cvr-onnx.h"
#include "fuzz.h"

static void
read_for_one_run (const uint8_t *data,
                  size_t         size)
{
  static const gsize dims[] = { 1, 2, 4, 4 }, wanted = 4;
  static const float values[32] = { 1, -1 }, sizes[] = { 1, 2, 4, -1 };
  g_autoptr (CvrOnnxTensor) maps = cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 4, dims, values);
  g_autoptr (CvrOnnxTensor) shape = cvr_onnx_tensor_from_floats (CVR_ONNX_INT64, 1, &wanted, sizes);
  CvrOnnxTensor *const inputs[] = { maps, shape };

  for (guint n = 1; n <= G_N_ELEMENTS (inputs); n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrOnnxModel) model = cvr_onnx_read_for (data, size, "fuzz.onnx", inputs, n, &error);

      g_assert_true ((model == NULL) == (error != NULL));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL, wrong = NULL;
  g_autoptr (CvrOnnxModel) model = cvr_onnx_read (data, size, "fuzz.onnx", &error);
  g_autoptr (CvrOnnxTensor) tensor = cvr_onnx_tensor_from_file (data, size, "fuzz.pb", &wrong);

  g_assert_true ((model == NULL) == (error != NULL));
  g_assert_true ((tensor == NULL) == (wrong != NULL));
  if (model != NULL)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (GBytes) bytes = cvr_onnx_write (model->graph, model->params, NULL, 0, &reason);

      g_assert_true ((bytes == NULL) == (reason != NULL));
    }
  read_for_one_run (data, size);

  return 0;
}
