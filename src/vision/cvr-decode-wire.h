/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the decoding helper and its parent say to each other: fixed headers in the machine's byte
 * order, each followed by its bytes. Both ends are built together, so there is one version. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

enum
{
  CVR_WIRE_MAGIC = 0x43565244,
  CVR_WIRE_MAX_NAME = 255,
  CVR_WIRE_MAX_TEXT = 4096,
};

/* Followed by @name_length bytes of the file's name and @length bytes of the file. */
typedef struct
{
  guint32 magic;
  guint32 max_side;
  guint32 name_length;
  guint32 length;
} CvrWireRequest;

/* @status: 0, or 1 + CvrVisionError. Followed by @length bytes: pixels, or a sentence in UTF-8. */
typedef struct
{
  guint32 magic;
  guint32 status;
  guint32 width, height, channels, damaged;
  guint32 length;
} CvrWireReply;

G_END_DECLS
