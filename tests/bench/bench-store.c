/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 60,000 pictures of Fashion-MNIST into a new project and out again: seconds, size of the file,
 * memory. A quarter of a minute.
 * usage: bench-store [FOLDER]        default: a temporary one; the project is removed again
 * The data is looked for under $CONVISOR_SHARED. */
#include "cvr-idx.h"
#include "cvr-keeper.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { N_LABELLED = 200 };

static GBytes *
read_gz (const char *name)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  g_autofree char *path =
      g_build_filename (chosen != NULL ? chosen : "../shared", "data", "fashion-mnist", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, &error);
  g_autoptr (GZlibDecompressor) gunzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) plain = NULL;
  g_autoptr (GOutputStream) all = g_memory_output_stream_new_resizable ();

  if (packed != NULL)
    plain = g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (gunzip));
  if (plain == NULL ||
      g_output_stream_splice (all, plain, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error) < 0)
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (all));
}

static CvrIdx
take_idx (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  CvrIdx idx;

  if (!cvr_idx_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &idx, &error))
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }

  return idx;
}

static void
say (const char *what,
     gint64      start)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  g_print ("%-44s %8.2f s, peak memory so far %4ld MB\n", what,
           (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, usage.ru_maxrss / 1024);
}

/* The first failure ends the program. */
static void
check (const GError *error,
       gpointer      data)
{
  if (error == NULL)
    return;

  g_printerr ("%s\n", error->message);
  exit (1);
}

static CvrKeeper *
open_keeper (const char *path)
{
  g_autoptr (GError) error = NULL;
  CvrKeeper *keeper = cvr_keeper_open (path, &error);

  check (error, NULL);

  return keeper;
}

static void
add_item (CvrKeeper    *keeper,
          const CvrIdx *pictures,
          const CvrIdx *labels,
          guint         index,
          CvrDataset   *dataset,
          CvrBatch     *batch)
{
  guint height = pictures->dims[1], width = pictures->dims[2];
  g_autoptr (CvrImage) image = cvr_image_new (width, height, 1);
  g_autofree char *name = g_strdup_printf ("train-images-idx3-ubyte %u", index);
  g_autoptr (GError) error = NULL;
  CvrItem item = { .name = name, .label = labels->values[index], .split = CVR_SPLIT_TRAIN };

  memcpy (image->data, pictures->values + (gsize) index * width * height, (gsize) width * height);
  item.picture = cvr_keeper_add_picture (keeper, image, 0, 0, &item.id, &error);
  check (error, NULL);
  cvr_dataset_add_item (dataset, &item);
  cvr_batch_put_item (batch, &item, FALSE);
  cvr_picture_unref (item.picture);
}

static void
import (CvrKeeper *keeper)
{
  g_autoptr (GBytes) picture_bytes = read_gz ("train-images-idx3-ubyte.gz");
  g_autoptr (GBytes) label_bytes = read_gz ("train-labels-idx1-ubyte.gz");
  const CvrIdx pictures = take_idx (picture_bytes), labels = take_idx (label_bytes);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrBatch *batch = cvr_batch_new ();
  gint64 start = g_get_monotonic_time ();

  for (guint k = 0; k < 10; k++)
    {
      g_autofree char *name = g_strdup_printf ("%u", k);

      cvr_dataset_add_class (dataset, name);
    }
  for (guint i = 0; i < pictures.dims[0]; i++)
    add_item (keeper, &pictures, &labels, i, dataset, batch);
  say ("handed over", start);
  cvr_batch_set_classes (batch, dataset);
  cvr_keeper_commit (keeper, batch, check, NULL);
  cvr_keeper_flush (keeper);
  say ("on disk", start);
}

static void
label (CvrKeeper  *keeper,
       CvrDataset *dataset)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < N_LABELLED; i++)
    {
      CvrBatch *batch = cvr_batch_new ();

      cvr_batch_set_label (batch, cvr_dataset_item (dataset, i * 131)->id, (gint) i % 10);
      cvr_keeper_commit (keeper, batch, check, NULL);
      cvr_keeper_flush (keeper);
    }
  say ("200 labels, each waited for", start);
}

static void
look (CvrDataset *dataset)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image =
          cvr_picture_read (cvr_dataset_item (dataset, i)->picture, &error);

      check (error, NULL);
    }
  say ("every picture read", start);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder =
      argc > 1 ? g_strdup (argv[1]) : g_dir_make_tmp ("convisor-bench-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "bench.convisor", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy.convisor", NULL);
  g_autofree char *recovered = g_build_filename (folder, "recovered.convisor", NULL);
  g_autofree char *report = NULL;
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrKeptSizes sizes;
  CvrKeeper *keeper;
  gint64 start;

  setlocale (LC_ALL, "");
  check (error, NULL);
  g_unlink (path);
  keeper = open_keeper (path);
  import (keeper);
  cvr_keeper_close (keeper);
  cvr_keeper_unref (keeper);

  start = g_get_monotonic_time ();
  keeper = open_keeper (path);
  say ("opened and looked over", start);
  start = g_get_monotonic_time ();
  cvr_keeper_load (keeper, dataset, NULL, &error);
  check (error, NULL);
  say ("loaded", start);
  look (dataset);
  label (keeper, dataset);
  start = g_get_monotonic_time ();
  cvr_keeper_copy_to (keeper, copy, NULL, NULL, NULL, &error);
  check (error, NULL);
  say ("copied", start);
  start = g_get_monotonic_time ();
  cvr_keeper_check (keeper, NULL, &error);
  check (error, NULL);
  say ("every checksum compared", start);
  start = g_get_monotonic_time ();
  cvr_keeper_recover (copy, recovered, &report, NULL, &error);
  check (error, NULL);
  say ("the copy recovered as if it were damaged", start);
  g_print ("  %s\n", report);
  cvr_keeper_sizes (keeper, &sizes, &error);
  check (error, NULL);
  g_print ("%.1f MB in the file, %.1f MB of them pictures\n", (double) sizes.file / 1e6,
           (double) sizes.pictures / 1e6);
  cvr_keeper_close (keeper);
  cvr_keeper_unref (keeper);
  g_unlink (path);
  g_unlink (copy);
  g_unlink (recovered);
  if (argc < 2)
    g_rmdir (folder);

  return 0;
}
