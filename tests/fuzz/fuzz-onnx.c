/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as an ONNX file. What is read must be a network that can be written again.
 */
#include "cvr-onnx.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrOnnxModel) model = cvr_onnx_read (data, size, "fuzz.onnx", &error);

  g_assert_true ((model == NULL) == (error != NULL));
  if (model != NULL)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (GBytes) bytes = cvr_onnx_write (model->graph, model->params, NULL, 0, &reason);

      g_assert_true ((bytes == NULL) == (reason != NULL));
    }

  return 0;
}
